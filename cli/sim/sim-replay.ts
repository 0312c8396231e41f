import { systemClock } from '../../base/clock.ts';
import { readCapture } from '../../hardware-sim/capture/capture-file.ts';
import { SensorCollector } from '../../hardware-sim/capture/recorded-sensor.ts';
import { ReplayedSensor } from '../../hardware-sim/capture/replayed-sensor.ts';
import type { SimEvent } from '../../hardware-sim/events.ts';
import { openPtyPort } from '../../hardware-sim/link/pty-port.ts';
import { placeLink, refuseOther, removeLink } from '../../hardware-sim/link/terminal-name.ts';

/**
 * `sealcam sim --replay FILE`: plays the sensor's side of a capture to any agent, until it is told to quit.
 * @param link path of a symbolic link to the terminal.
 */
export async function replayCapture(
  path: string,
  link: string | undefined,
  tell: (event: SimEvent) => void,
): Promise<void> {
  if (link !== undefined) refuseOther(link);
  const collector = new SensorCollector();
  for await (const record of readCapture(path)) collector.take(record);
  const recorded = collector.end();
  const { missing, otherRuns } = recorded;
  if (missing > 0)
    tell({
      event: 'warning',
      message: `${missing} numbers are not in the capture: what they held is left out`,
    });
  if (otherRuns > 0)
    tell({
      event: 'warning',
      message: `${otherRuns} other runs of a sensor are in the capture: the longest is played`,
    });
  const port = openPtyPort();
  let told = (): void => {};
  const quit = new Promise<void>((resolve) => {
    told = resolve;
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, told);
  process.stdout.on('error', told);
  process.stdin.on('end', told).resume();
  const sensor = new ReplayedSensor({
    recorded,
    port,
    clock: systemClock(),
    onAgent: (resumed) => tell({ event: 'agent', resumed }),
    onEnd: () => tell({ event: 'ended' }),
  });
  try {
    if (link !== undefined) placeLink(link, port.path);
    tell({ event: 'tty', path: port.path, link: link ?? null });
    await quit;
  } finally {
    for (const signal of signals) process.off(signal, told);
    process.stdin.pause();
    sensor.close();
    if (link !== undefined) removeLink(link);
  }
}

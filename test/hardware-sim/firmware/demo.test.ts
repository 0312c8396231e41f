import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../../agent/sensor/link/events.ts';
import { openSerialPort } from '../../../agent/sensor/link/serial-port.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { buildFirmware, lackingBoard, startBoard } from '../../support/sensor/firmware.ts';

t.setTimeout(fileLimitMs);

const skip = lackingBoard();

t.test('the demo on a Cortex-M3 speaks to a real agent over its UART', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-demo-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await buildFirmware('demo', folder);
  const board = await startBoard(folder);
  t.teardown(() => board.end());
  const events: LinkEvent[] = [];
  const of = <T extends LinkEvent['type']>(type: T): Extract<LinkEvent, { type: T }>[] =>
    events.filter((event): event is Extract<LinkEvent, { type: T }> => event.type === type);
  let waiting = (): void => {};
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) {
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
    }
  };
  const connect = (): AgentLink => {
    const link: AgentLink = new AgentLink({
      open: () => openSerialPort({ path: board.path, baudRate: 1_000_000 }),
      clock: systemClock(),
      log: silentLog,
      onEvent: (event) => {
        events.push(event);
        if ('ordinal' in event) link.release(event.ordinal);
        waiting();
      },
    });
    link.start();
    return link;
  };
  const first = connect();
  await until(() => of('telemetry').length >= 2 && of('button').length >= 1);
  t.match(of('hello')[0]?.sensor, { model: 'cortex-m3', serial: 'qemu-1', noVideo: true, bufferBytes: 8192 });
  const measured = () => of('telemetry').filter(({ position }) => position !== undefined);
  t.match(measured()[0], { position: { longitude: 13.375, satellites: 9 }, battery: { percent: 100 } });
  t.ok(measured().every(({ position }) => (position?.latitude ?? 0) >= 52.5));
  t.ok(of('telemetry').some(({ motion }) => (motion?.y ?? 0) > 9));
  t.match(of('button')[0], { button: 'bookmark', pressed: true });
  t.match(of('lampReport')[0], { lamp: 'standby' });
  first.indicate({ lamp: 'recording', beepMs: 200, vibrateMs: 0 });
  await until(() => of('lampReport').at(-1)?.lamp === 'recording');
  await first.stop();
  const before = of('telemetry').length;
  const next = connect();
  t.teardown(() => next.stop());
  await until(() => of('hello').length === 2 && of('telemetry').length >= before + 2);
  const places = events.flatMap((event) =>
    'ordinal' in event && event.type !== 'switches' ? [event.place] : [],
  );
  t.equal(new Set(places.map(({ run }) => run)).size, 1, 'it is the same run of the sensor');
  const numbers = [...new Set(places.map(({ sequence }) => sequence))];
  t.same(
    numbers,
    numbers.map((_, n) => n + 1),
    'another run of the agent goes on where the first one ended',
  );
  t.equal(of('dropped').length, 0);
});

import type { Clock } from '../../base/clock.ts';
import type { Randomness } from '../../base/random.ts';
import type { BytePort } from '../../proto/link/port.ts';
import { type Finding, runChecks } from './check.ts';
import { SensorBench } from './sensor-bench.ts';
import { commandChecks, flowChecks, fullBufferChecks } from './sensor-flow-checks.ts';
import { hostileChecks } from './sensor-hostile-checks.ts';
import { laterSessionChecks, meetingChecks } from './sensor-session-checks.ts';

/** A conformance run. */
export interface ConformanceOptions {
  readonly port: BytePort;
  readonly clock: Clock;
  readonly randomness?: Randomness;
  /** Takes each finding as it is made. */
  readonly onFinding: (finding: Finding) => void;
}

/**
 * Takes a sensor through docs/SENSOR-LINK.md, about half a minute. It starts and stops the stream, sets the lamp, and uses up
 * what the sensor kept for an agent. The port is closed at the end.
 */
export async function checkSensorLink(options: ConformanceOptions): Promise<Finding[]> {
  const { port, clock, randomness, onFinding } = options;
  const bench = new SensorBench(port, clock, randomness);
  try {
    const tried = await runChecks(
      bench,
      [
        ...meetingChecks,
        ...flowChecks,
        ...fullBufferChecks,
        ...commandChecks,
        ...hostileChecks,
        ...laterSessionChecks,
      ],
      onFinding,
    );
    const watched = bench.watch.findings;
    for (const finding of watched) onFinding(finding);
    return [...tried, ...watched];
  } finally {
    bench.close();
  }
}

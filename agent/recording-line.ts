import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { BytePort } from '../proto/link/port.ts';
import { agentLimits } from './limits.ts';
import type { PolicyProfile } from './recorder/policy.ts';
import { RecorderRunner } from './recorder/runner.ts';
import { SensorInputs } from './recorder/sensor-inputs.ts';
import type { RecordingContext } from './recorder/telemetry.ts';
import type { BootSession, KeyReserve, Moments } from './sealer/index.ts';
import { Sensor } from './sensor/index.ts';
import { Archive } from './spool/archive.ts';
import type { Continuation, Inherited } from './spool/continuation.ts';
import { usedUp } from './spool/recovery.ts';
import type { Spool } from './spool/spool.ts';
import { StorageWatch } from './spool/storage-watch.ts';

/** What a recording passes on its way from the sensor to the spool. */
export interface RecordingLine {
  readonly sensor: Sensor;
  readonly recorder: RecorderRunner;
  readonly archive: Archive;
  /** Tells the recorder when the storage is full. */
  readonly storage: StorageWatch;
}

/** What the line is joined of, and what it goes by. */
export interface RecordingLineParts {
  /** Opens the sensor's port; may fail. */
  readonly openPort: () => Promise<BytePort>;
  /** The serial number of the only sensor that is accepted; any unless given. */
  readonly serial?: string | undefined;
  readonly policy: PolicyProfile;
  /** A bookmarked recording goes up before others. */
  readonly markedFirst: boolean;
  /** What goes into the encrypted telemetry of each recording. */
  readonly context: RecordingContext;
  readonly spool: Spool;
  readonly session: BootSession;
  readonly keys: KeyReserve;
  readonly moments: Moments;
  /** Is told all that the agent's next run has to know. */
  readonly continuation: Continuation;
  /** What the run before left, where that is known. */
  readonly inherited: Inherited | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Joins sensor, recorder and archive, and what flows back from each to those before it. The storage is looked at from
 * now on; the sensor is the caller's to start.
 */
export function joinRecording({
  openPort,
  serial,
  policy,
  markedFirst,
  context,
  spool,
  session,
  keys,
  moments,
  continuation,
  inherited,
  clock,
  log,
}: RecordingLineParts): RecordingLine {
  const archive = new Archive({
    spool,
    session,
    keys,
    moments,
    log: log.child('archive'),
    events: {
      writing(recording, index) {
        writing = { recording, index };
        remember();
      },
      sealed() {
        writing = undefined;
        recorder.hear({ kind: 'sealed' });
        release();
      },
      closed() {
        recorder.hear({ kind: 'closed' });
        release();
      },
      mended: () => recorder.hear({ kind: 'mended' }),
      failed(cause, recording) {
        const atUs = clock.uptimeUs();
        if (cause === 'storage') storage.foundFull();
        recorder.hear({ kind: 'fault', recording, atUs });
      },
    },
  });
  let writing: { readonly recording: string; readonly index: number } | undefined;
  const remember = (): void => {
    const after = recorder.rememberedNext;
    continuation.note(recorder.remembered, writing && after && { ...writing, after });
  };
  const recorder: RecorderRunner = new RecorderRunner(
    {
      archive,
      indicate: ({ lamp, beepMs }) => sensor.indicate({ lamp, beepMs, vibrateMs: beepMs }),
      requestKeyFrame: () => sensor.requestKeyFrame(),
      mark: () => markedFirst && archive.mark(),
      heard: remember,
      clock,
    },
    policy,
    agentLimits,
    context,
    inherited?.upTo,
  );
  const inputs = new SensorInputs({
    hear: (input) => recorder.hear(input),
    toUptimeUs: (captureUs) => sensor.toUptimeUs(captureUs),
    clock,
    log: log.child('sensor'),
  });
  // The sensor keeps what is to be recorded until it is durable: an agent that is killed loses nothing of it. Of a disk
  // that stalls for longer than the sensor can keep, the agent holds what is oldest, which a kill would then lose.
  let newest = 0;
  let released = 0;
  const release = (): void => {
    const durable = Math.min(newest, (recorder.oldestHeld ?? Number.POSITIVE_INFINITY) - 1);
    if (durable > released) sensor.release(durable);
    released = Math.max(released, durable);
    if (recorder.heldAtMost(agentLimits.heldAloneBytesMax))
      sensor.releaseBeyond(agentLimits.sensorKeepsBytesMax);
  };
  const sensor: Sensor = new Sensor({
    open: openPort,
    serial,
    onEvent(event) {
      if (event.type === 'hello' && !event.resumed) sensor.startStream();
      if (!usedUp(event, inherited?.upTo)) inputs.take(event);
      if ('ordinal' in event) newest = event.ordinal;
      release();
    },
    clock,
    log: log.child('sensor'),
  });
  const storage: StorageWatch = new StorageWatch(
    () => spool.freeBytes(),
    clock,
    log,
    agentLimits,
    (full) => recorder.hear({ kind: 'storage', full, atUs: clock.uptimeUs() }),
  );
  return { sensor, recorder, archive, storage };
}

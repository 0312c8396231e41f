import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { agentLimits } from '../limits.ts';
import type { RecorderInput } from '../recorder/inputs.ts';
import type { AttentionEffect } from '../recorder/machine-types.ts';
import type { PolicyProfile } from '../recorder/policy.ts';
import type { RecorderSettings } from '../recorder/recorder-limits.ts';
import { RecorderRunner } from '../recorder/runner.ts';
import { SensorInputs } from '../recorder/sensor-inputs.ts';
import type { RecordingContext } from '../recorder/telemetry.ts';
import type { BootSession, KeyReserve, Moments } from '../sealer/index.ts';
import type { Sensor, SensorEvent } from '../sensor/index.ts';
import type { Spool } from '../spool/spool.ts';
import { Archive } from './archive/archive.ts';
import type { Continuation } from './archive/continuation.ts';
import { foretells, type TakenOver, usedUp } from './archive/take-over.ts';
import { StorageWatch } from './observation/storage-watch.ts';
import { VideoBitrate, type VideoBitrates } from './orders/video-bitrate.ts';
import { RecorderNote } from './recorder-note.ts';
import { reportNoticed, reportPower, reportRefused } from './recorder-reports.ts';
import { SampleRelease } from './sample-release.ts';

/** What the line needs from a {@link Sensor}. */
export type SensorOfLine = Pick<
  Sensor,
  'holdsBytes' | 'indicate' | 'release' | 'releaseBeyond' | 'requestKeyFrame' | 'setBitrate' | 'startStream'
>;

/** The rooms that a recording passes through from the sensor to the spool. */
export interface RecordingLine<S extends SensorOfLine> {
  readonly sensor: S;
  readonly bitrate: VideoBitrate;
  readonly recorder: RecorderRunner;
  readonly archive: Archive;
  /** Tells the recorder when the storage is full. */
  readonly storage: StorageWatch;
}

/** What the line consists of, and its settings. */
export interface RecordingLineParts<S extends SensorOfLine> {
  /** Creates the sensor, which reports its events to `onEvent`. */
  readonly makeSensor: (onEvent: (event: SensorEvent) => void) => S;
  readonly policy: PolicyProfile;
  /** What the configuration sets; by default as in `agentLimits`. */
  readonly settings?: RecorderSettings;
  /** The video's bitrates; undefined leaves them to the sensor. */
  readonly bitrates?: VideoBitrates | undefined;
  /** A bookmarked recording is uploaded before others. */
  readonly markedFirst: boolean;
  /** Written to the encrypted telemetry of each recording. */
  readonly context: RecordingContext;
  readonly spool: Spool;
  readonly session: BootSession;
  readonly keys: KeyReserve;
  readonly moments: Moments;
  /** Called with everything that the agent's next run must know. */
  readonly continuation: Continuation;
  readonly takenOver: TakenOver;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with what a person must notice. */
  readonly noticed?: (effect: AttentionEffect) => void;
}

/**
 * Joins sensor, recorder and archive, and what flows back from each to those before it. The storage is checked from now
 * on; the caller starts the sensor.
 */
export function joinRecording<S extends SensorOfLine>(parts: RecordingLineParts<S>): RecordingLine<S> {
  const { makeSensor, policy, markedFirst, context, spool, continuation, clock, log } = parts;
  const { inherited, resumption, presses } = parts.takenOver;
  const archive = new Archive({
    ...{ ...parts, policy: () => recorder.policy, log: log.child('archive') },
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
      failed(cause, recording, opened, owed) {
        const atUs = clock.uptimeUs();
        if (cause === 'storage') storage.foundFull();
        recorder.hear({ kind: 'fault', recording, opened, owed, atUs });
      },
    },
  });
  let writing: { readonly recording: string; readonly index: number } | undefined;
  const note = new RecorderNote(continuation, inherited?.runOn !== undefined);
  const remember = (): void => note.write(recorder, writing);
  const recorder: RecorderRunner = new RecorderRunner(
    {
      archive,
      indicate: ({ lamp, beepMs, vibrateMs = beepMs }) => sensor.indicate({ lamp, beepMs, vibrateMs }),
      requestKeyFrame: () => sensor.requestKeyFrame(),
      power: (change) => reportPower(change, bitrate, log),
      refused: (why) => reportRefused(why, log),
      noticed: (effect) => reportNoticed(effect, log, parts.noticed),
      mark: () => markedFirst && archive.mark(),
      heard() {
        remember();
        release();
      },
      clock,
    },
    policy,
    { ...agentLimits, ...parts.settings },
    context,
    inherited,
  );
  const inputs = new SensorInputs({
    hear: (input) => hearUnlessOver(input, presses, recorder),
    ...{ clock, log: log.child('sensor') },
  });
  const samples = new SampleRelease();
  const release = (): void => {
    if (note.allowsRelease(recorder)) samples.release(recorder, sensor);
  };
  const takeBack = takingBack(recorder, resumption);
  const sensor: S = makeSensor((event) => {
    if (event.type === 'here' && !event.resumed && !event.sensor.noVideo) sensor.startStream();
    if (!usedUp(event, inherited?.upTo)) {
      takeBack(event);
      inputs.take(event);
    }
    if ('ordinal' in event) samples.came(event.ordinal);
    release();
  });
  const bitrate = new VideoBitrate(sensor, parts.bitrates);
  if (inherited?.power !== undefined) reportPower(inherited.power, bitrate, log);
  const storage: StorageWatch = new StorageWatch(
    () => spool.freeBytes(),
    clock,
    log,
    { ...agentLimits, ...(parts.settings && { storage: parts.settings.storage }) },
    (state) => recorder.hear({ kind: 'storage', ...state, atUs: clock.uptimeUs() }),
    () => archive.recorded,
  );
  return { sensor, bitrate, recorder, archive, storage };
}

/** Lets the recorder hear an input, except the start of a press that the run before knew to be over. */
function hearUnlessOver(input: RecorderInput, presses: TakenOver['presses'], recorder: RecorderRunner): void {
  if (input.kind !== 'start' || input.press === undefined) {
    recorder.hear(input);
    return;
  }
  const owed = presses.get(input.press.place);
  if (owed !== 'over') recorder.hear({ ...input, owedUs: owed?.startUs });
}

/** Tells the recorder once if the sensor repeats the press with which recording continued. */
function takingBack(
  recorder: RecorderRunner,
  resumption: TakenOver['resumption'],
): (event: SensorEvent) => void {
  // The press, until it is known whether the sensor repeats it.
  let resumed = resumption?.owed?.place;
  return (event) => {
    const before = resumed && foretells(event, resumed);
    if (before === undefined) return;
    const press = resumed;
    resumed = undefined;
    if (before && press) recorder.hear({ kind: 'pressedAgain', press, before: resumption?.before });
  };
}

/** Continues what the previous run left: the recording that it was making, and those that it owes. */
export function goOn(
  { recorder, archive }: RecordingLine<SensorOfLine>,
  { resumption }: TakenOver,
  clock: Clock,
): void {
  if (resumption !== undefined) {
    const { dwelling, runOn, despiteWeak, missed, fromUs, owed } = resumption;
    const atUs = clock.uptimeUs();
    if (dwelling) recorder.hear({ kind: 'dwelling', on: true, atUs });
    recorder.hear({ kind: 'resume', missed, fromUs, owed: owed?.startKind, runOn, despiteWeak, atUs });
  }
  archive.settle();
}

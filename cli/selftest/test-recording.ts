import { join } from 'node:path';
import { Continuation } from '../../agent/line/archive/continuation.ts';
import { takeOver } from '../../agent/line/archive/take-over.ts';
import { joinRecording, type RecordingLine, type SensorOfLine } from '../../agent/line/recording-line.ts';
import type { PolicyProfile } from '../../agent/recorder/policy.ts';
import {
  beginSession,
  KeyReserve,
  machineTime,
  momentsOf,
  prepareRecording,
} from '../../agent/sealer/index.ts';
import type { SensorEvent } from '../../agent/sensor/index.ts';
import type { FileSystem } from '../../agent/spool/disk/file-system.ts';
import { openSpool } from '../../agent/spool/open-spool.ts';
import type { Spool } from '../../agent/spool/spool.ts';
import type { Clock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import { type Log, silentLog } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import type { MediaSample } from '../../media/types.ts';
import { type TestCamera, testName } from './test-camera.ts';
import type { TestPictures, TestSource } from './test-pictures.ts';

/** What a test recording consists of. */
export interface TestRecording {
  /** Lowercase hex. */
  readonly id: string;
  /** What was handed to the recorder, in order. */
  readonly given: readonly MediaSample[];
  readonly chunks: number;
  /** Of `given`. */
  readonly bytes: number;
  /** Its keys, sealed to the test camera's vault. */
  readonly sealedKeys: Uint8Array;
}

/** Parts of the machine that a self-test uses. */
export interface TestMachine {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly fileSystem: FileSystem;
}

/** How long pictures may take to come, and to be enough. */
const firstMsMax = 10_000;
const recordMsMax = 10_000;
/** So much is recorded: the time between the first and the last picture, or bytes, or samples. */
const enoughUs = 2_000_000;
const givenBytesMax = 16 * 1_048_576;
const givenCountMax = 2_000;
/** What a self-test's own spool keeps free for closings; so little is needed for one recording. */
const reserveBytes = 65_536;

const policy: PolicyProfile = {
  name: testName,
  ringSeconds: 0,
  preEventSound: false,
  runOnSeconds: 0,
  ringInDwellings: false,
  roles: [testName],
  dwellingMode: 'same',
  dwellingRoles: [],
  automaticStarts: [],
  padMedia: false,
  commands: [],
  signed: undefined,
};

/**
 * Records a few seconds of `pictures` into `folder`, by the rooms that record evidence: recorder, sealer and spool. The keys
 * are made in a child process, as a camera's are.
 * @throws SealcamError `SELFTEST_PICTURES` (none came), `SELFTEST_RECORDING` (nothing was sealed, with the reason), and what
 *   opening a spool and beginning a session throw.
 */
export async function recordTest(
  folder: string,
  camera: TestCamera,
  pictures: TestPictures,
  machine: TestMachine,
): Promise<TestRecording> {
  const { clock, fileSystem, randomness } = machine;
  const heard = new HeardAlarms();
  const { log } = heard;
  const spool = await openSpool({ directory: folder, fileSystem, clock, log, reserveBytes });
  const keys = new KeyReserve(
    (roles, signal) => prepareRecording(camera.recipients, roles, randomness, { signal }),
    [policy.roles],
    clock,
    log,
  );
  const continuation = new Continuation(join(folder, 'note'), testName, clock, log);
  try {
    const { bootCounter, previousSession, nextRecordingNumber, newestStatement } = spool;
    const facts = { bootCounter, previousSession, nextRecordingNumber, newestStatement };
    const session = await beginSession(camera.identity, camera.signer, facts, randomness);
    await spool.beginSession(session.statement);
    const moments = momentsOf(clock, machineTime(clock));
    const taking = { spool, session, continuation, moments, usualRoles: policy.roles, log };
    const given = new Given(clock);
    let source: TestSource | undefined;
    const line = joinRecording<SensorOfLine>({
      makeSensor(onEvent) {
        source = pictures.make((event) => given.take(event, onEvent));
        return withoutControls(source);
      },
      ...{ policy, spool, session, keys, moments, continuation, clock, log, markedFirst: false },
      takenOver: await takeOver(taking),
      context: { reason: '', notice: 'unknown', officer: '' },
    });
    if (source === undefined) throw new TypeError('the line makes its source');
    await given.from(source, line);
    return await recordingIn(spool, given.samples, line, heard);
  } finally {
    continuation.close();
    await keys.close();
    await spool.close();
  }
}

/**
 * The source as the line has it. It is never told that something is durable: a press that comes meanwhile, and what belongs to
 * it, stays in the sensor for the agent. Nor is the lamp commanded, as nothing of what is seen is kept.
 */
function withoutControls(source: TestSource): SensorOfLine {
  return {
    holdsBytes: source.holdsBytes,
    startStream: () => source.startStream(),
    requestKeyFrame: () => source.requestKeyFrame(),
    indicate() {},
    release() {},
    releaseBeyond() {},
    setBitrate() {},
  };
}

/** The pictures that are handed to the line, and their sound; all else that a sensor sends is kept from it. */
class Given {
  readonly samples: MediaSample[] = [];
  readonly #clock: Clock;
  #bytes = 0;
  #fromUs = 0;
  #isOver = false;
  #line: Pick<RecordingLine<SensorOfLine>, 'recorder'> | undefined;
  #first: () => void = () => {};
  #enough: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(event: SensorEvent, onEvent: (event: SensorEvent) => void): void {
    if (this.#isOver) return;
    if (!['here', 'lost', 'back', 'parameters', 'sample', 'dropped'].includes(event.type)) return;
    if (event.type !== 'sample') {
      onEvent(event);
      return;
    }
    if (this.samples.length === 0) {
      this.#fromUs = event.capturedUs;
      this.#line?.recorder.hear({ kind: 'start', by: 'command', atUs: event.capturedUs });
      this.#first();
    }
    this.samples.push(event.sample);
    this.#bytes += event.sample.data.length;
    onEvent(event);
    const lasted = event.capturedUs - this.#fromUs;
    if (lasted >= enoughUs || this.#bytes >= givenBytesMax || this.samples.length >= givenCountMax) {
      this.#isOver = true;
      this.#enough();
    }
  }

  /** Records until there is enough. @throws SealcamError `SELFTEST_PICTURES`. */
  async from(source: TestSource, line: RecordingLine<SensorOfLine>): Promise<void> {
    this.#line = line;
    const first = new Promise<void>((resolve) => {
      this.#first = resolve;
    });
    const enough = new Promise<void>((resolve) => {
      this.#enough = resolve;
    });
    source.start();
    try {
      if (!(await this.#within(firstMsMax, first))) {
        throw new SealcamError(
          'SELFTEST_PICTURES',
          `The sensor answers, but sent no picture for ${firstMsMax / 1_000} s: look at what "sealcam doctor" says of it`,
        );
      }
      await this.#within(recordMsMax, enough);
    } finally {
      this.#isOver = true;
      const { recorder, archive, storage } = line;
      recorder.hear({ kind: 'shutdown', atUs: this.#clock.uptimeUs() });
      storage.end();
      await source.stop();
      await archive.idle();
      recorder.end();
      archive.end();
    }
  }

  /** Whether it came within the time. */
  async #within(ms: number, it: Promise<void>): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(ms, () => resolve(false));
      void it.then(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }
}

/** @throws SealcamError `SELFTEST_RECORDING`. */
async function recordingIn(
  spool: Spool,
  given: readonly MediaSample[],
  { archive }: RecordingLine<SensorOfLine>,
  heard: HeardAlarms,
): Promise<TestRecording> {
  const [recording] = spool.recordings();
  if (heard.first !== undefined || recording === undefined) {
    throw new SealcamError(
      'SELFTEST_RECORDING',
      `Nothing could be recorded (${heard.first ?? 'no recording was opened'}): look at the disk, and at "sealcam doctor"`,
    );
  }
  const { id } = recording;
  const bytes = given.reduce((sum, { data }) => sum + data.length, 0);
  return { id, given, bytes, chunks: archive.counts.chunks, sealedKeys: await spool.readSealedKeys(id) };
}

/** Remembers the first alarm that the rooms raise: none of them may raise one in a self-test. */
class HeardAlarms {
  first: string | undefined;
  readonly log: Log;

  constructor() {
    const log: Log = {
      ...silentLog,
      alarm: (event, _message, fields) => {
        const { code } = fields ?? {};
        this.first ??= code === undefined ? event : `${event}, ${code}`;
      },
      child: () => log,
    };
    this.log = log;
  }
}

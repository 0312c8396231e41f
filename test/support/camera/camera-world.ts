import { join } from 'node:path';
import { agentLimits } from '../../../agent/limits.ts';
import { Continuation } from '../../../agent/line/archive/continuation.ts';
import { takeOver } from '../../../agent/line/archive/take-over.ts';
import { goOn, joinRecording, type SensorOfLine } from '../../../agent/line/recording-line.ts';
import type { RecorderInput } from '../../../agent/recorder/inputs.ts';
import type { PolicyProfile } from '../../../agent/recorder/policy.ts';
import {
  type BootSession,
  KeyReserve,
  momentsOf,
  type PreparedRecording,
} from '../../../agent/sealer/index.ts';
import type { SensorContent, SensorEvent } from '../../../agent/sensor/index.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { makeStatement } from '../../../evidence/statements.ts';
import type { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { parameters, picture } from '../../agent/recorder/stream.ts';
import { sharesOf } from '../../native/support/reference.ts';
import { idealSignatures } from '../../simulation/signatures.ts';
import { type FakeClock, fakeClock } from '../fake-clock.ts';
import { WaitingClock } from '../waiting-clock.ts';

/** How keys are made: at once, never answered, or refused. */
export type Keys = 'ready' | 'hang' | 'fail';

/** One thing that a sensor sends. */
export interface Sent {
  readonly sequence: number;
  readonly captureUs: number;
  readonly content: SensorContent;
}

export const policy: PolicyProfile = {
  name: 'test',
  ringSeconds: 0,
  preEventSound: true,
  dwellingMode: 'linked',
  signed: undefined,
  runOnSeconds: 0,
  automaticStarts: [],
  ringInDwellings: false,
  roles: ['evidence'],
  dwellingRoles: ['court'],
  padMedia: false,
  commands: [],
};

/** A sensor that keeps what it sent until it is released, and forgets all with its power. */
export class ModelSensor {
  run = 1;
  kept: Sent[] = [];
  /** What was released, of all runs. */
  readonly released: Sent[] = [];
  #next = 1;

  send(captureUs: number, content: SensorContent): Sent {
    const sent = { sequence: this.#next, captureUs, content };
    this.#next += 1;
    this.kept.push(sent);
    return sent;
  }

  release(sequence: number): void {
    this.released.push(...this.kept.filter((one) => one.sequence <= sequence));
    this.kept = this.kept.filter((one) => one.sequence > sequence);
  }

  loseMemory(): void {
    this.run += 1;
    this.kept = [];
    this.#next = 1;
  }
}

/** One for all: to make a key takes as long as all else in a short run of the agent. */
const { signer } = idealSignatures().newKey();

function bootOf(spool: Spool): BootSession {
  const { bootCounter, previousSession, nextRecordingNumber, newestStatement } = spool;
  const statement = makeStatement(
    'session',
    {
      certificate: new Uint8Array(200),
      format: 1,
      deviceId: 'camera-1',
      sessionKey: signer.publicKey,
      ...{ bootCounter, previousSession, nextRecordingNumber, newestStatement },
      chain: undefined,
    },
    signer,
  );
  const unused = (): never => {
    throw new TypeError('no station is there');
  };
  return { deviceId: 'camera-1', statement, signer, head: unused, answer: unused, loss: unused };
}

const sharesById = new Map<string, readonly Uint8Array[]>();

/** The shares of a recording that a run here began, for a test that opens it. */
export function sharesOfRecording(recordingId: Uint8Array): readonly Uint8Array[] {
  return sharesById.get(toHex(recordingId)) ?? [];
}

async function prepared(roles: readonly string[]): Promise<PreparedRecording> {
  const recordingId = systemRandomness.bytes(16);
  const shares = roles.map(() => systemRandomness.bytes(32));
  sharesById.set(toHex(recordingId), shares);
  return {
    recordingId,
    roles,
    rosterVersion: 1,
    rosterDigest: new Uint8Array(32),
    shares: await sharesOf(...shares),
    keyEnvelopeHash: new Uint8Array(32),
    sealedKeys: new Uint8Array(300).fill(1),
  };
}

/** Lets all go on that waits for no timer. */
export async function drained(turns: number): Promise<void> {
  for (let n = 0; n < turns; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** One process of the agent: all of it between the sensor's link and the storage. */
export class AgentRun {
  readonly #sensor: ModelSensor;
  readonly #tell: (event: SensorEvent) => void;
  readonly #line: ReturnType<typeof joinRecording<SensorOfLine>>;
  readonly #keys: KeyReserve;
  readonly #continuation: Continuation;
  readonly spool: Spool;
  readonly #sequences = new Map<number, number>();
  /** Of this process: its own buttons begin again in each. */
  readonly #name = toHex(systemRandomness.bytes(8));
  #ordinal = 0;

  private constructor(
    sensor: ModelSensor,
    tell: (event: SensorEvent) => void,
    line: ReturnType<typeof joinRecording<SensorOfLine>>,
    keys: KeyReserve,
    continuation: Continuation,
    spool: Spool,
    sequences: Map<number, number>,
  ) {
    this.#sensor = sensor;
    this.#tell = tell;
    this.#line = line;
    this.#keys = keys;
    this.#continuation = continuation;
    this.spool = spool;
    this.#sequences = sequences;
  }

  /** @throws what a start throws if the storage crashes during it. */
  static async start(
    folder: string,
    fileSystem: SimFileSystem,
    clock: FakeClock,
    sensor: ModelSensor,
    keysAre: Keys,
    changes: Partial<PolicyProfile> = {},
  ): Promise<AgentRun> {
    const waits = { directory: '/spool', fileSystem, reserveBytes: 2_000, clock: new WaitingClock() };
    const spool = await openSpool(waits);
    const session = bootOf(spool);
    await spool.beginSession(session.statement);
    const moments = momentsOf(clock, { now: () => ({ clockState: 'synchronised', errorUs: 0 }) });
    const continuation = new Continuation(join(folder, 'note'), 'camera-1', clock, silentLog);
    const usualRoles = policy.roles;
    const takenOver = await takeOver({
      ...{ spool, session, continuation, moments, usualRoles },
      log: silentLog,
    });
    const keys = new KeyReserve(
      (roles, signal) => {
        if (keysAre === 'ready') return prepared(roles);
        const failed = new SealcamError('KEY_CHILD_FAILED', 'the child fell');
        if (keysAre === 'fail') return Promise.reject(failed);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(failed)));
      },
      [['evidence'], ['court', 'evidence']],
      clock,
      silentLog,
    );
    let tell: ((event: SensorEvent) => void) | undefined;
    const sequences = new Map<number, number>();
    const line = joinRecording<SensorOfLine>({
      makeSensor(onEvent) {
        tell = onEvent;
        return {
          indicate: () => {},
          release: (ordinal) => sensor.release(sequences.get(ordinal) ?? 0),
          releaseBeyond: () => {},
          requestKeyFrame: () => {},
          setBitrate: () => {},
          refused: () => {},
          startStream: () => {},
          holdsBytes: Number.POSITIVE_INFINITY,
        };
      },
      policy: { ...policy, ...changes },
      markedFirst: true,
      context: { reason: '', notice: 'unknown', officer: '' },
      ...{ spool, session, keys, moments, continuation, takenOver, clock },
      log: silentLog,
    });
    if (tell === undefined) throw new TypeError('the line makes its sensor');
    const run = new AgentRun(sensor, tell, line, keys, continuation, spool, sequences);
    goOn(line, takenOver, clock);
    const description = { model: '', serial: '', firmware: '', capabilities: [] };
    run.#tell({
      type: 'here',
      sensor: description,
      resumed: false,
      changed: false,
    });
    const first = sensor.kept[0]?.sequence ?? sensor.released.at(-1)?.sequence ?? 1;
    run.#hand({
      sequence: first - 1,
      captureUs: clock.uptimeUs(),
      content: { type: 'parameters', parameters },
    });
    for (const sent of [...sensor.kept]) run.hear(sent);
    return run;
  }

  hear(sent: Sent): void {
    this.#hand(sent);
  }

  /** Something comes that no sensor keeps. */
  order(input: RecorderInput): void {
    this.#line.recorder.hear(input);
  }

  /** A press of buttons that keep nothing. */
  unkept(content: Extract<SensorContent, { type: 'button' }>): void {
    this.#ordinal += 1;
    const place = { run: this.#name, sequence: this.#ordinal };
    this.#tell({ ...content, unkept: true, ordinal: this.#ordinal, place });
  }

  get phase(): string {
    return this.#line.recorder.phase;
  }

  #hand({ sequence, content }: Sent): void {
    this.#ordinal += 1;
    this.#sequences.set(this.#ordinal, sequence);
    const place = { run: `${this.#sensor.run}`, sequence };
    this.#tell({ ...content, ordinal: this.#ordinal, place });
  }

  /** The orderly end, as `main.ts` has it. */
  async shutDown(clock: FakeClock): Promise<void> {
    const { recorder, archive, storage } = this.#line;
    recorder.hear({ kind: 'shutdown', atUs: clock.uptimeUs() });
    storage.end();
    const idle = archive.idle();
    await drained(30);
    await this.#keys.close();
    await idle;
    this.#end();
    recorder.end();
    archive.end();
    await this.spool.close();
  }

  /** What is left in memory of a process that was killed. */
  async killed(): Promise<void> {
    this.#end();
    this.#line.storage.end();
    this.#line.recorder.end();
    this.#line.archive.end();
    await this.#keys.close();
  }

  #end(): void {
    this.#continuation.close();
  }
}

/** A picture, or a press, at a time of the clock. */
export function pictureAt(n: number, captureUs: number, group: number): SensorContent {
  const { capturedUs: _, ...sample } = picture(n, n % group === 0, 40);
  return { type: 'sample', sample, capturedUs: captureUs };
}

export function press(
  button: 'start' | 'stop' | 'bookmark' | 'dwelling' | 'mute' | 'holster',
  captureUs: number,
  pressed = true,
) {
  return { type: 'button', button, pressed, atUs: captureUs } as const;
}

export { fakeClock };
export const longestRetryMs = agentLimits.retryDelayMsMax;

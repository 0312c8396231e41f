import { sealerLimits } from '../../../agent/limits.ts';
import { KeyReserve, type PreparedRecording } from '../../../agent/sealer/index.ts';
import { toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { type ProcessClock, secondMs } from '../../../scenario/fast/sim-time.ts';
import type { Seeded } from '../../support/seed.ts';
import { keysOf } from '../identities.ts';
import { Violation } from '../judge/truth.ts';
import type { World } from '../world.ts';

/** What the key children of a time do: most of their time is their start. */
const moods = ['well', 'slow', 'dies', 'hangs', 'absent'] as const;
type Mood = (typeof moods)[number];
const prepareMs = 50;
const slowMsMax = 25 * secondMs;
/** A press learns within this time that it gets no keys: a child that hangs is ended, and one is made at a time. */
const answerMsMax = sealerLimits.keyChildTimeoutMs + secondMs;
const roles = ['evidence'];

/** The camera's key child as it fails: before a recording, while one begins, and while one is being made. */
export class KeyChildren {
  readonly counts = {
    ...{ keyChildSlow: 0, keyChildDied: 0, keyChildHung: 0, keyChildAbsent: 0 },
    /** Children that failed while a press waited for their keys, and while a recording was being made. */
    ...{ failedWhileOpening: 0, failedWhileRecording: 0, keysTaken: 0 },
  };
  mood: Mood = 'well';
  readonly #world: World;
  readonly #random: Seeded;
  readonly #fails: boolean;
  /** Presses that wait for keys now. */
  #waiting = 0;
  readonly #taken = new Set<string>();

  constructor(world: World, random: Seeded) {
    this.#world = world;
    this.#random = random;
    this.#fails = random.int(2) === 0;
  }

  /** True in a world in which they fail. */
  get fails(): boolean {
    return this.#fails && !this.#world.calm;
  }

  changeMood(): void {
    this.mood = this.fails ? this.#random.pick(moods) : 'well';
    this.#world.note(`key children: ${this.mood}`);
  }

  /** The agent's own reserve of keys, for one process of the camera. */
  reserveOf(clock: ProcessClock, log: Log): KeyReserve {
    return new KeyReserve(() => this.#prepare(clock), [roles], clock, log);
  }

  /** The keys of one recording. Throws as {@link KeyReserve.take}. */
  async take(reserve: KeyReserve, clock: ProcessClock): Promise<PreparedRecording> {
    const fromUs = clock.uptimeUs();
    const isLate = clock.setTimer(answerMsMax, () =>
      this.#world.judge(() => {
        throw new Violation(`a press has waited for keys since ${fromUs} us, and got no answer`);
      }),
    );
    this.#waiting += 1;
    try {
      const prepared = await reserve.take(roles);
      const id = toHex(prepared.recordingId);
      if (this.#taken.has(id)) throw new Violation(`the keys of ${id} were given twice`);
      this.#taken.add(id);
      this.counts.keysTaken += 1;
      return prepared;
    } finally {
      isLate.cancel();
      this.#waiting -= 1;
    }
  }

  /** The camera's process is gone, and with it all that waited there. */
  forget(): void {
    this.#waiting = 0;
  }

  async #prepare(clock: ProcessClock): Promise<PreparedRecording> {
    const recordingId = this.#random.bytes(16);
    switch (this.fails ? this.mood : 'well') {
      case 'absent':
        this.#failed('keyChildAbsent');
        throw new SealcamError('KEY_CHILD_START', 'the key child cannot be started');
      case 'dies':
        await clock.sleep(this.#random.int(prepareMs));
        this.#failed('keyChildDied');
        throw new SealcamError('KEY_CHILD_FAILED', 'the key child died');
      case 'hangs':
        await clock.sleep(sealerLimits.keyChildTimeoutMs);
        this.#failed('keyChildHung');
        throw new SealcamError('KEY_CHILD_TIMEOUT', 'the key child did not finish');
      case 'slow':
        this.counts.keyChildSlow += 1;
        await clock.sleep(this.#random.int(slowMsMax));
        break;
      default:
        await clock.sleep(prepareMs);
    }
    const { envelope, sealed } = keysOf(toHex(recordingId));
    return {
      ...{ recordingId, roles, rosterVersion: 1, rosterDigest: new Uint8Array(32).fill(9) },
      shares: { count: 1, erase: () => {} },
      keyEnvelopeHash: sha256(envelope),
      sealedKeys: sealed,
    };
  }

  #failed(how: 'keyChildAbsent' | 'keyChildDied' | 'keyChildHung'): void {
    this.counts[how] += 1;
    if (this.#waiting > 0) this.counts.failedWhileOpening += 1;
    if (this.#world.camera.camera?.phase === 'recording') this.counts.failedWhileRecording += 1;
  }
}

import { toHex } from '../../../base/bytes.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { floeSeal } from '../../../evidence/open/floe.ts';
import { partAad } from '../../../evidence/open/keys.ts';
import { segmentRecord, statementRecord } from '../../../evidence/records.ts';
import {
  type Body,
  coreCodec,
  type Moment,
  makeStatement,
  type Statement,
} from '../../../evidence/statements.ts';
import { parseTopic } from '../../../proto/topics.ts';
import { nowUs, secondMs } from '../../../scenario/fast/sim-time.ts';
import type { BudgetsOptions } from '../../../station/fair/budgets.ts';
import { stationLimits } from '../../../station/limits.ts';
import { type FloodMessage, floods, type Hostile, hostileOf } from '../../station/support/floods.ts';
import type { Seeded } from '../../support/seed.ts';
import { hostileId, type Identities, keysOf } from '../identities.ts';
import { Violation } from '../judge/truth.ts';
import type { World } from '../world.ts';

/** As many messages come at once, where there is room; and when the next ones do. */
const burst = 16;
const burstMs = 200;
/** Messages of one kind, one after the other. */
const runLength = 48;
/** How soon it is back after it was disconnected. */
const backMs = 5 * secondMs;
/** What a camera may cause in such a world: less than elsewhere, so that fewer messages do. */
const budgetUs = 600_000;
/** Two clocks that both round. */
const roundingUs = 1_000;

/** A second camera of the same agency, with valid certificates, which floods the station while the first one records. */
export class HostileCamera {
  readonly counts = { floods: 0, floodMessages: 0, floodSlowed: 0, floodExcluded: 0 };
  /** It is in this world at all. */
  readonly comes: boolean;
  readonly #world: World;
  readonly #random: Seeded;
  #floods = false;
  #awayUntilMs = 0;
  #sent = 0;
  #hostile: Hostile | undefined;
  /** What the present process of the station has done for it and it has not been allowed yet, and when that was. */
  #owedUs = 0;
  #atMs = 0;

  constructor(world: World, random: Seeded) {
    this.#world = world;
    this.#random = random;
    this.comes = random.int(3) === 0;
  }

  /** What each camera is allowed in this world. */
  get limits(): NonNullable<BudgetsOptions['limits']> {
    return this.comes ? { ...stationLimits, budgetUs } : stationLimits;
  }

  /** A process of the station begins, which knows nothing of what came before. */
  stationStarts(): void {
    this.#owedUs = 0;
  }

  /** The station has worked for it. */
  worked(us: number): void {
    this.#owedUs = this.#owing() + us;
    this.#atMs = this.#world.time.nowMs;
  }

  /** The station begins to look at more of it. @throws Violation where its budget was spent before. */
  lookedAt(): void {
    const owedUs = this.#owing();
    if (owedUs > budgetUs + roundingUs)
      throw new Violation(
        `a hostile camera that owes ${owedUs} us of work gets more, its budget is ${budgetUs}`,
      );
  }

  #owing(): number {
    const passedMs = this.#world.time.nowMs - this.#atMs;
    return Math.max(0, this.#owedUs - passedMs * stationLimits.allowanceUsPerMs);
  }

  alarmed(event: string): void {
    if (event === 'camera.slowed') this.counts.floodSlowed += 1;
    if (event === 'camera.excluded') this.counts.floodExcluded += 1;
  }

  disconnected(): void {
    this.#awayUntilMs = this.#world.time.nowMs + backMs;
  }

  /** Sends as much as the station takes, of one kind after the other, until it was sent away and came back once. */
  async flood(forMs: number): Promise<void> {
    const { time } = this.#world;
    if (this.#floods || !this.comes) return;
    this.#floods = true;
    this.counts.floods += 1;
    this.#hostile ??= hostileOf(partsOf(this.#world.identities, this.#random));
    const of = this.#hostile;
    const kinds = Object.values(floods).map((flood) => flood(of));
    this.#sent += this.#random.int(kinds.length) * runLength;
    const before = this.counts.floodExcluded;
    this.#world.note('a hostile camera begins to flood');
    const endMs = time.nowMs + forMs;
    for (const message of of.begins) this.#offer(message);
    let isBack = false;
    while (time.nowMs < endMs && !this.#world.calm && !isBack) {
      await time.sleep(burstMs);
      if (time.nowMs < this.#awayUntilMs) continue;
      isBack = this.counts.floodExcluded > before;
      for (let count = 0; count < burst; count += 1) {
        const next = kinds[Math.floor(this.#sent / runLength) % kinds.length];
        if (next === undefined || !this.#offer(next(this.#sent))) break;
        this.#sent += 1;
      }
    }
    this.#floods = false;
  }

  /** False if the station has no room for it, or is not there. */
  #offer([rest, payload]: FloodMessage): boolean {
    const topic = parseTopic(`sealcam/1/${hostileId}/${rest}`);
    const { station } = this.#world.station;
    if (topic === undefined || station?.takes({ topic, payload }) !== true) return false;
    this.counts.floodMessages += 1;
    return true;
  }
}

const began: Moment = {
  ...{ epoch: new Uint8Array(16).fill(3), uptimeUs: 1, utcUs: nowUs, clockState: 'free-running', errorUs: 0 },
};

function partsOf(identities: Identities, random: Seeded): Parameters<typeof hostileOf>[0] {
  const { certificate, signer: identity, session: signer } = identities.hostile;
  let boot = 0;
  const begin = (): Statement<'session'> => {
    boot += 1;
    const facts = { nextRecordingNumber: 1, newestStatement: undefined, chain: undefined };
    return makeStatement(
      'session',
      {
        ...{ certificate, format: 1, deviceId: hostileId, sessionKey: signer.publicKey },
        ...{ bootCounter: boot, previousSession: undefined, ...facts },
      },
      identity,
    );
  };
  const session = begin();
  const recordingId = random.bytes(16);
  const core = coreCodec.encode({
    ...{ format: 1, session: session.digest, deviceId: hostileId, recordingId, recordingNumber: 1 },
    previous: { number: 0, statement: undefined, state: 'none' },
    ...{ rosterVersion: 1, roster: new Uint8Array(32).fill(9), roles: ['evidence'], policy: 'test' },
    ...{ claimedStart: began, startKind: 'button', policyDigest: undefined, policyVersion: 0 },
  });
  const { envelope, sealed } = keysOf(toHex(recordingId));
  const shareCommitments = [new Uint8Array(32).fill(4)];
  const opening = makeStatement(
    'opening',
    { core, shareCommitments, keyEnvelopeHash: sha256(envelope) },
    signer,
  );
  const first = chunkOf(0, opening.digest, 100);
  const second = chunkOf(1, first.digest, 100_000);
  return {
    ...{ signer: () => signer, session, boot: begin, recordingId, opening, sealedKeys: sealed, random },
    head: (nonce) =>
      makeStatement(
        'head',
        {
          ...{ session: session.digest, nonce, bootCounter: boot },
          ...{ nextRecordingNumber: 1, newestStatement: undefined },
        },
        signer,
      ),
    ...{ known: first, open: second, stranger: identities.stranger.signer },
  };

  function chunkOf(index: number, previous: Uint8Array, bytes: number) {
    const segments: Uint8Array[] = [];
    const seal = (part: number, length: number): Body<'chunk'>['media'] => {
      const aad = partAad(opening.digest, index, part === 0 ? 'media' : 'telemetry');
      const sealedPart = floeSeal(new Uint8Array(32).fill(6), aad, new Uint8Array(length), random);
      for (const [number, segment] of sealedPart.segments.entries())
        segments.push(segmentRecord({ index, part, number, segment }));
      return {
        header: sealedPart.header,
        segmentDigests: sealedPart.segments.map((segment) => sha256(segment)),
      };
    };
    const { digest, encoded } = makeStatement(
      'chunk',
      {
        ...{ recordingId, index, previous, media: seal(0, bytes), telemetry: seal(1, 30) },
        ...{ start: began, durationUs: 1_000_000, dependent: false, newestReceipt: undefined },
      },
      signer,
    );
    return { record: statementRecord(encoded), segments, digest };
  }
}

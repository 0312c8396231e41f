import type { PreparedRecording } from '../../../agent/sealer/index.ts';
import { type Owed, owedName } from '../../../agent/spool/journal/owed.ts';
import type { RecordingWriter } from '../../../agent/spool/recordings/writer.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { toHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { type Signer, sha256 } from '../../../evidence/crypto.ts';
import { floeSeal } from '../../../evidence/open/floe.ts';
import { partAad } from '../../../evidence/open/keys.ts';
import { segmentRecord } from '../../../evidence/records.ts';
import {
  type Body,
  type Core,
  coreCodec,
  type Moment,
  makeStatement,
  type Statement,
} from '../../../evidence/statements.ts';
import type { ProcessClock } from '../../../scenario/fast/sim-time.ts';
import type { Seeded } from '../../support/seed.ts';
import { deviceId } from '../identities.ts';
import { type Link, segmentName, type TrueRecording } from '../judge/truth.ts';
import type { World } from '../world.ts';

/** One part in so many has two segments. */
const largeOneIn = 40;
const partKey = new Uint8Array(32).fill(5);

/** One recording that is being made. */
export type Take = {
  readonly truth: TrueRecording;
  readonly opening: Statement<'opening'>;
  readonly recordingId: Uint8Array;
  readonly writer: RecordingWriter;
  readonly started: Moment;
  last: Uint8Array;
  next: number;
  readonly links: Link[];
  /** D of the receipts that the recording's file holds. */
  readonly named: Set<string>;
};

/** What a recorder has of its camera's process. */
export interface RecordingCamera {
  readonly world: World;
  readonly clock: ProcessClock;
  readonly random: Seeded;
  readonly spool: Spool;
  readonly session: Statement<'session'>;
  readonly signer: Signer;
  readonly alive: () => boolean;
  /** The newest receipt that came. */
  readonly receipt: () => Statement<'receipt'> | undefined;
}

/** The moment at which the last of `links` ends: a recording accounts for all of its time. */
function endOf(started: Moment, links: Take['links']): Moment {
  const us = links.reduce((sum, { body }) => sum + body.durationUs, 0);
  return { ...started, uptimeUs: started.uptimeUs + us, utcUs: started.utcUs + us };
}

/** What recorder and sealer are to a camera's spool: makes statements, without any picture. */
export class Recorder {
  readonly #camera: RecordingCamera;

  constructor(camera: RecordingCamera) {
    this.#camera = camera;
  }

  /** Begins a recording with these keys; `owed` is a press that had to wait for them. */
  async open(keys: PreparedRecording, owed: Owed | undefined): Promise<Take> {
    const { spool, session } = this.#camera;
    const number = spool.nextRecordingNumber;
    const { newest } = spool;
    const { recordingId, keyEnvelopeHash, sealedKeys } = keys;
    const id = toHex(recordingId);
    const started = owed?.start ?? this.moment();
    const core: Core = {
      format: 1,
      session: session.digest,
      deviceId,
      recordingId,
      recordingNumber: number,
      previous:
        newest === undefined
          ? { number: 0, statement: undefined, state: 'none' }
          : {
              number: newest.number,
              statement: newest.digest,
              state: newest.closed ? 'closed' : 'last-known',
            },
      rosterVersion: keys.rosterVersion,
      roster: keys.rosterDigest,
      roles: [...keys.roles],
      policy: 'test',
      claimedStart: started,
      startKind: 'button',
      policyDigest: undefined,
      policyVersion: 0,
    };
    const opening = makeStatement(
      'opening',
      {
        core: coreCodec.encode(core),
        shareCommitments: [new Uint8Array(32).fill(4)],
        keyEnvelopeHash,
      },
      this.#camera.signer,
    );
    const truth = this.#camera.world.truth.opens(id, number, opening, spool.chain);
    if (owed !== undefined) this.#camera.world.debts.begins(owed, truth);
    // With a gap to come it is paid once that is durable.
    const paying = owed?.missed === undefined ? owed && owedName(owed.start) : undefined;
    const writer = await spool.open({ opening, sealedKeys, paying });
    truth.opened = true;
    if (owed !== undefined && owed.missed === undefined)
      this.#camera.world.debts.opens(owed, truth, this.#camera.clock.epoch);
    this.#camera.world.truth.takesNumber(truth);
    this.#camera.world.note(`recording ${number} is opened`);
    return {
      ...{ truth, opening, recordingId, writer, started, last: opening.digest, next: 0 },
      ...{ links: [], named: new Set<string>() },
    };
  }

  async append(current: Take, owed?: Owed): Promise<void> {
    const { truth, recordingId, opening, next: index } = current;
    const place = {
      recordingId,
      index,
      previous: current.last,
      start: endOf(current.started, current.links),
      durationUs: owed?.missed?.durationUs ?? 1_000_000,
    };
    let link: Link & { kind: 'chunk' | 'gap' };
    const records: Uint8Array[] = [];
    const names: string[] = [];
    const receipt = this.#camera.receipt();
    if (owed?.missed !== undefined) {
      const { cause, videoSamples, audioSamples, atLeast } = owed.missed;
      link = makeStatement(
        'gap',
        { ...place, cause, videoSamples, audioSamples, atLeast },
        this.#camera.signer,
      );
    } else if (this.#camera.random.int(12) === 0) {
      link = makeStatement(
        'gap',
        { ...place, cause: 'link', videoSamples: 30, audioSamples: 0, atLeast: false },
        this.#camera.signer,
      );
    } else {
      const seal = (part: 'media' | 'telemetry', bytes: number): Body<'chunk'>['media'] => {
        const which = part === 'media' ? 0 : 1;
        const aad = partAad(opening.digest, index, part);
        const { header, segments } = floeSeal(
          partKey,
          aad,
          new Uint8Array(bytes).fill(index),
          this.#camera.random,
        );
        const segmentDigests = segments.map((segment) => sha256(segment));
        for (const [number, segment] of segments.entries()) {
          records.push(segmentRecord({ index, part: which, number, segment }));
          names.push(segmentName(index, which, number, segmentDigests[number] ?? segment));
        }
        return { header, segmentDigests };
      };
      const mediaBytes =
        this.#camera.random.int(largeOneIn) === 0 ? 70_000 : 50 + this.#camera.random.int(400);
      const media = seal('media', mediaBytes);
      const telemetry = seal('telemetry', 30);
      link = makeStatement(
        'chunk',
        { ...place, media, telemetry, dependent: false, newestReceipt: receipt?.digest },
        this.#camera.signer,
      );
    }
    this.#camera.world.truth.makes(truth, link, names);
    const name = link.kind === 'chunk' && receipt !== undefined ? toHex(receipt.digest) : undefined;
    const first = name !== undefined && !current.named.has(name) ? receipt : undefined;
    if (name !== undefined) current.named.add(name);
    await current.writer.append(link, Buffer.concat(records), first);
    truth.sealed.push(toHex(link.digest));
    if (owed !== undefined) {
      this.#camera.world.debts.opens(owed, truth, this.#camera.clock.epoch);
      await this.#camera.spool.paid(owedName(owed.start));
    }
    current.links.push(link);
    current.last = link.digest;
    current.next += 1;
  }

  /** As the agent does after a fault: after the last statement that the spool calls durable. */
  async close(current: Take, reason: Body<'closing'>['reason']): Promise<void> {
    const { truth, writer, recordingId, links, opening } = current;
    if (!this.#camera.alive()) return;
    const durable = this.#camera.spool.recordings().find(({ id }) => id === writer.id)?.durable ?? 0;
    const kept = links.slice(0, durable);
    const closing = this.closing({
      recordingId,
      index: kept.length,
      previous: kept.at(-1)?.digest ?? opening.digest,
      reason,
      chunks: kept.filter(({ kind }) => kind === 'chunk').length,
      gaps: kept.filter(({ kind }) => kind === 'gap').length,
      durationUs: kept.reduce((sum, { body }) => sum + body.durationUs, 0),
      segments: kept.reduce((sum, { body }) => sum + segmentsIn(body), 0),
      end: endOf(current.started, kept),
      recoveredBy: undefined,
      absentUsMax: 0,
    });
    this.#camera.world.truth.makes(truth, closing, []);
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        await writer.close(closing);
        truth.closed = toHex(closing.digest);
        this.#camera.world.note(`recording ${truth.number} is closed with ${kept.length} statements`);
        return;
      } catch (error) {
        if (!isSealcamError(error)) throw error;
        this.#camera.world.note(`recording ${truth.number} cannot be closed: ${error.code}`);
      }
    }
  }

  closing(body: Body<'closing'>): Statement<'closing'> {
    return makeStatement('closing', body, this.#camera.signer);
  }

  /** Now, by the camera's clocks. */
  moment(): Moment {
    const { clock } = this.#camera;
    return {
      epoch: clock.epoch,
      uptimeUs: clock.uptimeUs(),
      utcUs: Math.max(0, clock.utcUs()),
      clockState: 'free-running',
      errorUs: 0,
    };
  }
}

function segmentsIn(body: Link['body']): number {
  if (!('media' in body)) return 0;
  return body.media.segmentDigests.length + body.telemetry.segmentDigests.length;
}

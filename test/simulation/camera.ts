import { type Owed, owedName } from '../../agent/spool/journal/owed.ts';
import { openSpool } from '../../agent/spool/open-spool.ts';
import type { RecordingWriter } from '../../agent/spool/recordings/writer.ts';
import type { Recoverable, Spool } from '../../agent/spool/spool.ts';
import { startUplink, type Uplink, usualLimits } from '../../agent/uplink/index.ts';
import { fromHex, toHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import { type Signer, sha256 } from '../../evidence/crypto.ts';
import { floeSeal } from '../../evidence/floe.ts';
import { partAad } from '../../evidence/keys.ts';
import { segmentRecord } from '../../evidence/records.ts';
import {
  type Body,
  type Core,
  coreCodec,
  type Moment,
  makeStatement,
  type Statement,
} from '../../evidence/statements.ts';
import type { Seeded } from '../support/seed.ts';
import type { SimFileSystem } from '../support/sim-file-system.ts';
import { uplinkSession } from '../support/uplink-session.ts';
import { deviceId, keysOf } from './identities.ts';
import type { ProcessClock } from './sim-time.ts';
import { slowDisk } from './slow-disk.ts';
import { type Link, segmentName, type TrueRecording } from './truth.ts';
import type { World } from './world.ts';

const reserveBytes = 12_000;
/** One part in so many has two segments. */
const largeOneIn = 40;
const partKey = new Uint8Array(32).fill(5);

type Current = {
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

/**
 * One process of the camera: the real spool and the real uplink between a recorder and a sealer that only make
 * statements. It ends by itself where it cannot start.
 */
export class CameraProcess {
  readonly clock: ProcessClock;
  readonly #world: World;
  readonly #fileSystem: SimFileSystem;
  readonly #random: Seeded;
  readonly #ended: () => void;
  #alive = true;
  #spool: Spool | undefined;
  #uplink: Uplink | undefined;
  #session: Statement<'session'> | undefined;
  #signer: Signer | undefined;
  #receipt: Statement<'receipt'> | undefined;
  /** What it is doing, for people. */
  phase = 'starting';

  /** @param ended called where it ends by itself */
  constructor(world: World, fileSystem: SimFileSystem, clock: ProcessClock, ended: () => void) {
    this.#world = world;
    this.#fileSystem = fileSystem;
    this.clock = clock;
    this.#random = world.fork();
    this.#ended = ended;
  }

  get spool(): Spool | undefined {
    return this.#alive ? this.#spool : undefined;
  }

  /** Runs until it is killed. */
  async run(): Promise<void> {
    try {
      await this.#start();
      while (this.#alive) {
        await this.clock.sleep(1_000 + this.#random.int(this.#world.mishaps.idleMs));
        if (!this.#alive) return;
        // Keys come and go.
        const [owed] = this.#spool?.owed ?? [];
        if (owed !== undefined && (this.#world.calm || this.#random.int(2) === 0)) await this.#record(owed);
        else if (this.#world.records && this.#world.keysAwayOneIn > 0) await this.#pressOrRecord();
        else if (this.#world.records) await this.#record();
      }
    } catch (error) {
      if (!this.#alive || this.#fileSystem.crashed) return;
      if (!isSealcamError(error)) throw error;
      this.#world.note(`camera ends by itself: ${error.code}`);
      this.kill();
      this.#ended();
    }
  }

  kill(): void {
    this.#alive = false;
    this.#fileSystem.crash();
    this.clock.kill();
    this.#world.broker.forgetCamera();
    void this.#uplink?.close();
  }

  async #start(): Promise<void> {
    const { identities, broker } = this.#world;
    const fileSystem = slowDisk(this.#fileSystem, () => this.#world.diskWait(this.clock, this.#random));
    const partBytesMax = this.#random.pick([6_000, 200_000]);
    const spool = await openSpool({ directory: '/spool', fileSystem, reserveBytes, partBytesMax });
    const signer = identities.bootSigner(spool.bootCounter);
    this.#signer = signer;
    const session = makeStatement(
      'session',
      {
        certificate: identities.device.certificate,
        format: 1,
        deviceId,
        sessionKey: signer.publicKey,
        bootCounter: spool.bootCounter,
        previousSession: spool.previousSession,
        nextRecordingNumber: spool.nextRecordingNumber,
        newestStatement: spool.newestStatement,
        chain: undefined,
      },
      identities.device.signer,
    );
    this.#session = session;
    await spool.beginSession(session);
    for (const recoverable of spool.recoverable) await this.#recover(spool, recoverable);
    if (!this.#alive) return;
    this.#spool = spool;
    this.phase = 'idle';
    this.#world.note(`boot ${spool.bootCounter}, ${spool.recordings().length} recordings in the spool`);
    this.#uplink = startUplink({
      spool,
      deviceId,
      root: identities.root,
      ...uplinkSession({ statement: session, signer }, () => ({
        bootCounter: spool.bootCounter,
        nextRecordingNumber: spool.nextRecordingNumber,
        newestStatement: spool.newestStatement,
      })),
      openBroker: broker.open,
      onReceipt: (receipt) => {
        this.#receipt = receipt;
      },
      clock: this.clock,
      randomness: this.#random,
      log: this.#world.logOf('camera'),
      limits: usualLimits,
    });
  }

  async #recover(spool: Spool, { id, next, last, tally, opening }: Recoverable): Promise<void> {
    const recordingId = fromHex(id) ?? new Uint8Array(0);
    const truth = this.#world.truth.recording(id);
    const { claimedStart } = coreCodec.decode(opening.core);
    const closing = this.#closing({
      recordingId,
      index: next,
      previous: last,
      reason: 'recovered',
      chunks: tally.chunks,
      gaps: tally.gaps,
      durationUs: tally.chunksUs + tally.gapsUs,
      segments: tally.segments,
      end: tally.end ?? claimedStart,
      recoveredBy: this.#session?.digest,
      absentUsMax: 5_000_000,
    });
    this.#world.truth.makes(truth, closing, []);
    try {
      await spool.recover(id, closing);
      truth.closed = toHex(closing.digest);
      this.#world.note(`recording ${truth.number} is recovered with ${next} statements`);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#world.note(`recording ${truth.number} cannot be recovered: ${error.code}`);
    }
  }

  async #pressOrRecord(): Promise<void> {
    const { debts, steady, keysAwayOneIn } = this.#world;
    const spool = this.#spool;
    if (spool === undefined || steady.on || this.#random.int(keysAwayOneIn) > 0) return this.#record();
    try {
      this.#world.note('start is pressed without keys');
      await debts.press(spool, this.clock, this.#moment(), this.#random);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#world.note(`the press is not acknowledged: ${error.code}`);
    }
  }

  /** One recording, from its opening to its closing, or to what keeps it from that; `owed` is one that had to wait for keys. */
  async #record(owed?: Owed): Promise<void> {
    let current: Current | undefined;
    try {
      current = await this.#open(owed);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#world.note(`no recording: ${error.code}`);
      return;
    }
    if (current === undefined) return;
    this.phase = 'recording';
    const { steady, chunksMax } = this.#world;
    const usual = steady.on ? steady.links : 1 + this.#random.int(chunksMax);
    const length = owed?.missed === undefined ? usual : 0;
    let reason: Body<'closing'>['reason'] = owed?.missed?.ended ?? 'button';
    try {
      if (owed?.missed !== undefined) await this.#append(current, owed);
      for (let n = 0; n < length && this.#alive; n += 1) {
        await this.clock.sleep(250 + this.#random.int(1_500));
        await this.#append(current);
      }
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      reason = error.code === 'SPOOL_FULL' ? 'storage' : 'fault';
      this.#world.note(`recording ${current.truth.number} has to end: ${error.code}`);
    }
    await this.#close(current, reason);
    this.phase = 'idle';
  }

  async #open(owed: Owed | undefined): Promise<Current | undefined> {
    const spool = this.#spool;
    const session = this.#session;
    if (spool === undefined || session === undefined) return undefined;
    const number = spool.nextRecordingNumber;
    const { newest } = spool;
    const recordingId = this.#random.bytes(16);
    const id = toHex(recordingId);
    const started = owed?.start ?? this.#moment();
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
      rosterVersion: 1,
      roster: new Uint8Array(32).fill(9),
      roles: ['evidence'],
      policy: 'test',
      claimedStart: started,
      startKind: 'button',
    };
    const { envelope, sealed } = keysOf(id);
    const opening = makeStatement(
      'opening',
      {
        core: coreCodec.encode(core),
        shareCommitments: [new Uint8Array(32).fill(4)],
        keyEnvelopeHash: sha256(envelope),
      },
      this.#sign,
    );
    const truth = this.#world.truth.opens(id, number, opening);
    if (owed !== undefined) this.#world.debts.begins(owed, truth);
    // With a gap to come it is paid once that is durable.
    const paying = owed?.missed === undefined ? owed && owedName(owed.start) : undefined;
    const writer = await spool.open({ opening, sealedKeys: sealed, paying });
    truth.opened = true;
    if (owed !== undefined && owed.missed === undefined)
      this.#world.debts.opens(owed, truth, this.clock.epoch);
    this.#world.truth.takesNumber(truth);
    this.#world.note(`recording ${number} is opened`);
    return {
      ...{ truth, opening, recordingId, writer, started, last: opening.digest, next: 0 },
      ...{ links: [], named: new Set<string>() },
    };
  }

  async #append(current: Current, owed?: Owed): Promise<void> {
    const { truth, recordingId, opening, next: index } = current;
    const place = {
      recordingId,
      index,
      previous: current.last,
      start: owed?.start ?? this.#moment(),
      durationUs: owed?.missed?.durationUs ?? 1_000_000,
    };
    let link: Link & { kind: 'chunk' | 'gap' };
    const records: Uint8Array[] = [];
    const names: string[] = [];
    const receipt = this.#receipt;
    if (owed?.missed !== undefined) {
      const { cause, videoSamples, audioSamples, atLeast } = owed.missed;
      link = makeStatement('gap', { ...place, cause, videoSamples, audioSamples, atLeast }, this.#sign);
    } else if (this.#random.int(12) === 0) {
      link = makeStatement(
        'gap',
        { ...place, cause: 'link', videoSamples: 30, audioSamples: 0, atLeast: false },
        this.#sign,
      );
    } else {
      const seal = (part: 'media' | 'telemetry', bytes: number): Body<'chunk'>['media'] => {
        const which = part === 'media' ? 0 : 1;
        const aad = partAad(opening.digest, index, part);
        const { header, segments } = floeSeal(partKey, aad, new Uint8Array(bytes).fill(index), this.#random);
        const segmentDigests = segments.map((segment) => sha256(segment));
        for (const [number, segment] of segments.entries()) {
          records.push(segmentRecord({ index, part: which, number, segment }));
          names.push(segmentName(index, which, number, segmentDigests[number] ?? segment));
        }
        return { header, segmentDigests };
      };
      const mediaBytes = this.#random.int(largeOneIn) === 0 ? 70_000 : 50 + this.#random.int(400);
      const media = seal('media', mediaBytes);
      const telemetry = seal('telemetry', 30);
      link = makeStatement(
        'chunk',
        { ...place, media, telemetry, dependent: false, newestReceipt: receipt?.digest },
        this.#sign,
      );
    }
    this.#world.truth.makes(truth, link, names);
    const name = link.kind === 'chunk' && receipt !== undefined ? toHex(receipt.digest) : undefined;
    const first = name !== undefined && !current.named.has(name) ? receipt : undefined;
    if (name !== undefined) current.named.add(name);
    await current.writer.append(link, Buffer.concat(records), first);
    truth.sealed.push(toHex(link.digest));
    if (owed !== undefined) {
      this.#world.debts.opens(owed, truth, this.clock.epoch);
      await this.#spool?.paid(owedName(owed.start));
    }
    current.links.push(link);
    current.last = link.digest;
    current.next += 1;
  }

  /** As the agent does after a fault: behind the last statement that the spool calls durable. */
  async #close(current: Current, reason: Body<'closing'>['reason']): Promise<void> {
    const { truth, writer, recordingId, links, opening } = current;
    if (!this.#alive) return;
    const durable = this.#spool?.recordings().find(({ id }) => id === writer.id)?.durable ?? 0;
    const kept = links.slice(0, durable);
    const closing = this.#closing({
      recordingId,
      index: kept.length,
      previous: kept.at(-1)?.digest ?? opening.digest,
      reason,
      chunks: kept.filter(({ kind }) => kind === 'chunk').length,
      gaps: kept.filter(({ kind }) => kind === 'gap').length,
      durationUs: kept.reduce((sum, { body }) => sum + body.durationUs, 0),
      segments: kept.reduce((sum, { body }) => sum + segmentsIn(body), 0),
      end: this.#moment(),
      recoveredBy: undefined,
      absentUsMax: 0,
    });
    this.#world.truth.makes(truth, closing, []);
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        await writer.close(closing);
        truth.closed = toHex(closing.digest);
        this.#world.note(`recording ${truth.number} is closed with ${kept.length} statements`);
        return;
      } catch (error) {
        if (!isSealcamError(error)) throw error;
        this.#world.note(`recording ${truth.number} cannot be closed: ${error.code}`);
      }
    }
  }

  #closing(body: Body<'closing'>): Statement<'closing'> {
    return makeStatement('closing', body, this.#sign);
  }

  get #sign(): Signer {
    if (this.#signer === undefined) throw new TypeError('no session was begun');
    return this.#signer;
  }

  #moment(): Moment {
    return {
      epoch: this.clock.epoch,
      uptimeUs: this.clock.uptimeUs(),
      utcUs: Math.max(0, this.clock.utcUs()),
      clockState: 'free-running',
      errorUs: 0,
    };
  }
}

function segmentsIn(body: Link['body']): number {
  if (!('media' in body)) return 0;
  return body.media.segmentDigests.length + body.telemetry.segmentDigests.length;
}

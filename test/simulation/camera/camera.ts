import { type BootLog, beginBootLog } from '../../../agent/line/observation/boot-log.ts';
import type { KeyReserve, PreparedRecording } from '../../../agent/sealer/index.ts';
import { momentsOf } from '../../../agent/sealer/time/moments.ts';
import { JournalsBeside } from '../../../agent/spool/boot-journals/journals-beside.ts';
import type { SentJournals } from '../../../agent/spool/boot-journals/sent-journals.ts';
import { Folder } from '../../../agent/spool/disk/folder.ts';
import type { Owed } from '../../../agent/spool/journal/owed.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Recoverable } from '../../../agent/spool/recordings/recording.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { startUplink, type Uplink, usualLimits } from '../../../agent/uplink/index.ts';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { type Body, coreCodec, makeStatement, type Statement } from '../../../evidence/statements.ts';
import type { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { slowDisk } from '../../../scenario/fast/disks/slow-disk.ts';
import type { ProcessClock } from '../../../scenario/fast/sim-time.ts';
import { softwareDigest } from '../../support/evidence/boot-journals.ts';
import type { Seeded } from '../../support/seed.ts';
import { uplinkSession } from '../../support/uplink/uplink-session.ts';
import { deviceId } from '../identities.ts';
import type { World } from '../world.ts';
import { Recorder, type Take } from './recorder.ts';

/** Events without a value of their own. */
const told = ['sensor-lost', 'sensor-back', 'sensor-changed', 'lamp-fault', 'lamp-well'] as const;
const reserveBytes = 12_000;
/** How soon, at most, a wearer stops who does not wait for the keys. */
const stopsWithinMs = [2_000, 60_000] as const;

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
  #recorder: Recorder | undefined;
  #keys: KeyReserve | undefined;
  #receipt: Statement<'receipt'> | undefined;
  #bootLog: BootLog | undefined;
  #journals: SentJournals | undefined;
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

  /** The journals of this boot and of earlier ones. */
  get journals(): SentJournals | undefined {
    return this.#alive ? this.#journals : undefined;
  }

  /** Runs until it is killed. */
  async run(): Promise<void> {
    try {
      await this.#start();
      while (this.#alive) {
        await this.clock.sleep(1_000 + this.#random.int(this.#world.mishaps.idleMs));
        if (!this.#alive) return;
        if (await this.#happens()) return;
        // Keys come and go.
        const [owed] = this.#spool?.owed ?? [];
        if (owed !== undefined && (this.#world.calm || this.#random.int(2) === 0)) await this.#record(owed);
        else if (this.#world.records && this.#world.keyChildren.fails && !this.#world.steady.on)
          await this.#press();
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
    this.#world.keyChildren.forget();
    this.#world.broker.forgetCamera();
    void this.#uplink?.close();
  }

  async #start(): Promise<void> {
    const { identities, broker } = this.#world;
    const fileSystem = slowDisk(this.#fileSystem, () => this.#world.diskWait(this.clock, this.#random));
    const partBytesMax = this.#random.pick([6_000, 200_000]);
    const { camera } = this.#world;
    const { lost } = camera;
    const log = this.#world.logOf('camera', (event) => {
      if (event === 'counter.not-copied') lost.copyFailed();
    });
    const claimNew = async (): Promise<boolean> => lost.claimNew();
    const options = {
      directory: '/spool',
      fileSystem,
      reserveBytes,
      partBytesMax,
      claimNew,
      log,
      clock: this.clock,
    };
    lost.starting();
    const spool = await openSpool(options);
    lost.started(spool);
    camera.starts += 1;
    const bootSigner = identities.bootSigner(camera.starts);
    const session = makeStatement(
      'session',
      {
        certificate: identities.device.certificate,
        format: 1,
        deviceId,
        sessionKey: bootSigner.publicKey,
        bootCounter: spool.bootCounter,
        previousSession: spool.previousSession,
        nextRecordingNumber: spool.nextRecordingNumber,
        newestStatement: spool.newestStatement,
        chain: spool.chain,
      },
      identities.device.signer,
    );
    const signer = this.#world.journals.begins(session, bootSigner);
    this.#session = session;
    const recorder = new Recorder({
      world: this.#world,
      clock: this.clock,
      random: this.#random,
      ...{ spool, session, signer },
      alive: () => this.#alive,
      receipt: () => this.#receipt,
    });
    await spool.beginSession(session);
    for (const recoverable of spool.recoverable) await this.#recover(spool, recorder, recoverable);
    if (!this.#alive) return;
    const begun = await beginBootLog({
      folder: new Folder(fileSystem, '/spool'),
      session: { statement: session, signer },
      software: { version: '1.0.0', digest: softwareDigest },
      moments: momentsOf(this.clock, { now: () => ({ clockState: 'free-running', errorUs: 0 }) }),
      clock: this.clock,
      log,
    });
    if (!this.#alive) return;
    this.#bootLog = begun.bootLog;
    this.#journals = begun.journals;
    this.#spool = spool;
    this.#keys = this.#world.keyChildren.reserveOf(this.clock, log);
    this.#recorder = recorder;
    this.phase = 'idle';
    this.#world.note(`boot ${spool.bootCounter}, ${spool.recordings().length} recordings in the spool`);
    this.#uplink = startUplink({
      spool: new JournalsBeside(spool, begun.journals),
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
      log,
      limits: usualLimits,
    });
  }

  /** What a boot has to tell besides its recordings. @returns whether it ends, in an orderly way. */
  async #happens(): Promise<boolean> {
    const { journals, camera, calm, steady } = this.#world;
    const bootLog = this.#bootLog;
    if (bootLog === undefined) return false;
    bootLog.look({ storageFull: Number.isFinite(camera.disk.capacityBytes), storageAnswers: true });
    if (calm) return false;
    for (let n = this.#random.int(4); n > 0; n -= 1) bootLog.tell(this.#random.pick(told));
    if (steady.on || this.#random.int(10) > 0) return false;
    await bootLog.end('ordered');
    if (!this.#alive) return true;
    journals.counts.shutdowns += 1;
    this.#world.note('the camera shuts down');
    this.kill();
    this.#ended();
    return true;
  }

  async #recover(
    spool: Spool,
    recorder: Recorder,
    { id, next, last, tally, opening }: Recoverable,
  ): Promise<void> {
    const recordingId = fromHex(id) ?? new Uint8Array(0);
    const truth = this.#world.truth.recording(id);
    const { claimedStart } = coreCodec.decode(opening.core);
    const closing = recorder.closing({
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

  /** Start is pressed: what that means is durable first, whether keys come or not, and the wearer may stop before they do. */
  async #press(): Promise<void> {
    const { debts } = this.#world;
    const [spool, recorder, random] = [this.#spool, this.#recorder, this.#random];
    if (spool === undefined || recorder === undefined) return;
    try {
      let owed = await debts.press(spool, recorder.moment());
      const keys = this.#takeKeys();
      const stop = this.clock.sleep(random.int(random.pick(stopsWithinMs))).then(() => 'stop' as const);
      const first = await Promise.race([keys, stop]);
      const failed = first === undefined;
      if (first === 'stop' || failed) debts.counts.keysAway += 1;
      if (first === 'stop' || (failed && random.int(2) === 0))
        owed = await debts.stop(spool, this.clock, owed);
      const prepared = await keys;
      // Otherwise it is made when there are keys.
      if (prepared !== undefined && this.#alive) await this.#record(owed, prepared);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#world.note(`the press is not acknowledged: ${error.code}`);
    }
  }

  /** Undefined if there are none. */
  async #takeKeys(): Promise<PreparedRecording | undefined> {
    if (this.#keys === undefined) return undefined;
    try {
      return await this.#world.keyChildren.take(this.#keys, this.clock);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#world.note(`no keys: ${error.code}`);
      return undefined;
    }
  }

  /** One recording, from its opening to its closing, or to what keeps it from that; `owed` is one that had to wait for keys. */
  async #record(owed?: Owed, prepared?: PreparedRecording): Promise<void> {
    const keys = prepared ?? (await this.#takeKeys());
    if (keys === undefined || !this.#alive) return;
    let current: Take | undefined;
    try {
      current = await this.#recorder?.open(keys, owed);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#world.note(`no recording: ${error.code}`);
      return;
    }
    const recorder = this.#recorder;
    if (current === undefined || recorder === undefined) return;
    this.phase = 'recording';
    const { steady, chunksMax } = this.#world;
    const usual = steady.on ? steady.links : 1 + this.#random.int(chunksMax);
    const length = owed?.missed === undefined ? usual : 0;
    let reason: Body<'closing'>['reason'] = owed?.missed?.ended ?? 'button';
    try {
      if (owed?.missed !== undefined) await recorder.append(current, owed);
      for (let n = 0; n < length && this.#alive; n += 1) {
        await this.clock.sleep(250 + this.#random.int(1_500));
        await recorder.append(current);
      }
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      reason = error.code === 'SPOOL_FULL' ? 'storage' : 'fault';
      this.#world.note(`recording ${current.truth.number} has to end: ${error.code}`);
    }
    await recorder.close(current, reason);
    this.phase = 'idle';
  }
}

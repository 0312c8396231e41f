import type { KeyReserve, PreparedRecording } from '../../../agent/sealer/index.ts';
import type { Owed } from '../../../agent/spool/journal/owed.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Recoverable } from '../../../agent/spool/recordings/recording.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { startUplink, type Uplink, usualLimits } from '../../../agent/uplink/index.ts';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { type Body, coreCodec, makeStatement, type Statement } from '../../../evidence/statements.ts';
import type { SimFileSystem } from '../../../scenario/fast/sim-file-system.ts';
import type { ProcessClock } from '../../../scenario/fast/sim-time.ts';
import { slowDisk } from '../../../scenario/fast/slow-disk.ts';
import type { Seeded } from '../../support/seed.ts';
import { uplinkSession } from '../../support/uplink/uplink-session.ts';
import { deviceId } from '../identities.ts';
import type { World } from '../world.ts';
import { Recorder, type Take } from './recorder.ts';

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
    const spool = await openSpool(options);
    lost.started(spool);
    camera.starts += 1;
    const signer = identities.bootSigner(camera.starts);
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
        chain: spool.chain,
      },
      identities.device.signer,
    );
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
    this.#spool = spool;
    this.#keys = this.#world.keyChildren.reserveOf(this.clock, log);
    this.#recorder = recorder;
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
      log,
      limits: usualLimits,
    });
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

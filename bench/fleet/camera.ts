import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BootSession,
  beginSession,
  loadIdentity,
  type Moments,
  machineTime,
  momentsOf,
  openSealedRecording,
  type PreparedRecording,
  recipientsOf,
  type SealedRecording,
} from '../../agent/sealer/index.ts';
import { mqttBroker, startUplink, type Uplink } from '../../agent/uplink/index.ts';
import type { Clock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { systemRandomness } from '../../base/random.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { readVaultKey, sealForVault, wrapShares } from '../../evidence/keys/key-envelope.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import { recordingIdBytes, shareBytes } from '../../evidence/limits.ts';
import { type Root, readRoot } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';
import type { Statement } from '../../evidence/statements.ts';
import { createSharePipe } from '../../native/index.ts';
import { FleetSpool } from './spool.ts';

/** What each camera seals, once a second. */
export interface Footage {
  /** The media of a second, any bytes: a sealed chunk tells nothing of them. */
  readonly second: Uint8Array;
  readonly telemetry: Uint8Array;
}

const secondUs = 1_000_000;

/**
 * A camera without a sensor and a disk: the agent's own sealer and uplink, with keys and certificates of its own. It
 * makes one recording.
 */
export class FleetCamera {
  readonly id: string;
  /** How much later than planned the latest second was sealed, in milliseconds: what the generator cannot keep up with. */
  lateMs = 0;
  /** Times that it was connected. */
  connections = 0;
  readonly spool: FleetSpool;
  readonly #folder: string;
  readonly #root: Root;
  readonly #session: BootSession;
  readonly #recording: SealedRecording;
  readonly #moments: Moments;
  readonly #clock: Clock;
  readonly #startUs: number;
  #uplink: Uplink | undefined;
  #drop = (): void => {};
  #receipt: Statement<'receipt'> | undefined;
  #seconds = 0;

  private constructor(
    at: { readonly id: string; readonly folder: string; readonly root: Root },
    session: BootSession,
    recording: SealedRecording,
    start: { readonly moments: Moments; readonly clock: Clock; readonly startUs: number },
  ) {
    this.id = at.id;
    this.#folder = at.folder;
    this.#root = at.root;
    this.#session = session;
    this.#recording = recording;
    this.#moments = start.moments;
    this.#clock = start.clock;
    this.#startUs = start.startUs;
    this.spool = new FleetSpool(session.statement, recording, () => start.clock.uptimeUs() / 1_000);
  }

  /**
   * Boots the camera that was provisioned in `folder`, and opens its recording.
   * @param agoSeconds how long ago the recording began.
   */
  static async boot(id: string, folder: string, clock: Clock, agoSeconds: number): Promise<FleetCamera> {
    const file = (name: string): Buffer => readFileSync(join(folder, name));
    const root = readRoot(file('root.crt'));
    const identity = await loadIdentity(join(folder, 'identity.crt'), root);
    const key = readSigningKey(file('identity.key'));
    const facts = {
      bootCounter: 1,
      previousSession: undefined,
      nextRecordingNumber: 1,
      newestStatement: undefined,
    };
    const signer = { sign: async (message: Uint8Array) => key.sign(message) };
    const session = await beginSession(identity, signer, facts, systemRandomness);
    const prepared = await prepareHere(id, readRoster(file('roster.dsse'), root), file('vault.pub'), root);
    const moments = momentsOf(clock, machineTime(clock));
    const startUs = Math.max(0, clock.uptimeUs() - agoSeconds * secondUs);
    const recording = openSealedRecording(prepared, session, {
      number: 1,
      previous: { number: 0, statement: undefined, state: 'none' },
      policy: 'bench',
      start: moments.at(startUs),
      startKind: 'button',
      signedPolicy: undefined,
    });
    return new FleetCamera({ id, folder, root }, session, recording, { moments, clock, startUs });
  }

  /** Connects, and from then on sends what is sealed. Resolves with the station's first receipt. */
  async connect(url: string): Promise<void> {
    const file = (name: string): string => readFileSync(join(this.#folder, name), 'utf8');
    const address = { url, root: this.#root, certificate: file('tls.crt'), privateKey: file('tls.key') };
    const open = mqttBroker(address, this.id, this.#clock);
    this.#uplink = startUplink({
      spool: this.spool,
      deviceId: this.id,
      root: this.#root,
      session: this.#session.statement,
      makeHead: (nonce) =>
        this.#session.head(nonce, { nextRecordingNumber: 2, newestStatement: this.spool.newestStatement }),
      makeLoss: (facts) => this.#session.loss(facts),
      openBroker: (events) => {
        const session = open({
          ...events,
          up: () => {
            this.connections += 1;
            events.up();
          },
        });
        this.#drop = () => session.close('the bench disconnects it');
        return session;
      },
      onReceipt: (receipt) => {
        this.#receipt = receipt;
      },
      clock: this.#clock,
      randomness: systemRandomness,
      log: silentLog,
    });
    await this.spool.answered;
  }

  get connected(): boolean {
    return this.#uplink?.stats().connected ?? false;
  }

  /** Ends the connection; the uplink makes another. */
  drop(): void {
    this.#drop();
  }

  /** Seals the next second. */
  async seal({ second, telemetry }: Footage): Promise<void> {
    const receipt = this.#receipt;
    const chunk = await this.#recording.sealChunk({
      media: [second],
      telemetry,
      start: this.#moments.at(this.#startUs + this.#seconds * secondUs),
      durationUs: secondUs,
      dependent: false,
      ...(receipt === undefined ? {} : { newestReceipt: receipt }),
    });
    this.#seconds += 1;
    this.spool.append(chunk);
  }

  /** Seals `seconds` at once, and closes the recording: what a camera brings home at the end of a shift. */
  async fill(footage: Footage, seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) await this.seal(footage);
    await this.close();
  }

  /** Seals a second each second from `fromUs` of the clock on, `seconds` times, and closes the recording. */
  async record(footage: Footage, seconds: number, fromUs: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      const dueUs = fromUs + second * secondUs;
      await this.until(dueUs);
      this.lateMs = Math.max(this.lateMs, (this.#clock.uptimeUs() - dueUs) / 1_000);
      await this.seal(footage);
    }
    await this.close();
  }

  async close(): Promise<void> {
    const durationUs = this.#seconds * secondUs;
    const end = this.#moments.at(this.#startUs + durationUs);
    this.spool.close(await this.#recording.close({ reason: 'button', durationUs, end }));
  }

  /** Ends the connection for good, and erases the session's key. */
  async end(): Promise<void> {
    await this.#uplink?.close();
    this.#recording.erase();
  }

  /** Waits until `atUs` of the clock. */
  async until(atUs: number): Promise<void> {
    const waitMs = (atUs - this.#clock.uptimeUs()) / 1_000;
    if (waitMs > 0) await new Promise<void>((resolve) => this.#clock.setTimer(waitMs, resolve));
  }
}

/**
 * Prepares a recording's keys as the agent's key child does, in this process: a child for each of a fleet's cameras would
 * take longer than the run, and these keys protect nothing.
 */
async function prepareHere(
  deviceId: string,
  roster: Statement<'roster'>,
  vaultKey: Uint8Array,
  root: Root,
): Promise<PreparedRecording> {
  const roles = recipientsOf(
    roster,
    roster.body.roles.map(({ name }) => name),
  );
  const recordingId = systemRandomness.bytes(recordingIdBytes);
  const secrets = roles.map(() => systemRandomness.bytes(shareBytes));
  const envelope = await wrapShares(recordingId, roles, secrets);
  const vault = readVaultKey(vaultKey, root).body;
  const pipe = createSharePipe();
  for (const secret of secrets) writeSync(pipe.writeFd, secret);
  return {
    recordingId,
    roles: roles.map(({ name }) => name),
    rosterVersion: roster.body.version,
    rosterDigest: roster.digest,
    shares: await pipe.readShares(secrets.length),
    keyEnvelopeHash: sha256(envelope),
    sealedKeys: await sealForVault(envelope, vault, deviceId, recordingId),
  };
}

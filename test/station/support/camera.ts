import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../../base/bytes.ts';
import { p384PrivateKey, p384Signer, type Signer, sha256 } from '../../../evidence/crypto.ts';
import { readVaultKey, sealForVault, wrapShares } from '../../../evidence/keys/key-envelope.ts';
import { readSigningKey } from '../../../evidence/keys/key-file.ts';
import { floeSeal } from '../../../evidence/open/floe.ts';
import { KeyChain, partAad, shareCommitment } from '../../../evidence/open/keys.ts';
import { segmentRecord, statementRecord } from '../../../evidence/records.ts';
import { certificateDer, readRoot } from '../../../evidence/root.ts';
import { readRoster } from '../../../evidence/roster.ts';
import {
  type Core,
  coreCodec,
  type Moment,
  makeStatement,
  type Session,
  type Statement,
} from '../../../evidence/statements.ts';
import type { Seeded } from '../../support/seed.ts';

export const moment: Moment = {
  epoch: new Uint8Array(16).fill(7),
  uptimeUs: 1_000_000,
  utcUs: 1_780_000_000_000_000,
  clockState: 'synchronised',
  errorUs: 1_000,
};

/** The moment that many chunks of a second after a recording's start. */
function momentAfter(chunks: number): Moment {
  const us = chunks * 1_000_000;
  return { ...moment, uptimeUs: moment.uptimeUs + us, utcUs: moment.utcUs + us };
}

/** One boot of a fake camera: it signs and seals as the format says, without the agent or the addon. */
export class FakeCamera {
  readonly id: string;
  readonly #folder: string;
  readonly #random: Seeded;
  #boot = 0;
  #signer!: Signer;
  session!: Statement<'session'>;

  constructor(id: string, folder: string, random: Seeded) {
    this.id = id;
    this.#folder = folder;
    this.#random = random;
    this.boot();
  }

  get signer(): Signer {
    return this.#signer;
  }

  /** Begins a new session. */
  boot(change: Partial<Session> = {}): Statement<'session'> {
    const identity = readSigningKey(this.#file('identity.key').toString('latin1'));
    this.#signer = p384Signer(p384PrivateKey(this.#random));
    this.#boot += 1;
    this.session = makeStatement(
      'session',
      {
        certificate: certificateDer(this.#file('identity.crt')),
        format: 1,
        deviceId: this.id,
        sessionKey: this.#signer.publicKey,
        bootCounter: this.#boot,
        previousSession: undefined,
        nextRecordingNumber: 1,
        newestStatement: undefined,
        chain: undefined,
        ...change,
      },
      identity,
    );
    return this.session;
  }

  /** The head that answers a challenge. */
  head(nonce: Uint8Array, nextRecordingNumber = 1, newestStatement?: Uint8Array): Statement<'head'> {
    const { bootCounter } = this.session.body;
    return makeStatement(
      'head',
      { session: this.session.digest, nonce, bootCounter, nextRecordingNumber, newestStatement },
      this.#signer,
    );
  }

  /** Public keys for which each role's share is wrapped too, though no roster names them. */
  readonly stowaways: Uint8Array[] = [];

  /** Opens a recording after `previous`, which is none unless given. */
  async record(
    number: number,
    recordingId = this.#random.bytes(16),
    previous: Core['previous'] = { number: 0, statement: undefined, state: 'none' },
  ): Promise<FakeRecording> {
    const root = readRoot(this.#file('root.crt'));
    const roster = readRoster(this.#file('roster.dsse'), root);
    const roles = roster.body.roles.map(({ name }) => name);
    const core = coreCodec.encode({
      format: 1,
      session: this.session.digest,
      deviceId: this.id,
      recordingId,
      recordingNumber: number,
      previous,
      rosterVersion: roster.body.version,
      roster: roster.digest,
      roles,
      policy: 'test',
      claimedStart: moment,
      startKind: 'button',
      policyDigest: undefined,
      policyVersion: 0,
    });
    const shares = roles.map(() => this.#random.bytes(32));
    const recipients = roster.body.roles.map((role) => ({
      name: role.name,
      recipients: [...role.recipients.map(({ publicKey }) => publicKey), ...this.stowaways],
    }));
    const envelope = await wrapShares(recordingId, recipients, shares);
    const vault = readVaultKey(this.#file('vault.pub'), root).body;
    const sealedKeys = await sealForVault(envelope, vault, this.id, recordingId);
    const opening = makeStatement(
      'opening',
      {
        core,
        shareCommitments: shares.map((share, role) => shareCommitment(core, role, share)),
        keyEnvelopeHash: sha256(envelope),
      },
      this.#signer,
    );
    return new FakeRecording({
      camera: this,
      opening,
      number,
      recordingId,
      sealedKeys,
      envelope,
      chain: new KeyChain(core, shares),
      random: this.#random,
    });
  }

  #file(name: string): Buffer {
    return readFileSync(join(this.#folder, name));
  }
}

/** A chunk or another statement of a chain, as messages. */
export interface FakeLink {
  readonly statement: Statement<'chunk' | 'gap' | 'closing'>;
  readonly record: Uint8Array;
  readonly segments: readonly Uint8Array[];
}

interface RecordingParts {
  readonly camera: FakeCamera;
  readonly opening: Statement<'opening'>;
  readonly number: number;
  readonly recordingId: Uint8Array;
  readonly sealedKeys: Uint8Array;
  readonly envelope: Uint8Array;
  readonly chain: KeyChain;
  readonly random: Seeded;
}

/** A recording that a fake camera makes. */
export class FakeRecording {
  readonly parts: RecordingParts;
  readonly id: string;
  #last: Uint8Array;
  #next = 0;
  #chunks = 0;
  #segments = 0;

  constructor(parts: RecordingParts) {
    this.parts = parts;
    this.id = toHex(parts.recordingId);
    this.#last = parts.opening.digest;
  }

  get opening(): Uint8Array {
    return statementRecord(this.parts.opening.encoded);
  }

  get name(): string {
    return `${String(this.parts.number).padStart(10, '0')}-${this.id}`;
  }

  /**
   * The next chunk, with `mediaBytes` of media and a little telemetry.
   * @param fork the chain does not go on with it.
   * @param words what the media part repeats.
   */
  chunk(mediaBytes: number, fork = false, words = 'media '): FakeLink {
    const { chain, random, opening, recordingId, camera } = this.parts;
    const index = this.#next;
    const keys = chain.keysOf(index);
    const media = floeSeal(
      keys.media,
      partAad(opening.digest, index, 'media'),
      new Uint8Array(Buffer.alloc(mediaBytes, words)),
      random,
    );
    const telemetry = floeSeal(
      keys.telemetry,
      partAad(opening.digest, index, 'telemetry'),
      random.bytes(100),
      random,
    );
    const part = (message: typeof media) => ({
      header: message.header,
      segmentDigests: message.segments.map((segment) => sha256(segment)),
    });
    const statement = makeStatement(
      'chunk',
      {
        recordingId,
        index,
        previous: this.#last,
        media: part(media),
        telemetry: part(telemetry),
        start: momentAfter(index),
        durationUs: 1_000_000,
        dependent: false,
        newestReceipt: undefined,
      },
      camera.signer,
    );
    const segments = [media, telemetry].flatMap((message, which) =>
      message.segments.map((segment, number) => segmentRecord({ index, part: which, number, segment })),
    );
    if (!fork) {
      this.#go(statement);
      this.#chunks += 1;
      this.#segments += segments.length;
    }
    return { statement, record: statementRecord(statement.encoded), segments };
  }

  /** The closing; signed by `by` as a recovered one where that is a later session. */
  close(by?: { readonly session: Statement<'session'>; readonly signer: Signer }): FakeLink {
    const statement = makeStatement(
      'closing',
      {
        recordingId: this.parts.recordingId,
        index: this.#next,
        previous: this.#last,
        reason: by === undefined ? 'button' : 'recovered',
        chunks: this.#chunks,
        gaps: 0,
        durationUs: this.#chunks * 1_000_000,
        segments: this.#segments,
        end: momentAfter(this.#chunks),
        recoveredBy: by?.session.digest,
        absentUsMax: by === undefined ? 0 : 2_000_000,
      },
      by?.signer ?? this.parts.camera.signer,
    );
    return { statement, record: statementRecord(statement.encoded), segments: [] };
  }

  #go(statement: Statement<'chunk'>): void {
    this.#last = statement.digest;
    this.#next += 1;
  }
}

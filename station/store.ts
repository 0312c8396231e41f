import { join } from 'node:path';
import { equalBytes, fromHex, toHex } from '../base/bytes.ts';
import { attempt, isSealcamError, SealcamError } from '../base/errors.ts';
import type { Recording } from '../evidence/chain.ts';
import { openEnvelope } from '../evidence/dsse.ts';
import { recordBodyBytesMax } from '../evidence/limits.ts';
import { parseSegment, type RawRecord, RecordScanner, recordType } from '../evidence/records.ts';
import type { Root } from '../evidence/root.ts';
import {
  claimedKind,
  idPattern,
  type Receipt,
  type Statement,
  storedStatement,
} from '../evidence/statements.ts';
import { type Certified, readDeletion, readReceipt } from '../evidence/trust.ts';
import { type Receipted, RecordingIntake, readOpeningBy } from './intake.ts';
import { cutBack, RecordFile, type RecordFileTools } from './record-file.ts';
import { fileName, parseFileName, type RecordingName } from './recording-name.ts';
import { neededDigests } from './segment-digests.ts';
import { DeviceSessions } from './sessions.ts';

/** Bytes at a file's end that hold its last record whole. */
const recordBytesMax = 2 * recordBodyBytesMax;

/** Bytes of receipts that are read at a time. */
const pieceBytes = 1_048_576;

/** A recording's evidence, read back. */
export interface StoredEvidence {
  readonly seal: RecordFile;
  /** Absent where the file does not hold its own opening: then there is nothing to go on from. */
  readonly intake: RecordingIntake | undefined;
}

/**
 * The evidence store: `DEVICE/NUMBER-ID.seal`, `.receipts` beside it, and `DEVICE/sessions.seal`. Bulk data
 * and receipts alone: no key is ever in it.
 */
export class Store {
  readonly folder: string;
  readonly #root: Root;
  readonly #tools: RecordFileTools;

  constructor(tools: RecordFileTools, folder: string, root: Root) {
    this.folder = folder;
    this.#root = root;
    this.#tools = tools;
  }

  /** The cameras that the store knows. */
  async devices(): Promise<string[]> {
    return (await this.#tools.files.list(this.folder)).filter((name) => idPattern.test(name));
  }

  /** The recordings of a camera, by ascending number. */
  async recordings(device: string): Promise<RecordingName[]> {
    const names = await this.#tools.files.list(join(this.folder, device));
    return names
      .flatMap((name) => {
        const { number, id, ending } = parseFileName(name) ?? {};
        return number === undefined || id === undefined || ending !== 'seal' ? [] : [{ number, id }];
      })
      .sort((a, b) => a.number - b.number);
  }

  /** Makes the folder of a camera. */
  makeDevice(device: string): Promise<void> {
    return this.#tools.files.makeFolder(join(this.folder, device));
  }

  /** The sessions and heads of a camera; `stored`: the hex D of the sessions that stand in their file. */
  async openSessions(
    device: string,
  ): Promise<{ sessions: DeviceSessions; file: RecordFile; stored: Set<string> }> {
    const sessions = new DeviceSessions(device, this.#root);
    const stored = new Set<string>();
    const path = join(this.folder, device, 'sessions.seal');
    const file = await RecordFile.open(this.#tools, path, (group) => {
      for (const record of group) {
        this.#restoring(path, () => {
          const envelope = openEnvelope(Uint8Array.from(record.body));
          if (claimedKind(envelope) === 'session') {
            sessions.add(envelope);
            stored.add(toHex(envelope.digest));
          } else sessions.restoreHead(envelope);
        });
      }
    });
    return { sessions, file, stored };
  }

  /** The receipts of a recording, and the newest of them. */
  async openReceipts(
    device: string,
    name: RecordingName,
  ): Promise<{ file: RecordFile; newest: Statement<'receipt'> | undefined }> {
    const path = join(this.folder, device, `${fileName(name)}.receipts`);
    let last: Uint8Array | undefined;
    const file = await RecordFile.open(this.#tools, path, (group) => {
      for (const { body } of group) last = Uint8Array.from(body);
    });
    let newest: Statement<'receipt'> | undefined;
    const encoded = last;
    if (encoded !== undefined) {
      this.#restoring(path, () => {
        const { statement } = readReceipt(openEnvelope(encoded), this.#root);
        if (toHex(statement.body.recordingId) === name.id && statement.body.deviceId === device)
          newest = statement;
      });
    }
    return { file, newest };
  }

  /** The receipt of a recording that says most, whether or not it is the newest. */
  async mostReceipted(device: string, name: RecordingName): Promise<Receipted | undefined> {
    const path = join(this.folder, device, `${fileName(name)}.receipts`);
    await cutBack(this.#tools, path);
    const found: Statement<'receipt'>[] = [];
    const size = (await this.#tools.files.size(path)) ?? 0;
    const scanner = new RecordScanner();
    for (let at = 0; at < size; at += pieceBytes) {
      const piece = await this.#tools.files.readAt(path, at, Math.min(pieceBytes, size - at));
      for (const one of scanner.push(piece)) {
        if (one.kind !== 'record') continue;
        this.#restoring(path, () => {
          const receipt = storedStatement('receipt', openEnvelope(Uint8Array.from(one.record.body)));
          found.push(receipt);
        });
      }
    }
    const rank = ({ body }: Statement<'receipt'>): number => 2 * body.count + (body.complete ? 1 : 0);
    // Only the one that counts is worth a signature check.
    for (const { encoded } of found.sort((a, b) => rank(b) - rank(a))) {
      let body: Receipt | undefined;
      this.#restoring(path, () => {
        body = readReceipt(openEnvelope(encoded), this.#root).statement.body;
      });
      if (body !== undefined && toHex(body.recordingId) === name.id && body.deviceId === device) return body;
    }
    return undefined;
  }

  /** The signed orders to erase a recording that stand beside it, of whichever recording they are. */
  async deletions(device: string, name: RecordingName): Promise<Certified<'deletion'>[]> {
    const path = join(this.folder, device, `${fileName(name)}.deletion`);
    const size = (await this.#tools.files.size(path)) ?? 0;
    if (size === 0) return [];
    const bytes = await this.#tools.files.readAt(path, 0, Math.min(size, recordBytesMax));
    const found: Certified<'deletion'>[] = [];
    for (const one of new RecordScanner().push(bytes)) {
      if (one.kind !== 'record') continue;
      this.#restoring(path, () => {
        found.push(readDeletion(openEnvelope(Uint8Array.from(one.record.body)), this.#root));
      });
    }
    return found;
  }

  /** True where the statement `digest` stands at the end of a recording's evidence: the rest is not read. */
  async endsWith(device: string, name: RecordingName, digest: Uint8Array): Promise<boolean> {
    const path = join(this.folder, device, `${fileName(name)}.seal`);
    await cutBack(this.#tools, path);
    const size = (await this.#tools.files.size(path)) ?? 0;
    const from = Math.max(0, size - recordBytesMax);
    const tail = await this.#tools.files.readAt(path, from, size - from).catch(() => new Uint8Array());
    return [...new RecordScanner(from).push(tail)].some(
      (one) =>
        one.kind === 'record' &&
        one.record.type === recordType.statement &&
        equalBytes(openEnvelope(Uint8Array.from(one.record.body)).digest, digest),
    );
  }

  /** A new recording's evidence: nothing is written yet. */
  async createEvidence(
    device: string,
    recording: Recording,
    sessions: DeviceSessions,
  ): Promise<StoredEvidence> {
    const { recordingNumber: number, recordingId } = recording.core;
    const name = { number, id: toHex(recordingId) };
    const path = join(this.folder, device, `${fileName(name)}.seal`);
    const receipted = await this.mostReceipted(device, name);
    const seal = await RecordFile.open(this.#tools, path, () => {});
    return { seal, intake: new RecordingIntake(recording, sessions, false, receipted) };
  }

  /** A recording's evidence, every record of it checked as if it had just come. */
  async openEvidence(device: string, name: RecordingName, sessions: DeviceSessions): Promise<StoredEvidence> {
    const path = join(this.folder, device, `${fileName(name)}.seal`);
    const receipted = await this.mostReceipted(device, name);
    let intake: RecordingIntake | undefined;
    const seal = await RecordFile.open(this.#tools, path, async (group) => {
      const digests = await this.#digests(intake, group);
      for (const [at, record] of group.entries()) {
        this.#restoring(path, () => {
          intake = restore(record, intake, name, sessions, receipted, digests[at]);
        });
      }
    });
    return { seal, intake };
  }

  /** The digests of a group's segments, where `intake` needs them. */
  async #digests(
    intake: RecordingIntake | undefined,
    group: readonly RawRecord[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    if (intake === undefined) return [];
    const segments = group.map(({ type, body }) => {
      const segment = type === recordType.segment ? attempt(() => parseSegment(body)) : undefined;
      return segment instanceof SealcamError ? undefined : segment;
    });
    return neededDigests(intake, segments, this.#tools.hasher);
  }

  /** A stored record that is no longer good is reported and left where it is. */
  #restoring(path: string, restore: () => void): void {
    try {
      restore();
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#tools.log.alarm('A stored record is not good', { path, code: error.code });
    }
  }
}

function restore(
  { type, body }: RawRecord,
  intake: RecordingIntake | undefined,
  name: RecordingName,
  sessions: DeviceSessions,
  receipted: Receipted | undefined,
  digest: Uint8Array | undefined,
): RecordingIntake | undefined {
  if (type === recordType.segment) {
    const outcome = intake?.segment(parseSegment(body), 'stored', digest);
    if (outcome?.kind === 'refused') {
      throw new SealcamError(
        'SEGMENT_BAD',
        `a stored segment is not what its statement names: ${outcome.why}`,
      );
    }
    return intake;
  }
  const envelope = openEnvelope(Uint8Array.from(body));
  if (claimedKind(envelope) === 'session') {
    const { statement } = sessions.add(envelope).statement;
    intake?.holdsSession(statement.digest);
    return intake;
  }
  if (intake !== undefined) {
    intake.statement(envelope, true);
    return intake;
  }
  if (claimedKind(envelope) !== 'opening') {
    throw new SealcamError('STATEMENT_FOREIGN', 'a stored statement stands before the opening');
  }
  const recording = readOpeningBy(envelope, sessions.candidates(envelope));
  const own = equalBytes(recording.core.recordingId, fromHex(name.id) ?? new Uint8Array());
  if (!own) throw new SealcamError('STATEMENT_FOREIGN', "a stored opening is another recording's");
  return new RecordingIntake(recording, sessions, true, receipted);
}

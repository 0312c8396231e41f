import { join } from 'node:path';
import { equalBytes, fromHex, toHex } from '../../base/bytes.ts';
import { attempt, isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Recording } from '../../evidence/chain.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { idPattern, recordBodyBytesMax } from '../../evidence/limits.ts';
import {
  encodeRecord,
  parseSegment,
  type RawRecord,
  RecordScanner,
  recordType,
} from '../../evidence/records.ts';
import type { Root } from '../../evidence/root.ts';
import { claimedKind, type Receipt, type Statement, storedStatement } from '../../evidence/statements.ts';
import { type Certified, readDeletion, readReceipt } from '../../evidence/trust.ts';
import { DeviceSessions } from '../cameras/sessions.ts';
import type { Receipted } from '../intake/account.ts';
import { RecordingIntake } from '../intake/recording-intake.ts';
import { neededDigests } from '../intake/segment-digests.ts';
import { readOpeningBy } from '../intake/signers.ts';
import { lossKey } from '../receipts/book.ts';
import { BootJournalStore } from './boot-journals.ts';
import {
  cutBack,
  isFileDamage,
  RecordFile,
  type RecordFileTools,
  scanDamaged,
  setAside,
} from './record-file.ts';
import { piecesOf } from './record-scan.ts';
import { fileName, nameOf, parseFileName, type RecordingName } from './recording-name.ts';

/** Bytes at the end of a file that contain its last record in full. */
const recordBytesMax = 2 * recordBodyBytesMax;

/** A recording's evidence, read back. */
export interface StoredEvidence {
  readonly seal: RecordFile;
  /** Absent if the file does not contain its own opening: then there is nothing to continue from. */
  readonly intake: RecordingIntake | undefined;
  /** The losses that receipts have named, as keys made by `lossKey`. */
  readonly named: ReadonlySet<string>;
}

/**
 * The evidence store: `DEVICE/NUMBER-ID.seal`, `.receipts` next to it, and `DEVICE/sessions.seal`. It holds only bulk
 * data and receipts: never a key.
 */
export class Store {
  readonly folder: string;
  readonly journals: BootJournalStore;
  readonly #root: Root;
  readonly #tools: RecordFileTools;

  constructor(tools: RecordFileTools, folder: string, root: Root) {
    this.folder = folder;
    this.#root = root;
    this.#tools = tools;
    this.journals = new BootJournalStore(tools, this);
  }

  /** The cameras with a folder in the store. */
  async devices(): Promise<string[]> {
    return (await this.#tools.files.list(this.folder)).filter((name) => idPattern.test(name));
  }

  /** The recordings of a camera, by ascending number. */
  async recordings(device: string): Promise<RecordingName[]> {
    const names = await this.#tools.files.list(join(this.folder, device));
    return names
      .flatMap((name) => {
        const { ending, ...parsed } = parseFileName(name) ?? { ending: undefined };
        return ending === 'seal' && 'id' in parsed ? [parsed] : [];
      })
      .sort((a, b) => a.number - b.number);
  }

  /** True if the camera has a folder. */
  async hasDevice(device: string): Promise<boolean> {
    return (await this.#tools.files.volumeOf(join(this.folder, device))) !== undefined;
  }

  /** Makes the folder of a camera. */
  makeDevice(device: string): Promise<void> {
    return this.#tools.files.makeFolder(join(this.folder, device));
  }

  /** The sessions and heads of a camera; `stored`: the hex D of the sessions in their file. */
  async openSessions(
    device: string,
  ): Promise<{ sessions: DeviceSessions; file: RecordFile; stored: Set<string> }> {
    const sessions = new DeviceSessions(device, this.#root);
    const stored = new Set<string>();
    const path = join(this.folder, device, 'sessions.seal');
    const file = await RecordFile.openMended(this.#tools, path, (group) => {
      for (const record of group) {
        this.restoring(path, () => {
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
    const file = await RecordFile.openMended(this.#tools, path, (group) => {
      for (const { body } of group) last = Uint8Array.from(body);
    });
    let newest: Statement<'receipt'> | undefined;
    const encoded = last;
    if (encoded !== undefined) {
      this.restoring(path, () => {
        const { statement } = readReceipt(openEnvelope(encoded), this.#root);
        if (toHex(statement.body.recordingId) === name.id && statement.body.deviceId === device)
          newest = statement;
      });
    }
    return { file, newest };
  }

  /** What the newest receipt of a recording says, read from the end of their file; nothing is changed. */
  async newestReceipt(device: string, name: RecordingName): Promise<Receipt | undefined> {
    const path = join(this.folder, device, `${fileName(name)}.receipts`);
    const { files } = this.#tools;
    const size = await files.size(path);
    if (size === undefined) return undefined;
    const from = Math.max(0, size - recordBytesMax);
    const tail = await files.readAt(path, from, size - from);
    let newest: Receipt | undefined;
    for (const one of new RecordScanner(from).push(tail)) {
      if (one.kind !== 'record') continue;
      const read = attempt(() => storedStatement('receipt', openEnvelope(Uint8Array.from(one.record.body))));
      if (!(read instanceof SealcamError)) newest = read.body;
    }
    return newest;
  }

  /** The receipt of a recording that covers most, whether or not it is the newest, and the losses that any names. */
  async receipted(
    device: string,
    name: RecordingName,
  ): Promise<{ most: Receipted | undefined; named: ReadonlySet<string> }> {
    const path = join(this.folder, device, `${fileName(name)}.receipts`);
    await cutBack(this.#tools, path);
    const { files } = this.#tools;
    const found: Statement<'receipt'>[] = [];
    const named = new Set<string>();
    const scanner = new RecordScanner();
    for await (const piece of piecesOf(files, path, (await files.size(path)) ?? 0)) {
      for (const one of scanner.push(piece)) {
        if (one.kind !== 'record') continue;
        this.restoring(path, () => {
          const receipt = storedStatement('receipt', openEnvelope(Uint8Array.from(one.record.body)));
          found.push(receipt);
          for (const loss of receipt.body.losses) named.add(lossKey(receipt.body.stationId, loss));
        });
      }
    }
    return { most: this.#mostOf(found, path, device, name), named };
  }

  #mostOf(
    found: Statement<'receipt'>[],
    path: string,
    device: string,
    name: RecordingName,
  ): Receipted | undefined {
    const rank = ({ body }: Statement<'receipt'>): number => 2 * body.count + (body.complete ? 1 : 0);
    // Only the one that counts is worth a signature check.
    for (const { encoded } of found.sort((a, b) => rank(b) - rank(a))) {
      let body: Receipt | undefined;
      this.restoring(path, () => {
        body = readReceipt(openEnvelope(encoded), this.#root).statement.body;
      });
      if (body !== undefined && toHex(body.recordingId) === name.id && body.deviceId === device) return body;
    }
    return undefined;
  }

  /** The signed orders to erase that are stored with a recording, whichever recording they name. */
  async deletions(device: string, name: RecordingName): Promise<Certified<'deletion'>[]> {
    const path = join(this.folder, device, `${fileName(name)}.deletion`);
    const size = (await this.#tools.files.size(path)) ?? 0;
    if (size === 0) return [];
    const bytes = await this.#tools.files.readAt(path, 0, Math.min(size, recordBytesMax));
    const found: Certified<'deletion'>[] = [];
    for (const one of new RecordScanner().push(bytes)) {
      if (one.kind !== 'record') continue;
      this.restoring(path, () => {
        found.push(readDeletion(openEnvelope(Uint8Array.from(one.record.body)), this.#root));
      });
    }
    return found;
  }

  /** True if the statement `digest` is at the end of a recording's evidence: the rest is not read. */
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
    const name = nameOf(recording);
    const { most, named } = await this.receipted(device, name);
    const seal = await this.#emptyFile(this.#sealPath(device, name));
    return { seal, intake: new RecordingIntake(recording, sessions, false, most), named };
  }

  /**
   * A recording's evidence, every record of it checked as if it had just arrived. If the file is gone or damaged, its
   * valid records are written to a new one, after the opening; the camera must send the rest again.
   * @param known the recording as it was read before, whether or not the file still contains its opening.
   */
  async openEvidence(
    device: string,
    name: RecordingName,
    sessions: DeviceSessions,
    known?: Recording,
  ): Promise<StoredEvidence> {
    const path = this.#sealPath(device, name);
    const { most, named } = await this.receipted(device, name);
    let intake: RecordingIntake | undefined;
    let why = 'it does not hold the opening of its recording';
    try {
      const seal = await RecordFile.open(this.#tools, path, async (group) => {
        const digests = await this.#digests(intake, group);
        for (const [at, record] of group.entries()) {
          this.restoring(path, () => {
            intake = restore(record, intake, name, sessions, most, digests[at]);
          });
        }
      });
      // An empty file contains nothing that could be set aside.
      const gone = seal.size === 0 && known !== undefined;
      if (gone) intake = new RecordingIntake(known, sessions, false, most);
      if (gone) await seal.append(intake?.takeAppends() ?? []);
      if (intake !== undefined || seal.size === 0) return { seal, intake, named };
    } catch (error) {
      if (!isFileDamage(error)) throw error;
      why = error.message;
    }
    const aside = await setAside(this.#tools, path, why);
    const found = intake?.recording ?? known ?? (await this.#openingIn(aside, name, sessions));
    const seal = await RecordFile.open(this.#tools, path, () => {});
    if (found === undefined) return { seal, intake: undefined, named };
    const mended = new RecordingIntake(found, sessions, false, most);
    await this.#takeOver(aside, seal, mended);
    return { seal, intake: mended, named };
  }

  #sealPath(device: string, name: RecordingName): string {
    return join(this.folder, device, `${fileName(name)}.seal`);
  }

  /** A file for a recording of which nothing is stored: whatever is in its place is set aside. */
  async #emptyFile(path: string): Promise<RecordFile> {
    try {
      const file = await RecordFile.open(this.#tools, path, () => {});
      if (file.size === 0) return file;
    } catch (error) {
      if (!isFileDamage(error)) throw error;
    }
    await setAside(this.#tools, path, 'it does not hold the opening of its recording');
    return RecordFile.open(this.#tools, path, () => {});
  }

  /** The recording `name`, if its opening is anywhere in a damaged file. */
  async #openingIn(
    path: string,
    name: RecordingName,
    sessions: DeviceSessions,
  ): Promise<Recording | undefined> {
    let found: RecordingIntake | undefined;
    await scanDamaged(this.#tools, path, (group) => {
      for (const record of group) {
        if (found !== undefined || record.type !== recordType.statement) continue;
        const restored = attempt(() => restore(record, undefined, name, sessions, undefined, undefined));
        if (!(restored instanceof SealcamError)) found = restored;
      }
    });
    return found?.recording;
  }

  /**
   * Has `intake` judge the records of a damaged file as if they had just arrived, and writes those it accepts to
   * `seal`.
   */
  async #takeOver(path: string, seal: RecordFile, intake: RecordingIntake): Promise<void> {
    await seal.append(intake.takeAppends());
    await scanDamaged(this.#tools, path, async (group) => {
      const digests = await this.#digests(intake, group);
      for (const [at, { type, body }] of group.entries()) {
        // Invalid records stay where they are.
        attempt(() => {
          if (type !== recordType.segment) intake.statement(openEnvelope(Uint8Array.from(body)));
          else intake.segment(parseSegment(body), encodeRecord(type, body), digests[at]);
        });
      }
      const appends = intake.takeAppends();
      if (appends.length > 0) await seal.append(appends);
    });
  }

  /** The digests of a group's segments, if `intake` needs them. */
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

  /** A stored record that is no longer valid is reported and left where it is. */
  restoring(path: string, restore: () => void): void {
    try {
      restore();
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#tools.log.alarm('record.invalid', 'A stored record is invalid', { path, code: error.code });
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
        `A stored segment is not what its statement names: ${outcome.why}`,
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
    throw new SealcamError('STATEMENT_FOREIGN', 'A stored statement stands before the opening');
  }
  const recording = readOpeningBy(envelope, sessions.candidates(envelope));
  const own = equalBytes(recording.core.recordingId, fromHex(name.id) ?? new Uint8Array());
  if (!own) throw new SealcamError('STATEMENT_FOREIGN', "A stored opening is another recording's");
  return new RecordingIntake(recording, sessions, true, receipted);
}

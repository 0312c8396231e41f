import { join } from 'node:path';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { idPattern, keyEnvelopeBytesMax } from '../../evidence/limits.ts';
import { auditRecipients, type RecipientsAudit } from '../../evidence/open/recipients.ts';
import { RecordScanner, recordType } from '../../evidence/records.ts';
import { claimedKind } from '../../evidence/statements.ts';
import { type Certified, readDeletion, readReceipt, type TrustedSession } from '../../evidence/trust.ts';
import { sessionConflicts } from '../../evidence/verify/boots/boots.ts';
import { collect } from '../../evidence/verify/collect.ts';
import {
  type Collection,
  compareText,
  emptyRecording,
  type FoundRecording,
} from '../../evidence/verify/found.ts';
import { newestConflicts, rosterConflicts } from '../../evidence/verify/numbering.ts';
import { policyConflicts } from '../../evidence/verify/policies.ts';
import { receiptConflicts } from '../../evidence/verify/receipts/chain.ts';
import { collectRecording, sourceOf } from '../store/evidence-source.ts';
import {
  areTwins,
  type Ending,
  fileName,
  nameOf,
  parseFileName,
  type RecordingName,
} from '../store/recording-name.ts';
import { takeBoots } from './boot-inventory.ts';
import { completeElsewhere, conflictsAfter, type PlacedRecording, stationsIn } from './elsewhere.ts';
import { emptyEntry, judgeEntry, receiptedOf } from './inventory-entry.ts';
import type { InventoryPlace } from './inventory-place.ts';
import type {
  AbsentNumbers,
  CameraInventory,
  ChainInventory,
  InventoryEntry,
  KeysFound,
} from './inventory-report.ts';

/** The cameras with evidence in the store, by id. */
export async function camerasOf({ files, store }: InventoryPlace): Promise<string[]> {
  return (await files.list(store)).filter((name) => idPattern.test(name)).sort();
}

/**
 * Reports for one camera which recordings should exist, and what there is of each. Changes nothing in the store, and
 * checks all of it as a verifier does: against the root alone, not from what the station remembers.
 * @throws SealcamError `INVENTORY_CAMERA` if the store has nothing from that camera; what reading throws.
 */
export async function takeInventory(place: InventoryPlace, device: string): Promise<CameraInventory> {
  const names = await place.files.list(join(place.store, device));
  if (names.length === 0) {
    throw new SealcamError(
      'INVENTORY_CAMERA',
      `The store ${place.store} has nothing of a camera "${device}": check the name`,
    );
  }
  const taker = new InventoryTaker(place, device);
  if (names.includes('sessions.seal')) await taker.readSessions();
  const parsed = new Map<string, { name: RecordingName; endings: Ending[] }>();
  for (const file of names) {
    const found = parseFileName(file);
    if (found === undefined) continue;
    const key = fileName(found);
    const { ending, ...name } = found;
    const entry = parsed.get(key) ?? { name, endings: [] };
    entry.endings.push(ending);
    parsed.set(key, entry);
  }
  const recordings = [...parsed.values()].sort(
    (a, b) => compareText(a.name.chain ?? '', b.name.chain ?? '') || a.name.number - b.name.number,
  );
  for (const { name, endings } of recordings) {
    if (endings.includes('seal')) await taker.recording(name, endings);
    else await taker.witnessesAlone(name, endings);
  }
  return { ...taker.result(), boots: await takeBoots(place, device, taker.sessions) };
}

/** Goes through a camera's files by chain and ascending number, and keeps only what the numbering needs of each. */
class InventoryTaker {
  readonly #place: InventoryPlace;
  readonly #device: string;
  readonly #entries: InventoryEntry[] = [];
  readonly #sessions = new Map<string, TrustedSession>();
  #heads: Collection['heads'] = [];
  /** The openings of all recordings, without the rest. */
  readonly #openings: FoundRecording[] = [];
  /** The previous recording of each chain, in full. */
  readonly #before = new Map<string | undefined, PlacedRecording>();
  readonly #receipts: Certified<'receipt'>[] = [];
  readonly #conflicts = new Set<string>();

  constructor(place: InventoryPlace, device: string) {
    this.#place = place;
    this.#device = device;
  }

  async readSessions(): Promise<void> {
    const { files, store, root, hasher } = this.#place;
    try {
      const source = await sourceOf(files, join(store, this.#device, 'sessions.seal'));
      const collection = await collect([source], root, hasher);
      for (const session of collection.sessions) this.#meet(session);
      this.#heads = collection.heads;
    } catch (error) {
      if (!condemns(error)) throw error;
      this.#conflicts.add(error.message);
    }
  }

  async recording(name: RecordingName, endings: readonly Ending[]): Promise<void> {
    const { root, revocations } = this.#place;
    const base = fileName(name);
    let collection: Collection;
    let found: FoundRecording | undefined;
    try {
      const paths = this.#paths(base, endings);
      ({ collection, found } = await collectRecording(this.#place, paths, this.#device, name.id));
    } catch (error) {
      if (!condemns(error)) throw error;
      this.#entries.push({ ...emptyEntry(name), state: 'damaged', faults: [error.message] });
      return;
    }
    if (found === undefined || fileName(nameOf(found.recording)) !== base) {
      const what =
        found === undefined
          ? 'no opening that the agency vouches for'
          : `the recording ${fileName(nameOf(found.recording))}`;
      const faults = [`${base}.seal holds ${what}`];
      this.#entries.push({ ...emptyEntry(name), state: 'damaged', faults });
      return;
    }
    const receipts = collection.receipts.filter(({ certificate }) => !revocations.has(certificate.keyId));
    for (const receipt of receipts) this.#receipts.push(receipt);
    const elsewhere = await this.#elsewhere(base, name, receipts);
    const judged = judgeEntry(found, { root, receipts, revocations }, elsewhere, name);
    this.#count(found, judged.elsewhere);
    const { entry } = judged;
    const own = receipts.filter((one) => !elsewhere.includes(one));
    const unproven = collection.recordsSetAside + collection.unreadableBytes > 0;
    const audit = await this.#audit(base, found);
    const keys = await this.#keys(base, found.recording.opening.body.keyEnvelopeHash);
    const promised = own.some(
      ({ statement: { body } }) => toHex(body.recordingId) === name.id && body.keyEnvelopeHash !== undefined,
    );
    const lost = keys === 'absent' && promised && entry.state !== 'erased';
    this.#entries.push({
      ...entry,
      ...receiptedOf(own, name),
      faults: [
        ...entry.faults,
        ...(unproven ? [`${base}.seal holds what nothing proves`] : []),
        ...(lost ? ['the station signed that it holds the keys, and the vault has none'] : []),
        ...audit.faults,
      ],
      notes: audit.notes,
      keys,
    });
  }

  /** What other stations have signed for all of a recording. */
  async #elsewhere(
    base: string,
    { id }: RecordingName,
    receipts: readonly Certified<'receipt'>[],
  ): Promise<Certified<'receipt'>[]> {
    if (completeElsewhere(receipts, id, new Set()).length === 0) return [];
    const own = await stationsIn(this.#place, join(this.#place.store, this.#device, `${base}.receipts`));
    return completeElsewhere(receipts, id, own);
  }

  /** A recording whose evidence is gone: only what the station signed, and what was ordered, is left. */
  async witnessesAlone(name: RecordingName, endings: readonly Ending[]): Promise<void> {
    const { files, root, revocations } = this.#place;
    const receipts: Certified<'receipt'>[] = [];
    let erased = false;
    const read = (envelope: UnverifiedEnvelope): void => {
      if (claimedKind(envelope) === 'receipt') receipts.push(readReceipt(envelope, root));
      if (claimedKind(envelope) !== 'deletion') return;
      const { statement, certificate } = readDeletion(envelope, root);
      const { deviceId, recordingId, recordingNumber } = statement.body;
      const names = deviceId === this.#device && toHex(recordingId) === name.id;
      if (names && recordingNumber === name.number && !revocations.has(certificate.keyId)) erased = true;
    };
    for (const path of this.#paths(fileName(name), endings)) {
      const scanner = new RecordScanner();
      for await (const piece of (await sourceOf(files, path)).stream()) {
        for (const one of scanner.push(piece)) {
          if (one.kind !== 'record' || one.record.type !== recordType.statement) continue;
          try {
            read(openEnvelope(Uint8Array.from(one.record.body)));
          } catch (error) {
            if (!isSealcamError(error)) throw error;
            this.#conflicts.add(`${path} holds what is not to be trusted: ${error.message}`);
          }
        }
      }
    }
    const good = receipts.filter(({ certificate }) => !revocations.has(certificate.keyId));
    for (const receipt of good) this.#receipts.push(receipt);
    const state = erased ? 'erased' : 'absent';
    const keys = await this.#keys(fileName(name), undefined);
    this.#entries.push({ ...emptyEntry(name), ...receiptedOf(good, name), state, keys });
  }

  get sessions(): readonly TrustedSession[] {
    return [...this.#sessions.values()];
  }
  result(): Omit<CameraInventory, 'boots'> {
    const { sessions } = this;
    const isTwin = (one: InventoryEntry) =>
      this.#entries.some((other) => areTwins(nameIn(one), nameIn(other)));
    const twins = this.#entries.filter(isTwin);
    const chains = this.#chains(sessions);
    const collection = {
      ...{ sessions, heads: this.#heads },
      recordings: [],
      receipts: [],
      unreadableBytes: 0,
      recordsSetAside: 0,
      warnings: [],
    };
    const conflicts = [
      ...this.#conflicts,
      ...sessionConflicts(collection, this.#openings),
      ...rosterConflicts(this.#openings),
      ...policyConflicts(this.#openings),
      ...receiptConflicts(this.#receipts),
    ];
    return {
      device: this.#device,
      chains,
      recordings: this.#entries.map((entry) =>
        twins.includes(entry)
          ? {
              ...entry,
              state: 'conflict',
              faults: [...entry.faults, `there are two recordings with the number ${entry.number}`],
            }
          : entry,
      ),
      absent: chains.flatMap((chain) => this.#absent(chain)),
      conflicts: [...new Set(conflicts)],
    };
  }

  #meet(session: TrustedSession): void {
    this.#sessions.set(toHex(session.statement.digest), session);
  }

  #count(found: FoundRecording, elsewhere: Certified<'receipt'> | undefined): void {
    const { recording, closings, losses } = found;
    this.#meet(recording.session);
    for (const { session } of [...closings, ...losses]) this.#meet(session);
    const known = { sessions: [...this.#sessions.values()], heads: this.#heads };
    const collection = {
      ...known,
      recordings: [],
      receipts: [],
      unreadableBytes: 0,
      recordsSetAside: 0,
      warnings: [],
    };
    const chain = chainIn(recording.session);
    const before = this.#before.get(chain);
    // What is named of a recording that is elsewhere is there.
    const newest = elsewhere === undefined ? newestConflicts(collection, [found]) : [];
    for (const what of [...conflictsAfter(before, found), ...newest]) this.#conflicts.add(what);
    this.#openings.push(emptyRecording(recording, found.trusted));
    this.#before.set(chain, { found, elsewhere });
  }

  /**
   * The chains that anything here mentions, the first chain first; a camera about which nothing is known has the first.
   */
  #chains(sessions: readonly TrustedSession[]): ChainInventory[] {
    const named = [...this.#entries.map(({ chain }) => chain), ...sessions.map(chainIn)];
    const later = new Set(named.filter((chain) => chain !== undefined));
    const first = named.length === 0 || named.includes(undefined) ? [undefined] : [];
    return [...first, ...[...later].sort(compareText)].map((chain) => {
      const { number: highest, by: statedBy } = this.#highest(sessions, chain);
      return { ...(chain !== undefined && { chain }), highest, statedBy };
    });
  }

  /** The highest number of a chain that anything here proves, and what proves it. */
  #highest(sessions: readonly TrustedSession[], chain: string | undefined): Stated {
    const all: Stated[] = [
      ...this.#entries
        .filter((entry) => entry.chain === chain)
        .map(({ number }) => ({ number, by: `recording ${number} itself` })),
      ...this.#openingsOf(chain).map(({ recording: { core } }) => ({
        number: core.previous.number,
        by: `recording ${core.recordingNumber}, which names it`,
      })),
      ...sessions
        .filter((session) => chainIn(session) === chain)
        .map(({ statement: { body } }) => ({
          number: body.nextRecordingNumber - 1,
          by: `the session of boot ${body.bootCounter}`,
        })),
      ...this.#heads
        .filter(({ session }) => chainIn(session) === chain)
        .map(({ statement: { body } }) => ({
          number: body.nextRecordingNumber - 1,
          by: `a head of boot ${body.bootCounter}`,
        })),
    ];
    return all.reduce((most, one) => (one.number > most.number ? one : most), { number: 0, by: 'nothing' });
  }

  #openingsOf(chain: string | undefined): FoundRecording[] {
    return this.#openings.filter(({ recording: { session } }) => chainIn(session) === chain);
  }

  /** The numbers of a chain up to its highest without a file in the store, and what proves that they existed. */
  #absent({ chain, highest, statedBy }: ChainInventory): AbsentNumbers[] {
    const absent: AbsentNumbers[] = [];
    const of = chain === undefined ? {} : { chain };
    const openings = this.#openingsOf(chain);
    const own = this.#entries.filter((entry) => entry.chain === chain);
    let next = 1;
    for (const number of new Set(own.map((entry) => entry.number))) {
      if (number > next) {
        const names = openings.some(
          ({ recording: { core } }) => core.recordingNumber === number && core.previous.number === number - 1,
        );
        const provenBy = names ? `recording ${number}, which names the one before it` : `recording ${number}`;
        absent.push({ ...of, from: next, to: number - 1, provenBy });
      }
      next = number + 1;
    }
    if (next <= highest) absent.push({ ...of, from: next, to: highest, provenBy: statedBy });
    return absent;
  }

  async #keys(base: string, hash: Uint8Array | undefined): Promise<KeysFound> {
    const { files, vault } = this.#place;
    if (vault === undefined) return 'not looked for';
    const path = join(vault, this.#device, `${base}.keys`);
    const size = await files.size(path);
    if (size === undefined) return 'absent';
    if (hash === undefined) return 'present';
    if (size > keyEnvelopeBytesMax) return 'wrong';
    return equalBytes(sha256(await files.readAt(path, 0, size)), hash) ? 'present' : 'wrong';
  }

  /** Who can open a recording, compared with its roster if rosters were given. */
  async #audit(base: string, { recording }: FoundRecording): Promise<RecipientsAudit> {
    const { files, vault, rosters = [] } = this.#place;
    if (rosters.length === 0) return { faults: [], notes: [] };
    const path = vault && join(vault, this.#device, `${base}.keys`);
    const size = path === undefined ? undefined : await files.size(path);
    // A wrong one is reported as such.
    const readable = path !== undefined && size !== undefined && size <= keyEnvelopeBytesMax;
    return auditRecipients(recording, rosters, readable ? await files.readAt(path, 0, size) : undefined);
  }

  /** A recording's files, its evidence first. */
  #paths(base: string, endings: readonly Ending[]): string[] {
    const ordered = [...endings].sort((a, b) => Number(b === 'seal') - Number(a === 'seal'));
    return ordered.map((ending) => join(this.#place.store, this.#device, `${base}.${ending}`));
  }
}

interface Stated {
  readonly number: number;
  readonly by: string;
}

/** The chain in which a session's camera counts; undefined for its first. */
function chainIn({ statement }: TrustedSession): string | undefined {
  const { chain } = statement.body;
  return chain && toHex(chain);
}

function nameIn({ number, recordingId, chain }: InventoryEntry): RecordingName {
  return { number, id: recordingId, ...(chain !== undefined && { chain }) };
}

/**
 * True for an error that indicts a file; a fault of the hasher belongs to this machine, and says nothing about a file.
 */
function condemns(error: unknown): error is SealcamError {
  return isSealcamError(error) && error.code !== 'HASHER_WRONG';
}

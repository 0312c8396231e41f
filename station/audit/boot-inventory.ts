import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Certified, TrustedSession } from '../../evidence/trust.ts';
import {
  cutsIn,
  type FoundCut,
  type JournalWitnesses,
  judgeBootJournals,
} from '../../evidence/verify/boots/boot-journals.ts';
import { collect } from '../../evidence/verify/collect.ts';
import { type Collection, compareText } from '../../evidence/verify/found.ts';
import type { BootJournalReport } from '../../evidence/verify/report.ts';
import { sourceOf } from '../store/evidence-source.ts';
import { fileName, journalNameOf, parseJournalName, type RecordingName } from '../store/recording-name.ts';
import { receiptedOf } from './inventory-entry.ts';
import type { InventoryPlace } from './inventory-place.ts';
import type { BootInventory } from './inventory-report.ts';

// What there is of the journals of a camera's boots, judged as a verifier does: file after file, as there may be many.

/** What the file of a journal holds. */
interface ReadJournal {
  readonly collection: Collection;
  /** By stations that are not revoked. */
  readonly receipts: readonly Certified<'receipt'>[];
}

/**
 * The boots of a camera, by chain and ascending counter: those with a journal here, and those of which only the session is known.
 * @throws what reading throws.
 */
export async function takeBoots(
  place: InventoryPlace,
  device: string,
  sessions: readonly TrustedSession[],
): Promise<BootInventory[]> {
  const names = await journalsIn(place, device);
  const cuts: FoundCut[] = [];
  for (const name of names.keys()) {
    const read = await readJournal(place, device, name, names);
    if (read instanceof Error) continue;
    for (const cut of cutsIn(read.collection, witnessesOf(read, place))) cuts.push(cut);
  }
  const boots: BootInventory[] = [];
  for (const name of names.keys()) boots.push(await takeBoot(place, device, name, names, cuts, sessions));
  const ids = new Set(boots.map(({ journalId }) => journalId));
  for (const session of sessions) {
    const { number, id } = journalNameOf(session);
    if (session.statement.body.deviceId === device && !ids.has(id))
      boots.push({
        ...nothing,
        bootCounter: number,
        ...chainOf([session], id),
        journalId: id,
        state: 'no journal',
      });
  }
  // Each chain counts boots from 1 on, so that counters of two chains tell nothing of which boot was first.
  return boots.sort((a, b) => compareText(a.chain ?? '', b.chain ?? '') || a.bootCounter - b.bootCounter);
}

/** The chain of the session that begins a journal; nothing for the first, and where that session is not here. */
function chainOf(sessions: readonly TrustedSession[], journalId: string): Pick<BootInventory, 'chain'> {
  const chain = sessions.find((one) => journalNameOf(one).id === journalId)?.statement.body.chain;
  return chain === undefined ? {} : { chain: toHex(chain) };
}

const nothing = { entries: [], receipts: 0, receipted: undefined, faults: [], notes: [] } as const;

/** The journals with a file, and the paths of their files. */
async function journalsIn(
  { files, store }: InventoryPlace,
  device: string,
): Promise<Map<RecordingName, string[]>> {
  const found = new Map<string, [RecordingName, string[]]>();
  for (const file of await files.list(join(store, device))) {
    const { ending, ...name } = parseJournalName(file) ?? {};
    if (!('id' in name)) continue;
    const key = fileName(name);
    const [, paths] = found.get(key) ?? [name, []];
    paths.push(join(store, device, file));
    found.set(key, [name, paths]);
  }
  return new Map([...found.values()].sort(([a], [b]) => a.number - b.number));
}

async function readJournal(
  { files, root, hasher, revocations }: InventoryPlace,
  device: string,
  name: RecordingName,
  names: ReadonlyMap<RecordingName, readonly string[]>,
): Promise<ReadJournal | Error> {
  const sources = await Promise.all((names.get(name) ?? []).map((path) => sourceOf(files, path)));
  try {
    const collection = await collect(sources, root, hasher);
    const receipts = collection.receipts.filter(
      ({ certificate, statement }) =>
        !revocations.has(certificate.keyId) && statement.body.deviceId === device,
    );
    return { collection, receipts };
  } catch (error) {
    // A fault of the hasher belongs to this machine, and says nothing about a file.
    if (!isSealcamError(error) || error.code === 'HASHER_WRONG') throw error;
    return error;
  }
}

function witnessesOf({ receipts }: ReadJournal, { revocations }: InventoryPlace): JournalWitnesses {
  return { receipts, revocations };
}

async function takeBoot(
  place: InventoryPlace,
  device: string,
  name: RecordingName,
  names: ReadonlyMap<RecordingName, readonly string[]>,
  cuts: readonly FoundCut[],
  sessions: readonly TrustedSession[],
): Promise<BootInventory> {
  const known = {
    ...{ ...nothing, bootCounter: name.number, journalId: name.id },
    ...chainOf(sessions, name.id),
  };
  const read = await readJournal(place, device, name, names);
  if (read instanceof Error) return { ...known, state: 'damaged', faults: [read.message] };
  const { collection, receipts } = read;
  const all = { bootJournals: collection.bootJournals, sessions: [...sessions, ...collection.sessions] };
  const report = judgeBootJournals(all, witnessesOf(read, place), cuts).find(({ id }) => id === name.id);
  const receipted = receiptedOf(receipts, name);
  if (report === undefined || fileName({ ...name, number: report.bootCounter }) !== fileName(name)) {
    const session = collection.sessions.some((one) => fileName(journalNameOf(one)) === fileName(name));
    // The session alone is what a journal begins with.
    if (session && (receipted.receipted?.count ?? 0) === 0) return { ...known, ...receipted, state: 'open' };
    const faults = session ? ['its entries are gone'] : ['nothing that the agency vouches for is here'];
    return { ...known, ...receipted, state: 'absent', faults };
  }
  const unproven = collection.recordsSetAside + collection.unreadableBytes > 0;
  return {
    ...known,
    ...receipted,
    state: report.verdict,
    ...(report.chain !== undefined && { chain: report.chain }),
    entries: report.entries,
    faults: [
      ...report.conflicts,
      ...holesIn(report),
      ...(unproven ? ['its file holds what nothing proves'] : []),
    ],
    notes: report.warnings,
  };
}

function holesIn({ entries }: BootJournalReport): string[] {
  return entries
    .filter(({ verdict }) => verdict !== 'intact')
    .map(({ from, to, verdict }) =>
      from === to ? `entry ${from} is ${verdict}` : `the entries ${from} to ${to} are ${verdict}`,
    );
}

import { toHex } from '../../base/bytes.ts';
import { bootJournalId } from '../../evidence/boot-journal.ts';
import type { Recording } from '../../evidence/chain.ts';
import type { TrustedSession } from '../../evidence/trust.ts';

/**
 * The file in the store that holds each receipt before it is anywhere else; the dot distinguishes it from the cameras.
 */
export const receiptsJournalName = '.receipts-journal';

/** What a recording's files are named after. */
export interface RecordingName {
  /** Of a boot's journal: the boot counter. */
  readonly number: number;
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Not a recording, but the journal of a boot. */
  readonly journal?: true;
  /** The chain in which `number` counts, 32 hexadecimal digits; absent for the camera's first. */
  readonly chain?: string;
}

const endings = ['seal', 'receipts', 'deletion'] as const;
/** Which of a recording's files: its evidence, its receipts, or the order that erased it. */
export type Ending = (typeof endings)[number];

const bootPrefix = 'boot-';
const pattern = /^([0-9]{10,16})-([0-9a-f]{32})(?:-([0-9a-f]{32}))?\.([a-z]+)$/;

/** The name of a recording's files, without a suffix. */
export function fileName({ number, id, chain, journal }: RecordingName): string {
  const prefix = journal === true ? bootPrefix : '';
  return `${prefix}${String(number).padStart(10, '0')}-${id}${chain === undefined ? '' : `-${chain}`}`;
}

/**
 * The recording that a file in a camera's folder belongs to, and which of its files it is; undefined if it belongs to
 * none.
 */
export function parseFileName(name: string): (RecordingName & { ending: Ending }) | undefined {
  const { ending: named, ...parsed } = parse(name) ?? {};
  const ending = endings.find((one) => one === named);
  return 'id' in parsed && ending !== undefined ? { ...parsed, ending } : undefined;
}

/** The boot whose journal's file this is, and which of its files; undefined for any other file. */
export function parseJournalName(name: string): (RecordingName & { ending: Ending }) | undefined {
  const parsed = name.startsWith(bootPrefix) ? parseFileName(name.slice(bootPrefix.length)) : undefined;
  if (parsed === undefined || parsed.chain !== undefined || parsed.ending === 'deletion') return undefined;
  return { ...parsed, journal: true };
}

/** As {@link parseFileName}, of a recording or of a boot's journal. */
export function parseStoredName(name: string): (RecordingName & { ending: Ending }) | undefined {
  return parseFileName(name) ?? parseJournalName(name);
}

/** The recording that a key object in the vault belongs to; undefined if it belongs to none. */
export function parseKeysName(name: string): RecordingName | undefined {
  const { ending, ...parsed } = parse(name) ?? {};
  return 'id' in parsed && ending === 'keys' ? parsed : undefined;
}

function parse(name: string): (RecordingName & { ending: string }) | undefined {
  const [, number, id, chain, ending] = pattern.exec(name) ?? [];
  if (id === undefined || ending === undefined) return undefined;
  return { number: Number(number), id, ...(chain !== undefined && { chain }), ending };
}

/** The name of the recording of an opening. */
export function nameOf({ core, session }: Recording): RecordingName {
  const { chain } = session.statement.body;
  const own = { number: core.recordingNumber, id: toHex(core.recordingId) };
  return chain === undefined ? own : { ...own, chain: toHex(chain) };
}

/** The name of the journal that a session begins. */
export function journalNameOf({ statement: { body, digest } }: TrustedSession): RecordingName {
  return { number: body.bootCounter, id: toHex(bootJournalId(digest)), journal: true };
}

/** True if two recordings of one camera have the same number, which only one may have. */
export function areTwins(one: RecordingName, other: RecordingName): boolean {
  return one.number === other.number && one.chain === other.chain && one.id !== other.id;
}

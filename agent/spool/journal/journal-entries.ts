import { beBytes, concatBytes, toHex } from '../../../base/bytes.ts';
import { crc32c } from '../../../base/crc32c.ts';
import { isSealcamError, SealcamError } from '../../../base/errors.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { chainIdBytes, digestBytes, recordBodyBytesMax, recordingIdBytes } from '../../../evidence/limits.ts';
import {
  encodeRecord,
  recordHeadBytes,
  recordMagic,
  recordTailBytes,
  recordType,
} from '../../../evidence/records.ts';
import { type Statement, storedStatement } from '../../../evidence/statements.ts';
import { spoolLimits } from '../limits.ts';
import { decodeAside, encodeAside, type JournalAside } from './aside-entry.ts';
import {
  decodeHandover,
  encodeHandover,
  type Handover,
  type Handovers,
  withHandover,
  withTold,
} from './handover.ts';
import { decodeOwed, encodeOwed, type Owed, owedName } from './owed.ts';

/** What identifies a statement that a later one may have to name. */
export interface NewestStatement {
  readonly number: number;
  /** D of the newest statement known of the recording `number`. */
  readonly digest: Uint8Array;
  /** True if that statement is the closing. */
  readonly closed: boolean;
}

/** What the journal remembers. Each entry is one fact; the same facts in the same order always give the same state. */
export type JournalEntry =
  /** The counter of a boot, written before it is used. */
  | { readonly kind: 'boot'; readonly counter: number }
  /** The session of the boot `counter`. */
  | { readonly kind: 'session'; readonly counter: number; readonly digest: Uint8Array }
  /** The recording number `newest.number` is used, for good. */
  | { readonly kind: 'newest'; readonly newest: NewestStatement }
  /** All recording numbers up to this one are used, though none of this chain may have it. */
  | { readonly kind: 'taken'; readonly number: number }
  | { readonly kind: 'receipt'; readonly receipt: Statement<'receipt'> }
  /** A recording is complete at a station, of which others are to be told. */
  | { readonly kind: 'handover'; readonly handover: Handover }
  /** A station was told; with `last` no other one is to be. */
  | { readonly kind: 'told'; readonly id: string; readonly station: string; readonly last: boolean }
  /** A station has signed a receipt for this camera: it knows the camera from now on. */
  | { readonly kind: 'cell'; readonly station: string }
  /** The files of a receipted recording are deleted; its opening and its last statement are kept here. */
  | {
      readonly kind: 'kept';
      readonly number: number;
      readonly recordingId: Uint8Array;
      readonly opening: Uint8Array;
      readonly last: Uint8Array;
    }
  /** What was kept of `number`, and its receipt, are no longer needed. */
  | { readonly kind: 'dropped'; readonly number: number }
  /** The recording `number` was bookmarked: it is uploaded first. */
  | { readonly kind: 'marked'; readonly number: number }
  /** A recording is owed, or more is known about one that already was. */
  | { readonly kind: 'owed'; readonly owed: Owed }
  /** The recording that was owed is durable. */
  | { readonly kind: 'paid'; readonly name: string }
  /**
   * The chain in which boots and recordings are counted; a journal without this entry belongs to the camera's first
   * chain.
   */
  | { readonly kind: 'chain'; readonly chain: Uint8Array }
  /** A journal of which something could not be read was kept aside, and this one took its place. */
  | { readonly kind: 'aside'; readonly aside: JournalAside };

const type = {
  ...{ boot: 16, session: 17, newest: 18, kept: 19, dropped: 20, marked: 21 },
  ...{ owed: 22, paid: 23, chain: 24, taken: 25, aside: 26 },
  ...{ handover: 28, told: 29, cell: 30 },
} as const;
const stationForm = /^[A-Za-z0-9._-]{1,63}$/;
const toldForm = /^(last|more) ([0-9a-f]{32}) ([A-Za-z0-9._-]{1,63})$/;
/** Entries that contain only their recording's number. */
const numbered = ['dropped', 'marked', 'taken'] as const;

/**
 * The entry as it is stored in the journal: framed like a record, with types of its own in addition to the statements'
 * types.
 */
export function encodeEntry(entry: JournalEntry): Uint8Array {
  switch (entry.kind) {
    case 'boot':
      return encodeRecord(type.boot, beBytes(entry.counter, 8));
    case 'session':
      return encodeRecord(type.session, concatBytes(beBytes(entry.counter, 8), entry.digest));
    case 'newest': {
      const { number, digest, closed } = entry.newest;
      return encodeRecord(
        type.newest,
        concatBytes(beBytes(number, 8), Uint8Array.of(closed ? 1 : 0), digest),
      );
    }
    case 'receipt':
      return encodeRecord(recordType.statement, entry.receipt.encoded);
    case 'handover':
      return encodeRecord(type.handover, encodeHandover(entry.handover));
    case 'told': {
      const { id, station, last } = entry;
      return encodeRecord(type.told, Buffer.from(`${last ? 'last' : 'more'} ${id} ${station}`));
    }
    case 'cell':
      return encodeRecord(type.cell, Buffer.from(entry.station));
    case 'kept': {
      const { number, recordingId, opening, last } = entry;
      const head = concatBytes(beBytes(number, 8), recordingId, beBytes(opening.length, 4));
      return encodeRecord(type.kept, concatBytes(head, opening, last));
    }
    case 'dropped':
    case 'marked':
    case 'taken':
      return encodeRecord(type[entry.kind], beBytes(entry.number, 8));
    case 'owed':
      return encodeRecord(type.owed, encodeOwed(entry.owed));
    case 'paid':
      return encodeRecord(type.paid, Buffer.from(entry.name));
    case 'chain':
      return encodeRecord(type.chain, entry.chain);
    case 'aside':
      return encodeRecord(type.aside, encodeAside(entry.aside));
  }
}

function decodeEntry(kind: number, body: Uint8Array): JournalEntry | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const number = (): number => {
    const value = Number(view.getBigUint64(0));
    // Such an entry was never written: it could not be written again when the journal is rewritten.
    if (Number.isSafeInteger(value)) return value;
    throw new SealcamError('JOURNAL_ENTRY', `A journal entry has the number ${value}, which none can reach`);
  };
  switch (kind) {
    case type.boot:
      return body.length === 8 ? { kind: 'boot', counter: number() } : undefined;
    case type.session:
      return body.length === 8 + digestBytes
        ? { kind: 'session', counter: number(), digest: body.slice(8) }
        : undefined;
    case type.newest:
      return body.length === 9 + digestBytes && view.getUint8(8) <= 1
        ? {
            kind: 'newest',
            newest: { number: number(), closed: view.getUint8(8) === 1, digest: body.slice(9) },
          }
        : undefined;
    case recordType.statement:
      return { kind: 'receipt', receipt: storedStatement('receipt', openEnvelope(body.slice())) };
    case type.kept: {
      const from = 8 + recordingIdBytes + 4;
      if (body.length < from) return undefined;
      const openingBytes = view.getUint32(8 + recordingIdBytes);
      if (openingBytes > body.length - from) return undefined;
      return {
        kind: 'kept',
        number: number(),
        recordingId: body.slice(8, 8 + recordingIdBytes),
        opening: body.slice(from, from + openingBytes),
        last: body.slice(from + openingBytes),
      };
    }
    case type.owed: {
      const owed = decodeOwed(body);
      return owed && { kind: 'owed', owed };
    }
    case type.handover: {
      const handover = decodeHandover(body);
      return handover && { kind: 'handover', handover };
    }
    case type.told: {
      const [, last, id = '', station = ''] = toldForm.exec(Buffer.from(body).toString('latin1')) ?? [];
      return id === '' ? undefined : { kind: 'told', id, station, last: last === 'last' };
    }
    case type.cell: {
      const station = Buffer.from(body).toString('latin1');
      return stationForm.test(station) ? { kind: 'cell', station } : undefined;
    }
    case type.paid:
      return { kind: 'paid', name: Buffer.from(body).toString() };
    case type.aside: {
      const aside = decodeAside(body);
      return aside && { kind: 'aside', aside };
    }
    case type.chain:
      return body.length === chainIdBytes ? { kind: 'chain', chain: body.slice() } : undefined;
    default: {
      const name = numbered.find((one) => type[one] === kind);
      return name !== undefined && body.length === 8 ? { kind: name, number: number() } : undefined;
    }
  }
}

/** Bytes `from` to before `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The entries in `bytes`, in order, and where each is. Bytes that are not an entry, a torn end or rot, are skipped, and
 * named in order: the facts after them are valid without them.
 */
export function decodeEntries(bytes: Uint8Array): {
  entries: JournalEntry[];
  places: ByteRange[];
  skipped: ByteRange[];
} {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: JournalEntry[] = [];
  const places: ByteRange[] = [];
  const skipped: ByteRange[] = [];
  const skip = (from: number, to: number): void => {
    const last = skipped.at(-1);
    if (last?.to === from) skipped[skipped.length - 1] = { from: last.from, to };
    else skipped.push({ from, to });
  };
  let at = 0;
  while (at < buffer.length) {
    const found = entryAt(buffer, at);
    if (found === undefined) {
      const next = buffer.indexOf(recordMagic, at + 1);
      const to = next === -1 ? buffer.length : next;
      skip(at, to);
      at = to;
      continue;
    }
    if (found.entry === undefined) skip(at, at + found.bytes);
    else {
      entries.push(found.entry);
      places.push({ from: at, to: at + found.bytes });
    }
    at += found.bytes;
  }
  return { entries, places, skipped };
}

function entryAt(buffer: Buffer, at: number): { entry: JournalEntry | undefined; bytes: number } | undefined {
  if (buffer.length - at < recordHeadBytes + recordTailBytes) return undefined;
  if (!recordMagic.every((byte, i) => buffer[at + i] === byte)) return undefined;
  const length = buffer.readUInt32BE(at + 4);
  const end = at + recordHeadBytes + length;
  if (length > recordBodyBytesMax || end + recordTailBytes > buffer.length) return undefined;
  if (crc32c(buffer.subarray(at + 4, end)) !== buffer.readUInt32BE(end)) return undefined;
  const bytes = recordHeadBytes + length + recordTailBytes;
  try {
    return {
      entry: decodeEntry(buffer.readUInt8(at + 8), buffer.subarray(at + recordHeadBytes, end)),
      bytes,
    };
  } catch (error) {
    if (isSealcamError(error)) return { entry: undefined, bytes };
    throw error;
  }
}

/** What was kept of a recording whose files are gone. */
export type KeptRecording = Extract<JournalEntry, { kind: 'kept' }>;

/** All facts in the journal, taken together. */
export interface JournalState {
  readonly chain: Uint8Array | undefined;
  /** The counter of the last boot; 0 before the first. */
  readonly bootCounter: number;
  readonly session: { readonly counter: number; readonly digest: Uint8Array } | undefined;
  readonly newest: NewestStatement | undefined;
  /** The largest recording number that is used. */
  readonly numberTaken: number;
  /** By recording id, in hexadecimal digits, the newest receipt of each station. */
  readonly receipts: ReadonlyMap<string, readonly Statement<'receipt'>[]>;
  /** Recordings of which other stations are to be told. */
  readonly handovers: Handovers;
  /** Stations that have signed a receipt for this camera. */
  readonly cells: ReadonlySet<string>;
  /** By recording number. */
  readonly kept: ReadonlyMap<number, KeptRecording>;
  /** Numbers of bookmarked recordings that are not receipted yet. */
  readonly marked: ReadonlySet<number>;
  /** Recordings that are owed, oldest first, by {@link owedName}. */
  readonly owed: ReadonlyMap<string, Owed>;
  /** Journals that were kept aside, by number. */
  readonly aside: ReadonlyMap<number, JournalAside>;
}

/** The state of a journal without entries. */
export const emptyJournal: JournalState = {
  chain: undefined,
  bootCounter: 0,
  session: undefined,
  newest: undefined,
  numberTaken: 0,
  receipts: new Map(),
  handovers: new Map(),
  cells: new Set(),
  kept: new Map(),
  marked: new Set(),
  owed: new Map(),
  aside: new Map(),
};

/** `state` with one more fact. */
export function withEntry(state: JournalState, entry: JournalEntry): JournalState {
  switch (entry.kind) {
    case 'boot':
      return { ...state, bootCounter: Math.max(state.bootCounter, entry.counter) };
    case 'session':
      return (state.session?.counter ?? 0) > entry.counter ? state : { ...state, session: entry };
    case 'newest':
      return (state.newest?.number ?? 0) > entry.newest.number
        ? state
        : { ...withEntry(state, { kind: 'taken', number: entry.newest.number }), newest: entry.newest };
    case 'taken':
      return { ...state, numberTaken: Math.max(state.numberTaken, entry.number) };
    case 'receipt': {
      const { recordingId, stationId } = entry.receipt.body;
      const id = toHex(recordingId);
      const others = (state.receipts.get(id) ?? []).filter(({ body }) => body.stationId !== stationId);
      return { ...state, receipts: new Map(state.receipts).set(id, [...others, entry.receipt]) };
    }
    case 'handover':
      return {
        ...state,
        handovers: withHandover(state.handovers, entry.handover, spoolLimits.handoversMax),
      };
    case 'told':
      return { ...state, handovers: withTold(state.handovers, entry.id, entry.station, entry.last) };
    case 'cell':
      return { ...state, cells: new Set(state.cells).add(entry.station) };
    case 'kept': {
      const marked = new Set(state.marked);
      marked.delete(entry.number);
      return { ...state, kept: new Map(state.kept).set(entry.number, entry), marked };
    }
    case 'marked':
      return { ...state, marked: new Set(state.marked).add(entry.number) };
    case 'owed':
      return { ...state, owed: new Map(state.owed).set(owedName(entry.owed.start), entry.owed) };
    case 'chain':
      return { ...state, chain: entry.chain };
    case 'aside':
      return { ...state, aside: new Map(state.aside).set(entry.aside.number, entry.aside) };
    case 'paid': {
      const owed = new Map(state.owed);
      owed.delete(entry.name);
      return { ...state, owed };
    }
    case 'dropped': {
      const kept = new Map(state.kept);
      const receipts = new Map(state.receipts);
      receipts.delete(toHex(kept.get(entry.number)?.recordingId ?? new Uint8Array(0)));
      kept.delete(entry.number);
      return { ...state, kept, receipts };
    }
  }
}

/** The smallest list of entries that gives `state`. */
export function entriesOf(state: JournalState): JournalEntry[] {
  const { chain, bootCounter, session, newest, numberTaken, receipts, kept, marked, owed, aside } = state;
  const { handovers, cells } = state;
  return [
    ...(chain ? [{ kind: 'chain', chain } as const] : []),
    { kind: 'boot', counter: bootCounter },
    ...(session ? [{ kind: 'session', ...session } as const] : []),
    ...(newest ? [{ kind: 'newest', newest } as const] : []),
    ...(numberTaken > (newest?.number ?? 0) ? [{ kind: 'taken', number: numberTaken } as const] : []),
    ...[...receipts.values()].flat().map((receipt) => ({ kind: 'receipt', receipt }) as const),
    ...[...handovers].flatMap(([id, handover]): JournalEntry[] => [
      { kind: 'handover', handover },
      ...[...handover.told].map((station) => ({ kind: 'told', id, station, last: false }) as const),
    ]),
    ...[...cells].map((station) => ({ kind: 'cell', station }) as const),
    ...kept.values(),
    ...[...marked].map((number) => ({ kind: 'marked', number }) as const),
    ...[...owed.values()].map((one) => ({ kind: 'owed', owed: one }) as const),
    ...[...aside.values()].map((one) => ({ kind: 'aside', aside: one }) as const),
  ];
}

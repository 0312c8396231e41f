import { toHex } from '../../../base/bytes.ts';
import { isLinkKind } from '../../../evidence/chain.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseSegment, RecordScanner, recordType } from '../../../evidence/records.ts';
import { claimedKind, type Statement } from '../../../evidence/statements.ts';

export type Link = Statement<'chunk' | 'gap' | 'closing'>;

/** A statement that the camera made, whether it ever became durable or not. */
type Made = {
  readonly index: number;
  readonly previous: string;
  readonly closing: boolean;
  /** Names of its segments: place and digest. */
  readonly segments: readonly string[];
};

/** What really happened to one recording. */
export type TrueRecording = {
  readonly id: string;
  readonly number: number;
  /** The chain in which it counts, hexadecimal; undefined in a camera's first one. */
  readonly chain?: string;
  readonly opening: string;
  /** By D in hexadecimal digits. */
  readonly made: Map<string, Made>;
  /** D of the statements that the spool said are durable, by index. */
  readonly sealed: string[];
  closed: string | undefined;
  /** The opening was said to be durable. */
  opened: boolean;
  /** D of the closings for which a station has signed that all is there. */
  readonly complete: Set<string>;
  /** The station that had all of it was put back to an older backup, or may be. */
  forgiven: boolean;
};

/** What a file of the station holds, by the names that {@link TrueRecording} uses. */
export interface Held {
  readonly statements: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
}

/** Thrown where something happened that never may. */
export class Violation extends Error {}

/** Knows all that the camera made and was promised, and judges what the others say of it. */
export class Truth {
  readonly recordings = new Map<string, TrueRecording>();
  /** Ids by chain and number. */
  readonly #numbers = new Map<string, string>();
  /** D of the receipt that has a counter. */
  readonly #counters = new Map<number, string>();

  opens(
    id: string,
    number: number,
    opening: Statement<'opening'>,
    chain: Uint8Array | undefined,
  ): TrueRecording {
    const recording: TrueRecording = {
      id,
      number,
      ...(chain === undefined ? {} : { chain: toHex(chain) }),
      opening: toHex(opening.digest),
      made: new Map(),
      sealed: [],
      closed: undefined,
      opened: false,
      complete: new Set(),
      forgiven: false,
    };
    this.recordings.set(id, recording);
    return recording;
  }

  /** A number is taken for good once its opening is durable, or has left the camera. */
  takesNumber({ number, id, chain }: TrueRecording): void {
    const place = `${chain} ${number}`;
    const other = this.#numbers.get(place);
    if (other !== undefined && other !== id) throw new Violation(`number ${number} was used twice`);
    this.#numbers.set(place, id);
  }

  recording(id: string): TrueRecording {
    const recording = this.recordings.get(id);
    if (recording === undefined) throw new Violation(`nobody made a recording ${id}`);
    return recording;
  }

  makes({ made }: TrueRecording, link: Link, segments: readonly string[]): void {
    made.set(toHex(link.digest), {
      index: link.body.index,
      previous: toHex(link.body.previous),
      closing: link.kind === 'closing',
      segments,
    });
  }

  /** The statements of a chain that ends with `last`, from index 0; a violation where one was never made. */
  chainTo(recording: TrueRecording, last: string): [string, Made][] {
    const chain: [string, Made][] = [];
    for (let digest = last; digest !== recording.opening; ) {
      const made = recording.made.get(digest);
      if (made === undefined)
        throw new Violation(`${digest} is no statement of recording ${recording.number}`);
      chain.unshift([digest, made]);
      digest = made.previous;
    }
    return chain;
  }

  /** A counter is used for one receipt, whatever became of the store in between. */
  countsReceipt({ digest, body: { counter } }: Statement<'receipt'>): void {
    const [name, other] = [toHex(digest), this.#counters.get(counter)];
    if (other !== undefined && other !== name) throw new Violation(`receipt ${counter} was signed twice`);
    this.#counters.set(counter, name);
  }

  /** What a receipt says must be durable at the station in this moment. */
  receipted(
    { body }: Statement<'receipt'>,
    held: Held,
    keys: Uint8Array | undefined,
    keysHash: string,
  ): void {
    const recording = this.recording(toHex(body.recordingId));
    const { number } = recording;
    const chain = this.chainTo(recording, toHex(body.statement));
    const statements = chain.filter(([, { closing }]) => !closing).length;
    if (statements !== body.count) {
      throw new Violation(`a receipt counts ${body.count} and names statement ${statements} of ${number}`);
    }
    if (!held.statements.has(recording.opening))
      throw new Violation(`the opening of ${number} is not durable`);
    this.#expectHeld(recording, chain, held);
    if (body.keyEnvelopeHash !== undefined) {
      const durable = keys === undefined ? 'nothing' : toHex(sha256(keys));
      if (toHex(body.keyEnvelopeHash) !== keysHash || durable !== keysHash) {
        throw new Violation(`the keys of ${number} are receipted and not durable`);
      }
    }
    if (!body.complete) return;
    if (chain.at(-1)?.[1].closing !== true) throw new Violation(`${number} is complete without a closing`);
    if (body.keyEnvelopeHash === undefined) throw new Violation(`${number} is complete without keys`);
    recording.complete.add(toHex(body.statement));
  }

  #expectHeld({ number }: TrueRecording, chain: readonly [string, Made][], held: Held): void {
    for (const [digest, { index, segments }] of chain) {
      if (!held.links.has(digest)) throw new Violation(`statement ${index} of ${number} is not durable`);
      for (const segment of segments) {
        if (!held.segments.has(segment))
          throw new Violation(`segment ${segment} of ${number} is not durable`);
      }
    }
  }

  /** True where a station holds all of a recording as its closing `last` says. */
  isWhole(recording: TrueRecording, last: string, held: Held): boolean {
    try {
      this.#expectHeld(recording, this.chainTo(recording, last), held);
      return true;
    } catch (error) {
      if (error instanceof Violation) return false;
      throw error;
    }
  }

  /** The station's file must hold one chain that the camera made, and nothing else. */
  isPrefix(recording: TrueRecording, held: Held): void {
    const indices = new Map<string, string>();
    for (const digest of held.links) {
      const made = recording.made.get(digest);
      if (made === undefined) {
        throw new Violation(`the station took a statement of ${recording.number} that nobody made`);
      }
      const place = `${made.index}`;
      if (indices.has(place)) {
        throw new Violation(`the station has two statements with index ${place} of ${recording.number}`);
      }
      indices.set(place, digest);
    }
  }
}

const nothing: Held = { statements: new Set(), links: new Set(), segments: new Set() };
/** By the bytes, which nobody changes: a disk puts new ones in their place. */
const held = new WeakMap<Uint8Array, Held>();

/** What the bytes of a recording's file hold. */
export function heldIn(bytes: Uint8Array | undefined): Held {
  if (bytes === undefined) return nothing;
  const known = held.get(bytes) ?? readHeld(bytes);
  held.set(bytes, known);
  return known;
}

function readHeld(bytes: Uint8Array): Held {
  const statements = new Set<string>();
  const links = new Set<string>();
  const segments = new Set<string>();
  const scanner = new RecordScanner();
  for (const piece of [...scanner.push(bytes.subarray(8)), ...scanner.end()]) {
    if (piece.kind !== 'record') continue;
    const { type, body } = piece.record;
    if (type === recordType.segment) {
      const { index, part, number, segment } = parseSegment(body);
      segments.add(segmentName(index, part, number, sha256(segment)));
      continue;
    }
    const envelope = openEnvelope(Uint8Array.from(body));
    statements.add(toHex(envelope.digest));
    if (isLinkKind(claimedKind(envelope))) links.add(toHex(envelope.digest));
  }
  return { statements, links, segments };
}

export function segmentName(index: number, part: number, number: number, digest: Uint8Array): string {
  return `${index}.${part}.${number} ${toHex(digest)}`;
}

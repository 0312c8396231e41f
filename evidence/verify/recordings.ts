import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Link } from '../chain.ts';
import type { SegmentRecord } from '../records.ts';
import type { Statement } from '../statements.ts';
import { emptySlot, type FoundRecording, type SegmentLocation, type Slot } from './found.ts';

/** Recordings whose session the root does not vouch for; anyone can make any number of them. */
const untrustedRecordingsMax = 16;
/** Indexes that are kept only for segments or untrusted statements. */
const strangersMax = 4_096;

/**
 * What a segment is to the recordings: `unnamed` by any statement, `altered` if its digest is not the one that
 * a statement names.
 */
export type SegmentMatch = 'good' | 'altered' | 'unnamed';

/** A chunk's statement, and where the segments that it names are. */
interface PlacedChunk {
  readonly found: FoundRecording;
  readonly slot: Slot;
  readonly chunk: Statement<'chunk'>;
  /** For each part: where each segment is, once it was found good. */
  readonly places: readonly (SegmentLocation | undefined)[][];
}

/** The recordings of some files, and where in them segments and unproven records belong. */
export class Recordings {
  /** By recording id: the recordings of each device that has one of that id. */
  readonly #byId = new Map<string, FoundRecording[]>();
  /** By index: every chunk of every recording. */
  readonly #chunks = new Map<number, PlacedChunk[]>();
  /** Indexes of segments that no chunk names. */
  readonly #unnamed = new Set<number>();
  #untrusted = 0;
  #strangers = 0;

  /** The files are read again: unproven records are noted again, by what is known then. */
  startPass(): void {
    this.#unnamed.clear();
    this.#strangers = 0;
    for (const { slots } of this.all) {
      for (const [index, slot] of slots) {
        slot.untrusted = false;
        if (slot.links.length === 0) slots.delete(index);
      }
    }
  }

  get all(): FoundRecording[] {
    return [...this.#byId.values()].flat();
  }

  find(recordingId: Uint8Array, deviceId: string): FoundRecording | undefined {
    return this.#alike(recordingId).find(({ recording }) => recording.core.deviceId === deviceId);
  }

  #alike(recordingId: Uint8Array): readonly FoundRecording[] {
    return this.#byId.get(toHex(recordingId)) ?? [];
  }

  /** Whether there is room for one more. */
  hasRoom(trusted: boolean): boolean {
    return trusted || this.#untrusted < untrustedRecordingsMax;
  }

  /** Adds a recording in place of `instead`, and keeps nothing of that. */
  add(found: FoundRecording, instead: FoundRecording | undefined): void {
    if (instead !== undefined) {
      if (!instead.trusted) this.#untrusted -= 1;
      for (const index of instead.slots.keys()) {
        const placed = this.#chunks.get(index) ?? [];
        this.#chunks.set(
          index,
          placed.filter((one) => one.found !== instead),
        );
      }
    }
    if (!found.trusted) this.#untrusted += 1;
    const { recordingId } = found.recording.core;
    const others = this.#alike(recordingId).filter((one) => one !== instead);
    this.#byId.set(toHex(recordingId), [...others, found]);
  }

  /** Adds a statement of the chain. */
  addLink(found: FoundRecording, index: number, link: Exclude<Link, { kind: 'closing' }>): void {
    const slot = slotOf(found, index);
    if (slot.links.some(({ digest }) => equalBytes(digest, link.digest))) return;
    slot.links.push(link);
    if (link.kind !== 'chunk') return;
    const placed = { found, slot, chunk: link, places: [[], []] };
    this.#chunks.set(index, [...(this.#chunks.get(index) ?? []), placed]);
  }

  /** The slot of a record that proves nothing: anyone can make any number of these. */
  #strangeSlot(found: FoundRecording, index: number): Slot | undefined {
    if (!found.slots.has(index)) {
      if (this.#strangers >= strangersMax) return undefined;
      this.#strangers += 1;
    }
    return slotOf(found, index);
  }

  /** Notes a statement of that index whose signer may not sign it. */
  untrustedIndex(recordingId: Uint8Array, index: number): void {
    for (const found of this.#alike(recordingId)) {
      const slot = this.#strangeSlot(found, index);
      if (slot !== undefined) slot.untrusted = true;
    }
  }

  /** Files a segment with the digest `digest` wherever a chunk of any recording names it. */
  placeSegment(
    { index, part, number }: SegmentRecord,
    digest: Uint8Array | undefined,
    place: SegmentLocation,
  ): SegmentMatch {
    let fate: SegmentMatch = 'unnamed';
    for (const { chunk, places } of this.#chunks.get(index) ?? []) {
      const { segmentDigests } = part === 0 ? chunk.body.media : chunk.body.telemetry;
      const expected = segmentDigests[number];
      const ofPart = places[part];
      if (expected === undefined || ofPart === undefined) continue;
      if (digest !== undefined && equalBytes(expected, digest)) {
        fate = 'good';
        ofPart[number] ??= place;
      } else if (fate === 'unnamed') {
        fate = 'altered';
      }
    }
    if (fate === 'unnamed' && this.#unnamed.size < strangersMax) this.#unnamed.add(index);
    return fate;
  }

  /** True if a segment that a chunk names was not found: it may have come before the chunk. */
  get incomplete(): boolean {
    for (const placed of this.#chunks.values()) {
      for (const { chunk, places } of placed) {
        const { media, telemetry } = chunk.body;
        for (const [part, { segmentDigests }] of [media, telemetry].entries()) {
          if (segmentDigests.some((_, number) => places[part]?.[number] === undefined)) return true;
        }
      }
    }
    return false;
  }

  /**
   * All recordings, each with its statements in the order of their D: the first of an index is judged, and
   * opened.
   */
  finish(): FoundRecording[] {
    const recordings = this.all;
    const [only, ...others] = recordings;
    // With several recordings, nothing shows which one such a segment belongs to.
    if (only !== undefined && others.length === 0) {
      for (const index of this.#unnamed) {
        const slot = this.#strangeSlot(only, index);
        if (slot !== undefined) slot.segments = true;
      }
    }
    for (const { slots, otherOpenings, closings, losses } of recordings) {
      otherOpenings.sort(byDigest);
      for (const list of [closings, losses]) list.sort((a, b) => byDigest(a.statement, b.statement));
      const ascending = [...slots].sort(([a], [b]) => a - b);
      slots.clear();
      for (const [index, slot] of ascending) {
        slot.links.sort(byDigest);
        slots.set(index, slot);
      }
    }
    for (const placed of this.#chunks.values()) {
      for (const { slot, chunk, places } of placed) if (slot.links[0] === chunk) slot.places = places;
    }
    return recordings;
  }
}

function slotOf(found: FoundRecording, index: number): Slot {
  const slot = found.slots.get(index) ?? emptySlot();
  found.slots.set(index, slot);
  return slot;
}

function byDigest(a: Statement, b: Statement): number {
  return Buffer.compare(a.digest, b.digest);
}

import { equalBytes, toHex } from '../../base/bytes.ts';
import type { SegmentRecord } from '../records.ts';
import { emptySlot, type FoundRecording, type SegmentPlace, type Slot } from './found.ts';

/** Recordings whose session the root does not vouch for; anyone can make as many as he likes. */
const untrustedRecordingsMax = 16;
/** Indexes that are kept for the sake of segments or untrusted statements alone. */
const strangersMax = 4_096;

/** What a segment is to the recordings: `unnamed` by any statement, `altered` where its digest is not what one names. */
export type SegmentFate = 'good' | 'altered' | 'unnamed';

/** The recordings of some files, and where in them segments and what proves nothing belong. */
export class Recordings {
  /** By recording id: of each device that has one of that id. */
  readonly #byId = new Map<string, FoundRecording[]>();
  /** The recordings whose opening stands in the present source. */
  readonly #here = new Set<FoundRecording>();
  #untrusted = 0;
  #strangers = 0;

  /** Another source begins. */
  startSource(): void {
    this.#here.clear();
  }

  /** Says that an opening of `found` stands in the present source. */
  meet(found: FoundRecording): void {
    this.#here.add(found);
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

  /** Whether one more fits. */
  hasRoom(trusted: boolean): boolean {
    return trusted || this.#untrusted < untrustedRecordingsMax;
  }

  /** Adds a recording, whose opening stands in the present source, in place of `instead`. */
  add(found: FoundRecording, instead: FoundRecording | undefined): void {
    const { recordingId } = found.recording.core;
    if (!found.trusted) this.#untrusted += 1;
    if (instead !== undefined) this.#here.delete(instead);
    const others = this.#alike(recordingId).filter((one) => one !== instead);
    this.#byId.set(toHex(recordingId), [...others, found]);
    this.meet(found);
  }

  slot(found: FoundRecording, index: number): Slot {
    const slot = found.slots.get(index) ?? emptySlot();
    found.slots.set(index, slot);
    return slot;
  }

  /** The slot of something that proves nothing: anyone can make any number of these. */
  #strangeSlot(found: FoundRecording, index: number): Slot | undefined {
    if (!found.slots.has(index)) {
      if (this.#strangers >= strangersMax) return undefined;
      this.#strangers += 1;
    }
    return this.slot(found, index);
  }

  /** Notes a statement of that index whose signer may not sign it. */
  untrustedIndex(recordingId: Uint8Array, index: number): void {
    for (const found of this.#alike(recordingId)) {
      const slot = this.#strangeSlot(found, index);
      if (slot !== undefined) slot.untrusted = true;
    }
  }

  /** Puts a segment, whose digest is `digest`, where a statement of the source's recordings, or of any, names it. */
  placeSegment(
    { index, part, number }: SegmentRecord,
    digest: Uint8Array | undefined,
    place: SegmentPlace,
  ): SegmentFate {
    let fate: SegmentFate = 'unnamed';
    for (const found of this.#here.size > 0 ? this.#here : this.all) {
      const slot = found.slots.get(index);
      const link = slot?.links[0];
      if (slot === undefined || link?.kind !== 'chunk') continue;
      const digests = (part === 0 ? link.body.media : link.body.telemetry).segmentDigests;
      const places = slot.places[part];
      const expected = digests[number];
      if (places === undefined || expected === undefined) continue;
      if (digest !== undefined && equalBytes(expected, digest)) {
        fate = 'good';
        slot.segments = true;
        places[number] ??= place;
      } else if (fate === 'unnamed') {
        fate = 'altered';
      }
    }
    return fate;
  }

  /** Notes a segment that no statement names: of the one recording of its source, or of nobody. */
  orphan(index: number): void {
    const [only, ...others] = this.#here;
    if (only === undefined || others.length > 0) return;
    const slot = this.#strangeSlot(only, index);
    if (slot !== undefined) slot.segments = true;
  }
}

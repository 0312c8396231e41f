import { sealcam } from '#generated/telemetry.js';
import { append } from '../../../base/lists.ts';
import { exportLimits } from './limits.ts';
import { PositionSpacing } from './position-spacing.ts';
import {
  claimedUtcUs,
  type ExportedEvent,
  type ExportedPosition,
  type SealedTelemetry,
} from './sealed-telemetry.ts';
import type { MediaSpan, MediaTime } from './timeline.ts';

/** A text that goes with the picture, by the MP4's timeline, in whole milliseconds. */
export interface Caption {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lines: readonly string[];
}

const { EventKind, LampState } = sealcam.telemetry;

/** What lasts until it changes; undefined: not known. */
interface Lasting {
  readonly commanded: string | undefined;
  readonly reported: string | undefined;
  readonly muted: boolean | undefined;
  readonly dwelling: boolean | undefined;
}

const nothingKnown: Lasting = {
  commanded: undefined,
  reported: undefined,
  muted: undefined,
  dwelling: undefined,
};

const lampNames: Readonly<Record<number, string>> = {
  [LampState.LAMP_OFF]: 'off',
  [LampState.LAMP_STANDBY]: 'standby',
  [LampState.LAMP_RECORDING]: 'recording',
  [LampState.LAMP_ALARM]: 'alarm',
};

/** What an event changes. */
function changeOf({ kind, lamp }: ExportedEvent): Partial<Lasting> {
  switch (kind) {
    case EventKind.EVENT_MUTE_ON:
      return { muted: true };
    case EventKind.EVENT_MUTE_OFF:
      return { muted: false };
    case EventKind.EVENT_DWELLING_ON:
      return { dwelling: true };
    case EventKind.EVENT_DWELLING_OFF:
      return { dwelling: false };
    case EventKind.EVENT_LAMP_COMMANDED:
      return { commanded: lampNames[lamp] };
    case EventKind.EVENT_LAMP_REPORTED:
      return { reported: lampNames[lamp] };
    default:
      return {};
  }
}

/**
 * Captions of a recording, made as its chunks are opened: time, place, lamp, mute, dwelling and bookmarks, and what is absent.
 * They follow each other without overlap.
 */
export class Captions {
  #lasting = nothingKnown;
  #position: ExportedPosition | undefined;
  readonly #spacing = new PositionSpacing();
  #bookmark: ExportedEvent | undefined;
  readonly #absent = new Set<string>();
  #toMs = 0;

  /** A part of the recording that has no picture, and why. */
  hole(why: string): void {
    this.#absent.add(why);
    // What happened meanwhile is not known.
    this.#lasting = nothingKnown;
    this.#spacing.tear();
  }

  /** The captions of the next chunk, and of what is absent before it. `telemetry` is undefined if it can't be read. */
  chunk(telemetry: SealedTelemetry | undefined, span: MediaSpan, mediaTime: MediaTime): Caption[] {
    const before = this.#absence(span.fromUs);
    if (telemetry === undefined) {
      this.#lasting = nothingKnown;
      // Its pictures are there: what is absent after it begins where they end.
      this.#toMs = Math.max(this.#toMs, Math.round(span.toUs / 1000));
      return before;
    }
    const { start, events, positions } = telemetry;
    this.#begin(telemetry);
    const endUs = start.uptimeUs + (span.toUs - span.fromUs);
    const cuts = cutsOf(telemetry, start.uptimeUs, endUs);
    const captions: Caption[] = [];
    let [event, position] = [0, 0];
    for (const [n, fromUs] of cuts.entries()) {
      const untilUs = cuts[n + 1] ?? endUs;
      for (let one = events[event]; one !== undefined && one.uptimeUs <= fromUs; one = events[event]) {
        this.#take(one);
        event += 1;
      }
      for (
        let one = positions[position];
        one !== undefined && one.uptimeUs < untilUs;
        one = positions[position]
      ) {
        this.#position = one;
        this.#spacing.take(one.uptimeUs);
        position += 1;
      }
      append(
        captions,
        this.#show(mediaTime(fromUs), mediaTime(untilUs), [
          timeLine(telemetry, fromUs),
          this.#placeLine(fromUs),
          this.#stateLine(fromUs),
        ]),
      );
    }
    // Those after the last picture are shown with the next.
    for (const one of events.slice(event)) this.#take(one);
    for (const one of positions.slice(position)) this.#spacing.take(one.uptimeUs);
    this.#position = positions.at(-1) ?? this.#position;
    return [...before, ...captions];
  }

  /** What is absent between the chunk before and the next, if its time is on the MP4's timeline. */
  #absence(untilUs: number): Caption[] {
    const absent = [...this.#absent];
    this.#absent.clear();
    return absent.length === 0
      ? []
      : this.#show(this.#toMs * 1000, untilUs, [`no picture: ${absent.join(', ')}`]);
  }

  /** What lasted before a chunk's first event of its kind: as before it, or as its end says if nothing changed. */
  #begin({ events, lampCommanded, lampReported, muted, dwelling }: SealedTelemetry): void {
    const changes = events.map(changeOf);
    const first = <K extends keyof Lasting>(key: K, atEnd: Lasting[K], before: Lasting[K]): Lasting[K] =>
      this.#lasting[key] ?? (changes.some((change) => key in change) ? before : atEnd);
    const other = (key: 'muted' | 'dwelling'): boolean | undefined => {
      const change = changes.find((one) => key in one)?.[key];
      return change === undefined ? undefined : !change;
    };
    this.#lasting = {
      commanded: first('commanded', lampNames[lampCommanded], undefined),
      reported: first('reported', lampNames[lampReported], undefined),
      muted: first('muted', muted, other('muted')),
      dwelling: first('dwelling', dwelling, other('dwelling')),
    };
  }

  #take(event: ExportedEvent): void {
    if (event.kind === EventKind.EVENT_BOOKMARK) this.#bookmark = event;
    this.#lasting = { ...this.#lasting, ...changeOf(event) };
  }

  #placeLine(atUs: number): string {
    const { uptimeUs = 0, latitude = 0, longitude = 0, accuracy } = this.#position ?? {};
    if (this.#position === undefined || this.#spacing.isGap(atUs - uptimeUs)) return 'place unknown';
    const within = accuracy === undefined ? '' : ` +-${accuracy.toFixed(0)} m`;
    return `${latitude.toFixed(6)}, ${longitude.toFixed(6)}${within}`;
  }

  #stateLine(atUs: number): string {
    const { commanded, reported, muted, dwelling } = this.#lasting;
    const lamp =
      reported === commanded || reported === undefined ? commanded : `${reported}, not ${commanded}`;
    const { uptimeUs: markedUs = Number.NEGATIVE_INFINITY, category = 0 } = this.#bookmark ?? {};
    const isMarked = atUs - markedUs < exportLimits.bookmarkUs;
    return [
      `lamp ${lamp ?? 'unknown'}`,
      ...(muted === true ? ['muted'] : []),
      ...(dwelling === true ? ['dwelling'] : []),
      ...(isMarked ? [category > 0 ? `bookmark ${category}` : 'bookmark'] : []),
    ].join(' | ');
  }

  #show(fromUs: number, toUs: number, lines: readonly string[]): Caption[] {
    const fromMs = Math.max(this.#toMs, Math.round(fromUs / 1000));
    const toMs = Math.round(toUs / 1000);
    if (toMs <= fromMs) return [];
    this.#toMs = toMs;
    return [{ fromMs, toMs, lines }];
  }
}

/** Uptimes at which a chunk's captions begin: its start, each full second of its claimed UTC, and each event. */
function cutsOf({ start, events }: SealedTelemetry, startUs: number, endUs: number): number[] {
  const stepUs = Math.max(exportLimits.captionUs, (endUs - startUs) / exportLimits.captionsPerChunkMax);
  const cuts = new Set([startUs]);
  const firstUs = startUs + stepUs - (start.utcUs % exportLimits.captionUs);
  for (let us = firstUs; us < endUs; us += stepUs) cuts.add(us);
  for (const { uptimeUs } of events.slice(0, exportLimits.captionsPerChunkMax)) {
    if (uptimeUs > startUs && uptimeUs < endUs) cuts.add(uptimeUs);
  }
  return [...cuts].sort((a, b) => a - b);
}

function timeLine({ start }: SealedTelemetry, uptimeUs: number): string {
  const utcUs = claimedUtcUs(start, uptimeUs);
  if (utcUs === undefined) return 'time unknown';
  const date = new Date(Math.floor(utcUs / 1_000_000) * 1000).toISOString();
  return `${date.slice(0, 10)} ${date.slice(11, 19)} UTC (clock ${start.clockState})`;
}

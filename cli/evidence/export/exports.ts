import type { FileHandle } from 'node:fs/promises';
import type { OpenedChunk } from '../../../evidence/open/open.ts';
import type { Core } from '../../../evidence/statements.ts';
import { telemetryJson } from '../telemetry-json.ts';
import { type Caption, Captions } from './captions.ts';
import { GpxTrack } from './gpx.ts';
import { readSealedTelemetry } from './sealed-telemetry.ts';
import { type MediaSpan, PictureTimeline } from './timeline.ts';
import { webVttCue, webVttHead } from './webvtt.ts';

/** What is written next to the MP4: telemetry as JSON, the track as GPX, captions as WebVTT. */
export interface ExportPaths<T> {
  readonly telemetry: T;
  readonly track: T;
  readonly captions: T;
}

/** Writes what goes with a recording's pictures, chunk by chunk, as they are opened. */
export class Exports {
  readonly #files: ExportPaths<FileHandle>;
  readonly #core: Core;
  readonly #track: GpxTrack;
  readonly #timeline = new PictureTimeline();
  readonly #captions = new Captions();
  readonly #onCaptions: (captions: readonly Caption[]) => Promise<void>;
  #lines = 0;

  /** @param onCaptions takes the captions of each chunk too. */
  constructor(
    files: ExportPaths<FileHandle>,
    core: Core,
    onCaptions: (captions: readonly Caption[]) => Promise<void>,
  ) {
    this.#files = files;
    this.#core = core;
    this.#track = new GpxTrack(core);
    this.#onCaptions = onCaptions;
  }

  async begin(): Promise<void> {
    await this.#files.telemetry.writeFile('[');
    await this.#files.track.writeFile(this.#track.head(this.#core));
    await this.#files.captions.writeFile(webVttHead);
  }

  /** A part of the recording was not opened, or is absent, and why. */
  hole(why: string): void {
    this.#track.hole();
    this.#captions.hole(why);
  }

  /** @param span where the chunk's media is in the MP4; undefined if it is not there. */
  async chunk(chunk: OpenedChunk, span: MediaSpan | undefined): Promise<void> {
    const { telemetry, track, captions } = this.#files;
    await telemetry.writeFile(`${this.#lines === 0 ? '' : ','}\n${telemetryJson(chunk, span)}`);
    this.#lines += 1;
    const read = readSealedTelemetry(chunk);
    const mediaTime = span && this.#timeline.next(chunk.statement.body.start.uptimeUs, span);
    if (read !== undefined) await track.writeFile(this.#track.chunk(read, mediaTime));
    if (span === undefined || mediaTime === undefined) {
      // Chunk 0 describes the streams: it has no pictures.
      if (chunk.index > 0) this.#captions.hole('not media that an MP4 can hold');
      return;
    }
    const shown = this.#captions.chunk(read, span, mediaTime);
    await captions.writeFile(shown.map(webVttCue).join(''));
    await this.#onCaptions(shown);
  }

  /**
   * Ends the files.
   * @param isTimed false if the pictures were written without a timeline, which captions need.
   * @returns those that hold nothing.
   */
  async end(isTimed: boolean): Promise<(keyof ExportPaths<FileHandle>)[]> {
    await this.#files.telemetry.writeFile('\n]\n');
    await this.#files.track.writeFile(this.#track.end());
    return [
      ...(this.#track.points === 0 ? (['track'] as const) : []),
      ...(isTimed ? [] : (['captions'] as const)),
    ];
  }
}

import { displaySize, type VideoTrack } from '../types.ts';
import type { BoxWriter } from './box-writer.ts';

// A track of timed text (3GPP TS 26.245, tx3g), which ffmpeg calls mov_text: what players of MP4 show as subtitles.

/** Ticks a second of a text track. */
export const textTimescale = 1000;

/** Where text is shown in the upright picture, in pixels. */
export interface TextArea {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The lowest fifth of the picture as it is shown, turned if it is to be. */
export function textAreaOf(video: VideoTrack): TextArea {
  const shown = displaySize(video);
  const isOnItsSide = video.rotation === 90 || video.rotation === 270;
  const [width, full] = isOnItsSide ? [shown.height, shown.width] : [shown.width, shown.height];
  const height = Math.ceil(full / 5);
  return { top: full - height, width, height };
}

/** The sample entry `tx3g`: white text, centred at the bottom, on a half-transparent background. */
export function writeTextEntry(writer: BoxWriter, { width, height }: TextArea): void {
  const white = Uint8Array.of(255, 255, 255, 255);
  writer.box('tx3g', () => {
    writer.zeros(6);
    writer.u16(1);
    writer.u32(0);
    // Centred (1), at the bottom (-1).
    writer.u8(1);
    writer.u8(0xff);
    writer.raw(Uint8Array.of(0, 0, 0, 128));
    // The box from top and left to bottom and right.
    for (const edge of [0, 0, height, width]) writer.u16(Math.min(edge, 0x7fff));
    // A style for all characters: font 1, plain.
    writer.zeros(4);
    writer.u16(1);
    writer.u8(0);
    writer.u8(Math.min(Math.max(Math.floor(height / 5), 10), 255));
    writer.raw(white);
    writer.box('ftab', () => {
      writer.u16(1);
      writer.u16(1);
      const font = 'Sans-Serif';
      writer.u8(font.length);
      writer.ascii(font);
    });
  });
}

/**
 * A sample of a text track: the length of its UTF-8 in 16 bits, and that. An empty text shows nothing; one that is too long
 * for its length is cut after the last whole character that fits.
 */
export function textSample(text: string): Uint8Array {
  const whole = Buffer.from(text, 'utf8');
  let length = Math.min(whole.length, 0xffff);
  // A byte 10xxxxxx goes on with a character.
  while (((whole[length] ?? 0) & 0xc0) === 0x80) length -= 1;
  const bytes = whole.subarray(0, length);
  return Uint8Array.of(bytes.length >> 8, bytes.length & 0xff, ...bytes);
}

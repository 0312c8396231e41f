import type { AudioTrack } from './types.ts';

/** Object types of ISO/IEC 14496-3, table 1.17, that are variants of AAC. */
const aacTypes = new Set([1, 2, 3, 4, 5, 6, 7, 17, 19, 20, 21, 22, 23, 29, 39, 42]);
/** Sampling rate of each index (table 1.18). */
const rates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/** Whatever the sound was recorded at, Opus is decoded to this many samples a second (RFC 7845, 5.1). */
const opusRate = 48_000;

/** What describes a sound track; 0 for values that are stated elsewhere. */
export interface AudioFacts {
  readonly channels: number;
  readonly sampleRate: number;
}

/**
 * The content of `specific` (ISO/IEC 14496-3, 1.6.2.1 and table 1.19); undefined if it is not an AudioSpecificConfig of
 * AAC.
 */
export function audioFacts(specific: Uint8Array): AudioFacts | undefined {
  if (specific.length < 2) return undefined;
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i += 1, at += 1) {
      value = value * 2 + (((specific[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    }
    return value;
  };
  let type = bits(5);
  if (type === 31) type = 32 + bits(6);
  const index = bits(4);
  const sampleRate = index === 15 ? bits(24) : rates[index];
  const configuration = bits(4);
  if (!aacTypes.has(type) || sampleRate === undefined || at > specific.length * 8) return undefined;
  const known = configuration >= 1 && configuration <= 7;
  return { channels: known ? (configuration === 7 ? 8 : configuration) : 0, sampleRate };
}

/**
 * The content of `box`, the content of a box `dOps` (Encapsulation of Opus in ISO Base Media File Format, 4.3.2); undefined if it
 * is malformed, or of a version that is not known.
 */
export function opusFacts(box: Uint8Array): AudioFacts | undefined {
  const [version, channels = 0] = box;
  const family = box[10];
  if (version !== 0 || channels === 0 || family === undefined) return undefined;
  // Without a mapping there are one or two channels; with one, each channel names its stream.
  const isMapped = family !== 0;
  if (box.length !== (isMapped ? 13 + channels : 11) || (!isMapped && channels > 2)) return undefined;
  return { channels, sampleRate: opusRate };
}

/** What the description of a sound track says; undefined if it is malformed. */
export function soundFacts({
  codec,
  description,
}: Pick<AudioTrack, 'codec' | 'description'>): AudioFacts | undefined {
  return codec === 'opus' ? opusFacts(description) : audioFacts(description);
}

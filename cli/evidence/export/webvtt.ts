import type { Caption } from './captions.ts';
import { escapeMarkup } from './gpx.ts';

/** The beginning of a WebVTT file. */
export const webVttHead = 'WEBVTT\n';

/** A caption as a cue of WebVTT. */
export function webVttCue({ fromMs, toMs, lines }: Caption): string {
  // An empty line would end the cue.
  const text = lines.map((line) => escapeMarkup(line.replaceAll(/[\r\n]+/g, ' ').trim() || '-'));
  return `\n${clockOf(fromMs)} --> ${clockOf(toMs)}\n${text.join('\n')}\n`;
}

/** Hours have two digits or more, so that days fit. */
function clockOf(ms: number): string {
  const part = (value: number, digits: number): string => String(value).padStart(digits, '0');
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${part(hours, 2)}:${part(minutes, 2)}:${part(seconds % 60, 2)}.${part(ms % 1000, 3)}`;
}

import { equalBytes, toHex } from '../../../base/bytes.ts';
import { append } from '../../../base/lists.ts';
import type { Core, Moment } from '../../../evidence/statements.ts';
import { timeWords } from '../../output.ts';
import { exportLimits } from './limits.ts';
import { PositionSpacing } from './position-spacing.ts';
import { claimedUtcUs, type ExportedPosition, type SealedTelemetry } from './sealed-telemetry.ts';
import type { MediaTime } from './timeline.ts';

/**
 * The track of a recording as GPX 1.1, written as its chunks are opened. Only measured points are in it, in the order of the
 * camera's uptime. Where no position was measured for a while, or a part was not opened, a segment ends; where the camera's
 * clock leapt, or another run of it began, a track ends, so that a program that sorts points by time draws no line across.
 * Times are the camera's claim, each with the state of its clock.
 */
export class GpxTrack {
  readonly #title: string;
  #before: { readonly uptimeUs: number; readonly utcUs: number; readonly start: Moment } | undefined;
  /** A part that was not opened came since the last point. */
  #torn = false;
  readonly #spacing = new PositionSpacing();
  #points = 0;

  constructor({ deviceId, recordingNumber }: Pick<Core, 'deviceId' | 'recordingNumber'>) {
    this.#title = `${deviceId} recording ${recordingNumber}`;
  }

  /** How many points were written. */
  get points(): number {
    return this.#points;
  }

  /** The beginning of the file. */
  head({ recordingId, claimedStart }: Pick<Core, 'recordingId' | 'claimedStart'>): string {
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<gpx version="1.1" creator="Sealcam" xmlns="http://www.topografix.com/GPX/1/1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sealcam="urn:sealcam:gpx:1" xsi:schemaLocation="http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd">',
      '  <metadata>',
      element('name', this.#title, 4),
      element('desc', `Recording ${toHex(recordingId)}. Times are the claim of the camera's clock.`, 4),
      element('time', timeWords(claimedStart.utcUs), 4),
      '  </metadata>\n',
    ].join('\n');
  }

  /** A part of the recording that was not opened. */
  hole(): void {
    this.#torn = true;
    this.#spacing.tear();
  }

  /** The points of a chunk; `mediaTime` is undefined if nothing of it is in the MP4. */
  chunk({ start, positions }: SealedTelemetry, mediaTime: MediaTime | undefined): string {
    const lines: string[] = [];
    for (const position of positions) {
      const utcUs = claimedUtcUs(start, position.uptimeUs);
      if (utcUs === undefined) continue;
      const before = this.#before;
      const isOneRun = before !== undefined && equalBytes(before.start.epoch, start.epoch);
      // The telemetry of a chunk may repeat what the one before it had.
      if (isOneRun && position.uptimeUs <= before.uptimeUs) continue;
      if (!isOneRun) this.#spacing.tear();
      if (before === undefined || !isOneRun || leapt(before, position.uptimeUs, utcUs)) {
        append(lines, [...(before === undefined ? [] : [endTrack]), ...this.#beginTrack()]);
      } else if (this.#torn || this.#spacing.isGap(position.uptimeUs - before.uptimeUs)) {
        lines.push('    </trkseg>', '    <trkseg>');
      }
      append(lines, point(position, start, utcUs, mediaTime));
      this.#spacing.take(position.uptimeUs);
      this.#before = { uptimeUs: position.uptimeUs, utcUs, start };
      this.#torn = false;
      this.#points += 1;
    }
    return lines.map((line) => `${line}\n`).join('');
  }

  /** The end of the file. */
  end(): string {
    return `${this.#before === undefined ? '' : `${endTrack}\n`}</gpx>\n`;
  }

  #beginTrack(): string[] {
    return ['  <trk>', element('name', this.#title, 4), '    <trkseg>'];
  }
}

const endTrack = '    </trkseg>\n  </trk>';

/** Whether the wall clock did something else than the uptime did. */
function leapt(
  before: { readonly uptimeUs: number; readonly utcUs: number },
  uptimeUs: number,
  utcUs: number,
): boolean {
  const passedUs = utcUs - before.utcUs;
  return passedUs <= 0 || Math.abs(passedUs - (uptimeUs - before.uptimeUs)) > exportLimits.clockLeapUs;
}

function point(
  { latitude, longitude, altitude, accuracy, satellites, uptimeUs }: ExportedPosition,
  { clockState, errorUs }: Moment,
  utcUs: number,
  mediaTime: MediaTime | undefined,
): string[] {
  // GPX has the interval from -180 to below 180.
  const east = longitude.toFixed(7);
  return [
    `      <trkpt lat="${latitude.toFixed(7)}" lon="${east === '180.0000000' ? `-${east}` : east}">`,
    element('time', timeWords(utcUs), 8),
    ...(satellites > 0 ? [element('sat', String(satellites), 8)] : []),
    '        <extensions>',
    element('sealcam:clock', clockState, 10),
    ...(errorUs > 0 ? [element('sealcam:clock-error', secondsOf(errorUs), 10)] : []),
    element('sealcam:uptime', secondsOf(uptimeUs), 10),
    ...(mediaTime === undefined ? [] : [element('sealcam:media-time', secondsOf(mediaTime(uptimeUs)), 10)]),
    ...(accuracy === undefined ? [] : [element('sealcam:accuracy', accuracy.toFixed(2), 10)]),
    // GPX does not say what its <ele> is above; this is above the ellipsoid.
    ...(altitude === undefined ? [] : [element('sealcam:ellipsoid-height', altitude.toFixed(2), 10)]),
    '        </extensions>',
    '      </trkpt>',
  ];
}

function secondsOf(us: number): string {
  return (us / 1_000_000).toFixed(6);
}

function element(name: string, text: string, indent: number): string {
  return `${' '.repeat(indent)}<${name}>${escapeMarkup(text)}</${name}>`;
}

/** A text within XML or WebVTT. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

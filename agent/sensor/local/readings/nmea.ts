import type { Position } from '../../../../proto/readings.ts';
import { readingLimits } from '../limits.ts';
import { LineReader } from './lines.ts';

// Positions in NMEA 0183: GGA has the place, RMC the date and whether it counts, GST, which not all receivers send, the
// error. The libraries for it take what parseFloat takes and guess the rest; here what is not exactly so is no position.

type Rmc = { readonly utcUs: number };
type Gga = Omit<Position, 'utcUs' | 'accuracy'> & { readonly hdop: number };

/** What was said of one moment, by its time of day as it was written. */
interface Epoch {
  readonly time: string;
  rmc?: Rmc;
  gga?: Gga;
}

const sentence = /^\$[A-Z]{2}(GGA|RMC|GST),([\x20-\x23\x25-\x29\x2b-\x7e]*)\*([0-9A-F]{2})$/;
const other = /^[$!][A-Z0-9]{3,10}[,*]/;

/** Finds positions in what a receiver sends. What is malformed is counted, and its values go no further. */
export class NmeaReader {
  readonly #lines: LineReader;
  readonly #onFault: () => void;
  #epoch: Epoch = { time: '' };
  #error: { readonly metres: number; readonly left: number } | undefined;
  #newestUs = 0;

  constructor(onFault: () => void) {
    this.#onFault = onFault;
    this.#lines = new LineReader(readingLimits.nmeaLineBytesMax, onFault);
  }

  push(bytes: Uint8Array): Position[] {
    return this.#lines.push(bytes).flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): Position | undefined {
    const [, kind, content = '', checksum = ''] = sentence.exec(line) ?? [];
    // Other sentences, and the end of one that began before the port was open.
    if (kind === undefined) {
      if (line !== '' && !other.test(line)) this.#onFault();
      else if (/^\$[A-Z]{2}(GGA|RMC|GST),/.test(line)) this.#onFault();
      return undefined;
    }
    if (checksumOf(line) !== Number.parseInt(checksum, 16)) {
      this.#onFault();
      return undefined;
    }
    const fields = content.split(',');
    const [time = ''] = fields;
    if (kind === 'GST') this.#gst(fields);
    else if (kind === 'RMC') this.#take(time, 'rmc', fields[1] === 'A' ? rmcOf(fields) : 'none');
    else this.#take(time, 'gga', /^[1-5]$/.test(fields[5] ?? '') ? ggaOf(fields) : 'none');
    return this.#complete();
  }

  #take<K extends 'rmc' | 'gga'>(time: string, kind: K, said: Epoch[K] | 'none'): void {
    if (time !== this.#epoch.time) this.#epoch = { time };
    // Without a fix the fields are empty, which is no fault.
    if (said === 'none') delete this.#epoch[kind];
    else if (said === undefined) this.#onFault();
    else this.#epoch[kind] = said;
  }

  #gst(fields: readonly string[]): void {
    const [lat, lon] = [decimal(fields[5]), decimal(fields[6])];
    if (lat === undefined || lon === undefined) return;
    this.#error = { metres: Math.hypot(lat, lon), left: readingLimits.errorPositionsMax };
  }

  #complete(): Position | undefined {
    const { rmc, gga } = this.#epoch;
    if (rmc === undefined || gga === undefined) return undefined;
    this.#epoch = { time: '' };
    const goesBack = rmc.utcUs < this.#newestUs;
    // Once: a receiver that has set its clock right goes on.
    this.#newestUs = rmc.utcUs;
    if (goesBack) {
      this.#onFault();
      return undefined;
    }
    const { hdop, ...place } = gga;
    const accuracy = this.#error?.metres ?? hdop * readingLimits.metresPerHdop;
    const left = (this.#error?.left ?? 0) - 1;
    this.#error = this.#error && left > 0 ? { ...this.#error, left } : undefined;
    return { ...place, accuracy, utcUs: rmc.utcUs };
  }
}

/** Exclusive or of all between `$` and `*`. */
function checksumOf(line: string): number {
  let sum = 0;
  for (let at = 1; line[at] !== '*'; at += 1) sum ^= line.charCodeAt(at);
  return sum;
}

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

function rmcOf([time = '', , , , , , , , date = '']: readonly string[]): Rmc | undefined {
  const [, hour, minute, second, fraction = ''] = /^(\d\d)(\d\d)(\d\d)(?:\.(\d{1,6}))?$/.exec(time) ?? [];
  const [, day, month, year] = /^(\d\d)(\d\d)(\d\d)$/.exec(date) ?? [];
  if (hour === undefined || day === undefined) return undefined;
  const at = new Date(
    Date.UTC(
      2000 + Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ),
  );
  // What does not exist would be another day or hour.
  const same = at.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  if (same !== `${year}${month}${day}${hour}${minute}${second}`) return undefined;
  return { utcUs: at.getTime() * 1000 + Number(fraction.padEnd(6, '0')) };
}

function ggaOf(fields: readonly string[]): Gga | undefined {
  const latitude = angle(fields[1], /^(\d\d)(\d\d(?:\.\d{1,9})?)$/, fields[2], 'NS', 90);
  const longitude = angle(fields[3], /^(\d{3})(\d\d(?:\.\d{1,9})?)$/, fields[4], 'EW', 180);
  const satellites = /^\d{1,2}$/.test(fields[6] ?? '') ? Number(fields[6]) : undefined;
  const [hdop, aboveSea, separation] = [decimal(fields[7]), decimal(fields[8]), decimal(fields[10])];
  if (latitude === undefined || longitude === undefined || satellites === undefined) return undefined;
  if (hdop === undefined || hdop < 0 || aboveSea === undefined || separation === undefined) return undefined;
  if (fields[9] !== 'M' || fields[11] !== 'M') return undefined;
  return { latitude, longitude, satellites, hdop, altitude: aboveSea + separation };
}

function angle(
  text = '',
  form: RegExp,
  side: string | undefined,
  sides: string,
  most: number,
): number | undefined {
  const [, degrees, minutes] = form.exec(text) ?? [];
  if (side === undefined || side.length !== 1 || !sides.includes(side) || Number(minutes) >= 60)
    return undefined;
  const found = Number(degrees) + Number(minutes) / 60;
  // Written so that NaN fails too.
  if (!(found <= most)) return undefined;
  return side === sides[0] ? found : -found;
}

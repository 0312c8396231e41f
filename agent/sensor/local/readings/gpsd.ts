import * as v from 'valibot';
import type { Position } from '../../../../proto/readings.ts';
import { timeLimits } from '../../../limits.ts';
import { readingLimits } from '../limits.ts';
import { LineReader } from './lines.ts';

/** What gpsd is asked for: a line of JSON for each thing that it knows. */
export const gpsdWatch = '?WATCH={"enable":true,"json":true};\n';

const metres = v.pipe(v.number(), v.finite());

const reportSchema = v.object({ class: v.string() });
/** TPV of gpsd_json(5) with a fix in three dimensions. */
const fixSchema = v.object({
  mode: v.literal(3),
  time: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/)),
  lat: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  lon: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  altHAE: v.optional(metres),
  /** Above the ellipsoid or the sea, in gpsd before 3.20. */
  alt: v.optional(metres),
  eph: v.optional(v.pipe(metres, v.minValue(0))),
  epx: v.optional(v.pipe(metres, v.minValue(0))),
  epy: v.optional(v.pipe(metres, v.minValue(0))),
});
const skySchema = v.object({ uSat: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)) });

/** Finds positions in what gpsd sends. What is malformed is counted, and its values go no further. */
export class GpsdReader {
  readonly #lines: LineReader;
  readonly #onFault: () => void;
  #satellites = 0;
  #newestUs = 0;

  constructor(onFault: () => void) {
    this.#onFault = onFault;
    this.#lines = new LineReader(readingLimits.gpsdLineBytesMax, onFault);
  }

  push(bytes: Uint8Array): Position[] {
    return this.#lines.push(bytes).flatMap((line) => (line === '' ? [] : (this.#line(line) ?? [])));
  }

  #line(line: string): Position | undefined {
    const report = parsed(line);
    if (report === undefined) this.#onFault();
    else if (report.class === 'SKY') this.#sky(report);
    else if (report.class === 'TPV') return this.#fix(report);
    return undefined;
  }

  #sky(report: object): void {
    // Some of its reports say only how exact the next fix will be.
    if (!('uSat' in report)) return;
    if (v.is(skySchema, report)) this.#satellites = report.uSat;
    else this.#onFault();
  }

  #fix(report: object): Position | undefined {
    // Without a fix, or with one in two dimensions, there is no altitude.
    if ('mode' in report && [0, 1, 2].includes(Number(report.mode))) return undefined;
    const said = v.safeParse(fixSchema, report);
    const position = said.success ? this.#position(said.output) : undefined;
    const goesBack = position !== undefined && position.utcUs < this.#newestUs;
    if (position !== undefined) this.#newestUs = position.utcUs;
    if (position !== undefined && !goesBack) return position;
    this.#onFault();
    return undefined;
  }

  #position(fix: v.InferOutput<typeof fixSchema>): Position | undefined {
    const { lat: latitude, lon: longitude, altHAE, alt, eph, epx, epy } = fix;
    const accuracy = eph ?? (epx !== undefined && epy !== undefined ? Math.hypot(epx, epy) : undefined);
    const altitude = altHAE ?? alt;
    const [whole = '', fraction = ''] = fix.time.slice(0, -1).split('.');
    const utcUs = Date.parse(`${whole}Z`) * 1000 + Number(fraction.padEnd(6, '0'));
    const isTime = utcUs >= 0 && utcUs <= timeLimits.latestUtcUs;
    if (accuracy === undefined || altitude === undefined || !isTime) return undefined;
    return { latitude, longitude, altitude, accuracy, utcUs, satellites: this.#satellites };
  }
}

function parsed(line: string): v.InferOutput<typeof reportSchema> | undefined {
  try {
    const report: unknown = JSON.parse(line);
    return v.is(reportSchema, report) ? report : undefined;
  } catch {
    return undefined;
  }
}

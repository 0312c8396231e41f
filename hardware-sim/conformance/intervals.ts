import { type CheckOutcome, expects, failed } from './check.ts';

/** Of what is due every 250 ms: how far apart on average, as a slow machine and a terminal's buffer delay single ones. */
const apartMsMin = 150;
const apartMsMax = 400;

/** Whether what came at `times` (microseconds) came every 250 ms or so. */
export function everyQuarter(what: string, times: readonly number[], spanMs: number): CheckOutcome {
  const [first] = times;
  const last = times.at(-1);
  const expected = `${what} every 250 ms`;
  if (first === undefined || last === undefined) return failed(expected, `none came in ${spanMs} ms`);
  if (times.length < 3) return failed(expected, `${times.length} came in ${spanMs} ms`);
  const apartMs = Math.round((last - first) / 1000 / (times.length - 1));
  const tail = spanMs / times.length > 2 * apartMsMax ? `, ${times.length} in ${spanMs} ms` : '';
  return expects(
    apartMs >= apartMsMin && apartMs <= apartMsMax && tail === '',
    expected,
    `they came every ${apartMs} ms${tail}`,
  );
}

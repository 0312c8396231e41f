import type { Finding } from './judge.ts';
import { findingText, findingWords } from './judge.ts';

/** A run as a report lists it. */
export interface ReportedRun {
  /** The file's path. */
  readonly path: string;
  readonly title: string;
  readonly seed: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  /** Why it was not played; undefined if it was. */
  readonly skipped: string | undefined;
  /** Why it ended before it could be judged; undefined if it did not. */
  readonly error: string | undefined;
  /** The timeline, a line each. */
  readonly timeline: readonly string[];
}

/** The report that continuous integration reads: JUnit's XML, a test suite for each run, a test case for each expectation. */
export function junitXml(runs: readonly ReportedRun[]): string {
  const suites = runs.map(suite).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites}\n</testsuites>\n`;
}

function suite({ path, title, seed, seconds, findings, skipped, error, timeline }: ReportedRun): string {
  const name = `${title} (seed ${seed})`;
  const cases = findings.map((finding) => {
    const { where, expected, outcome } = finding;
    const said = attribute(findingText(finding));
    const inside =
      outcome === 'failed'
        ? `<failure message=${said}>${text(findingWords(finding))}</failure>`
        : outcome === 'not judged'
          ? `<skipped message=${said}/>`
          : '';
    return `    <testcase classname=${attribute(path)} name=${attribute(`${where}: ${expected}`)}>${inside}</testcase>`;
  });
  const whole = `classname=${attribute(path)} name=${attribute('the run')}`;
  if (skipped !== undefined)
    cases.push(`    <testcase ${whole}><skipped message=${attribute(skipped)}/></testcase>`);
  if (error !== undefined)
    cases.push(`    <testcase ${whole}><error message=${attribute(error)}/></testcase>`);
  const failures = findings.filter(({ outcome }) => outcome === 'failed').length;
  const left =
    findings.filter(({ outcome }) => outcome === 'not judged').length + (skipped === undefined ? 0 : 1);
  const counts = `tests="${cases.length}" failures="${failures}" errors="${error === undefined ? 0 : 1}" skipped="${left}"`;
  return [
    `  <testsuite name=${attribute(name)} ${counts} time="${seconds.toFixed(3)}">`,
    ...cases,
    `    <system-out>${text(timeline.join('\n'))}</system-out>`,
    '  </testsuite>',
  ].join('\n');
}

function attribute(value: string): string {
  return `"${text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`;
}

/** XML has no way to write most control characters. */
function text(value: string): string {
  return value
    .replaceAll(/[^\t\n\x20-\ud7ff\ue000-\ufffd]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

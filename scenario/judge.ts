import { append } from '../base/lists.ts';
import { exitCode, isFaultyJournal, type RecordingReport } from '../evidence/verify/index.ts';
import type {
  EndChecks,
  EventCheck,
  GapCheck,
  NumberRange,
  RecordingCheck,
  TimedCheck,
} from '../hardware-sim/scenario/expectations.ts';
import type { Scenario } from '../hardware-sim/scenario/scenario.ts';
import type { Observations, ObservedLine } from './observations.ts';

/** How long the first key picture of a recording may take without counting as a gap: the distance of two of them, and some more. */
const keyWaitSecondsMax = 1.5;

/** One expectation, and what became of it. */
export interface Finding {
  /** Where the scenario says so, e.g. `steps[4]` or `expect.recordings[0]`. */
  readonly where: string;
  /** What is expected, in words that go on after "expected". */
  readonly expected: string;
  /** The second of the scenario, in milliseconds, at which it was decided. */
  readonly atMs: number;
  readonly outcome: 'held' | 'failed' | 'not judged';
  /** What happened instead, or why it was not judged; undefined if it held. */
  readonly instead: string | undefined;
}

/** A finding as one sentence, with the second at which it was decided. */
export function findingWords(finding: Finding): string {
  return `${(finding.atMs / 1000).toFixed(1)} s: ${findingText(finding)}`;
}

/** A finding as one sentence. */
export function findingText({ where, expected, outcome, instead }: Finding): string {
  const text = `${where} expected ${expected}`;
  if (outcome === 'held') return `${text}.`;
  return outcome === 'failed' ? `${text}, but ${instead}.` : `${text}; not judged, because ${instead}.`;
}

/** Whether a run is what its scenario expects. */
export function allHeld(findings: readonly Finding[]): boolean {
  return findings.every(({ outcome }) => outcome !== 'failed');
}

/**
 * Judges a whole run: the checks at their times, then what is expected at the end. The same observations always give the same
 * findings, whichever runner made them.
 */
export function judge(
  scenario: Pick<Scenario, 'checks' | 'expect'>,
  observed: Observations,
): readonly Finding[] {
  const timed = scenario.checks.flatMap((check) => judgeTimed(check, observed));
  return [...timed, ...judgeEnd(scenario.expect, observed)];
}

/** Judges one check; its window must be over. A runner that says at once what failed calls this when it is. */
export function judgeTimed(
  check: TimedCheck,
  { lines, lamp }: Pick<Observations, 'lines' | 'lamp'>,
): readonly Finding[] {
  const { atMs, windowMs, manner, where } = check;
  const endMs = atMs + windowMs;
  const window = `${manner === 'within' ? 'within' : 'throughout'} ${windowMs / 1000} s`;
  const findings: Finding[] = [];
  if (check.lamp !== undefined) {
    const expected = `the lamp to show ${check.lamp} ${window}`;
    findings.push(judgeLamp({ where, expected, shown: check.lamp, manner, fromMs: atMs, endMs }, lamp));
  }
  const inWindow = lines.filter((line) => line.atMs >= atMs && line.atMs <= endMs);
  for (const event of check.events) {
    findings.push(judgeEvent(event, inWindow, { where, window, endMs }));
  }
  return findings;
}

/** Whether a check "within" a time does not hold yet, but may still come to hold. */
export function isAwaited(check: TimedCheck, { lines, lamp }: Pick<Observations, 'lines' | 'lamp'>): boolean {
  if (check.manner !== 'within') return false;
  const since = lines.filter(({ atMs }) => atMs >= check.atMs);
  const counts = check.events.map(({ times, ...event }) => ({
    times,
    count: since.filter((line) => isMatch(event, line)).length,
  }));
  if (counts.some(({ times, count }) => count > times.max)) return false;
  if (counts.some(({ times, count }) => count < times.min)) return true;
  if (check.lamp === undefined || lamp.length === 0) return false;
  const before = lamp.findLast(({ atMs }) => atMs <= check.atMs);
  return ![before, ...lamp.filter(({ atMs }) => atMs > check.atMs)].some((one) => one?.state === check.lamp);
}

interface LampQuestion {
  readonly where: string;
  readonly expected: string;
  readonly shown: string;
  readonly manner: TimedCheck['manner'];
  readonly fromMs: number;
  readonly endMs: number;
}

function judgeLamp(question: LampQuestion, lamp: Observations['lamp']): Finding {
  const { where, expected, shown, manner, fromMs, endMs } = question;
  if (lamp.length === 0) {
    const instead = 'nothing says what the lamp shows';
    return { where, expected, atMs: endMs, outcome: 'not judged', instead };
  }
  const first = lamp.findLast(({ atMs }) => atMs <= fromMs);
  const seen = [
    ...(first === undefined ? [] : [first]),
    ...lamp.filter(({ atMs }) => atMs > fromMs && atMs <= endMs),
  ];
  const match = seen.find(({ state }) => state === shown);
  const other = seen.find(({ state }) => state !== shown);
  const held = manner === 'within' ? match !== undefined : seen.length > 0 && other === undefined;
  if (held) {
    const atMs = manner === 'within' ? Math.max(fromMs, match?.atMs ?? fromMs) : endMs;
    return { where, expected, atMs, outcome: 'held', instead: undefined };
  }
  if (manner === 'throughout' && other !== undefined) {
    const atMs = Math.max(fromMs, other.atMs);
    return { where, expected, atMs, outcome: 'failed', instead: `it showed ${other.state}` };
  }
  const states = seen.map(({ state }) => state).join(', then ') || 'nothing';
  return { where, expected, atMs: endMs, outcome: 'failed', instead: `it showed ${states}` };
}

function judgeEvent(
  check: EventCheck,
  lines: readonly ObservedLine[],
  { where, window, endMs }: { readonly where: string; readonly window: string; readonly endMs: number },
): Finding {
  const matching = lines.filter((line) => isMatch(check, line));
  const expected = `${eventWords(check)} of the ${check.of} ${timesWords(check.times)} ${window}`;
  if (isIn(check.times, matching.length)) {
    return { where, expected, atMs: matching[0]?.atMs ?? endMs, outcome: 'held', instead: undefined };
  }
  const tooMany = matching[check.times.max];
  const times = matching.map(({ atMs }) => `${(atMs / 1000).toFixed(1)} s`);
  const others = lines.filter(
    (line) => line.of === check.of && line.event === check.event && !matching.includes(line),
  );
  const other = others[0] === undefined ? '' : `; with other fields: ${fieldWords(check, others[0])}`;
  const came = `came ${timesWords({ min: times.length, max: times.length })} (${times.slice(0, 5).join(', ')})`;
  const instead = `it ${times.length === 0 ? 'never came' : came}${other}`;
  return { where, expected, atMs: tooMany?.atMs ?? endMs, outcome: 'failed', instead };
}

/** What the fields that are asked for are in another line of the same event. */
function fieldWords({ where }: EventCheck, { fields }: ObservedLine): string {
  return Object.keys(where)
    .map((name) => `${name}=${JSON.stringify(fields[name])}`)
    .join(' ');
}

function isMatch({ of, event, where }: Omit<EventCheck, 'times'>, line: ObservedLine): boolean {
  if (line.of !== of || line.event !== event) return false;
  return Object.entries(where).every(([name, value]) => line.fields[name] === value);
}

function eventWords({ event, where }: Pick<EventCheck, 'event' | 'where'>): string {
  const fields = Object.entries(where).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return fields.length === 0 ? event : `${event} with ${fields.join(' and ')}`;
}

/** Judges what is expected at the end. */
function judgeEnd(expect: EndChecks, observed: Observations): readonly Finding[] {
  const { lines, lamp, endedMs, report } = observed;
  const findings: Finding[] = [];
  if (expect.lamp !== undefined) {
    const expected = `the lamp to show ${expect.lamp} at the end`;
    const question = { where: 'expect.lamp', expected, shown: expect.lamp, fromMs: endedMs, endMs: endedMs };
    findings.push(judgeLamp({ ...question, manner: 'within' }, lamp));
  }
  for (const [index, event] of expect.events.entries()) {
    const place = { where: `expect.events[${index}]`, window: 'in all', endMs: endedMs };
    findings.push(judgeEvent(event, lines, place));
  }
  append(findings, judgeAlarms(expect, observed));
  if (expect.delivered) findings.push(judgeDelivery(observed));
  append(
    findings,
    judgeReport(expect, report).map((found): Finding => ({ ...found, atMs: endedMs })),
  );
  append(findings, judgePictures(expect, observed));
  return findings;
}

function judgeDelivery({ undelivered, endedMs }: Observations): Finding {
  const finding = { where: 'expect.delivered', expected: 'the station to have everything', atMs: endedMs };
  if (undelivered === undefined) {
    return { ...finding, outcome: 'not judged', instead: 'the spool of the camera cannot be seen' };
  }
  if (undelivered === 0) return { ...finding, outcome: 'held', instead: undefined };
  return { ...finding, outcome: 'failed', instead: `the camera still held ${undelivered} recordings` };
}

/** Judges what the station stored, as `sealcam verify` reports it. */
function judgeReport(expect: EndChecks, report: Observations['report']): readonly Omit<Finding, 'atMs'>[] {
  const findings: Omit<Finding, 'atMs'>[] = [];
  const say = (where: string, { expected, instead }: Comparison): void => {
    findings.push({ where, expected, outcome: instead === undefined ? 'held' : 'failed', instead });
  };
  if (report === undefined) {
    const instead = 'nothing of what the station stored could be verified';
    say('expect.recordings', { expected: 'recordings at the station', instead });
    return findings;
  }
  // A scenario is about recordings: how a boot ended says nothing of them. A journal with a fault does.
  const bootJournals = report.bootJournals?.filter(isFaultyJournal) ?? [];
  const code = exitCode({ ...report, bootJournals });
  const codes = expect.exitCode ?? [0, 3, 4];
  const instead = codes.includes(code) ? undefined : `it ended with ${code}${faultWords(report.recordings)}`;
  say('expect.exitCode', { expected: `verify to end with ${codes.join(' or ')}`, instead });
  if (expect.recordings === undefined) return findings;
  const found = [...report.recordings].sort((a, b) => a.number - b.number);
  const are = found.map(({ verdict }) => verdict).join(', ') || 'none';
  say('expect.recordings', {
    expected: `the number of recordings to be ${expect.recordings.length}`,
    instead: found.length === expect.recordings.length ? undefined : `it is ${found.length}: ${are}`,
  });
  for (const [index, check] of expect.recordings.entries()) {
    const recording = found[index];
    if (recording === undefined) continue;
    for (const comparison of judgeRecording(check, recording)) say(`expect.recordings[${index}]`, comparison);
  }
  return findings;
}

/** The log's lines above `warn`. */
function judgeAlarms({ alarms }: EndChecks, { lines, endedMs }: Observations): readonly Finding[] {
  const where = 'expect.alarms';
  const allowed = alarms.map(eventWords).join(', ');
  const expected = `no alarm in a log${allowed === '' ? '' : ` but ${allowed}`}`;
  const strange = lines.filter(
    (line) => line.level === 'alarm' && !alarms.some((alarm) => isMatch({ of: line.of, ...alarm }, line)),
  );
  const firsts = strange.filter((line, n) => strange.findIndex(({ event }) => event === line.event) === n);
  if (firsts.length === 0) return [{ where, expected, atMs: endedMs, outcome: 'held', instead: undefined }];
  return firsts.map(({ atMs, of, event, message }) => {
    const instead = `the ${of} said ${event}: ${message ?? ''}`.replace(/[.]$/, '');
    return { where, expected, atMs, outcome: 'failed', instead };
  });
}

interface Comparison {
  readonly expected: string;
  readonly instead: string | undefined;
}

function judgeRecording(check: RecordingCheck, found: RecordingReport): readonly Comparison[] {
  const name = `recording ${found.number}`;
  const compare = (what: string, wanted: string, is: string): Comparison => ({
    expected: `${name} ${what} ${wanted}`,
    instead: is === wanted ? undefined : `it is ${is}`,
  });
  const comparisons = [compare('to be', check.verdict, found.verdict)];
  if (check.closed !== undefined) {
    comparisons.push(compare('to be closed by', check.closed, found.closing?.reason ?? 'not closed'));
  }
  const receipted = (is: boolean): string => (is ? 'receipted completely' : 'without a complete receipt');
  comparisons.push(compare('to be', receipted(check.receipted), receipted(found.completeReceipt)));
  if (check.roles !== undefined) {
    const list = (roles: readonly string[]): string => [...roles].sort().join(' and ');
    comparisons.push(compare('to be for', list(check.roles), list(found.roles)));
  }
  if (check.seconds !== undefined) {
    const seconds = (found.closing?.durationUs ?? 0) / 1e6;
    const instead = isIn(check.seconds, seconds) ? undefined : `it lasts ${seconds.toFixed(1)} s`;
    comparisons.push({ expected: `${name} to last ${rangeWords(check.seconds)} s`, instead });
  }
  return [...comparisons, ...judgeGaps(check.gaps, found, name)];
}

/** A signed gap that a scenario has to expect. */
export interface FoundGap {
  readonly cause: string;
  readonly pictures: number;
  readonly seconds: number;
}

/** Of a recording's report, what its gaps are counted by. */
interface LinksWithGaps {
  readonly links: readonly {
    readonly kind?: string | undefined;
    readonly from: number;
    readonly gap?: { readonly cause: string; readonly videoSamples: number } | undefined;
    readonly claimed?: { readonly durationUs: number } | undefined;
  }[];
}

/** The signed gaps of a recording in which a picture is missing, but for one before its first key picture. */
export function countedGaps({ links }: LinksWithGaps): FoundGap[] {
  const first = links.findIndex(({ kind, from }) => kind === 'chunk' && from > 0);
  return links.flatMap(({ gap, claimed }, n) => {
    if (gap === undefined || gap.videoSamples === 0) return [];
    const found = { cause: gap.cause, pictures: gap.videoSamples, seconds: (claimed?.durationUs ?? 0) / 1e6 };
    return n < first && gap.cause === 'fault' && found.seconds <= keyWaitSecondsMax ? [] : [found];
  });
}

function judgeGaps(checks: readonly GapCheck[], found: RecordingReport, name: string): readonly Comparison[] {
  const gaps = countedGaps(found);
  const are = gaps.map(gapWords).join('; ') || 'there are none';
  const left = new Set(gaps);
  const comparisons = checks.map((check): Comparison => {
    const fits = [...left].filter(
      ({ cause, pictures, seconds }) =>
        cause === check.cause &&
        (check.pictures === undefined || isIn(check.pictures, pictures)) &&
        (check.seconds === undefined || isIn(check.seconds, seconds)),
    );
    for (const gap of fits.slice(0, check.times.max)) left.delete(gap);
    const ofPictures = check.pictures && ` of ${rangeWords(check.pictures)} pictures`;
    const ofSeconds = check.seconds && ` of ${rangeWords(check.seconds)} s`;
    const expected = `${name} to have a gap by ${check.cause}${ofPictures ?? ''}${ofSeconds ?? ''} ${timesWords(check.times)}`;
    return { expected, instead: fits.length < check.times.min ? `its gaps are: ${are}` : undefined };
  });
  const others = [...left].map(gapWords).join('; ');
  const expected = `${name} to have no ${checks.length > 0 ? 'other ' : ''}gap`;
  return [...comparisons, { expected, instead: others === '' ? undefined : `it has: ${others}` }];
}

function gapWords({ cause, pictures, seconds }: FoundGap): string {
  return `${cause}, ${pictures} pictures, ${seconds.toFixed(1)} s`;
}

function judgePictures(
  { pictures: expect }: EndChecks,
  { pictures, endedMs }: Observations,
): readonly Finding[] {
  const findings: Finding[] = [];
  const say = (field: string, expected: string, instead: string | undefined): void => {
    const outcome = pictures === undefined ? 'not judged' : instead === undefined ? 'held' : 'failed';
    const why = pictures === undefined ? 'the camera does not say what it captured' : instead;
    findings.push({ where: `expect.pictures.${field}`, expected, atMs: endedMs, outcome, instead: why });
  };
  const { captured = 0, opened = 0, inGaps = 0, before = 0, faults = [] } = pictures ?? {};
  for (const [field, found] of Object.entries({ captured, opened, inGaps })) {
    const range = expect[field as 'captured' | 'opened' | 'inGaps'];
    if (range === undefined) continue;
    const expected = `${rangeWords(range)} pictures ${field === 'inGaps' ? 'in signed gaps' : field}`;
    say(field, expected, isIn(range, found) ? undefined : `there were ${found}`);
  }
  if (!expect.accounted) return findings;
  const sum = `${captured} captured, ${opened} opened, ${inGaps} in signed gaps, ${before} before the first key picture`;
  const wrong = captured !== opened + inGaps + before || faults.length > 0;
  const why = [`there were ${sum}`, ...faults.slice(0, 3)].join('; ');
  say('accounted', 'captured = opened + in signed gaps', wrong ? why : undefined);
  return findings;
}

/** What is wrong with the recordings, where verify does not accept them. */
function faultWords(recordings: readonly RecordingReport[]): string {
  const words = recordings.flatMap(({ number, faults, conflicts, links }) => [
    ...[...faults, ...conflicts].map((sentence) => `recording ${number}: ${sentence}`),
    ...links
      .filter(({ verdict }) => verdict !== 'intact')
      .map(({ from, to, verdict }) => `recording ${number}: ${from} to ${to} is ${verdict}`),
  ]);
  return words.length === 0 ? '' : ` (${words.slice(0, 3).join('; ')})`;
}

function isIn({ min, max }: NumberRange, number: number): boolean {
  return number >= min && number <= max;
}

function rangeWords({ min, max }: NumberRange): string {
  if (min === max) return String(min);
  return max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
}

function timesWords({ min, max }: NumberRange): string {
  const words = (times: number): string => (times === 1 ? 'once' : `${times} times`);
  if (max === 0) return 'never';
  if (min === max) return words(min);
  return max === Number.POSITIVE_INFINITY ? `at least ${words(min)}` : `${min} to ${max} times`;
}

import type { CommandRefusal } from '../evidence/statements.ts';
import { exitCode, type LinkReport, type RecordingReport, type Report } from '../evidence/verify/index.ts';
import { bootJournalWords } from './boot-journal-words.ts';
import { timeWords } from './output.ts';

/** Seconds with three places. */
function secondsWords(us: number): string {
  return `${(us / 1e6).toFixed(3)} s`;
}

const reasonWords: Readonly<Record<string, string>> = {
  button: 'by the button',
  linked: 'to go on in a linked recording',
  command: 'by a command',
  storage: 'because the storage was full',
  sensor: 'because the sensor was lost',
  shutdown: 'at shut-down',
  recovered: 'after a crash, by a later session',
  fault: 'because of a fault',
  battery: 'because the battery was nearly empty',
  heat: 'because the camera was too hot',
};

/** A verifier's report in words, one line per finding. */
export function reportWords(report: Report, revocations: string): string[] {
  const code = exitCode(report);
  const verdicts: Readonly<Record<number, string>> = {
    0: 'complete, and nothing was altered',
    3: 'nothing was altered, but a recording or a journal may have been cut short',
    4: 'complete, with parts that are absent and accounted for',
    5: 'something is missing, damaged, not to be trusted, or in conflict',
  };
  return [
    ...report.recordings.flatMap(recordingWords),
    ...(report.bootJournals ?? []).flatMap(bootJournalWords),
    ...report.absent.map(
      ({ deviceId, from, to }) => `${deviceId}: ${rangeWords('recording', from, to)} absent`,
    ),
    ...report.conflicts.map((sentence) => `conflict: ${sentence}`),
    ...(report.missing ?? []).map((sentence) => `missing: ${sentence}`),
    ...report.warnings.map((sentence) => `note: ${sentence}`),
    `note: ${revocations}`,
    ...(report.unreadableBytes > 0 ? [`fault: ${report.unreadableBytes} bytes are not records`] : []),
    ...(report.recordsSetAside > 0
      ? [`fault: ${report.recordsSetAside} records belong to nothing that is proven`]
      : []),
    ...(report.recordings.length + (report.bootJournals ?? []).length === 0
      ? ['no recording was found']
      : []),
    `verdict: ${verdicts[code]} (exit code ${code})`,
  ];
}

function recordingWords(recording: RecordingReport): string[] {
  const { deviceId, number, recordingId, verdict, closing, absentUsMax, links } = recording;
  const { conflicts, faults, warnings } = recording;
  const closed =
    closing === undefined
      ? '  no closing: more may have followed'
      : `  closed ${reasonWords[closing.reason]} after ${secondsWords(closing.durationUs)}`;
  const recovered = verdict === 'recovered' || recording.ended === 'recovered';
  const cut = recovered ? `, may be cut at ${closing?.index ?? 0}` : '';
  const said = verdict === 'erased' && recovered ? 'erased by a signed order; it was recovered' : verdict;
  const absent =
    absentUsMax === undefined
      ? 'how much may be absent after it is unknown'
      : `up to ${secondsWords(absentUsMax)} may be absent after it`;
  return [
    `${deviceId} recording ${number} (${recordingId}): ${said}${cut}`,
    recovered ? `${closed}; ${absent}` : closed,
    ...groupLinks(links).map((group) => `  ${linkWords(group)}`),
    `  ${recording.completeReceipt ? 'a station receipted all of it' : 'no receipt for all of it'}; roles: ${recording.roles.join(', ')}`,
    ...policyWords(recording),
    ...conflicts.map((sentence) => `  conflict: ${sentence}`),
    ...faults.map((sentence) => `  fault: ${sentence}`),
    ...warnings.map((sentence) => `  note: ${sentence}`),
  ];
}

/** Anyone can write a name into an unsigned configuration: only a signed policy is worth a line. */
function policyWords({ policy, signedPolicy }: RecordingReport): string[] {
  if (signedPolicy === undefined) return [];
  const { version, digest } = signedPolicy;
  return [`  under the signed policy ${policy}, version ${version}, D ${digest}`];
}

/** Joins neighbours that have the same finding. */
function groupLinks(links: readonly LinkReport[]): LinkReport[][] {
  const groups: LinkReport[][] = [];
  for (const link of links) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const alike =
      last?.verdict === link.verdict &&
      last.kind === link.kind &&
      link.kind !== 'gap' &&
      !link.command &&
      last.claimed?.start.clockState === link.claimed?.start.clockState;
    if (group !== undefined && alike && last.to + 1 === link.from) group.push(link);
    else groups.push([link]);
  }
  return groups;
}

function linkWords(group: readonly LinkReport[]): string {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return '';
  const { kind, verdict, gap, command } = first;
  const range = rangeWords(
    kind === 'gap' ? 'gap' : kind === 'recorded-command' ? 'command' : 'chunk',
    first.from,
    last.to,
  );
  const said = command ? `, ${commandWords(command)}` : '';
  const what = gap ? `${range}: signed gap, ${gapWords(gap)}` : `${range}: ${verdict}${said}`;
  const start = first.claimed && timeWords(first.claimed.start.utcUs);
  const end = last.claimed && timeWords(last.claimed.start.utcUs + last.claimed.durationUs);
  const claimed = start && end ? `; captured ${start} to ${end} by the camera's clock${toldBy(group)}` : '';
  return `${what}${claimed}${sealedWords(first, last)}`;
}

const tellers: Partial<Record<NonNullable<LinkReport['claimed']>['start']['clockState'], string>> = {
  unset: 'which was not set',
  rtc: 'by its hardware clock',
  ntp: 'by a time service',
  gnss: 'by GNSS',
  station: 'by receipts',
};

/** Who told the camera the time, if it says so, and how far off it is at most, if all of the group say that. */
function toldBy(group: readonly LinkReport[]): string {
  const starts = group.flatMap(({ claimed }) => (claimed === undefined ? [] : [claimed.start]));
  const teller = starts[0] && tellers[starts[0].clockState];
  if (teller === undefined) return '';
  const errors = starts.map(({ errorUs }) => errorUs);
  // A line may join more chunks than a call may have arguments.
  const most = errors.reduce((a, b) => Math.max(a, b), 0);
  const within = errors.every((us) => us > 0) ? `, within ${secondsWords(most)}` : '';
  return ` (${teller}${within})`;
}

function sealedWords(first: LinkReport, last: LinkReport): string {
  const after = first.sealed.notBeforeUs;
  const before = last.sealed.notAfterUs;
  const words = [
    ...(after === undefined ? [] : [`after ${timeWords(after)}`]),
    ...(before === undefined ? [] : [`before ${timeWords(before)}`]),
  ];
  return words.length === 0 ? '' : `; sealed ${words.join(' and ')} by the stations' clocks`;
}

function rangeWords(what: string, from: number, to: number): string {
  return from === to ? `${what} ${from}` : `${what}s ${from} to ${to}`;
}

/** What became of a recorded command, by the camera's word. */
function commandWords({ action, obeyed, refusal }: NonNullable<LinkReport['command']>): string {
  const what = action ?? 'of unknown content';
  if (obeyed) return `${what}, obeyed`;
  return `${what}, not obeyed${refusal === undefined ? '' : `: ${refusalWords[refusal]}`}`;
}

/** Why a camera refused a command. */
export const refusalWords: Readonly<Record<CommandRefusal, string>> = {
  none: 'the camera gives no reason',
  expired: 'it no longer held when it came',
  forbidden: 'the policy of the camera does not allow it',
  counter: 'a command with its counter, or a higher one, came before',
  key: 'no command key of the agency signed it, or one that is revoked',
  session: 'it was given to another boot, or to another camera',
  impossible: 'it cannot be done now',
  head: 'it names no head of this boot, so its age is unknown',
  malformed: 'it is not a command that the camera understands',
};

/** What a signed gap says: its cause, and how much is absent. */
export function gapWords(gap: NonNullable<LinkReport['gap']>): string {
  const { cause, videoSamples, audioSamples, atLeast } = gap;
  const counts = `${videoSamples} pictures and ${audioSamples} sound samples`;
  return `${cause}, ${atLeast ? 'at least ' : ''}${counts}`;
}

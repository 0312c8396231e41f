import type { JournalEvent } from '../encoding/journal-table.ts';
import type { Closing, Command, CommandRefusal, Gap, Moment } from '../statements.ts';

/** The verdict on one chunk, or on another statement of the chain. */
export type LinkVerdict =
  /** The signed statement is here, and all the bytes it names, unaltered. */
  | 'intact'
  /** Nothing of it is here, though it must have existed. */
  | 'missing'
  /** Its statement is here, but at least one of its segments is absent or not as signed. */
  | 'damaged'
  /** The camera itself signed that it rotted after it was sealed. */
  | 'lost after sealing (claimed)'
  /** Segments are here, but no statement of them that a session in these files signed. */
  | 'unsigned'
  /** Signed by a key that may not sign it: of another issuer, purpose or camera, or revoked. */
  | 'untrusted key';

/** The verdict on a recording as a whole. */
export type RecordingVerdict = 'complete' | 'recovered' | 'open-ended' | 'conflict' | 'erased';

/** Microseconds UTC, by the stations' clocks. */
export interface SealedInterval {
  /** The chunk names a receipt of this time, so it was sealed after it. */
  readonly notBeforeUs?: number;
  /** A receipt of this time covers the chunk, so it was sealed before it. */
  readonly notAfterUs?: number;
}

/** One index of the chain, or a run of indexes of which nothing is here. */
export interface LinkReport {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
  readonly kind?: 'chunk' | 'gap' | 'recorded-command';
  readonly verdict: LinkVerdict;
  readonly sealed: SealedInterval;
  /** The camera's claim about the capture. */
  readonly claimed?: { readonly start: Moment; readonly durationUs: number; readonly dependent: boolean };
  /** Of a gap: what is absent, and why. */
  readonly gap?: Pick<Gap, 'cause' | 'videoSamples' | 'audioSamples'> & { readonly atLeast?: true };
  /** Of a recorded command: what it ordered, if the agency gave it to this session; and what the camera made of it. */
  readonly command?: {
    readonly action?: Command['action'];
    readonly obeyed: boolean;
    readonly refusal?: CommandRefusal;
  };
}

/** The verdict on one recording. */
export interface RecordingReport {
  readonly deviceId: string;
  /** 32 hexadecimal digits. */
  readonly recordingId: string;
  readonly number: number;
  readonly verdict: RecordingVerdict;
  /** Only of a recording that was erased by order: its state otherwise. */
  readonly ended?: Extract<RecordingVerdict, 'complete' | 'recovered' | 'open-ended'>;
  readonly roles: readonly string[];
  readonly policy: string;
  /** The policy that the root signed, if the opening names one: its version, and D in hexadecimal digits. */
  readonly signedPolicy?: { readonly version: number; readonly digest: string };
  readonly closing?: Pick<Closing, 'reason' | 'index' | 'durationUs'>;
  /** Only of a recovered recording: the most that may be absent after its end; undefined: unknown. */
  readonly absentUsMax?: number;
  /** Whether the agency vouches for the key that opened it. */
  readonly trusted: boolean;
  readonly links: readonly LinkReport[];
  /** Whether a station's receipt says that it held all of it. */
  readonly completeReceipt: boolean;
  /** Contradictions, one sentence each. */
  readonly conflicts: readonly string[];
  /** What is provably missing, or not to be trusted, apart from the links; one sentence each. */
  readonly faults: readonly string[];
  /** What a person should know apart from the verdicts, one sentence each. */
  readonly warnings: readonly string[];
}

/** Numbers of a camera's recordings that must exist and are not among the files; both inclusive. */
export interface AbsentRecordings {
  readonly deviceId: string;
  readonly from: number;
  readonly to: number;
}

/** The chains of one camera that are among the files: `first`, or 32 hexadecimal digits. */
export interface CameraChains {
  readonly deviceId: string;
  readonly chains: readonly string[];
}

/** How a boot's journal ends: with a shutdown; where a later boot found it, without one; or nothing says it. */
export type BootJournalVerdict = 'shut down' | 'cut' | 'open' | 'conflict';

/** One entry of a boot's journal, or a run of entries that are not here. */
export interface BootJournalEntryReport {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
  readonly verdict: 'intact' | 'missing' | 'untrusted key';
  readonly event?: JournalEvent;
  readonly value?: string;
  readonly moment?: Moment;
  /** The earliest station time by which a receipt proves it, microseconds UTC. */
  readonly notAfterUs?: number;
}

/** The verdict on the journal of one boot. */
export interface BootJournalReport {
  readonly deviceId: string;
  readonly bootCounter: number;
  /** Of a camera that lost its counters: which chain of boots, 32 hexadecimal digits. */
  readonly chain?: string;
  /** The id under which it is sent and receipted: 32 hexadecimal digits. */
  readonly id: string;
  readonly verdict: BootJournalVerdict;
  /** By index. */
  readonly entries: readonly BootJournalEntryReport[];
  /** Whether a station's receipt says that it held all of it. */
  readonly completeReceipt: boolean;
  /** Contradictions, one sentence each. */
  readonly conflicts: readonly string[];
  readonly warnings: readonly string[];
}

/** The verdict on the files as a whole. */
export interface Report {
  readonly recordings: readonly RecordingReport[];
  /** The journals of boots, if there are any here. */
  readonly bootJournals?: readonly BootJournalReport[];
  readonly absent: readonly AbsentRecordings[];
  /**
   * Of each camera that lost its counters and began a new chain: what a former chain still held cannot be
   * known.
   */
  readonly chains?: readonly CameraChains[];
  /** Contradictions between recordings, one sentence each. */
  readonly conflicts: readonly string[];
  /** Bytes outside the records of the format. */
  readonly unreadableBytes: number;
  /** Records that nothing in the files proves: unsigned, malformed, or of another recording. */
  readonly recordsSetAside: number;
  readonly warnings: readonly string[];
  /** A station's store was read whole. */
  readonly wholeStore?: boolean;
  /** What a station's store must hold, by the chain of its receipts, and does not; one sentence each. */
  readonly missing?: readonly string[];
}

const faulty: readonly LinkVerdict[] = ['missing', 'damaged', 'unsigned', 'untrusted key'];

/** The exit code of `sealcam verify`, docs/FORMAT.md: 0, 3, 4 or 5. */
export function exitCode(report: Report): 0 | 3 | 4 | 5 {
  const { recordings, absent, conflicts, unreadableBytes, recordsSetAside, bootJournals = [] } = report;
  if (recordings.length + bootJournals.length === 0 || absent.length > 0 || conflicts.length > 0) return 5;
  if (report.missing !== undefined && report.missing.length > 0) return 5;
  if (unreadableBytes > 0 || recordsSetAside > 0 || recordings.some(isFaulty)) return 5;
  if (bootJournals.some(isFaultyJournal)) return 5;
  const verdicts = new Set(recordings.map(({ verdict }) => verdict));
  if (verdicts.has('recovered') || verdicts.has('open-ended')) return 3;
  const running = report.wholeStore ? newestBoots(bootJournals) : [];
  if (bootJournals.some((one) => one.verdict !== 'shut down' && !running.includes(one))) return 3;
  if ((report.chains ?? []).some(({ chains }) => chains.length > 1)) return 3;
  const links = recordings.flatMap((recording) => recording.links);
  const reduced = links.some(({ kind, verdict }) => kind === 'gap' || verdict !== 'intact');
  return reduced || verdicts.has('erased') ? 4 : 0;
}

/** In a station's store, a camera's newest boot has no end yet: that is so while it is on. */
function newestBoots(journals: readonly BootJournalReport[]): BootJournalReport[] {
  return journals.filter(
    ({ verdict, deviceId, bootCounter }) =>
      verdict === 'open' &&
      journals.every((other) => other.deviceId !== deviceId || other.bootCounter <= bootCounter),
  );
}

/** Whether anything of a recording is missing, damaged, untrusted or in conflict. */
export function isFaulty({ verdict, trusted, faults, links }: RecordingReport): boolean {
  if (verdict === 'conflict' || !trusted || faults.length > 0) return true;
  return links.some((link) => faulty.includes(link.verdict) && !(verdict === 'erased' && isGone(link)));
}

/** Whether anything of a boot's journal is missing, untrusted or in conflict. */
export function isFaultyJournal({ verdict, entries }: BootJournalReport): boolean {
  return verdict === 'conflict' || entries.some((entry) => entry.verdict !== 'intact');
}

/**
 * The states that an order to erase a recording accounts for: its segments may be gone, but none of its
 * statements.
 */
export function isGone({ kind, verdict }: LinkReport): boolean {
  return kind === 'chunk' && (verdict === 'missing' || verdict === 'damaged');
}

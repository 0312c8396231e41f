import { toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { bootJournalId } from '../../evidence/boot-journal.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { keyEnvelopeBytesMax } from '../../evidence/limits.ts';
import { auditRecipients, type RecipientsAudit } from '../../evidence/open/recipients.ts';
import { readPolicy } from '../../evidence/policy.ts';
import type { Root } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';
import type { Statement } from '../../evidence/statements.ts';
import { type RevocationList, readRevocationList, type TrustedSession } from '../../evidence/trust.ts';
import {
  type FoundBootJournal,
  type FoundRecording,
  type RecordingReport,
  type Verified,
  type VerifyOptions,
  verifyEvidence,
} from '../../evidence/verify/index.ts';
import { auditPolicy } from '../../evidence/verify/policies.ts';
import {
  type HeldStatements,
  type ReadReceipts,
  readCheckpoints,
  readReceipts,
  walkReceipts,
} from '../../evidence/verify/receipts/walk.ts';
import { type FileSource, openSource, readSmallFile } from '../files.ts';
import type { EvidenceFiles, StoreFiles } from './evidence-files.ts';
import { diskReads, type EvidenceReads } from './reads.ts';

/** What files are judged by, apart from themselves. */
export interface Judges {
  readonly root: Root;
  /** The newest revocation list that was given. */
  readonly revocations: RevocationList | undefined;
  readonly rosters: readonly Statement<'roster'>[];
  readonly policies: readonly Statement<'policy'>[];
  readonly hasher: NonNullable<VerifyOptions['hasher']>;
}

/**
 * Verifies files, and what more of them show: who can open each recording, and what a station's store must
 * hold.
 * @throws SealcamError as `verifyEvidence`; what opening and reading throws.
 */
export async function verifyFiles(files: EvidenceFiles, judges: Judges): Promise<Verified> {
  const { root, hasher, rosters, policies } = judges;
  const { reads = diskReads } = files;
  const revocations = judges.revocations?.revoked ?? new Map<string, number>();
  const signed: ReadReceipts[] = [];
  for (const store of files.stores) signed.push(await receiptsOf(reads, store, files.checkpoints, judges));
  const sources: FileSource[] = [];
  for (const path of files.records) sources.push(await reads.open(path));
  try {
    const { report, found, bootJournals, sessions } = await verifyEvidence(sources, root, {
      revocations,
      hasher,
    });
    const envelopes = await KeyEnvelopes.read(files.keys, reads);
    const recordings: RecordingReport[] = [];
    for (const [at, one] of report.recordings.entries()) {
      const audits = [
        await envelopes.audit(found[at], rosters),
        ...(found[at] === undefined ? [] : [auditPolicy(found[at].recording.core, policies)]),
      ];
      recordings.push({
        ...one,
        faults: [...one.faults, ...audits.flatMap(({ faults }) => faults)],
        warnings: [...one.warnings, ...audits.flatMap(({ notes }) => notes)],
      });
    }
    const here = heldOf(found, bootJournals, sessions);
    const walks = signed.map((one) => walkReceipts(one, (device, id) => here.get(`${device} ${id}`)));
    const notes = [...files.notes, ...envelopes.notes(), ...walks.flatMap((walk) => walk.notes)];
    const missing = walks.flatMap((walk) => walk.missing);
    return {
      found,
      bootJournals,
      sessions,
      report: {
        ...report,
        ...(signed.length > 0 && { wholeStore: true }),
        recordings,
        warnings: [...report.warnings, ...notes],
        missing,
      },
    };
  } finally {
    for (const source of sources) await source.close();
  }
}

/**
 * What is here of each recording that a camera of the root signed; a stranger's recording of the same id never
 * replaces it.
 */
function heldOf(
  found: readonly FoundRecording[],
  bootJournals: readonly FoundBootJournal[],
  sessions: readonly TrustedSession[],
): ReadonlyMap<string, HeldStatements> {
  const noEntries = sessions.map((session) => heldOfJournal({ session, entries: new Map() }));
  return new Map([
    ...noEntries,
    ...bootJournals.map(heldOfJournal),
    ...found
      .filter(({ trusted }) => trusted)
      .map(({ recording: { core }, slots, closings }) => {
        let count = 0;
        while ((slots.get(count)?.links.length ?? 0) > 0) count += 1;
        return [
          `${core.deviceId} ${toHex(core.recordingId)}`,
          { count, closed: closings.length > 0 },
        ] as const;
      }),
  ]);
}

/** A journal's end is an entry like the others, or none: a receipt for all of it asks for no more than its count. */
function heldOfJournal({ session, entries }: FoundBootJournal): readonly [string, HeldStatements] {
  const { digest, body } = session.statement;
  let count = 0;
  while (entries.has(count)) count += 1;
  return [`${body.deviceId} ${toHex(bootJournalId(digest))}`, { count, closed: true }];
}

async function receiptsOf(
  reads: EvidenceReads,
  store: StoreFiles,
  checkpoints: readonly string[],
  { root, revocations }: Judges,
): Promise<ReadReceipts> {
  const openAll = async (paths: readonly string[]): Promise<FileSource[]> => {
    const sources: FileSource[] = [];
    for (const path of paths)
      if ((await reads.kindOf(path)) !== undefined) sources.push(await reads.open(path));
    return sources;
  };
  const journals = await openAll(store.journals);
  const receipts = await openAll(store.receipts);
  const stated = await openAll([...store.checkpoints, ...checkpoints]);
  try {
    const believed = { root, revocations: revocations?.revoked ?? new Map<string, number>() };
    return await readReceipts({ receipts, journals, checkpoints: stated }, believed);
  } finally {
    for (const source of [...receipts, ...stated, ...journals]) await source.close();
  }
}

/**
 * Checks that each of `paths` holds checkpoints of stations and nothing else, before they are used to check a
 * store.
 * @throws SealcamError `CHECKPOINT_INVALID`; what reading throws.
 */
export async function expectCheckpoints(
  paths: readonly string[],
  { root, revocations }: Pick<Judges, 'root' | 'revocations'>,
): Promise<void> {
  for (const path of paths) {
    const source = await openSource(path);
    try {
      const believed = { root, revocations: revocations?.revoked ?? new Map<string, number>() };
      const { good, revoked, strange } = await readCheckpoints(source, believed);
      if (good.length > 0 && strange === 0) continue;
      const why =
        revoked > 0 && strange === 0
          ? 'a revoked key signed them'
          : 'no station of this root signed what is in it';
      throw new SealcamError(
        'CHECKPOINT_INVALID',
        `${printable(path)} proves nothing: ${why}; give a copy of a station's .checkpoints.seal`,
      );
    } finally {
      await source.close();
    }
  }
}

/** Key envelopes by their hash, which openings name; only their paths are kept. */
export class KeyEnvelopes {
  readonly #paths = new Map<string, string>();
  readonly #unused = new Set<string>();
  readonly #reads: EvidenceReads;

  private constructor(reads: EvidenceReads) {
    this.#reads = reads;
  }

  /** @throws SealcamError `FILE_TOO_LARGE`, `FILE_KIND`; what reading throws. */
  static async read(paths: readonly string[], reads: EvidenceReads = diskReads): Promise<KeyEnvelopes> {
    const envelopes = new KeyEnvelopes(reads);
    for (const path of paths) {
      envelopes.#paths.set(toHex(sha256(await reads.whole(path, keyEnvelopeBytesMax))), path);
      envelopes.#unused.add(path);
    }
    return envelopes;
  }

  /** Compares who can open a recording with its roster. */
  async audit(
    found: FoundRecording | undefined,
    rosters: readonly Statement<'roster'>[],
  ): Promise<RecipientsAudit> {
    if (found === undefined) return { faults: [], notes: [] };
    const { recording } = found;
    const path = this.#paths.get(toHex(recording.opening.body.keyEnvelopeHash));
    if (path === undefined) return auditRecipients(recording, rosters, undefined);
    this.#unused.delete(path);
    return auditRecipients(recording, rosters, await this.#reads.whole(path, keyEnvelopeBytesMax));
  }

  /** Findings about key envelopes that no opening names. */
  notes(): string[] {
    return [...this.#unused].map((path) => `${path} is not the key envelope of any recording here`);
  }
}

/**
 * The newest of the agency's revocation lists in `paths`; undefined if none is given.
 * @throws SealcamError `STATEMENT_*`, `EVIDENCE_MALFORMED`, `REVOCATIONS_CONFLICT`; what reading throws.
 */
export async function readRevocationLists(
  paths: readonly string[] | undefined,
  root: Root,
): Promise<RevocationList | undefined> {
  let newest: RevocationList | undefined;
  for (const path of paths ?? []) {
    const list = readRevocationList(openEnvelope(await readSmallFile(path)), root);
    if (newest?.version === list.version && toHex(newest.digest) !== toHex(list.digest)) {
      throw new SealcamError(
        'REVOCATIONS_CONFLICT',
        `${printable(path)} is another revocation list of version ${list.version} than the one given before it: find out which one the agency signed`,
      );
    }
    if (newest === undefined || list.version > newest.version) newest = list;
  }
  return newest;
}

/** The rosters in `paths`, signed by the root. @throws SealcamError as `readRoster`; what reading throws. */
export async function readRosterFiles(
  paths: readonly string[] | undefined,
  root: Root,
): Promise<Statement<'roster'>[]> {
  const rosters: Statement<'roster'>[] = [];
  for (const path of paths ?? []) rosters.push(readRoster(await readSmallFile(path), root));
  return rosters;
}

/** The policies in `paths`, signed by the root. @throws SealcamError as `readPolicy`; what reading throws. */
export async function readPolicyFiles(
  paths: readonly string[] | undefined,
  root: Root,
): Promise<Statement<'policy'>[]> {
  const policies: Statement<'policy'>[] = [];
  for (const path of paths ?? []) policies.push(readPolicy(await readSmallFile(path), root));
  return policies;
}

/** Which revocation list was in force for a judgement, in words. */
export function revocationWords(list: RevocationList | undefined): string {
  if (list === undefined) {
    return 'no revocation list was given: keys that the agency has revoked count as good; give its newest with --revocations';
  }
  const { version, issuedUtcUs, revoked } = list;
  const date =
    issuedUtcUs === 0
      ? 'which does not say when it was signed'
      : `signed on ${new Date(issuedUtcUs / 1000).toISOString()}`;
  return `revocation list ${version}, ${date}, with ${revoked.size} ${revoked.size === 1 ? 'key' : 'keys'}`;
}

/** The same for programs. */
export function revocationFacts(list: RevocationList | undefined) {
  return list === undefined
    ? null
    : {
        version: list.version,
        issuedUtcUs: list.issuedUtcUs || null,
        keys: list.revoked.size,
        digest: list.digest,
      };
}

import { deepStrictEqual } from 'node:assert/strict';
import { concatBytes } from '../../../base/bytes.ts';
import { nativeHasher } from '../../../cli/evidence/hasher.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import type { Root } from '../../../evidence/root.ts';
import type { Revocations } from '../../../evidence/trust.ts';
import { exitCode, type LinkReport, type Report, verifyEvidence } from '../../../evidence/verify/index.ts';
import { memorySource } from '../recording.ts';

const symbols: Readonly<Record<LinkReport['verdict'], string>> = {
  intact: 'i',
  missing: '-',
  damaged: 'x',
  'lost after sealing (claimed)': 'l',
  unsigned: 'u',
  'untrusted key': '!',
};

/**
 * A report as a picture: of each recording its number, its verdict and a symbol an index (i intact, g gap,
 * - missing, x damaged, l lost, u unsigned, ! untrusted), then the journals of boots likewise, then the absent numbers,
 * then the exit code.
 */
export function picture(report: Report): string {
  const recordings = report.recordings.map(({ number, verdict, links }) => {
    const chain = links.map(({ from, to, kind, verdict: link }) =>
      (kind === 'gap' && link === 'intact' ? 'g' : symbols[link]).repeat(to - from + 1),
    );
    return `${number} ${verdict} ${chain.join('')}`;
  });
  const journals = (report.bootJournals ?? []).map(({ bootCounter, verdict, entries }) => {
    const chain = entries.map(({ from, to, verdict: entry }) => symbols[entry].repeat(to - from + 1));
    return `boot ${bootCounter} ${verdict} ${chain.join('')}`;
  });
  const absent = report.absent.map(({ from, to }) => `absent ${from}-${to}`);
  const conflicts = report.conflicts.length > 0 ? ['conflict between recordings'] : [];
  return [...recordings, ...journals, ...absent, ...conflicts, `exit ${exitCode(report)}`].join(', ');
}

const hashers = [nodeHasher, await nativeHasher()];

/** The picture of what a verifier says of `files`: in every word the same with either hasher. */
export async function verdictOf(
  files: readonly Uint8Array[],
  root: Root,
  revocations: Revocations = new Map(),
): Promise<string> {
  const sources = files.map((file, at) => memorySource(file, `file-${at}.seal`));
  const reports: Report[] = [];
  for (const hasher of hashers) {
    reports.push((await verifyEvidence(sources, root, { revocations, hasher })).report);
  }
  const [report, ...others] = reports;
  if (report === undefined) throw new RangeError('there is no hasher');
  for (const other of others) deepStrictEqual(other, report, 'another hasher, another report');
  return picture(report);
}

/** `bytes` with one bit turned. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = concatBytes(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

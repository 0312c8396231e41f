import { type TestPattern, testBlockBytes } from './pattern.ts';

// Two halves of a test, with a power cut between them or none. What a disk has acknowledged (by the return of a sync) it must
// give back; a card that acknowledges what it holds in memory, or that has less memory than it says, does not.

/** A file on the disk that is tested. Positions and lengths count bytes. */
export interface TestedFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** On return all that was written is said to be durable. */
  sync(): Promise<void>;
  /** Reads from the disk itself; resolves with how many bytes were there. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Makes the system forget what it holds of the file in memory. */
  forget(): void;
  size(): Promise<number>;
}

/** What writing showed. */
export interface DiskWriting {
  /** Blocks that the disk acknowledged. */
  readonly acknowledged: number;
  /** How long each sync took, microseconds. */
  readonly syncUs: readonly number[];
}

/**
 * Writes blocks one after another, each synced before the next.
 * @param test.blocks how many.
 * @param test.tell is told how many blocks are acknowledged, after each; the next waits for it.
 * @param test.stopped asked before each block.
 */
export async function writeBlocks(test: {
  readonly file: TestedFile;
  readonly pattern: TestPattern;
  readonly blocks: number;
  readonly uptimeUs: () => number;
  readonly tell: (acknowledged: number) => Promise<void>;
  readonly stopped: () => boolean;
}): Promise<DiskWriting> {
  const { file, pattern, blocks, uptimeUs, tell, stopped } = test;
  const syncUs: number[] = [];
  while (syncUs.length < blocks && !stopped()) {
    await file.write(pattern.block(syncUs.length), syncUs.length * testBlockBytes);
    const fromUs = uptimeUs();
    await file.sync();
    syncUs.push(uptimeUs() - fromUs);
    await tell(syncUs.length);
  }
  return { acknowledged: syncUs.length, syncUs };
}

/** What reading back showed. All of it counts blocks. */
export interface DiskFindings {
  /** Blocks that should be there: all that were acknowledged, or all that the file has room for if that is not known. */
  readonly expected: number;
  readonly good: number;
  /** Numbers of the blocks that are not there, or not as they were written; the first of them. */
  readonly missing: readonly number[];
  readonly damaged: readonly number[];
  /** Places that hold a later block: the disk has less room than it says. */
  readonly overwritten: readonly { readonly block: number; readonly by: number }[];
  /** How many of each there are. */
  readonly counts: { readonly missing: number; readonly damaged: number; readonly overwritten: number };
}

/** Findings of a kind that are listed one by one. */
const listedMax = 16;

/**
 * Reads everything back from the disk.
 * @param test.acknowledged how many blocks the disk had acknowledged; undefined if that is unknown.
 */
export async function readBlocks(test: {
  readonly file: TestedFile;
  readonly pattern: TestPattern;
  readonly acknowledged: number | undefined;
}): Promise<DiskFindings> {
  const { file, pattern, acknowledged } = test;
  file.forget();
  const expected = acknowledged ?? Math.ceil((await file.size()) / testBlockBytes);
  const missing: number[] = [];
  const damaged: number[] = [];
  const overwritten: { readonly block: number; readonly by: number }[] = [];
  const counts = { missing: 0, damaged: 0, overwritten: 0 };
  const note = <T>(kind: keyof typeof counts, list: T[], entry: T): void => {
    counts[kind] += 1;
    if (list.length < listedMax) list.push(entry);
  };
  const target = Buffer.alloc(testBlockBytes);
  for (let block = 0; block < expected; block += 1) {
    target.fill(0);
    // A sector that can't be read any more is as good as one that was never written.
    await file.read(target, block * testBlockBytes).catch(() => 0);
    const found = pattern.judge(target, block);
    if (found.kind === 'empty') note('missing', missing, block);
    else if (found.kind === 'damaged') note('damaged', damaged, block);
    else if (found.kind === 'other') note('overwritten', overwritten, { block, by: found.block });
  }
  const bad = counts.missing + counts.damaged + counts.overwritten;
  return { expected, good: expected - bad, missing, damaged, overwritten, counts };
}

/** The value below which a share of all values is, microseconds; 0 if there are none. */
export function quantileUs(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** When blocks were read back: right after they were written, or after a cut with what was acknowledged known or not. */
export type DiskMoment = 'written' | 'cut' | 'unknown';

const lossMeans: Readonly<Record<DiskMoment, string>> = {
  written: 'it has less room than it says, or loses what it takes; use another',
  cut: 'it acknowledges what it does not keep through a power cut; use another',
  unknown: 'later ones are there; it does not keep the order of writes through a power cut, use another',
};

/** What the findings mean, in sentences; `isGood` if the disk kept its word. */
export function sayFindings(
  findings: DiskFindings,
  moment: DiskMoment,
): { readonly isGood: boolean; readonly lines: readonly string[] } {
  const { expected, good, counts, missing, damaged, overwritten } = findings;
  const lines = [`${good} of ${expected} blocks of 1 MiB are as they were written`];
  const [first] = overwritten;
  if (first !== undefined) {
    // There may be more of them than a call may have arguments.
    const mebibytes = overwritten.reduce(
      (least, { block, by }) => Math.min(least, Math.abs(by - block)),
      Number.POSITIVE_INFINITY,
    );
    lines.push(
      `COUNTERFEIT: ${counts.overwritten} blocks hold others (block ${first.block} holds ${first.by}): the disk has some ${mebibytes} MiB and says it has more; throw it away`,
    );
  }
  if (counts.missing > 0) {
    const listed = `${missing.join(', ')}${counts.missing > missing.length ? ', ...' : ''}`;
    const what = moment === 'unknown' ? 'blocks' : 'blocks that the disk had acknowledged';
    lines.push(`LOST: ${counts.missing} ${what} are not there (${listed}): ${lossMeans[moment]}`);
  }
  if (counts.damaged > 0)
    lines.push(`DAMAGED: ${counts.damaged} blocks came back altered (${damaged.join(', ')}): use another`);
  return { isGood: good === expected, lines };
}

import { equalBytes, toHex } from '../../../base/bytes.ts';
import { attempt, SealcamError } from '../../../base/errors.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../dsse.ts';
import { fileMagic, RecordScanner, recordType } from '../../records.ts';
import type { Root } from '../../root.ts';
import { claimedKind, type Receipt, type Statement, storedStatement } from '../../statements.ts';
import { type Certified, type Revocations, readCheckpoint, readReceipt } from '../../trust.ts';
import type { EvidenceSource } from '../found.ts';

// The chain of a station's receipts, across all its cameras: each receipt names the one before it. Removing a
// recording removes its receipts too, which breaks the chain. Names are hashes, so one good signature, on the
// newest receipt, vouches for everything reached from it; no others are checked.

/** Sentences of one kind that are given; any more are only counted. */
const sentencesMax = 100;

/** The files of a station's store that make up the chain. */
export interface ReceiptFiles {
  /** All its `.receipts`. */
  readonly receipts: readonly EvidenceSource[];
  /** Its receipts journal, if there is one; several where stations share a store. */
  readonly journals: readonly EvidenceSource[];
  /** Its own checkpoints, and those that someone kept elsewhere. */
  readonly checkpoints: readonly EvidenceSource[];
}

/** What the files hold of a recording. */
export interface HeldStatements {
  /** Statements of its chain that are here; undefined if the walk is not to judge that. */
  readonly count: number | undefined;
  readonly closed: boolean;
}

/** What the walk found. */
export interface ReceiptWalk {
  /** What is provably gone, one sentence each: the verdict is 5. */
  readonly missing: readonly string[];
  /** Anything else a person should know. */
  readonly notes: readonly string[];
}

/** The fields of a receipt that the walk needs. */
interface Node {
  readonly name: string;
  readonly previous: string | undefined;
  readonly body: Pick<Receipt, 'stationId' | 'deviceId' | 'count' | 'complete' | 'stationUtcUs' | 'counter'>;
  readonly recordingId: string;
  /**
   * If the files hold several copies, one with a good signature, if any: anyone can make a copy with a bad one.
   */
  envelope: UnverifiedEnvelope;
  /** Whether a station of the root signed `envelope`; undefined until that was checked. */
  good: boolean | undefined;
  journaled: boolean;
}

/** What receipts and checkpoints are judged by. */
export interface Believed {
  readonly root: Root;
  readonly revocations: Revocations;
}

/** What a station's store says that it signed, read and checked. */
export interface ReadReceipts {
  /** The receipts that a station of the root signed, by D. */
  readonly genuine: ReadonlyMap<string, Node>;
  readonly journal: 'present' | 'absent';
  readonly checkpoints: readonly Certified<'checkpoint'>[];
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Reads what a station signed. Read it before the evidence if the store is in use: then no receipt is newer
 * than the evidence.
 * @throws what reading a source throws.
 */
export async function readReceipts(files: ReceiptFiles, believed: Believed): Promise<ReadReceipts> {
  const nodes = new Map<string, Node>();
  // Read the journal last: it always has the newest.
  for (const source of files.receipts) await readNodes(source, nodes, false, believed.root);
  for (const source of files.journals) await readNodes(source, nodes, true, believed.root);
  const checkpoints: Certified<'checkpoint'>[] = [];
  const [faults, notes]: [string[], string[]] = [[], []];
  for (const source of files.checkpoints) {
    const { good, revoked, strange } = await readCheckpoints(source, believed);
    for (const one of good) checkpoints.push(one);
    const { name } = source;
    if (revoked > 0) notes.push(`${name} holds ${revoked} checkpoints by revoked keys, which prove nothing`);
    if (strange > 0)
      faults.push(`${name} holds ${strange} things that no station of this root signed as checkpoints`);
  }
  const journal = files.journals.length === 0 ? 'absent' : 'present';
  return { genuine: genuineOf(nodes, believed.root), journal, checkpoints, faults, notes };
}

/**
 * Walks the chains of receipts of a station's store.
 * @param held what the files hold of the recording of that device and id; undefined: nothing.
 */
export function walkReceipts(
  { genuine, journal, checkpoints, faults, notes }: ReadReceipts,
  held: (deviceId: string, recordingId: string) => HeldStatements | undefined,
): ReceiptWalk {
  const chains = new Map<string, ReadonlySet<string>>();
  return {
    missing: [
      ...bounded(holes(genuine)),
      ...journalFaults(genuine, journal),
      ...bounded(shortfalls(genuine, held)),
      ...faults,
      ...bounded(checkpoints.flatMap((one) => checkpointFaults(one.statement, genuine, chains))),
    ],
    notes,
  };
}

/** Passes on each statement of a file; returns how many other things it holds. */
async function statementsOf(
  source: EvidenceSource,
  take: (envelope: UnverifiedEnvelope) => void,
): Promise<number> {
  const scanner = new RecordScanner();
  let strange = 0;
  const found = (scanned: ReturnType<RecordScanner['push']>): void => {
    for (const one of scanned) {
      // The file's own magic at its beginning is not a record.
      if (one.kind === 'skipped' && one.offset === 0 && one.bytes === fileMagic.length) continue;
      const envelope =
        one.kind === 'record' && one.record.type === recordType.statement
          ? attempt(() => openEnvelope(Uint8Array.from(one.record.body)))
          : undefined;
      if (envelope === undefined || envelope instanceof SealcamError) strange += 1;
      else take(envelope);
    }
  };
  for await (const piece of source.stream()) found(scanner.push(piece));
  found(scanner.end());
  return strange;
}

async function readNodes(
  source: EvidenceSource,
  nodes: Map<string, Node>,
  journaled: boolean,
  root: Root,
): Promise<void> {
  // The verifier of the file reports malformed statements; here they prove nothing.
  await statementsOf(source, (envelope) => {
    if (claimedKind(envelope) !== 'receipt') return;
    const name = toHex(envelope.digest);
    const known = nodes.get(name);
    if (known !== undefined) {
      known.journaled ||= journaled;
      if (equalBytes(known.envelope.signature, envelope.signature) || isGood(known, root)) return;
      known.envelope = envelope;
      known.good = undefined;
      return;
    }
    const receipt = attempt(() => storedStatement('receipt', envelope));
    if (receipt instanceof SealcamError) return;
    const { body } = receipt;
    const { stationId, deviceId, count, complete, stationUtcUs, counter, previousReceipt } = body;
    nodes.set(name, {
      name,
      previous: previousReceipt && toHex(previousReceipt),
      body: { stationId, deviceId, count, complete, stationUtcUs, counter },
      recordingId: toHex(body.recordingId),
      envelope,
      good: undefined,
      journaled,
    });
  });
}

/** The receipts that a station of this root signed: those with a good signature, and those reached from them. */
function genuineOf(nodes: ReadonlyMap<string, Node>, root: Root): ReadonlyMap<string, Node> {
  const named = new Set([...nodes.values()].map(({ previous }) => previous));
  const genuine = new Map<string, Node>();
  // A receipt that no other names begins a walk. Newest first: what one reaches, no other reaches again.
  const tips = [...nodes.values()].filter(({ name }) => !named.has(name));
  const waiting = tips.sort((a, b) => b.body.counter - a.body.counter);
  for (let tip = waiting.shift(); tip !== undefined; tip = waiting.shift()) {
    const good = isGood(tip, root);
    for (let one: Node | undefined = tip; one !== undefined && !genuine.has(one.name); ) {
      if (good) genuine.set(one.name, one);
      const before: Node | undefined = one.previous === undefined ? undefined : nodes.get(one.previous);
      // A receipt that no station of this root signed vouches for nothing: what it names must prove itself.
      if (!good && before !== undefined && !genuine.has(before.name)) waiting.unshift(before);
      one = good ? before : undefined;
    }
  }
  return genuine;
}

function isGood(node: Node, root: Root): boolean {
  node.good ??= !(attempt(() => readReceipt(node.envelope, root)) instanceof SealcamError);
  return node.good;
}

/** Receipts that others name and that are not here. */
function holes(genuine: ReadonlyMap<string, Node>): string[] {
  const sentences: string[] = [];
  /** By station, the receipt before the current one. */
  const before = new Map<string, Node>();
  for (const one of [...genuine.values()].sort((a, b) => a.body.counter - b.body.counter)) {
    const { stationId, counter, stationUtcUs } = one.body;
    const lower = before.get(stationId);
    before.set(stationId, one);
    if (one.previous === undefined || genuine.has(one.previous)) continue;
    const since =
      lower && ` and after its receipt ${lower.body.counter} (${timeWords(lower.body.stationUtcUs)})`;
    sentences.push(
      `${stationId} signed a receipt before its receipt ${counter} (${timeWords(stationUtcUs)})${since ?? ''} that is not here: what it was for was removed`,
    );
  }
  return sentences;
}

/** Each receipt is in the journal before it is anywhere else, so the journal always ends with the newest. */
function journalFaults(genuine: ReadonlyMap<string, Node>, journal: 'present' | 'absent'): string[] {
  const newest = newestOf([...genuine.values()]);
  if (newest === undefined || newest.journaled) return [];
  const { stationId, counter, stationUtcUs } = newest.body;
  const what =
    journal === 'absent' ? 'the receipts journal is missing' : 'the receipts journal was cut or put back';
  return [
    `${what}: it must end with receipt ${counter} of ${stationId} (${timeWords(stationUtcUs)}), or with a later one`,
  ];
}

function newestOf(nodes: readonly Node[]): Node | undefined {
  return nodes.reduce<Node | undefined>(
    (most, one) => (most === undefined || one.body.counter > most.body.counter ? one : most),
    undefined,
  );
}

/** The receipt that covers most of each recording. */
function mostReceipted(genuine: ReadonlyMap<string, Node>): Node[] {
  const most = new Map<string, Node>();
  const rank = ({ body }: Node): number => 2 * body.count + (body.complete ? 1 : 0);
  for (const one of genuine.values()) {
    const key = `${one.body.deviceId} ${one.recordingId}`;
    const known = most.get(key);
    if (known === undefined || rank(one) > rank(known)) most.set(key, one);
  }
  return [...most.values()].sort((a, b) => a.body.counter - b.body.counter);
}

/** Recordings of which a station signed that it held more than is here. */
function shortfalls(
  genuine: ReadonlyMap<string, Node>,
  held: (deviceId: string, recordingId: string) => HeldStatements | undefined,
): string[] {
  return mostReceipted(genuine).flatMap(({ body, recordingId }) => {
    const { stationId, deviceId, complete } = body;
    const far = complete ? 'all of it' : `${body.count} statements of it`;
    const signed = `${stationId} signed that it held ${far}`;
    const here = held(deviceId, recordingId);
    if (here === undefined) return [`${deviceId} recording ${recordingId} is not here, though ${signed}`];
    const { count, closed } = here;
    if (count === undefined || (count >= body.count && (closed || !complete))) return [];
    const closing = closed ? '' : ', without a closing';
    return [`${deviceId} recording ${recordingId}: ${signed}, and ${count} statements are here${closing}`];
  });
}

/** Walking back from the station's newest receipt must reach the receipt that the checkpoint names. */
function checkpointFaults(
  { body }: Statement<'checkpoint'>,
  genuine: ReadonlyMap<string, Node>,
  chains: Map<string, ReadonlySet<string>>,
): string[] {
  const { stationId, counter, stationUtcUs } = body;
  const stated = `${stationId} stated on ${timeWords(stationUtcUs)} that its receipt ${counter} was the newest`;
  const chain = chains.get(stationId) ?? chainOf(stationId, genuine);
  chains.set(stationId, chain);
  if (chain.size === 0) {
    return [
      `rewritten or restored: ${stated}, and no receipt of ${stationId} is here; or this is another station's store`,
    ];
  }
  const name = toHex(body.newestReceipt);
  const named = genuine.get(name);
  if (named === undefined) return [`rewritten or restored: ${stated}, and that one is not here`];
  if (named.body.counter !== counter || named.body.stationId !== stationId) {
    return [`${stated}, but what it names is receipt ${named.body.counter} of ${named.body.stationId}`];
  }
  if (chain.has(name)) return [];
  return [`rewritten or restored: ${stated}, and the newest receipts do not lead back to it`];
}

/** The receipts that are reached from the newest receipt of a station. */
function chainOf(stationId: string, genuine: ReadonlyMap<string, Node>): ReadonlySet<string> {
  const chain = new Set<string>();
  const own = [...genuine.values()].filter(({ body }) => body.stationId === stationId);
  for (let one = newestOf(own); one !== undefined && !chain.has(one.name); ) {
    chain.add(one.name);
    one = one.previous === undefined ? undefined : genuine.get(one.previous);
  }
  return chain;
}

/** What a file of checkpoints holds. */
export interface ReadCheckpoints {
  readonly good: readonly Certified<'checkpoint'>[];
  /** Checkpoints that a revoked key signed: they prove nothing. */
  readonly revoked: number;
  /** Bytes and records that are not checkpoints, or that no station of this root signed. */
  readonly strange: number;
}

/** Reads a file of checkpoints. @throws what reading it throws. */
export async function readCheckpoints(source: EvidenceSource, believed: Believed): Promise<ReadCheckpoints> {
  const { root, revocations } = believed;
  const good: Certified<'checkpoint'>[] = [];
  let [revoked, strange] = [0, 0];
  const others = await statementsOf(source, (envelope) => {
    const checkpoint = attempt(() => readCheckpoint(envelope, root));
    if (checkpoint instanceof SealcamError) strange += 1;
    else if (revocations.has(checkpoint.certificate.keyId)) revoked += 1;
    else good.push(checkpoint);
  });
  return { good, revoked, strange: strange + others };
}

function bounded(sentences: readonly string[]): string[] {
  const more = sentences.length - sentencesMax;
  return more > 0 ? [...sentences.slice(0, sentencesMax), `and ${more} more of that kind`] : [...sentences];
}

function timeWords(utcUs: number): string {
  const date = new Date(utcUs / 1000);
  return Number.isNaN(date.getTime()) ? `${utcUs} us` : date.toISOString();
}

import type { FileSystem } from '../../../agent/spool/disk/file-system.ts';
import { lockName, parseName, sealName } from '../../../agent/spool/names.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { toHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { isLinkKind } from '../../../evidence/chain.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord, RecordScanner, recordType } from '../../../evidence/records.ts';
import { claimedKind, type Statement, storedStatement } from '../../../evidence/statements.ts';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { WaitingClock } from '../waiting-clock.ts';
import {
  chunkOf,
  closingOf,
  idOf,
  type MadeChunk,
  openingOf,
  receiptOf,
  sessionOf,
} from './camera-statements.ts';

export const directory = '/spool';
/** A file system whose spool can be looked into past the spool. */
export interface Storage extends FileSystem {
  /** The names in the spool's directory, ascending. */
  readonly names: readonly string[];
  content(name: string): Uint8Array | undefined;
}

const sealedKeys = new Uint8Array(300).fill(9);

/** What the spool has promised of one recording, by resolving. */
type Promised = {
  readonly opening: Statement<'opening'>;
  readonly number: number;
  readonly chunks: MadeChunk[];
  closing: Statement<'closing'> | undefined;
  /** A complete receipt was handed over; from then on the recording may be deleted. */
  receiptGiven: boolean;
  /** ... and was taken: from the next start on the recording must be deleted. */
  receiptTaken: boolean;
  receipted: number;
};

/** All that the spool has promised since the storage was new. */
export class Promises {
  readonly recordings = new Map<string, Promised>();
  bootCounter = 0;
  /** Errors that a step met, by code. */
  readonly errors: string[] = [];
  /** A recording was opened, so the reserve was kept: from then on receipts must find room. */
  reserved = false;
  /** Receipts that could not be journaled. */
  receiptsNotTaken = 0;
}

/**
 * One boot of a camera: recovers what is to be recovered, makes `recordings` recordings of `chunks` chunks,
 * receipts a part of each, and in the end all closed ones but the last as complete. Goes on after a fault as an agent does: it closes the
 * recording with what is durable and opens the next one.
 */
export async function runCamera(
  fileSystem: Storage,
  promises: Promises,
  { recordings = 3, chunks = 3, partBytesMax = 3_500, reserveBytes = 2_000 } = {},
): Promise<void> {
  const tried = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      promises.errors.push(error.code);
      return undefined;
    }
  };
  const clock = new WaitingClock();
  const spool = await tried(() => openSpool({ directory, fileSystem, reserveBytes, partBytesMax, clock }));
  if (spool === undefined) return;
  checkCounter(promises, spool);
  const session = sessionOf({
    bootCounter: spool.bootCounter,
    previousSession: spool.previousSession,
    nextRecordingNumber: spool.nextRecordingNumber,
    newestStatement: spool.newestStatement,
  });
  await tried(() => spool.beginSession(session));
  await recoverAll(spool, session, promises, tried);
  for (let i = 0; i < recordings; i += 1) {
    await tried(() => record(spool, session, promises, chunks, tried));
  }
  const closed = [...promises.recordings.values()].filter(({ closing }) => closing !== undefined);
  for (const promised of closed.slice(0, -1)) {
    const { closing, receiptTaken } = promised;
    if (closing !== undefined && !receiptTaken) await receipt(spool, promised, closing, promises, tried);
  }
  await tried(() => spool.close());
}

function checkCounter(promises: Promises, spool: Spool): void {
  if (spool.bootCounter <= promises.bootCounter) throw new Error(`boot ${spool.bootCounter} came twice`);
  promises.bootCounter = spool.bootCounter;
}

type Tried = <T>(run: () => Promise<T>) => Promise<T | undefined>;

async function recoverAll(
  spool: Spool,
  session: Statement<'session'>,
  promises: Promises,
  tried: Tried,
): Promise<void> {
  for (const { id, next, last } of spool.recoverable) {
    const opening = await openingIn(spool, id);
    const closing = closingOf(opening, next, last, { session });
    await tried(async () => {
      await spool.recover(id, closing);
      const promised = promises.recordings.get(id);
      if (promised !== undefined) promised.closing = closing;
    });
  }
}

async function openingIn(spool: Spool, id: string): Promise<Statement<'opening'>> {
  const record = (await spool.readHead(id))[1];
  if (record === undefined) throw new Error('a head has two records');
  return storedStatement('opening', openEnvelope(parseRecord(record).body));
}

async function record(
  spool: Spool,
  session: Statement<'session'>,
  promises: Promises,
  chunks: number,
  tried: Tried,
): Promise<void> {
  const number = spool.nextRecordingNumber;
  const opening = openingOf(session, number, `boot ${spool.bootCounter}, recording ${number}`);
  const writer = await spool.open({ opening, sealedKeys });
  promises.reserved = true;
  for (const other of promises.recordings.values()) {
    if (other.number >= number) throw new Error(`number ${number} came after ${other.number}`);
  }
  const promised: Promised = {
    opening,
    number,
    chunks: [],
    closing: undefined,
    receiptGiven: false,
    receiptTaken: false,
    receipted: -1,
  };
  promises.recordings.set(idOf(opening), promised);
  let last = opening.digest;
  let reason: 'button' | 'fault' = 'button';
  for (let index = 0; index < chunks; index += 1) {
    const chunk = chunkOf(opening, index, last, { fill: index + 16 * number });
    const done = await tried(async () => {
      await writer.append(chunk.link, chunk.records);
      return true;
    });
    if (done === undefined) {
      reason = 'fault';
      break;
    }
    promised.chunks.push(chunk);
    last = chunk.link.digest;
    if (index === 1) await receipt(spool, promised, chunk.link, promises, tried);
  }
  const closing = closingOf(opening, promised.chunks.length, last, { reason });
  const close = async (): Promise<true> => {
    await writer.close(closing);
    promised.closing = closing;
    return true;
  };
  if ((await tried(close)) === undefined) await tried(close);
}

/** Receipts everything up to `link`. */
async function receipt(
  spool: Spool,
  promised: Promised,
  link: Statement<'chunk' | 'closing'>,
  promises: Promises,
  tried: Tried,
): Promise<void> {
  const complete = link.kind === 'closing';
  const count = complete ? link.body.index : link.body.index + 1;
  if (complete) promised.receiptGiven = true;
  const done = await tried(async () => {
    const outcome = await spool.acceptReceipt(
      receiptOf(promised.opening, count, link.digest, { complete }),
      true,
    );
    // A complete receipt that a crash kept from being answered may have taken effect all the same.
    if (outcome === 'contradicting')
      throw new Error(`a receipt for recording ${promised.number} was refused`);
    if (outcome !== 'unknown') promised.receipted = count;
    promised.receiptTaken = complete;
    return true;
  });
  if (done === undefined) promises.receiptsNotTaken += 1;
}

/** The same promises, for one of several ways to go on from here. */
export function copyOf(promises: Promises): Promises {
  const clone = new Promises();
  clone.bootCounter = promises.bootCounter;
  for (const [id, promised] of promises.recordings) {
    clone.recordings.set(id, { ...promised, chunks: [...promised.chunks] });
  }
  return clone;
}

/** The content of the spool, to compare two starts. */
export function describe(spool: Spool): string {
  return JSON.stringify({
    recordings: spool.recordings(),
    recoverable: spool.recoverable.map(({ id, next, last, tally }) => ({
      id,
      next,
      last: toHex(last),
      tally,
    })),
    next: spool.nextRecordingNumber,
    lost: spool.findings.statementsLost,
    newest: [spool.newest?.number, spool.newest?.closed, toHex(spool.newest?.digest ?? sealedKeys)],
  });
}

/** Opens the spool, which must succeed, and throws unless it keeps every promise; returns what it holds. */
export async function checkPromises(fileSystem: Storage, promises: Promises): Promise<string> {
  const spool = await openSpool({ directory, fileSystem, reserveBytes: 2_000, clock: new WaitingClock() });
  checkCounter(promises, spool);
  const found = new Map(spool.recordings().map((recording) => [recording.id, recording]));
  const demand = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`${what}; the storage holds ${fileSystem.names.join(' ')}`);
  };
  const numbers = [...found.values()].map(({ number }) => number);
  demand(new Set(numbers).size === numbers.length, `the numbers are ${numbers.join()}`);
  for (const id of found.keys()) {
    demand((await spool.readSealedKeys(id)).length === sealedKeys.length, 'the keys are cut');
  }
  for (const [id, promised] of promises.recordings) {
    const { number, chunks, closing, receiptGiven, receiptTaken, receipted, opening } = promised;
    const recording = found.get(id);
    demand(number < spool.nextRecordingNumber, `number ${number} may be used again`);
    if (receiptTaken) demand(recording === undefined, `receipted recording ${number} is still there`);
    if (recording === undefined) {
      demand(receiptGiven, `recording ${number} was lost`);
      continue;
    }
    demand(recording.durable >= chunks.length, `chunks of recording ${number} were lost`);
    demand(recording.receipted >= receipted, `a receipt of recording ${number} was lost`);
    demand((await spool.readHead(id)).length === 2, 'a head has two records');
    demand(toHex(recording.openingDigest) === toHex(opening.digest), 'the opening is another');
    for (const { link, records } of chunks) {
      const { index } = link.body;
      const statement = (await spool.readStatements(id, index)).at(-1) ?? new Uint8Array(0);
      demand(toHex(parseRecord(statement).body) === toHex(link.encoded), `statement ${index} is another`);
      const segments = Buffer.concat(await spool.readSegments(id, index));
      demand(toHex(segments) === toHex(records), `segments of ${index} are others`);
    }
    if (closing !== undefined) {
      demand(recording.closed && recording.durable === closing.body.index, `a closing of ${number} was lost`);
      const statement = (await spool.readStatements(id, closing.body.index)).at(-1) ?? new Uint8Array(0);
      demand(toHex(parseRecord(statement).body) === toHex(closing.encoded), 'the closing is another');
    }
    checkFiles(fileSystem, id, recording.durable, recording.closed, demand);
  }
  for (const name of fileSystem.names) {
    const file = parseName(name);
    if (file?.kind !== 'index') continue;
    demand(fileSystem.names.includes(sealName(file.base, file.part)), `${name} has no part`);
  }
  const held = describe(spool);
  await spool.close();
  const scanned = await openSpool({ directory, fileSystem: withoutIndexes(fileSystem), reserveBytes: 2_000 });
  demand(
    describe(scanned) === held,
    `a scan finds other than the indexes say: ${describe(scanned)}, ${held}`,
  );
  await scanned.close();
  return held;
}

/** A copy of the storage whose parts have no index. */
export function withoutIndexes(storage: Storage): SimFileSystem {
  const names = storage.names.filter((name) => parseName(name)?.kind !== 'index' && name !== lockName);
  return SimFileSystem.holding(
    new Map(names.map((name) => [name, storage.content(name) ?? new Uint8Array(0)])),
  );
}

/** The parts, end to end, must be a recording without a foreign byte, each index once, or twice around its segments. */
function checkFiles(
  fileSystem: Storage,
  id: string,
  durable: number,
  closed: boolean,
  demand: (holds: boolean, what: string) => void,
): void {
  const parts = fileSystem.names.filter((name) => name.includes(`${id}.seal`));
  const whole = Buffer.concat(parts.map((name) => fileSystem.content(name) ?? new Uint8Array(0)));
  const scanner = new RecordScanner();
  const indices: number[] = [];
  let again = false;
  for (const piece of [...scanner.push(whole.subarray(8)), ...scanner.end()]) {
    demand(piece.kind === 'record', `there are foreign bytes at ${piece.offset}`);
    if (piece.kind !== 'record' || piece.record.type !== recordType.statement) continue;
    const envelope = openEnvelope(piece.record.body);
    const kind = claimedKind(envelope);
    if (!isLinkKind(kind)) continue;
    const { index } = storedStatement(kind, envelope).body;
    if (index === indices.at(-1) && !again) again = true;
    else {
      indices.push(index);
      again = false;
    }
  }
  const expected = Array.from({ length: durable + (closed ? 1 : 0) }, (_, index) => index);
  demand(indices.join() === expected.join(), `the file has the indices ${indices.join()}`);
}

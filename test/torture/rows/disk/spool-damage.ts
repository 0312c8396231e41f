import { openSpool } from '../../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../../agent/spool/spool.ts';
import { isSealcamError } from '../../../../base/errors.ts';
import { openEnvelope } from '../../../../evidence/dsse.ts';
import { RecordScanner, recordHeadBytes, recordType } from '../../../../evidence/records.ts';
import { claimedKind, type Statement } from '../../../../evidence/statements.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import {
  chunkOf,
  closingOf,
  idOf,
  openingOf,
  receiptOf,
  sessionOf,
} from '../../../support/camera/camera-statements.ts';
import { fromSeed } from '../../../support/seed.ts';
import { messageOf, type Row, scaled } from '../../row.ts';

const directory = '/spool';
const sealedKeys = new Uint8Array(300).fill(9);
const reserveBytes = 2_000;
const chunks = 4;

type Made = {
  readonly fileSystem: SimFileSystem;
  readonly id: string;
  readonly opening: Statement<'opening'>;
  readonly closing: Statement<'closing'>;
  readonly links: readonly Statement<'chunk'>[];
  /** All that the spool gives out, by name. */
  readonly parts: ReadonlyMap<string, string>;
  readonly file: string;
};

/** A recording of some chunks, one with three segments, closed or not. */
async function recorded(closed: boolean, mediaBytes = 150_000): Promise<Made> {
  const fileSystem = new SimFileSystem();
  const spool = await openSpool({ directory, fileSystem, reserveBytes });
  const session = sessionOf({ bootCounter: spool.bootCounter });
  await spool.beginSession(session);
  const opening = openingOf(session, 1, 'damaged');
  const writer = await spool.open({ opening, sealedKeys });
  const links: Statement<'chunk'>[] = [];
  for (let index = 0; index < chunks; index += 1) {
    const shape = { mediaBytes: index === chunks - 1 ? mediaBytes : 300, fill: 40 * index };
    const { link, records } = chunkOf(opening, index, links.at(-1)?.digest ?? opening.digest, shape);
    await writer.append(link, records);
    links.push(link);
  }
  const closing = closingOf(opening, chunks, links.at(-1)?.digest ?? opening.digest);
  if (closed) await writer.close(closing);
  const id = idOf(opening);
  const parts = await contents(spool, id);
  await spool.close();
  const file = fileSystem.names.find((name) => name.endsWith('.seal')) ?? '';
  return { fileSystem, id, opening, closing, links, parts, file };
}

/** Whatever the spool gives out of a recording, by name; `rot` where it says that it cannot. */
async function contents(spool: Spool, id: string): Promise<Map<string, string>> {
  const parts = new Map<string, string>();
  const take = async (name: string, read: () => Promise<readonly Uint8Array[]>): Promise<void> => {
    try {
      parts.set(name, Buffer.concat(await read()).toString('base64'));
    } catch (error) {
      if (!isSealcamError(error, 'SPOOL_ROT', 'SPOOL_IO', 'SPOOL_UNKNOWN')) throw error;
      parts.set(name, 'rot');
    }
  };
  const recording = spool.recordings().find((one) => one.id === id);
  if (recording === undefined) return parts;
  await take('head', () => spool.readHead(id));
  for (let index = 0; index < recording.durable; index += 1) {
    await take(`statement ${index}`, () => spool.readStatements(id, index));
    await take(`segments ${index}`, () => spool.readSegments(id, index));
  }
  if (recording.closed) await take('closing', () => spool.readStatements(id, recording.durable));
  return parts;
}

/** A copy of the storage with the file changed. */
function changed(made: Made, change: (bytes: Uint8Array) => Uint8Array): SimFileSystem {
  const files = new Map<string, Uint8Array>();
  for (const name of made.fileSystem.names) {
    const bytes = made.fileSystem.content(name) ?? new Uint8Array(0);
    files.set(name, name === made.file ? change(bytes.slice()) : bytes);
  }
  return SimFileSystem.holding(files);
}

const torn: Row = {
  row: 3,
  what: 'torn write',
  expected: 'every header byte, every 512 bytes of payload: detected, cut, kept aside',
  async run(scale) {
    const made = await recorded(false);
    const bytes = made.fileSystem.content(made.file) ?? new Uint8Array(0);
    // The last chunk is the write that is torn: its statement's record, its payload, and its statement again.
    const starts = [...new RecordScanner(8).push(bytes.subarray(8))].map(({ offset }) => offset);
    const [first, again] = lastStatement(bytes);
    const places = new Set<number>();
    for (const start of starts.filter((offset) => offset >= first)) {
      for (let n = 0; n <= recordHeadBytes + 7; n += 1) places.add(start + n);
    }
    for (let at = first; at < bytes.length; at += Math.max(1, Math.round(512 / scale.part))) places.add(at);
    const faults: string[] = [];
    for (const at of [...places].filter((place) => place > first && place < bytes.length)) {
      // Cut there, and also: full length, but zeros after it.
      for (const zeros of [false, true]) {
        const fileSystem = changed(made, (whole) => (zeros ? whole.fill(0, at) : whole.slice(0, at)));
        try {
          const spool = await openSpool({ directory, fileSystem, reserveBytes });
          const here = spool.recordings()[0];
          // Where only the statement's second copy is torn, the chunk is whole.
          const whole = at >= again;
          if (here?.durable !== (whole ? chunks : chunks - 1))
            faults.push(`torn at ${at}: ${here?.durable} chunks`);
          const aside = fileSystem.names.find((name) => name.includes('.tail-'));
          const kept = fileSystem.content(aside ?? '');
          const torn = (zeros ? bytes.slice().fill(0, at) : bytes.slice(0, at)).subarray(
            whole ? again : first,
          );
          if (torn.length > 0 && (kept === undefined || Buffer.compare(kept, torn) !== 0))
            faults.push(`torn at ${at}: the tail is not kept`);
          const parts = await contents(spool, made.id);
          for (const [name, part] of parts)
            if (part !== made.parts.get(name)) faults.push(`torn at ${at}: ${name}`);
          await spool.close();
        } catch (error) {
          faults.push(`torn at ${at}: ${messageOf(error)}`);
        }
        if (faults.length > 5) break;
      }
    }
    return { figure: `${places.size} places, cut and zeroed`, faults };
  },
};

/** Where the last chunk's statement is, and where its second copy is. */
function lastStatement(bytes: Uint8Array): readonly [number, number] {
  let last = 0;
  let before = 0;
  for (const piece of new RecordScanner(8).push(bytes.subarray(8))) {
    if (piece.kind !== 'record' || piece.record.type !== 1) continue;
    if (claimedKind(openEnvelope(piece.record.body)) !== 'chunk') continue;
    before = last;
    last = piece.offset;
  }
  return [before, last];
}

const rot: Row = {
  row: 8,
  what: 'bit rot in the spool',
  expected:
    'each header byte, each byte of a statement, 10,000 payload bits: never given out as if it were right, the rest and every statement is',
  async run(scale) {
    const made = await recorded(true, 70_000);
    const size = made.fileSystem.content(made.file)?.length ?? 0;
    const random = fromSeed(scale.seed);
    const flips: number[] = [];
    const bytes = made.fileSystem.content(made.file) ?? new Uint8Array(0);
    for (const piece of new RecordScanner(8).push(bytes.subarray(8))) {
      const statement = piece.kind === 'record' && piece.record.type === recordType.statement;
      const step = Math.max(1, Math.round(1 / scale.part));
      for (let n = 0; n < (statement ? piece.bytes : recordHeadBytes); n += n < recordHeadBytes ? 1 : step)
        flips.push(8 * (piece.offset + n) + random.int(8));
    }
    for (let n = scaled(10_000, scale); n > 0; n -= 1) flips.push(8 * 8 + random.int(8 * (size - 8)));
    const faults: string[] = [];
    let unharmed = 0;
    for (const [n, bit] of flips.entries()) {
      const fileSystem = changed(made, (whole) => {
        whole[bit >> 3] = (whole[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return whole;
      });
      const spool = await openSpool({ directory, fileSystem, reserveBytes });
      const parts = await contents(spool, made.id);
      const wrong = [...parts].filter(([name, part]) => part !== 'rot' && part !== made.parts.get(name));
      if (wrong.length > 0) faults.push(`bit ${bit}: ${wrong.map(([name]) => name).join(', ')} altered`);
      const lost = [...made.parts.keys()].filter((name) => (parts.get(name) ?? 'rot') === 'rot');
      if (lost.length === 0) unharmed += 1;
      // One bit harms one record, and no statement is in one record alone: only a chunk's segments may be lost.
      if (parts.size > 0 && (lost.length > 1 || lost.some((name) => !name.startsWith('segments'))))
        faults.push(`bit ${bit}: ${lost.join(', ')} lost`);
      if (parts.size === 0 && spool.findings.unreadable.length === 0)
        faults.push(`bit ${bit}: the recording is gone`);
      await spool.close();
      if (faults.length > 5) break;
      if (n % 2_000 === 1_999) scale.say(`${n + 1} of ${flips.length} bits`);
    }
    const note = `${unharmed} in statements and heads, which are stored twice, or where nothing depends on them`;
    return { figure: `${flips.length} bits of ${size} bytes; ${note}`, faults };
  },
};

/** Every order of `values`. */
function* permutations<T>(values: readonly T[]): Generator<readonly T[]> {
  if (values.length === 0) yield [];
  for (const [at, value] of values.entries()) {
    const rest = [...values.slice(0, at), ...values.slice(at + 1)];
    for (const order of permutations(rest)) yield [value, ...order];
  }
}

const receipts: Row = {
  row: 17,
  what: 'receipts lost, repeated, reordered, for another camera, or naming what is not there',
  expected: 'permutations: idempotent, 0 lost, 0 accepted wrongly',
  async run() {
    const made = await recorded(true, 300);
    const partial = made.links
      .slice(0, 2)
      .map((link, index) => receiptOf(made.opening, index + 1, link.digest));
    const complete = receiptOf(made.opening, chunks, made.closing.digest, { complete: true });
    const wrong = [
      receiptOf(made.opening, chunks, made.closing.digest, { complete: true, deviceId: 'camera-2' }),
      receiptOf(made.opening, chunks, made.opening.digest, { complete: true }),
      receiptOf(made.opening, chunks, made.closing.digest, {
        complete: true,
        keyEnvelopeHash: new Uint8Array(32),
      }),
      receiptOf(made.opening, chunks, made.closing.digest, { complete: true, keyEnvelopeHash: undefined }),
      receiptOf(made.opening, chunks + 1, made.closing.digest, { complete: true }),
      receiptOf(made.opening, chunks - 1, made.closing.digest, { complete: true }),
      receiptOf(made.opening, 2, made.links[0]?.digest ?? made.opening.digest),
    ];
    const faults: string[] = [];
    let orders = 0;
    for (const bad of wrong) {
      const all = [...partial, complete, bad, ...(partial[0] === undefined ? [] : [partial[0]])];
      for (const order of permutations(all)) {
        const fileSystem = changed(made, (bytes) => bytes);
        const spool = await openSpool({ directory, fileSystem, reserveBytes });
        let finished = false;
        for (const receipt of order) {
          const outcome = await spool.acceptReceipt(receipt, true);
          if (receipt === bad && outcome === 'journaled') faults.push('a wrong receipt was journaled');
          if (receipt === complete) finished = true;
          const here = fileSystem.names.includes(made.file);
          if (here === finished) faults.push(finished ? 'not deleted' : 'deleted without a complete receipt');
        }
        await spool.close();
        orders += 1;
        if (faults.length > 5) return { figure: `${orders} orders`, faults };
      }
    }
    return { figure: `${orders} orders, ${wrong.length} kinds of wrong ones`, faults };
  },
};

const deletion: Row = {
  row: 18,
  what: 'the camera dies between receipt and deletion',
  expected: 'all boundaries: finishes cleanly, 0 lost, at most one resend',
  async run() {
    const made = await recorded(true, 300);
    const complete = receiptOf(made.opening, chunks, made.closing.digest, { complete: true });
    const accept = async (fileSystem: SimFileSystem): Promise<void> => {
      const spool = await openSpool({ directory, fileSystem, reserveBytes });
      await spool.acceptReceipt(complete, true);
      await spool.close();
    };
    const undisturbed = changed(made, (bytes) => bytes);
    await accept(undisturbed);
    const calls = undisturbed.calls.length;
    const faults: string[] = [];
    let states = 0;
    for (let call = 0; call < calls; call += 1) {
      for (let seed = 0; seed < 20; seed += 1) {
        const files = new Map(
          made.fileSystem.names.map((name) => [name, made.fileSystem.content(name) ?? new Uint8Array(0)]),
        );
        const fileSystem = SimFileSystem.holding(files, [{ call, kind: 'crash-before' }]);
        await accept(fileSystem).catch(() => {});
        const random = fromSeed(call * 100 + seed);
        const again = fileSystem.restart((operations) => operations.map(() => random.int(2) === 0));
        const spool = await openSpool({ directory, fileSystem: again, reserveBytes });
        const here = spool.recordings().length;
        const journaled = await spool.acceptReceipt(complete, true);
        if (spool.recordings().length !== 0) faults.push(`crash at ${call}: it stays`);
        if (here === 0 && journaled !== 'known') faults.push(`crash at ${call}: gone, and the receipt too`);
        if (spool.nextRecordingNumber !== 2)
          faults.push(`crash at ${call}: number ${spool.nextRecordingNumber} is next`);
        const left = again.names.filter((name) => name.includes(made.id));
        if (left.length > 0) faults.push(`crash at ${call}: ${left.join()} is left`);
        await spool.close();
        states += 1;
      }
    }
    return { figure: `${calls} boundaries, ${states} states`, faults };
  },
};

export const spoolDamageRows: readonly Row[] = [torn, rot, receipts, deletion];

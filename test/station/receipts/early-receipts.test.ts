import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { statementRecord } from '../../../evidence/records.ts';
import type { Receipt, Statement } from '../../../evidence/statements.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { markName } from '../../../station/store/places.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { Harness } from '../support/harness.ts';

const random = seeded(t);
const agency = await makeAgency(t);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const recording = await camera.record(1);
const links = [recording.chunk(100_000), recording.chunk(10), recording.close()];
const name = recording.name;

/** A disk that stops at its write number `at`, before or after what it writes is durable, until it is let go. */
function stalling(at: number, when: 'before' | 'after') {
  /** Bytes of each file that are durable, by path. */
  const durable = new Map<string, number>();
  let writes = 0;
  let reached = (): void => {};
  let go = (): void => {};
  const stalled = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const released = new Promise<void>((resolve) => {
    go = resolve;
  });
  const write = async <T>(run: () => Promise<T>, path: string, bytes: number): Promise<T> => {
    // The marks of the folders are written before anything can be receipted.
    if (path.endsWith(markName)) return run();
    const held = writes === at;
    writes += 1;
    if (held && when === 'before') {
      reached();
      await released;
    }
    const done = await run();
    if (held && when === 'after') {
      // The storage may have it, but has not said so.
      reached();
      await released;
    }
    durable.set(path, bytes);
    return done;
  };
  const sum = (parts: readonly Uint8Array[]): number => parts.reduce((all, { length }) => all + length, 0);
  const files: Files = {
    ...systemFiles,
    appendAt: (path, before, parts) =>
      write(() => systemFiles.appendAt(path, before, parts), path, (before?.bytes ?? 0) + sum(parts)),
    replace: (path, parts) => write(() => systemFiles.replace(path, parts), path, sum(parts)),
  };
  return { files, durable, stalled, go, writes: () => writes };
}

/** What a receipt promises that the disk had not promised, a sentence each. */
function early(
  receipt: Statement<'receipt'>,
  harness: Harness,
  durable: ReadonlyMap<string, number>,
): string[] {
  const holds = (path: string, bytes: Uint8Array): boolean => {
    const size = durable.get(path);
    return size !== undefined && readFileSync(path).subarray(0, size).includes(Buffer.from(bytes));
  };
  const { count, complete, keyEnvelopeHash }: Receipt = receipt.body;
  const seal = join(harness.store, 'camera-1', `${name}.seal`);
  const promised = [
    recording.opening,
    ...links.slice(0, count).flatMap(({ record, segments }) => [record, ...segments]),
    ...(complete ? links.slice(-1).map(({ record }) => record) : []),
  ];
  const itself = statementRecord(receipt.encoded);
  return [
    ...(promised.every((record) => holds(seal, record)) ? [] : ['evidence']),
    ...(keyEnvelopeHash === undefined || durable.has(join(harness.vault, 'camera-1', `${name}.keys`))
      ? []
      : ['the keys']),
    ...(holds(join(harness.store, '.receipts-journal'), itself) ? [] : ['its entry in the journal']),
    ...(holds(join(harness.store, 'camera-1', `${name}.receipts`), itself) ? [] : ['the receipt itself']),
  ].map((what) => `a receipt for ${count} came before ${what} was durable`);
}

t.test(
  'no receipt leaves before all that it promises is durable, whichever write the disk stops at',
  async (t) => {
    const messages = [
      statementRecord(camera.session.encoded),
      recording.opening,
      ...links.flatMap(({ record, segments }) => [record, ...segments]),
    ].map((record): readonly [string, Uint8Array] => [`${recording.id}/record`, record]);
    messages.splice(4, 0, [`${recording.id}/keys`, recording.parts.sealedKeys]);
    let receipts = 0;
    for (const when of ['before', 'after'] as const) {
      let at = 0;
      for (; ; at += 1) {
        const disk = stalling(at, when);
        const harness = await Harness.start(agency, await temporaryFolder(t), { files: disk.files });
        const sending = (async () => {
          for (const message of messages) await harness.send(message);
        })();
        await Promise.race([disk.stalled, sending]);
        // Whatever does not wait for the disk happens now.
        for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        for (const receipt of harness.receipts) {
          receipts += 1;
          for (const fault of early(receipt, harness, disk.durable))
            t.fail(`stopped ${when} write ${at}: ${fault}`);
        }
        disk.go();
        await sending;
        if (harness.last !== '2k complete') t.fail(`stopped ${when} write ${at}: ended with ${harness.last}`);
        if (disk.writes() <= at) break;
      }
      t.ok(at >= 15, `${at} writes`);
    }
    t.ok(receipts > 50, `${receipts} receipts were looked at`);
  },
);

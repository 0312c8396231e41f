import { join } from 'node:path';
import type { Test } from 'tap';
import { silentLog } from '../../../base/log.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { encodeRecord, recordType } from '../../../evidence/records.ts';
import type { Append } from '../../../station/intake/append.ts';
import type { FileIdentity, Files } from '../../../station/store/files.ts';
import { RecordFile } from '../../../station/store/record-file.ts';
import type { Seeded } from '../../support/seed.ts';

/** A place for files. */
export interface FilesPlace {
  /** An empty folder, which is there. */
  readonly folder: string;
  /** The files as a process sees them that has just started. */
  start(): Promise<Files>;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** The whole of a file, as text; undefined if there is none. */
export async function textOf(files: Files, path: string): Promise<string | undefined> {
  const size = await files.size(path);
  return size === undefined ? undefined : Buffer.from(await files.readAt(path, 0, size)).toString('latin1');
}

/** A record to be written. */
export function appendOfText(content: string): Append {
  const body = text(content);
  return { record: encodeRecord(recordType.statement, body), digest: sha256(body), segment: false };
}

/** What a station's files must do, wherever they are. @param steps of a random sequence. */
export async function filesContract(
  t: Test,
  make: (t: Test) => Promise<FilesPlace>,
  random: Seeded,
  steps = 120,
): Promise<void> {
  await t.test('a file grows, only by whoever knows it as it is', (t) => grows(t, make));
  await t.test('a file is cut, replaced, moved and destroyed', (t) => changes(t, make));
  await t.test('folders', (t) => folders(t, make));
  await t.test('files of records', (t) => records(t, make));
  await t.test('whatever is done, in any order, the files are what a list of bytes would be', (t) =>
    anything(t, make, random, steps),
  );
}

async function grows(t: Test, make: (t: Test) => Promise<FilesPlace>): Promise<void> {
  const { folder, start } = await make(t);
  const files = await start();
  const path = join(folder, 'a.seal');
  t.equal(await files.identify(path), undefined);
  t.equal(await files.size(path), undefined);
  await t.rejects(files.readAt(path, 0, 1));
  const first = await files.appendAt(path, undefined, [text('one'), text(' '), text('two')]);
  t.equal(first.bytes, 7);
  t.same(await files.identify(path), first);
  await t.rejects(files.appendAt(path, undefined, [text('x')]), { code: 'STORE_CHANGED' });
  const second = await files.appendAt(path, first, [text(', three')]);
  t.equal(second.id, first.id);
  t.not(second.written, first.written);
  await t.rejects(files.appendAt(path, first, [text('x')]), { code: 'STORE_CHANGED' });
  t.equal(await textOf(files, path), 'one two, three');
  t.equal(Buffer.from(await files.readAt(path, 5, 4)).toString(), 'wo, ');
  t.equal(Buffer.from(await files.readAt(path, 9, 100)).toString(), 'three', 'fewer at the end');
  t.equal((await files.readAt(path, 14, 10)).length, 0);
  const other = await start();
  const seen = await other.identify(path);
  t.same(seen, await files.identify(path), 'another process sees the same');
  await other.appendAt(path, seen, [text('!')]);
  t.equal(await textOf(files, path), 'one two, three!');
  await t.rejects(
    files.appendAt(path, second, [text('x')]),
    { code: 'STORE_CHANGED' },
    'the first process notices it',
  );
  await t.rejects(files.appendAt(join(folder, 'none'), second, [text('x')]), { code: 'STORE_CHANGED' });
}

async function changes(t: Test, make: (t: Test) => Promise<FilesPlace>): Promise<void> {
  const { folder, start } = await make(t);
  const files = await start();
  const path = join(folder, 'a.seal');
  const whole = await files.appendAt(path, undefined, [text('0123456789')]);
  await files.sync(path);
  await files.truncate(path, 4);
  const cut = await files.identify(path);
  t.equal(cut?.id, whole.id, 'it is the same file');
  t.equal(await textOf(files, path), '0123');
  await files.appendAt(path, cut, [text('abc')]);
  t.equal(await textOf(files, path), '0123abc');
  await files.truncate(path, 0);
  t.equal(await textOf(files, path), '');
  await files.appendAt(path, await files.identify(path), [text('again')]);
  t.equal(await textOf(await start(), path), 'again');
  const before = await files.identify(path);
  await files.replace(path, [text('an'), text('other')]);
  t.equal(await textOf(files, path), 'another');
  const replaced = await files.identify(path);
  t.not(replaced?.id, before?.id, 'it is another file');
  await t.rejects(files.appendAt(path, before, [text('x')]), { code: 'STORE_CHANGED' });
  await files.appendAt(path, replaced, [text('.')]);
  await files.move(path, join(folder, 'b.seal'));
  t.equal(await files.size(path), undefined);
  t.equal(await textOf(files, join(folder, 'b.seal')), 'another.');
  t.same(await files.list(folder), ['b.seal']);
  await files.appendAt(path, undefined, [text('new')]);
  t.same((await files.list(folder)).sort(), ['a.seal', 'b.seal']);
  t.equal(await files.destroy(path), true);
  t.equal(await files.destroy(path), false);
  t.equal(await files.size(path), undefined);
  await files.replace(path, [text('back')]);
  t.equal(await textOf(await start(), path), 'back');
  await files.replace(path, []);
  t.equal(await textOf(await start(), path), '');
}

async function folders(t: Test, make: (t: Test) => Promise<FilesPlace>): Promise<void> {
  const { folder, start } = await make(t);
  const files = await start();
  const inner = join(folder, 'camera-1');
  t.same(await files.list(folder), []);
  t.equal(await files.volumeOf(inner), undefined);
  await files.makeFolder(inner);
  await files.makeFolder(inner);
  t.equal(await files.volumeOf(inner), await files.volumeOf(folder));
  t.same(await files.list(inner), []);
  t.same(await files.list(join(folder, 'none')), []);
  await files.replace(join(inner, '.complete'), [text('1')]);
  await files.replace(join(inner, 'b'), [text('2')]);
  await files.replace(join(folder, '.folder-id'), [text('3')]);
  t.same((await files.list(inner)).sort(), ['.complete', 'b']);
  t.same((await files.list(folder)).sort(), ['.folder-id', 'camera-1']);
}

async function records(t: Test, make: (t: Test) => Promise<FilesPlace>): Promise<void> {
  const { folder, start } = await make(t);
  const path = join(folder, 'a.seal');
  const tools = { files: await start(), hasher: nodeHasher, log: silentLog, doubtful: new Map() };
  const read: string[] = [];
  const visit = (group: readonly { readonly body: Uint8Array }[]): void => {
    for (const { body } of group) read.push(Buffer.from(body).toString());
  };
  const file = await RecordFile.open(tools, path, visit);
  for (const one of ['one', 'two', 'three']) await file.append([appendOfText(one)]);
  await file.look();
  await file.reread();
  await RecordFile.open({ ...tools, files: await start() }, path, visit);
  t.same(read.splice(0), ['one', 'two', 'three']);
  await file.restart([appendOfText('four')]);
  await file.append([appendOfText('five')]);
  const again = await RecordFile.open({ ...tools, files: await start() }, path, visit);
  t.same(read.splice(0), ['four', 'five']);
  // A torn end, as a crash leaves it.
  const size = (await tools.files.size(path)) ?? 0;
  await tools.files.truncate(path, size - 3);
  await t.rejects(again.append([appendOfText('six')]), { code: 'STORE_CHANGED' });
  const mended = await RecordFile.open({ ...tools, files: await start() }, path, visit);
  await mended.append([appendOfText('seven')]);
  t.same(read.splice(0), ['four']);
  t.ok((await tools.files.list(folder)).some((name) => name.startsWith('a.seal.tail-')));
  await RecordFile.open({ ...tools, files: await start() }, path, visit);
  t.same(read, ['four', 'seven']);
}

/** A sequence that a seed decides, compared with a model after each step. */
async function anything(
  t: Test,
  make: (t: Test) => Promise<FilesPlace>,
  random: Seeded,
  steps: number,
): Promise<void> {
  const { folder, start } = await make(t);
  const model = new Map<string, Buffer>();
  const known = new Map<string, FileIdentity | undefined>();
  const paths = ['a', 'b'].map((name) => join(folder, name));
  let files = await start();
  for (let step = 0; step < steps; step += 1) {
    const path = random.pick(paths);
    const bytes = Buffer.from(random.bytes(1 + random.int(400)));
    const now = model.get(path);
    const what = random.pick([
      'append',
      'append',
      'append',
      'truncate',
      'replace',
      'move',
      'destroy',
      'start',
    ]);
    if (what === 'append') {
      known.set(path, await files.appendAt(path, known.get(path), [bytes.subarray(0, 7), bytes.subarray(7)]));
      model.set(path, Buffer.concat([now ?? Buffer.alloc(0), bytes]));
    } else if (what === 'truncate' && now !== undefined) {
      const length = random.int(now.length + 1);
      await files.truncate(path, length);
      model.set(path, now.subarray(0, length));
    } else if (what === 'replace') {
      await files.replace(path, [bytes]);
      model.set(path, bytes);
    } else if (what === 'move' && now !== undefined) {
      const to = paths.find((one) => one !== path) ?? '';
      if (model.has(to)) continue;
      await files.move(path, to);
      model.set(to, now);
      model.delete(path);
    } else if (what === 'destroy') {
      t.equal(await files.destroy(path), model.delete(path));
    } else if (what === 'start') files = await start();
    for (const one of paths) {
      known.set(one, await files.identify(one));
      t.equal(await textOf(files, one), model.get(one)?.toString('latin1'), `step ${step}: ${what}`);
    }
    const length = model.get(path)?.length ?? 0;
    const offset = random.int(length + 1);
    const part = length === 0 ? undefined : Buffer.from(await files.readAt(path, offset, 100));
    if (part !== undefined) t.same(part, model.get(path)?.subarray(offset, offset + 100));
  }
  t.same(
    (await files.list(folder)).sort(),
    [...model.keys()].map((path) => path.slice(folder.length + 1)).sort(),
  );
}

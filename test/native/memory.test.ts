import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { findInMemory, mappingsOf, type Sighting } from '../support/scenario/process-memory.ts';
import { be, expand, hmac384, ReferenceChain, referenceFloeKeys, seededBytes } from './support/reference.ts';

// What a process that has sealed holds in its memory, all of it: the test computes every key from shares that it made
// itself, and searches.

const holder = join(import.meta.dirname, 'support/holder.js');
const opening = new Uint8Array(32).fill(9);
const core = Buffer.from('the opening core');

/** A key as it is, and as HMAC has it in its two blocks: RFC 2104. */
function forms(name: string, key: Uint8Array): [string, Uint8Array][] {
  return [
    [name, key],
    [`${name} (inner)`, key.map((byte) => byte ^ 0x36)],
    [`${name} (outer)`, key.map((byte) => byte ^ 0x5c)],
  ];
}

const isKeyMemory = ({ mapping }: Sighting): boolean =>
  mapping.flags.includes('dd') && mapping.flags.includes('dc') && mapping.name === '';

t.test(
  'a process that seals holds the present chain key, in its key pages, and no other key anywhere',
  async (t) => {
    const shares = [seededBytes(32, 1201), seededBytes(32, 1202)];
    const file = join(t.testdir(), 'shares');
    writeFileSync(file, Buffer.concat(shares));
    const child = spawn(process.execPath, [holder, file, '2', '4'], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.teardown(() => child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { next, headers, locked } = JSON.parse((await lines.next()).value);

    // All keys there ever were, but the present chain key.
    const gone = new Map<string, Uint8Array>();
    const add = (name: string, key: Uint8Array): void => {
      for (const [form, bytes] of forms(name, key)) gone.set(form, bytes);
    };
    shares.forEach((share, role) => {
      add(`share ${role}`, share);
      add(
        `extract of share ${role}`,
        hmac384(createHash('sha256').update(core).digest(), share).subarray(0, 32),
      );
    });
    add('PRK', hmac384(createHash('sha256').update(core).digest(), ...shares).subarray(0, 32));
    const chain = new ReferenceChain(shares, core);
    for (let index = 0, chunk = 0; index < next; index += 1) {
      add(`chain key ${index}`, chain.present().subarray(0, 32));
      const { media, telemetry } = chain.step();
      add(`media key ${index}`, media);
      add(`telemetry key ${index}`, telemetry);
      if (index % 4 === 3) continue;
      [media, telemetry].forEach((key, part) => {
        const aad = Buffer.concat([opening, be(index, 8), Uint8Array.of(part)]);
        const keys = referenceFloeKeys(key, aad, Buffer.from(headers[2 * chunk + part], 'hex'));
        add(`message key ${index}.${part}`, keys.message.subarray(0, 32));
        add(`segment key ${index}.${part}`, keys.segment);
      });
      chunk += 1;
    }
    const present = new Map([['present chain key', chain.present()]]);
    t.ok(gone.size > 60, `${gone.size} patterns`);

    const sightings = findInMemory(pid, present);
    t.equal(sightings.length, 1, 'the present chain key is there, once');
    const [only] = sightings;
    t.ok(only !== undefined && isKeyMemory(only), 'in the pages that are for keys');
    const where = ({ what, mapping, address }: Sighting): string =>
      `${what} in ${mapping.name || 'anonymous'} at ${address.toString(16)}`;
    t.same(findInMemory(pid, gone).map(where), [], 'no earlier key, and no key of a sealed chunk');

    t.test(
      'these pages are in no core file, no swap and no fork',
      { skip: only === undefined && 'no pages were found' },
      async (t) => {
        const pages = mappingsOf(pid).find(({ start }) => start === only?.mapping.start);
        t.ok(pages?.flags.includes('dd'), 'dd: not dumped');
        t.ok(pages?.flags.includes('dc'), 'dc: not copied by fork');
        if (locked) t.ok(pages?.flags.includes('lo'), 'lo: locked, never swapped');
        else t.comment('RLIMIT_MEMLOCK is too low here to lock them');
        t.equal(pages?.swappedKiB, 0);
      },
    );

    child.stdin.write('erase\n');
    t.equal((await lines.next()).value, 'erased');
    t.same(
      findInMemory(pid, new Map([...present, ...gone])).map(where),
      [],
      'nothing is left after it was erased',
    );
    child.stdin.end();
    await once(child, 'exit');
  },
);

t.test('the search finds what JavaScript holds', async (t) => {
  const needle = expand(seededBytes(48, 77), Buffer.from('needle'), 32);
  const text = Buffer.from(needle.map((byte) => byte ^ 0xff)).toString('hex');
  const script = `const held = Buffer.from('${text}', 'hex').map((byte) => byte ^ 0xff);
    process.stdin.on('data', () => process.exit(held.length === 32 ? 0 : 1)); console.log('ready');`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  t.ok(findInMemory(child.pid ?? 0, new Map([['needle', needle]])).length > 0);
});

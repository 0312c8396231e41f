import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { RevocationMemory } from '../../../../agent/line/kept/revocation-memory.ts';
import { jsonLog } from '../../../../base/log.ts';
import { makeStatement } from '../../../../evidence/statements.ts';
import { testAgency } from '../../../support/recording.ts';

const { root, signer } = await testAgency();
const revokedKey = '02'.repeat(32);

function listOf(version: number, fill = 2): Uint8Array {
  const certificates = [{ keyId: new Uint8Array(32).fill(fill), fromUtcUs: 0 }];
  return makeStatement('revocation', { version, certificates, issuedUtcUs: 0 }, signer).encoded;
}

/** A camera's files; each `open` is a start of the agent. */
function camera(t: Test) {
  const at = (name: string): string => join(folder, name);
  const folder = t.testdir({});
  const lines: string[] = [];
  const log = jsonLog('agent', (line) => lines.push(JSON.parse(line).event));
  const sources = { offered: at('offered'), kept: at('kept'), seen: at('seen'), root, log };
  const open = () => RevocationMemory.open(sources);
  const damage = (...names: string[]): void => {
    for (const name of names) if (existsSync(at(name))) writeFileSync(at(name), 'noise');
  };
  return { open, at, damage, lines };
}

const lists = ['kept', 'kept.copy'];
const memories = ['seen', 'seen.copy'];

t.test('damaging any one file changes nothing: the list goes on to hold', async (t) => {
  for (const name of [...lists, ...memories]) {
    const { open, damage, lines } = camera(t);
    t.ok(await (await open()).take(listOf(3)));
    damage(name);
    const again = await open();
    t.ok(again.knowsRevoked(), name);
    t.ok(again.isRevoked(revokedKey), name);
    t.same(lines, ['revocation-list.in-force', 'kept-file.damaged'], name);
    await t.rejects(again.take(listOf(2)), { code: 'REVOCATION_ROLLBACK' }, name);
  }
});

t.test('where the list is lost no older one takes its place', async (t) => {
  const { open, damage, at, lines } = camera(t);
  t.ok((await open()).knowsRevoked(), 'an agency that has revoked nothing');
  await (await open()).take(listOf(3));
  damage(...lists);
  lines.length = 0;
  const damaged = await open();
  t.notOk(damaged.knowsRevoked());
  t.same(lines, ['kept-file.lost', 'kept-file.lost', 'revocation-list.lost']);
  await t.rejects(damaged.take(listOf(2)), { code: 'REVOCATION_ROLLBACK' });
  await t.rejects(damaged.take(listOf(3, 4)), { code: 'REVOCATIONS_CONFLICT' });
  await t.rejects(damaged.take(listOf(4).subarray(1)));
  t.notOk(damaged.knowsRevoked(), 'what is refused mends nothing');
  t.ok(await damaged.take(listOf(3)), 'the same one comes again');
  t.ok(damaged.knowsRevoked());
  t.ok(damaged.isRevoked(revokedKey));
  t.ok((await open()).knowsRevoked(), 'after the next start too');
  damage(...lists);
  writeFileSync(at('offered'), listOf(2));
  t.notOk((await open()).knowsRevoked(), 'an older one that is offered mends nothing');
  writeFileSync(at('offered'), listOf(4));
  t.ok((await open()).knowsRevoked(), 'a newer one does');
});

t.test('an older list in the place of the newest one is noticed', async (t) => {
  const { open, at } = camera(t);
  await (await open()).take(listOf(3));
  for (const name of lists) writeFileSync(at(name), listOf(2));
  const rolledBack = await open();
  t.notOk(rolledBack.knowsRevoked());
  t.ok(rolledBack.isRevoked(revokedKey), 'what it names is revoked all the same');
  await t.rejects(rolledBack.take(listOf(2)), { code: 'REVOCATION_ROLLBACK' });
  for (const name of lists) rmSync(at(name));
  t.notOk((await open()).knowsRevoked(), 'nor may it be removed');
});

t.test('a list without a memory of its version is the memory, as of an older release', async (t) => {
  const { open, at, damage } = camera(t);
  await (await open()).take(listOf(3));
  const seen = readFileSync(at('seen'), 'utf8');
  for (const names of [memories.slice(0), [...memories, 'kept.copy']]) {
    for (const name of names) rmSync(at(name));
    t.ok((await open()).knowsRevoked());
    t.equal(readFileSync(at('seen'), 'utf8'), seen);
  }
  damage(...memories);
  const known = await open();
  t.ok(known.knowsRevoked());
  await t.rejects(known.take(listOf(2)), { code: 'REVOCATION_ROLLBACK' });
});

t.test('with nothing left to compare with, no list is taken', async (t) => {
  const { open, damage, at } = camera(t);
  await (await open()).take(listOf(3));
  damage(...lists, ...memories);
  const lost = await open();
  t.notOk(lost.knowsRevoked());
  await t.rejects(lost.take(listOf(9)), { code: 'REVOCATION_UNCERTAIN' });
  for (const name of memories) rmSync(at(name));
  await t.rejects(
    (await open()).take(listOf(9)),
    { code: 'REVOCATION_UNCERTAIN' },
    'the list says that there was one',
  );
  for (const name of lists) rmSync(at(name));
  t.ok(await (await open()).take(listOf(9)), 'a camera that was provisioned again');
});

t.test('a list that came just before the agent was killed counts', async (t) => {
  const { open, at } = camera(t);
  await (await open()).take(listOf(3));
  // The list is durable before the memory of its version.
  writeFileSync(at('kept.copy'), listOf(4));
  const again = await open();
  t.equal(again.version, 4);
  t.ok(again.knowsRevoked());
  await t.rejects(again.take(listOf(3)), { code: 'REVOCATION_ROLLBACK' });
});

t.test('a list that cannot be kept is obeyed, and kept when it comes again', async (t) => {
  for (const files of [lists, memories]) {
    const { open, at, lines } = camera(t);
    const keys = await open();
    t.ok(await keys.take(listOf(3)));
    const blocked = files.map((name) => at(name));
    for (const path of blocked) {
      rmSync(path);
      mkdirSync(join(path, 'in the way'), { recursive: true });
    }
    t.ok(await keys.take(listOf(4, 5)), 'it is in force');
    t.same(lines.filter((one) => one === 'revocation-list.not-kept').length, 1);
    t.ok(keys.isRevoked('05'.repeat(32)), 'it is obeyed');
    for (const path of blocked) rmSync(path, { recursive: true });
    t.notOk(await keys.take(listOf(4, 5)), 'it is not new');
    const again = await open();
    t.same([again.version, again.knowsRevoked()], [4, true]);
  }
});

t.test('what an uncertain camera says leads out of it', async (t) => {
  const { open, damage, at } = camera(t);
  await (await open()).take(listOf(3));
  damage(...lists, ...memories);
  const { message = '' } = (await (await open()).take(listOf(9)).catch((error: Error) => error)) as Error;
  const named = [...lists, ...memories].filter((name) => message.includes(`${at(name)},`));
  t.equal(named.length, 4, message);
  t.match(message, `put the newest list at ${at('offered')}`);
  writeFileSync(at('offered'), listOf(9));
  for (const name of named) rmSync(at(name));
  t.match(await open(), { version: 9 });
  t.ok((await open()).knowsRevoked());
});

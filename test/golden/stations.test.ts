import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { obeyedPart } from '../../agent/recorder/policy.ts';
import { readPolicy } from '../../evidence/policy.ts';
import { readRoot } from '../../evidence/root.ts';
import { encodeBody } from '../../evidence/statements.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { sealcam } from '../support/sealcam.ts';

// A policy that says how many stations hold a recording, and which, made when the format got these fields: it stays readable
// for ever. Next to it what the root must not sign, which both verifiers refuse.

const folder = resolve(import.meta.dirname, '../../../test/golden/stations');
const at = (name: string): string => join(folder, name);
const root = readRoot(readFileSync(at('root.crt')));
const read = (name: string) => readPolicy(new Uint8Array(readFileSync(at(name))), root);
const policy = read('policy.dsse');

/** Each, and what is wrong with it. */
const attacks = {
  'out-of-order.dsse': ['POLICY_INVALID', /"stations" in another order/],
  'twice.dsse': ['POLICY_INVALID', /"stations" in another order/],
  'more-than-named.dsse': ['POLICY_INVALID', /needs 3 stations, and names 2/],
  'too-many-needed.dsse': ['EVIDENCE_MALFORMED', /stationsNeeded/],
  'not-an-id.dsse': ['EVIDENCE_MALFORMED', /stations/],
} as const;

t.test('the policy is read, obeyed and compared', async (t) => {
  t.match(policy.body, { stationsNeeded: 2, stations: ['station-1', 'station-2'] });
  t.same(obeyedPart(policy).holding, { stationsNeeded: 2, stations: ['station-1', 'station-2'] });
  const trust = ['--trust', at('root.crt'), '--policy', at('policy.dsse')];
  const { code, out } = await sealcam('verify', at('held.seal'), ...trust);
  t.equal(code, 0);
  t.match(out, /under the signed policy lab, version 1/);
});

t.test('a policy without the fields has the bytes that it always had', async (t) => {
  const plain = { ...policy.body, stationsNeeded: 0, stations: [] };
  const [with2, without] = [encodeBody('policy', policy.body), encodeBody('policy', plain)];
  t.same(with2.subarray(0, without.length), without);
  // Field 19 as a varint, 20 twice as a text: tags of two bytes.
  const text = (id: string): number[] => [0xa2, 0x01, id.length, ...Buffer.from(id)];
  t.same([...with2.subarray(without.length)], [0x98, 0x01, 2, ...text('station-1'), ...text('station-2')]);
});

t.test('what the root must not sign is refused', async (t) => {
  for (const [name, [code, message]] of Object.entries(attacks))
    t.throws(() => read(name), { code, message }, name);
});

t.test('the second implementation does the same', { skip: pythonMissing }, async (t) => {
  const second = new SecondImplementation(t);
  const judged = (name: string) =>
    second.ask({ root: at('root.crt'), files: [at('held.seal')], policies: [at(name)] });
  t.equal((await judged('policy.dsse')).exitCode, 0);
  for (const name of Object.keys(attacks)) t.equal((await judged(name)).exitCode, 1, name);
});

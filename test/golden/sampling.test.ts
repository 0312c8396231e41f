import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { obeyedPart } from '../../agent/recorder/policy.ts';
import { readPolicy } from '../../evidence/policy.ts';
import { readRoot } from '../../evidence/root.ts';
import { encodeBody, makeStatement } from '../../evidence/statements.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { testAgency } from '../support/recording.ts';
import { sealcam } from '../support/sealcam.ts';

// A policy that says how often readings are kept, made when the format got these fields: it stays readable for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden/sampling');
const at = (name: string): string => join(folder, name);
const root = readRoot(readFileSync(at('root.crt')));
const policy = readPolicy(new Uint8Array(readFileSync(at('policy.dsse'))), root);

t.test('the policy is read, obeyed and compared', async (t) => {
  t.match(policy.body, { positionEveryS: 10, readingsEveryS: 60 });
  t.same(obeyedPart(policy).sampling, { positionUs: 10_000_000, readingsUs: 60_000_000 });
  const trust = ['--trust', at('root.crt'), '--policy', at('policy.dsse')];
  const { code, out } = await sealcam('verify', at('sampled.seal'), ...trust);
  t.equal(code, 0);
  t.match(out, /under the signed policy lab, version 1/);
});

t.test('a policy without the fields has the bytes that it always had', async (t) => {
  const plain = { ...policy.body, positionEveryS: 0, readingsEveryS: 0 };
  const [with2, without] = [encodeBody('policy', policy.body), encodeBody('policy', plain)];
  t.same(with2.subarray(0, without.length), without);
  // Fields 17 and 18 as varints: tags of two bytes.
  t.same([...with2.subarray(without.length)], [0x88, 0x01, 10, 0x90, 0x01, 60]);
  const { signer, authority } = await testAgency();
  const more = makeStatement('policy', { ...plain, positionEveryS: 3_601 }, signer).encoded;
  const own = readRoot(Buffer.from(authority.certificatePem));
  t.throws(() => readPolicy(more, own), { code: 'EVIDENCE_MALFORMED' }, 'beyond its bound');
});

t.test('the second implementation reads it the same way', { skip: pythonMissing }, async (t) => {
  const answer = await new SecondImplementation(t).ask({ root: at('root.crt'), files: [at('sampled.seal')] });
  t.equal(answer.exitCode, 0);
});

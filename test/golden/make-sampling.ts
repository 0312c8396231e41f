/**
 * Makes the golden policy that says how often readings are kept: `node dist/test/golden/make-sampling.js`. It overwrites
 * what is committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { policyOf, readProfile, withField } from '../../agency/policy-draft.ts';
import { makeStatement } from '../../evidence/statements.ts';
import { fileOfNames, testAgency, testRecording, testSession } from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/sampling');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
write('root.crt', agency.authority.certificatePem);
let draft = withField(await readProfile('lab'), 'position-every-s', '10', 'golden');
draft = withField(draft, 'readings-every-s', '60', 'golden');
const policy = makeStatement('policy', policyOf(draft, 1), agency.signer);
write('policy.dsse', policy.encoded);
const session = testSession(await agency.device('golden-camera'));
const core = { policy: 'lab', policyVersion: 1, policyDigest: policy.digest };
write('sampled.seal', fileOfNames(testRecording({ session, links: [new Uint8Array(100)], core })));

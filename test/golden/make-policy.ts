/**
 * Makes the golden recordings under a signed policy: `node dist/test/golden/make-policy.js`. It overwrites what is
 * committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { policyOf, readProfile, withField } from '../../agency/policy-draft.ts';
import { makeStatement } from '../../evidence/statements.ts';
import { fileOfNames, previousOf, testAgency, testRecording, testSession } from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/policy');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
write('root.crt', agency.authority.certificatePem);
const lab = await readProfile('lab');
const one = makeStatement('policy', policyOf(lab, 1), agency.signer);
const two = makeStatement('policy', policyOf(withField(lab, 'run-on-s', '10', 'golden'), 2), agency.signer);
write('policy-1.dsse', one.encoded);
write('policy-2.dsse', two.encoded);

// A camera that had no policy, got one, and entered a dwelling under the next.
const session = testSession(await agency.device('golden-camera'));
const links = [new Uint8Array(100), new Uint8Array(200)];
const before = testRecording({ session, links });
const first = testRecording({
  ...{ session, links, number: 2, previous: previousOf(before) },
  core: { policy: 'lab', policyVersion: 1, policyDigest: one.digest },
});
const second = testRecording({
  ...{ session, links, number: 3, previous: previousOf(first), roles: ['court', 'evidence'] },
  core: { policy: 'lab', policyVersion: 2, policyDigest: two.digest },
});
// What no honest camera makes: it goes back to the first, or asks for a role that its policy does not know.
const back = testRecording({
  ...{ session, links, number: 4, previous: previousOf(second) },
  core: { policy: 'lab', policyVersion: 1, policyDigest: one.digest },
});
const strange = testRecording({
  ...{ session, links, number: 4, previous: previousOf(second), roles: ['oversight'] },
  core: { policy: 'lab', policyVersion: 2, policyDigest: two.digest },
});
write('before.seal', fileOfNames(before));
write('first.seal', fileOfNames(first));
write('second.seal', fileOfNames(second));
write('back.seal', fileOfNames(back));
write('strange.seal', fileOfNames(strange));

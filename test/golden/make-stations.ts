/**
 * Makes the golden policy that says how many stations hold a recording, and which: `node dist/test/golden/make-stations.js`.
 * It overwrites what is committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { policyOf, readProfile, withField } from '../../agency/policy-draft.ts';
import { makeStatement } from '../../evidence/statements.ts';
import { fileOfNames, testAgency, testRecording, testSession } from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/stations');
mkdirSync(folder, { recursive: true });
const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);

const agency = await testAgency();
write('root.crt', agency.authority.certificatePem);
let draft = withField(await readProfile('lab'), 'stations-needed', '2', 'golden');
draft = withField(draft, 'stations', 'station-1, station-2', 'golden');
const policy = makeStatement('policy', policyOf(draft, 1), agency.signer);
write('policy.dsse', policy.encoded);
const session = testSession(await agency.device('golden-camera'));
const core = { policy: 'lab', policyVersion: 1, policyDigest: policy.digest };
write('held.seal', fileOfNames(testRecording({ session, links: [new Uint8Array(100)], core })));
// Attacks: the root itself signed what no policy may say.
const forged = {
  'out-of-order': { stations: ['station-2', 'station-1'] },
  twice: { stations: ['station-1', 'station-1'] },
  'more-than-named': { stationsNeeded: 3 },
  'too-many-needed': { stationsNeeded: 17, stations: [] },
  'not-an-id': { stations: ['station 1', 'station-2'] },
};
for (const [name, change] of Object.entries(forged)) {
  const body = { ...policyOf(draft, 1), ...change };
  write(`${name}.dsse`, makeStatement('policy', body, agency.signer).encoded);
}

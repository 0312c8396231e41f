import { copyFile } from 'node:fs/promises';
import t from 'tap';
import { readProfile, withField } from '../../../agency/policy-draft.ts';
import { provisionRecipient, provisionRoster } from '../../../agency/provision.ts';
import { provisionPolicy } from '../../../agency/provision-policy.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { Scenario, sealed, startRecording, stopRecording, streaming } from '../../support/scenario.ts';
import { sealcam } from '../../support/sealcam.ts';

t.setTimeout(fileLimitMs);

t.test('a camera obeys its signed policy without any in its configuration', async (t) => {
  const scenario = await Scenario.begin(t);
  const agency = { folder: scenario.at('agency') };
  await provisionRecipient({ path: scenario.at('court'), label: 'Court' });
  const roster = await provisionRoster(agency, [
    { role: 'court', publicKeyFile: scenario.at('court.pub') },
    { role: 'evidence', publicKeyFile: scenario.at('recipient.pub') },
  ]);
  const draft = withField(await readProfile('lab'), 'pre-event-s', '0', 'test');
  const policy = await provisionPolicy(agency, draft);
  await copyFile(roster.path, scenario.at('camera', 'roster.dsse'));
  await copyFile(policy.path, scenario.at('camera', 'policy.dsse'));

  // No station is needed: what the camera keeps says it.
  const sim = await scenario.startSim();
  const agent = await scenario.startAgent({ policy: undefined });
  await streaming(sim);
  const first = await startRecording(sim, agent);
  await sealed(agent, first, 1);
  sim.tell({ press: 'dwelling', on: true });
  await sealed(agent, first + 1, 1);
  await stopRecording(sim, agent);
  t.same(await agent.signal('SIGTERM'), { code: 0, signal: null });

  const files = await scenario.files('spool', '.seal');
  const trust = ['--trust', scenario.at('agency/root.crt'), '--policy', policy.path];
  const { out } = await sealcam('verify', '--json', ...files, ...trust);
  t.match(JSON.parse(out).recordings, [
    { policy: 'lab', roles: ['evidence'], signedPolicy: { version: 1 }, faults: [] },
    { policy: 'lab', roles: ['court', 'evidence'], signedPolicy: { version: 1 }, faults: [] },
  ]);
});

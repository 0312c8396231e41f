import { copyFile } from 'node:fs/promises';
import t from 'tap';
import { readProfile, withField } from '../../../agency/policy-draft.ts';
import { provisionSigner, renewCamera } from '../../../agency/provision.ts';
import { provisionPolicy } from '../../../agency/provision-policy.ts';
import { commandLimits } from '../../../agent/limits.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { receipted, Scenario, sealed } from '../../support/scenario.ts';
import { type Ran, sealcam } from '../../support/sealcam.ts';

t.setTimeout(fileLimitMs);

t.test(
  'a desk starts, bookmarks and stops a recording through the broker, renews its certificate meanwhile, and reboots the camera',
  async (t) => {
    const scenario = await Scenario.begin(t);
    const agency = { folder: scenario.at('agency') };
    const allowed = 'bookmark,reboot,renew-certificate,start,stop';
    let draft = withField(await readProfile('lab'), 'pre-event-s', '0', 'test');
    for (const [field, value] of [
      ['commands', allowed],
      ['run-on-s', '0'],
      ['dwelling-mode', 'same'],
      ['dwelling-roles', 'none'],
    ] as const)
      draft = withField(draft, field, value, 'test');
    const { path } = await provisionPolicy(agency, draft);
    await copyFile(path, scenario.at('camera', 'policy.dsse'));
    await provisionSigner(agency, { id: 'desk', purpose: 'command', folder: scenario.at('desk') });
    await renewCamera(agency, { id: 'camera-1', now: new Date(Date.now() + 86_400_000) });
    scenario.issued = 'agency';
    const { agent } = await scenario.startAll({ policy: undefined });
    await agent.says('certificate.renewed');
    const broker = `mqtts://127.0.0.1:${scenario.port}`;
    const command = (...words: string[]): Promise<Ran> =>
      sealcam(
        ...['command', ...words, '--broker', broker, '--camera', 'camera-1', '--wait', '600'],
        ...['--station', scenario.at('station'), '--signer', scenario.at('desk')],
      );

    const nothing = await command('stop');
    t.match(nothing, { code: 3, out: /^camera-1 refused: it cannot be done now/ });
    t.match(await command('bitrate', '--bits', '1000000'), {
      code: 3,
      out: /the policy of the camera does not/,
    });
    t.match(await command('start'), { code: 0, out: /^camera-1 obeyed: start/ });
    const opened = await agent.says('recording.opened');
    const number = Number(opened.line.number);
    await sealed(agent, number, 2);
    const before = agent.mark;
    t.match(await command('renew-certificate'), { code: 0, out: /obeyed: renew-certificate/ });
    await agent.says('broker.connected', before);
    t.match(await command('bookmark'), {
      code: 0,
      out: /obeyed: bookmark \(recording [0-9a-f]{32}, statement \d+\)/,
    });
    const since = agent.mark;
    const stop = await command('stop', '--json');
    t.match(JSON.parse(stop.out), { came: 'answered', obeyed: true, index: Number });
    await receipted(agent, since);
    const { report, code } = await scenario.verify(...(await scenario.files('store', '.seal')));
    t.ok(code === 0 || code === 4, 'complete, perhaps with a leading gap');
    const said = report.recordings.flatMap(({ links }) => links.flatMap((link) => commandIn(link)));
    t.same(said, ['start', 'renew-certificate', 'bookmark', 'stop']);
    t.equal(report.recordings.length, 1, 'no recording was ended by that');

    t.match(await command('reboot'), { code: 0, out: /obeyed: reboot/ });
    t.same(await agent.ended(), { code: commandLimits.rebootExitCode, signal: null });
    const away = await sealcam(
      ...['command', 'start', '--broker', broker, '--camera', 'camera-1', '--wait', '1'],
      ...['--station', scenario.at('station'), '--signer', scenario.at('desk')],
    );
    t.match(away, { code: 4, out: /was not reached/ });
  },
);

function commandIn(link: object): unknown[] {
  return 'command' in link ? [(link.command as { action?: unknown }).action] : [];
}

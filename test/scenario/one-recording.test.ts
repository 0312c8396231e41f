import { copyFile, readdir, readFile } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { readProfile, withField } from '../../agency/policy-draft.ts';
import { provisionRecipient, provisionRoster, provisionSigner } from '../../agency/provision.ts';
import { provisionPolicy } from '../../agency/provision-policy.ts';
import { ffmpegMissing, ffprobeThere } from '../media/clips.ts';
import { readGpx } from '../support/evidence/gpx.ts';
import { fileLimitMs } from '../support/patience.ts';
import { runProcess } from '../support/process.ts';
import { receipted, Scenario, sealed, startRecording, stopRecording } from '../support/scenario.ts';
import { type Ran, sealcam } from '../support/sealcam.ts';

t.setTimeout(fileLimitMs);

// All that a watch may bring, in one recording and those that it is linked to: from the buttons to the map.

async function provision(scenario: Scenario): Promise<void> {
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
  await provisionSigner(agency, { id: 'desk', purpose: 'command', folder: scenario.at('desk') });
}

t.test('mute, bookmarks, GNSS loss, a command, a source that restarts, and a dwelling', async (t) => {
  const scenario = await Scenario.begin(t);
  await provision(scenario);
  const { sim, agent } = await scenario.startAll({ policy: undefined });
  const first = await startRecording(sim, agent);
  const more = async (chunks: number): Promise<void> => {
    const { line } = await agent.line('a chunk', ({ event }) => event === 'chunk.sealed', agent.mark);
    await sealed(agent, Number(line.number), Number(line.index) + chunks);
  };
  await more(1);
  sim.tell({ press: 'mute', on: true });
  await more(1);
  sim.tell({ press: 'mute', on: false });
  sim.tell({ press: 'bookmark' });
  const commanded = await sealcam(
    ...['command', 'bookmark', '--broker', `mqtts://127.0.0.1:${scenario.port}`, '--camera', 'camera-1'],
    ...['--wait', '600', '--station', scenario.at('station'), '--signer', scenario.at('desk')],
  );
  t.match(commanded, { code: 0, out: /obeyed: bookmark/ });
  sim.tell({ gnss: 'lost' });
  await more(7);
  sim.tell({ gnss: 'back' });
  await more(2);
  const since = agent.mark;
  sim.tell({ fault: 'unplug', on: true });
  await agent.says('sensor.away', since);
  sim.tell({ fault: 'unplug', on: false });
  await agent.says('sensor.back', since);
  await more(1);
  sim.tell({ press: 'dwelling', on: true });
  await sealed(agent, first + 1, 1);
  sim.tell({ press: 'dwelling', on: false });
  await sealed(agent, first + 2, 1);
  const stopped = agent.mark;
  await stopRecording(sim, agent);
  await receipted(agent, stopped);
  await scenario.spoolEmptied();

  const [outside = '', inside = '', after = ''] = await scenario.files('store', '.seal');
  const { code, report } = await scenario.verify(outside, inside, after);
  t.ok(code === 0 || code === 4, `complete, perhaps with a signed gap: ${code}`);
  t.match(
    report.recordings.map(({ verdict, completeReceipt }) => [verdict, completeReceipt]),
    [
      ['complete', true],
      ['complete', true],
      ['complete', true],
    ],
  );
  t.equal(report.recordings[0]?.links.filter(({ kind }) => kind === 'recorded-command').length, 1);

  await looksRight(t, scenario, outside);
  await needsTheCourt(t, scenario, inside);
});

function open(scenario: Scenario, file: string, out: string, ...keys: string[]): Promise<Ran> {
  const envelope = file.replace(scenario.at('store'), scenario.at('vault')).replace(/\.seal$/, '.keys');
  return sealcam(
    ...['open', file, '--keys', envelope, ...keys.flatMap((key) => ['--identity', scenario.at(key)])],
    ...['--trust', scenario.at('agency/root.crt'), '--subtitles', '-o', scenario.at(out)],
  );
}

async function looksRight(t: Test, scenario: Scenario, file: string): Promise<void> {
  const { code, out } = await open(scenario, file, 'outside.mp4', 'recipient.key');
  t.ok(code === 0 || code === 4, out);
  const read = (ending: string): Promise<string> => readFile(scenario.at(`outside.${ending}`), 'utf8');
  const tracks = readGpx(await read('gpx'));
  t.equal(tracks.length, 1, 'the clock did not leap');
  t.ok((tracks[0]?.length ?? 0) >= 2, 'the loss of GNSS splits the track');
  const captions = await read('vtt');
  for (const words of [/lamp recording$/m, /\| muted/, /\| bookmark/, /place unknown/, /UTC \(clock /])
    t.match(captions, words);
  const events = JSON.parse(await read('telemetry.json')).flatMap((line: { events?: { kind: string }[] }) =>
    (line.events ?? []).map(({ kind }) => kind),
  );
  for (const kind of ['MUTE_ON', 'MUTE_OFF', 'BOOKMARK', 'SENSOR_LOST', 'SENSOR_BACK'])
    t.ok(events.includes(`EVENT_${kind}`), kind);
  if (!ffprobeThere) {
    t.comment(ffmpegMissing);
    return;
  }
  const path = scenario.at('outside.mp4');
  const entries = 'stream=codec_type:format=duration';
  const probed = await runProcess(t, 'ffprobe', [
    '-v',
    'warning',
    '-show_entries',
    entries,
    '-of',
    'json',
    path,
  ]);
  const { streams, format } = JSON.parse(probed.stdout);
  t.same(
    streams.map((one: { codec_type: string }) => one.codec_type),
    ['video', 'audio', 'subtitle'],
  );
  t.equal(probed.stderr, '', 'without a warning');
  const texts = await runProcess(t, 'ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:s',
    '-f',
    'webvtt',
    '-',
  ]);
  const shown = (vtt: string): string[] => vtt.match(/lamp recording[a-z |]*|no picture: .*/g) ?? [];
  t.same(shown(texts.stdout), shown(captions), 'the subtitles are the captions');
  const [, minutes = '0', seconds = '0'] =
    [...captions.matchAll(/--> \d\d:(\d\d):(\d\d\.\d{3})/g)].at(-1) ?? [];
  const endS = Number(minutes) * 60 + Number(seconds);
  t.ok(
    Math.abs(endS - Number(format.duration)) < 0.1,
    `captions to ${endS} s, pictures to ${format.duration} s`,
  );
}

async function needsTheCourt(t: Test, scenario: Scenario, file: string): Promise<void> {
  const refused = await open(scenario, file, 'inside.mp4', 'recipient.key');
  t.match(refused, { code: 1, error: /role "court", which is needed to open the recording/ });
  const left = (await readdir(scenario.folder)).filter((name) => name.startsWith('inside'));
  t.same(left, [], 'nothing of the dwelling is written');
  const { code, out } = await open(scenario, file, 'inside.mp4', 'recipient.key', 'court.key');
  t.ok(code === 0 || code === 4, out);
  t.match(await readFile(scenario.at('inside.vtt'), 'utf8'), /\| dwelling/);
}

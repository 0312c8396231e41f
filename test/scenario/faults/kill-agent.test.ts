import { readdir } from 'node:fs/promises';
import t from 'tap';
import { fileLimitMs, patienceMs } from '../../support/patience.ts';
import { defaultVideo, groupPictures } from '../../support/scenario/scenario-clips.ts';
import { compareWithSource, contentOf } from '../../support/scenario/scenario-media.ts';
import {
  report,
  Scenario,
  sealcamHere,
  sealed,
  startRecording,
  stopRecording,
  streaming,
} from '../../support/scenario.ts';
import { seeded } from '../../support/seed.ts';

// SEALCAM_KILLS=200 for a release; SEALCAM_TEST_SEED repeats a run.
const kills = Number(process.env.SEALCAM_KILLS ?? 1);
/** Kills in one recording session, before the stop button is pressed. */
const killsEach = 3;
const groupMs = 1000;

t.setTimeout(fileLimitMs + kills * 30_000);
const random = seeded(t);
const source = await contentOf(defaultVideo);

// The note that outlives the agent: where no folder is named for it, in the spool.
const runtime = undefined;

t.test('SIGKILL again and again before the linked recording is opened', async (t) => {
  const scenario = await Scenario.begin(t);
  const { station, sim, agent: first } = await scenario.startAll({ runtime });
  await sealed(first, await startRecording(sim, first), 1);
  await first.signal('SIGKILL');
  // The camera is away: nothing can be opened before the next kill.
  sim.tell({ fault: 'unplug', on: true });
  const away = await scenario.startAgent({ runtime });
  await away.says('recording.resumed');
  await away.signal('SIGKILL');
  sim.tell({ fault: 'unplug', on: false });
  const last = await scenario.startAgent({ runtime });
  await sealed(last, 2, 1);
  await stopRecording(sim, last);
  await last.signal('SIGKILL');
  const idle = await scenario.startAgent({ runtime });
  await streaming(sim);
  await scenario.spoolEmptied();
  t.equal(idle.count('recording.resumed'), 0, 'what was stopped stays so');
  const { code, report: verdict } = await scenario.verify(...(await scenario.files('store', '.seal')));
  t.equal(code, 3);
  t.same(
    verdict.recordings.map(({ verdict }) => verdict),
    ['recovered', 'complete'],
  );
  t.equal(await notesIn(scenario, 'spool'), 1, 'there is one note');
  await journalsSent(scenario);
  // The last look is at a station that has ended: a file that it is writing looks torn.
  await station.signal('SIGTERM');
  const whole = await scenario.verify(scenario.at('store'));
  t.equal(whole.code, 3, 'boots that were cut off are told of, and no fault');
  t.match(
    whole.report.bootJournals?.map(({ bootCounter, verdict, conflicts }) => [
      bootCounter,
      verdict,
      conflicts,
    ]),
    [
      [1, 'cut', []],
      [2, 'cut', []],
      [3, 'cut', []],
      [4, 'open', []],
    ],
  );
  const places = ['--store', scenario.at('store'), '--vault', scenario.at('vault')];
  const inventory = await sealcamHere(['inventory', ...places, '--trust', scenario.at('agency/root.crt')]);
  t.equal(inventory.code, 3, inventory.stdout);
  t.match(inventory.stdout, /boot 3: .*; cut; .*receipted all of it/);
});

/** Waits until the camera keeps no journal but that of its present boot: the station has receipted all others. */
async function journalsSent(scenario: Scenario): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const journals = (await readdir(scenario.at('spool'))).filter((name) => name.startsWith('boot-'));
    if (journals.length === 1) return;
    if (Date.now() > deadline) throw new Error(`the camera still holds ${journals.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function notesIn(scenario: Scenario, folder: string): Promise<number> {
  return (await readdir(scenario.at(folder))).filter((name) => name.startsWith('continuation')).length;
}

for (let done = 0; done < kills; done += killsEach) {
  const times = Math.min(killsEach, kills - done);
  t.test(`SIGKILL of the agent in mid-recording, ${times} times`, (t) => killed(t, times));
}

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

async function killed(t: Test, times: number): Promise<void> {
  const scenario = await Scenario.begin(t);
  const started = await scenario.startAll();
  const { sim } = started;
  let { agent } = started;
  let number = await startRecording(sim, agent);
  t.equal(number, 1);
  for (let n = 0; n < times; n += 1) {
    await sealed(agent, number, 1 + random.int(2));
    const waitMs = random.int(groupMs);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    await agent.signal('SIGKILL');
    t.comment(`recording ${number} was killed ${waitMs} ms after a chunk`);
    agent = await scenario.startAgent();
    const { line } = await agent.says('recording.recovered');
    t.equal(line.number, number);
    const opened = await agent.says('recording.opened');
    number = Number(opened.line.number);
    t.equal(number, n + 2, 'it goes on by itself in another recording');
  }
  await sealed(agent, number, 1);
  await stopRecording(sim, agent);
  await scenario.spoolEmptied();
  t.equal(await notesIn(scenario, 'run'), 1, 'there is one note');
  t.equal(await notesIn(scenario, 'spool'), 0, 'and none in the spool');
  const { takes } = await report(sim);

  const files = await scenario.files('store', '.seal');
  t.equal(files.length, times + 1, 'the station has every recording');
  const { code, report: verdict } = await scenario.verify(...files);
  t.equal(code, 3, 'recovered');
  t.same(verdict.conflicts, []);
  t.same(verdict.absent, [], 'no number is absent');
  t.same(
    verdict.recordings.map(({ verdict, completeReceipt }) => [verdict, completeReceipt]),
    [...new Array(times).fill(['recovered', true]), ['complete', true]],
  );
  const take = takes[0]?.video;
  // A machine that is busy for long enough brings the camera to drop pictures while no agent takes them.
  const dropped = take?.dropped ?? 0;
  const spans = [];
  for (const file of files) {
    const { video, audio, differences } = await compareWithSource(
      (await scenario.open(file)).path,
      defaultVideo,
    );
    t.same(differences, [], 'what is there is what the camera saw');
    spans.push({ video, audio });
  }
  for (const [n, span] of spans.slice(1).entries()) {
    const before = spans[n];
    const { absentUsMax } = verdict.recordings[n] ?? {};
    // The camera sends again what was not yet released; what is durable is not recorded a second time.
    const missing = distance(before?.video.last, span.video.first, source.video.length);
    t.ok(
      missing === 0 || (dropped > 0 && missing > 0 && missing < dropped + groupPictures),
      `${missing} pictures missing after recording ${n + 1}, or there twice`,
    );
    const missingSound = distance(before?.audio?.last, span.audio?.first, source.audio.length);
    t.ok(missingSound === 0 || missingSound === 1 || dropped > 0, `sound packets: ${missingSound}`);
    t.ok(absentUsMax !== undefined && absentUsMax > 0, `said: up to ${absentUsMax} us`);
  }
  const recorded = spans.reduce((sum, { video }) => sum + video.samples, 0);
  const lost = (take?.captured ?? 0) - recorded;
  t.ok(
    lost >= 0 && lost < groupPictures + dropped,
    `${lost} of ${take?.captured} pictures came before the first key picture, or were among the ${dropped} dropped`,
  );
  t.equal(spans.at(-1)?.video.last, take?.last?.index, 'the last picture is there');

  const words = await sealcamHere(['verify', files[0] ?? '', '--trust', scenario.at('agency/root.crt')]);
  t.match(words.stdout, /: recovered, may be cut at \d+\n/);
  t.match(
    words.stdout,
    /closed after a crash, by a later session after \d+\.\d{3} s; up to \d+\.\d{3} s may be absent after it/,
  );
}

/** How many samples are between two of a source that is played over and over; negative where they overlap. */
function distance(last: number | undefined, first: number | undefined, samples: number): number {
  const forward = ((first ?? 0) - (last ?? 0) - 1 + samples) % samples;
  return forward > samples / 2 ? forward - samples : forward;
}

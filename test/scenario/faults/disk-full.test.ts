import t from 'tap';
import { cannotMount, SmallDisk } from '../../../scenario/processes/small-disk.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { defaultVideo, groupPictures } from '../../support/scenario/scenario-clips.ts';
import { compareWithSource } from '../../support/scenario/scenario-media.ts';
import {
  type Line,
  report,
  Scenario,
  sealed,
  startRecording,
  stopRecording,
} from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

const mebibyte = 1024 * 1024;

const cases = [
  { name: 'the disk runs low', leftBytes: 40 * mebibyte },
  { name: 'the disk is full from one moment to the next', leftBytes: 0 },
];

t.test('a disk without room: alarm, a signed gap, and recording again when there is room', async (t) => {
  const scenario = await Scenario.begin(t);
  const disk = await SmallDisk.mount(t, scenario.at('disk'));
  if (disk === undefined) {
    t.pass(`skipped: ${cannotMount}`, { skip: cannotMount });
    return;
  }
  const { sim, agent } = await scenario.startAll({ spool: 'disk/spool' });
  for (const { name, leftBytes } of cases) {
    await sealed(agent, await startRecording(sim, agent), 1);
    const full = { agent: agent.mark, sim: sim.mark };
    await disk.fill(leftBytes);
    const isFull = ({ event }: Line): boolean => event === 'storage.full' || event === 'recording.failed';
    await agent.line(name, isFull, full.agent);
    const isAlarm = ({ event, state }: Line): boolean => event === 'lamp' && state === 'alarm';
    await sim.line('the alarm lamp', isAlarm, full.sim);
    const { total } = await report(sim);
    while ((await report(sim)).total.video.captured < total.video.captured + 25);
    const since = agent.mark;
    await disk.empty();
    await agent.says('storage.freed', since);
    await agent.line('another chunk', ({ event }) => event === 'chunk.sealed', since);
    await stopRecording(sim, agent);
    await scenario.spoolEmptied('disk/spool');
  }

  const files = await scenario.files('store', '.seal');
  const { code, report: verdict } = await scenario.verify(...files);
  t.equal(code, 4, 'complete, with what is absent accounted for');
  t.ok(verdict.recordings.every(({ verdict }) => verdict === 'complete'));
  const links = verdict.recordings.flatMap(({ number, links }) => links.map((link) => ({ number, ...link })));
  const gaps = links.flatMap(({ gap }) => (gap ? [gap] : []));
  t.ok(gaps.filter(({ cause }) => cause === 'storage').length >= cases.length, 'a gap names its cause');
  for (const line of agent.lines.filter(({ event }) => event === 'chunk.sealed')) {
    const link = links.find(
      ({ number, from, to }) =>
        number === line.number && from <= Number(line.index) && to >= Number(line.index),
    );
    t.equal(link?.verdict, 'intact', `chunk ${line.index} of ${line.number}, once sealed, is there`);
  }
  let recorded = 0;
  for (const file of files) {
    recorded += (await compareWithSource((await scenario.open(file)).path, defaultVideo)).video.samples;
  }
  const { takes } = await report(sim);
  const captured = takes.reduce((sum, { video }) => sum + video.captured, 0);
  const missing = gaps.reduce((sum, { videoSamples }) => sum + videoSamples, 0);
  const before = captured - recorded - missing;
  t.ok(
    before >= 0 && before < groupPictures * cases.length,
    `${recorded} pictures recorded, ${missing} in gaps, ${before} before the first`,
  );
});

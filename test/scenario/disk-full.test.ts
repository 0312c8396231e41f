import t from 'tap';
import { cannotMount, SmallDisk } from '../../scenario/processes/small-disk.ts';
import { fileLimitMs } from '../support/patience.ts';
import { report, Scenario, sealed, startRecording, stopRecording } from '../support/scenario.ts';
import { defaultVideo } from '../support/scenario-clips.ts';
import { compareWithSource } from '../support/scenario-media.ts';

t.setTimeout(fileLimitMs);

const mebibyte = 1024 * 1024;

for (const { name, leftBytes } of [
  { name: 'the disk runs low', leftBytes: 40 * mebibyte },
  { name: 'the disk is full from one moment to the next', leftBytes: 0 },
]) {
  t.test(`${name}: alarm, a signed gap, and recording again when there is room`, async (t) => {
    const scenario = await Scenario.begin(t);
    const disk = await SmallDisk.mount(t, scenario.at('disk'));
    if (disk === undefined) {
      t.pass(`skipped: ${cannotMount}`, { skip: cannotMount });
      return;
    }
    const { sim, agent } = await scenario.startAll({ spool: 'disk/spool' });
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 1);
    await disk.fill(leftBytes);
    await agent.line('full', ({ event }) => event === 'storage.full' || event === 'recording.failed');
    await sim.line('the alarm lamp', ({ event, state }) => event === 'lamp' && state === 'alarm');
    const { total } = await report(sim);
    while ((await report(sim)).total.video.captured < total.video.captured + 25);
    await disk.empty();
    const since = agent.mark;
    await agent.says('storage.freed', since);
    await agent.line('another chunk', ({ event }) => event === 'chunk.sealed', since);
    await stopRecording(sim, agent);
    await scenario.spoolEmptied('disk/spool');

    const files = await scenario.files('store', '.seal');
    const { code, report: verdict } = await scenario.verify(t, ...files);
    t.equal(code, 4, 'complete, with what is absent accounted for');
    t.ok(verdict.recordings.every(({ verdict }) => verdict === 'complete'));
    const links = verdict.recordings.flatMap(({ number, links }) =>
      links.map((link) => ({ number, ...link })),
    );
    const gaps = links.flatMap(({ gap }) => (gap ? [gap] : []));
    t.ok(gaps.length > 0 && gaps.every(({ cause }) => cause === 'storage'), 'the gap names its cause');
    for (const line of agent.lines.filter(({ event }) => event === 'chunk.sealed')) {
      const link = links.find(
        ({ number, from, to }) =>
          number === line.number && from <= Number(line.index) && to >= Number(line.index),
      );
      t.equal(link?.verdict, 'intact', `chunk ${line.index} of ${line.number}, once sealed, is there`);
    }
    let recorded = 0;
    for (const file of files) {
      recorded += (await compareWithSource((await scenario.open(t, file)).path, defaultVideo)).video.samples;
    }
    const { takes } = await report(sim);
    const missing = gaps.reduce((sum, { videoSamples }) => sum + videoSamples, 0);
    const before = (takes[0]?.video.captured ?? 0) - recorded - missing;
    t.ok(
      before >= 0 && before < 25,
      `${recorded} pictures recorded, ${missing} in gaps, ${before} before the first`,
    );
  });
}

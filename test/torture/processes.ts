import { receipted, report, Scenario, sealed, startRecording, stopRecording } from '../support/scenario.ts';
import { fromSeed } from '../support/seed.ts';
import { type Row, type Scale, scaled } from './row.ts';

// Rows that need the real processes: agent, simulated camera, station with its broker.

/** Ends what a run has made, in the place of a test's own end. */
class Endings {
  readonly #all: (() => unknown)[] = [];

  teardown(done: () => unknown): void {
    this.#all.unshift(done);
  }

  async run(): Promise<void> {
    for (const done of this.#all) await done();
  }
}

const broker: Row = {
  row: 14,
  what: 'the station with its broker (aedes) killed while recording',
  expected: '100 SIGKILLs at random times, resent, 0 lost',
  async run(scale: Scale) {
    const random = fromSeed(scale.seed);
    const kills = scaled(100, scale);
    const endings = new Endings();
    const faults: string[] = [];
    try {
      const scenario = await Scenario.begin(endings);
      const started = await scenario.startAll();
      const { sim, agent } = started;
      let { station } = started;
      const number = await startRecording(sim, agent);
      let index = 0;
      for (let kill = 1; kill <= kills; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, random.int(2_500)));
        await station.signal('SIGKILL');
        index += 1;
        await sealed(agent, number, index);
        const since = agent.mark;
        station = await scenario.startStation();
        await agent.says('connected to the broker', since);
        if (kill % 10 === 0) scale.say(`${kill} of ${kills} kills`);
      }
      const since = agent.mark;
      await stopRecording(sim, agent);
      await receipted(agent, since);
      const { takes } = await report(sim);
      const files = await scenario.files('store', '.seal');
      const { code, report: verdict } = await scenario.verify(endings, ...files);
      const [recording, ...more] = verdict.recordings;
      const bad = recording?.links.filter((link) => link.verdict !== 'intact') ?? [];
      if (recording?.verdict !== 'complete' || more.length > 0 || bad.length > 0) {
        faults.push(`verify ends with ${code}: ${JSON.stringify(verdict).slice(0, 500)}`);
      }
      if (takes[0]?.video.dropped !== 0)
        faults.push(`the camera dropped ${takes[0]?.video.dropped} pictures`);
      const captured = takes[0]?.video.captured;
      return {
        figure: `${kills} kills, ${recording?.closing?.index} statements, ${captured} pictures captured`,
        faults,
      };
    } finally {
      await endings.run();
    }
  },
};

export const processRows: readonly Row[] = [broker];

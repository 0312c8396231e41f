import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkReport } from '../../../evidence/verify/index.ts';
import { parseScenario } from '../../../hardware-sim/scenario/scenario.ts';
import { FastRunner } from '../../../scenario/fast/fast-runner.ts';
import type { Observations } from '../../../scenario/observations.ts';
import { fromSeed, type Seeded } from '../../support/seed.ts';
import { type Row, scaled } from '../row.ts';

const decadeS = 10 * 366 * 86_400;
const jumpsPerRun = 6;

/** A recording in which the camera's wall clock jumps; half of them begin in 1970. */
function jumping(random: Seeded): string {
  const jumps = Array.from({ length: jumpsPerRun }, (_, n) => {
    const to = random.pick([
      decadeS,
      -decadeS,
      -3_600,
      7,
      -2,
      '"1970-01-01T00:00:00Z"',
      '"2099-02-28T23:59:59Z"',
    ]);
    return `  - { at: ${(3 + 2 * n + random.fraction()).toFixed(3)}, agentClock: ${to} }`;
  });
  return [
    'title: A clock that jumps',
    ...(random.fraction() < 0.5 ? ['setup: { agentClock: "1970-01-01T00:00:30Z" }'] : []),
    'steps:',
    '  - { at: 1.6, press: start }',
    ...jumps,
    `  - { at: ${4 + 2 * jumpsPerRun}, press: stop }`,
  ].join('\n');
}

/** What is not as it would be with a clock that goes right. */
function faultsOf({ report, pictures, undelivered }: Observations): string[] {
  const [recording, ...more] = report?.recordings ?? [];
  const links = recording?.links ?? [];
  const backward = links.filter(({ claimed }, n) => uptimeUs(links[n - 1]) > (claimed?.start.uptimeUs ?? 0));
  const { captured = 0, opened = 0, inGaps = 0, before = 0, faults = ['no pictures'] } = pictures ?? {};
  return [
    ...(recording?.verdict === 'complete' && more.length === 0 ? [] : [`it is ${recording?.verdict}`]),
    ...(links.every(({ verdict }) => verdict === 'intact') ? [] : ['a statement is not intact']),
    ...(backward.length === 0 ? [] : ['uptimes go back']),
    ...(captured === opened + inGaps + before ? [] : [`${captured} pictures captured, ${opened} opened`]),
    ...(undelivered === 0 ? [] : ['the station does not have it']),
    ...faults,
  ];
}

function uptimeUs(link: LinkReport | undefined): number {
  return link?.claimed?.start.uptimeUs ?? 0;
}

const clocks: Row = {
  row: 20,
  what: 'the wall clock jumps by ten years either way, back, or shows 1970 at boot',
  expected: `${50 * jumpsPerRun} jumps while recording: nothing lost, in the order of uptime, the clock's state recorded`,
  async run(scale) {
    const random = fromSeed(scale.seed);
    const folder = await mkdtemp(join(tmpdir(), 'sealcam-clocks-'));
    const faults: string[] = [];
    const states = new Map<string, number>();
    const runs = scaled(50, scale);
    let pictures = 0;
    try {
      const runner = new FastRunner({ folder });
      for (let n = 0; n < runs; n += 1) {
        const seed = random.int(2 ** 32);
        const text = jumping(fromSeed(seed));
        const { observed } = await runner.run(parseScenario(text, 'jumps.yaml'), seed, () => {});
        faults.push(...faultsOf(observed).map((fault) => `${fault}, in\n${text}`));
        for (const { claimed } of observed.report?.recordings[0]?.links ?? []) {
          const state = claimed?.start.clockState ?? 'none';
          states.set(state, (states.get(state) ?? 0) + 1);
        }
        pictures += observed.pictures?.opened ?? 0;
        if ((n + 1) % 10 === 0) scale.say(`${n + 1} of ${runs} recordings`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const said = [...states].map(([state, count]) => `${state} ${count}`).join(', ');
    return {
      figure: `${runs * jumpsPerRun} jumps in ${runs} recordings, ${pictures} pictures; states: ${said}`,
      faults,
    };
  },
};

export const clockRows: readonly Row[] = [clocks];

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { ofSample, sweepLimitMs } from '../../../support/full.ts';
import { seeded } from '../../../support/seed.ts';
import { type After, type Sweep, type Swept, scripts, unaccountedIn } from './owed-story.ts';
import type { SweepRequest } from './owed-worker.ts';

// Whatever ends the agent, at any moment around a recording's beginning and end: what the sensor was told to forget is
// in a recording, or in a signed gap. All ends are played with SEALCAM_TORTURE=1, else a seeded sample.

t.setTimeout(sweepLimitMs);

// The first take is stated already, the second only owed: it begins with its press, which the sensor sends again after
// the pictures of the first.
t.test('no recording begins with pictures from before its press', async (t) => {
  const never = { call: Number.MAX_SAFE_INTEGER };
  const script = scripts.severalTakes;
  for (const next of ['ready', 'hang', 'fail'] as const) {
    for (const turns of [1, 20]) {
      const given = { script, keys: 'hang', next, end: never, after: 'kill', turns } as const;
      t.same((await unaccountedIn(t.testdir(), given)).faults, [], `keys then ${next}, ${turns} turns`);
    }
  }
});

t.test('a recording that goes on gets another name than one that was cut short empty', async (t) => {
  const script = scripts.severalTakes;
  for (let call = 90; call < 105; call += 1) {
    const given = { script, keys: 'ready', next: 'hang', after: 'kill', turns: 1 } as const;
    t.same((await unaccountedIn(t.testdir(), { ...given, end: { call } })).faults, [], `call ${call}`);
  }
});

const afters: readonly After[] = ['kill', 'power cut, nothing unsynced is left', 'power cut, all is left'];

t.test('every end is accounted for', async (t) => {
  const random = seeded(t);
  const folder = t.testdir();
  const requests = (Object.keys(scripts) as (keyof typeof scripts)[]).flatMap((script) =>
    (['ready', 'hang', 'fail'] as const).flatMap((keys) =>
      afters.map((after): SweepRequest => {
        return {
          sweep: { script, keys, after },
          folder,
          every: ofSample(60, 20, 1),
          seed: random.int(2 ** 32),
        };
      }),
    ),
  );
  await Promise.all([worked(t, requests), worked(t, requests)]);
});

/** Has a worker do what `requests` still holds, one after another. */
async function worked(t: Test, requests: SweepRequest[]): Promise<void> {
  const worker = new Worker(new URL('./owed-worker.js', import.meta.url));
  try {
    for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
      const answer = once(worker, 'message');
      worker.postMessage(request);
      const [{ states, faults }] = (await answer) as [Swept];
      t.same(faults, [], `${nameOf(request.sweep)}: ${states} ends`);
      t.ok(states > ofSample(0, 1, 100), 'and there were enough of them');
    }
  } finally {
    await worker.terminate();
  }
}

function nameOf({ script, keys, after }: Sweep): string {
  return `${script}, keys ${keys}, ${after}`;
}

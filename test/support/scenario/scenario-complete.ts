import type t from 'tap';
import type { SimReport } from '../../../hardware-sim/events.ts';
import { isComplete, type Scenario } from '../scenario.ts';
import { defaultVideo } from './scenario-clips.ts';
import { compareWithSource } from './scenario-media.ts';

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

/** All that the camera saw is at the station, a complete recording for each take, and nothing is left on the camera. */
export async function completeTakes(t: Test, scenario: Scenario, takes: SimReport['takes']): Promise<void> {
  const files = await scenario.files('store', '.seal');
  t.equal(files.length, takes.length, 'a recording for each take');
  const verdict = await scenario.verify(...files);
  t.ok(isComplete(verdict), 'complete, and nothing was altered');
  for (const [n, { recordingId, completeReceipt }] of verdict.report.recordings.entries()) {
    t.equal(completeReceipt, true);
    const file = files.find((path) => path.includes(recordingId)) ?? '';
    const { video, differences } = await compareWithSource((await scenario.open(file)).path, defaultVideo);
    t.same(differences, []);
    t.equal(video.last, takes[n]?.video.last?.index, 'to the last picture');
  }
  await scenario.spoolEmptied();
}

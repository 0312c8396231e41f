import type t from 'tap';
import { isComplete, type Scenario } from './scenario.ts';
import { defaultVideo } from './scenario-clips.ts';
import { compareWithSource } from './scenario-media.ts';

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

/** All that the camera saw is in the station's one recording, complete, and nothing is left on the camera. */
export async function oneComplete(t: Test, scenario: Scenario, last: number | undefined): Promise<void> {
  const files = await scenario.files('store', '.seal');
  t.equal(files.length, 1, 'one recording');
  const verdict = await scenario.verify(t, ...files);
  t.ok(isComplete(verdict), 'complete, and nothing was altered');
  t.equal(verdict.report.recordings[0]?.completeReceipt, true);
  const opened = await scenario.open(t, files[0] ?? '');
  const { video, differences } = await compareWithSource(opened.path, defaultVideo);
  t.same(differences, []);
  t.equal(video.last, last, 'to the last picture');
  await scenario.spoolEmptied();
}

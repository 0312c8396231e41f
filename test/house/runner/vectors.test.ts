import { join } from 'node:path';
import t from 'tap';
import { runProcess } from '../../support/process.ts';

const root = join(import.meta.dirname, '../../../..');

t.test('CI must try the published vectors, unless it says that they cannot be had', async (t) => {
  const { vectorsRequired } = await import(join(root, 'scripts/house/vectors.mjs'));
  t.equal(vectorsRequired({}), false, 'a developer need not have them');
  t.equal(vectorsRequired({ CI: 'true' }), true);
  t.equal(vectorsRequired({ CI: '1', SEALCAM_SHARED: '/somewhere' }), true);
  t.equal(vectorsRequired({ CI: 'true', SEALCAM_SHARED: 'none' }), false);
});

t.test("the C core's tests fail in CI where its vectors are not found", async (t) => {
  const SEALCAM_SHARED = t.testdir({ vectors: { hpke: {} } });
  const { code, stdout } = await runProcess(t, process.execPath, [join(root, 'scripts/check-native.mjs')], {
    env: { CI: 'true', SEALCAM_SHARED },
  });
  t.equal(code, 1);
  t.match(stdout, /^FAILED the FLOE vectors are not in .*: name their folder in SEALCAM_SHARED/m);
});

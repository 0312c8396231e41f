import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { encodeTelemetry } from '../../agent/recorder/telemetry.ts';
import { readRoot } from '../../evidence/root.ts';
import { verifyEvidence } from '../../evidence/verify/index.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { picture } from '../support/evidence/verdict.ts';
import { memorySource } from '../support/recording.ts';
import { bookmarked } from './bookmarked.ts';

// Bookmarks of a category, made when the format got them: they stay readable for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden/bookmarks');
const at = (name: string): string => join(folder, name);

t.test('bookmarks that a desk ordered', async (t) => {
  const root = readRoot(readFileSync(at('root.crt')));
  const { report } = await verifyEvidence(
    [memorySource(readFileSync(at('ordered.seal')), 'ordered.seal')],
    root,
  );
  t.equal(picture(report), '1 complete iii, exit 0');
  t.same(
    report.recordings[0]?.links.map(({ command }) => command),
    [
      { action: 'bookmark', obeyed: true },
      { action: 'bookmark', obeyed: true },
      { action: 'bookmark', obeyed: false, refusal: 'impossible' },
    ],
  );
});

t.test('bookmarks that were pressed, and a storage that was nearly full', async (t) => {
  const bytes = Buffer.from(readFileSync(at('telemetry.hex'), 'utf8').trim(), 'hex');
  const { events } = sealcam.telemetry.ChunkTelemetry.decode(bytes);
  t.same(
    events.map(({ kind, category }) => [kind, category]),
    [
      [3, 0],
      [3, 99],
      [21, 0],
      [22, 0],
    ],
  );
  t.same(Buffer.from(encodeTelemetry(...bookmarked)), bytes, 'a camera writes the same today');
});

t.test('the second implementation reads them the same way', { skip: pythonMissing }, async (t) => {
  const second = new SecondImplementation(t);
  const answer = await second.ask({ root: at('root.crt'), files: [at('ordered.seal')] });
  t.equal(answer.exitCode, 0);
});

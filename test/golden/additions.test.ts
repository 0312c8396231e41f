import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { readRoot } from '../../evidence/root.ts';
import { exitCode, verifyEvidence } from '../../evidence/verify/index.ts';
import { picture } from '../support/evidence/verdict.ts';
import { memorySource } from '../support/recording.ts';

// Recordings with each of the fields that format 1 gained, made when it did: their verdicts stay for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden/additions');
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const root = readRoot(read('root.crt'));

const cases: [string, readonly string[], string][] = [
  ['the first chain', ['chain-first.seal'], '1 complete ii, exit 0'],
  ['a later chain alone', ['chain-second.seal'], '1 complete ii, exit 0'],
  [
    'two chains of one camera',
    ['chain-first.seal', 'chain-second.seal'],
    '1 complete ii, 1 complete ii, exit 3',
  ],
  ['a refused gap, of at least so much', ['refused.seal'], '1 complete g, exit 4'],
  ['a loss', ['lost.seal'], '1 complete li, exit 4'],
  ['a loss that a receipt rests on', ['lost.seal', 'lost-rested-on.receipts'], '1 complete li, exit 4'],
  ['a loss of what a station holds', ['lost.seal', 'lost-held.receipts'], '1 complete xi, exit 5'],
];

t.test('the verdict of each addition to the format', async (t) => {
  for (const [name, files, verdict] of cases) {
    const { report } = await verifyEvidence(
      files.map((file) => memorySource(read(file), file)),
      root,
    );
    t.equal(picture(report), verdict, name);
    if (name === 'two chains of one camera') {
      t.same(report.chains, [{ deviceId: 'golden-camera', chains: ['c4'.repeat(16), 'first'] }]);
      t.match(report.warnings, [/^golden-camera has 2 chains of recordings here.*cannot be known$/]);
    }
    if (name === 'a later chain alone') t.match(report.warnings, [/only a later chain of recordings/]);
    if (name.startsWith('a refused gap')) {
      t.match(report.recordings[0]?.links[0]?.gap, { cause: 'refused', videoSamples: 40, atLeast: true });
    }
    t.equal(exitCode(report), Number(verdict.slice(-1)), name);
  }
});

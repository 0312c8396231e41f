import t from 'tap';
import { emptyTally, lasted } from '../../../agent/spool/recordings/recording.ts';
import type { Moment } from '../../../evidence/statements.ts';

const at = (seconds: number, epoch = 1): Moment => ({
  epoch: new Uint8Array(16).fill(epoch),
  uptimeUs: seconds * 1e6,
  utcUs: 0,
  clockState: 'unknown',
  errorUs: 0,
});

t.test(
  'chunks that overlap a little do not make a long recording longer than the time that passed',
  async (t) => {
    // Four hours of chunks of a second, each of which goes on for 8 ms while the next one begins.
    const tally = { ...emptyTally, chunks: 14_400, chunksUs: 14_400 * 1_008_000, end: at(14_400) };
    t.equal(lasted(tally, at(0)).durationUs, 14_400e6);
  },
);

t.test('time that is in no chunk and no gap is not claimed', async (t) => {
  const tally = { ...emptyTally, chunksUs: 3e6, gapsUs: 2e6, end: at(6) };
  t.match(lasted(tally, at(0)), { durationUs: 5e6, end: { uptimeUs: 6e6 } });
});

t.test('what was begun in an earlier run of the clock lasted as long as its chunks and gaps', async (t) => {
  const tally = { ...emptyTally, gapsUs: 2e6, end: at(6, 2) };
  t.equal(lasted(tally, at(100)).durationUs, 2e6);
});

t.test('a recording without any lasted no time', async (t) => {
  t.match(lasted(emptyTally, at(3)), { durationUs: 0, end: { uptimeUs: 3e6 } });
});

import t from 'tap';
import { Credit } from '../../../agent/sensor/link/credit.ts';
import { linkLimits } from '../../../proto/link/limits.ts';

/** Four events of 10 bytes, with numbers 1 to 4 and ordinals 0 to 3. */
function four(): Credit {
  const credit = new Credit(40);
  for (let n = 0; n < 4; n += 1) {
    credit.take(n + 1, 10);
    credit.handedOn(n);
    credit.settle(n + 2, false);
  }
  return credit;
}

t.test('the oldest events are released until the rest is small enough, and no more of them', (t) => {
  for (const [bytes, released] of [
    [40, 1],
    [39, 2],
    [30, 2],
    [29, 3],
    [0, 5],
  ] as const) {
    const credit = four();
    credit.releaseBeyond(bytes);
    t.equal(credit.acknowledgement(5).released, released, `${bytes} bytes`);
  }
  t.end();
});

t.test('what a former run of the sensor sent is older than what the present one did', (t) => {
  const credit = four();
  credit.restart(1, linkLimits.sensorBufferBytes);
  t.notOk(credit.covers(1));
  credit.releaseBeyond(20);
  t.ok(credit.covers(20));
  t.notOk(credit.covers(21));
  t.end();
});

t.test('a sample that is still coming is never released', (t) => {
  const credit = new Credit(40);
  credit.take(1, 30);
  credit.releaseBeyond(10);
  t.equal(credit.acknowledgement(2).released, 1);
  t.notOk(credit.covers(11));
  t.end();
});

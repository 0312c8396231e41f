import t from 'tap';
import { Lease, ReadBuffers } from '../../../agent/uplink/read-buffers.ts';

const mebibyte = 1024 * 1024;

t.test('memory is used again once the last who looks at it is done, and not before', (t) => {
  const buffers = new ReadBuffers(8 * mebibyte);
  const lease = new Lease(buffers);
  const first = lease.take(mebibyte);
  t.ok(first.length >= mebibyte);
  lease.use();
  lease.done();
  const second = new Lease(buffers).take(mebibyte);
  t.not(second, first, 'a message of it is still on its way');
  lease.done();
  t.equal(new Lease(buffers).take(mebibyte - 5), first);
  t.throws(() => lease.done(), RangeError);
  t.end();
});

t.test('it takes the smallest that fits, and keeps no more than it may', (t) => {
  const buffers = new ReadBuffers(3 * mebibyte);
  const [small, large] = [buffers.take(mebibyte), buffers.take(2 * mebibyte)];
  buffers.giveBack(large);
  buffers.giveBack(small);
  t.equal(buffers.take(10), small);
  t.equal(buffers.take(2 * mebibyte), large);
  t.not(buffers.take(2 * mebibyte), large);
  buffers.giveBack(large);
  const huge = buffers.take(4 * mebibyte);
  buffers.giveBack(huge);
  t.not(buffers.take(4 * mebibyte), huge, 'more than it keeps is let go');
  t.end();
});

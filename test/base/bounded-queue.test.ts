import t from 'tap';
import { BoundedQueue } from '../../base/bounded-queue.ts';
import { SealcamError } from '../../base/errors.ts';
import { seeded } from '../support/seed.ts';

/** Whether `promise` has settled once all that can run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

t.test('gives items out in the order they came', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 100, itemsMax: 10 });
  for (const item of ['a', 'b', 'c']) t.equal(queue.push(item, 1), true);
  t.equal(queue.bytes, 3);
  t.equal(queue.items, 3);
  t.same([await queue.take(), await queue.take(), await queue.take()], ['a', 'b', 'c']);
  t.equal(queue.bytes, 0);
  t.equal(queue.items, 0);
});

t.test('push says no, and takes nothing, beyond the bytes or the items', async (t) => {
  const byBytes = new BoundedQueue<string>({ bytesMax: 10, itemsMax: 10 });
  t.equal(byBytes.push('a', 6), true);
  t.equal(byBytes.push('b', 5), false);
  t.equal(byBytes.push('c', 4), true, 'exactly full');
  t.equal(byBytes.bytes, 10);
  t.equal(byBytes.push('d', 0), true, 'an item of no bytes still fits');
  const byItems = new BoundedQueue<string>({ bytesMax: 10, itemsMax: 2 });
  t.same([byItems.push('a', 1), byItems.push('b', 1), byItems.push('c', 1)], [true, true, false]);
  t.equal(byItems.items, 2);
});

t.test('put waits until there is room, and those that wait enter in order', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 10, itemsMax: 10 });
  await queue.put('a', 10);
  const large = queue.put('b', 8);
  const small = queue.put('c', 1);
  t.equal(await isSettled(large), false);
  t.equal(await isSettled(small), false, 'one that would fit does not overtake');
  t.equal(queue.push('d', 0), false, 'nor does a push');
  t.equal(await queue.take(), 'a');
  t.equal(await isSettled(large), true);
  t.equal(await isSettled(small), true);
  t.same([await queue.take(), await queue.take()], ['b', 'c']);
});

t.test('take waits for an item, and those that wait are served in order', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 10, itemsMax: 10 });
  const first = queue.take();
  const second = queue.take();
  t.equal(await isSettled(first), false);
  queue.push('a', 10);
  t.equal(queue.bytes, 0, 'what is taken at once takes up no room');
  queue.push('b', 10);
  t.equal(await first, 'a');
  t.equal(await second, 'b');
});

t.test('refuses at once what could never fit', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 10, itemsMax: 10 });
  t.throws(() => queue.push('a', 11), { code: 'QUEUE_ITEM_TOO_LARGE' });
  await t.rejects(queue.put('a', 11), { code: 'QUEUE_ITEM_TOO_LARGE' });
  t.throws(() => queue.push('a', -1), RangeError);
  t.throws(() => queue.push('a', 0.5), RangeError);
});

t.test('after close gives out what is inside, then ends', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 2, itemsMax: 2 });
  queue.push('a', 1);
  queue.push('b', 1);
  const waiting = queue.put('c', 1);
  queue.close();
  queue.close();
  await t.rejects(waiting, { code: 'QUEUE_CLOSED' });
  t.throws(() => queue.push('d', 1), { code: 'QUEUE_CLOSED' });
  const seen: string[] = [];
  for await (const item of queue) seen.push(item);
  t.same(seen, ['a', 'b']);
  t.equal(await queue.take(), undefined);
});

t.test('close ends a take that waits', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 2, itemsMax: 2 });
  const waiting = queue.take();
  queue.close();
  t.equal(await waiting, undefined);
});

t.test('fail ends both sides with its error and gives back what was inside', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 2, itemsMax: 2 });
  queue.push('a', 1);
  queue.push('b', 1);
  const put = queue.put('c', 1);
  const error = new SealcamError('SPOOL_FULL', 'The spool is full.');
  t.same(queue.fail(error), ['a', 'b']);
  t.same(queue.fail(new Error('later')), [], 'the first error stays');
  t.equal(queue.bytes, 0);
  await t.rejects(put, error);
  await t.rejects(queue.take(), error);
  await t.rejects(queue.put('d', 1), error);
  t.throws(() => queue.push('d', 1), error);
  const idle = new BoundedQueue<string>({ bytesMax: 2, itemsMax: 2 });
  const take = idle.take();
  idle.fail(error);
  await t.rejects(take, error);
});

t.test('leaving the loop leaves the rest inside', async (t) => {
  const queue = new BoundedQueue<string>({ bytesMax: 10, itemsMax: 10 });
  queue.push('a', 1);
  queue.push('b', 1);
  for await (const item of queue) {
    t.equal(item, 'a');
    break;
  }
  t.equal(await queue.take(), 'b');
});

t.test('refuses limits that are none', async (t) => {
  for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => new BoundedQueue({ bytesMax: bad, itemsMax: 1 }), RangeError);
    t.throws(() => new BoundedQueue({ bytesMax: 1, itemsMax: bad }), RangeError);
  }
});

t.test('whatever producers and consumers do, order and bounds hold', async (t) => {
  const random = seeded(t);
  const bytesMax = 50;
  const itemsMax = 7;
  const queue = new BoundedQueue<number>({ bytesMax, itemsMax });
  const count = 2000;
  const taken: number[] = [];
  let peakBytes = 0;
  let peakItems = 0;
  const pause = async (): Promise<void> => {
    for (let turns = random.int(4); turns > 0; turns -= 1) await null;
  };
  const produce = async (): Promise<void> => {
    for (let item = 0; item < count; item += 1) {
      const bytes = random.int(bytesMax + 1);
      if (!queue.push(item, bytes)) await queue.put(item, bytes);
      peakBytes = Math.max(peakBytes, queue.bytes);
      peakItems = Math.max(peakItems, queue.items);
      await pause();
    }
    queue.close();
  };
  const consume = async (): Promise<void> => {
    for await (const item of queue) {
      taken.push(item);
      await pause();
    }
  };
  await Promise.all([produce(), consume()]);
  t.same(
    taken,
    Array.from({ length: count }, (_, item) => item),
  );
  t.ok(peakBytes <= bytesMax, `${peakBytes} bytes at most`);
  t.ok(peakItems > 1 && peakItems <= itemsMax, `${peakItems} items at most`);
});

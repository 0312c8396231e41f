import t from 'tap';
import type { Message } from '../../../station/cameras/message.ts';
import { Lanes } from '../../../station/fair/lanes.ts';
import { stationLimits } from '../../../station/limits.ts';
import { fakeClock } from '../../support/fake-clock.ts';

interface Batch {
  readonly device: string;
  readonly bytes: number;
  readonly isOver: () => boolean;
  readonly pass: () => void;
}

/** Lanes whose workers stop at a gate for each batch. */
function gated(clock = fakeClock()): {
  lanes: Lanes;
  batches: Batch[];
  next: () => Promise<void>;
} {
  const batches: Batch[] = [];
  let arrived: (() => void) | undefined;
  const lanes = new Lanes({
    budgets: { waitMs: () => 0, isSlowed: () => false, isExcluded: () => false },
    clock,
    dropped: () => {},
    failed: () => {},
    make: (device) => ({
      restoreNext: async () => false,
      handle: (messages, isOver) =>
        new Promise<void>((pass) => {
          const bytes = messages.reduce((sum, { payload }) => sum + payload.length, 0);
          batches.push({ device, bytes, isOver, pass });
          arrived?.();
        }),
    }),
  });
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      arrived = resolve;
    });
  return { lanes, batches, next };
}

function message(device: string, bytes: number): Message {
  return { topic: { device, recording: 'session', leaf: 'record' }, payload: new Uint8Array(bytes) };
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const late = Symbol('late');
  const turn = new Promise((resolve) => setImmediate(() => resolve(late)));
  return (await Promise.race([promise, turn])) === late;
}

t.test('above the limit the next message waits, until a lane has finished', async (t) => {
  const { lanes, batches, next } = gated();
  const arrived = next();
  const half = stationLimits.unhandledBytesMax / 2;
  await lanes.put(message('a', half));
  const second = lanes.put(message('b', half));
  t.ok(await isPending(second), 'the limit is reached');
  t.ok(lanes.bytes >= stationLimits.unhandledBytesMax);
  await arrived;
  while (batches.length < 2) await next();
  batches[0]?.pass();
  await second;
  t.ok(lanes.bytes < stationLimits.unhandledBytesMax);
  batches[1]?.pass();
  await lanes.close();
  t.equal(lanes.bytes, 0);
});

t.test('no camera has room while all lanes together are full, nor once they are closed', async (t) => {
  const { lanes, batches, next } = gated();
  t.equal(lanes.room('a'), undefined);
  const arrived = next();
  const half = stationLimits.unhandledBytesMax / 2;
  for (const device of ['a', 'b']) void lanes.put(message(device, half));
  const room = lanes.room('c');
  if (room === undefined) throw new Error('the limit is reached');
  t.ok(await isPending(room), 'also for a camera whose own lane is empty');
  await arrived;
  while (batches.length < 2) await next();
  batches[0]?.pass();
  await room;
  t.equal(lanes.room('c'), undefined, 'a lane has finished');
  batches[1]?.pass();
  await lanes.close();
  const never = lanes.room('c');
  t.ok(never !== undefined && (await isPending(never)), 'nothing more is let in');
});

t.test('one that is called and finds its own lane full leaves its place to the next', async (t) => {
  const { lanes, batches, next } = gated();
  const arrived = next();
  const { unhandledBytesMax, laneBytesMax } = stationLimits;
  // A message counts for some more than its payload: the slow lane is nearly full, and all lanes together are too.
  await lanes.put(message('slow', laneBytesMax - 1_000));
  await lanes.put(message('large', unhandledBytesMax - 2_000 - lanes.bytes));
  lanes.accept(message('small', 2_000));
  t.ok(lanes.bytes >= unhandledBytesMax);
  const waiting = ['slow', 'slow', 'honest'].map((device) => lanes.room(device));
  lanes.accept(message('slow', 1_000));
  await arrived;
  while (batches.length < 3) await next();
  batches.find(({ device }) => device === 'small')?.pass();
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  t.ok(lanes.bytes < unhandledBytesMax, 'there is room');
  const honest = waiting[2];
  t.ok(honest !== undefined && !(await isPending(honest)), 'it is called');
  for (const of of waiting.slice(0, 2))
    t.ok(of !== undefined && (await isPending(of)), 'but not in its lane');
  const closing = lanes.close();
  while (await isPending(closing)) for (const { pass } of batches.splice(0)) pass();
});

t.test('a slow camera does not hold up another, and batches are bounded', async (t) => {
  const { lanes, batches, next } = gated();
  let arrived = next();
  await lanes.put(message('slow', 10));
  await arrived;
  arrived = next();
  for (let at = 0; at < 3; at += 1) await lanes.put(message('quick', stationLimits.batchBytesMax / 2));
  await arrived;
  const quick = batches.filter(({ device }) => device === 'quick');
  t.equal(quick.length, 1);
  t.ok((quick[0]?.bytes ?? 0) <= stationLimits.batchBytesMax);
  const closing = lanes.close();
  t.ok(await isPending(closing), 'what was taken is finished first');
  t.ok(await isPending(lanes.put(message('late', 1))), 'what comes later is not acknowledged');
  while (await isPending(closing)) for (const { pass } of batches.splice(0)) pass();
  t.equal(lanes.bytes, 0);
});

t.test('a camera whose messages take long does not hold up the end of the station', async (t) => {
  const clock = fakeClock();
  const { lanes, batches, next } = gated(clock);
  const arrived = next();
  for (let at = 0; at < 2 * stationLimits.batchMessagesMax; at += 1) await lanes.put(message('slow', 10));
  await arrived;
  const closing = lanes.close();
  t.equal(batches[0]?.isOver(), false, 'what was taken is handled for a while');
  clock.tick(stationLimits.lanesCloseMs);
  t.equal(batches[0]?.isOver(), true, 'then no more of it is begun');
  batches[0]?.pass();
  await closing;
  t.equal(batches.length, 1, 'the next batch neither');
  t.equal(lanes.bytes, 0);
});

t.test(
  'a message is forgotten by its broker once it is handled, or dropped for its camera alone',
  async (t) => {
    const slowed = new Set<string>();
    let dropped = 0;
    const passes: (() => void)[] = [];
    let arrived = (): void => {};
    const lanes = new Lanes({
      budgets: { waitMs: () => 0, isSlowed: (device) => slowed.has(device), isExcluded: () => false },
      clock: fakeClock(),
      dropped: () => {
        dropped += 1;
      },
      failed: () => {},
      make: () => ({
        restoreNext: async () => false,
        handle: () =>
          new Promise<void>((pass) => {
            passes.push(pass);
            arrived();
          }),
      }),
    });
    const begun = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const first = lanes.hand(message('a', 10));
    await begun;
    t.ok(await isPending(first), 'not before it is handled');
    slowed.add('a');
    const waiting = Array.from({ length: stationLimits.slowedMessagesMax }, () =>
      lanes.hand(message('a', 10)),
    );
    await lanes.hand(message('a', 10));
    t.equal(dropped, 1, 'a slowed camera has a few that wait, as its queue is not its own');
    passes.shift()?.();
    await first;
    t.ok(await isPending(Promise.race(waiting)));
    const closed = lanes.close();
    t.ok(await isPending(lanes.hand(message('b', 10))), 'after the end another receiver gets it');
    for (const pass of passes.splice(0)) pass();
    await closed;
  },
);

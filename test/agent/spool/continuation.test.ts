import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import t from 'tap';
import type { Remembered } from '../../../agent/recorder/machine-types.ts';
import { Continuation } from '../../../agent/spool/continuation.ts';
import { silentLog } from '../../../base/log.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const gap = { fromUs: 1_000_000, toUs: 2_000_000, cause: 'storage', video: 25, audio: 47 } as const;
const before: Remembered = {
  recording: 'yes',
  dwelling: false,
  missed: gap,
  upTo: { run: '51', sequence: 7 },
};
const after: Remembered = {
  recording: 'yes',
  dwelling: false,
  missed: undefined,
  upTo: { run: '51', sequence: 9 },
};
const writing = { recording: 'ab', index: 3, after };
const never = (): boolean => false;

t.test('a run inherits what the one before it noted last', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  t.equal(
    new Continuation(path, clock, silentLog).inherited(never),
    undefined,
    'a first run inherits nothing',
  );
  const first = new Continuation(path, clock, silentLog);
  first.note({ ...before, recording: 'no' });
  clock.tick(1_000);
  const atUs = clock.uptimeUs();
  first.note(before);
  const next = new Continuation(path, clock, silentLog);
  t.same(next.inherited(never), { ...before, atUs });
  t.same(next.inherited(never), { ...before, atUs }, 'and keeps it until it notes something itself');
  first.close();
  next.close();
  t.end();
});

t.test('whether the statement that was being written is durable decides what holds', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  const continuation = new Continuation(path, clock, silentLog);
  continuation.note(before, writing);
  const atUs = clock.uptimeUs();
  const asked: unknown[] = [];
  const inherited = continuation.inherited((recording, index) => asked.push([recording, index]) > 0);
  const { missed, ...rest } = after;
  t.same(inherited, { ...rest, atUs });
  t.equal(inherited?.missed, missed);
  t.same(asked, [['ab', 3]]);
  t.same(continuation.inherited(never), { ...before, atUs });
  continuation.close();
  t.end();
});

t.test('what still holds is noted again now and then, so that it is known to be of late', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  const continuation = new Continuation(path, clock, silentLog);
  continuation.note(before);
  const notedUs = clock.uptimeUs();
  clock.tick(1_000);
  continuation.note(before);
  t.equal(continuation.inherited(never)?.atUs, notedUs);
  clock.tick(10_000);
  continuation.note(before);
  t.equal(continuation.inherited(never)?.atUs, clock.uptimeUs());
  continuation.close();
  t.end();
});

t.test('a note that is torn, or of another boot of the camera, says nothing', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  const continuation = new Continuation(path, clock, silentLog);
  continuation.note(before, writing);
  continuation.close();
  const { size } = statSync(path);
  t.ok(size >= 4_096, 'it takes its room from the beginning');
  const whole = readFileSync(path);
  for (const at of [0, 9, 20, 60]) {
    const altered = Buffer.from(whole);
    altered[at] = (altered[at] ?? 0) ^ 1;
    writeFileSync(path, altered);
    t.equal(continuation.inherited(never), undefined, `altered at ${at}`);
  }
  writeFileSync(path, whole);
  truncateSync(path, 40);
  t.equal(continuation.inherited(never), undefined, 'cut');
  writeFileSync(path, whole);
  t.ok(continuation.inherited(never));
  const rebooted = fakeClock({ epoch: new Uint8Array(16).fill(9) });
  t.equal(new Continuation(path, rebooted, silentLog).inherited(never), undefined, 'another boot');
  t.end();
});

import {
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import { Continuation } from '../../../../agent/line/archive/continuation.ts';
import type { Remembered } from '../../../../agent/recorder/remembered.ts';
import { continuationName, parseName } from '../../../../agent/spool/names.ts';
import { silentLog } from '../../../../base/log.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

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
const camera = 'camera-1';
const never = (): boolean => false;

t.test('a run inherits what the one before it noted last', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  t.equal(
    new Continuation(path, camera, clock, silentLog).inherited(never),
    undefined,
    'a first run inherits nothing',
  );
  const first = new Continuation(path, camera, clock, silentLog);
  first.note({ ...before, recording: 'no' });
  clock.tick(1_000);
  const atUs = clock.uptimeUs();
  first.note(before);
  const next = new Continuation(path, camera, clock, silentLog);
  t.same(next.inherited(never), { ...before, atUs });
  t.same(next.inherited(never), { ...before, atUs }, 'and keeps it until it notes something itself');
  first.close();
  next.close();
  t.end();
});

t.test('what was missed without a valid time is inherited with the time of the note', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  const continuation = new Continuation(path, camera, clock, silentLog);
  continuation.note({ ...before, missed: { ...gap, fromUs: Number.NaN } });
  const atUs = clock.uptimeUs();
  const missed = { ...gap, fromUs: atUs, toUs: atUs, atLeast: true };
  t.same(continuation.inherited(never), { ...before, missed, atUs });
  continuation.close();
  t.end();
});

t.test('whether the statement that was being written is durable decides what holds', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  const continuation = new Continuation(path, camera, clock, silentLog);
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

t.test('while the camera records it is noted again and again, though nothing changes or is heard', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  const continuation = new Continuation(path, camera, clock, silentLog);
  continuation.note(before);
  const notedUs = clock.uptimeUs();
  clock.tick(1_000);
  continuation.note(before);
  t.equal(continuation.inherited(never)?.atUs, notedUs, 'not each time');
  // A sensor that is unplugged says nothing, and the wearer believes that it records.
  clock.tick(90_000);
  t.ok(clock.uptimeUs() - (continuation.inherited(never)?.atUs ?? 0) < 10_000_000);
  continuation.note({ ...before, recording: 'no' });
  t.equal(clock.timers, 0, 'a camera that stands by leaves its storage alone');
  continuation.note(before);
  continuation.close();
  t.equal(clock.timers, 0);
  t.end();
});

t.test('a note that could not be written is written with the next, whatever that says', (t) => {
  const folder = t.testdir({ there: {} });
  const clock = fakeClock();
  const continuation = new Continuation(`${folder}/later/continuation`, camera, clock, silentLog);
  continuation.note(before);
  t.equal(continuation.inherited(never), undefined);
  renameSync(`${folder}/there`, `${folder}/later`);
  continuation.note(before);
  t.match(continuation.inherited(never), before);
  continuation.close();
  t.end();
});

t.test('only the beginning of the file is read, and no link is followed', (t) => {
  const folder = t.testdir();
  const path = `${folder}/continuation`;
  const continuation = new Continuation(path, camera, fakeClock(), silentLog);
  continuation.note(before);
  continuation.close();
  truncateSync(path, 2 ** 33);
  t.match(continuation.inherited(never), before, 'a file of 8 GiB');
  symlinkSync(path, `${folder}/link`);
  t.equal(new Continuation(`${folder}/link`, camera, fakeClock(), silentLog).inherited(never), undefined);
  t.end();
});

t.test('spools that share a folder for their notes have a note each', (t) => {
  const folder = t.testdir();
  const clock = fakeClock();
  const names = ['/var/lib/a', '/var/lib/b', '/var/lib/a'].map(continuationName);
  const [a, b, again] = names.map((name) => new Continuation(join(folder, name), camera, clock, silentLog));
  a?.note(before);
  b?.note({ ...before, recording: 'no' });
  t.equal(again?.inherited(never)?.recording, 'yes');
  t.same(readdirSync(folder), [...new Set(names)].sort());
  for (const name of names) t.equal(parseName(name), undefined, 'in a spool it is no file of a recording');
  for (const one of [a, b, again]) one?.close();
  t.end();
});

t.test('a note that is torn, of another boot or another camera, says nothing', (t) => {
  const path = `${t.testdir()}/continuation`;
  const clock = fakeClock();
  const continuation = new Continuation(path, camera, clock, silentLog);
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
  t.equal(new Continuation(path, camera, rebooted, silentLog).inherited(never), undefined, 'another boot');
  t.equal(new Continuation(path, 'camera-2', clock, silentLog).inherited(never), undefined, 'another camera');
  t.end();
});

t.test('the longest note is read again, and one that is too long is refused', (t) => {
  const path = `${t.testdir()}/continuation`;
  const continuation = new Continuation(path, camera, fakeClock(), silentLog);
  const run = 'f'.repeat(32);
  const sequence = Number.MAX_SAFE_INTEGER;
  const place = { half: 'controls', run, sequence, beside: { run, sequence } } as const;
  const full = (presses: number): Remembered => ({
    ...before,
    presses: {
      unstated: Array.from({ length: presses }, () => ({
        kind: 'bookmark',
        atUs: sequence,
        category: 255,
        place,
      })),
      stated: Array.from({ length: agentLimits.notedPressesMax }, () => place),
      bookmarked: { takenUs: sequence, row: { inRow: 5, counted: 5, isSaid: true, category: 255 } },
    },
    upTo: place,
  });
  const longest = full(agentLimits.notedPressesMax);
  t.ok(continuation.note(longest, { ...writing, after: longest }));
  t.match(continuation.inherited(never), longest);
  const tooLong = full(10 * agentLimits.notedPressesMax);
  t.notOk(continuation.note(tooLong, { ...writing, after: tooLong }), 'so the sensor keeps what it says');
  t.match(continuation.inherited(never), longest, 'what was noted before is there');
  continuation.close();
  t.end();
});

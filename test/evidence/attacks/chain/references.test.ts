import t from 'tap';
import { type Body, type Core, makeStatement } from '../../../../evidence/statements.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import {
  fileOfNames,
  fileOfStatements,
  type TestSession,
  testAgency,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// What a camera's openings, sessions and heads say of what it had signed before: true, false, and another camera's.

const agency = await testAgency();
const device = await agency.device('camera-1');
const links = [new Uint8Array(100), new Uint8Array(200)];
const session = testSession(device);
const first = testRecording({ session, links });
const [chunk, last] = first.links;
if (chunk === undefined || last === undefined) throw new RangeError('two chunks');
const open = fileOfNames(first, ['S', 'O', 'c0', 'm0.0', 't0.0', 'c1', 'm1.0', 't1.0']);
const whole = fileOfNames(first);
const sessionOf = (one: TestSession): Uint8Array => fileOfStatements(one.statement);
const conflict = 'conflict between recordings, exit 5';

t.test('whatever statement of a recording is named, it is found where it is there', async (t) => {
  const named: [string, Uint8Array][] = [
    ['the opening', first.opening.digest],
    ['a chunk', chunk.digest],
    ['the last chunk', last.digest],
  ];
  for (const [name, newestStatement] of named) {
    const later = sessionOf(testSession(device, { bootCounter: 2, nextRecordingNumber: 2, newestStatement }));
    t.equal(await verdictOf([open, later], agency.root), '1 open-ended ii, exit 3', name);
    const next = testRecording({
      session,
      links,
      number: 2,
      previous: { number: 1, statement: newestStatement, state: 'last-known' },
    });
    t.equal(
      await verdictOf([open, fileOfNames(next)], agency.root),
      '1 open-ended ii, 2 complete ii, exit 3',
      `${name}, by the next opening`,
    );
  }
});

t.test('what was closed is named by its closing, and by nothing else', async (t) => {
  const next = (statement: Uint8Array) =>
    fileOfNames(
      testRecording({ session, links, number: 2, previous: { number: 1, statement, state: 'closed' } }),
    );
  const both = '1 complete ii, 2 complete ii';
  t.equal(await verdictOf([whole, next(first.closing.digest)], agency.root), `${both}, exit 0`);
  t.equal(await verdictOf([whole, next(last.digest)], agency.root), `${both}, ${conflict}`);
});

t.test('nothing contradicts a reference to what is not among the files, or to nothing', async (t) => {
  const says = (nextRecordingNumber: number, newestStatement: Uint8Array) =>
    sessionOf(testSession(device, { bootCounter: 2, nextRecordingNumber, newestStatement }));
  t.equal(await verdictOf([whole, says(2, first.closing.digest)], agency.root), '1 complete ii, exit 0');
  t.equal(
    await verdictOf([whole, says(4, new Uint8Array(32))], agency.root),
    '1 complete ii, absent 2-3, exit 5',
    'the newest recording is absent',
  );
  const previous: Core['previous'] = { number: 1, statement: undefined, state: 'last-known' };
  const next = fileOfNames(testRecording({ session, links, number: 2, previous }));
  t.equal(
    await verdictOf([whole, next], agency.root),
    `1 complete ii, 2 complete ii, ${conflict}`,
    'a recording that is here is named, and no statement of it',
  );
});

t.test('the recording before another has a lower number', async (t) => {
  for (const number of [2, 3]) {
    for (const state of ['none', 'last-known', 'closed'] as const) {
      const statement = state === 'none' ? undefined : new Uint8Array(32);
      const file = fileOfNames(
        testRecording({ session, links, number: 2, previous: { number, statement, state } }),
      );
      t.equal(
        await verdictOf([file], agency.root),
        `2 complete ii, ${conflict}`,
        `${state} ${number} before 2`,
      );
    }
  }
});

t.test("another camera's recording of that number is not the one before", async (t) => {
  const other = testSession(await agency.device('camera-2'));
  const previous: Core['previous'] = { number: 1, statement: new Uint8Array(32), state: 'closed' };
  const second = testRecording({ session: other, links, number: 2, previous });
  t.equal(
    await verdictOf([whole, fileOfNames(second)], agency.root),
    '1 complete ii, 2 complete ii, exit 0',
    'its own first one is not among the files',
  );
});

t.test('sessions count on from one another, each camera for itself', async (t) => {
  const boot = (says: Partial<Body<'session'>>, by = device) => sessionOf(testSession(by, says));
  const five = boot({ bootCounter: 2, nextRecordingNumber: 5 });
  const absent = '1 complete ii, absent 2-4';
  t.equal(await verdictOf([whole, five], agency.root), `${absent}, exit 5`);
  t.equal(
    await verdictOf([whole, five, boot({ bootCounter: 3, nextRecordingNumber: 4 })], agency.root),
    `${absent}, ${conflict}`,
    'a later boot that counts recordings back',
  );
  const other = await agency.device('camera-2');
  t.equal(
    await verdictOf([whole, five, boot({ bootCounter: 2, nextRecordingNumber: 3 }, other)], agency.root),
    `${absent}, exit 5`,
    'another camera',
  );
  const [between, back] = [
    boot({ bootCounter: 3, nextRecordingNumber: 3 }, other),
    boot({ bootCounter: 4, nextRecordingNumber: 4 }),
  ];
  t.equal(
    await verdictOf([whole, five, between, back], agency.root),
    `${absent}, ${conflict}`,
    'a boot of another camera in between',
  );
  const twice = [1, 2].map(() => boot({ bootCounter: 2, nextRecordingNumber: 2 }));
  t.equal(
    await verdictOf([whole, ...twice], agency.root),
    `1 complete ii, ${conflict}`,
    'two boots of one counter, which nothing else tells',
  );
});

t.test('heads and sessions count for their own camera alone', async (t) => {
  const other = testSession(await agency.device('camera-2'));
  const { digest } = other.statement;
  const head = makeStatement(
    'head',
    {
      session: digest,
      nonce: new Uint8Array(32),
      bootCounter: 1,
      nextRecordingNumber: 3,
      newestStatement: undefined,
    },
    other.signer,
  );
  const file = fileOfStatements(other.statement, head);
  t.equal(await verdictOf([whole, file], agency.root), '1 complete ii, exit 0');
});

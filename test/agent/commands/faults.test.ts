import t from 'tap';
import { CommandDesk, type DeskOptions } from '../../../agent/commands/desk.ts';
import type { JudgedCommand } from '../../../agent/commands/judge.ts';
import { commandLimits } from '../../../agent/limits.ts';
import { jsonLog } from '../../../base/log.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { fakeClock } from '../../support/fake-clock.ts';

// One command may cost its sender an answer. It costs no one else anything.

type Obey = DeskOptions['obey'];

/** A desk that takes every message for a good stop; `obey` says what becomes of each. */
function desk(obey: Obey, judge: (message: Uint8Array) => void = () => {}) {
  const clock = fakeClock({ uptimeUs: 1_000_000 });
  const events: string[] = [];
  const answered: string[] = [];
  const judged = (message: Uint8Array): JudgedCommand => {
    judge(message);
    const command = { action: 'stop' } as JudgedCommand['command'];
    return { digest: sha256(message), envelope: message, command, refusal: 'none', taken: true };
  };
  const one = new CommandDesk({
    judge: { judge: judged, counter: 1, headMade: () => {} } as unknown as DeskOptions['judge'],
    session: { encoded: new Uint8Array(1) } as DeskOptions['session'],
    makeHead: () => {
      throw new TypeError('a fault');
    },
    makeAnswer: ({ command }) => ({ encoded: command }) as unknown as ReturnType<DeskOptions['makeAnswer']>,
    obey,
    recordRefusal: async () => undefined,
    answer: (record) => answered.push(String(record.length)),
    clock,
    log: jsonLog('agent', (line) => events.push(JSON.parse(line).event)),
  });
  const take = async (number: number): Promise<void> => {
    clock.tick(commandLimits.messageRate.intervalUs / 1_000);
    one.take(Uint8Array.of(number));
    for (let n = 0; n < 20; n += 1) await Promise.resolve();
  };
  return { one, take, events, answered, clock };
}

const done = async () => ({ refusal: 'none', place: undefined, durable: Promise.resolve() }) as const;

t.test('what never becomes durable keeps no later command from being looked at and answered', async (t) => {
  const never = async () =>
    ({ refusal: 'none', place: undefined, durable: new Promise<void>(() => {}) }) as const;
  let obey: Obey = never;
  const { one, take, events, answered } = desk((...given) => obey(...given));
  for (let n = 0; n < commandLimits.answersMax + 3; n += 1) await take(n);
  t.same([answered.length, one.counts.dropped], [0, 0]);
  t.equal(events.filter((event) => event === 'command.unanswered').length, 3, 'the oldest are given up');
  obey = done;
  await take(200);
  t.equal(answered.length, 1);
  await one.end();
  t.equal(answered.length, 1, 'what was given up is not answered later');
});

t.test('a fault of the program in one message costs that message alone', async (t) => {
  const faults: Readonly<Record<string, Parameters<typeof desk>>> = {
    'while it is judged': [
      done,
      ([number]) => {
        if (number === 1) throw new TypeError('a fault');
      },
    ],
    'while it is obeyed': [
      async (_, [number]) => {
        if (number === 1) throw new TypeError('a fault');
        return done();
      },
    ],
    'while it becomes durable': [
      async (_, [number]) =>
        number === 1
          ? { refusal: 'none', place: undefined, durable: Promise.reject(new TypeError('a fault')) }
          : done(),
    ],
  };
  for (const [name, given] of Object.entries(faults)) {
    const { one, take, events, answered } = desk(...given);
    await take(1);
    await take(2);
    await one.settled();
    t.equal(answered.length, 1, name);
    t.equal(events.filter((event) => event === 'command.failed').length, 1, name);
  }
});

t.test('a fault in answering a nonce costs that alone', async (t) => {
  const { one, take, events, answered, clock } = desk(done);
  clock.tick(commandLimits.messageRate.intervalUs / 1_000);
  one.take(new Uint8Array(32));
  t.same(events, ['command.failed']);
  await take(2);
  await one.settled();
  t.equal(answered.at(-1) !== undefined, true);
});

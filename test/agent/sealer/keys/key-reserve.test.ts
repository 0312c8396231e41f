import t from 'tap';
import { sealerLimits } from '../../../../agent/limits.ts';
import { KeyReserve, type PreparedRecording } from '../../../../agent/sealer/index.ts';
import { SealcamError } from '../../../../base/errors.ts';
import { silentLog } from '../../../../base/log.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { capabilities } from '../../../../native/index.ts';
import { sharesOf } from '../../../native/support/reference.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

/** Preparations that a test lets succeed or fail, one by one. */
function workshop() {
  const begun: { roles: readonly string[]; done: () => Promise<void>; fail: () => void }[] = [];
  const prepare = (roles: readonly string[], signal: AbortSignal): Promise<PreparedRecording> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new SealcamError('KEY_CHILD_STOPPED', 'stopped')));
      begun.push({
        roles,
        fail: () => reject(new SealcamError('KEY_CHILD_FAILED', 'failed')),
        done: async () =>
          resolve({
            recordingId: systemRandomness.bytes(16),
            roles,
            rosterVersion: 1,
            rosterDigest: new Uint8Array(32),
            shares: await sharesOf(...roles.map(() => systemRandomness.bytes(32))),
            keyEnvelopeHash: new Uint8Array(32),
            sealedKeys: Uint8Array.of(1),
          }),
      });
    });
  return { begun, prepare };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const plain = ['evidence'];
const dwelling = ['court', 'evidence'];

t.test(
  'one is ready for each set of roles, made one after the other, and the next when one is taken',
  async (t) => {
    const { begun, prepare } = workshop();
    const reserve = new KeyReserve(prepare, [plain, dwelling, ['evidence', 'court']], fakeClock(), silentLog);
    await settled();
    t.same(
      begun.map(({ roles }) => roles),
      [plain],
      'one at a time',
    );
    await begun[0]?.done();
    await settled();
    await begun[1]?.done();
    await settled();
    t.same(
      begun.map(({ roles }) => roles),
      [plain, dwelling],
      'and no third, as two sets are the same',
    );
    t.ok(reserve.isReady(dwelling) && reserve.isReady(plain));
    const taken = await reserve.take(['evidence', 'court']);
    t.same(taken.roles, dwelling);
    await settled();
    t.equal(begun.length, 3, 'the next is being made');
    t.notOk(reserve.isReady(dwelling));
    taken.shares.erase();
    await reserve.close();
  },
);

t.test('who comes too early waits, and gets the first that is made', async (t) => {
  const { begun, prepare } = workshop();
  const reserve = new KeyReserve(prepare, [plain], fakeClock(), silentLog);
  const [first, second] = [reserve.take(plain), reserve.take(plain)];
  await settled();
  await begun[0]?.done();
  const one = await first;
  await settled();
  await begun[1]?.done();
  const other = await second;
  t.not(one, other);
  one.shares.erase();
  other.shares.erase();
  await reserve.close();
});

t.test('a failure is reported to all that wait, and tried again after a while', async (t) => {
  const { begun, prepare } = workshop();
  const clock = fakeClock();
  const reserve = new KeyReserve(prepare, [plain], clock, silentLog);
  const waiting = reserve.take(plain);
  await settled();
  begun[0]?.fail();
  await t.rejects(waiting, { code: 'KEY_CHILD_FAILED' });
  t.equal(begun.length, 1);
  await clock.advance(sealerLimits.keyRetryDelayMs);
  t.equal(begun.length, 2);
  await begun[1]?.done();
  await settled();
  t.ok(reserve.isReady(plain));
  await reserve.close();
});

t.test('closing erases what is ready, stops what is made, and refuses who comes after', async (t) => {
  const before = capabilities().keyMemory.slotsTaken;
  const { begun, prepare } = workshop();
  const reserve = new KeyReserve(prepare, [plain, dwelling], fakeClock(), silentLog);
  await settled();
  await begun[0]?.done();
  await settled();
  const waiting = reserve.take(dwelling);
  const refused = t.rejects(waiting, { code: 'KEY_CHILD_STOPPED' });
  await reserve.close();
  await refused;
  t.equal(capabilities().keyMemory.slotsTaken, before);
  await t.rejects(reserve.take(plain), { code: 'KEY_CHILD_STOPPED' });
});

t.test('a set of roles that was not announced is refused', async (t) => {
  const { prepare } = workshop();
  const reserve = new KeyReserve(prepare, [plain], fakeClock(), silentLog);
  await t.rejects(reserve.take(dwelling), { code: 'KEY_RESERVE_ROLES' });
  await reserve.close();
});

t.test(
  'for others than before all is made again, and what was ready, or on its way, is erased',
  async (t) => {
    const { begun, prepare } = workshop();
    const reserve = new KeyReserve(prepare, [plain], fakeClock(), silentLog);
    await settled();
    await begun[0]?.done();
    await settled();
    t.ok(reserve.isReady(plain));
    reserve.renew();
    await settled();
    t.notOk(reserve.isReady(plain));
    t.equal(begun.length, 2);
    reserve.renew();
    await begun[1]?.done();
    await settled();
    t.notOk(reserve.isReady(plain), 'it was begun for the old ones');
    t.equal(begun.length, 3);
    const waiting = reserve.take(plain);
    await begun[2]?.done();
    t.same((await waiting).roles, plain, 'who waited gets the newest');
    await reserve.close();
  },
);

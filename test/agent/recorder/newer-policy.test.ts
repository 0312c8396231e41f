import t from 'tap';
import { Driver, policy, start, stop } from './driver.ts';
import { pictures } from './stream.ts';

// A policy that comes while the camera runs is obeyed from the next recording on.

const digest = new Uint8Array(32).fill(2);
const newer = {
  ...policy,
  ...{ name: 'newer', ringSeconds: 2, roles: ['review'], dwellingRoles: ['press'] },
  signed: { version: 2, digest },
};
const opened = (driver: Driver) =>
  driver.effects.flatMap((effect) =>
    effect.kind === 'open'
      ? [`${effect.policy.name} ${effect.policy.signed?.version} ${effect.roles.join('+')}`]
      : [],
  );

t.test('on standby it is obeyed at once, and what the ring kept before is wiped', async (t) => {
  const driver = new Driver({ ringSeconds: 2 }).stream(pictures(0, 25, 25));
  driver.hear({ kind: 'policy', policy: { ...newer, ringSeconds: 0 } });
  t.equal(driver.state.facts.policy.name, 'newer');
  t.equal(driver.wiped.length, 25, 'nothing from before it');
  driver
    .hear(start)
    .stream(pictures(25, 26, 25))
    .hear(stop(4_000_000));
  t.same(opened(driver), ['newer 2 review']);
});

t.test('a recording, and those linked to it, keep the policy that they began under', async (t) => {
  const driver = new Driver().hear(start).stream(pictures(0, 26, 25));
  driver.hear({ kind: 'policy', policy: newer }).stream(pictures(26, 26, 25));
  t.equal(driver.state.facts.policy.name, 'test');
  driver.hear({ kind: 'dwelling', on: true, atUs: 3_100_000 }).stream(pictures(52, 26, 25));
  driver.hear(stop(4_200_000));
  t.same(opened(driver), ['test undefined evidence', 'test undefined court+evidence']);
  t.equal(driver.state.facts.policy.name, 'newer', 'while the last is stored, the next may begin');
  driver.settle();
  driver.hear({ kind: 'dwelling', on: false, atUs: 4_300_000 }, { ...start, atUs: 4_400_000 });
  driver.stream(pictures(78, 52, 25));
  t.same(opened(driver).at(-1), 'newer 2 review');
});

t.test('the newest of several is obeyed, also after a start that waits for its first picture', async (t) => {
  const driver = new Driver().hear(start);
  t.equal(driver.state.phase.kind, 'waiting');
  driver.hear({ kind: 'policy', policy: newer });
  driver.hear({ kind: 'policy', policy: { ...newer, name: 'newest' } });
  driver.stream(pictures(25, 26, 25)).hear(stop(4_000_000));
  t.same(opened(driver), ['test undefined evidence']);
  t.equal(driver.state.facts.policy.name, 'newest');
});

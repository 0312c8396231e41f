import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { RevocationMemory } from '../../../agent/line/revocation-memory.ts';
import { silentLog } from '../../../base/log.ts';
import { makeStatement } from '../../../evidence/statements.ts';
import { testAgency } from '../../support/recording.ts';

const { root, signer } = await testAgency();

function listOf(version: number): Uint8Array {
  const certificates = [{ keyId: new Uint8Array(32).fill(2), fromUtcUs: 0 }];
  return makeStatement('revocation', { version, certificates, issuedUtcUs: 0 }, signer).encoded;
}

t.test(
  'while the kept list is damaged it is not known which keys are revoked, until a list is taken',
  async (t) => {
    const folder = t.testdir({});
    const sources = { offered: join(folder, 'offered'), kept: join(folder, 'kept'), root, log: silentLog };
    t.ok((await RevocationMemory.open(sources)).knowsRevoked(), 'an agency that has revoked nothing');
    writeFileSync(sources.kept, listOf(3).subarray(1));
    const damaged = await RevocationMemory.open(sources);
    t.notOk(damaged.knowsRevoked());
    await t.rejects(damaged.take(listOf(4).subarray(1)));
    t.notOk(damaged.knowsRevoked(), 'what is refused mends nothing');
    t.ok(await damaged.take(listOf(4)));
    t.ok(damaged.knowsRevoked());
    t.ok((await RevocationMemory.open(sources)).knowsRevoked(), 'after the next start too');
    writeFileSync(sources.kept, '');
    writeFileSync(sources.offered, listOf(4));
    t.ok((await RevocationMemory.open(sources)).knowsRevoked(), 'the offered list takes its place');
  },
);

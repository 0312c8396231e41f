import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type PreparedRecording, prepareRecording } from '../../../../agent/sealer/index.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { sha256 } from '../../../../evidence/crypto.ts';
import { importHpkeKeyPair } from '../../../../evidence/keys/hpke.ts';
import { openFromVault, parseKeyEnvelope, unwrapShares } from '../../../../evidence/keys/key-envelope.ts';
import { isCommittedShare } from '../../../../evidence/open/keys.ts';
import { capabilities, openRecordingKeys } from '../../../../native/index.ts';
import { testRecipients } from '../../../support/camera/sealer.ts';
import { testAgency } from '../../../support/recording.ts';

const agency = await testAgency();
const { recipients, keys, vaultPair } = await testRecipients(agency, 'camera-1', ['court', 'evidence']);

t.test(
  'what a child prepares opens with the recipients keys, and its shares are those in native memory',
  async (t) => {
    const prepared = await prepareRecording(recipients, ['evidence', 'court'], systemRandomness);
    t.same(prepared.roles, ['court', 'evidence'], 'ascending, whatever order was asked for');
    t.equal(prepared.rosterVersion, 3);
    const vault = { stationId: 'station-1', version: 2, key: await importHpkeKeyPair(vaultPair) };
    const envelope = await openFromVault(prepared.sealedKeys, [vault], 'camera-1', prepared.recordingId);
    t.same(sha256(envelope), prepared.keyEnvelopeHash);
    const own = await Promise.all([...keys.values()].map(importHpkeKeyPair));
    const opened = await unwrapShares(parseKeyEnvelope(envelope), prepared.recordingId, own);
    const shares = opened.map((role) => role.opened[0]?.share ?? new Uint8Array());
    const core = Buffer.from('any core bytes');
    const native = openRecordingKeys(prepared.shares, core);
    for (const [role, commitment] of native.commitments.entries()) {
      t.ok(isCommittedShare(core, role, shares[role] ?? new Uint8Array(), commitment));
    }
    t.equal(native.commitments.length, 2);
    native.erase();
  },
);

t.test('two preparations have nothing in common', async (t) => {
  const one = await prepareRecording(recipients, ['evidence'], systemRandomness);
  const other = await prepareRecording(recipients, ['evidence'], systemRandomness);
  t.notSame(one.recordingId, other.recordingId);
  t.notSame(one.keyEnvelopeHash, other.keyEnvelopeHash);
  one.shares.erase();
  other.shares.erase();
});

t.test('a role that is not in the roster is refused before any process starts', async (t) => {
  await t.rejects(prepareRecording(recipients, ['press'], systemRandomness), { code: 'ROSTER_ROLE' });
});

/** Programs that do in a child's place what a child must not do. */
const folder = mkdtempSync(join(tmpdir(), 'sealcam-key-child-'));
t.teardown(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, `import { closeSync, readSync, writeSync } from 'node:fs';\n${text}\n`);
  return path;
}

const answer = (bytes: number): string =>
  `const a = Buffer.alloc(36 + ${bytes}); a.writeUInt32BE(${bytes}, 32); writeSync(1, a);`;
const shares = (bytes: number): string => `writeSync(3, Buffer.alloc(${bytes})); closeSync(3);`;

const misdeeds: readonly (readonly [string, string, string])[] = [
  ['dies at once', 'process.kill(process.pid, "SIGKILL")', 'KEY_CHILD_FAILED'],
  ['gives up with a code', 'writeSync(2, "HPKE_KEY"); process.exitCode = 1;', 'KEY_CHILD_FAILED'],
  [
    'dies between answer and shares',
    `${answer(100)} process.kill(process.pid, "SIGKILL")`,
    'KEY_CHILD_FAILED',
  ],
  ['dies after half of the shares', `${answer(100)} ${shares(16)} process.exitCode = 1;`, 'KEY_CHILD_FAILED'],
  ['writes too few shares', `${answer(100)} ${shares(16)}`, 'SHARES_SHORT'],
  ['writes too many shares', `${answer(100)} ${shares(33)}`, 'SHARES_EXCESS'],
  ['writes garbage for an answer', `writeSync(1, "garbage"); ${shares(32)}`, 'KEY_CHILD_ANSWER'],
  ['writes more after its answer', `${answer(100)} writeSync(1, "x"); ${shares(32)}`, 'KEY_CHILD_ANSWER'],
  ['says nothing', shares(32), 'KEY_CHILD_ANSWER'],
  ['answers more than a message takes', `${answer(140_000)} ${shares(32)}`, 'KEY_CHILD_ANSWER'],
];

for (const [what, text, code] of misdeeds) {
  t.test(`a child that ${what}: ${code}, and no key memory is kept`, async (t) => {
    const before = capabilities().keyMemory.slotsTaken;
    const options = { program: program(what.replaceAll(' ', '-'), text) };
    await t.rejects(prepareRecording(recipients, ['evidence'], systemRandomness, options), { code });
    t.equal(capabilities().keyMemory.slotsTaken, before);
  });
}

t.test('a child that floods its output is ended', async (t) => {
  const options = {
    program: program('flood', 'for (;;) try { writeSync(1, Buffer.alloc(65536)); } catch {}'),
  };
  await t.rejects(prepareRecording(recipients, ['evidence'], systemRandomness, options), {
    code: 'KEY_CHILD_ANSWER',
  });
});

t.test('a child that hangs is ended after its time', async (t) => {
  const options = { program: program('hang', 'setInterval(() => {}, 1000)'), timeoutMs: 300 };
  await t.rejects(prepareRecording(recipients, ['evidence'], systemRandomness, options), {
    code: 'KEY_CHILD_TIMEOUT',
  });
});

t.test('a preparation can be given up', async (t) => {
  const stop = new AbortController();
  const options = { program: program('wait', 'setInterval(() => {}, 1000)'), signal: stop.signal };
  const failed = prepareRecording(recipients, ['evidence'], systemRandomness, options);
  stop.abort();
  await t.rejects(failed, { code: 'KEY_CHILD_STOPPED' });
});

t.test("the child knows nothing of the agent's environment", async (t) => {
  process.env.SEALCAM_TEST_OF_ENVIRONMENT = '1';
  t.teardown(() => {
    delete process.env.SEALCAM_TEST_OF_ENVIRONMENT;
  });
  // What the test runner itself gives to every process is not counted.
  const text =
    'writeSync(2, "ENV_" + Object.keys(process.env).filter((name) => /^(SEALCAM|PATH|HOME|USER)/.test(name)).length); process.exitCode = 1;';
  const failed: Promise<PreparedRecording> = prepareRecording(recipients, ['evidence'], systemRandomness, {
    program: program('env', text),
  });
  await t.rejects(failed, { message: /ENV_0/ });
});

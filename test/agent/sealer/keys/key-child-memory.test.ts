import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serialize } from 'node:v8';
import t from 'tap';
import { fromHex } from '../../../../base/bytes.ts';
import { importHpkeKeyPair } from '../../../../evidence/keys/hpke.ts';
import { openFromVault, parseKeyEnvelope, unwrapShares } from '../../../../evidence/keys/key-envelope.ts';
import { testRecipients } from '../../../support/camera/sealer.ts';
import { testAgency } from '../../../support/recording.ts';
import { findInMemory } from '../../../support/scenario/process-memory.ts';

/** Processes whose parent is `pid`. */
function childrenOf(pid: number): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(pid);
    } catch {
      return false;
    }
  });
}

t.test(
  'when the key child has ended, the agent holds the shares in its key pages and nowhere else',
  async (t) => {
    const agency = await testAgency();
    const { recipients, keys, vaultPair } = await testRecipients(agency, 'camera-1', ['court', 'evidence']);
    const file = join(t.testdir(), 'recipients');
    writeFileSync(file, serialize(recipients));
    const program = join(import.meta.dirname, '../support/preparer.js');
    const agent = spawn(process.execPath, [program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.teardown(() => agent.kill('SIGKILL'));
    const pid = agent.pid ?? 0;
    const lines = createInterface({ input: agent.stdout })[Symbol.asyncIterator]();
    const answer = JSON.parse((await lines.next()).value);
    const recordingId = fromHex(answer.recordingId) ?? new Uint8Array();

    t.same(childrenOf(pid), [], 'the child is gone');
    // What the recipients open is the only way to know the shares.
    const vault = { stationId: 'station-1', version: 2, key: await importHpkeKeyPair(vaultPair) };
    const envelope = await openFromVault(
      fromHex(answer.sealedKeys) ?? new Uint8Array(),
      [vault],
      'camera-1',
      recordingId,
    );
    const own = await Promise.all([...keys.values()].map(importHpkeKeyPair));
    const opened = await unwrapShares(parseKeyEnvelope(envelope), recordingId, own);
    const shares = new Map(opened.map(({ name, opened: [one] }) => [name, one?.share ?? new Uint8Array()]));
    t.same(
      [...shares.values()].map(({ length }) => length),
      [32, 32],
    );

    const found = findInMemory(pid, shares);
    t.same(found.map(({ what }) => what).sort(), ['court', 'evidence'], 'each share is there, once');
    t.ok(
      found.every(({ mapping }) => mapping.flags.includes('dd') && mapping.flags.includes('dc')),
      'in pages that are not dumped and not forked',
    );
    agent.stdin.write('erase\n');
    t.equal((await lines.next()).value, 'erased');
    t.same(findInMemory(pid, shares), [], 'and nothing of them after they were erased');
    agent.stdin.end();
    await once(agent, 'exit');
  },
);

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import t from 'tap';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { type HpkePrivateKey, importHpkeKeyPair } from '../../../evidence/keys/hpke.ts';
import {
  openFromVault,
  parseKeyEnvelope,
  unwrapShares,
  type VaultPrivateKey,
} from '../../../evidence/keys/key-envelope.ts';
import { crc32c } from '../../../native/index.ts';
import { be, parseRecords, ReferenceChain, referenceFloeKeys } from '../../native/support/reference.ts';
import { testRecipients } from '../../support/camera/sealer.ts';
import { testAgency } from '../../support/recording.ts';

const core = Buffer.from('the same core');
const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

/** Every (key, IV) pair that a run has used with AES-GCM on data, as text. */
async function pairsOf(output: string, vault: VaultPrivateKey, own: HpkePrivateKey): Promise<string[]> {
  const { recordingId, sealedKeys, chunks } = JSON.parse(output);
  const id = bytesOf(recordingId);
  const envelope = parseKeyEnvelope(await openFromVault(bytesOf(sealedKeys), [vault], 'camera-1', id));
  const [role] = await unwrapShares(envelope, id, [own]);
  const chain = new ReferenceChain([role?.opened[0]?.share ?? new Uint8Array()], core);
  const pairs: string[] = [];
  for (const [index, { headers, records }] of chunks.entries()) {
    const { media, telemetry } = chain.step();
    for (const { part, segment } of parseRecords(Buffer.from(records, 'hex'), crc32c)) {
      const aad = Buffer.concat([new Uint8Array(32), be(index, 8), Uint8Array.of(part)]);
      const keys = referenceFloeKeys(part === 0 ? media : telemetry, aad, bytesOf(headers[part]));
      pairs.push(`${toHex(keys.segment)} ${toHex(segment.subarray(4, 16))}`);
    }
  }
  return pairs;
}

t.test(
  'a camera that is set back to an earlier state and started again uses no key with an IV twice',
  async (t) => {
    const agency = await testAgency();
    const { recipients, keys, vaultPair } = await testRecipients(agency, 'camera-1', ['evidence']);
    const file = join(t.testdir(), 'recipients');
    writeFileSync(file, serialize(recipients));
    const vault = { stationId: 'station-1', version: 2, key: await importHpkeKeyPair(vaultPair) };
    const [own] = await Promise.all([...keys.values()].map(importHpkeKeyPair));
    if (own === undefined) throw new Error('no recipient');
    const runs: string[][] = [];
    const ids: string[] = [];
    for (let run = 0; run < 3; run += 1) {
      const output = execFileSync(
        process.execPath,
        [join(import.meta.dirname, 'support/restored.js'), file],
        {
          encoding: 'utf8',
        },
      );
      ids.push(JSON.parse(output).recordingId);
      runs.push(await pairsOf(output, vault, own));
    }
    t.equal(new Set(ids).size, 1, 'the runs began from one state: they even chose the same id');
    const all = runs.flat();
    t.equal(all.length, 3 * 3 * 3, 'three runs of three chunks of three segments');
    t.equal(new Set(all).size, all.length, 'no pair comes twice');
    const keysUsed = runs.map((pairs) => new Set(pairs.map((pair) => pair.split(' ')[0])));
    t.equal(
      new Set(keysUsed.flatMap((used) => [...used])).size,
      3 * 3 * 2,
      'no key is shared, be it by runs, chunks or parts',
    );
  },
);

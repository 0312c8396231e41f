import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { sha256 } from '../../../evidence/crypto.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { Vault } from '../../../station/vault/vault.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { temporaryFolder } from '../support/agency.ts';

t.setTimeout(fileLimitMs);

t.test(
  'a key object whose content was changed in place is missing, though its time was put back',
  async (t) => {
    const envelope = new Uint8Array(40).fill(3);
    const vault = new Vault(systemFiles, join(await temporaryFolder(t), 'vault'), []);
    const recordingId = new Uint8Array(16).fill(1);
    const place = { device: 'camera-1', recordingId, name: '1', hash: sha256(envelope) };
    const path = vault.pathOf(place);
    const write = async (content: Uint8Array): Promise<bigint> => {
      await writeFile(path, content);
      await utimes(path, 1_000, 1_000);
      return (await stat(path, { bigint: true })).ctimeNs;
    };
    await mkdir(dirname(path), { recursive: true });
    const before = await write(envelope);
    t.equal(await vault.has(place), true);
    const other = new Uint8Array(40).fill(4);
    // A kernel may stamp several changes within some milliseconds alike.
    for (let at = before; at === before; ) at = await write(other);
    t.equal(await vault.has(place), false);
    await write(envelope);
    t.equal(await vault.has(place), true, 'it is back');
  },
);

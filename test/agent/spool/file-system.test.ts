import { statfsSync } from 'node:fs';
import t from 'tap';
import { expectSafeFileSystem } from '../../../agent/spool/disk/node-file-system.ts';

t.test('a spool on vfat or exfat is refused with a sentence', async (t) => {
  for (const [type, name] of [
    [0x4d44, 'vfat'],
    [0x2011_bab0, 'exfat'],
  ] as const) {
    t.throws(() => expectSafeFileSystem(type, '/mnt/card'), {
      code: 'SPOOL_FILE_SYSTEM',
      message: `The spool (/mnt/card) is on ${name}, where a power cut may damage files that were synced: use a disk with ext4 or f2fs`,
    });
  }
});

t.test('ext4, f2fs and what tests run on are taken', async (t) => {
  const folder = t.testdir();
  for (const type of [0xef53, 0xf2f5_2010, statfsSync(folder).type]) {
    t.doesNotThrow(() => expectSafeFileSystem(type, folder));
  }
});

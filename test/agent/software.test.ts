import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runningSoftware } from '../../agent/software.ts';
import { jsonLog, silentLog } from '../../base/log.ts';

t.test('the version and a hash of all files of the program', async (t) => {
  const folder = t.testdir({ 'package.json': '{"version":"1.2.3"}', program: { 'a.js': 'a', 'b.js': 'b' } });
  const folders = { program: join(folder, 'program'), description: folder };
  const software = await runningSoftware(silentLog, folders);
  t.match(software, { version: '1.2.3', digest: /^[0-9a-f]{64}$/ });
  writeFileSync(join(folder, 'program', 'b.js'), 'c');
  t.not((await runningSoftware(silentLog, folders)).digest, software.digest);
});

t.test('software that cannot be read is stated as unknown, under an alarm', async (t) => {
  const folder = t.testdir({ program: {} });
  const lines: string[] = [];
  const log = jsonLog('test', (line) => void lines.push(line));
  const absent = { program: join(folder, 'absent'), description: folder };
  t.same(await runningSoftware(log, absent), { version: 'unknown', digest: '0'.repeat(64) });
  t.equal(lines.filter((line) => line.includes('software.unreadable')).length, 2);
  writeFileSync(join(folder, 'package.json'), '{"version":"one\\ntwo"}');
  mkdirSync(join(folder, 'program', 'folder'));
  const other = { program: join(folder, 'program'), description: folder };
  t.match(await runningSoftware(silentLog, other), { version: 'unknown', digest: /^[0-9a-f]*[1-9a-f]/ });
});

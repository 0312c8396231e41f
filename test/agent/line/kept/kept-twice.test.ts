import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { copyOf, keepTwice, removeDrafts } from '../../../../agent/line/kept/kept-twice.ts';
import { jsonLog } from '../../../../base/log.ts';

t.test("many that write one file at once do not get in one another's way", async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'tls.crt');
  const events: string[] = [];
  const log = jsonLog('agent', (line) => events.push(JSON.parse(line).event));
  await Promise.all(Array.from({ length: 20 }, (_, n) => keepTwice(path, `content ${n % 10}`, log)));
  t.same(events, []);
  t.same(readdirSync(folder).sort(), ['tls.crt', 'tls.crt.copy']);
  for (const file of [path, copyOf(path)]) t.match(readFileSync(file, 'utf8'), /^content [0-9]$/);
});

t.test('drafts that a crash left are removed, and nothing else', async (t) => {
  const folder = t.testdir({ 'roster.seen': 'a', 'journal.new': 'b' });
  writeFileSync(join(folder, 'roster.seen.copy.0123456789abcdef.kept.new'), 'half');
  const events: string[] = [];
  const log = jsonLog('agent', (line) => events.push(JSON.parse(line).event));
  await removeDrafts(folder, log);
  t.same(readdirSync(folder).sort(), ['journal.new', 'roster.seen']);
  await removeDrafts(join(folder, 'none'), log);
  t.same(events, ['kept-file.not-written'], 'what fails does not keep the agent from starting');
});

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import type { Subcommand } from '../../cli/command.ts';
import { orderOf } from '../../hardware-sim/actions.ts';
import { parseScenario } from '../../hardware-sim/scenario/scenario.ts';

// The simulator's pages: each command in them names a subcommand, options and files that exist, and each order is one.

const root = resolve(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');
const page = read('SIMULATOR.md');
const pages = [page, read('SCENARIOS.md'), read('LINK-TOOLS.md')];
const commands = pages.flatMap((text) =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block
      .trim()
      .replaceAll(/\\\n\s*/g, '')
      .split('\n'),
  ),
);

async function helpOf(name: string): Promise<string> {
  const { help } = (await import(join(root, 'dist/cli/commands', `${name}.js`))) as Subcommand;
  return help;
}

t.test('each sealcam command of the page has its options', async (t) => {
  let seen = 0;
  for (const [line, name = ''] of commands.flatMap((line) => [...line.matchAll(/\.\/sealcam ([a-z]+).*/g)])) {
    const help = await helpOf(name);
    for (const [option] of line.matchAll(/--[a-z-]+/g)) {
      seen += 1;
      t.ok(option === '--help' || help.includes(option), `${line}: ${option}`);
    }
    const [, verb] = /\.\/sealcam [a-z]+ ([a-z][a-z-]+)( |$)/.exec(line) ?? [];
    if (verb !== undefined) t.match(help, `sealcam ${name} ${verb}`, line);
  }
  t.ok(seen >= 15, `${seen} options`);
});

t.test('each script and file that a command names exists', async (t) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  let seen = 0;
  for (const line of commands) {
    for (const [, script = ''] of line.matchAll(/npm run ([a-z:]+)/g)) {
      t.ok(Object.hasOwn(scripts, script), line);
      seen += 1;
    }
    for (const [path] of line.matchAll(/(?<![\w/])(docs|dist|hardware-sim|bench)\/[\w./-]+/g)) {
      t.ok(existsSync(join(root, path)), `${line}: ${path}`);
      seen += 1;
    }
  }
  t.ok(seen >= 5, `${seen} names`);
});

t.test('the scenario of the page is the file that its command plays, and can be read', async (t) => {
  const [, text = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const path = join(root, 'docs/examples/shaky-cable.yaml');
  t.equal(readFileSync(path, 'utf8'), text);
  t.match(parseScenario(text, path), { title: 'A shaky cable' });
});

t.test('the scenario of SCENARIOS.md can be read', async (t) => {
  const [, text = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(read('SCENARIOS.md')) ?? [];
  t.match(parseScenario(text, 'mine.yaml'), { title: 'A cable that is pulled' });
});

t.test('each order of the page is one', async (t) => {
  const orders = [...page.matchAll(/[`']({"[a-z]+":[^`'}]*})[`']/g)].map(([, order = '']) => order);
  t.ok(orders.length >= 10, `${orders.length} orders`);
  for (const order of orders) t.doesNotThrow(() => orderOf(JSON.parse(order)), order);
});

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import t from 'tap';

// The documents name files that exist, and decisions have one form.

const root = resolve(import.meta.dirname, '../../..');
const decisions = join(root, 'docs/decisions');

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md'].concat(
  readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);
const rooms = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map((entry) => entry.name);

/** Made by a build or a run, so absent from a fresh clone. */
const made = /^(dist|node_modules|sealcam-demo|native\/build)(\/|$)/;

/** What the links of a document lead to, relative to the project's folder. */
function linksOf(document: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z]+:|NNNN/.test(target))
    .map((target) => relative(root, resolve(root, dirname(document), target)));
}

/** The paths that a document quotes: a word in backquotes that begins with a folder of the project. */
function pathsOf(text: string): string[] {
  return [...text.matchAll(/`([a-z][\w-]*\/[\w./-]*)`/g)]
    .map(([, path]) => path ?? '')
    .filter((path) => rooms.includes(path.split('/')[0] ?? '') && !/[A-Z]{2}/.test(path));
}

t.test('every file that a document names exists', async (t) => {
  let named = 0;
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8');
    // A decision tells of the time when it was made; only its links must still lead somewhere.
    const quoted = document.startsWith('docs/decisions/') ? [] : pathsOf(text);
    for (const path of [...linksOf(document, text), ...quoted]) {
      if (made.test(path)) continue;
      named += 1;
      // THREATS.md names a test by its path below test/.
      const files = [path, `${path}.ts`, `${path}.mjs`, `test/${path}.test.ts`];
      const there = files.some((one) => existsSync(join(root, one)));
      if (!there) t.fail(`${document} names ${path}`);
    }
  }
  t.ok(named > 50, `${named} paths`);
});

/** The file or folder that a document calls `path`. */
function placeOf(path: string): string | undefined {
  return [path, `${path}.ts`].map((name) => join(root, name)).find((name) => existsSync(name));
}

function textsIn(place: string): string[] {
  const files = statSync(place).isDirectory() ? readdirSync(place).map((name) => join(place, name)) : [place];
  return files.filter((name) => statSync(name).isFile()).map((name) => readFileSync(name, 'utf8'));
}

t.test('what ARCHITECTURE.md says is in a file is in it', async (t) => {
  const [, section = ''] =
    /^## Where \.\.\.$(.*?)^## /ms.exec(readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8')) ?? [];
  const rows = [...section.matchAll(/^\| (.+?) \| (.+) \|$/gm)].slice(1);
  for (const question of [
    /serial frame is resynchronised/,
    /chunk key .* dies/,
    /receipt allows deletion/,
    /lamp is commanded/,
  ])
    t.ok(
      rows.some(([, asked = '']) => question.test(asked)),
      `${question}`,
    );
  for (const [, asked, answer = ''] of rows) {
    const quoted = [...answer.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
    const places = quoted.filter((word) => word.includes('/'));
    t.ok(places.length > 0, `${asked}: a file`);
    const texts = places.flatMap((path) => textsIn(placeOf(path) ?? join(root, path)));
    for (const name of quoted.filter((word) => /^\w+$/.test(word)))
      t.ok(
        texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
        `${asked}: ${name}`,
      );
  }
});

t.test('decisions have one form: number and title, status, context, decision, consequence', async (t) => {
  const names = readdirSync(decisions).sort();
  const link = String.raw`\[\d{4}\]\(\d{4}-[\w-]+\.md\)`;
  const status = new RegExp(`^Status: accepted(; (changed|replaced) by ${link}(, ${link})*)?$`);
  for (const name of names) {
    const number = name.slice(0, 4);
    const lines = readFileSync(join(decisions, name), 'utf8').split('\n');
    t.match(name, /^\d{4}-[a-z0-9-]+\.md$/);
    t.match(lines[0], new RegExp(`^# ${number}: [A-Z0-9].*[^.]$`), name);
    t.same([lines[1], lines[3]], ['', ''], name);
    t.match(lines[2], status, name);
    const headings = lines.filter((line) => line.startsWith('## '));
    t.same(headings, ['## Context', '## Decision', '## Consequence'], name);
  }
  t.equal(new Set(names.map((name) => name.slice(0, 4))).size, names.length, 'no number is used twice');
});

import { join, relative, resolve } from 'node:path';
import t from 'tap';
import {
  isClassDeclaration,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
  isVariableStatement,
  type SourceFile,
  type Statement,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import * as limits from '../../evidence/limits.ts';
import * as native from '../../native/index.ts';

// One word for one thing: a type has a name of its own in the whole house, and so has each function, constant or
// class that a file exports. The sources are read by TypeScript's own parser.

const root = resolve(import.meta.dirname, '../../..');
const rooms = /^(agency|agent|base|cli|evidence|hardware-sim|media|native|proto|station)\//;

/** What each subcommand's module exports (cli/command.ts). */
const ofSubcommands = ['help', 'run'];
/** The addon imports nothing of evidence/, and does or states the same as the evidence/ and base/ names. */
const ofTheAddon = ['crc32c', 'sha256', 'floeOpen', 'floeSeal'];
/** Numbers of the format that the addon states again: they must be equal. */
const sharedNumbers = [
  'digestBytes',
  'floeHeaderBytes',
  'mediaBytesMax',
  'segmentPlaintextBytes',
  'shareBytes',
  'telemetryBytesMax',
];
/** The rules of fields, as the statements' tables and the link's tables write them. */
const ofFieldTables = ['bytes', 'count', 'flag', 'list', 'text'];

interface Declared {
  readonly name: string;
  readonly file: string;
  readonly type: boolean;
  readonly exported: boolean;
}

function declaredIn(file: string, source: SourceFile): Declared[] {
  return source.statements.flatMap((statement): Declared[] => {
    const exported = isExported(statement);
    if (isInterfaceDeclaration(statement) || isTypeAliasDeclaration(statement)) {
      return [{ name: statement.name.text, file, type: true, exported }];
    }
    if (isClassDeclaration(statement) && statement.name !== undefined) {
      return [{ name: statement.name.text, file, type: true, exported }];
    }
    if (isFunctionDeclaration(statement) && statement.name !== undefined) {
      return [{ name: statement.name.text, file, type: false, exported }];
    }
    if (isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) =>
        name.kind === SyntaxKind.Identifier && 'text' in name
          ? [{ name: String(name.text), file, type: false, exported }]
          : [],
      );
    }
    return [];
  });
}

function isExported(statement: Statement): boolean {
  const modifiers =
    'modifiers' in statement ? (statement.modifiers as Iterable<{ kind: SyntaxKind }> | undefined) : [];
  return [...(modifiers ?? [])].some(({ kind }) => kind === SyntaxKind.ExportKeyword);
}

/** Every declaration at the top of a source, in all rooms. */
function declarations(): { files: number; declared: Declared[] } {
  const api = new API({ cwd: root });
  try {
    const config = join(root, 'tsconfig.json');
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    const files = (project?.rootFiles ?? []).filter(
      (file) => rooms.test(relative(root, file)) && !/\.d\.[cm]?ts$/.test(file),
    );
    const declared = files.flatMap((file) => {
      const source = project?.program.getSourceFile(file);
      return source === undefined ? [] : declaredIn(relative(root, file), source);
    });
    return { files: files.length, declared };
  } finally {
    api.close();
  }
}

const { files, declared } = declarations();

/** The names of `those` that more than one file declares, each with its files. */
function shared(those: readonly Declared[]): string[] {
  const filesOf = new Map<string, Set<string>>();
  for (const { name, file } of those) filesOf.set(name, (filesOf.get(name) ?? new Set()).add(file));
  return [...filesOf].flatMap(([name, all]) => (all.size > 1 ? [`${name}: ${[...all].join(', ')}`] : []));
}

t.test('the check sees the sources', async (t) => {
  t.ok(files > 200, `${files} files`);
  t.ok(declared.filter(({ type }) => type).length > 500, 'types');
  t.ok(declared.filter(({ exported }) => exported).length > 1000, 'exported names');
  t.same(
    shared(
      [...declared, { name: 'Log', file: 'x.ts', type: true, exported: false }].filter(
        ({ name }) => name === 'Log',
      ),
    ),
    ['Log: base/log.ts, x.ts'],
  );
});

t.test('no two files declare a type of the same name', async (t) => {
  t.same(shared(declared.filter(({ type }) => type)), []);
});

t.test('no two files export a function or a constant of the same name', async (t) => {
  const one = [...ofSubcommands, ...ofTheAddon, ...sharedNumbers, ...ofFieldTables];
  t.same(shared(declared.filter(({ name, exported }) => exported && !one.includes(name))), []);
});

t.test('the numbers that the addon states again are those of the format', async (t) => {
  const ofFormat = new Map<string, unknown>(Object.entries(limits));
  const ofAddon = new Map<string, unknown>(Object.entries(native));
  for (const name of sharedNumbers) {
    t.type(ofFormat.get(name), 'number', name);
    t.equal(ofAddon.get(name), ofFormat.get(name), name);
  }
});

import { dirname, join, relative, resolve } from 'node:path';
import { SyntaxKind } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

/**
 * One import as it stands in a source.
 * @typedef {object} Import
 * @property {string} from the importing file, from the project's folder
 * @property {number} line counted from 1
 * @property {string} specifier as written; empty where it is computed at run time
 * @property {string | undefined} file the imported file, from the project's folder; undefined for packages
 * @property {'type' | 'static' | 'dynamic' | 'computed'} kind `type` is gone from the JavaScript
 * @property {readonly string[] | undefined} names what is imported by name; undefined: all of it
 */

/**
 * Every import of every source that the tsconfig.json in `folder` includes, type imports too, as
 * TypeScript's own parser sees them: no comment, string or template can hide or feign one.
 * @returns {{ files: string[], imports: Import[] }}
 */
export function readImports(folder) {
  const api = new API({ cwd: folder });
  try {
    const config = join(folder, 'tsconfig.json');
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error(`${config} is no TypeScript project.`);
    const files = project.rootFiles.filter((file) => !/\.d\.[cm]?ts$/.test(file)).sort();
    const imports = files.flatMap((file) => importsOf(folder, file, project.program.getSourceFile(file)));
    return { files: files.map((file) => relative(folder, file)), imports };
  } finally {
    api.close();
  }
}

function importsOf(folder, file, source) {
  const from = relative(folder, file);
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.end).line + 1;
  const written = source.imports.map((literal) => ({
    from,
    line: lineOf(literal),
    specifier: literal.text,
    file: fileOf(folder, file, literal.text),
    ...kindOf(literal.parent),
  }));
  const computed = computedImports(source).map((call) => ({
    from,
    line: lineOf(call),
    specifier: '',
    file: undefined,
    kind: 'computed',
    names: undefined,
  }));
  return [...written, ...computed];
}

/** The file that a relative or `#generated/` specifier names. */
function fileOf(folder, file, specifier) {
  if (/^\.\.?(\/|$)/.test(specifier)) return relative(folder, resolve(dirname(file), specifier));
  if (specifier.startsWith('#generated/')) return specifier.replace('#generated/', 'proto/generated/');
  return undefined;
}

function kindOf(parent) {
  switch (parent.kind) {
    case SyntaxKind.ImportDeclaration: {
      const clause = parent.importClause;
      const kind = clause?.phaseModifier === SyntaxKind.TypeKeyword ? 'type' : 'static';
      return { kind, names: clause === undefined ? [] : namesOf(clause.namedBindings, clause.name) };
    }
    case SyntaxKind.ExportDeclaration:
      return { kind: parent.isTypeOnly ? 'type' : 'static', names: namesOf(parent.exportClause) };
    case SyntaxKind.CallExpression:
      return { kind: 'dynamic', names: undefined };
    case SyntaxKind.LiteralType:
      return { kind: 'type', names: undefined };
    default:
      return { kind: 'static', names: undefined };
  }
}

/** The names in `{ a, b as c }`, as the imported module calls them; undefined for `*`. */
function namesOf(bindings, defaultName) {
  if (bindings !== undefined && bindings.elements === undefined) return undefined;
  if (bindings === undefined && defaultName === undefined) return undefined;
  const named = (bindings?.elements ?? []).map((element) => (element.propertyName ?? element.name).text);
  return defaultName === undefined ? named : ['default', ...named];
}

/** Calls `import(x)` whose `x` is no literal: what they load, nobody can check beforehand. */
function computedImports(source) {
  const found = [];
  const walk = (node) => {
    if (node.kind === SyntaxKind.CallExpression && node.expression.kind === SyntaxKind.ImportKeyword) {
      const kind = node.arguments[0]?.kind;
      if (kind !== SyntaxKind.StringLiteral && kind !== SyntaxKind.NoSubstitutionTemplateLiteral)
        found.push(node);
    }
    node.forEachChild(walk);
  };
  walk(source);
  return found;
}

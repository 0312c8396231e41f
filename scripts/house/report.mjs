import { createRequire } from 'node:module';

/**
 * Turns the TAP of a whole run into lines for people: a line for each file, and for each failed assertion
 * where it stands, what was found and what was wanted, with the comments of its file (the seeds).
 * @param {(text: string) => void} print
 */
export function tapReport(print) {
  // Loaded here, not above: the packages may not be installed yet when this file is read.
  const { Parser } = createRequire(import.meta.url)('tap-parser');
  const parser = new Parser();
  const result = { passed: 0, failed: 0, skips: new Map() };
  let file = newFile();
  const skip = (reason, place) => {
    const text = typeof reason === 'string' && reason !== '' ? reason : 'no reason given';
    result.skips.set(text, [...(result.skips.get(text) ?? []), place]);
  };
  parser.on('child', (child) => {
    file = newFile();
    watchComments(child, (comment) => file.comments.push(comment));
  });
  parser.on('pass', () => {
    result.passed += 1;
    file.passed += 1;
  });
  parser.on('skip', (point) => {
    skip(point.skip, sourceOf(point.fullname));
    file.skipped += 1;
  });
  // A failure that is expected (todo) hides a test that does not hold: there are none here.
  for (const event of ['fail', 'todo']) {
    parser.on(event, (point) => {
      result.failed += 1;
      file.failures.push(point);
    });
  }
  parser.on('assert', (point) => {
    const counts = [
      `${file.passed} passed`,
      ...(file.failures.length > 0 ? [`${file.failures.length} failed`] : []),
      ...(file.skipped > 0 ? [`${file.skipped} skipped`] : []),
    ];
    const time = point.time === null ? '' : `, ${Math.round(point.time)} ms`;
    print(
      `${point.ok && file.failures.length === 0 ? 'ok    ' : 'FAILED'} ${sourceOf(point.name)}: ${counts.join(', ')}${time}\n`,
    );
    if (file.failures.length > 0 || !point.ok) {
      for (const failure of file.failures) print(inWords(failure));
      for (const comment of file.comments) print(`    ${comment}\n`);
    }
    file = newFile();
  });
  parser.on('bailout', (reason) => {
    result.failed += 1;
    print(`FAILED the run was given up: ${reason}\n`);
  });
  return {
    write: (text) => parser.write(text),
    end: () => {
      parser.end();
      return result;
    },
  };
}

const newFile = () => ({ passed: 0, skipped: 0, failures: [], comments: [] });

/** Comments that a test printed; those of tap itself (its subtests and times) left out. */
function watchComments(parser, take) {
  parser.on('comment', (line) => {
    const text = line.trim();
    if (!/^# (Subtest|time=|\{ total|No coverage)/.test(text)) take(text);
  });
  parser.on('child', (child) => watchComments(child, take));
}

/** The source that a compiled test, named by TAP, comes from. */
function sourceOf(name) {
  return name.replace(/^dist\//, '').replace(/\.test\.js/, '.test.ts');
}

function inWords(point) {
  const diag = point.diag ?? {};
  const lines = [`  - ${sourceOf(point.fullname)}`];
  const at = diag.at?.fileName;
  if (at !== undefined) lines.push(`    at ${at}:${diag.at.lineNumber}:${diag.at.columnNumber}`);
  if (point.tapError) lines.push(`    ${point.tapError}`);
  if (typeof diag.diff === 'string') lines.push(...indented(diag.diff));
  else {
    for (const key of ['found', 'wanted', 'pattern', 'code', 'exitCode', 'signal', 'timeout', 'expired']) {
      if (diag[key] !== undefined && diag[key] !== null)
        lines.push(...indented(`${key}: ${JSON.stringify(diag[key])}`));
    }
  }
  if (typeof diag.stack === 'string') lines.push(...indented(diag.stack));
  return `${lines.join('\n')}\n`;
}

function indented(text) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`);
}

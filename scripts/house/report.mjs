import { createRequire } from 'node:module';

/**
 * Turns the TAP of a whole run into lines for people: a line for each file, and for each failed assertion
 * where it is, what was found and what was wanted, with the comments of its file (the seeds).
 * @param {(text: string) => void} print
 */
export function tapReport(print) {
  // Loaded here, not above: the packages may not be installed yet when this file is read.
  const { Parser } = createRequire(import.meta.url)('tap-parser');
  const parser = new Parser();
  const result = { passed: 0, failed: 0, skips: new Map() };
  let file = newFile();
  const finishFile = () => {
    if (file.point === undefined) return;
    print(inWords(file));
    result.passed += file.passed;
    result.failed += file.failures.length;
    file = newFile();
  };
  parser.on('child', (child) => {
    finishFile();
    watchComments(child, (comment) => file.comments.push(comment));
  });
  parser.on('pass', () => (file.passed += 1));
  parser.on('skip', (point) => {
    // A file in which nothing is tested is a mistake, however well it ended.
    if (point.skip === 'no tests found') file.failures.push(point);
    else {
      file.skipped += 1;
      const reason = typeof point.skip === 'string' && point.skip !== '' ? point.skip : 'no reason given';
      result.skips.set(reason, [...(result.skips.get(reason) ?? []), sourceOf(point.fullname)]);
    }
  });
  // A failure that is expected (todo) hides a test that does not hold: there are none here.
  for (const event of ['fail', 'todo']) parser.on(event, (point) => file.failures.push(point));
  parser.on('assert', (point) => {
    file.point = point;
    // What the file as a whole adds (it ended with a code of its own, say) comes right after this, not before.
    setImmediate(finishFile);
  });
  parser.on('bailout', (reason) => {
    file.failures.push({ fullname: `the run was given up: ${reason}` });
  });
  return {
    write: (text) => parser.write(text),
    end: () => {
      parser.end();
      finishFile();
      // A text that is empty, was cut, or lacks its plan is no proof, however good what there is of it.
      const unsound = (!parser.ok || parser.count === 0) && result.failed === 0 && file.failures.length === 0;
      if (unsound) file.failures.push({ fullname: 'the run did not come to its end' });
      if (file.failures.length > 0) file.point = { name: 'the whole run', time: null };
      finishFile();
      return result;
    },
  };
}

const newFile = () => ({ point: undefined, passed: 0, skipped: 0, failures: [], comments: [] });

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

/** A file's line and, where something in it failed, what and where, and what it commented. */
function inWords({ point, passed, skipped, failures, comments }) {
  const counts = [
    `${passed} passed`,
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(point.time === null ? [] : [`${Math.round(point.time)} ms`]),
  ];
  const line = `${failures.length === 0 ? 'ok    ' : 'FAILED'} ${sourceOf(point.name)}: ${counts.join(', ')}`;
  const told = failures.length === 0 ? [] : comments.map((comment) => `    ${comment}`);
  return `${[line, ...failures.flatMap(failureInWords), ...told].join('\n')}\n`;
}

function failureInWords(point) {
  const diag = point.diag ?? {};
  const lines = [`  - ${sourceOf(point.fullname)}${point.skip ? ` (${point.skip})` : ''}`];
  const at = diag.at?.fileName;
  if (at !== undefined) lines.push(`    at ${at}:${diag.at.lineNumber}:${diag.at.columnNumber}`);
  if (point.tapError) lines.push(`    ${point.tapError}`);
  if (typeof diag.diff === 'string') lines.push(...indented(diag.diff));
  else
    for (const key of ['found', 'wanted', 'pattern', 'code', 'exitCode', 'signal', 'timeout', 'expired'])
      if (diag[key] != null) lines.push(...indented(`${key}: ${JSON.stringify(diag[key])}`));
  if (typeof diag.stack === 'string') lines.push(...indented(diag.stack));
  return lines;
}

const indented = (text) => [text.trimEnd().replaceAll(/^/gm, '      ')];

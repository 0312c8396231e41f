import { Writable } from 'node:stream';
import t from 'tap';
import { daemonLog, logBytesMax, logFormatOf } from '../../cli/daemon-log.ts';

/** A stream that is read when told so. */
function heldStream(): { stream: Writable; lines: Record<string, unknown>[]; read(): Promise<void> } {
  const lines: Record<string, unknown>[] = [];
  let reading = false;
  let waiting = (): void => {};
  const stream = new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      lines.push(JSON.parse(line));
      if (reading) done();
      else waiting = done;
    },
  });
  const read = async (): Promise<void> => {
    reading = true;
    waiting();
    while (stream.writableLength > 0) await new Promise((resolve) => setImmediate(resolve));
    reading = false;
  };
  return { stream, lines, read };
}

t.test('unread output is bounded, and how much was lost is told once it is read', async (t) => {
  const { stream, lines, read } = heldStream();
  const log = daemonLog('agent', stream, 'alarm');
  const field = 'x'.repeat(1000);
  const logged = 3_000;
  for (let n = 0; n < logged; n += 1) {
    log.alarm('test.full', 'full', { n, field });
    if (stream.writableLength > logBytesMax) t.fail(`${stream.writableLength} bytes wait`);
  }
  await read();
  const told = lines.filter(({ event }) => event !== 'test.full');
  t.equal(told.length, 1);
  const [{ level, lines: lost } = {}] = told;
  t.equal(level, 'warn', 'at whatever level the log is');
  t.ok(Number(lost) > logged / 2 && lines.length - 1 + Number(lost) === logged, `${lost} of ${logged} lines`);
  t.same(
    lines.slice(0, -1).map(({ n }) => n),
    [...Array(lines.length - 1).keys()],
    'those before are all there',
  );
  log.alarm('test.read-again', 'read again');
  await read();
  t.equal(lines.at(-1)?.event, 'test.read-again');
});

t.test('a line longer than the bound, where nothing waits, takes none with it', async (t) => {
  const { stream, lines, read } = heldStream();
  const log = daemonLog('agent', stream, 'alarm');
  log.alarm('test.long', 'long', { field: 'x'.repeat(logBytesMax) });
  await read();
  log.alarm('test.next', 'next');
  await read();
  t.same(
    lines.map(({ event }) => event),
    ['test.long', 'test.next'],
  );
});

t.test('a slow reader that keeps up on average loses nothing', async (t) => {
  const { stream, lines, read } = heldStream();
  const log = daemonLog('station', stream, 'info');
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 300; n += 1) log.info('test.line', 'line', { field: 'x'.repeat(1000) });
    await read();
  }
  t.equal(lines.length, 1_500);
  t.ok(lines.every(({ event }) => event === 'test.line'));
});

t.test('a reader that has gone away ends nothing', async (t) => {
  const stream = new Writable({ write: (_line, _encoding, done) => done(new Error('EPIPE')) });
  const log = daemonLog('station', stream, 'info');
  log.info('test.first', 'first');
  await new Promise((resolve) => stream.once('close', resolve));
  t.doesNotThrow(() => log.info('test.second', 'second'));
});

t.test('a terminal gets readable lines, anything else JSON, and the format can be asked for', async (t) => {
  const said = (isTTY: boolean, format?: 'json' | 'text'): string => {
    const lines: string[] = [];
    const stream = Object.assign(
      new Writable({
        decodeStrings: false,
        write(line: string, _encoding, done) {
          lines.push(line);
          done();
        },
      }),
      { isTTY },
    );
    daemonLog('agent', stream, 'info', format).info('test.ready', 'ready', { boot: 7 });
    return lines.join('');
  };
  const readable = /^[-0-9]{10} [:.0-9]{12} info {2}agent: ready \(boot 7\)\n$/;
  t.match(said(true), readable);
  t.match(said(false, 'text'), readable);
  t.equal(JSON.parse(said(false)).event, 'test.ready');
  t.equal(JSON.parse(said(true, 'json')).event, 'test.ready');
  t.throws(() => logFormatOf('xml'), { code: 'USAGE', message: /give json or text/ });
});

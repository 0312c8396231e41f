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

t.test('what nobody reads is bounded, and how much of it was lost is told once it is read', async (t) => {
  const { stream, lines, read } = heldStream();
  const log = daemonLog('agent', stream, 'alarm');
  const field = 'x'.repeat(1000);
  const logged = 3_000;
  for (let n = 0; n < logged; n += 1) {
    log.alarm('full', { n, field });
    if (stream.writableLength > logBytesMax) t.fail(`${stream.writableLength} bytes wait`);
  }
  await read();
  const told = lines.filter(({ msg }) => msg !== 'full');
  t.equal(told.length, 1);
  const [{ level, lines: lost } = {}] = told;
  t.equal(level, 'warn', 'at whatever level the log is');
  t.ok(Number(lost) > logged / 2 && lines.length - 1 + Number(lost) === logged, `${lost} of ${logged} lines`);
  t.same(
    lines.slice(0, -1).map(({ n }) => n),
    [...Array(lines.length - 1).keys()],
    'those before are all there',
  );
  log.alarm('read again');
  await read();
  t.equal(lines.at(-1)?.msg, 'read again');
});

t.test('a line longer than the bound, where nothing waits, takes none with it', async (t) => {
  const { stream, lines, read } = heldStream();
  const log = daemonLog('agent', stream, 'alarm');
  log.alarm('long', { field: 'x'.repeat(logBytesMax) });
  await read();
  log.alarm('next');
  await read();
  t.same(
    lines.map(({ msg }) => msg),
    ['long', 'next'],
  );
});

t.test('a slow reader that is never far behind loses nothing', async (t) => {
  const { stream, lines, read } = heldStream();
  const log = daemonLog('station', stream, 'info');
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 300; n += 1) log.info('line', { field: 'x'.repeat(1000) });
    await read();
  }
  t.equal(lines.length, 1_500);
  t.ok(lines.every(({ msg }) => msg === 'line'));
});

t.test('a reader that has gone away ends nothing', async (t) => {
  const stream = new Writable({ write: (_line, _encoding, done) => done(new Error('EPIPE')) });
  const log = daemonLog('station', stream, 'info');
  log.info('first');
  await new Promise((resolve) => stream.once('close', resolve));
  t.doesNotThrow(() => log.info('second'));
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
    daemonLog('agent', stream, 'info', format).info('ready', { boot: 7 });
    return lines.join('');
  };
  const readable = /^[-0-9]{10} [:.0-9]{12} info {2}agent: ready \(boot 7\)\n$/;
  t.match(said(true), readable);
  t.match(said(false, 'text'), readable);
  t.equal(JSON.parse(said(false)).msg, 'ready');
  t.equal(JSON.parse(said(true, 'json')).msg, 'ready');
  t.throws(() => logFormatOf('xml'), { code: 'USAGE', message: /give json or text/ });
});

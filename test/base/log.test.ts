import t from 'tap';
import { jsonLog, type Log, type LogRate, rateLimitedLog, silentLog, textLog } from '../../base/log.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

const noon = (): Date => new Date('2026-01-01T12:00:00Z');

/** What a log writes, parsed line by line. */
function capture(): { readonly log: Log; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  return { log: jsonLog('agent', (line) => lines.push(JSON.parse(line)), 'debug', noon), lines };
}

t.test('writes one JSON line with its time, level, part, message and fields', async (t) => {
  const written: string[] = [];
  const log = jsonLog('agent', (line) => written.push(line), 'info', noon);
  log.warn('disk.slow', 'Disk is slow', { ms: 12, path: 'a\nb', gone: undefined });
  t.same(written, [
    '{"t":"2026-01-01T12:00:00.000Z","level":"warn","event":"disk.slow","part":"agent","msg":"Disk is slow","ms":12,"path":"a\\nb"}\n',
  ]);
});

t.test('leaves out what is below its level', async (t) => {
  const levels: unknown[] = [];
  const log = jsonLog('agent', (line) => levels.push(JSON.parse(line).level), 'warn');
  log.debug('test.a', 'a');
  log.info('test.b', 'b');
  log.warn('test.c', 'c');
  log.alarm('test.d', 'd');
  t.same(levels, ['warn', 'alarm']);
});

t.test('a child names its part below its parent, and keeps level and time', async (t) => {
  const { log, lines } = capture();
  log.child('spool').child('scan').debug('test.found', 'found');
  t.match(lines, [{ part: 'agent/spool/scan', level: 'debug', t: '2026-01-01T12:00:00.000Z' }]);
});

t.test('the silent log takes everything', async (t) => {
  t.doesNotThrow(() => silentLog.child('x').alarm('test.unheard', 'No one hears this'));
});

function limited(rate: Partial<LogRate> = {}): {
  log: Log;
  lines: Record<string, unknown>[];
  clock: FakeClock;
} {
  const { log, lines } = capture();
  const clock = fakeClock();
  const whole = { linesMax: 3, windowMs: 60_000, subjectsMax: 4, ...rate };
  return { log: rateLimitedLog(log, clock.uptimeUs, whole), lines, clock };
}

t.test('a message passes so many times a minute, and the rest is counted', async (t) => {
  const { log, lines, clock } = limited();
  for (let at = 0; at < 10; at += 1) {
    log.warn('link.lost', 'Link lost', { at });
    clock.tick(1000);
  }
  t.same(
    lines.map((line) => line.at),
    [0, 1, 2],
  );
  clock.tick(60_000);
  log.warn('link.lost', 'Link lost', { at: 10 });
  t.match(lines.slice(3), [
    { level: 'warn', event: 'link.lost', msg: 'Link lost', suppressed: 7 },
    { level: 'warn', event: 'link.lost', msg: 'Link lost', at: 10 },
  ]);
  t.equal(lines.length, 5);
});

t.test('the count is told with the first line of any message after the window, once', async (t) => {
  const { log, lines, clock } = limited({ linesMax: 1 });
  log.child('uplink').alarm('test.refused', 'refused');
  log.child('uplink').alarm('test.refused', 'refused');
  clock.tick(59_999);
  log.info('test.still-inside', 'still inside');
  t.equal(lines.length, 2);
  clock.tick(1);
  log.info('test.later', 'later');
  log.info('test.later-still', 'later still');
  t.match(lines.slice(2), [
    { level: 'alarm', part: 'agent/uplink', event: 'test.refused', suppressed: 1 },
    { event: 'test.later' },
    { event: 'test.later-still' },
  ]);
  t.equal(lines.length, 5);
});

t.test('another message, level or part has its own allowance', async (t) => {
  const { log, lines } = limited({ linesMax: 1, subjectsMax: 10 });
  for (let round = 0; round < 2; round += 1) {
    log.info('test.a', 'a');
    log.info('test.b', 'b');
    log.warn('test.a', 'a');
    log.child('spool').info('test.a', 'a');
  }
  t.equal(lines.length, 4);
});

t.test('a message that never exceeds its rate is never reported as suppressed', async (t) => {
  const { log, lines, clock } = limited();
  for (let minute = 0; minute < 5; minute += 1) {
    for (let at = 0; at < 3; at += 1) log.info('test.beat', 'beat');
    clock.tick(60_000);
  }
  t.equal(lines.length, 15);
  t.notOk(lines.some((line) => 'suppressed' in line));
});

t.test(
  'endlessly many subjects share one allowance beyond the bound, and none is lost uncounted',
  async (t) => {
    const { log, lines, clock } = limited({ linesMax: 2, subjectsMax: 4 });
    for (let at = 0; at < 1000; at += 1) log.warn('test.message', 'A message', { device: `camera-${at}` });
    t.equal(lines.length, 6, 'four of their own and two shared');
    clock.tick(60_000);
    log.info('test.later', 'later');
    t.match(lines[6], { level: 'warn', suppressed: 994 });
    t.equal(lines.length, 8);
  },
);

t.test('what the shared allowance kept back is told at its gravest level', async (t) => {
  const { log, lines, clock } = limited({ linesMax: 1, subjectsMax: 1 });
  log.info('test.own', 'own');
  log.info('test.shared', 'shared');
  log.alarm('test.grave', 'grave');
  log.warn('test.light', 'light');
  clock.tick(60_000);
  log.info('test.later', 'later');
  t.match(lines[2], { level: 'alarm', suppressed: 2 });
});

t.test('debug lines all pass', async (t) => {
  const { log, lines } = limited({ linesMax: 1, subjectsMax: 1 });
  for (let at = 0; at < 20; at += 1) log.debug('test.step', 'step');
  t.equal(lines.length, 20);
});

t.test('alarms about different cameras, recordings and files do not push each other out', async (t) => {
  const { log, lines } = limited({ linesMax: 1, subjectsMax: 1_000 });
  for (let round = 0; round < 3; round += 1) {
    for (let at = 1; at <= 40; at += 1) {
      log.alarm('recording.unreadable', 'a stored recording cannot be read', {
        device: `camera-${at}`,
        code: 'EIO',
      });
      log.info('recording.opened', 'Recording opened', { number: at });
      log.warn('file.damaged', 'a stored file is damaged', { path: `/store/${at}` });
    }
  }
  t.equal(lines.length, 120, 'each subject once');
  t.equal(new Set(lines.map(({ device, number, path }) => `${device} ${number} ${path}`)).size, 120);
});

t.test('what was left out is counted for each subject, and names it', async (t) => {
  const { log, lines, clock } = limited({ linesMax: 1, subjectsMax: 100 });
  for (let at = 0; at < 5; at += 1)
    log.alarm('test.refused', 'refused', { device: 'camera-1', code: `E${at}` });
  log.alarm('test.refused', 'refused', { device: 'camera-2', code: 'E' });
  log.alarm('test.refused', 'refused', { device: 'camera-2', code: 'E' });
  clock.tick(60_000);
  log.info('test.later', 'later');
  t.match(lines.slice(2, 4), [
    { level: 'alarm', event: 'test.refused', device: 'camera-1', suppressed: 4 },
    { level: 'alarm', event: 'test.refused', device: 'camera-2', suppressed: 1 },
  ]);
});

t.test('a line for a person has the sentence and the fields, and no field can begin a line', async (t) => {
  const written: string[] = [];
  const log = textLog('agent', (line) => written.push(line), 'info', noon);
  log.child('spool').warn('disk.slow', 'The disk is slow', {
    ms: 12,
    name: 'two words',
    path: 'a\n\u001b[2Kok',
    gone: undefined,
  });
  log.debug('test.left-out', 'left out');
  t.same(written, [
    '2026-01-01 12:00:00.000 warn  agent/spool: The disk is slow (ms 12, name two words, path "a\\n\\u001b[2Kok") [disk.slow]\n',
  ]);
});

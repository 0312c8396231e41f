import t from 'tap';
import { jsonLog } from '../../../base/log.ts';
import { countAlarms } from '../../../base/monitoring/alarms.ts';
import { expirySentences, watchExpiry } from '../../../base/monitoring/expiry.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);

t.test(
  'a certificate is alarmed about from thirty days before its end, at once, once a day and at its end',
  async (t) => {
    const clock = fakeClock({ utcUs: start * 1000 });
    const lines: string[] = [];
    const log = jsonLog('agent', (line) => {
      const { event, msg } = JSON.parse(line);
      lines.push(`${event} ${msg}`);
    });
    const watch = watchExpiry(() => [{ what: 'TLS', validTo: new Date(start + 31.5 * dayMs) }], clock, log);
    await clock.advance(dayMs);
    t.same(lines, []);
    await clock.advance(dayMs);
    t.same(lines, ['certificate.expiring The TLS certificate expires on 2026-02-01: renew it']);
    await clock.advance(3 * dayMs);
    t.equal(lines.length, 4);
    await clock.advance(26 * dayMs);
    t.equal(lines.at(-1), 'certificate.expiring The TLS certificate expires on 2026-02-01: renew it');
    await clock.advance(dayMs / 2);
    t.equal(lines.at(-1), 'certificate.expired The TLS certificate expired on 2026-02-01: renew it');
    watch.cancel();
    const before = lines.length;
    await clock.advance(3 * dayMs);
    t.equal(lines.length, before);
  },
);

t.test('each certificate has its own sentence; a clock in 1970 condemns none', (t) => {
  const certificates = [
    { what: 'TLS', validTo: new Date(start) },
    { what: 'identity', validTo: new Date(start + 400 * dayMs) },
  ];
  t.same(expirySentences(certificates, start), ['The TLS certificate expired on 2026-01-01: renew it']);
  t.same(expirySentences(certificates, 0), []);
  t.end();
});

t.test('a clock that cannot be right is doubted before a certificate is, and by what is said', (t) => {
  const certificates = [{ what: 'TLS', validFrom: new Date(start), validTo: new Date(start + 700 * dayMs) }];
  const receipt = (atMs: number) => ({ from: 'the newest receipt', atMs, before: 'now' }) as const;
  const built = {
    from: 'the installation of this program',
    atMs: start + 100 * dayMs,
    before: false,
  } as const;
  const in2026 = start + 150 * dayMs;
  const in2036 = start + 3_800 * dayMs;
  t.same(expirySentences(certificates, in2026, [receipt(in2026), built]), []);
  t.same(expirySentences(certificates, in2036, [receipt(in2026)]), [
    "This machine's clock says 2036-05-28, but by the newest receipt it is 2026-05-31: the clock may be wrong, so set it",
    'The TLS certificate expired on 2027-12-02 by a clock that may be wrong: set the clock before you renew it',
  ]);
  t.match(expirySentences(certificates, in2036), [
    /the end of the TLS certificate was on 2027-12-02.*clock may be wrong/,
    /set the clock/,
  ]);
  t.match(expirySentences(certificates, 0), [
    /clock says 1970-01-01, but the issue of the TLS certificate was on 2026-01-01/,
  ]);
  t.match(expirySentences([], start, [built]), [/the installation of this program was on 2026-04-11/]);
  const expired = start + 720 * dayMs;
  t.same(expirySentences(certificates, expired, [receipt(expired - 60_000)]), [
    'The TLS certificate expired on 2027-12-02: renew it',
  ]);
  t.end();
});

t.test('alarms are counted in every part, and passed on with all else', (t) => {
  const lines: { level: string; event: string; part: string; msg: string }[] = [];
  let nowUs = 5;
  const inner = jsonLog('agent', (line) => lines.push(JSON.parse(line)));
  const { log, alarms } = countAlarms(inner, () => nowUs);
  t.same(alarms(), { count: 0, newest: undefined });
  log.child('spool').alarm('test.a', 'a', { bytes: 1 });
  nowUs = 9;
  log.child('spool').child('journal').alarm('test.b', 'b');
  log.warn('test.c', 'c');
  t.same(alarms(), { count: 2, newest: { sentence: 'b', atUs: 9 } });
  t.match(lines, [
    { level: 'alarm', event: 'test.a', part: 'agent/spool', msg: 'a', bytes: 1 },
    { level: 'alarm', event: 'test.b', part: 'agent/spool/journal', msg: 'b' },
    { level: 'warn', event: 'test.c', part: 'agent', msg: 'c' },
  ]);
  t.end();
});

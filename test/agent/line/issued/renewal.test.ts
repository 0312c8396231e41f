import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRevocation,
  provisionRoster,
  provisionStation,
  renewCamera,
} from '../../../../agency/provision.ts';
import { IssuedIntake } from '../../../../agent/commands/issued.ts';
import { loadCredentials } from '../../../../agent/line/issued/credentials.ts';
import { CertificateTaker } from '../../../../agent/line/kept/certificates.ts';
import { jsonLog, silentLog } from '../../../../base/log.ts';
import { readRoot } from '../../../../evidence/root.ts';
import { formatTopic, parseTopic } from '../../../../proto/topics.ts';
import { systemFiles } from '../../../../station/index.ts';
import { IssuedPost } from '../../../../station/orders/issued.ts';
import { certificatesOf } from '../../../../station/orders/renewals.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

const dayMs = 86_400_000;
const base = t.testdir();
let made = 0;

/** A camera and its agency, with the days that have passed since the camera was provisioned. */
async function provisioned() {
  made += 1;
  const folder = join(base, String(made));
  const at = (...parts: string[]): string => join(folder, ...parts);
  const agency = { folder: at('agency') };
  await provisionAgency({ ...agency, name: 'Test' });
  await provisionRecipient({ path: at('alice'), label: 'Alice' });
  const roster = () => provisionRoster(agency, [{ role: 'evidence', publicKeyFile: at('alice.pub') }]);
  await roster();
  await provisionStation(agency, { id: 'station-1', folder: at('station') });
  const later = (days: number): Date => new Date(Date.now() + days * dayMs);
  const camera = (id: string, name = id, days = 0) =>
    provisionCamera(agency, { id, station: 'station-1', folder: at(name), now: later(days) });
  await camera('camera-1');
  const root = readRoot(readFileSync(at('agency', 'root.crt')));
  const renew = (days: number, id = 'camera-1') => renewCamera(agency, { id, now: later(days) });
  const issued = (id: string, nowMs = lateMs) =>
    certificatesOf(id, at('agency', 'issued'), { root, files: systemFiles, nowMs });
  return { at, agency, root, roster, camera, renew, issued };
}

/** When all that is issued here is valid. */
const lateMs = Date.now() + 20 * 365 * dayMs;

type Provisioned = Awaited<ReturnType<typeof provisioned>>;

/** A start of the camera's agent, as far as its certificates go. `rosterVersion` is what it has. */
async function started({ at, root }: Provisioned, rosterVersion = 1) {
  const lines: string[] = [];
  const log = jsonLog('agent', (line) => {
    const { event, kind, code } = JSON.parse(line);
    lines.push([event, kind, code].filter(Boolean).join(' '));
  });
  const kept = (name: string): string => at(`kept-${name}`);
  const file = (name: string): string => at('camera-1', name);
  const { identity, ownCertificate } = await loadCredentials(
    ...([file, kept, ['mqtts://127.0.0.1:1'], fakeClock(), log] as const),
  );
  const taker = new CertificateTaker({
    ...{ kept, root, log, identity: identity.certificate, tls: () => ownCertificate.certificate },
    rosterVersion: () => rosterVersion,
    tlsRenewed: () => ownCertificate.look(),
  });
  return { identity, ownCertificate, taker, lines, kept };
}

const years = (certificate: { readonly validTo: Date } | undefined): number =>
  Math.round(((certificate?.validTo.getTime() ?? 0) - Date.now()) / dayMs / 365);

t.test('certificates are issued again, travel to the camera, and are used without a stop', async (t) => {
  const all = await provisioned();
  await all.renew(365);
  const { identity, ownCertificate, taker, lines } = await started(all);
  t.equal(years(identity.certificate), 5);
  const events = { up() {}, acked() {}, failed() {}, message() {} };
  const ended = new Promise<void>((resolve) => {
    ownCertificate.open({ ...events, down: () => resolve() }).close('no broker is there');
  });
  const nothing = async (): Promise<boolean> => t.fail('another kind came');
  const intake = new IssuedIntake(
    {
      ...{ policy: nothing, roster: nothing, revocation: nothing, 'vault-key': nothing },
      certificate: (der) => taker.take(der),
    },
    jsonLog('agent', (line) => lines.push(JSON.parse(line).event)),
  );
  const folder = all.at('issued');
  mkdirSync(folder);
  cpSync(all.at('agency', 'issued'), join(folder, 'issued'), { recursive: true });
  const post = new IssuedPost({
    ...{
      folder,
      stationId: 'station-1',
      root: all.root,
      clock: { utcUs: () => lateMs * 1_000 },
      files: systemFiles,
      log: silentLog,
    },
    publish(topic, payload) {
      t.same(parseTopic(formatTopic(topic)), topic);
      if (topic.leaf === 'certificate') intake.take('certificate', payload);
    },
  });
  t.notOk(ownCertificate.isNewer);
  await post.send('camera-1');
  await intake.settled();
  t.same([...lines].sort(), ['certificate.renewed', 'issued.taken', 'issued.taken']);
  t.equal(years(ownCertificate.certificate), 6, 'the next connection is made with it');
  await ended;
  t.notOk(ownCertificate.isNewer, 'no connection is left that has the old one');
  t.equal(years(taker.identity), 6);
  await post.send('camera-1');
  await intake.settled();
  t.equal(lines.length, 3, 'the same again changes nothing');
  await ownCertificate.close();
  const next = await started(all);
  t.equal(years(next.identity.certificate), 6, 'the next start signs its session with it');
  t.equal(years(next.ownCertificate.certificate), 6);
});

t.test('what is older, for another key, camera or root changes nothing', async (t) => {
  const all = await provisioned();
  const [first] = await all.issued('camera-1');
  if (first === undefined) throw new Error('nothing was issued');
  await all.renew(365);
  const { taker } = await started(all);
  for (const der of await all.issued('camera-1')) t.equal(await taker.take(der), true);
  t.equal(await taker.take(first), false, 'an old one that is sent again');
  await all.camera('camera-2');
  for (const der of await all.issued('camera-2'))
    await t.rejects(taker.take(der), { code: 'CERTIFICATE_FOREIGN' });
  const other = await provisioned();
  for (const der of await other.issued('camera-1'))
    await t.rejects(taker.take(der), { code: 'CERTIFICATE_UNTRUSTED' });
  await t.rejects(taker.take(Buffer.from('noise')), { code: 'CERTIFICATE_MALFORMED' });
  await all.camera('camera-1', 'camera-1-again', 400);
  await all.renew(730);
  const taken = [];
  for (const der of await all.issued('camera-1')) taken.push(await taker.take(der));
  t.same(taken, [false, false, false, false], 'new keys that this camera has not');
});

t.test('a certificate that asks for a newer roster waits for it', async (t) => {
  const all = await provisioned();
  await all.roster();
  await all.renew(365);
  const early = await started(all, 1);
  const refused = [];
  for (const der of await all.issued('camera-1'))
    refused.push(await early.taker.take(der).catch(({ code }) => code));
  t.same(refused.sort(), ['CERTIFICATE_ROSTER', true]);
  const { taker } = await started(all, 2);
  const taken = [];
  for (const der of await all.issued('camera-1')) taken.push(await taker.take(der));
  t.same(taken.sort(), [false, true]);
});

t.test('a station keeps a certificate that is not valid yet', async (t) => {
  const all = await provisioned();
  const before = await all.issued('camera-1', Date.now() + dayMs);
  await all.renew(365);
  t.same(await all.issued('camera-1', Date.now() + dayMs), before, "the agency's clock was a year ahead");
  t.notSame(await all.issued('camera-1', Date.now() + 366 * dayMs), before);
});

t.test('one damaged copy of a taken certificate costs nothing, both cost the renewal alone', async (t) => {
  const all = await provisioned();
  await all.renew(365);
  const { taker, kept } = await started(all);
  for (const der of await all.issued('camera-1')) await taker.take(der);
  writeFileSync(kept('identity.crt'), 'noise');
  const one = await started(all);
  t.equal(years(one.identity.certificate), 6);
  t.match(one.lines, ['kept-file.damaged CERTIFICATE_MALFORMED']);
  for (const name of ['identity.crt', 'identity.crt.copy']) writeFileSync(kept(name), 'noise');
  const both = await started(all);
  t.equal(years(both.identity.certificate), 5);
});

t.test('a revoked key gets no new certificate, and neither does an unknown camera', async (t) => {
  const all = await provisioned();
  const { identity } = await started(all);
  await t.rejects(all.renew(1, 'camera-9'), { code: 'PROVISION_MISSING' });
  await provisionRevocation(all.agency, { keyId: identity.certificate.keyId, from: new Date() });
  await t.rejects(all.renew(1), { code: 'PROVISION_REVOKED' });
});

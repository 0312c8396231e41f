import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { BootJournalWriter } from '../../../agent/spool/boot-journals/journal-writer.ts';
import { JournalsBeside } from '../../../agent/spool/boot-journals/journals-beside.ts';
import { cutJournals, keptBootJournals } from '../../../agent/spool/boot-journals/kept.ts';
import { SentJournals } from '../../../agent/spool/boot-journals/sent-journals.ts';
import { Folder } from '../../../agent/spool/disk/folder.ts';
import type { SpooledRecording, UplinkSpool } from '../../../agent/spool/types.ts';
import { startUplink, type Uplink } from '../../../agent/uplink/index.ts';
import { charged, choose, noShares } from '../../../agent/uplink/machine/lanes.ts';
import { firstCursor } from '../../../agent/uplink/machine/schedule.ts';
import { toHex } from '../../../base/bytes.ts';
import { jsonLog, silentLog } from '../../../base/log.ts';
import { cutValue } from '../../../evidence/boot-journal.ts';
import { recordMagic, statementRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { formatTopic } from '../../../proto/topics.ts';
import { losesAll, SimFileSystem, SimulatedCrash } from '../../../scenario/fast/disks/sim-file-system.ts';
import { makeAgency, temporaryFolder } from '../../station/support/agency.ts';
import { FakeCamera } from '../../station/support/camera.ts';
import { Harness } from '../../station/support/harness.ts';
import { softwareDigest } from '../../support/evidence/boot-journals.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { full } from '../../support/full.ts';
import { fileLimitMs } from '../../support/patience.ts';
import type { TestSession } from '../../support/recording.ts';
import { seeded } from '../../support/seed.ts';
import { MemorySpool } from '../../support/uplink/memory-spool.ts';
import { modelLimits } from '../../support/uplink/uplink-model.ts';
import { uplinkSession } from '../../support/uplink/uplink-session.ts';

// The journals of boots on their way: the real uplink sends them from a simulated disk to the real station, which stores and
// receipts them; no broker is between.

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);

/** The boots of one camera, one after the other on one disk. */
class Camera {
  readonly #camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  #boots = 0;
  fileSystem: SimFileSystem;
  writer!: BootJournalWriter;
  sent!: SentJournals;
  readonly alarms: string[] = [];

  constructor(fileSystem = new SimFileSystem()) {
    this.fileSystem = fileSystem;
  }

  get session(): TestSession {
    return { statement: this.#camera.session, signer: this.#camera.signer };
  }

  get folder(): Folder {
    return new Folder(this.fileSystem, '/spool');
  }

  /** Starts: begins a journal, and tells of those before. */
  async boot(): Promise<void> {
    this.#boots += 1;
    if (this.#boots > 1) this.#camera.boot({ previousSession: this.#camera.session.digest });
    const log = jsonLog('agent', (line) => this.alarms.push(JSON.parse(line).event));
    const kept = await keptBootJournals(this.folder, log);
    const cuts = await cutJournals(this.folder, kept, silentLog);
    this.writer = new BootJournalWriter(this.session, this.folder, silentLog);
    this.#add('boot', `1.0.0 ${softwareDigest}`);
    for (const cut of cuts) this.#add('cut', cutValue(cut));
    this.sent = new SentJournals(this.folder, kept.journals, this.writer, silentLog);
    await this.writer.flush();
  }

  async happens(event: 'sensor-lost' | 'shutdown', value = ''): Promise<void> {
    this.#add(event, value);
    await this.writer.flush();
  }

  #add(...[event, value]: [Parameters<BootJournalWriter['add']>[0], string]): void {
    this.writer.add(event, value, {
      ...{ epoch: new Uint8Array(16), uptimeUs: this.#boots * 1e6, utcUs: 1_780_000_000_000_000 },
      ...{ clockState: 'synchronised', errorUs: 0 },
    });
  }

  get files(): string[] {
    return this.fileSystem.names.filter((name) => name.endsWith('.journal'));
  }
}

interface Connected {
  readonly uplink: Uplink;
  /** Resolves when nothing is on its way, and nothing more is sent. */
  settled(): Promise<void>;
  /** What was sent, in short. */
  readonly topics: string[];
}

/** Connects the camera's uplink to the station; `losesComplete`: no complete receipt arrives. */
function connect(
  harness: Harness,
  { session, sent }: Camera,
  spool = new MemorySpool(),
  losesComplete = false,
): Connected {
  const clock = fakeClock();
  let turn: Promise<unknown> = Promise.resolve();
  let receipts = harness.receipts.length;
  const topics: string[] = [];
  const uplink = startUplink({
    ...{ spool: new JournalsBeside(spool, sent), deviceId: 'camera-1', root: harness.credentials.root },
    ...uplinkSession(session),
    ...{ onReceipt: () => {}, clock, randomness: random, log: silentLog },
    openBroker(events) {
      turn = turn.then(() => events.up());
      return {
        publish(message, topic, payload) {
          topics.push(topic.split('/').slice(3).join('/'));
          turn = turn.then(async () => {
            await harness.send([topic.split('/').slice(3).join('/'), payload]);
            events.acked(message);
            const fresh = harness.receipts.slice(receipts);
            receipts = harness.receipts.length;
            for (const one of fresh.filter(({ body }) => !losesComplete || !body.complete)) {
              const recording = toHex(one.body.recordingId);
              events.message(
                formatTopic({ device: 'camera-1', recording, leaf: 'receipt' }),
                statementRecord(one.encoded),
              );
            }
          });
        },
        close: (reason) => void turn.then(() => events.down(reason)),
      };
    },
  });
  return {
    uplink,
    topics,
    async settled() {
      for (let before = -1; before !== topics.length; ) {
        before = topics.length;
        // Reads of the simulated disk and receipts take turns of the event loop.
        for (let n = 0; n < 200; n += 1) {
          await turn;
          await new Promise((resolve) => setImmediate(resolve));
        }
        await clock.advance(10_000);
      }
    },
  };
}

async function verdict(harness: Harness): Promise<string> {
  const report = await harness.verify();
  const journals = (report.bootJournals ?? []).map(
    ({ bootCounter, verdict: one, entries, completeReceipt }) =>
      `${bootCounter} ${one} ${entries.length}${completeReceipt ? ' receipted' : ''}`,
  );
  return `${journals.join(', ')}; exit ${exitCode(report)}`;
}

/** A camera whose first boot had `losses` losses of its sensor and was shut down. */
async function shutDownAfter(losses: number): Promise<Camera> {
  const camera = new Camera();
  await camera.boot();
  for (let n = 0; n < losses; n += 1) await camera.happens('sensor-lost');
  await camera.happens('shutdown', 'ordered');
  return camera;
}

t.test('journals travel to the station; an earlier one is removed once all of it is receipted', async (t) => {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  const camera = new Camera();
  await camera.boot();
  await camera.happens('sensor-lost');
  const first = connect(harness, camera);
  await first.settled();
  t.equal(await verdict(harness), '1 open 2; exit 3', 'also while the boot goes on');
  await camera.happens('sensor-lost');
  await first.settled();
  t.equal(await verdict(harness), '1 open 3; exit 3');
  t.equal(camera.files.length, 1, 'nothing is removed to which something may be added');
  await first.uplink.close();

  await camera.boot();
  const second = connect(harness, camera);
  await second.settled();
  t.equal(await verdict(harness), '1 cut 3 receipted, 2 open 2; exit 3');
  t.equal(camera.files.length, 1, 'the first one is at the station');
  await second.uplink.close();
  await camera.happens('shutdown', 'ordered');

  await camera.boot();
  const third = connect(harness, camera);
  await third.settled();
  t.equal(await verdict(harness), '1 cut 3 receipted, 2 shut down 3 receipted, 3 open 1; exit 3');
  t.equal(camera.files.length, 1);
  await third.uplink.close();
  t.same(harness.alarms, []);
  t.same(
    (await readdir(join(harness.store, 'camera-1'))).filter((name) => name.endsWith('.seal')).length,
    4,
    'three journals and the sessions',
  );
});

t.test('what a receipt did not reach is asked for, and not sent twice', async (t) => {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  const camera = await shutDownAfter(5);
  await camera.boot();
  const deaf = connect(harness, camera, new MemorySpool(), true);
  await deaf.settled();
  await deaf.uplink.close();
  t.equal(camera.files.length, 2, 'no receipt, no removal');
  const { stored } = harness.counts;
  const again = connect(harness, camera);
  await again.settled();
  t.equal(camera.files.length, 1);
  t.equal(await verdict(harness), '1 shut down 7 receipted, 2 open 1; exit 3');
  t.equal(harness.counts.stored, stored, 'the station had all of it');
  await again.uplink.close();
});

t.test(
  'a crash at any call: an entry is at the camera or at the station, and the next boots bring the rest',
  async (t) => {
    /** Two boots with a station, the first shut down. */
    const run = async (camera: Camera, harness: Harness): Promise<void> => {
      await camera.boot();
      await camera.happens('sensor-lost');
      await camera.happens('shutdown', 'ordered');
      await camera.boot();
      const connected = connect(harness, camera);
      await connected.settled();
      await connected.uplink.close();
    };
    const calm = new Camera();
    await run(calm, await Harness.start(agency, await temporaryFolder(t)));
    const calls = calm.fileSystem.calls.length;
    const stride = full ? 1 : 9;
    for (let call = random.int(stride); call < calls; call += stride) {
      const harness = await Harness.start(agency, await temporaryFolder(t));
      const camera = new Camera(new SimFileSystem([{ call, kind: 'crash-before' }]));
      await run(camera, harness).catch((error: unknown) => {
        if (!(error instanceof SimulatedCrash)) throw error;
      });
      camera.fileSystem = camera.fileSystem.restart(losesAll);
      await camera.boot();
      const connected = connect(harness, camera);
      await connected.settled();
      await connected.uplink.close();
      const said = await verdict(harness);
      if (/conflict|-|missing/.test(said) || camera.files.length !== 1)
        t.fail(`crash at ${call} of ${calls}: ${said}; ${camera.files.length} files`);
      t.match(said, /open \d+; exit 3$/, `crash at ${call}`);
      harness.close();
    }
  },
);

t.test('receipts that do not fit a journal change nothing', async (t) => {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  const camera = new Camera();
  await camera.boot();
  await camera.happens('shutdown', 'ordered');
  await camera.boot();
  const connected = connect(harness, camera, new MemorySpool(), true);
  await connected.settled();
  await connected.uplink.close();
  const whole = harness.receipts.find(({ body }) => body.complete);
  const own = harness.receipts.find(({ body }) => toHex(body.recordingId) === camera.writer.id);
  if (whole === undefined || own === undefined) throw new Error('both are receipted');
  const altered = (one: Statement<'receipt'>, says: Partial<Statement<'receipt'>['body']>) => ({
    ...one,
    body: { ...one.body, ...says },
  });
  for (const [what, receipt, outcome] of [
    ['more entries than there are', altered(whole, { count: 9 }), 'contradicting'],
    ['another entry', altered(whole, { statement: new Uint8Array(32) }), 'contradicting'],
    ['all of it with fewer', altered(whole, { count: 1 }), 'contradicting'],
    ['with keys', altered(whole, { keyEnvelopeHash: new Uint8Array(32) }), 'contradicting'],
    ['with a loss', altered(whole, { losses: [new Uint8Array(32)] }), 'contradicting'],
    ["another camera's", altered(whole, { deviceId: 'camera-2' }), 'contradicting'],
    ['all of the journal that goes on', altered(own, { complete: true }), 'contradicting'],
    ['of no journal', altered(whole, { recordingId: new Uint8Array(16) }), 'unknown'],
  ] as const) {
    t.equal(await camera.sent.acceptReceipt(receipt, true), outcome, what);
    t.equal(camera.files.length, 2, what);
  }
  t.equal(await camera.sent.acceptReceipt(own, true), 'known');
  t.equal(await camera.sent.acceptReceipt(whole, true), 'journaled');
  t.equal(camera.files.length, 1);
  t.equal(
    await camera.sent.acceptReceipt(whole, true),
    'known',
    'a repeated receipt of what is gone is no alarm',
  );
});

/** A camera whose first boot was shut down, and the receipt of all of its journal, which did not arrive. */
async function unreceipted(t: Test) {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  const camera = new Camera();
  await camera.boot();
  await camera.happens('sensor-lost');
  await camera.happens('shutdown', 'ordered');
  await camera.boot();
  const connected = connect(harness, camera, new MemorySpool(), true);
  await connected.settled();
  await connected.uplink.close();
  const whole = harness.receipts.find(({ body }) => body.complete);
  if (whole === undefined) throw new Error('it is receipted');
  return { harness, camera, whole };
}

t.test('a receipt whose key may be revoked removes nothing', async (t) => {
  const { camera, whole } = await unreceipted(t);
  const passed: boolean[] = [];
  const spool: UplinkSpool = Object.assign(new MemorySpool(), {
    acceptReceipt: async (_: Statement<'receipt'>, isCertain: boolean) => {
      passed.push(isCertain);
      return 'unknown';
    },
  });
  const beside = new JournalsBeside(spool, camera.sent);
  t.equal(await beside.acceptReceipt(whole, false), 'held');
  t.equal(camera.files.length, 2);
  t.match(beside.recordings()[0], { receipted: 2 }, 'what was certain before');
  const ofRecording = { ...whole, body: { ...whole.body, recordingId: new Uint8Array(16) } };
  await beside.acceptReceipt(ofRecording, false);
  await beside.acceptReceipt(ofRecording, true);
  t.same(passed, [false, true], 'the spool is told too');
  t.equal(await beside.acceptReceipt(whole, true), 'journaled');
  t.equal(camera.files.length, 1);
});

t.test('a damaged journal is sent up to the damage, told no end of, and never removed', async (t) => {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  const camera = await shutDownAfter(4);
  const [name = ''] = camera.files;
  // In the third of six entries.
  camera.fileSystem.damage(name, (bytes) => {
    let at = -1;
    for (let n = 0; n <= 3; n += 1) at = Buffer.from(bytes).indexOf(recordMagic, at + 1);
    bytes[at + 60] = (bytes[at + 60] ?? 0) ^ 1;
    return bytes;
  });
  const before = camera.fileSystem.content(name);
  await camera.boot();
  t.same(camera.alarms, ['boot-journal.damaged']);
  const connected = connect(harness, camera);
  await connected.settled();
  await connected.uplink.close();
  t.equal(await verdict(harness), '1 open 2, 2 open 1; exit 3', 'nothing is said of an end');
  // A station that says so all the same.
  const { id } = camera.sent.list()[0] ?? {};
  const receipt = harness.receipts.findLast(({ body }) => toHex(body.recordingId) === id);
  if (receipt === undefined) throw new Error('it is receipted');
  const whole = { ...receipt, body: { ...receipt.body, complete: true } };
  t.equal(await camera.sent.acceptReceipt(whole, true), 'journaled');
  t.same(camera.fileSystem.content(`${name}.damaged-1`), before);
  t.equal(camera.files.length, 1, 'no start reads it again');
});

t.test('a journal is sent when no recording has anything to send, and by two messages at a time', (t) => {
  const common = { openingDigest: new Uint8Array(32), receipted: -1, complete: false, marked: false };
  const recording: SpooledRecording = {
    ...{ ...common, id: 'a'.repeat(32), number: 7, keyEnvelopeHash: new Uint8Array(32) },
    ...{ durable: 3, closed: true },
  };
  const journal: SpooledRecording = {
    ...{ ...common, id: 'b'.repeat(32), number: 1, keyEnvelopeHash: undefined, journal: true },
    ...{ durable: 3, closed: false },
  };
  const cursors = new Map([recording, journal].map((one) => [one.id, firstCursor(one)]));
  const shares = charged(charged(charged(noShares, 'live', 1e9), 'marked', 1e9), 'backlog', 1e9);
  const all = [recording, journal];
  t.equal(choose(all, cursors, shares, modelLimits)?.recording, recording);
  const waiting = { at: 'asking', untilMs: 1, pass: 0, quietMs: 0, past: undefined } as const;
  cursors.set(recording.id, waiting);
  t.equal(choose(all, cursors, shares, modelLimits)?.recording, journal);
  t.equal(choose(all, cursors, shares, modelLimits)?.lane, undefined);
  t.equal(choose(all, cursors, shares, modelLimits, false), undefined);
  t.end();
});

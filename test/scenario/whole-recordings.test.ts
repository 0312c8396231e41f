import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openSpool } from '../../agent/spool/open-spool.ts';
import type { Spool } from '../../agent/spool/spool.ts';
import { mqttBroker, startUplink, type Uplink, usualLimits } from '../../agent/uplink/index.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { systemRandomness } from '../../base/random.ts';
import { nodeHasher } from '../../evidence/hasher.ts';
import { readRoot } from '../../evidence/root.ts';
import { makeStatement, type Statement } from '../../evidence/statements.ts';
import { exitCode, verifyEvidence } from '../../evidence/verify/index.ts';
import { takeInventory } from '../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../station/audit/inventory-report.ts';
import { type StationConfig, startStation } from '../../station/index.ts';
import { systemFiles } from '../../station/store/files.ts';
import { makeAgency, stationConfig, type TestAgency } from '../station/support/agency.ts';
import { FakeCamera, type FakeLink, type FakeRecording } from '../station/support/camera.ts';
import { sourcesIn } from '../station/support/harness.ts';
import { fileLimitMs } from '../support/patience.ts';
import { seeded } from '../support/seed.ts';

// The real spool, uplink, broker and station, over recordings that a fake camera makes.

const random = seeded(t);
t.setTimeout(fileLimitMs);

type Test = { teardown(done: () => unknown): unknown };

/** A camera's storage and its station, of an agency of its own. */
class Field {
  readonly agency: TestAgency;
  readonly config: StationConfig;
  readonly camera: FakeCamera;
  readonly spoolFolder: string;
  spool!: Spool;
  uplink: Uplink | undefined;

  constructor(agency: TestAgency) {
    this.agency = agency;
    this.config = stationConfig(agency);
    this.camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
    this.spoolFolder = join(agency.folder, 'spool');
  }

  /** Switches the camera on. */
  async boot(): Promise<void> {
    this.spool = await openSpool({ directory: this.spoolFolder, reserveBytes: 65_536 });
    const { bootCounter, previousSession, nextRecordingNumber, newest } = this.spool;
    const newestStatement = newest?.digest;
    this.camera.boot({ bootCounter, previousSession, nextRecordingNumber, newestStatement });
    await this.spool.beginSession(this.camera.session);
  }

  async open() {
    const { newest, nextRecordingNumber } = this.spool;
    const recording = await this.camera.record(
      nextRecordingNumber,
      random.bytes(16),
      newest && {
        number: newest.number,
        statement: newest.digest,
        state: newest.closed ? 'closed' : 'last-known',
      },
    );
    const { opening, sealedKeys } = recording.parts;
    const writer = await this.spool.open({ opening, sealedKeys });
    const append = async ({ statement, segments }: FakeLink): Promise<void> => {
      if (statement.kind !== 'chunk') throw new TypeError('a chunk');
      await writer.append(statement, Buffer.concat(segments));
    };
    const close = (): Promise<void> => writer.close(recording.close().statement as Statement<'closing'>);
    return { recording, append, close };
  }

  /** A closed recording of `chunks` chunks of two media segments each. */
  async record(chunks: number): Promise<FakeRecording> {
    const { recording, append, close } = await this.open();
    for (let index = 0; index < chunks; index += 1) await append(recording.chunk(100_000));
    await close();
    return recording;
  }

  connect(port: number): void {
    const { session, signer, id } = this.camera;
    const folder = this.agency.camera(id);
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const clock = systemClock();
    const files = { certificate: read('tls.crt'), privateKey: read('tls.key'), root: this.root };
    const { spool } = this;
    this.uplink = startUplink({
      spool,
      deviceId: id,
      root: this.root,
      session,
      makeHead: (nonce) => this.camera.head(nonce, spool.nextRecordingNumber, spool.newest?.digest),
      makeLoss: (facts) => makeStatement('loss', { session: session.digest, ...facts, cause: 'rot' }, signer),
      openBroker: mqttBroker({ url: `mqtts://127.0.0.1:${port}`, ...files }, id, clock),
      onReceipt: () => {},
      clock,
      randomness: systemRandomness,
      log: silentLog,
      limits: {
        ...usualLimits,
        answerTimeoutMs: 500,
        receiptDelayMs: 500,
        askDelayMsMax: 1_500,
        retryDelayMsMax: 2_000,
      },
    });
  }

  get root() {
    return readRoot(readFileSync(join(this.agency.station, 'root.crt')));
  }

  /** Resolves when `holds` is true of what is in the spool. */
  async until(holds: (spool: Spool) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      let stop = (): void => {};
      const look = (): void => {
        if (!holds(this.spool)) return;
        stop();
        resolve();
      };
      stop = this.spool.onChange(look);
      look();
    });
  }

  async off(): Promise<void> {
    await this.uplink?.close();
    this.uplink = undefined;
    await this.spool.close();
  }

  async verify() {
    const sources = await sourcesIn(join(this.config.store, 'camera-1'));
    return (await verifyEvidence(sources, this.root)).report;
  }

  inventory() {
    const { store, vault } = this.config;
    const place = {
      files: systemFiles,
      store,
      vault,
      root: this.root,
      revocations: new Map<string, number>(),
      hasher: nodeHasher,
    };
    return takeInventory(place, 'camera-1');
  }
}

async function field(t: Test): Promise<Field> {
  return new Field(await makeAgency(t));
}

t.test('a part that rotted in the spool is stated as lost, and holds up nothing', async (t) => {
  const place = await field(t);
  await place.boot();
  const recording = await place.record(3);
  const next = await place.record(1);
  await place.off();
  const name = readdirSync(place.spoolFolder).find((one) => one === `${recording.name}.seal`) ?? '';
  const path = join(place.spoolFolder, name);
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);

  await place.boot();
  const station = await startStation(place.config, { log: silentLog });
  t.teardown(() => station.close());
  place.connect(station.address.port);
  await place.until((spool) => spool.recordings().length === 0);
  t.equal(place.uplink?.stats().losses, 1);
  await place.off();
  t.same(station.counts.refused, {});
  t.equal(station.counts.conflicts, 0);
  const report = await place.verify();
  t.match(
    report.recordings.map(({ verdict, links }) => [verdict, ...links.map((link) => link.verdict)]),
    [
      ['complete', 'intact', 'lost after sealing (claimed)', 'intact'],
      ['complete', 'intact'],
    ],
  );
  t.equal(exitCode(report), 4);
  const camera = await place.inventory();
  t.match(camera.recordings, [
    { state: 'complete', lost: 1, keys: 'present', receipted: { complete: true } },
    { state: 'complete', recordingId: next.id, lost: 0 },
  ]);
  t.equal(inventoryExitCode([camera]), 4);
  t.same(
    readdirSync(place.spoolFolder).filter((one) => /\.(seal|keys|loss-\d+|rot-\d+)$/.test(one)),
    [`${recording.name}.rot-1`],
    'of what was receipted, the camera keeps what had rotted alone',
  );
});

t.test('a station that lost all is sent what the camera has, and names what it has no longer', async (t) => {
  const place = await field(t);
  await place.boot();
  const first = await place.record(1);
  const { recording, append, close } = await place.open();
  await append(recording.chunk(1_000));
  const before = await startStation(place.config, { log: silentLog });
  place.connect(before.address.port);
  await place.until((spool) =>
    spool.recordings().every(({ number, receipted }) => number === 2 && receipted === 1),
  );
  await place.uplink?.close();
  await before.close();
  t.notOk(readdirSync(place.spoolFolder).includes(`${first.name}.seal`), 'the camera has deleted the first');
  rmSync(place.config.store, { recursive: true });
  rmSync(place.config.vault, { recursive: true });

  const station = await startStation(place.config, { log: silentLog });
  t.teardown(() => station.close());
  place.connect(station.address.port);
  await append(recording.chunk(1_000));
  await close();
  await place.until((spool) => spool.recordings().length === 0);
  await place.off();
  t.equal(station.counts.conflicts, 0);
  const camera = await place.inventory();
  t.match(camera, {
    chains: [{ highest: 2 }],
    recordings: [{ number: 2, state: 'complete', statements: 2, keys: 'present' }],
    absent: [{ from: 1, to: 1, provenBy: 'recording 2, which names the one before it' }],
    conflicts: [],
  });
  t.equal(inventoryExitCode([camera]), 5);
});

t.test('what was the newest is absent, by the head alone', async (t) => {
  const place = await field(t);
  await place.boot();
  await place.record(1);
  const before = await startStation(place.config, { log: silentLog });
  place.connect(before.address.port);
  await place.until((spool) => spool.recordings().length === 0);
  await place.off();
  await before.close();
  rmSync(place.config.store, { recursive: true });
  // As its refusal to start says where the store is lost for good.
  rmSync(join(place.config.vault, '.folder-id'));

  const station = await startStation(place.config, { log: silentLog });
  t.teardown(() => station.close());
  await place.boot();
  place.connect(station.address.port);
  const sessions = join(place.config.store, 'camera-1', 'sessions.seal');
  while (!(await hasHead(place, sessions))) await new Promise((resolve) => setImmediate(resolve));
  await place.off();
  t.match(await place.inventory(), {
    chains: [{ highest: 1 }],
    recordings: [],
    absent: [{ from: 1, to: 1, provenBy: /boot 2/ }],
  });
});

async function hasHead(place: Field, path: string): Promise<boolean> {
  const size = await systemFiles.size(path);
  if (size === undefined) return false;
  return readFileSync(path).includes('application/vnd.sealcam.head.v1') && place.uplink !== undefined;
}

import { join } from 'node:path';
import { provisionStation } from '../../../../agency/provision.ts';
import { bundleSealedKeys } from '../../../../agent/sealer/index.ts';
import { openSpool } from '../../../../agent/spool/open-spool.ts';
import type { RecordingWriter } from '../../../../agent/spool/recordings/writer.ts';
import type { Spool } from '../../../../agent/spool/spool.ts';
import { Cells } from '../../../../agent/uplink/cells/cells.ts';
import type { BrokerEvents, OpenBrokerSession } from '../../../../agent/uplink/index.ts';
import { concatBytes, toHex } from '../../../../base/bytes.ts';
import { jsonLog } from '../../../../base/log.ts';
import { checkCertificate } from '../../../../evidence/certificate.ts';
import { nodeHasher } from '../../../../evidence/hasher.ts';
import { sealForVault } from '../../../../evidence/keys/key-envelope.ts';
import { statementRecord } from '../../../../evidence/records.ts';
import type { Core, Statement } from '../../../../evidence/statements.ts';
import { formatTopic, type OrderLeaf } from '../../../../proto/topics.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { takeInventory } from '../../../../station/audit/inventory.ts';
import { systemFiles } from '../../../../station/store/files.ts';
import { makeAgency, type TestAgency, temporaryFolder } from '../../../station/support/agency.ts';
import { FakeCamera, type FakeRecording } from '../../../station/support/camera.ts';
import { Harness } from '../../../station/support/harness.ts';
import { type FakeClock, fakeClock } from '../../../support/fake-clock.ts';
import type { Seeded } from '../../../support/seed.ts';
import { uplinkSession } from '../../../support/uplink/uplink-session.ts';

// Two real stations, each with its own store, and a camera's real spool and uplink between them; the network is a promise.

type Teardown = { teardown(done: () => unknown): unknown };

/** An agency with `station-1` and `station-2`, for one of which `camera-1` is provisioned. */
export async function agencyOfTwo(t: Teardown): Promise<TestAgency & { readonly second: string }> {
  const agency = await makeAgency(t);
  const second = join(agency.folder, 'station-2');
  await provisionStation({ folder: join(agency.folder, 'agency') }, { id: 'station-2', folder: second });
  return { ...agency, second };
}

/** One cell: a station, which may be away, and what was sent to it. */
export class TestCell {
  harness: Harness;
  /** Whether anything reaches it. */
  reachable = true;
  /** Whether it takes messages and signs nothing: its station is dead, its broker is not. */
  deaf = false;
  /** Another one, whose receipts somebody sends on its connections too. */
  replayed: TestCell | undefined;
  /** Messages that it took, in short: `recording leaf`. */
  readonly taken: string[] = [];
  readonly #clock: FakeClock;
  readonly #sessions = new Set<{ readonly events: BrokerEvents; over: boolean }>();
  /** All that is under way on its connections. */
  turn: Promise<unknown> = Promise.resolve();

  constructor(harness: Harness, clock: FakeClock) {
    this.harness = harness;
    this.#clock = clock;
  }

  get id(): string {
    return this.harness.credentials.id;
  }

  get connected(): boolean {
    return this.#sessions.size > 0;
  }

  /** Its station gets new keys, and goes on with the same store. */
  async rekey(agency: TestAgency, folder: string): Promise<void> {
    await provisionStation({ folder: join(agency.folder, 'agency') }, { id: this.id, folder });
    this.harness.close();
    this.harness = await Harness.start(agency, this.harness.folder, { station: folder, clock: this.#clock });
  }

  /** Its machine goes, with all connections, or comes back. */
  async set(reachable: boolean): Promise<void> {
    if (this.reachable === reachable) return;
    this.reachable = reachable;
    if (reachable) await this.harness.restart();
    for (const session of [...this.#sessions]) if (!reachable) this.#down(session, 'the cell is away');
  }

  readonly open: OpenBrokerSession = (events) => {
    const session = { events, over: false };
    this.#sessions.add(session);
    if (!this.reachable) this.#clock.setTimer(100, () => this.#down(session, 'the cell is away'));
    else this.#then(session, async () => events.up());
    return {
      publish: (message, topic, payload) =>
        this.#then(session, async () => {
          const [recording = '', leaf = ''] = topic.split('/').slice(3);
          this.taken.push(`${recording} ${leaf}`);
          const before = this.harness.receipts.length;
          if (!this.deaf) await this.harness.send([`${recording}/${leaf}`, payload]);
          if (session.over) return;
          events.acked(message);
          const others = this.replayed?.harness.receipts ?? [];
          for (const receipt of [...this.harness.receipts.slice(before), ...others])
            this.#hand(events, receipt);
        }),
      close: (reason) => this.#then(session, async () => this.#down(session, reason)),
    };
  };

  /** Whoever has its broker sends the camera an order. */
  orders(leaf: OrderLeaf): void {
    const topic = formatTopic({ device: 'camera-1', recording: 'session', leaf });
    for (const { events } of this.#sessions) events.message(topic, new Uint8Array(32));
  }

  #hand(events: BrokerEvents, receipt: Statement<'receipt'>): void {
    const recording = toHex(receipt.body.recordingId);
    const topic = formatTopic({ device: 'camera-1', recording, leaf: 'receipt' });
    events.message(topic, statementRecord(receipt.encoded));
  }

  #then(session: { over: boolean }, act: () => Promise<void>): void {
    this.turn = this.turn.then(() => (session.over ? undefined : act()));
  }

  #down(session: { readonly events: BrokerEvents; over: boolean }, reason: string): void {
    if (session.over) return;
    session.over = true;
    this.#sessions.delete(session);
    session.events.down(reason);
  }

  /** What the inventory says of the camera's recordings: `number state`, with the exit code's part in them. */
  async inventory(): Promise<string[]> {
    // It may never have been used: then its store does not know the camera.
    if (this.taken.length === 0) return [];
    const { store, vault, credentials } = this.harness;
    const place = { files: systemFiles, store, vault, root: credentials.root };
    const { recordings, absent, conflicts } = await takeInventory(
      { ...place, revocations: new Map(), hasher: nodeHasher },
      'camera-1',
    );
    return [
      ...recordings.map(({ number, state, completeAt, faults }) =>
        [number, state, completeAt, ...faults].filter((one) => one !== undefined).join(' '),
      ),
      ...absent.map(({ from, to }) => `${from} to ${to} absent`),
      ...conflicts,
    ];
  }
}

/** A recording that the camera makes. */
export interface Take {
  readonly recording: FakeRecording;
  readonly writer: RecordingWriter;
}

/** The camera: a spool on a simulated disk, and what sends it. */
export class CellCamera {
  readonly clock: FakeClock;
  readonly cells: readonly TestCell[];
  readonly events: string[] = [];
  /** What came on the topics of orders: the leaf, and the number of the cell. */
  readonly orders: string[] = [];
  fileSystem = new SimFileSystem();
  /** How many stations must hold a recording; it counts from the next boot on. */
  needed = 1;
  /** The stations that the policy names; none: each. */
  readonly allowed: string[] = [];
  spool!: Spool;
  uplink!: Cells;
  /** Key ids that the agency has revoked. */
  readonly revoked = new Set<string>();
  readonly #random: Seeded;
  readonly #camera: FakeCamera;
  #previous: Core['previous'] = { number: 0, statement: undefined, state: 'none' };

  private constructor(agency: TestAgency, cells: readonly TestCell[], clock: FakeClock, random: Seeded) {
    this.cells = cells;
    this.clock = clock;
    this.#random = random;
    this.#camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  }

  static async start(
    t: Teardown,
    agency: TestAgency & { readonly second: string },
    random: Seeded,
    needed = 1,
  ): Promise<CellCamera> {
    const clock = fakeClock({ utcUs: 1_780_000_000_000_000 });
    const cells: TestCell[] = [];
    for (const station of [agency.station, agency.second]) {
      const harness = await Harness.start(agency, await temporaryFolder(t), { station, clock });
      cells.push(new TestCell(harness, clock));
    }
    const camera = new CellCamera(agency, cells, clock, random);
    camera.needed = needed;
    await camera.boot();
    t.teardown(async () => {
      await camera.uplink.close();
      for (const { harness } of cells) harness.close();
    });
    return camera;
  }

  get first(): TestCell {
    return this.cells[0] as TestCell;
  }

  get second(): TestCell {
    return this.cells[1] as TestCell;
  }

  /** Starts, after `end` where it ran before. */
  async boot(): Promise<void> {
    const log = jsonLog('agent', (line) => this.events.push(JSON.parse(line).event));
    const isRevoked = (keyId: string): boolean => this.revoked.has(keyId);
    const { root } = this.first.harness.credentials;
    const keyIdOf = (der: Uint8Array): string => checkCertificate(der, root, 'receipt').keyId;
    this.spool = await openSpool({
      ...{ directory: '/spool', fileSystem: this.fileSystem, reserveBytes: 8_000, clock: this.clock, log },
      cells: { stations: this.cells.map(({ id }) => id), needed: this.needed, allowed: this.allowed },
      receiptKeys: {
        isRevoked: ({ body }) => isRevoked(keyIdOf(body.certificate)),
        knowsRevoked: () => true,
      },
    });
    const { bootCounter, previousSession, nextRecordingNumber, newestStatement } = this.spool;
    this.#camera.boot({ bootCounter, previousSession, nextRecordingNumber, newestStatement });
    const { session, signer } = this.#camera;
    await this.spool.beginSession(session);
    this.uplink = new Cells({
      ...{ spool: this.spool, facts: this.spool.cells, needed: () => this.spool.cells.stationsNeeded },
      ...{ deviceId: 'camera-1', root, isRevoked },
      ...uplinkSession({ statement: session, signer }, () => ({
        bootCounter,
        nextRecordingNumber: this.spool.nextRecordingNumber,
        newestStatement: this.spool.newestStatement,
      })),
      cells: this.cells.map(({ id, open }) => ({ station: id, openBroker: open })),
      onOrder: (leaf, _, cell) => this.orders.push(`${leaf} ${cell}`),
      ...{ onReceipt: () => {}, clock: this.clock, randomness: this.#random, log },
    });
  }

  /** Ends in order. */
  async end(): Promise<void> {
    const closed = this.uplink.close();
    await this.turns();
    await closed;
    await this.spool.close();
  }

  /** Opens the next recording, its keys sealed to both vaults, or to the second one's and one of no cell. */
  opens(first = this.first.id): Promise<Take> {
    return this.#opens([first, this.second.id]);
  }

  /** Opens the next recording, its keys sealed to the second vault alone. */
  opensForSecond(): Promise<Take> {
    return this.#opens([this.second.id]);
  }

  async #opens(stations: readonly string[]): Promise<Take> {
    const recording = await this.#camera.record(this.spool.nextRecordingNumber, undefined, this.#previous);
    const { opening, envelope, sealedKeys, recordingId, number } = recording.parts;
    const [own] = this.second.harness.credentials.vaultKeys;
    if (own === undefined) throw new TypeError('a station has a vault key');
    const vault = { stationId: own.stationId, version: own.version, publicKey: own.key.publicKey };
    const second = await sealForVault(envelope, vault, 'camera-1', recordingId);
    const bundle = bundleSealedKeys(
      stations.map((stationId) => ({
        stationId,
        sealed: stationId === this.second.id ? second : sealedKeys,
      })),
    );
    const writer = await this.spool.open({ opening, sealedKeys: bundle });
    this.#previous = { number, statement: opening.digest, state: 'last-known' };
    return { recording, writer };
  }

  async chunk({ recording, writer }: Take): Promise<void> {
    const { statement, segments } = recording.chunk(2_000);
    if (statement.kind !== 'chunk') throw new TypeError('a chunk was asked for');
    await writer.append(statement, concatBytes(...segments));
    this.#previous = { number: recording.parts.number, statement: statement.digest, state: 'last-known' };
  }

  async closes({ recording, writer }: Take): Promise<void> {
    const { statement } = recording.close();
    if (statement.kind !== 'closing') throw new TypeError('a closing was asked for');
    await writer.close(statement);
    this.#previous = { number: recording.parts.number, statement: statement.digest, state: 'closed' };
  }

  /** What is under way on the connections, and what follows from it. */
  async turns(): Promise<void> {
    for (let n = 0; n < 16; n += 1) {
      for (const { turn } of this.cells) await turn;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Lets so many seconds pass. */
  async seconds(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await this.turns();
      await this.clock.advance(1_000);
    }
    await this.turns();
  }

  /** Lets time pass until that is so. @throws Error if it is not so within `most` seconds. */
  async until(isSo: () => boolean, most = 300): Promise<void> {
    for (let n = 0; !isSo(); n += 1) {
      if (n >= most) throw new Error(`still not so after ${most} s`);
      await this.seconds(1);
    }
  }
}

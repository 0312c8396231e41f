import { toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { parseRecord } from '../../../evidence/records.ts';
import { type Statement, storedStatement } from '../../../evidence/statements.ts';
import { formatTopic, parseTopic } from '../../../proto/topics.ts';
import type { ProcessClock } from '../../../scenario/fast/sim-time.ts';
import { Aside } from '../../../station/cameras/aside.ts';
import { Device } from '../../../station/cameras/device.ts';
import type { Message } from '../../../station/cameras/message.ts';
import { type QuotaLimits, Quotas } from '../../../station/cameras/quotas.ts';
import { type Counts, newCounts } from '../../../station/counts.ts';
import { Budgets, workUs } from '../../../station/fair/budgets.ts';
import { Lanes } from '../../../station/fair/lanes.ts';
import { ReceiptBook } from '../../../station/receipts/book.ts';
import { openReceiptChain } from '../../../station/receipts/chain.ts';
import { Completed } from '../../../station/store/completed.ts';
import { Places } from '../../../station/store/places.ts';
import { fileName, type RecordingName } from '../../../station/store/recording-name.ts';
import { Store } from '../../../station/store/store.ts';
import { Vault } from '../../../station/vault/vault.ts';
import type { Seeded } from '../../support/seed.ts';
import { deviceId, hostileId, keysOf, stationId } from '../identities.ts';
import { type Held, heldIn } from '../judge/truth.ts';
import type { World } from '../world.ts';
import { Core } from './core.ts';

const storeFolder = '/store';
const vaultFolder = '/vault';

/** Where the station keeps a recording's evidence, and where its keys. */
export function evidencePath(recording: RecordingName): string {
  return `${storeFolder}/${deviceId}/${fileName(recording)}.seal`;
}
export function keysPath(recording: RecordingName): string {
  return `${vaultFolder}/${deviceId}/${fileName(recording)}.keys`;
}

/** One process of the station: all of the real one but its network. */
export class StationProcess {
  readonly counts: Counts = newCounts();
  readonly #world: World;
  readonly #clock: ProcessClock;
  readonly #random: Seeded;
  readonly #ended: () => void;
  #alive = true;
  #receives = false;
  #lanes: Lanes | undefined;
  #book: ReceiptBook | undefined;

  /** @param ended called where it ends by itself */
  constructor(world: World, clock: ProcessClock, ended: () => void) {
    this.#world = world;
    this.#clock = clock;
    this.#random = world.fork();
    this.#ended = ended;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when no receipt is being signed. */
  async settled(): Promise<void> {
    await this.#book?.settled();
  }

  /** Takes a message as a broker of the station's own does; false if there is no room for it. */
  takes(message: Message): boolean {
    if (!this.receives || this.#lanes?.room(message.topic.device) !== undefined) return false;
    this.#lanes?.accept(message);
    return true;
  }

  /** It has started, and is alive. */
  get receives(): boolean {
    return this.#alive && this.#receives;
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#clock.kill();
    this.#world.broker.unsubscribe();
  }

  async start(): Promise<void> {
    const { identities, broker, station: site } = this.#world;
    const { disk } = site;
    const crash = (): void => {
      this.#world.note('station crashes at a disk call');
      this.kill();
      this.#ended();
    };
    const files = disk.files(
      () => this.#world.diskWait(this.#clock, this.#random),
      () => !this.#alive,
      crash,
    );
    const { hostile } = this.#world;
    const log = this.#world.logOf('station', (event, device) => {
      if (device === hostileId) hostile.alarmed(event);
    });
    hostile.stationStarts();
    const core = new Core(this.#clock);
    const devices = new Map<string, Device>();
    const { root, station } = identities;
    try {
      await files.makeFolder(storeFolder);
      await files.makeFolder(vaultFolder);
      const clock = this.#clock;
      const places = await Places.open({ files, clock, randomness: this.#random, log }, [
        storeFolder,
        vaultFolder,
      ]);
      const tools = { files, hasher: nodeHasher, log, doubtful: new Map() };
      const store = new Store(tools, storeFolder, root);
      const journal = `${storeFolder}/.receipts-journal`;
      const book = new ReceiptBook({
        stationId,
        certificate: station.certificate,
        signer: {
          ...station.signer,
          sign: (message) => {
            this.#world.time.activity += 1;
            return station.signer.sign(message);
          },
        },
        clock: this.#clock,
        log,
        ...(await openReceiptChain(tools, journal, store, stationId, root, this.#clock)),
        revokedFrom: () => undefined,
        present: () => places.check(),
        publish: (device, recordingId, record) => this.#publish(device, recordingId, record),
        signed: () => {},
        unsigned: ({ device, recordingId }) => devices.get(device)?.owesAnswer(toHex(recordingId)),
      });
      this.#book = book;
      const disconnect = (device: string): void => {
        if (device === hostileId) hostile.disconnected();
      };
      const { limits } = hostile;
      const budgets = new Budgets({ limits, clock: this.#clock, log, disconnect });
      const quota: QuotaLimits = {
        get bytesMax() {
          return site.quota.bytesMax;
        },
        get recordingsMax() {
          return site.quota.recordingsMax;
        },
      };
      const quotas = new Quotas({ limits: quota, files, folder: storeFolder, log });
      const lanes = new Lanes({
        budgets,
        clock: this.#clock,
        failed: (device, error) => this.#world.note(`what is stored of ${device} cannot be read: ${error}`),
        dropped: () => {
          this.counts.dropped += 1;
        },
        make: (device) => {
          let chargedUs = 0;
          const made = new Device({
            device,
            store,
            completed: new Completed(files, storeFolder, log),
            vault: new Vault(files, vaultFolder, [], openSealedKeys),
            aside: new Aside(files, `${storeFolder}/.refused`, log),
            book,
            counts: device === deviceId ? this.counts : newCounts(),
            quota: quotas.of(device),
            hasher: nodeHasher,
            log,
            randomness: this.#random,
            clock: this.#clock,
            places,
            revokedFrom: () => undefined,
            challenge: (nonce) => {
              const topic = formatTopic({ device, recording: 'session', leaf: 'challenge' });
              if (this.#alive && device === deviceId) broker.toCamera({ topic, payload: nonce });
            },
            charge: (work) => {
              chargedUs += work.us;
              budgets.charge(device, work);
              if (device === hostileId) hostile.worked(work.us);
            },
            announced: () => {},
          });
          devices.set(device, made);
          return {
            restoreNext: () => made.restoreNext(),
            handle: async (messages, isOver) => {
              if (device === hostileId) this.#world.judge(() => hostile.lookedAt());
              await core.spend(messages.length * workUs.message);
              chargedUs = 0;
              await made.handle(messages, isOver);
              await core.spend(chargedUs);
            },
          };
        },
      });
      this.#lanes = lanes;
      for (const device of await store.devices()) await lanes.restore(device);
      await book.settled();
    } catch (error) {
      if (!this.#alive) return;
      this.#world.note(`station cannot start: ${error instanceof Error ? error.message : error}`);
      this.kill();
      this.#ended();
      return;
    }
    if (!this.#alive) return;
    this.#receives = true;
    this.#world.note('station receives');
    broker.subscribe(async ({ topic, payload }) => {
      const parsed = parseTopic(topic);
      if (parsed !== undefined) await this.#lanes?.put({ topic: parsed, payload });
    });
  }

  /** Whatever leaves the station must be true in this moment. */
  #publish(device: string, recordingId: Uint8Array, record: Uint8Array): void {
    if (!this.#alive || device !== deviceId) return;
    const receipt = storedStatement('receipt', openEnvelope(Uint8Array.from(parseRecord(record).body)));
    const { truth, broker } = this.#world;
    const id = toHex(recordingId);
    if (this.#world.journals.has(id)) {
      this.#publishOfJournal(id, receipt, record);
      return;
    }
    const recording = truth.recording(id);
    const { disk } = this.#world.station;
    const held = heldIn(disk.visible(evidencePath(recording)));
    const keys = disk.visible(keysPath(recording));
    this.#world.judge(() => {
      truth.receipted(receipt, held, keys, toHex(sha256(keysOf(id).envelope)));
      truth.isPrefix(recording, held);
      if (!this.#world.station.clockWentBack) truth.countsReceipt(receipt);
    });
    this.#world.receipts += 1;
    const { count, complete, counter } = receipt.body;
    this.#world.note(`receipt ${counter}: ${count} of ${recording.number}${complete ? ', complete' : ''}`);
    broker.toCamera({
      topic: formatTopic({ device: deviceId, recording: id, leaf: 'receipt' }),
      payload: record,
    });
  }

  #publishOfJournal(id: string, receipt: Statement<'receipt'>, record: Uint8Array): void {
    const { journals, truth, broker } = this.#world;
    this.#world.judge(() => {
      journals.receipted(receipt);
      if (!this.#world.station.clockWentBack) truth.countsReceipt(receipt);
    });
    const { count, complete, counter } = receipt.body;
    this.#world.note(
      `receipt ${counter}: ${count} of the journal of boot ${journals.bootOf(id)}${complete ? ', complete' : ''}`,
    );
    broker.toCamera({
      topic: formatTopic({ device: deviceId, recording: id, leaf: 'receipt' }),
      payload: record,
    });
  }
}

/** What of a recording is durable at the station. */
export function heldBy({ station }: World, recording: RecordingName): Held {
  return heldIn(station.disk.durable(evidencePath(recording)));
}

async function openSealedKeys(
  sealed: Uint8Array,
  _keys: unknown,
  _device: string,
  recordingId: Uint8Array,
): Promise<Uint8Array> {
  const keys = keysOf(toHex(recordingId));
  if (Buffer.compare(sealed, keys.sealed) === 0) return keys.envelope;
  throw new SealcamError('KEY_ENVELOPE_UNOPENED', 'the key envelope was altered on its way');
}

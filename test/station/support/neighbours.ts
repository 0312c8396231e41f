import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../base/clock.ts';
import { type LogEvent, type LogFields, silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { parseRecord } from '../../../evidence/records.ts';
import type { Receipt } from '../../../evidence/statements.ts';
import { readReceipt } from '../../../evidence/trust.ts';
import { parseTopic } from '../../../proto/topics.ts';
import { Aside } from '../../../station/cameras/aside.ts';
import { Device } from '../../../station/cameras/device.ts';
import { type QuotaLimits, Quotas } from '../../../station/cameras/quotas.ts';
import { newCounts } from '../../../station/counts.ts';
import { readCredentials } from '../../../station/credentials.ts';
import { Budgets, type Work } from '../../../station/fair/budgets.ts';
import { Lanes } from '../../../station/fair/lanes.ts';
import { stationLimits } from '../../../station/limits.ts';
import { ReceiptBook } from '../../../station/receipts/book.ts';
import { openReceiptChain } from '../../../station/receipts/chain.ts';
import { Completed } from '../../../station/store/completed.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { Store } from '../../../station/store/store.ts';
import { Vault } from '../../../station/vault/vault.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import type { TestAgency } from './agency.ts';

/** A tenth of what a station gives a camera, so that a test needs a tenth of the messages. */
export const testBudget = { ...stationLimits, budgetUs: stationLimits.budgetUs / 10 };

/** A station's lanes with real stores and no broker, for several cameras; budgets go by a clock that the test moves. */
export class Neighbours {
  readonly clock: FakeClock = fakeClock();
  readonly counts = newCounts();
  readonly alarms: { readonly event: LogEvent; readonly fields: LogFields }[] = [];
  readonly disconnected: string[] = [];
  readonly charged: { readonly device: string; readonly work: Work }[] = [];
  readonly receipts: Receipt[] = [];
  lanes!: Lanes;
  budgets!: Budgets;
  book!: ReceiptBook;

  static async start(
    agency: TestAgency,
    folder: string,
    quota: Partial<QuotaLimits> = {},
  ): Promise<Neighbours> {
    const self = new Neighbours();
    const { root, id, receipt, vaultKeys } = await readCredentials(agency.station, []);
    const store = new Store(
      { files: systemFiles, hasher: nodeHasher, log: silentLog, doubtful: new Map() },
      join(folder, 'evidence'),
      root,
    );
    await mkdir(store.folder, { recursive: true });
    const tools = { files: systemFiles, hasher: nodeHasher, log: silentLog, doubtful: new Map() };
    const journal = join(store.folder, '.receipts-journal');
    const log = {
      ...silentLog,
      alarm: (event: LogEvent, _: string, fields: LogFields = {}) => void self.alarms.push({ event, fields }),
    };
    self.book = new ReceiptBook({
      stationId: id,
      certificate: receipt.certificate,
      signer: receipt.signer,
      clock: systemClock(),
      log,
      ...(await openReceiptChain(tools, journal, store, id, root, systemClock())),
      revokedFrom: () => undefined,
      present: async () => {},
      publish: (_device, _recording, record) => {
        const envelope = openEnvelope(Uint8Array.from(parseRecord(record).body));
        self.receipts.push(readReceipt(envelope, root).statement.body);
      },
      signed: () => {},
      unsigned: () => {},
    });
    self.budgets = new Budgets({
      limits: testBudget,
      clock: self.clock,
      log,
      disconnect: (device) => self.disconnected.push(device),
    });
    const limits = { bytesMax: Number.MAX_SAFE_INTEGER, recordingsMax: Number.MAX_SAFE_INTEGER, ...quota };
    const quotas = new Quotas({ limits, files: systemFiles, folder: store.folder, log });
    const make = (device: string): Device =>
      new Device({
        device,
        store,
        completed: new Completed(systemFiles, store.folder, silentLog),
        vault: new Vault(systemFiles, join(folder, 'vault'), vaultKeys),
        aside: new Aside(systemFiles, join(store.folder, '.refused'), silentLog),
        book: self.book,
        counts: self.counts,
        quota: quotas.of(device),
        hasher: nodeHasher,
        log,
        randomness: systemRandomness,
        clock: self.clock,
        places: { check: async () => {}, generation: 0 },
        revokedFrom: () => undefined,
        challenge: () => {},
        charge: (work) => {
          self.charged.push({ device, work });
          self.budgets.charge(device, work);
        },
        announced: () => {},
      });
    const dropped = (): void => {
      self.counts.dropped += 1;
    };
    self.lanes = new Lanes({ failed: () => {}, make, budgets: self.budgets, clock: self.clock, dropped });
    return self;
  }

  /** Ends, when what was taken is stored and receipted. */
  async close(): Promise<void> {
    await this.lanes.close();
    await this.book.settled();
  }

  /** Hands a message over as the embedded broker does; resolves with false where there was no room for it. */
  async offer(device: string, [rest, payload]: readonly [string, Uint8Array]): Promise<boolean> {
    if (this.lanes.room(device) !== undefined) return false;
    await this.put(device, [rest, payload]);
    return true;
  }

  /** Hands a message over as a broker that runs elsewhere does. */
  async put(device: string, [rest, payload]: readonly [string, Uint8Array]): Promise<void> {
    const topic = parseTopic(`sealcam/1/${device}/${rest}`);
    if (topic === undefined) throw new RangeError(`no topic: ${rest}`);
    await this.lanes.put({ topic, payload });
  }

  /** What was done for a camera so far, as budgets count it. */
  workUs(device: string): number {
    return this.charged.filter((one) => one.device === device).reduce((sum, { work }) => sum + work.us, 0);
  }

  /** Resolves once `condition` holds. No time passes by the clock of the budgets. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  }
}

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../../../base/bytes.ts';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { type Log, type LogEvent, type LogFields, silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { type Hasher, nodeHasher } from '../../../evidence/hasher.ts';
import { parseRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { readReceipt } from '../../../evidence/trust.ts';
import { type EvidenceSource, type Report, verifyEvidence } from '../../../evidence/verify/index.ts';
import { parseTopic } from '../../../proto/topics.ts';
import { Aside } from '../../../station/cameras/aside.ts';
import { CameraLocks, type TryLock } from '../../../station/cameras/camera-lock.ts';
import { Device } from '../../../station/cameras/device.ts';
import { type QuotaLimits, Quotas } from '../../../station/cameras/quotas.ts';
import { type Counts, newCounts } from '../../../station/counts.ts';
import { type Credentials, readCredentials } from '../../../station/credentials.ts';
import type { Work } from '../../../station/fair/budgets.ts';
import { stationLimits } from '../../../station/limits.ts';
import { ReceiptBook } from '../../../station/receipts/book.ts';
import { openReceiptChain } from '../../../station/receipts/chain.ts';
import { ownName } from '../../../station/receipts/own-files.ts';
import { Completed } from '../../../station/store/completed.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { Places } from '../../../station/store/places.ts';
import { Store } from '../../../station/store/store.ts';
import { Vault } from '../../../station/vault/vault.ts';
import type { TestAgency } from './agency.ts';
import type { FakeLink, FakeRecording } from './camera.ts';

/** How a {@link Harness} may differ from its defaults. */
interface HarnessOptions {
  readonly device?: string;
  /** The folder of another station of the agency than its first. */
  readonly station?: string;
  readonly files?: Files;
  readonly hasher?: Hasher;
  readonly clock?: Clock;
  readonly rosters?: readonly Statement<'roster'>[];
  /** Takes the journal of receipts for full, so that it begins again with each batch. */
  readonly journalFull?: boolean;
  /** Those of the station, instead of what `station` names: for one who must close them. */
  readonly credentials?: Credentials;
  /** The quota of the camera; none unless given. A test may change it. */
  readonly quota?: QuotaLimits;
  /** The store is shared with other stations: the folder of the vault key of all, and how files are locked. */
  readonly shared?: { readonly vaultKey: string; readonly tryLock: TryLock };
}

const noQuota: QuotaLimits = {
  bytesMax: Number.MAX_SAFE_INTEGER,
  recordingsMax: Number.MAX_SAFE_INTEGER,
};

const credentialsByAgency = new WeakMap<TestAgency, Promise<Credentials>>();

/** The credentials of the agency's station, read once: a test starts it many times over. */
function credentialsOf(agency: TestAgency): Promise<Credentials> {
  const known = credentialsByAgency.get(agency) ?? readCredentials(agency.station, []);
  credentialsByAgency.set(agency, known);
  return known;
}

/** The station's part for one camera on a real disk, without a broker. */
export class Harness {
  readonly folder: string;
  readonly device: string;
  readonly credentials: Credentials;
  readonly counts: Counts = newCounts();
  readonly receipts: Statement<'receipt'>[] = [];
  readonly challenges: Uint8Array[] = [];
  /** The events of the log that are alarms. */
  readonly alarms: LogEvent[] = [];
  /** What each alarm names. */
  readonly alarmFields: LogFields[] = [];
  readonly warnings: LogEvent[] = [];
  /** What the camera was charged with. */
  readonly work: Work[] = [];
  /** Gets each receipt in the moment in which it leaves. */
  onReceipt: ((receipt: Statement<'receipt'>) => void) | undefined;
  /** Since when keys are revoked. */
  readonly revoked = new Map<string, number>();
  readonly #files: Files;
  readonly #hasher: Hasher;
  readonly #clock: Clock;
  #rosters: readonly Statement<'roster'>[] = [];
  #journalFull = false;
  #quota = noQuota;
  #tryLock: TryLock | undefined;
  quotas!: Quotas;
  #book!: ReceiptBook;
  #device!: Device;
  #completed!: Completed;

  private constructor(
    folder: string,
    device: string,
    credentials: Credentials,
    files: Files,
    hasher: Hasher,
    clock: Clock,
  ) {
    this.folder = folder;
    this.device = device;
    this.credentials = credentials;
    this.#files = files;
    this.#hasher = hasher;
    this.#clock = clock;
  }

  static async start(
    agency: TestAgency,
    folder: string,
    {
      device = 'camera-1',
      station,
      credentials: given,
      files = systemFiles,
      hasher = nodeHasher,
      clock = unheldClock(),
      rosters = [],
      journalFull = false,
      quota = noQuota,
      shared,
    }: HarnessOptions = {},
  ): Promise<Harness> {
    const credentials =
      given ??
      (station === undefined && shared === undefined
        ? await credentialsOf(agency)
        : await readCredentials(
            station ?? agency.station,
            shared === undefined ? [] : [shared.vaultKey],
            clock,
            shared !== undefined,
          ));
    const harness = new Harness(folder, device, credentials, files, hasher, clock);
    harness.#rosters = rosters;
    harness.#journalFull = journalFull;
    harness.#quota = quota;
    harness.#tryLock = shared?.tryLock;
    await harness.#open();
    return harness;
  }

  get store(): string {
    return join(this.folder, 'evidence');
  }

  get vault(): string {
    return join(this.folder, 'vault');
  }

  async #open(): Promise<void> {
    const { root, id, receipt, vaultKeys } = this.credentials;
    await mkdir(this.store, { recursive: true });
    await mkdir(this.vault, { recursive: true });
    const log: Log = {
      ...silentLog,
      alarm: (event, _, fields = {}) => {
        this.alarms.push(event);
        this.alarmFields.push(fields);
      },
      warn: (event) => this.warnings.push(event),
    };
    const places = await Places.open(
      { files: this.#files, clock: this.#clock, randomness: systemRandomness, log },
      [this.store, this.vault],
    );
    const tools = { files: this.#files, hasher: this.#hasher, log, doubtful: new Map() };
    const store = new Store(tools, this.store, root);
    const sharer = this.#tryLock === undefined ? undefined : id;
    const path = join(this.store, ownName('.receipts-journal', sharer));
    await mkdir(join(this.store, '.locks'), { recursive: true });
    const locks =
      this.#tryLock &&
      new CameraLocks({
        ...{ folder: join(this.store, '.locks'), tryLock: this.#tryLock, clock: systemClock(), log },
        ...{ randomness: systemRandomness, taken: async () => {} },
      });
    const lock = locks?.of(this.device);
    const opened = await openReceiptChain(tools, path, store, id, root, this.#clock, locks);
    const { journal } = opened;
    this.#book = new ReceiptBook({
      stationId: id,
      certificate: receipt.certificate,
      signer: receipt.signer,
      clock: this.#clock,
      log,
      ...opened,
      journal: {
        size: this.#journalFull ? stationLimits.journalBytesMax + 1 : 0,
        append: (appends) => journal.append(appends),
        restart: (appends) => journal.restart(appends),
      },
      revokedFrom: (keyId) => this.revoked.get(keyId),
      present: () => places.check(),
      publish: (_device, _recording, record) => {
        const envelope = openEnvelope(Uint8Array.from(parseRecord(record).body));
        const { statement } = readReceipt(envelope, root);
        this.receipts.push(statement);
        this.onReceipt?.(statement);
      },
      signed: () => {
        this.counts.receipts += 1;
      },
      unsigned: ({ recordingId }) => this.#device.owesAnswer(toHex(recordingId)),
      prolong: () => lock?.prolong() ?? (() => {}),
    });
    this.#completed = new Completed(this.#files, this.store, silentLog);
    this.quotas = new Quotas({ limits: this.#quota, files: this.#files, folder: this.store, log });
    this.#device = new Device({
      device: this.device,
      ...(lock !== undefined && { lock }),
      store,
      completed: this.#completed,
      vault: new Vault(this.#files, this.vault, vaultKeys),
      rosters: this.#rosters,
      aside: new Aside(this.#files, join(this.store, '.refused'), silentLog),
      book: this.#book,
      counts: this.counts,
      quota: this.quotas.of(this.device),
      hasher: this.#hasher,
      log,
      randomness: systemRandomness,
      clock: this.#clock,
      places,
      revokedFrom: (keyId) => this.revoked.get(keyId),
      challenge: (nonce) => this.challenges.push(nonce),
      charge: (work) => this.work.push(work),
      announced: () => {},
    });
    while (lock === undefined && (await this.#device.restoreNext()));
    await this.#book.settled();
    await this.#completed.settled();
  }

  /** A station that starts again over the same folders. What it publishes while starting is dropped. */
  async restart(): Promise<void> {
    this.#device.close();
    await this.#open();
    this.receipts.length = 0;
  }

  /** Has messages `[what follows the device in the topic, payload]` handled, and all receipts signed. */
  async send(...messages: readonly (readonly [string, Uint8Array])[]): Promise<void> {
    await this.sendUntil(() => false, ...messages);
  }

  /** As {@link send}, of a station that is about to end: once `isOver` says so, no more messages are begun. */
  async sendUntil(
    isOver: () => boolean,
    ...messages: readonly (readonly [string, Uint8Array])[]
  ): Promise<void> {
    const read = messages.map(([rest, payload]) => {
      const topic = parseTopic(`sealcam/1/${this.device}/${rest}`);
      if (topic === undefined) throw new RangeError(`no topic: ${rest}`);
      return { topic, payload };
    });
    await this.#device.handle(read, isOver);
    await this.#book.settled();
    await this.#completed.settled();
    await this.quotas.settled();
  }

  /** Lets what a timer set going be done. */
  async turn(): Promise<void> {
    await this.#device.handle([], () => false);
    await this.#book.settled();
  }

  /** Ends what would go on by itself. */
  close(): void {
    this.#device.close();
  }

  /** Asks the camera for a head, where it has been silent. */
  askIfSilent(): Promise<void> {
    return this.#device.askIfSilent();
  }

  /** Recordings that the station keeps in memory. */
  get recordingsInMemory(): number {
    return this.#device.recordingsInMemory;
  }

  /** The last receipt in short: `count`, with `k` where the keys are stored, `complete` where it is. */
  get last(): string {
    const body = this.receipts.at(-1)?.body;
    if (body === undefined) return 'none';
    return `${body.count}${body.keyEnvelopeHash === undefined ? '' : 'k'}${body.complete ? ' complete' : ''}`;
  }

  /** What a verifier says of all that is stored. */
  async verify(): Promise<Report> {
    const sources = await sourcesIn(join(this.store, this.device));
    return (await verifyEvidence(sources, this.credentials.root)).report;
  }
}

/** The machine's clock, whose timers do not keep a test from ending. */
function unheldClock(): Clock {
  return {
    ...systemClock(),
    setTimer(delayMs, fire) {
      const handle = setTimeout(fire, delayMs).unref();
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

/** What a whole recording is as messages, keys included, without its session. */
export function messagesOf(
  recording: FakeRecording,
  links: readonly FakeLink[],
): (readonly [string, Uint8Array])[] {
  const record = `${recording.id}/record`;
  return [
    [record, recording.opening],
    [`${recording.id}/keys`, recording.parts.sealedKeys],
    ...links.flatMap((link) => [
      [record, link.record] as const,
      ...link.segments.map((segment) => [record, segment] as const),
    ]),
  ];
}

/** What a verifier is given: the `.seal`, `.receipts` and `.deletion` of a folder, its sessions among them. */
export async function sourcesIn(folder: string): Promise<EvidenceSource[]> {
  const names = (await readdir(folder)).filter((name) => /\.(?:seal|receipts|deletion)$/.test(name));
  return Promise.all(names.map((name) => source(join(folder, name))));
}

async function source(path: string): Promise<EvidenceSource> {
  const bytes = new Uint8Array(await readFile(path));
  return {
    name: path,
    async *stream() {
      yield bytes;
    },
    readAt: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

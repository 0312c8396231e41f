import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { beginSession, loadIdentity } from '../../agent/sealer/index.ts';
import type { UplinkSpool } from '../../agent/spool/types.ts';
import { mqttBroker, type OpenBrokerSession, startUplink, type Uplink } from '../../agent/uplink/index.ts';
import { systemClock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { systemRandomness } from '../../base/random.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import { readRoot } from '../../evidence/root.ts';
import { wait } from '../proc.ts';

const absent = async (): Promise<never> => {
  throw new SealcamError('SPOOL_UNKNOWN', 'There is no recording');
};

/** What a camera has that has recorded nothing, or has sent all of it. */
const emptySpool: UplinkSpool = {
  recordings: () => [],
  ...{ readHead: absent, readSealedKeys: absent, readStatements: absent, readSegments: absent },
  ...{ readLoss: absent, keepLoss: absent },
  acceptReceipt: async () => 'unknown',
  onChange: () => () => {},
};

type StartCamera = (open: (broker: OpenBrokerSession) => OpenBrokerSession, url: string) => Uplink;

/** Cameras that record nothing: the agent's own uplink, each with a session of its own. */
export class IdleFleet {
  /** Connections that were begun. */
  attempts = 0;
  readonly #starts: readonly StartCamera[];
  #uplinks: readonly Uplink[] = [];

  private constructor(starts: readonly StartCamera[]) {
    this.#starts = starts;
  }

  /** Boots the cameras that were provisioned in folders of their ids. */
  static async boot(folder: string, ids: readonly string[]): Promise<IdleFleet> {
    const clock = systemClock();
    const starts: StartCamera[] = [];
    for (const id of ids) {
      const file = (name: string): Buffer => readFileSync(join(folder, id, name));
      const root = readRoot(file('root.crt'));
      const identity = await loadIdentity(join(folder, id, 'identity.crt'), root);
      const key = readSigningKey(file('identity.key'));
      const facts = {
        ...{ bootCounter: 1, previousSession: undefined },
        ...{ nextRecordingNumber: 1, newestStatement: undefined },
      };
      const signer = { sign: async (message: Uint8Array) => key.sign(message) };
      const session = await beginSession(identity, signer, facts, systemRandomness);
      const pair = { certificate: file('tls.crt').toString(), privateKey: file('tls.key').toString() };
      starts.push((open, url) =>
        startUplink({
          ...{ spool: emptySpool, deviceId: id, root, session: session.statement },
          makeHead: (nonce) => session.head(nonce, facts),
          makeLoss: (lost) => session.loss(lost),
          openBroker: open(mqttBroker({ url, root, ...pair }, id, clock)),
          ...{ onReceipt: () => {}, clock, randomness: systemRandomness, log: silentLog },
        }),
      );
    }
    return new IdleFleet(starts);
  }

  get connected(): number {
    return this.#uplinks.filter((uplink) => uplink.stats().connected).length;
  }

  /** Connects all at once; see {@link until}. */
  async connect(url: string, secondsMax: number): Promise<{ readonly times: readonly number[] }> {
    const counted =
      (open: OpenBrokerSession): OpenBrokerSession =>
      (events) => {
        this.attempts += 1;
        return open(events);
      };
    this.#uplinks = this.#starts.map((start) => start(counted, url));
    return this.until((connected) => connected === this.#uplinks.length, secondsMax);
  }

  /**
   * Waits until as many are connected.
   * @returns when, in seconds from now, the first, the second and so on was seen to be connected.
   * @throws Error if that takes longer than `secondsMax`.
   */
  async until(
    isSo: (connected: number) => boolean,
    secondsMax: number,
  ): Promise<{ readonly times: readonly number[] }> {
    const times: number[] = [];
    const fromMs = performance.now();
    for (;;) {
      const seconds = (performance.now() - fromMs) / 1_000;
      const { connected } = this;
      while (times.length < connected) times.push(seconds);
      if (isSo(connected)) return { times };
      if (seconds > secondsMax) throw new Error(`${connected} cameras are connected after ${secondsMax} s`);
      await wait(100);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#uplinks.map((uplink) => uplink.close()));
  }
}

/** Makes `count` TLS connections with a camera's certificate, eight at a time, and ends each at once. */
export async function tlsHandshakes(folder: string, url: string, count: number): Promise<void> {
  const file = (name: string): Buffer => readFileSync(join(folder, name));
  const [ca, cert, key] = [file('root.crt'), file('tls.crt'), file('tls.key')];
  const { hostname: host, port } = new URL(url);
  let left = count;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await new Promise<void>((done, fail) => {
        const socket = connect({ host, port: Number(port), ca, cert, key, minVersion: 'TLSv1.3' });
        // Under TLS 1.3 the server checks the camera's certificate after the client is done, and sends its ticket then.
        socket.once('session', () => socket.destroy());
        socket
          .on('close', () => done())
          .on('error', fail)
          .resume();
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

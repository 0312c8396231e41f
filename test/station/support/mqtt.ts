import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';

/** Files of a TLS client; without a certificate where the name is undefined. */
export interface Identity {
  readonly folder: string;
  /** `tls` or `identity`: which certificate and key of the folder are shown. */
  readonly name: string | undefined;
  /** The root's file that the broker must be of. */
  readonly root: string;
}

/** The TLS identity that was provisioned in a folder. */
export function identityIn(folder: string, name: string | undefined = 'tls'): Identity {
  return { folder, name, root: join(folder, 'root.crt') };
}

/** What messages came to a client, and a wait for them. */
export class TestClient {
  readonly client: MqttClient;
  readonly received: { topic: string; payload: Uint8Array }[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;

  private constructor(client: MqttClient) {
    this.client = client;
    // Refusals show as the connection's end; errors are what leads to it.
    client.on('error', () => {});
    client.on('connect', () => this.#wake());
    client.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
    client.on('message', (topic, payload) => {
      this.received.push({ topic, payload: Uint8Array.from(payload) });
      this.#wake();
    });
  }

  /** A client that tries to connect, once. */
  static start(
    t: { teardown(done: () => unknown): unknown },
    port: number,
    { folder, name, root }: Identity,
    options: IClientOptions = {},
  ): TestClient {
    const client = connect({
      protocol: 'mqtts',
      host: '127.0.0.1',
      port,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: 20_000,
      ca: readFileSync(root),
      ...(name === undefined
        ? {}
        : {
            cert: readFileSync(join(folder, `${name}.crt`)),
            key: readFileSync(join(folder, `${name}.key`)),
          }),
      ...options,
    });
    t.teardown(() => client.end(true));
    return new TestClient(client);
  }

  /** Resolves with whether the broker took it. */
  async connected(): Promise<boolean> {
    await this.until(() => this.client.connected || this.#closed);
    return this.client.connected;
  }

  /** Resolves when the connection has ended. */
  async ended(): Promise<void> {
    await this.until(() => this.#closed);
  }

  /** Resolves once `condition` holds; it is asked again when something came, or the connection ended. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async publish(topic: string, payload: Uint8Array): Promise<void> {
    await this.client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

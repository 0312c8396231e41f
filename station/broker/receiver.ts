import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { MqttClient, UniqueMessageIdProvider } from 'mqtt';
import type { Clock, Timer } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import type { Root } from '../../evidence/root.ts';
import { certifiedHost, type MqttAddress } from '../../proto/mqtt-address.ts';
import { PacketGuard } from '../../proto/mqtt-packet-guard.ts';
import { messageBytesMax, parseTopic, type Topic, topicPrefix } from '../../proto/topics.ts';
import { stationLimits } from '../limits.ts';

/** How a station gets its cameras' messages, and answers them. */
export interface Receiver {
  /** Resolves when messages come for the first time. */
  readonly subscribed: Promise<void>;
  /** Whether messages come. */
  readonly connected: boolean;
  /** How often the connection to the broker has ended, or could not be made. */
  readonly losses: number;
  /** Sends with QoS 1 to a camera, or drops it, as cameras ask again. @returns whether it was sent. */
  publish(topic: string, payload: Uint8Array): boolean;
  /** Has the broker drop what a camera sends for a while, where its limits are by the queue and not by the connection. */
  exclude?(device: string): void;
  /** Ends the connection for good. */
  close(): Promise<void>;
}

/** One connection to a broker, from its beginning to its end. */
export interface BrokerConnection {
  /** Whether messages come. */
  readonly ready: boolean;
  /** Resolves with the reason once it has ended. */
  readonly ended: Promise<string>;
  /** As {@link Receiver.publish}. */
  publish(topic: string, payload: Uint8Array): boolean;
  exclude?(device: string): void;
  end(reason: string): void;
}

/** What the receiver from another broker needs. */
export interface ReceiverOptions {
  readonly address: MqttAddress;
  readonly root: Root;
  /** The station's `tls-client` certificate and its key, PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly clientId: string;
  /**
   * What to receive; everything that cameras send to a station unless given. Of what is given the broker keeps nothing while
   * the receiver is away.
   */
  readonly filters?: readonly string[];
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  /** Handles a message; the next one is read from the socket, or this one acknowledged, once it resolves. */
  readonly take: (topic: Topic, payload: Uint8Array) => Promise<void>;
}

/** Everything that cameras send to a station. */
export const cameraFilters = [`${topicPrefix}/+/+/record`, `${topicPrefix}/+/+/keys`];

/**
 * The station's connection to a broker that is not its own: made again, with a new client each time, whenever it ends.
 * The broker keeps messages while the station is away. A message is acknowledged once the station has taken it over,
 * which promises nothing: only a receipt does.
 */
export class RemoteReceiver implements Receiver {
  readonly #options: ReceiverOptions;
  readonly #make: (options: ReceiverOptions, subscribed: () => void, attempt: number) => BrokerConnection;
  #connection: BrokerConnection | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #closed = false;
  losses = 0;
  #subscribed!: () => void;
  /** Resolves when the broker has accepted the subscription for the first time. */
  readonly subscribed: Promise<void>;

  /** @param make begins a connection, by MQTT unless given; `attempt` counts from 0. */
  constructor(
    options: ReceiverOptions,
    make: (options: ReceiverOptions, subscribed: () => void, attempt: number) => BrokerConnection = (
      ...[given, subscribed]
    ) => new MqttConnection(given, subscribed),
  ) {
    this.#options = options;
    this.#make = make;
    this.subscribed = new Promise((resolve) => {
      this.#subscribed = resolve;
    });
    this.#connect();
  }

  /**
   * Sends with QoS 1 if the broker is connected and accepts it; else drops it, as cameras ask again.
   * @returns whether it was sent.
   */
  publish(topic: string, payload: Uint8Array): boolean {
    return this.#connection?.publish(topic, payload) ?? false;
  }

  exclude(device: string): void {
    this.#connection?.exclude?.(device);
  }

  /** Whether the subscription is active. */
  get connected(): boolean {
    return this.#connection?.ready ?? false;
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    this.#connection?.end('the station closes');
    await this.#connection?.ended;
  }

  #connect(): void {
    const subscribed = (): void => {
      this.#failures = 0;
      this.#subscribed();
      this.#options.log.info('broker.connected', 'Connected to the broker');
    };
    const connection = this.#make(this.#options, subscribed, this.losses);
    this.#connection = connection;
    void connection.ended.then((reason) => this.#again(reason));
  }

  #again(reason: string): void {
    this.#connection = undefined;
    if (this.#closed) return;
    this.losses += 1;
    const { clock, log } = this.#options;
    const most = Math.min(
      stationLimits.reconnectMsMax,
      stationLimits.reconnectMsMin * 2 ** Math.min(this.#failures, 20),
    );
    this.#failures += 1;
    // Half of it is random, so that the receivers of a broker do not all come back at once.
    const delayMs = most / 2 + (most / 2) * this.#fraction();
    log.warn('broker.away', 'No connection to the broker', { reason, delayMs: Math.round(delayMs) });
    this.#timer = clock.setTimer(delayMs, () => this.#connect());
  }

  #fraction(): number {
    const bytes = this.#options.randomness.bytes(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
  }
}

/** Bounds the messages to cameras that the broker has not acknowledged. */
export class CameraAnswers {
  #all = 0;
  /** By camera, so that none takes up the room of all others. */
  readonly #of = new Map<string, number>();

  /** Counts a message; its result is called once it is acknowledged. Undefined if there is no room. */
  begin(topic: string): (() => void) | undefined {
    const device = parseTopic(topic)?.device ?? '';
    const own = this.#of.get(device) ?? 0;
    const { receiptsInFlightMax, receiptsInFlightPerCameraMax } = stationLimits;
    if (this.#all >= receiptsInFlightMax || own >= receiptsInFlightPerCameraMax) return undefined;
    this.#all += 1;
    this.#of.set(device, own + 1);
    return () => {
      this.#all -= 1;
      const left = (this.#of.get(device) ?? 1) - 1;
      if (left > 0) this.#of.set(device, left);
      else this.#of.delete(device);
    };
  }
}

/** A connection by MQTT. */
class MqttConnection implements BrokerConnection {
  readonly #options: ReceiverOptions;
  readonly #subscribed: () => void;
  readonly #socket: TLSSocket;
  readonly #connectTimer: Timer;
  /** Resolves with the reason once the connection has ended. */
  readonly ended: Promise<string>;
  #client: MqttClient | undefined;
  #reason: string | undefined;
  readonly #inFlight = new CameraAnswers();
  #ready = false;

  constructor(options: ReceiverOptions, subscribed: () => void) {
    this.#options = options;
    this.#subscribed = subscribed;
    const { address, root } = options;
    this.#connectTimer = options.clock.setTimer(stationLimits.handshakeMsMax, () =>
      this.end(`no connection within ${stationLimits.handshakeMsMax} ms`),
    );
    this.#socket = connect({
      host: address.host,
      port: address.port,
      minVersion: 'TLSv1.3',
      ca: root.certificate.x509.toString(),
      cert: options.certificate,
      key: options.key,
      rejectUnauthorized: true,
      checkServerIdentity: (host, certificate) => identityError(host, certificate, options),
    });
    this.#socket.on('error', (error) => this.end(error.message));
    this.#socket.once('secureConnect', () => this.#speak());
    this.ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.end('the broker closed the connection');
        resolve(this.#reason ?? '');
      });
    });
  }

  get ready(): boolean {
    return this.#ready && this.#reason === undefined;
  }

  publish(topic: string, payload: Uint8Array): boolean {
    const client = this.#client;
    // Without a connection, mqtt.js would queue published messages without a limit.
    if (client === undefined || !this.#ready || !client.connected || this.#reason !== undefined) return false;
    const done = this.#inFlight.begin(topic);
    if (done === undefined) return false;
    const content = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    client.publish(topic, content, { qos: 1 }, done);
    return true;
  }

  end(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#connectTimer.cancel();
    this.#client?.end(true);
    this.#socket.destroy();
  }

  #speak(): void {
    if (this.#reason !== undefined) return;
    const most = messageBytesMax + stationLimits.packetHeadroomBytes;
    const guard = new PacketGuard({ first: most, later: most });
    this.#socket.on('data', (bytes: Buffer) => {
      if (guard.push(bytes) !== undefined) this.end('the broker sent a packet beyond the limit');
    });
    const client = new MqttClient(() => this.#socket, {
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: this.#options.clientId,
      clean: this.#options.filters !== undefined,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      keepalive: stationLimits.keepaliveSeconds,
      connectTimeout: stationLimits.handshakeMsMax,
      messageIdProvider: new UniqueMessageIdProvider(),
      timerVariant: 'native',
    });
    this.#client = client;
    client.handleMessage = (packet, done) => {
      const topic = parseTopic(packet.topic);
      if (topic === undefined || packet.payload.length > messageBytesMax) {
        this.#options.log.warn(
          'message.dropped',
          'A message on a foreign topic, or larger than the limit, was dropped',
        );
        done();
        return;
      }
      this.#options.take(topic, ownBytes(packet.payload)).then(() => done(), done);
    };
    client.on('error', (error) => this.end(error.message));
    client.on('connect', () => this.#subscribe(client));
  }

  #subscribe(client: MqttClient): void {
    client.subscribe([...(this.#options.filters ?? cameraFilters)], { qos: 1 }, (error, granted) => {
      if (this.#reason !== undefined) return;
      if (error || granted?.some(({ qos }) => qos !== 1)) {
        this.end('the broker refused the subscription');
        return;
      }
      this.#connectTimer.cancel();
      this.#ready = true;
      this.#subscribed();
    });
  }
}

/** What is wrong with a broker's certificate for `host`; undefined if nothing is. */
export function identityError(
  host: string,
  certificate: PeerCertificate,
  { root }: Pick<ReceiverOptions, 'root'>,
): Error | undefined {
  const mismatch = checkServerIdentity(certifiedHost(host), certificate);
  if (mismatch !== undefined) return mismatch;
  try {
    checkCertificate(new Uint8Array(certificate.raw), root, 'tls-server');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The payload of a message, copied if it is a view into a larger buffer, which it would keep alive. */
export function ownBytes(payload: string | Buffer): Uint8Array {
  if (typeof payload === 'string') return new Uint8Array(Buffer.from(payload));
  const { buffer, byteOffset, length } = payload;
  return buffer.byteLength === length ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(payload);
}

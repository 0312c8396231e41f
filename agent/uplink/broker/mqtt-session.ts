import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
// Imported by file: the package's entry also loads other transports (WebSockets among them), which doubles the load
// time.
import clientModule from 'mqtt/lib/client';
import messageIdModule from 'mqtt/lib/unique-message-id-provider';
import type { Clock, Timer } from '../../../base/clock.ts';
import { SealcamError, systemCode } from '../../../base/errors.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../../evidence/root.ts';
import { certifiedHost, type MqttAddress, parseBrokerUrl } from '../../../proto/mqtt-address.ts';
import { PacketGuard } from '../../../proto/mqtt-packet-guard.ts';
import { formatTopic, issuedLeaves, type StationLeaf } from '../../../proto/topics.ts';
import { uplinkLimits } from '../../limits.ts';
import type { BrokerEvents, BrokerSession, OpenBrokerSession } from './broker-session.ts';
import type { TlsPair } from './own-certificate.ts';

// CommonJS modules: the default export is a property of the imported object.
const { default: MqttClient } = clientModule;
const { default: UniqueMessageIdProvider } = messageIdModule;
type MqttClient = InstanceType<typeof MqttClient>;

// The only file of the agent that uses mqtt.js (5.16). It serves as a codec with acknowledgements: each connection gets
// a new client, and its reconnecting, storing and queueing stay unused. The TLS socket is made here, so that nothing is
// sent before the broker's certificate has been checked.

/** The address of the broker, and the credentials that the camera presents to it. */
export interface UplinkBroker extends TlsPair {
  /** `mqtts://host:port`; the default port is 8883. */
  readonly url: string;
  /** The agency's root: the only authority for the broker's certificate. */
  readonly root: Root;
}

/** How a connection behaves. */
export interface MqttShape {
  /** Limit for TCP, TLS, MQTT and the subscription together. */
  readonly connectTimeoutMs: number;
  /** Silence after which the broker is pinged. */
  readonly keepaliveSeconds: number;
  /** The largest packet accepted from the broker, in bytes. */
  readonly packetBytesMax: number;
  /** The topic filters to subscribe to; by default the camera's receipts, challenges and orders. */
  readonly topics?: readonly string[];
}

/**
 * Prepares connections to a broker.
 * @param deviceId the camera's id, which is the common name of its TLS certificate, and its MQTT client id.
 * @throws SealcamError `BROKER_URL`, `UPLINK_CERTIFICATE` (of another device, purpose or key), `CERTIFICATE_*`.
 */
export function mqttBroker(
  options: UplinkBroker,
  deviceId: string,
  clock: Clock,
  shape: MqttShape = uplinkLimits,
): OpenBrokerSession {
  const address = parseBrokerUrl(options.url);
  checkOwnCertificate(options, deviceId);
  return (events) => new MqttSession(options, address, deviceId, clock, shape, events);
}

function checkOwnCertificate(options: UplinkBroker, deviceId: string): void {
  const der = certificateDer(Buffer.from(options.certificate));
  const { name, client, publicKey } = checkCertificate(der, options.root, 'tls-client');
  if (name !== deviceId || client !== 'camera') {
    throw new SealcamError(
      'UPLINK_CERTIFICATE',
      `The TLS certificate is that of the ${client ?? 'unit'} "${name}", not of the camera "${deviceId}": give the camera its own`,
    );
  }
  if (!publicKeyOf(options.privateKey)?.equals(publicKey)) {
    throw new SealcamError(
      'UPLINK_CERTIFICATE',
      'The TLS key is not that of the TLS certificate: give both of one renewal',
    );
  }
}

function publicKeyOf(privateKey: string): KeyObject | undefined {
  try {
    return createPublicKey(createPrivateKey(privateKey));
  } catch {
    return undefined;
  }
}

class MqttSession implements BrokerSession {
  readonly #events: BrokerEvents;
  readonly #deviceId: string;
  readonly #shape: MqttShape;
  readonly #socket: TLSSocket;
  readonly #connectTimer: Timer;
  #client: MqttClient | undefined;
  #reason: string | undefined;
  #isDown = false;

  constructor(
    options: UplinkBroker,
    address: MqttAddress,
    deviceId: string,
    clock: Clock,
    shape: MqttShape,
    events: BrokerEvents,
  ) {
    this.#events = events;
    this.#deviceId = deviceId;
    this.#shape = shape;
    this.#connectTimer = clock.setTimer(shape.connectTimeoutMs, () =>
      this.#end(`no connection within ${shape.connectTimeoutMs} ms`),
    );
    this.#socket = connect({
      ...address,
      minVersion: 'TLSv1.3',
      ca: options.root.certificate.x509.toString(),
      cert: options.certificate,
      key: options.privateKey,
      rejectUnauthorized: true,
      checkServerIdentity: (host, certificate) => {
        const mismatch = checkServerIdentity(certifiedHost(host), certificate);
        if (mismatch !== undefined) return mismatch;
        try {
          checkCertificate(certificate.raw, options.root, 'tls-server');
          return undefined;
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      },
    });
    this.#socket.on('error', (error) => this.#end(describe(error)));
    this.#socket.once('close', () => {
      this.#end('the broker closed the connection');
      this.#down();
    });
    this.#socket.once('secureConnect', () => this.#speak());
  }

  publish(message: number, topic: string, payload: Uint8Array): void {
    const client = this.#client;
    // Without a connection, mqtt.js would queue published messages without a bound.
    if (client === undefined || !client.connected || this.#reason !== undefined) return;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    client.publish(topic, bytes, { qos: 1 }, (error) => {
      if (this.#reason !== undefined) return;
      if (error) this.#events.failed(message, describe(error));
      else this.#events.acked(message);
    });
  }

  close(reason: string): void {
    this.#end(reason);
  }

  /** TLS is established and the broker's certificate is checked: MQTT begins. */
  #speak(): void {
    if (this.#reason !== undefined) return;
    if (!this.#socket.authorized) {
      this.#end("the broker's certificate was not accepted");
      return;
    }
    const most = this.#shape.packetBytesMax;
    const guard = new PacketGuard({ first: most, later: most });
    this.#socket.on('data', (bytes: Buffer) => {
      if (guard.push(bytes) !== undefined) this.#end(`a packet beyond ${most} bytes came`);
    });
    const client = new MqttClient(() => this.#socket, {
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: this.#deviceId,
      clean: true,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      keepalive: this.#shape.keepaliveSeconds,
      connectTimeout: this.#shape.connectTimeoutMs,
      messageIdProvider: new UniqueMessageIdProvider(),
      timerVariant: 'native',
      // Otherwise each number up to 65,535 is kept as a Buffer: a third of the heap, traversed at each garbage
      // collection.
      writeCache: false,
    });
    this.#client = client;
    client.on('error', (error) => this.#end(describe(error)));
    client.on('message', (topic, payload) => {
      if (this.#reason === undefined) this.#events.message(topic, Uint8Array.from(payload));
    });
    client.on('connect', () => this.#subscribe(client));
  }

  #subscribe(client: MqttClient): void {
    const topics = this.#shape.topics ?? [
      formatTopic({ device: this.#deviceId, recording: '+', leaf: 'receipt' }),
      formatTopic({ device: this.#deviceId, recording: 'session', leaf: 'challenge' }),
    ];
    client.subscribe([...topics], { qos: 1 }, (error, granted) => {
      if (this.#reason !== undefined) return;
      const refused = granted?.find(({ qos }) => qos !== 1);
      if (error || refused !== undefined) {
        this.#end(`the broker refused the subscription to ${refused?.topic ?? 'receipts and challenges'}`);
        return;
      }
      this.#connectTimer.cancel();
      this.#events.up();
    });
    // A Mosquitto whose access rules lack these refuses them, and recordings are sent all the same. The embedded broker of an
    // older station ends the connection: stations are updated before cameras.
    if (this.#shape.topics === undefined) client.subscribe(this.#orders(), { qos: 1 }, () => {});
  }

  #orders(): string[] {
    const leaves: readonly StationLeaf[] = ['command', 'certificate', ...issuedLeaves];
    return leaves.map((leaf) => formatTopic({ device: this.#deviceId, recording: 'session', leaf }));
  }

  /** Begins to end the connection; the first reason counts. */
  #end(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#connectTimer.cancel();
    // end(true) fails what is pending and stops the keepalive; its callback reports the end of the socket less reliably
    // than the socket itself.
    this.#client?.end(true);
    this.#socket.destroy();
  }

  #down(): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.#events.down(this.#reason ?? 'the connection ended');
  }
}

function describe(error: Error): string {
  const code = systemCode(error);
  return code === undefined ? error.message : `${error.message} (${code})`;
}

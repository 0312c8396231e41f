// The only file that loads amqplib: a station of a region does.

import type { Duplex } from 'node:stream';
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect, credentials } from 'amqplib';
import type { Timer } from '../../base/clock.ts';
import type { MqttAddress } from '../../proto/mqtt-address.ts';
import { messageBytesMax } from '../../proto/topics.ts';
import { stationLimits } from '../limits.ts';
import {
  type BrokerConnection,
  CameraAnswers,
  identityError,
  ownBytes,
  type ReceiverOptions,
  RemoteReceiver,
} from './receiver.ts';
import {
  bindingKeys,
  priorityOf,
  queueOf,
  recordsArguments,
  regionExchange,
  regionQueues,
  routingKeyOf,
  topicOf,
  unboundArguments,
  unboundName,
} from './region.ts';

/**
 * A receiver of a region, from RabbitMQ by AMQP 0-9-1. It is the same as by MQTT, except that a message is acknowledged only once
 * the station has handled it, so that the broker gives it to another receiver if this one dies. What could not be stored gets no
 * receipt, and the camera sends it again.
 * @param addresses of the region's nodes, which are tried in turns.
 */
export function receiveByAmqp(options: ReceiverOptions, addresses: readonly MqttAddress[]): RemoteReceiver {
  return new RemoteReceiver(options, (given, subscribed, attempt) => {
    const address = addresses[attempt % addresses.length] ?? given.address;
    return new AmqpConnection({ ...given, address }, subscribed);
  });
}

class AmqpConnection implements BrokerConnection {
  readonly #options: ReceiverOptions;
  readonly #subscribed: () => void;
  readonly ended: Promise<string>;
  #resolveEnded!: (reason: string) => void;
  readonly #inFlight = new CameraAnswers();
  readonly #excluded = new Map<string, Timer>();
  #model: ChannelModel | undefined;
  #channel: ConfirmChannel | undefined;
  /** This receiver's queue that keeps nothing, which goes with the connection. */
  #discardQueue = '';
  #reason: string | undefined;
  #ready = false;

  constructor(options: ReceiverOptions, subscribed: () => void) {
    this.#options = options;
    this.#subscribed = subscribed;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#open().catch((error) => this.end(error instanceof Error ? error.message : String(error)));
  }

  get ready(): boolean {
    return this.#ready && this.#reason === undefined;
  }

  publish(topic: string, payload: Uint8Array): boolean {
    const channel = this.#channel;
    if (channel === undefined || !this.ready) return false;
    const done = this.#inFlight.begin(topic);
    if (done === undefined) return false;
    const content = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#try(() =>
      channel.publish(regionExchange, routingKeyOf(topic), content, { persistent: true }, done),
    );
    return true;
  }

  /** Has the broker drop what a camera sends, until it has been excluded for long enough, or this connection ends. */
  exclude(device: string): void {
    if (!this.ready || this.#excluded.has(device)) return;
    const timer = this.#options.clock.setTimer(stationLimits.excludedMs, () => {
      this.#excluded.delete(device);
      this.#move(device, this.#discardQueue, queueOf(device));
    });
    this.#excluded.set(device, timer);
    this.#move(device, queueOf(device), this.#discardQueue);
  }

  end(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const timer of this.#excluded.values()) timer.cancel();
    const model = this.#model;
    const socket = (model?.connection as { stream?: Duplex } | undefined)?.stream;
    const over = (): void => {
      socket?.destroy();
      this.#resolveEnded(reason);
    };
    if (model === undefined) {
      over();
      return;
    }
    // What was acknowledged goes out first; a broker that hangs is not waited for.
    const timer = this.#options.clock.setTimer(stationLimits.farewellMsMax, over);
    void model
      .close()
      .catch(() => {})
      .then(() => {
        timer.cancel();
        over();
      });
  }

  async #open(): Promise<void> {
    const { address, root, certificate, key } = this.#options;
    const model = await connect(
      {
        protocol: 'amqps',
        hostname: address.host,
        port: address.port,
        heartbeat: stationLimits.regionHeartbeatSeconds,
        frameMax: stationLimits.amqpFrameBytes,
        maxFrameSize: stationLimits.amqpFrameBytes,
      },
      {
        ...{ ca: root.certificate.x509.toString(), cert: certificate, key },
        credentials: credentials.external(),
        minVersion: 'TLSv1.3',
        rejectUnauthorized: true,
        checkServerIdentity: (host: string, certified: Parameters<typeof identityError>[1]) =>
          identityError(host, certified, this.#options),
        timeout: stationLimits.handshakeMsMax,
        noDelay: true,
      },
    );
    this.#model = model;
    model.on('error', (error) => this.end(error.message));
    model.on('close', (error) => this.end(error?.message ?? 'the broker closed the connection'));
    if (this.#reason !== undefined) {
      this.#abandon(model);
      return;
    }
    const channel = await model.createConfirmChannel();
    channel.on('error', (error) => this.end(error.message));
    channel.on('close', () => this.end('the broker closed the channel'));
    this.#channel = channel;
    await this.#subscribe(channel);
    this.#ready = true;
    this.#subscribed();
  }

  /** It was ended while it was being made. */
  #abandon(model: ChannelModel): void {
    void model.close().catch(() => {});
  }

  async #subscribe(channel: ConfirmChannel): Promise<void> {
    const { clientId } = this.#options;
    await channel.checkExchange(regionExchange);
    await channel.assertExchange(unboundName, 'topic', { durable: true });
    await channel.prefetch(stationLimits.regionPrefetch);
    const options = { exclusive: true, arguments: { 'x-max-length': 0 } };
    this.#discardQueue = (await channel.assertQueue('', options)).queue;
    await channel.assertQueue(unboundName, { durable: true, arguments: unboundArguments });
    await channel.bindQueue(unboundName, unboundName, '#');
    for (const queue of regionQueues())
      await channel.assertQueue(queue, { durable: true, arguments: recordsArguments });
    for (const queue of regionQueues()) {
      const consumer = { priority: priorityOf(clientId, queue) };
      await channel.consume(queue, (message) => this.#record(message), consumer);
    }
    const consumer = { priority: priorityOf(clientId, unboundName) };
    await channel.consume(unboundName, (message) => this.#unbound(message), consumer);
  }

  #record(message: ConsumeMessage | null): void {
    if (message === null) {
      this.end('the broker ended a subscription');
      return;
    }
    const topic = topicOf(message.fields.routingKey);
    if (topic === undefined || message.content.length > messageBytesMax) {
      const sentence = 'A message on a foreign topic, or larger than the limit, was dropped';
      this.#options.log.warn('message.dropped', sentence);
      this.#acknowledge(message);
      return;
    }
    void this.#options.take(topic, ownBytes(message.content)).then(() => this.#acknowledge(message));
  }

  /** A camera without a binding gets one; it sends again what no receipt covers. */
  #unbound(message: ConsumeMessage | null): void {
    if (message === null) {
      this.end('the broker ended a subscription');
      return;
    }
    const topic = topicOf(message.fields.routingKey);
    if (topic?.leaf === 'record' || topic?.leaf === 'keys') {
      const { device } = topic;
      if (!this.#excluded.has(device)) this.#move(device, undefined, queueOf(device));
      // The first message of all is the session, which the camera shows once in a connection: it is handled here.
      void this.#options.take(topic, ownBytes(message.content)).then(() => this.#acknowledge(message));
      return;
    }
    if (topic === undefined)
      this.#options.log.warn(
        'message.dropped',
        'A message on a foreign topic, or larger than the limit, was dropped',
      );
    this.#acknowledge(message);
  }

  #acknowledge(message: ConsumeMessage): void {
    const channel = this.#channel;
    if (channel !== undefined && this.#reason === undefined) this.#try(() => channel.ack(message));
  }

  /** Binds a camera to another queue than before. */
  #move(device: string, from: string | undefined, to: string): void {
    const channel = this.#channel;
    if (channel === undefined || this.#reason !== undefined) return;
    const move = async (): Promise<void> => {
      for (const key of bindingKeys(device)) await channel.bindQueue(to, regionExchange, key);
      if (from === undefined) return;
      for (const key of bindingKeys(device)) await channel.unbindQueue(from, regionExchange, key);
    };
    move().catch((error) => this.end(error instanceof Error ? error.message : String(error)));
  }

  /** A channel that has just closed throws. */
  #try(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error));
    }
  }
}

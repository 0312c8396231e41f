import { formatTopic } from '../../proto/topics.ts';
import { uplinkLimits } from '../limits.ts';
import type { BrokerSession } from './broker/broker-session.ts';

/**
 * The answers to commands that are on their way. They pass the machine by, which neither counts them nor sends them again:
 * it numbers its messages upwards from 0, and answers are numbered downwards.
 */
export class Answers {
  readonly #topic: string;
  readonly #onTheWay = new Set<number>();
  #newest = 0;

  constructor(deviceId: string) {
    this.#topic = formatTopic({ device: deviceId, recording: 'session', leaf: 'answer' });
  }

  /** Sends an answer; drops it if too many are on their way. */
  send(broker: BrokerSession, payload: Uint8Array): void {
    if (this.#onTheWay.size >= uplinkLimits.answersInFlightMax) return;
    this.#newest -= 1;
    this.#onTheWay.add(this.#newest);
    broker.publish(this.#newest, this.#topic, payload);
  }

  /** The broker has taken, or refused, a message: true if it was an answer. */
  over(message: number): boolean {
    return this.#onTheWay.delete(message);
  }

  /** The connection has ended. */
  forget(): void {
    this.#onTheWay.clear();
  }
}

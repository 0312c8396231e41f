import { createHash } from 'node:crypto';
import { formatTopic, parseTopic, type Topic, topicPrefix } from '../../proto/topics.ts';
import { stationLimits } from '../limits.ts';

// What a region has in RabbitMQ 4: names, arguments and bindings. deploy/region/README.md explains it.
//
// Cameras publish by MQTT to the topic exchange `sealcam`, and hear what receivers publish to it. What no binding takes goes on to
// `sealcam.unbound` and waits in a short queue of that name: the receiver that reads it binds the camera to one of the queues.
// A queue has one active consumer, so that each of its cameras is with one receiver at a time; of the receivers that are
// there, the one with the highest priority for this queue.

/** The exchange of cameras and receivers, and the one to which it gives what no queue takes. */
export const regionExchange = 'sealcam';
export const unboundName = 'sealcam.unbound';

/** The queue of a camera's records, by a hash of its id. */
export function queueOf(device: string): string {
  return queueName(numberOf(device) % stationLimits.regionQueues);
}

/** All queues of records. */
export function regionQueues(): string[] {
  return Array.from({ length: stationLimits.regionQueues }, (_, at) => queueName(at));
}

function queueName(at: number): string {
  return `sealcam.records.${at}`;
}

/**
 * The priority of a receiver for a queue: the highest of those that are there gets it. As each receiver has another order, all get
 * about as many queues, and one that comes or goes moves only its own.
 */
export function priorityOf(receiver: string, queue: string): number {
  return numberOf(`${receiver} ${queue}`) & 0x7fffffff;
}

function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** The arguments of a queue of records. */
export const recordsArguments = {
  'x-queue-type': 'quorum',
  'x-single-active-consumer': true,
  // By default RabbitMQ drops a message that was delivered twenty times.
  'x-delivery-limit': -1,
  // While no receiver is there; the cameras keep everything.
  'x-max-length-bytes': stationLimits.regionQueueBytesMax,
  'x-overflow': 'drop-head',
  // A receiver that does not acknowledge for so long loses its queues to another.
  'x-consumer-timeout': stationLimits.regionSlowMsMax,
};

/** The arguments of the queue of what comes from cameras that have no binding. */
export const unboundArguments = {
  'x-queue-type': 'quorum',
  'x-single-active-consumer': true,
  'x-delivery-limit': -1,
  'x-max-length': stationLimits.regionUnboundMax,
  'x-overflow': 'drop-head',
};

/** What of a camera goes to its queue. */
export function bindingKeys(device: string): string[] {
  return ['record', 'keys'].map((leaf) => [...topicPrefix.split('/'), device, '*', leaf].join('.'));
}

/** The routing key of a topic: RabbitMQ writes dots for the slashes of MQTT. */
export function routingKeyOf(topic: string): string {
  return topic.replaceAll('/', '.');
}

/**
 * The topic of a routing key; undefined if it is not one of ours, or of a camera whose id has a dot, which RabbitMQ does not tell from a
 * slash.
 */
export function topicOf(routingKey: string): Topic | undefined {
  const topic = parseTopic(routingKey.replaceAll('.', '/'));
  return topic !== undefined && routingKeyOf(formatTopic(topic)) === routingKey ? topic : undefined;
}

import type { ClientKind } from '../../evidence/certificate.ts';
import {
  isAnswerTopic,
  isCameraTopic,
  isEchoTopic,
  isStationTopic,
  parseTopic,
  topicPrefix,
} from '../../proto/topics.ts';

/** The owner of a connection, according to its TLS certificate. */
export interface Peer {
  readonly kind: ClientKind;
  /** The certificate's common name: the id of the camera or station. */
  readonly name: string;
}

/** What the broker lets its clients do. */
export interface Access {
  /** Whether `peer` may publish to `topic`. */
  mayPublish(peer: Peer, topic: string): boolean;
  /** Whether `peer` may subscribe to the filter. */
  maySubscribe(peer: Peer, filter: string): boolean;
  /** Whether a message on `topic` may be delivered to `peer`: asked for each message, whatever was subscribed to. */
  mayReceive(peer: Peer, topic: string): boolean;
  /** Whether a client may leave a will, and have a message retained. */
  readonly wills: boolean;
  readonly retained: boolean;
  /** The highest quality of service of a message and of a subscription. */
  readonly qosMax: 1 | 2;
}

/**
 * The MQTT client id of a connection, whatever it asked for: a camera has one, so that no other can push it off the
 * broker; a station may have several parts, which choose their own names.
 */
export function clientIdOf(peer: Peer, requested: string): string {
  return peer.kind === 'camera' ? `camera/${peer.name}` : `station/${peer.name}/${requested}`;
}

/** A camera publishes its own records, keys, answers and echo, a station what it sends to cameras. */
function mayPublish(peer: Peer, topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === undefined) return false;
  if (peer.kind === 'station') return isStationTopic(parsed);
  const own = isCameraTopic(parsed) || isAnswerTopic(parsed) || isEchoTopic(parsed);
  return own && parsed.device === peer.name;
}

const cameraFilter =
  /^(?:(?:\+|[0-9a-f]{32})\/receipt|(?:\+|session)\/challenge|session\/(?:command|certificate|policy|revocation|roster|vault-key|echo))$/;

/** A camera subscribes to its station's answers and its own echo, a station to everything. */
function maySubscribe(peer: Peer, filter: string): boolean {
  const own = peer.kind === 'camera' ? `${topicPrefix}/${peer.name}/` : `${topicPrefix}/`;
  if (!filter.startsWith(own)) return false;
  if (peer.kind === 'station') return true;
  return cameraFilter.test(filter.slice(own.length));
}

function mayReceive(peer: Peer, topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === undefined) return false;
  if (peer.kind === 'station') return !isEchoTopic(parsed);
  return parsed.device === peer.name && (isStationTopic(parsed) || isEchoTopic(parsed));
}

/** What a station's broker lets cameras and stations do: what Sealcam needs, and no more of MQTT. */
export const stationAccess: Access = {
  mayPublish,
  maySubscribe,
  mayReceive,
  wills: false,
  retained: false,
  qosMax: 1,
};

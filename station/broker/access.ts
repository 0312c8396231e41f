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

/**
 * The MQTT client id of a connection, whatever it asked for: a camera has one, so that no other can push it off the
 * broker; a station may have several parts, which choose their own names.
 */
export function clientIdOf(peer: Peer, requested: string): string {
  return peer.kind === 'camera' ? `camera/${peer.name}` : `station/${peer.name}/${requested}`;
}

/** True if `peer` may publish to `topic`. */
export function mayPublish(peer: Peer, topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === undefined) return false;
  if (peer.kind === 'station') return isStationTopic(parsed);
  const own = isCameraTopic(parsed) || isAnswerTopic(parsed) || isEchoTopic(parsed);
  return own && parsed.device === peer.name;
}

const cameraFilter =
  /^(?:(?:\+|[0-9a-f]{32})\/receipt|(?:\+|session)\/challenge|session\/(?:command|policy|revocation|roster|vault-key|echo))$/;

/**
 * True if `peer` may subscribe to the filter: a camera to its station's answers and its own echo, a station to
 * everything.
 */
export function maySubscribe(peer: Peer, filter: string): boolean {
  const own = peer.kind === 'camera' ? `${topicPrefix}/${peer.name}/` : `${topicPrefix}/`;
  if (!filter.startsWith(own)) return false;
  if (peer.kind === 'station') return true;
  return cameraFilter.test(filter.slice(own.length));
}

/** True if a message on `topic` may be delivered to `peer`: checked for each message, whatever was subscribed to. */
export function mayReceive(peer: Peer, topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === undefined) return false;
  if (peer.kind === 'station') return !isEchoTopic(parsed);
  return parsed.device === peer.name && (isStationTopic(parsed) || isEchoTopic(parsed));
}

/**
 * The MQTT topics between camera and station, `sealcam/1/{device}/{recording}/{leaf}`:
 *
 * | topic | from | payload |
 * |---|---|---|
 * | `{recording}/record` | camera | one record of the recording: a statement or a segment |
 * | `{recording}/keys` | camera | the sealed key envelope |
 * | `session/record` | camera | one record: a Session, or the Head that answers a challenge |
 * | `{recording}/receipt` | station | one record: a receipt |
 * | `session/challenge` | station | a nonce of 32 bytes |
 * | `session/command` | station | one record: a command; or a nonce of 32 bytes, which asks for a session and a head to command by |
 * | `session/answer` | camera | one record: what became of a command, or the Session and the Head that were asked for |
 * | `session/policy`, `roster`, `revocation`, `vault-key` | station | one record: what the root signed |
 * | `session/certificate` | station | a certificate over a key of the camera, DER |
 * | `session/echo` | camera | anything: the broker returns it to this camera alone, and the station ignores it |
 *
 * `{device}` is the common name of the camera's TLS certificate, `{recording}` 32 hexadecimal digits. What a
 * topic says is checked against the statement: it routes, and proves nothing.
 */
export const topicPrefix = 'sealcam/1';

/** Bytes of one MQTT message's payload: a record's frame around its largest body. */
export const messageBytesMax = 130_013;

/** What the camera publishes, and what the station does. */
export type CameraLeaf = 'record' | 'keys';
export type StationLeaf = 'receipt' | 'challenge' | OrderLeaf;
/** What a camera answers to a command. */
export type AnswerLeaf = 'answer';
/**
 * What the agency's root signs for cameras, each on a topic of its own, in the order in which they are sent: the roster
 * first, as a camera refuses a policy that asks for a role which its roster lacks.
 */
export const issuedLeaves = ['roster', 'policy', 'revocation', 'vault-key'] as const;
export type IssuedLeaf = (typeof issuedLeaves)[number];
/** What a camera is told to do, or to go by. */
export type OrderLeaf = 'command' | GivenLeaf;
/** What the agency gives to a camera while it runs. */
export type GivenLeaf = 'certificate' | IssuedLeaf;
/** What a camera publishes for itself, to check what its broker carries. */
export type EchoLeaf = 'echo';

/** A parsed topic; `recording` is `session` if it belongs to no recording. */
export interface Topic {
  readonly device: string;
  readonly recording: string;
  readonly leaf: CameraLeaf | StationLeaf | AnswerLeaf | EchoLeaf;
}

const topicPattern =
  /^sealcam\/1\/([A-Za-z0-9][A-Za-z0-9._-]{0,62})\/(?:([0-9a-f]{32})\/(record|keys|receipt)|(session)\/(record|challenge|command|answer|certificate|policy|revocation|roster|vault-key|echo))$/;

/** The topic's text. */
export function formatTopic({ device, recording, leaf }: Topic): string {
  return `${topicPrefix}/${device}/${recording}/${leaf}`;
}

/** The topic in `text`, or undefined if it is not one of ours. */
export function parseTopic(text: string): Topic | undefined {
  const [, device, recording, leaf, session, sessionLeaf] = topicPattern.exec(text) ?? [];
  if (device === undefined) return undefined;
  return { device, recording: recording ?? session ?? '', leaf: (leaf ?? sessionLeaf) as Topic['leaf'] };
}

/** True if `topic` carries what a camera sends to its station. */
export function isCameraTopic({ recording, leaf }: Topic): boolean {
  return leaf === 'record' || (leaf === 'keys' && recording !== 'session');
}

/** True if `topic` carries what a station sends to a camera. */
export function isStationTopic({ leaf }: Topic): boolean {
  return leaf === 'receipt' || leaf === 'challenge' || isOrderLeaf(leaf);
}

/** True if a topic of `leaf` carries an order to a camera. */
export function isOrderLeaf(leaf: Topic['leaf']): leaf is OrderLeaf {
  return leaf === 'command' || leaf === 'certificate' || issuedLeaves.some((one) => one === leaf);
}

/** True if `topic` carries what a camera answers to a command. */
export function isAnswerTopic({ leaf }: Topic): boolean {
  return leaf === 'answer';
}

/** True if `topic` carries what a camera sends to itself. */
export function isEchoTopic({ leaf }: Topic): boolean {
  return leaf === 'echo';
}

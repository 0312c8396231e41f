import { SealcamError } from '../../base/errors.ts';
import type { Field } from '../field-table.ts';
import { linkLimits } from './limits.ts';
import {
  type ButtonName,
  generated,
  type LinkMessages,
  type MessageName,
  type SwitchName,
  switchNames,
  type TriggerName,
  tables,
  triggerNames,
} from './tables.ts';

export {
  type ButtonName,
  type LampState,
  type LinkMessages,
  type MessageName,
  type SampleHead,
  type Switches,
  type SwitchName,
  sampleHead,
  switchNames,
  type TriggerName,
  triggerNames,
} from './tables.ts';
export type { LinkCodec, LinkTrack } from './track.ts';

/** Version of the protocol that this code speaks. */
export const linkVersion = { major: 1, minor: 1 } as const;

/** Number of each message in the frame's header. From 16 on frames are numbered and kept until released. */
export const messageKinds = {
  hello: 1,
  refusal: 2,
  ack: 3,
  resend: 4,
  heartbeat: 5,
  parameters: 16,
  sample: 17,
  telemetry: 18,
  button: 19,
  lampReport: 20,
  dropped: 21,
  indicator: 32,
  setBitrate: 33,
  startStream: 34,
  stopStream: 35,
  keyFrameRequest: 36,
} as const satisfies Record<MessageName, number>;

/** A message with its name. */
export type LinkMessage = { [N in MessageName]: { readonly name: N } & LinkMessages[N] }[MessageName];

const names = new Map<number, MessageName>();
for (const name of Object.keys(messageKinds)) {
  if (isMessageName(name)) names.set(messageKinds[name], name);
}

function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(messageKinds, name);
}

export function isSwitch(button: ButtonName): button is SwitchName {
  return switchNames.some((name) => name === button);
}

export function isTrigger(button: ButtonName): button is TriggerName {
  return triggerNames.some((name) => name === button);
}

/** The message's name for a number in a frame's header, or undefined for one that a newer minor version added. */
export function messageName(kind: number): MessageName | undefined {
  return names.get(kind);
}

/** What this file needs from a message class that protobufjs generated. */
interface Generated {
  encode(message: object): { finish(): Uint8Array };
  decode(payload: Uint8Array): object;
}

/** The payload of a frame for `message`. */
export function encodeMessage<N extends MessageName>(name: N, message: LinkMessages[N]): Uint8Array {
  const type: Generated = generated[name];
  return type.encode(tableOf(name).write(message) as object).finish();
}

/**
 * Reads a payload; `sample.data` and descriptions are views into it.
 * @throws SealcamError `LINK_MESSAGE` naming the field, if the payload is not such a message or breaks a bound;
 * `INT64_UNSAFE` if a 64-bit number is beyond 2^53 - 1.
 */
export function decodeMessage<N extends MessageName>(name: N, payload: Uint8Array): LinkMessages[N] {
  if (payload.length > linkLimits.bodyBytesMax) {
    throw new SealcamError('LINK_MESSAGE', `${name}: ${payload.length} bytes are more than a frame holds`);
  }
  const type: Generated = generated[name];
  let said: object;
  try {
    said = type.decode(payload);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SealcamError('LINK_MESSAGE', `${name}: not a message of this kind (${why})`, { cause });
  }
  return tableOf(name).read(said, name);
}

function tableOf<N extends MessageName>(name: N): Field<LinkMessages[N]> {
  const all: { readonly [M in MessageName]: Field<LinkMessages[M]> } = tables;
  return all[name];
}

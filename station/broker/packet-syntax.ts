import { isUtf8 } from 'node:buffer';

// The syntax of the packets that a client sends, after MQTT 3.1.1 (OASIS, 2014); the sections are in brackets. The
// broker's library leaves much of this unchecked.

/** The packet types that a client sends (2.2.1), by the high half of the first byte. */
export const packetType = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

/** The flags that each type has (2.2.2), and its length where that is fixed; PUBLISH has flags of its own. */
const forms: Readonly<Record<number, { readonly flags?: number; readonly length?: number }>> = {
  [packetType.connect]: { flags: 0 },
  [packetType.publish]: {},
  [packetType.puback]: { flags: 0, length: 2 },
  [packetType.pubrec]: { flags: 0, length: 2 },
  [packetType.pubrel]: { flags: 2, length: 2 },
  [packetType.pubcomp]: { flags: 0, length: 2 },
  [packetType.subscribe]: { flags: 2 },
  [packetType.unsubscribe]: { flags: 2 },
  [packetType.pingreq]: { flags: 0, length: 0 },
  [packetType.disconnect]: { flags: 0, length: 0 },
};

/** What is wrong with a packet, as it completes "a client sent ...". */
export class PacketFlaw extends Error {}

/** A CONNECT of another version of MQTT than 3.1.1: it gets a return code of its own (3.1.2.2). */
export class VersionFlaw extends PacketFlaw {}

/** A CONNECT with an empty client id for a session that is to be kept: it gets a return code of its own (3.1.3.1). */
export class IdentifierFlaw extends PacketFlaw {}

/** Checks a fixed header. @throws PacketFlaw */
export function checkHeader(first: number, length: number): void {
  const form = forms[first >> 4];
  if (form === undefined) throw new PacketFlaw('a packet of a type that no client sends');
  if (form.flags !== undefined && (first & 15) !== form.flags)
    throw new PacketFlaw('a packet with reserved flags');
  if (form.length !== undefined && length !== form.length)
    throw new PacketFlaw('a packet of a length that its type does not have');
  if (first >> 4 !== packetType.publish) return;
  const qos = qosOf(first);
  if (qos > 2) throw new PacketFlaw('a message of quality of service 3');
  if (qos === 0 && (first & 8) !== 0) throw new PacketFlaw('a repeated message of quality of service 0');
}

/** The quality of service of a PUBLISH. */
export function qosOf(first: number): number {
  return (first >> 1) & 3;
}

/**
 * How many bytes of a packet {@link checkPacket} needs: all but a message's payload.
 * @param held its first bytes, as far as they are known.
 */
export function bytesNeeded(first: number, length: number, held: Uint8Array): number {
  if (first >> 4 !== packetType.publish) return length;
  if (held.length < 2) return Math.min(length, 2);
  const topic = ((held[0] ?? 0) << 8) | (held[1] ?? 0);
  return Math.min(length, 2 + topic + (qosOf(first) > 0 ? 2 : 0));
}

/**
 * Checks what a packet says, whose header is checked.
 * @param body its first bytes, as many as {@link bytesNeeded} says.
 * @throws PacketFlaw
 */
export function checkPacket(first: number, body: Uint8Array): void {
  const fields = new PacketFields(body);
  switch (first >> 4) {
    case packetType.connect:
      checkConnect(fields);
      break;
    case packetType.publish:
      checkTopicName(fields.text());
      if (qosOf(first) > 0) fields.packetId();
      break;
    case packetType.subscribe:
      fields.packetId();
      do {
        checkTopicFilter(fields.text());
        if (fields.byte() > 2) throw new PacketFlaw('a subscription of an unknown quality of service');
      } while (!fields.isEnd);
      break;
    case packetType.unsubscribe:
      fields.packetId();
      do checkTopicFilter(fields.text());
      while (!fields.isEnd);
      break;
    case packetType.pingreq:
    case packetType.disconnect:
      break;
    default:
      fields.packetId();
  }
  if (!fields.isEnd) throw new PacketFlaw('a packet with bytes after its end');
}

/** The bits of CONNECT's flags (3.1.2.3). */
const connectFlag = { reserved: 1, clean: 2, will: 4, willQos: 24, willRetain: 32, password: 64, user: 128 };

function checkConnect(fields: PacketFields): void {
  const protocol = fields.text();
  if (protocol !== 'MQTT' && protocol !== 'MQIsdp') throw new PacketFlaw('a greeting of another protocol');
  if (fields.byte() !== 4 || protocol !== 'MQTT')
    throw new VersionFlaw('a greeting of another version of MQTT than 3.1.1');
  const flags = fields.byte();
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(connectFlag.reserved)) throw new PacketFlaw('a greeting with reserved flags');
  const willQos = (flags & connectFlag.willQos) >> 3;
  if (willQos > 2) throw new PacketFlaw('a will of quality of service 3');
  if (!has(connectFlag.will) && (willQos > 0 || has(connectFlag.willRetain)))
    throw new PacketFlaw('flags of a will without a will');
  if (has(connectFlag.password) && !has(connectFlag.user))
    throw new PacketFlaw('a password without a user name');
  fields.number();
  const clientId = fields.text();
  if (has(connectFlag.will)) {
    const topic = fields.text();
    checkTopicName(topic);
    // Such topics are the broker's own (4.7.2).
    if (topic.startsWith('$')) throw new PacketFlaw('a will to a topic that begins with $');
    fields.binary();
  }
  if (has(connectFlag.user)) fields.text();
  if (has(connectFlag.password)) fields.binary();
  if (fields.isEnd && clientId === '' && !has(connectFlag.clean))
    throw new IdentifierFlaw('an empty client id for a session that is to be kept');
}

function checkTopicName(topic: string): void {
  if (topic === '') throw new PacketFlaw('an empty topic');
  if (/[+#]/.test(topic)) throw new PacketFlaw('a topic with a wildcard');
}

function checkTopicFilter(filter: string): void {
  if (filter === '') throw new PacketFlaw('an empty topic filter');
  const levels = filter.split('/');
  const last = levels.length - 1;
  const valid = levels.every(
    (level, at) => level === '+' || (level === '#' && at === last) || !/[+#]/.test(level),
  );
  if (!valid) throw new PacketFlaw('a topic filter with a wildcard in the wrong place');
}

/** What no text may hold (1.5.3): U+0000, and the control characters and noncharacters that the standard lets a server refuse. */
const refusedText = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;
// A byte order mark is a character like any other.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads a packet's fields one after another. */
class PacketFields {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new PacketFlaw('a packet that ends too early');
    this.#at += 1;
    return value;
  }

  number(): number {
    return this.byte() * 256 + this.byte();
  }

  packetId(): void {
    if (this.number() === 0) throw new PacketFlaw('a packet with the id 0');
  }

  /** Bytes after their length. */
  binary(): Uint8Array {
    const end = this.number() + this.#at;
    if (end > this.#bytes.length) throw new PacketFlaw('a packet that ends too early');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  text(): string {
    const bytes = this.binary();
    const text = isUtf8(bytes) ? decoder.decode(bytes) : undefined;
    if (text === undefined || refusedText.test(text)) throw new PacketFlaw('a text that MQTT does not allow');
    return text;
  }
}

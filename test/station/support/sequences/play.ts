import { equalBytes } from '../../../../base/bytes.ts';
import type { RawClient } from './raw-client.ts';
import { packetOf, type Sequence } from './sequences.ts';

/** What came of a sequence: what it expects, or what the broker did instead. */
export type Outcome =
  | 'as expected'
  | 'closed' // where it must stay open, or before an answer
  | 'open' // where it must be closed
  | 'another order' // of the same answers
  | 'another version' // refused as MQTT 3.1.1 asks for
  | 'another answer';

/** Publishes as another client. */
export type PublishElsewhere = (topic: string, payload: string, qos: 0 | 1 | 2) => Promise<void>;

const connack = packetOf('20 r2 00 00');
/** CONNACK for a version that is not spoken. */
export const wrongVersion = packetOf('20 r2 00 01');
const pingreq = packetOf('C0 00');
const pingresp = packetOf('D0 00');

/** A CONNECT as the sequences expect it before their steps. */
export function connectPacket(clientId: string, version: number): Uint8Array {
  const [name, level] = version === 3 ? ['MQIsdp', 3] : ['MQTT', version];
  const properties = version === 5 ? '00' : '';
  const id = `s${Buffer.byteLength(clientId)} '${clientId.replaceAll("'", '"')}'`;
  const body = packetOf(`s${name.length} '${name}' 0${level} 02 k60 ${properties} ${id}`);
  return Uint8Array.from([...packetOf(`10 r${body.length}`), ...body]);
}

/** Plays a sequence of MQTT 3.1.1 on a new connection. */
export async function play(
  { name, connects, closes, steps }: Sequence,
  client: RawClient,
  publish: PublishElsewhere,
): Promise<Outcome> {
  const ids = new PacketIds();
  const expected: Uint8Array[] = [];
  const got: Uint8Array[] = [];
  if (connects) {
    client.send(connectPacket(name, 4));
    if (!same(await client.packet(), connack)) return 'another answer';
  }
  for (const step of steps) {
    if (step.type === 'send') client.send(ids.sent(step.bytes));
    else if (step.type === 'publish') await publish(step.topic, step.payload, step.qos);
    else {
      const packet = await client.packet();
      if (packet === undefined) return 'closed';
      got.push(packet);
      expected.push(ids.received(step.bytes, packet));
    }
  }
  client.send(pingreq);
  const late: Uint8Array[] = [];
  let last = await client.packet();
  for (; last !== undefined && !same(last, pingresp); last = await client.packet()) late.push(last);
  const open = last !== undefined;
  if (!open && same([...got, ...late].at(-1), wrongVersion) && !same(expected.at(-1), wrongVersion))
    return 'another version';
  if (open === closes) return open ? 'open' : 'closed';
  if (late.length > 0) return 'another answer';
  if (got.every((packet, at) => same(packet, expected[at]))) return 'as expected';
  const sorted = (packets: readonly Uint8Array[]): string =>
    packets
      .map((packet) => Buffer.from(withoutId(packet)).toString('hex'))
      .sort()
      .join();
  return sorted(got) === sorted(expected) ? 'another order' : 'another answer';
}

/** Sends one packet of another version. @returns what was answered before the connection was closed. */
export async function refusalOf(bytes: Uint8Array, client: RawClient): Promise<readonly Uint8Array[]> {
  client.send(bytes);
  const answers: Uint8Array[] = [];
  for (let packet = await client.packet(); packet !== undefined; packet = await client.packet())
    answers.push(packet);
  return answers;
}

/** Greets, and publishes from then on. */
export async function publisher(client: RawClient): Promise<PublishElsewhere> {
  client.send(connectPacket('publisher', 4));
  await client.packet();
  return async (topic, payload, qos) => {
    const id = qos === 0 ? '' : 'm1';
    const body = packetOf(`s${topic.length} '${topic}' ${id} '${payload}'`);
    client.send(Uint8Array.of(0x30 | (qos << 1), ...packetOf(`r${body.length}`), ...body));
    if (qos > 0) await client.packet();
    if (qos < 2) return;
    client.send(packetOf('62 r2 m1'));
    await client.packet();
  };
}

/**
 * The broker chooses the packet ids of what it sends (2.3.1): those in a sequence stand for the ones that it chose.
 */
class PacketIds {
  readonly #chosen = new Map<number, number>();

  /** The expected packet with the ids that the broker chose. */
  received(expected: Uint8Array, got: Uint8Array): Uint8Array {
    const type = (expected[0] ?? 0) >> 4;
    if (type === 6) return this.#replaced(expected, 2);
    const at = messageIdAt(expected);
    if (at === undefined || messageIdAt(got) !== at) return expected;
    this.#chosen.set(idAt(expected, at), idAt(got, at));
    return this.#replaced(expected, at);
  }

  /** A packet to send: acknowledgements name what the broker chose. */
  sent(bytes: Uint8Array): Uint8Array {
    const type = (bytes[0] ?? 0) >> 4;
    return (type === 4 || type === 5 || type === 7) && bytes[1] === 2 ? this.#replaced(bytes, 2) : bytes;
  }

  #replaced(bytes: Uint8Array, at: number): Uint8Array {
    const chosen = this.#chosen.get(idAt(bytes, at));
    if (chosen === undefined) return bytes;
    const copy = Uint8Array.from(bytes);
    copy[at] = chosen >> 8;
    copy[at + 1] = chosen & 255;
    return copy;
  }
}

/** Where a message of quality of service 1 or 2 with a length of one byte has its packet id. */
function messageIdAt(bytes: Uint8Array): number | undefined {
  const first = bytes[0] ?? 0;
  if (first >> 4 !== 3 || (first & 6) === 0) return undefined;
  return 4 + idAt(bytes, 2);
}

function idAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}

/** A packet without the id that the broker chose for it. */
function withoutId(bytes: Uint8Array): Uint8Array {
  const at = messageIdAt(bytes);
  return at === undefined ? bytes : Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 2));
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && equalBytes(a, b);
}

import t from 'tap';
import { PacketGuard } from '../../../proto/mqtt-packet-guard.ts';
import { ClientPackets } from '../../../station/broker/client-packets.ts';
import { Deliveries } from '../../../station/broker/deliveries.ts';
import { stationLimits } from '../../../station/limits.ts';
import { type Seeded, seeded } from '../../support/seed.ts';
import { connectPacket } from '../support/sequences/play.ts';
import { packetOf } from '../support/sequences/sequences.ts';

const limits = { first: 1_024, later: 131_072 };

/** What became of bytes that came in pieces, and the most memory that it took. */
function judge(bytes: Uint8Array, piece: () => number) {
  const packets = new ClientPackets(new Deliveries());
  const guard = new PacketGuard(limits, packets);
  let memory = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = at + Math.max(1, piece());
    const fault = guard.push(bytes.subarray(at, end));
    memory = Math.max(memory, packets.memoryBytes);
    if (fault !== undefined) return { fault, memory };
    at = end;
  }
  return { fault: undefined, memory };
}

const whole = (): number => Number.MAX_SAFE_INTEGER;

function faultOf(...packets: readonly string[]): unknown {
  const greeting = connectPacket('client', 4);
  const bytes = Buffer.concat([greeting, ...packets.map(packetOf)]);
  const { fault } = judge(bytes, whole);
  return typeof fault === 'object' ? fault.what : fault;
}

const letters = ['a', 'é', '語', '𪛔', '\ufeff', ' ', '$', '/'];

/** A text that MQTT allows, with `extra` among its letters. */
function text(random: Seeded, length: number, extra: readonly string[] = []): Buffer {
  const all = [...letters, ...extra];
  const chosen = Array.from({ length }, () => all[random.int(all.length)] ?? 'a');
  const bytes = Buffer.from(chosen.join(''));
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]);
}

function packet(first: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(first), packetOf(`r${body.length}`), body]);
}

/** A packet that a client may send after its greeting. */
function valid(random: Seeded): Buffer {
  const id = Buffer.of(random.int(256), 1 + random.int(255));
  const topic = (): Buffer => text(random, 1 + random.int(random.int(20) === 0 ? 4_000 : 40));
  const filter = (): Buffer => {
    const levels = Array.from({ length: 1 + random.int(5) }, () => ['a', '', '+'][random.int(3)] ?? 'a');
    const bytes = Buffer.from(`${levels.join('/')}${['/#', '/a'][random.int(2)]}`);
    return Buffer.concat([Buffer.of(0, bytes.length), bytes]);
  };
  const some = (make: () => Buffer): Buffer => Buffer.concat(Array.from({ length: 1 + random.int(4) }, make));
  switch (random.int(8)) {
    case 0:
      return packet(0x30 | random.int(2), topic(), Buffer.alloc(random.int(100_000)));
    case 1:
      return packet(0x32 | (random.int(2) * 8), topic(), id, Buffer.alloc(random.int(300)));
    case 2:
      return packet([0x40, 0x50, 0x62, 0x70][random.int(4)] ?? 0x40, id);
    case 3:
      return packet(
        0x82,
        id,
        some(() => Buffer.concat([filter(), Buffer.of(random.int(3))])),
      );
    case 4:
      return packet(0xa2, id, some(filter));
    case 5:
      return packet(0xc0);
    case 6:
      return packet(0xe0);
    default:
      return packet(0x34, topic(), id);
  }
}

t.test('what MQTT allows passes, however it is cut, and takes no more memory than its bound', async (t) => {
  const random = seeded(t);
  for (let run = 0; run < 100; run += 1) {
    const greeting = packet(
      0x10,
      packetOf("s4 'MQTT' 04 C6 k10"),
      text(random, random.int(20), ['+', '#']),
      text(random, 1).fill('w', 2),
      Buffer.from([0, 2, 0, 0]),
      text(random, random.int(9), ['+']),
      Buffer.from([0, 1, 0]),
    );
    const bytes = Buffer.concat([greeting, ...Array.from({ length: 8 }, () => valid(random))]);
    const { fault, memory } = judge(bytes, () => random.int(random.int(2) === 0 ? 5 : 5_000));
    t.equal(fault, undefined, JSON.stringify(fault));
    t.ok(memory <= stationLimits.controlBytesMax, `${memory} bytes`);
  }
});

t.test('whatever comes is judged the same in any pieces, and within the same memory', async (t) => {
  const random = seeded(t);
  const verdicts = new Set<string>();
  for (let run = 0; run < 500; run += 1) {
    const start = random.int(10) === 0 ? Buffer.alloc(0) : connectPacket('client', 4);
    const bytes = Buffer.concat([start, ...Array.from({ length: 3 }, () => valid(random).subarray(0, 400))]);
    for (let flips = random.int(4); flips >= 0; flips -= 1)
      bytes[start.length + random.int(Math.max(1, bytes.length - start.length))] = random.int(256);
    const one = judge(bytes, whole);
    const cut = judge(bytes, () => random.int(7));
    t.strictSame(cut.fault, one.fault);
    t.ok(Math.max(one.memory, cut.memory) <= stationLimits.controlBytesMax);
    verdicts.add(JSON.stringify(one.fault));
  }
  t.ok(verdicts.size > 5, `${verdicts.size} verdicts`);
});

t.test('each flaw is named', async (t) => {
  const rows: readonly (readonly [unknown, ...string[]])[] = [
    [undefined, "30 r5 s3 'a/b'"],
    ['malformed', '30 80 80 80 80'],
    ['too-long', 'E0 r200000'],
    ['a packet of a type that no client sends', 'F0 r0'],
    ['a packet with reserved flags', 'C1 r0'],
    ['a packet of a length that its type does not have', '40 r3 m1 00'],
    ['a message of quality of service 3', "36 r5 s1 'p' m1"],
    ['a repeated message of quality of service 0', "38 r3 s1 'p'"],
    ['a packet with the id 0', "32 r5 s1 'p' m0"],
    ['a packet that ends too early', '30 r2 s5'],
    ['an empty topic', '30 r2 s0'],
    ['a topic with a wildcard', "30 r3 s1 '+'"],
    ['a text that MQTT does not allow', '30 r3 s1 00'],
    ['a text that MQTT does not allow', '30 r5 s3 EFBFBF'],
    ['a text that MQTT does not allow', '30 r4 s2 C080'],
    ['an empty topic filter', '82 r5 m1 s0 00'],
    ['a topic filter with a wildcard in the wrong place', "A2 r7 m1 s3 '#/a'"],
    ['a topic filter with a wildcard in the wrong place', "A2 r6 m1 s2 '++'"],
    ['a subscription of an unknown quality of service', "82 r6 m1 s1 'p' 03"],
    ['a packet that ends too early', '82 r2 m1'],
    ['a second greeting', '10 r0'],
    ['a packet that is too long for its type', 'A2 r20000 m1'],
    ['a packet that is too long for its type', '30 r20000 s17000 00'],
  ];
  for (const [fault, ...packets] of rows) t.equal(faultOf(...packets), fault, packets.join());
});

t.test('an acknowledgement must be the one that a message asks for', async (t) => {
  const answered = (sent: readonly string[], answers: readonly string[]): unknown => {
    const deliveries = new Deliveries();
    const outbound = new PacketGuard({ first: 2 ** 28, later: 2 ** 28 }, deliveries);
    for (const packet of sent) for (const byte of packetOf(packet)) outbound.push(Uint8Array.of(byte));
    const inbound = new PacketGuard(limits, new ClientPackets(deliveries));
    inbound.push(connectPacket('client', 4));
    const faults = answers.map((packet) => inbound.push(packetOf(packet)));
    return faults.map((fault) => (fault === undefined ? 'passes' : 'ends'));
  };
  const one = "32 r9 s3 'a/b' m258 0000";
  const two = "34 r7 s3 'a/b' m258";
  t.same(answered([one], ['40 r2 m258']), ['passes']);
  t.same(answered([one], ['50 r2 m258']), ['ends']);
  t.same(answered([one], ['70 r2 m258']), ['ends']);
  t.same(answered([one], ['40 r2 m258', '50 r2 m258']), ['passes', 'passes'], 'what is not awaited passes');
  t.same(answered([two], ['40 r2 m258']), ['ends']);
  t.same(answered([two], ['50 r2 m258', '50 r2 m258']), ['passes', 'passes']);
  t.same(answered([two, '62 r2 m258'], ['50 r2 m258', '70 r2 m258']), ['passes', 'passes']);
  t.same(answered([two, '62 r2 m258'], ['40 r2 m258']), ['ends']);
  t.same(answered(["30 r5 s3 'a/b'"], ['50 r2 m258']), ['passes']);
  const many = Array.from(
    { length: stationLimits.unacknowledgedMax + 1 },
    (_, at) => `32 r5 s1 'a' m${at + 1}`,
  );
  t.same(answered(many, ['50 r2 m1', '50 r2 m2']), ['passes', 'ends'], 'the newest are remembered');
});

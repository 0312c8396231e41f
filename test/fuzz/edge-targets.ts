import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { sealcam } from '#generated/telemetry.js';
import { agentConfigSchema } from '../../agent/config.ts';
import {
  decodeKeyAnswer,
  decodeKeyRequest,
  encodeKeyAnswer,
  encodeKeyRequest,
} from '../../agent/sealer/keys/key-request.ts';
import { encodeInputEvent, InputReader } from '../../agent/sensor/local/input-event.ts';
import { GpsdReader } from '../../agent/sensor/local/readings/gpsd.ts';
import { NmeaReader } from '../../agent/sensor/local/readings/nmea.ts';
import { AnnexBReader } from '../../agent/sensor/pipe/annex-b.ts';
import { FragmentedMp4Reader } from '../../agent/sensor/pipe/fragmented-mp4.ts';
import type { StreamReader } from '../../agent/sensor/pipe/stream.ts';
import { TimedAnnexBReader } from '../../agent/sensor/pipe/timed-annex-b.ts';
import { baseName, keysName, parseBaseName, parseName, sealName } from '../../agent/spool/names.ts';
import { toHex } from '../../base/bytes.ts';
import { parseConfig } from '../../cli/config-file.ts';
import { telemetryJson } from '../../cli/evidence/telemetry-json.ts';
import { LinkTrace } from '../../hardware-sim/capture/link-trace.ts';
import {
  CaptureReader,
  type CaptureRecord,
  captureBlock,
  captureHead,
  captureSides,
} from '../../hardware-sim/capture/pcapng.ts';
import { traceObject, traceWords } from '../../hardware-sim/capture/trace-words.ts';
import { nmeaFix } from '../../hardware-sim/nmea.ts';
import { parseScenario } from '../../hardware-sim/scenario/scenario.ts';
import { memorySource } from '../../media/byte-source.ts';
import { isKeyFrame, nalUnits, parameterSets } from '../../media/nal.ts';
import { readMp4 } from '../../media/reader/mp4-reader.ts';
import { cobsBytesMax, cobsDecode, cobsEncode } from '../../proto/link/cobs.ts';
import { encodeFrame, parseFrame } from '../../proto/link/frame.ts';
import { Framer } from '../../proto/link/framer.ts';
import { decodeMessage, encodeMessage, type MessageName, messageKinds } from '../../proto/link/messages.ts';
import { parseBrokerUrl } from '../../proto/mqtt-address.ts';
import { PacketGuard } from '../../proto/mqtt-packet-guard.ts';
import { type Position, readingFields } from '../../proto/readings.ts';
import { formatTopic, parseTopic } from '../../proto/topics.ts';
import { ClientPackets } from '../../station/broker/client-packets.ts';
import { Deliveries } from '../../station/broker/deliveries.ts';
import { stationConfigSchema } from '../../station/config.ts';
import { fileName, parseFileName } from '../../station/store/recording-name.ts';
import { goldenFrames } from '../proto/link/golden.ts';
import { chunkOf, openingOf, sessionOf } from '../support/camera/camera-statements.ts';
import { damaged, parserTarget, present, type Target } from './target.ts';

const project = resolve(import.meta.dirname, '../../..');
const example = (name: string): Uint8Array => readFileSync(resolve(project, 'docs/examples', name));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function framed(bytes: Uint8Array, step: number): { bodies: string[]; discarded: number } {
  const bodies: string[] = [];
  const framer = new Framer((body) => bodies.push(toHex(body)));
  for (let at = 0; at < bytes.length; at += step) framer.push(bytes.subarray(at, at + step));
  return { bodies, discarded: framer.counts.discardedBytes };
}

/** A reader of the times of pictures that have come. */
function timesReader(pictures: Uint8Array): Pick<StreamReader, 'push' | 'end'> {
  const reader = new TimedAnnexBReader('h264', () => {});
  reader.push({ of: 'pictures', bytes: pictures });
  return {
    push: (bytes) => reader.push({ of: 'times', bytes }),
    end: (isWhole) => reader.end(isWhole),
  };
}

/** The streams that a program may write into a pipe: whatever is in them, they are refused or read, and bounded. */
function pipeTargets(clip: Uint8Array): Target[] {
  const codes = Buffer.from('000000016764001eac000000000168e843000000016588800000000001419a07', 'hex');
  const make = {
    'pipe of fragmented MP4': {
      samples: [clip.subarray(0, 12_000)],
      reader: () => new FragmentedMp4Reader(() => {}),
    },
    'pipe of Annex B': {
      samples: [codes],
      reader: () => new AnnexBReader('h264', { pictures: 30, seconds: 1 }, () => {}),
    },
    'times of Annex B': {
      samples: [Buffer.from('# timecode format v2\n12345.678\n12379.011\n12412.344\n12445.677\n')],
      reader: () => timesReader(codes),
    },
  };
  return Object.entries(make).map(([name, { samples, reader }]) =>
    parserTarget({
      name,
      samples,
      read: (bytes) => {
        const stream = reader();
        for (let at = 0; at < bytes.length; at += 700) stream.push(bytes.subarray(at, at + 700));
        stream.end(true);
        return undefined;
      },
    }),
  );
}

/** What the machine's own devices say: refused or counted, or a value of the port. */
function deviceTargets(): Target[] {
  const press = { type: 1, code: 167, value: 1, stampUs: 1_700_000_000_000_000 };
  const gpsd = '{"class":"TPV","mode":3,"time":"2026-12-09T08:35:59Z","lat":1,"lon":2,"altHAE":3,"eph":4}\n';
  const nmea = nmeaFix(new Date(Date.UTC(2026, 11, 9)), 52.5, 13.4);
  const bounded = (positions: readonly Position[]): void => {
    for (const position of positions) readingFields.position.read(readingFields.position.write(position), '');
  };
  return [
    parserTarget({
      name: 'input events',
      samples: [Buffer.concat([encodeInputEvent(press), encodeInputEvent({ ...press, type: 0, code: 3 })])],
      read: (bytes) => void new InputReader().push(bytes, 0),
    }),
    parserTarget({
      name: 'NMEA 0183',
      samples: [Buffer.from(nmea)],
      read: (bytes) => bounded(new NmeaReader(() => {}).push(bytes)),
    }),
    parserTarget({
      name: 'gpsd',
      samples: [Buffer.from(gpsd)],
      read: (bytes) => bounded(new GpsdReader(() => {}).push(bytes)),
    }),
  ];
}

/** A capture, as it is written and as it is read and shown. */
function captureTarget(wires: readonly Uint8Array[]): Target {
  const write = (records: readonly CaptureRecord[]): Uint8Array =>
    Buffer.concat([captureHead(), ...records.map(captureBlock)]);
  const records = wires.map((wire, index): CaptureRecord => {
    const bytes = wire.subarray(1, -1);
    return { atUs: index, from: captureSides[index % 3] ?? 'line', bytes, length: bytes.length };
  });
  const wishes = { positions: true, content: true };
  return parserTarget({
    name: 'capture of the link',
    samples: [write(records), write(records.slice(0, 2))],
    read: (bytes) => {
      const found = [...new CaptureReader().push(bytes)];
      const trace = new LinkTrace();
      for (const record of found) {
        const line = trace.take(record);
        JSON.stringify(traceObject(line, wishes));
        traceWords(line, 0, wishes);
      }
      return found;
    },
    write,
  });
}

const messageNames = Object.keys(messageKinds) as MessageName[];

function messageTarget(name: MessageName, payloads: readonly Uint8Array[]): Target {
  return parserTarget({
    name: `link message ${name}`,
    samples: payloads,
    read: (bytes) => structuredClone(decodeMessage(name, bytes)),
    write: (message) => encodeMessage(name, message),
  });
}

/** What the link, the broker, files and the process's own child give to read. */
export async function edgeTargets(): Promise<Target[]> {
  const wires = goldenFrames.map(({ frame }) => encodeFrame(frame));
  const bodies = wires.flatMap((wire) =>
    framed(wire, wire.length).bodies.map((hex) => Buffer.from(hex, 'hex')),
  );
  const payloadsOf = (name: MessageName): Uint8Array[] =>
    bodies.filter((body) => body[1] === messageKinds[name]).map((body) => body.subarray(20));
  const clip = readFileSync(resolve(project, 'hardware-sim/clips/default.mp4'));
  const cobs = (body: Uint8Array): Uint8Array => {
    const out = new Uint8Array(cobsBytesMax(body.length));
    return out.slice(0, cobsEncode(body, out));
  };
  const request = {
    deviceId: 'camera-1',
    recordingId: new Uint8Array(16).fill(4),
    roles: [{ name: 'evidence', recipients: [new Uint8Array(40).fill(1)] }],
    vault: { stationId: 'station-1', version: 2, publicKey: new Uint8Array(40).fill(2) },
  };
  const opening = openingOf(sessionOf({ bootCounter: 1 }), 1, 'a');
  const statement = chunkOf(opening, 0, opening.digest).link;
  const telemetry = sealcam.telemetry.ChunkTelemetry.encode({
    positions: [{ latitude: 48.1, longitude: 11.6 }],
    motions: [{ x: 1 }],
  }).finish();
  const video = {
    codec: 'h264' as const,
    description: Uint8Array.from(Buffer.from('0164001fffe1000467640001010004686e0001', 'hex')),
  };
  return [
    parserTarget({
      name: 'COBS',
      samples: [cobs(Buffer.from('a\0bc\0\0')), cobs(new Uint8Array(300).fill(1))],
      read: (bytes) => present(cobsDecode(bytes)),
      write: cobs,
      values: fc.oneof(
        fc.uint8Array({ maxLength: 1200 }),
        fc.array(fc.constantFrom(0, 1), { maxLength: 1200 }).map((all) => Uint8Array.from(all)),
        fc.integer({ min: 250, max: 770 }).map((length) => new Uint8Array(length).fill(3)),
      ),
    }),
    parserTarget({
      name: 'frame header',
      samples: bodies,
      read: (bytes) => present(parseFrame(bytes)),
      write: (frame) => Buffer.from(framed(encodeFrame(frame), 1 << 20).bodies[0] ?? '', 'hex'),
    }),
    {
      name: 'framer',
      inputs: fc.oneof(
        damaged([Uint8Array.from(Buffer.concat(wires))]),
        fc.array(damaged(wires), { maxLength: 5 }).map((all) => Uint8Array.from(Buffer.concat(all))),
      ),
      async check(bytes) {
        const whole = framed(bytes, Math.max(1, bytes.length));
        for (const step of [1, 13]) {
          const cut = framed(bytes, step);
          if (cut.bodies.join() !== whole.bodies.join() || cut.discarded !== whole.discarded) {
            throw new Error(`in pieces of ${step}, it finds other frames`);
          }
        }
      },
    },
    captureTarget(wires),
    ...messageNames.map((name) => messageTarget(name, payloadsOf(name))),
    parserTarget({
      name: 'MQTT topic',
      samples: [
        'sealcam/1/camera-1/00112233445566778899aabbccddeeff/record',
        'sealcam/1/camera-1/session/challenge',
      ].map((topic) => Buffer.from(topic)),
      read: (bytes) => present(parseTopic(text(bytes))),
      canonical: (topic) => Buffer.from(formatTopic(topic)),
    }),
    {
      name: 'MQTT packet lengths',
      inputs: damaged([
        Uint8Array.of(0x30, 0x83, 0x02, 1, 2, 3),
        Uint8Array.of(0xd0, 0, 0xd0, 0, 0x40, 2, 0, 1),
      ]),
      async check(bytes) {
        const inPieces = (step: number): boolean => {
          const guard = new PacketGuard({ first: 200_000, later: 200_000 });
          for (let at = 0; at < bytes.length; at += step)
            if (guard.push(bytes.subarray(at, at + step)) !== undefined) return false;
          return true;
        };
        if (inPieces(1) !== inPieces(1 << 20)) throw new Error('byte by byte, it judges otherwise');
      },
    },
    {
      name: 'MQTT packets of a client',
      inputs: damaged([
        Uint8Array.from(
          Buffer.from('100d00044d5154540402000a000170820600010001700032070001700001aa55', 'hex'),
        ),
        Uint8Array.from(Buffer.from('101300044d51545404c6000a00017000017700000000a2050001000170', 'hex')),
      ]),
      async check(bytes) {
        const faultIn = (step: number): string => {
          const guard = new PacketGuard(
            { first: 1_024, later: 131_072 },
            new ClientPackets(new Deliveries()),
          );
          for (let at = 0; at < bytes.length; at += step) {
            const fault = guard.push(bytes.subarray(at, at + step));
            if (fault !== undefined) return JSON.stringify(fault);
          }
          return 'none';
        };
        if (faultIn(1) !== faultIn(1 << 20)) throw new Error('byte by byte, it judges otherwise');
      },
    },
    parserTarget({
      name: 'configuration of the agent',
      samples: [example('agent.yaml')],
      read: (bytes) => parseConfig(text(bytes), 'agent.yaml', agentConfigSchema),
    }),
    parserTarget({
      name: 'configuration of the station',
      samples: [example('station.yaml')],
      read: (bytes) => parseConfig(text(bytes), 'station.yaml', stationConfigSchema),
    }),
    parserTarget({
      name: 'scenario of the simulator',
      samples: [example('sim-scenario.yaml')],
      read: (bytes) => parseScenario(text(bytes), '/scenario.yaml'),
    }),
    parserTarget({
      name: 'request for keys',
      samples: [encodeKeyRequest(request)],
      read: (bytes) => decodeKeyRequest(bytes),
      write: encodeKeyRequest,
    }),
    parserTarget({
      name: 'answer with keys',
      samples: [
        encodeKeyAnswer({ keyEnvelopeHash: new Uint8Array(32).fill(1), sealedKeys: new Uint8Array(50) }),
      ],
      read: (bytes) => decodeKeyAnswer(bytes),
      canonical: encodeKeyAnswer,
    }),
    parserTarget({
      name: 'file names of the spool',
      samples: [sealName(baseName(7, 'ab'.repeat(16)), 3), keysName(baseName(7, 'ab'.repeat(16)))].map(
        (name) => Buffer.from(name),
      ),
      read: (bytes) => {
        const name = text(bytes);
        const parsed = present(parseName(name));
        const { number, id } = parseBaseName(parsed.base);
        if (baseName(number, id) !== parsed.base) throw new Error(`"${name}" has two readings`);
        return parsed;
      },
    }),
    parserTarget({
      name: 'file names of the station',
      samples: [Buffer.from(`${fileName({ number: 7, id: 'ab'.repeat(16) })}.seal`)],
      read: (bytes) => present(parseFileName(text(bytes))),
      write: (name) => Buffer.from(`${fileName(name)}.${name.ending}`),
    }),
    parserTarget({
      name: "broker's address",
      samples: [Buffer.from('mqtts://station.example:8883'), Buffer.from('mqtts://[::1]/')],
      read: (bytes) => parseBrokerUrl(text(bytes)),
    }),
    parserTarget({
      name: 'telemetry of a chunk',
      samples: [telemetry],
      read: (bytes) => {
        JSON.parse(telemetryJson({ index: 0, statement, media: new Uint8Array(0), telemetry: bytes }));
        return undefined;
      },
    }),
    parserTarget({
      name: 'MP4',
      samples: [clip],
      inputs: damaged([clip], 12_000),
      async read(bytes) {
        const file = await readMp4(memorySource(bytes));
        let seen = 0;
        for await (const sample of file.samples()) {
          seen += sample.data.length;
          if (seen > 400_000) break;
        }
        return undefined;
      },
    }),
    ...deviceTargets(),
    ...pipeTargets(clip),
    parserTarget({
      name: 'NAL units',
      samples: [Uint8Array.from(Buffer.from('00000002658800000002419a', 'hex'))],
      read: (bytes) => {
        for (const size of [1, 2, 4] as const)
          for (const _ of nalUnits(bytes, size)) isKeyFrame('h264', bytes, size);
        return undefined;
      },
    }),
    parserTarget({
      name: 'parameter sets',
      samples: [video.description],
      read: (bytes) => {
        parameterSets({ codec: 'h264', description: bytes });
        parameterSets({ codec: 'h265', description: bytes });
        return undefined;
      },
    }),
  ];
}

import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import { silentLog } from '../../../base/log.ts';
import { decodeSegment } from '../../../hardware-sim/capture/decode-segment.ts';
import { WireSplitter } from '../../../hardware-sim/capture/wire-splitter.ts';
import type { Finding } from '../../../hardware-sim/conformance/check.ts';
import { checkAgentLink } from '../../../hardware-sim/conformance/check-agent.ts';
import { checkSensorLink } from '../../../hardware-sim/conformance/check-sensor.ts';
import { SimulatedDevice, type SimulatedDeviceOptions } from '../../../hardware-sim/device.ts';
import type { MediaSample } from '../../../media/types.ts';
import { cobsDecode } from '../../../proto/link/cobs.ts';
import { encodeFrame, type Frame, parseFrame } from '../../../proto/link/frame.ts';
import {
  decodeMessage,
  encodeMessage,
  type LinkMessages,
  type MessageName,
  messageKinds,
} from '../../../proto/link/messages.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { fromSeed } from '../../support/seed.ts';
import { portPair } from '../../support/sensor/link.ts';
import { packet, picture, sounding, sourceOf } from '../source.ts';

/** Changes a frame on its way, to one or more or none; or to bytes that are no frame. */
export type Change = (frame: Frame) => readonly (Frame | Uint8Array)[];

const unchanged: Change = (frame) => [frame];

/** One small fault of a side, made at its port. */
export interface Variant {
  readonly name: string;
  /** The rule that must be found broken. */
  readonly rule: string;
  /** Makes the changes of one run. */
  readonly make: () => Changes;
}

export interface Changes {
  readonly sends?: Change;
  readonly takes?: Change;
  /** What is no frame for this reason is taken all the same. */
  readonly accepts?: 'checksum' | 'header';
}

/** The frame that the bytes would be if their layout and checksum were right. */
function repaired(segment: Uint8Array): Uint8Array {
  const body = Uint8Array.from(cobsDecode(segment) ?? []);
  body[0] = 1;
  const frame = parseFrame(body.subarray(0, -4));
  return frame === undefined ? Uint8Array.of(0) : encodeFrame(frame);
}

/** `inner` as one side sees it if it made the changes itself: to what it sends, and to what it takes. */
function changedPort(inner: BytePort, changes: Changes): BytePort {
  const { sends = unchanged, takes = unchanged, accepts } = changes;
  const through = (change: Change, give: (bytes: Uint8Array) => void): WireSplitter =>
    new WireSplitter((segment) => {
      const read = decodeSegment(segment);
      if (read.kind !== 'frame') {
        give(read.fault === accepts ? repaired(segment) : Uint8Array.of(0, ...segment, 0));
        return;
      }
      for (const out of change(read.frame)) give('kind' in out ? encodeFrame(out) : out);
    });
  let pending: Uint8Array[] = [];
  const out = through(sends, (bytes) => pending.push(bytes));
  return {
    async write(bytes) {
      out.push(bytes);
      const all = Buffer.concat(pending);
      pending = [];
      if (all.length > 0) await inner.write(all);
    },
    onData(take) {
      const arriving = through(takes, take);
      inner.onData((chunk) => arriving.push(chunk));
    },
    onClose: (take) => inner.onClose(take),
    close: () => inner.close(),
  };
}

/** The picture with its bytes as one NAL unit after its length. */
function asUnit(one: MediaSample): MediaSample {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(one.data.length);
  return { ...one, data: Buffer.concat([head, one.data]) };
}

/** A second of pictures, some of which are sent in parts, and sound. */
function streamWithParts() {
  const pictures = Array.from({ length: 25 }, (_, index) =>
    asUnit(picture(index, { bytes: index % 5 === 0 ? 20_000 : 300 })),
  );
  const packets = Array.from({ length: 48 }, (_, index) => packet(index));
  const seconds = ({ dts, track }: (typeof pictures)[number]) => dts / (track === 'video' ? 90_000 : 48_000);
  return sourceOf(
    sounding,
    [...pictures, ...packets].sort((a, b) => seconds(a) - seconds(b)),
  );
}

/** Changes the message of one kind. */
export function rewrites<N extends MessageName>(
  name: N,
  change: (message: LinkMessages[N], sequence: number) => LinkMessages[N] | undefined,
): Change {
  return (frame) => {
    if (frame.kind !== messageKinds[name]) return [frame];
    const message = change(decodeMessage(name, frame.payload), frame.sequence);
    return message === undefined ? [] : [{ ...frame, payload: encodeMessage(name, message) }];
  };
}

/** Does something else with every `nth` frame. */
export function every(nth: number, wrong: (frame: Frame) => readonly (Frame | Uint8Array)[]): Change {
  let count = 0;
  return (frame) => {
    count += 1;
    return count % nth === 0 ? wrong(frame) : [frame];
  };
}

/** Gives each frame of a session the tag of the first one: a side that does not look at tags. */
export function blindToTags(): Change {
  let known: Uint8Array | undefined;
  return (frame) => {
    if (frame.kind <= 2) {
      known = undefined;
      return [frame];
    }
    known ??= Uint8Array.from(frame.session);
    return [{ ...frame, session: known }];
  };
}

/** Lets time pass until `run` is done. */
export async function passUntil<T>(clock: FakeClock, run: Promise<T>): Promise<T> {
  let done = false;
  const end = (): void => {
    done = true;
  };
  run.then(end, end);
  while (!done) {
    await clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return await run;
}

/**
 * What `check-sensor` finds at the simulated camera, of which `changes` are made to what passes its port.
 * @param bufferBytes what it keeps; 8 MiB, which no check fills, unless given.
 */
export async function findingsAtSensor(
  changes: Changes = {},
  options: Pick<SimulatedDeviceOptions, 'bufferBytes' | 'noVideo'> = {},
): Promise<Finding[]> {
  const clock = fakeClock({ uptimeUs: 5_000_000 });
  const device = new SimulatedDevice({
    file: streamWithParts(),
    clock,
    seed: 1,
    once: false,
    randomness: fromSeed(2),
    ...options,
    onEvent: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  const [far, near] = portPair();
  device.attach(changedPort(far, changes));
  const check = { port: near, clock, randomness: fromSeed(4), onFinding: () => {} };
  const findings = await passUntil(clock, checkSensorLink(check));
  device.close();
  return findings;
}

/** What `check-agent` finds at the agent's end of the link, of which `changes` are made to what passes its port. */
export async function findingsAtAgent(changes: Changes = {}): Promise<Finding[]> {
  const clock = fakeClock({ uptimeUs: 5_000_000 });
  const [far, near] = portPair();
  // A serial line stays when the agent opens its port again.
  const line = { ...far, close: () => {} };
  const agent = new AgentLink({
    open: async () => changedPort(line, changes),
    clock,
    log: silentLog,
    randomness: fromSeed(3),
    onEvent: (event) => {
      if ('ordinal' in event) agent.release(event.ordinal);
    },
  });
  agent.indicate({ lamp: 'standby', beepMs: 0, vibrateMs: 0 });
  agent.startStream();
  agent.start();
  const options = { port: near, clock, randomness: fromSeed(4), onFinding: () => {} };
  const findings = await passUntil(clock, checkAgentLink({ ...options, waitMs: 4_000 }));
  await passUntil(clock, agent.stop());
  return findings;
}

/** The rules that were found broken. */
export function brokenRules(findings: readonly Finding[]): string[] {
  return [...new Set(findings.filter(({ outcome }) => outcome.verdict === 'fail').map(({ rule }) => rule))];
}

import { encodeFrame, type Frame } from '../../proto/link/frame.ts';
import { expects, failed, skipped } from './check.ts';
import { otherLayout, paddedTo, withEmptyBlock, wrongChecksum } from './odd-frames.ts';
import type { SensorBench, SensorLinkRule } from './sensor-bench.ts';

/** A kind that no version has yet. */
const unknownKind = 200;

/** How long the answer to a frame may take; in that time a wrong frame must have had no effect. */
const effectMs = 600;

/** The heartbeat's `received`, `effectMs` after `send`. */
async function awaitedAfter(bench: SensorBench, send: () => void): Promise<number | undefined> {
  send();
  await bench.probe.wait(effectMs);
  return await bench.awaited();
}

/** A check that a command has no effect when it is sent in a wrong way, and that one after it does. */
function dropped(
  rule: string,
  says: string,
  wrong: (frame: Frame, bench: SensorBench) => Uint8Array,
): SensorLinkRule {
  return {
    rule,
    says,
    async run(bench) {
      if (bench.hello === undefined) return skipped('no session');
      const waits = bench.command;
      const frame = bench.commandFrame(waits);
      const after = await awaitedAfter(bench, () => bench.probe.sendBytes(wrong(frame, bench)));
      if (after !== waits) {
        if (after !== undefined) bench.command = after;
        return failed(
          `no effect: it waits for command ${waits}`,
          after === undefined ? 'no heartbeat came' : `it waits for ${after}`,
        );
      }
      const next = await bench.commanded('keyFrameRequest', { track: bench.tracks?.[0]?.track ?? 1 });
      return expects(next !== undefined, 'the next frame is taken', 'it was not taken in 2 s');
    },
  };
}

/** A check that a frame with a number uses it up. */
function usesUp(
  rule: string,
  says: string,
  wire: (bench: SensorBench) => Uint8Array | Frame,
): SensorLinkRule {
  return {
    rule,
    says,
    async run(bench) {
      if (bench.hello === undefined) return skipped('no session');
      const sent = wire(bench);
      const wanted = bench.command + 1;
      const after = await awaitedAfter(bench, () => {
        if ('kind' in sent) bench.probe.sendFrame(sent);
        else bench.probe.sendBytes(sent);
      });
      if (after !== undefined) bench.command = after;
      return expects(
        after === wanted,
        `it waits for command ${wanted}`,
        `it waits for ${after ?? 'none that it said'}`,
      );
    },
  };
}

const unknown = (bench: SensorBench): Frame => ({
  kind: unknownKind,
  session: bench.tag,
  sequence: bench.command,
  payload: Uint8Array.of(8, 1),
});

/** Frames that are wrong in one way each. */
export const hostileChecks: readonly SensorLinkRule[] = [
  dropped('1.6', 'drops a frame with a wrong checksum', wrongChecksum),
  dropped('1.8', 'drops a frame with another layout', otherLayout),
  dropped('2.3', 'drops a frame of another session', (frame) => {
    const session = frame.session.map((byte) => byte ^ 0x5a);
    return encodeFrame({ ...frame, session });
  }),
  dropped('1.5', 'drops a frame that is longer than it takes', (frame, { hello }) =>
    paddedTo(frame, Math.max(1_024, Math.min(65_536, hello?.frameBytesMax ?? 65_536)) + 100),
  ),
  dropped('1.7', 'finds the next frame after endless bytes', (_, { hello }) =>
    // More than it could keep as a frame; no more than that, as a slow line would take long for it.
    new Uint8Array(Math.min(150_000, 3 * Math.max(1_024, hello?.frameBytesMax ?? 65_536))).fill(0x55),
  ),
  dropped('7.1', 'takes no command before the one that it waits for', (frame) =>
    encodeFrame({ ...frame, sequence: frame.sequence + 1 }),
  ),
  dropped('7.1', 'takes no command twice', (frame) =>
    encodeFrame({ ...frame, sequence: frame.sequence - 1 }),
  ),
  dropped('2.18', 'passes over an unknown kind without a number', (frame) =>
    encodeFrame({ ...frame, kind: 77, sequence: 0 }),
  ),
  dropped('8.1', 'goes on after an acknowledgement that is not a message', (frame) =>
    encodeFrame({ ...frame, kind: 3, sequence: 0, payload: new Uint8Array(40).fill(0xff) }),
  ),
  usesUp('2.18', 'counts the number of an unknown kind', unknown),
  usesUp('1.3', 'takes a full block with an empty one after it', (bench) => withEmptyBlock(unknown(bench))),
];

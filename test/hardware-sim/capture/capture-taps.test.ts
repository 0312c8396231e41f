import t, { type Test } from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import { silentLog } from '../../../base/log.ts';
import { CaptureWriter } from '../../../hardware-sim/capture/capture-writer.ts';
import { LinkTrace } from '../../../hardware-sim/capture/link-trace.ts';
import { tapLink } from '../../../hardware-sim/capture/relay.ts';
import { traceWords } from '../../../hardware-sim/capture/trace-words.ts';
import { SimulatedDevice } from '../../../hardware-sim/device.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fromSeed } from '../../support/seed.ts';
import { portPair } from '../../support/sensor/link.ts';
import { passUntil } from '../conformance/benches.ts';
import { soundingSource } from '../source.ts';
import { recordsIn } from './recorded-line.ts';

/** `inner`, and an adapter that hears what is written to it. */
function heard(inner: BytePort): { port: BytePort; tap: BytePort } {
  const [mine, tap] = portPair();
  return {
    port: {
      ...inner,
      async write(bytes) {
        await mine.write(bytes);
        await inner.write(bytes);
      },
    },
    tap,
  };
}

/** A patrol of two seconds between a camera and an agent, heard by taps. @returns the capture as lines. */
async function tapped(t: Test, sides: readonly ('sensor' | 'agent')[]): Promise<string[]> {
  const clock = fakeClock({ uptimeUs: 5_000_000 });
  const blocks: Uint8Array[] = [];
  const capture = new CaptureWriter({
    sink: { append: async (bytes) => void blocks.push(bytes) },
    clock,
    bytesMax: 1e9,
    onEnd: () => {},
  });
  const device = new SimulatedDevice({
    ...{ file: soundingSource(), clock, seed: 1, once: false, randomness: fromSeed(2) },
    onEvent: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  const [far, near] = portPair();
  const line = { sensor: heard(far), agent: heard(near) };
  const lost: string[] = [];
  for (const side of sides)
    tapLink(line[side].tap, side, capture, (reason) => lost.push(`${side}: ${reason}`));
  device.attach(line.sensor.port);
  const agent = new AgentLink({
    open: async () => ({ ...line.agent.port, close: () => {} }),
    clock,
    log: silentLog,
    randomness: fromSeed(3),
    onEvent: (event) => {
      if ('ordinal' in event) agent.release(event.ordinal);
    },
  });
  agent.startStream();
  agent.start();
  const patrol = async (): Promise<void> => {
    const pass = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimer(ms, resolve));
    await pass(1_000);
    device.press('bookmark');
    await pass(1_000);
  };
  await passUntil(clock, patrol());
  for (const side of sides) line[side].tap.close();
  await passUntil(clock, agent.stop());
  device.close();
  await capture.close();
  t.same(
    lost,
    sides.map((side) => `${side}: the port was closed`),
    'a tap that is gone says so',
  );
  const trace = new LinkTrace();
  const hidden = { positions: false, content: false };
  return recordsIn(Buffer.concat(blocks)).map((record) => traceWords(trace.take(record), 0, hidden));
}

t.test('two taps hear the whole exchange, each its side', async (t) => {
  const lines = (await tapped(t, ['sensor', 'agent'])).join('\n');
  t.match(lines, /A > S {10}hello /);
  t.match(lines, /S > A {10}hello .*\[.*session begun\]/);
  t.match(lines, /A > S +#1 {2}startStream/);
  t.match(lines, /S > A +#\d+ {2}sample track=1 /);
  t.match(lines, /S > A +#\d+ {2}button captureUs=\d+ button=bookmark pressed=true/);
  t.match(lines, /A > S {10}ack /);
  t.match(lines, /the tap of the sensor's side is gone/);
  t.notMatch(lines, /no frame|missing before/);
});

t.test('one tap hears its side alone', async (t) => {
  const lines = await tapped(t, ['sensor']);
  t.match(lines.join('\n'), /S > A +#\d+ {2}sample track=1 /);
  t.notOk(lines.some((line) => line.includes('A > S')));
});

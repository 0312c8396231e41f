import t from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../../agent/sensor/link/events.ts';
import { silentLog } from '../../../base/log.ts';
import { LinkTrace } from '../../../hardware-sim/capture/link-trace.ts';
import { type CaptureRecord, captureBlock, captureHead } from '../../../hardware-sim/capture/pcapng.ts';
import { SensorCollector } from '../../../hardware-sim/capture/recorded-sensor.ts';
import { ReplayedSensor } from '../../../hardware-sim/capture/replayed-sensor.ts';
import { ScenarioMaker } from '../../../hardware-sim/capture/scenario-of.ts';
import { ShareFilter, ShareSurvey } from '../../../hardware-sim/capture/share.ts';
import { parseScenario } from '../../../hardware-sim/scenario/scenario.ts';
import { encodeFrame, sessionTag } from '../../../proto/link/frame.ts';
import { decodeMessage, encodeMessage } from '../../../proto/link/messages.ts';
import { goldenFrames } from '../../proto/link/golden.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fromSeed } from '../../support/seed.ts';
import { portPair } from '../../support/sensor/link.ts';
import { RecordedLine, recordedPatrol, recordsIn } from './recorded-line.ts';

/** What an agent gets of a replayed capture. */
async function replayed(capture: Uint8Array, ms: number): Promise<{ got: LinkEvent[]; ended: number }> {
  const collector = new SensorCollector();
  for (const record of recordsIn(capture)) collector.take(record);
  const clock = fakeClock({ uptimeUs: 3_000_000 });
  const [far, near] = portPair();
  let ended = 0;
  const sensor = new ReplayedSensor({
    recorded: collector.end(),
    port: far,
    clock,
    randomness: fromSeed(8),
    onAgent: () => {},
    onEnd: () => {
      ended += 1;
    },
  });
  const got: LinkEvent[] = [];
  const agent = new AgentLink({
    open: async () => near,
    clock,
    log: silentLog,
    randomness: fromSeed(9),
    onEvent: (event) => {
      got.push(event);
      if ('ordinal' in event) agent.release(event.ordinal);
    },
  });
  // An agent that comes late finds the sensor's clock as it was.
  await clock.advance(20_000);
  agent.start();
  for (let left = ms; left > 0; left -= 20) await clock.advance(20);
  const stopped = agent.stop();
  sensor.close();
  await clock.advance(3_000);
  await stopped;
  return { got, ended };
}

/** What of an event doesn't depend on the session. */
function content(events: readonly LinkEvent[]): unknown[] {
  return events.flatMap((event) => {
    if (!('ordinal' in event)) return [];
    const { ordinal: _ordinal, place: _place, ...rest } = event;
    return [rest];
  });
}

t.test('a replay gives another agent the same messages, in their order, at their times', async (t) => {
  const line = new RecordedLine();
  await line.start();
  line.agent.startStream();
  await line.pass(1_500);
  line.device.press('start');
  line.device.press('dwelling', true);
  await line.pass(1_500);
  const capture = await line.end();
  const { got, ended } = await replayed(capture, 6_000);
  t.equal(ended, 1);
  t.ok(content(got).length > 200);
  t.same(content(got), content(line.got));
  t.match(got[0], {
    type: 'hello',
    sensor: { model: 'Sealcam simulated camera', serial: 'SIM-1' },
    resumed: false,
  });
});

t.test('a replay leaves out the numbers that a capture does not have', async (t) => {
  const clean = recordsIn(await recordedPatrol(500));
  const trace = new LinkTrace();
  const lost = clean.filter((record) => {
    const { what, from } = trace.take(record);
    if (what.kind !== 'frame' || from !== 'sensor') return true;
    // A capture that lacks some numbers, as one that was cut.
    return what.frame.sequence < 30 || what.frame.sequence > 40;
  });
  const collector = new SensorCollector();
  for (const record of lost) collector.take(record);
  t.equal(collector.end().missing, 11);
  const whole = Buffer.concat([captureHead(), ...lost.map(captureBlock)]);
  const { got, ended } = await replayed(whole, 4_000);
  t.equal(ended, 1, 'numbers without a hole: the agent waits for nothing');
  t.ok(got.filter(({ type }) => type === 'sample').length > 30);
});

t.test(
  'a replay repeats a report of loss, a malformed message and an unknown one as they were',
  async (t) => {
    const [nonce, agentNonce] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
    const session = sessionTag(nonce, agentNonce);
    const golden = goldenFrames.find(({ file }) => file.startsWith('02-'))?.frame;
    const hello = {
      ...decodeMessage('hello', golden?.payload ?? new Uint8Array(0)),
      nonce,
      nextSequence: 500,
    };
    const frame = (kind: number, sequence: number, payload: Uint8Array, tag = session): CaptureRecord => {
      const bytes = encodeFrame({ kind, sequence, session: tag, payload }).subarray(1, -1);
      return { atUs: 1_000_000 + sequence, from: 'sensor', bytes, length: bytes.length };
    };
    const battery = { percent: 150, millivolts: 1, charging: false };
    const none = { position: undefined, motion: undefined, temperature: undefined };
    const range = { fromSequence: 502, toSequence: 506, fromCaptureUs: 0, toCaptureUs: 9 };
    const records = [
      frame(1, 0, encodeMessage('hello', { ...hello, peerNonce: agentNonce }), new Uint8Array(8)),
      frame(18, 500, encodeMessage('telemetry', { captureUs: 5, battery, ...none })),
      frame(99, 501, Uint8Array.of(1)),
      frame(21, 507, encodeMessage('dropped', { ...range, tracks: [], other: 5 })),
      frame(19, 508, encodeMessage('button', { captureUs: 7, button: 'bookmark', pressed: true })),
    ];
    const { got, ended } = await replayed(
      Buffer.concat([captureHead(), ...records.map(captureBlock)]),
      3_000,
    );
    t.equal(ended, 1);
    const events = got.filter((event) => 'ordinal' in event);
    t.match(events.at(-2), {
      type: 'dropped',
      cause: 'sensorBuffer',
      fromSequence: 3,
      toSequence: 7,
      other: 5,
    });
    t.match(events.at(-1), { type: 'button', button: 'bookmark', captureUs: 7, place: { sequence: 9 } });
  },
);

t.test('a capture without a session cannot be replayed', async (t) => {
  t.throws(() => new SensorCollector().end(), { code: 'CAPTURE_INVALID', message: /no session/ });
});

t.test('a shared capture has the same frames, and nothing of what was seen', async (t) => {
  const capture = await recordedPatrol(1_500, async (line) => {
    line.device.fault({ fault: 'bitErrors', on: true, rate: 1e-4 });
    await line.pass(500);
    line.device.fault({ fault: 'bitErrors', on: false, rate: 1e-4 });
  });
  const records = recordsIn(capture);
  const survey = new ShareSurvey();
  for (const record of records) survey.take(record);
  t.match(survey.remains.join('\n'), /model "Sealcam simulated camera", firmware "1.0"/);
  t.match(survey.remains.join('\n'), /presses of the button start \(1\), and when/);
  t.match(survey.remains.join('\n'), /parameter sets \(SPS, PPS, AudioSpecificConfig\), which decode/);
  const filter = new ShareFilter(survey, fromSeed(5));
  const shared = records.flatMap((record) => filter.change(record) ?? []);
  t.equal(shared.length, records.length);
  t.equal(shared[0]?.atUs, 0, 'no time of day');
  const [before, after] = [new LinkTrace(), new LinkTrace()];
  const pictures = new Set<string>();
  for (const [index, record] of records.entries()) {
    const [was, is] = [before.take(record), after.take(shared[index] ?? record)];
    if (was.what.kind !== 'frame' || is.what.kind !== 'frame') {
      t.equal(is.what.kind, was.what.kind);
      continue;
    }
    if (was.what.content.kind !== 'message' || is.what.content.kind !== 'message') continue;
    const [old, now] = [was.what.content.message, is.what.content.message];
    if (
      old.name !== now.name ||
      was.what.frame.sequence !== is.what.frame.sequence ||
      was.again !== is.again
    ) {
      t.fail(`record ${index} is another frame`);
    }
    if (old.name === 'sample' && now.name === 'sample') {
      pictures.add(Buffer.from(old.data).toString('hex'));
      if (old.data.length !== now.data.length || old.key !== now.key)
        t.fail(`record ${index} has another size`);
    }
    if (now.name === 'telemetry') t.same([now.position, now.motion], [undefined, undefined]);
    if (now.name === 'hello') t.match(now.serial, /^(shared-1)?$/);
  }
  t.equal(after.sums.sessions, 1, 'the tags fit the nonces');
  t.ok(pictures.size > 20);
  const bytes = Buffer.concat(shared.map(captureBlock)).toString('hex');
  t.same(
    [...pictures].filter((picture) => picture.length > 40 && bytes.includes(picture.slice(8, 40))),
    [],
  );
  t.notOk(Buffer.concat(shared.map(({ bytes }) => bytes)).includes('SIM-1'));
  // And an agent can be given it all the same.
  const whole = Buffer.concat([captureHead(), ...shared.map(captureBlock)]);
  t.equal((await replayed(whole, 6_000)).ended, 1);
});

t.test('the faults of a capture become a scenario that the simulator takes', async (t) => {
  const capture = await recordedPatrol(1_000, async (line) => {
    line.device.fault({ fault: 'bitErrors', on: true, rate: 1e-4 });
    await line.pass(1_500);
    line.device.fault({ fault: 'bitErrors', on: false, rate: 1e-4 });
    line.device.press('mute', true);
    line.unplug();
    await line.pass(2_000);
    line.plugged = true;
    await line.pass(3_000);
    line.device.fault({ fault: 'stall', on: true });
    await line.pass(1_500);
    line.device.fault({ fault: 'stall', on: false });
    await line.pass(500);
  });
  const trace = new LinkTrace();
  const maker = new ScenarioMaker();
  for (const record of recordsIn(capture)) maker.take(trace.take(record));
  const text = maker.end();
  const scenario = parseScenario(text, '/made.yaml');
  t.equal(scenario.zero, 'agent');
  const does = scenario.steps.map(({ action }) => JSON.stringify(action)).join('\n');
  t.match(does, /"press","button":"start"/);
  t.match(does, /"press","button":"mute","on":true/);
  t.match(does, /"press","button":"stop"/);
  for (const fault of ['bitErrors', 'unplug', 'stall']) {
    t.match(does, new RegExp(`"fault":"${fault}","on":true`), text);
    t.match(does, new RegExp(`"fault":"${fault}","on":false`), text);
  }
});

t.test('frames that came twice become a fault, and frames that were sent again do not', async (t) => {
  const made = async (fault: 'duplicateFrames' | 'dropFrames', rate: number): Promise<string> => {
    const capture = await recordedPatrol(1_000, async (line) => {
      line.device.fault({ fault, on: true, rate });
      await line.pass(3_000);
      line.device.fault({ fault, on: false, rate });
    });
    const trace = new LinkTrace();
    const maker = new ScenarioMaker();
    for (const record of recordsIn(capture)) maker.take(trace.take(record));
    return maker.end();
  };
  const twice = await made('duplicateFrames', 0.3);
  const rates = [...twice.matchAll(/fault: duplicateFrames, rate: ([\d.]+)/g)].map(([, rate]) =>
    Number(rate),
  );
  t.ok(rates.length >= 3 && Math.max(...rates) < 0.6 && Math.max(...rates) > 0.15, twice);
  t.match(twice, /fault: duplicateFrames, on: false/);
  t.notMatch(twice, /dropFrames|bitErrors/);
  const lost = await made('dropFrames', 0.1);
  t.match(lost, /fault: dropFrames, rate/);
  t.notMatch(lost, /duplicateFrames/);
});

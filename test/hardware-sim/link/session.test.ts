import t from 'tap';
import { noSession, sessionTag } from '../../../proto/link/frame.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { encodeMessage, messageKinds } from '../../../proto/link/messages.ts';
import { Sessions, videoTrack } from '../../support/sensor/link-sessions.ts';

function connected(): Sessions {
  const sessions = new Sessions();
  sessions.sensor.sendParameters([videoTrack]);
  sessions.run(100);
  return sessions;
}

/** One second of 20 Mbit/s: a key picture of 500 kB and 29 of 69 kB. @returns how many were kept. */
function second(sessions: Sessions): number {
  let kept = 0;
  for (let i = 0; i < 30; i += 1) if (sessions.sample(i === 0 ? 500_000 : 69_000, i === 0)) kept += 1;
  return kept;
}

t.test('an agent that is blocked for 2 s at 20 Mbit/s loses nothing', (t) => {
  const sessions = connected();
  for (let i = 0; i < 2; i += 1) t.equal(second(sessions), 30);
  sessions.clock.tick(2000);
  t.equal(second(sessions), 30);
  sessions.run(500);
  t.same(
    sessions.captured,
    Array.from({ length: 90 }, (_, i) => i),
  );
  t.equal(sessions.ofType('dropped').length, 0);
  t.end();
});

t.test(
  'when its buffer is full the sensor drops up to a key picture that fits, and reports that once',
  (t) => {
    const sessions = connected();
    sessions.cut();
    let kept = 0;
    for (let i = 0; i < 6; i += 1) kept += second(sessions);
    t.ok(kept > 90 && kept < 180, `${kept} of 180 kept`);
    t.ok(sessions.sensor.keptBytes > 0.9 * linkLimits.sensorBufferBytes);
    t.ok(sessions.sensor.keptBytes <= linkLimits.sensorBufferBytes);
    sessions.mend();
    sessions.run(500);
    t.equal(second(sessions), 30, 'the next group is kept whole');
    sessions.run(500);
    const dropped = 180 - kept;
    t.same(sessions.captured, [
      ...Array.from({ length: kept }, (_, i) => i),
      ...Array.from({ length: 30 }, (_, i) => 180 + i),
    ]);
    t.match(sessions.ofType('dropped'), [
      {
        cause: 'sensorBuffer',
        fromCaptureUs: kept,
        toCaptureUs: 179,
        samples: { video: { samples: dropped }, audio: { samples: 0 } },
        other: 0,
      },
    ]);
    const report = sessions.ofType('dropped')[0];
    t.equal((report?.toSequence ?? 0) - (report?.fromSequence ?? 0) + 1, dropped, 'a number each');
    t.equal(sessions.sensor.counts.droppedRuns, 1);
    const place = sessions.events.findIndex((event) => event.type === 'dropped');
    t.match(sessions.events[place - 1], { captureUs: kept - 1 }, 'in the place of the gap');
    t.match(sessions.events[place + 1], { captureUs: 180 });
    t.end();
  },
);

t.test('a report of a loss that is lost itself is sent again', (t) => {
  const sessions = connected();
  sessions.cut();
  for (let i = 0; i < 5; i += 1) second(sessions);
  sessions.mend();
  sessions.run(500);
  sessions.toAgent = () => new Uint8Array(0);
  second(sessions);
  sessions.travel();
  sessions.toAgent = (bytes) => bytes;
  sessions.run(1000);
  t.equal(sessions.ofType('dropped').length, 1);
  t.equal(sessions.ofType('dropped')[0]?.cause, 'sensorBuffer');
  t.equal(sessions.captured.at(-1), 179);
  t.end();
});

t.test('a loss at the end of a stream is reported without another sample', (t) => {
  const sessions = connected();
  sessions.cut();
  for (let i = 0; i < 5; i += 1) second(sessions);
  sessions.mend();
  sessions.run(2500);
  t.equal(sessions.ofType('dropped').length, 1);
  t.equal(sessions.ofType('dropped')[0]?.toCaptureUs, 149);
  t.end();
});

t.test('a sensor that sends readings alone sends them again after a loss, and reports it', (t) => {
  const sessions = new Sessions(0x51, 1024);
  sessions.run(500);
  const reading = (): boolean => {
    sessions.run(500);
    const captureUs = sessions.clock.uptimeUs();
    const rest = { position: undefined, motion: undefined, battery: undefined };
    return sessions.sensor.sendTelemetry({ captureUs, temperature: 20, ...rest });
  };
  sessions.cut();
  const kept = Array.from({ length: 100 }, reading).filter(Boolean).length;
  t.ok(kept > 10 && kept < 90, `${kept} of 100 are kept`);
  sessions.mend();
  const after = Array.from({ length: 10 }, reading);
  const lost = after.indexOf(true);
  t.ok(lost >= 0 && lost < 8, `${lost} more are lost`);
  t.notOk(after.slice(lost).includes(false), 'and from then on none');
  sessions.run(500);
  t.match(sessions.ofType('dropped'), [{ cause: 'sensorBuffer', other: 100 - kept + lost }]);
  t.equal(sessions.ofType('telemetry').length, kept + 10 - lost);
  t.end();
});

t.test('after a loss nothing is kept before a key picture, however much room there is', (t) => {
  const sessions = connected();
  sessions.cut();
  for (let i = 0; i < 5; i += 1) second(sessions);
  sessions.mend();
  sessions.run(500);
  t.equal(sessions.sensor.keptBytes, 0);
  t.notOk(sessions.sample(1000, false), 'no picture that needs a lost one');
  t.ok(sessions.sample(1000, true));
  t.ok(sessions.sample(1000, false));
  sessions.run(500);
  t.same(sessions.captured.slice(-2), [151, 152]);
  t.equal(sessions.ofType('dropped')[0]?.toCaptureUs, 150);
  t.end();
});

t.test('buttons and lamp reports get through while samples are dropped', (t) => {
  const sessions = connected();
  sessions.cut();
  for (let i = 0; i < 5; i += 1) second(sessions);
  t.notOk(
    sessions.sensor.sendTelemetry({
      captureUs: 1,
      position: undefined,
      motion: undefined,
      battery: undefined,
      temperature: 20,
    }),
  );
  t.ok(sessions.sensor.sendButton({ captureUs: 2, button: 'stop', pressed: true }));
  t.ok(sessions.sensor.sendLampReport({ captureUs: 3, lamp: 'alarm' }));
  let presses = 0;
  while (presses < 5000 && sessions.sensor.sendButton({ captureUs: 4, button: 'bookmark', pressed: true }))
    presses += 1;
  t.ok(presses > 500 && presses < 5000, `the reserve is bounded: ${presses} presses`);
  t.ok(sessions.sensor.keptBytes <= linkLimits.sensorBufferBytes + linkLimits.sensorReserveBytes);
  sessions.mend();
  sessions.run(3000);
  t.equal(sessions.ofType('button').length, presses + 1);
  t.match(sessions.ofType('lampReport'), [{ lamp: 'alarm' }]);
  t.equal(sessions.ofType('dropped')[0]?.other, 1, 'the telemetry is counted');
  t.end();
});

t.test('a switch that is moved while even the reserve is full is reported as soon as there is room', (t) => {
  const sessions = new Sessions(0x51, 1024);
  sessions.run(500);
  sessions.cut();
  const { sensor } = sessions;
  const move = (button: 'mute' | 'dwelling', pressed: boolean): boolean =>
    sensor.sendButton({ captureUs: sessions.clock.uptimeUs(), button, pressed });
  while (sensor.sendButton({ captureUs: 1_000_000, button: 'bookmark', pressed: true }));
  t.notOk(move('mute', true));
  t.notOk(move('dwelling', true));
  t.notOk(move('dwelling', false));
  const moved = sessions.clock.uptimeUs();
  sessions.mend();
  sessions.run(1000);
  const after = sessions.events.slice(sessions.events.findIndex(({ type }) => type === 'dropped'));
  t.match(after, [
    { type: 'dropped', other: 4 },
    { type: 'button', button: 'mute', pressed: true, captureUs: moved },
    { type: 'button', button: 'dwelling', pressed: false, captureUs: moved },
  ]);
  sessions.run(500);
  t.equal(sensor.keptBytes, 0, 'and once');
  t.equal(sessions.ofType('dropped').length, 1);
  t.end();
});

t.test('no more goes out than the agent gave credit for', (t) => {
  const sessions = connected();
  sessions.autoRelease = false;
  for (let i = 0; i < 3; i += 1) second(sessions);
  sessions.run(1000);
  const bytes = sessions.ofType('sample').reduce((sum, event) => sum + event.sample.data.length, 0);
  t.ok(bytes <= linkLimits.creditBytes && bytes > linkLimits.creditBytes - 600_000, `${bytes} bytes`);
  t.equal(sessions.agent.counts.refusedFrames, 0);
  t.end();
});

t.test('a sample that no buffer could take is an error, and no gap', (t) => {
  const sessions = connected();
  t.throws(() => sessions.sample(linkLimits.sampleBytesMax + 1), { code: 'LINK_SAMPLE_SIZE' });
  t.throws(() => sessions.sample(0), { code: 'LINK_SAMPLE_SIZE' });
  t.ok(sessions.sample(linkLimits.sampleBytesMax), 'the largest goes');
  sessions.run(300);
  t.equal(sessions.ofType('sample').at(-1)?.sample.data.length, linkLimits.sampleBytesMax);
  t.end();
});

t.test('an agent of another major version is refused, and told the version of this sensor', (t) => {
  const sessions = new Sessions();
  const payload = encodeMessage('hello', {
    major: 2,
    minor: 0,
    nonce: new Uint8Array(16).fill(3),
    peerNonce: new Uint8Array(0),
    nextSequence: 0,
    frameBytesMax: 65_536,
    bufferBytes: 0,
    model: '',
    serial: '',
    firmware: '',
    capabilities: [],
    stream: undefined,
    switches: undefined,
    noVideo: false,
  });
  const frame = { kind: messageKinds.hello, session: noSession, sequence: 0, payload };
  t.same(sessions.sensor.receive(frame), []);
  t.notOk(sessions.sensor.connected);
  sessions.travel();
  t.match(sessions.ofType('refused'), [
    { error: { code: 'LINK_VERSION', message: /speaks version 1 .* not 2/ } },
  ]);
  t.end();
});

t.test('frames of an earlier agent are not obeyed', (t) => {
  const sessions = connected();
  sessions.sample();
  const session = sessionTag(new Uint8Array(16).fill(0x51), new Uint8Array(16).fill(0xa0));
  const ack = encodeMessage('ack', { received: 9, released: 9, creditBytes: 9 });
  sessions.sensor.receive({ kind: messageKinds.ack, session, sequence: 0, payload: ack });
  t.ok(sessions.sensor.keptBytes > 1000, 'nothing was released by it');
  t.equal(sessions.sensor.counts.staleFrames, 1);
  t.end();
});

t.test('a new agent learns where the switches stood before the first frame that it can still get', (t) => {
  const sessions = connected();
  const positions = () => sessions.ofType('switches').map(({ switches }) => switches);
  t.same(positions(), [{ mute: false, dwelling: false }]);
  sessions.sensor.sendButton({ captureUs: 1, button: 'dwelling', pressed: true });
  sessions.run(500);
  sessions.rebootAgent(0xa2);
  sessions.run(500);
  t.same(
    positions().at(-1),
    { mute: false, dwelling: true },
    'the switching itself was released, and is not repeated',
  );
  t.equal(sessions.ofType('button').length, 1);

  sessions.autoRelease = false;
  sessions.sample();
  sessions.sensor.sendButton({ captureUs: 2, button: 'dwelling', pressed: false });
  sessions.sensor.sendButton({ captureUs: 3, button: 'mute', pressed: true });
  sessions.run(500);
  sessions.rebootAgent(0xa3);
  sessions.run(500);
  t.same(positions().at(-1), { mute: false, dwelling: true }, 'as it was before the sample that comes again');
  t.match(sessions.ofType('button').slice(-2), [
    { button: 'dwelling', pressed: false },
    { button: 'mute', pressed: true },
  ]);
  t.end();
});

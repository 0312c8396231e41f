import t from 'tap';
import { encodeFrame, noSession, parseFrame, sessionTag } from '../../../proto/link/frame.ts';
import { Framer } from '../../../proto/link/framer.ts';
import { encodeMessage, messageKinds } from '../../../proto/link/messages.ts';
import { seeded } from '../../support/seed.ts';
import { Sessions, videoTrack } from '../../support/sensor/link-sessions.ts';

function connected(): Sessions {
  const sessions = new Sessions();
  sessions.sensor.sendParameters([videoTrack]);
  sessions.run(100);
  return sessions;
}

/** The header of a frame on its way, or undefined for refuse. */
function headerOf(wire: Uint8Array) {
  let header: ReturnType<typeof parseFrame>;
  new Framer((body) => {
    header = parseFrame(body.slice());
  }).push(wire);
  return header;
}

const tag = sessionTag(new Uint8Array(16).fill(0x51), new Uint8Array(16).fill(0xa1));

function numbered(kind: number, sequence: number, payload: Uint8Array, session = tag) {
  return { kind, sequence, session, payload };
}

t.test('every frame may be lost, altered or doubled on its way: all samples come once, in order', (t) => {
  const random = seeded(t);
  for (let round = 0; round < 10; round += 1) {
    const sessions = connected();
    const spoil = (bytes: Uint8Array): Uint8Array => {
      const dice = random.fraction();
      if (dice < 0.1) return new Uint8Array(0);
      if (dice < 0.2) return Buffer.concat([bytes, bytes]);
      if (dice < 0.3) return bytes.map((byte, at) => (at === 30 ? byte ^ 0x55 : byte));
      return bytes;
    };
    sessions.toAgent = spoil;
    sessions.toSensor = spoil;
    for (let i = 0; i < 60; i += 1) {
      sessions.sample(i % 10 === 0 ? 50_000 : 900, i % 30 === 0);
      sessions.run(50);
    }
    sessions.run(6000);
    t.same(
      sessions.captured,
      Array.from({ length: 60 }, (_, i) => i),
    );
    t.ok(
      sessions.ofType('sample').every(({ sample }) => sample.data.every((byte) => byte === sample.dts % 251)),
      'each with its own bytes, though frames that waited for their turn outlived the buffer they came in',
    );
    t.equal(sessions.ofType('dropped').length, 0);
    t.ok(sessions.sensor.counts.resent > 0 && sessions.agent.counts.repeatedFrames > 0);
    t.equal(sessions.sensor.keptBytes, 0, 'and the sensor keeps nothing any more');
  }
  t.end();
});

t.test('a frame that comes twice is handed on once, and acknowledged again', (t) => {
  const sessions = connected();
  sessions.toAgent = (bytes) => Buffer.concat([bytes, bytes, bytes]);
  sessions.sample();
  sessions.run(300);
  t.same(sessions.captured, [0]);
  t.equal(sessions.agent.counts.repeatedFrames, 2);
  t.end();
});

t.test('a frame that is missing is asked for at once, not after a while', (t) => {
  const sessions = connected();
  let lose = 1;
  sessions.toAgent = (bytes) =>
    headerOf(bytes)?.kind === messageKinds.sample && lose-- > 0 ? new Uint8Array(0) : bytes;
  sessions.sample();
  sessions.sample();
  sessions.travel();
  t.same(sessions.captured, [0, 1], 'without any time passing');
  t.end();
});

t.test('the last frame of all is missed by the heartbeat', (t) => {
  const sessions = connected();
  sessions.sample();
  sessions.run(50);
  let lose = 1;
  sessions.toAgent = (bytes) =>
    headerOf(bytes)?.kind === messageKinds.sample && lose-- > 0 ? new Uint8Array(0) : bytes;
  sessions.sample();
  sessions.run(300);
  t.same(sessions.captured, [0, 1]);
  t.end();
});

t.test('what is never sent again becomes one gap with its range', (t) => {
  const sessions = connected();
  sessions.sample();
  sessions.run(50);
  const lost = new Set<number>();
  let left = 3;
  sessions.toAgent = (bytes) => {
    const header = headerOf(bytes);
    if (header?.kind !== messageKinds.sample) return bytes;
    if (!lost.has(header.sequence) && left > 0) {
      left -= 1;
      lost.add(header.sequence);
    }
    return lost.has(header.sequence) ? new Uint8Array(0) : bytes;
  };
  for (let i = 0; i < 6; i += 1) sessions.sample();
  sessions.run(10_000);
  t.same(sessions.captured, [0, 4, 5, 6]);
  const numbers = [...lost].sort((a, b) => a - b);
  t.match(sessions.ofType('dropped'), [
    { cause: 'unanswered', fromSequence: numbers[0], toSequence: numbers[2] },
  ]);
  t.end();
});

t.test('frames of another session are not accepted', (t) => {
  const sessions = connected();
  const payload = encodeMessage('button', { captureUs: 1, button: 'start', pressed: true });
  const old = sessionTag(new Uint8Array(16).fill(0x50), new Uint8Array(16).fill(0xa1));
  for (const session of [old, noSession]) {
    t.notOk(sessions.agent.receive(numbered(messageKinds.button, 2, payload, session)));
  }
  t.equal(sessions.agent.counts.staleFrames, 2);
  t.equal(sessions.ofType('button').length, 0);
  t.ok(sessions.agent.receive(numbered(messageKinds.button, 2, payload)), 'the present one is');
  t.end();
});

t.test('a sensor that restarted is told the lamp again, and what its earlier run held is a gap', (t) => {
  const sessions = connected();
  sessions.agent.command('indicator', { lamp: 'recording', beepMs: 100, vibrateMs: 0 });
  sessions.agent.command('startStream', {});
  sessions.sample();
  sessions.run(300);
  sessions.inputs.length = 0;
  sessions.rebootSensor(0x52);
  sessions.sensor.sendParameters([videoTrack]);
  sessions.sample();
  sessions.run(1000);
  t.same(
    sessions.events.map((event) => event.type),
    ['hello', 'switches', 'parameters', 'sample', 'hello', 'dropped', 'switches', 'parameters', 'sample'],
  );
  t.match(sessions.ofType('dropped'), [{ cause: 'sensorRestart' }]);
  t.equal(sessions.ofType('hello')[1]?.resumed, false);
  t.same(
    sessions.inputs.filter((input) => input.name !== 'agent'),
    [{ name: 'indicator', lamp: 'recording', beepMs: 0, vibrateMs: 0 }, { name: 'startStream' }],
    'without the beep of then',
  );
  t.end();
});

t.test('an agent that restarted gets what the earlier one had not released, and the parameters', (t) => {
  const sessions = connected();
  sessions.autoRelease = false;
  for (let i = 0; i < 5; i += 1) sessions.sample(40_000);
  sessions.run(300);
  const third = sessions.ofType('sample')[2];
  sessions.agent.release(third?.ordinal ?? 0);
  sessions.run(300);
  sessions.rebootAgent(0xa2);
  sessions.events.length = 0;
  sessions.run(300);
  t.same(
    sessions.events.map((event) => event.type),
    ['hello', 'parameters', 'switches', 'sample', 'sample'],
  );
  t.same(sessions.captured, [3, 4]);
  t.end();
});

t.test('a newer minor version is welcome, and its new messages are skipped and counted', (t) => {
  const sessions = connected();
  t.ok(sessions.agent.receive(numbered(99, 2, Uint8Array.of(1, 2, 3))));
  t.ok(sessions.agent.receive(numbered(9, 0, Uint8Array.of(1))));
  const payload = encodeMessage('button', { captureUs: 1, button: 'stop', pressed: true });
  sessions.agent.receive(
    numbered(messageKinds.button, 3, Buffer.concat([payload, Uint8Array.of(0xf8, 0x07, 1)])),
  );
  sessions.travel();
  t.equal(sessions.agent.counts.unknownMessages, 2);
  t.match(
    sessions.ofType('button'),
    [{ button: 'stop' }],
    'what follows is understood, unknown field or not',
  );
  t.end();
});

t.test('a newer major version is refused with a clear error, once', (t) => {
  const sessions = new Sessions();
  const hello = {
    major: 2,
    minor: 3,
    nonce: new Uint8Array(16).fill(1),
    peerNonce: new Uint8Array(16).fill(0xa1),
    nextSequence: 1,
    frameBytesMax: 65_536,
    bufferBytes: 1,
    model: 'm',
    serial: 's',
    firmware: 'f',
    capabilities: [],
    stream: undefined,
    switches: undefined,
    noVideo: false,
  };
  for (let i = 0; i < 3; i += 1) {
    sessions.agent.receive(numbered(messageKinds.hello, 0, encodeMessage('hello', hello), noSession));
  }
  const events = sessions.agent.takeEvents();
  t.equal(events.length, 1);
  t.match(events[0], {
    type: 'refused',
    error: { code: 'LINK_VERSION', message: /version 2\.3 .* speaks 1\.x/ },
  });
  t.notOk(sessions.agent.answered);
  const answers = sessions.agent.takeFrames().map((wire) => headerOf(wire)?.kind);
  t.same(answers, [messageKinds.refusal]);
  t.end();
});

t.test('an invalid message is a gap of one, and the next is understood', (t) => {
  const sessions = connected();
  sessions.agent.receive(numbered(messageKinds.telemetry, 2, Uint8Array.of(0xff, 0xff, 0xff)));
  sessions.agent.receive(
    numbered(messageKinds.lampReport, 3, encodeMessage('lampReport', { captureUs: 4, lamp: 'off' })),
  );
  sessions.travel();
  t.match(sessions.ofType('dropped'), [{ cause: 'malformed', fromSequence: 2, toSequence: 2 }]);
  t.match(sessions.ofType('lampReport'), [{ lamp: 'off' }]);
  t.equal(sessions.agent.counts.malformedMessages, 1);
  t.end();
});

t.test('a part that fits none before it costs its sample alone', (t) => {
  const sessions = connected();
  const part = (offset: number, size = 20) =>
    encodeMessage('sample', {
      track: 1,
      pts: 0,
      dts: 0,
      duration: 1,
      captureUs: 0,
      key: true,
      size,
      offset,
      data: new Uint8Array(10),
    });
  const kind = messageKinds.sample;
  const parts = [part(0), part(5), part(0, 10), part(0), part(0, 10), part(10)];
  for (const [i, payload] of parts.entries()) sessions.agent.receive(numbered(kind, i + 2, payload));
  sessions.travel();
  t.same(
    sessions.events.slice(3).map((event) => event.type),
    ['dropped', 'sample', 'dropped', 'sample'],
  );
  t.end();
});

t.test('a sensor that sends beyond its credit is not listened to, and memory stays bounded', (t) => {
  const sessions = connected();
  sessions.autoRelease = false;
  const data = new Uint8Array(60_000);
  const fields = {
    track: 1,
    pts: 0,
    dts: 0,
    duration: 1,
    captureUs: 0,
    key: true,
    size: data.length,
    offset: 0,
  };
  const payload = encodeMessage('sample', { ...fields, data });
  for (let i = 0; i < 300; i += 1) sessions.agent.receive(numbered(messageKinds.sample, i + 2, payload));
  sessions.travel();
  const taken = sessions.ofType('sample').length;
  t.ok(taken * 60_000 <= 6 * 1024 * 1024 && taken > 95, `${taken} samples`);
  t.equal(sessions.agent.counts.refusedFrames, 300 - taken);
  t.end();
});

t.test('what an earlier run of the sensor sent, and no one released, lessens the credit of the next', (t) => {
  const sessions = connected();
  sessions.autoRelease = false;
  const send = () => {
    for (let i = 0; i < 7; i += 1) sessions.sample(1_000_000);
    sessions.run(500);
    return sessions.ofType('sample').length;
  };
  t.equal(send(), 6, 'what 6 MiB hold');
  sessions.rebootSensor(0x52);
  sessions.sensor.sendParameters([videoTrack]);
  t.equal(send(), 6, 'nothing of the new run');
  sessions.agent.release(sessions.ofType('sample')[3]?.ordinal ?? 0);
  sessions.run(500);
  t.equal(sessions.ofType('sample').length, 10, 'as much as was released');
  t.end();
});

t.test('a number far ahead is not kept, nor believed', (t) => {
  const sessions = connected();
  const payload = encodeMessage('lampReport', { captureUs: 4, lamp: 'off' });
  sessions.agent.receive(numbered(messageKinds.lampReport, 2 ** 50, payload));
  t.equal(sessions.agent.counts.refusedFrames, 1);
  t.equal(sessions.agent.counts.resendRequests, 0);
  t.end();
});

t.test('a command is repeated until it arrives, and obeyed once', (t) => {
  const sessions = connected();
  let left = 3;
  sessions.toSensor = (bytes) =>
    headerOf(bytes)?.kind === messageKinds.setBitrate && left-- > 0 ? new Uint8Array(0) : bytes;
  sessions.agent.command('setBitrate', { track: 1, bitsPerSecond: 5 });
  sessions.agent.command('keyFrameRequest', { track: 1 });
  sessions.run(2000);
  t.same(
    sessions.inputs.filter((input) => input.name !== 'agent'),
    [
      { name: 'setBitrate', track: 1, bitsPerSecond: 5 },
      { name: 'keyFrameRequest', track: 1 },
    ],
  );
  t.end();
});

t.test('commands for a sensor that is away do not pile up: the newest says what shall be', (t) => {
  const sessions = new Sessions();
  for (let i = 0; i < 1000; i += 1) {
    sessions.agent.command('indicator', { lamp: i % 2 ? 'off' : 'standby', beepMs: 0, vibrateMs: 0 });
    sessions.agent.command(i % 2 ? 'stopStream' : 'startStream', {});
  }
  sessions.run(1000);
  t.same(
    sessions.inputs.map((input) => input.name),
    ['agent', 'indicator', 'stopStream'],
  );
  t.match(sessions.inputs[1], { lamp: 'off' });
  t.end();
});

t.test('the sensor’s clock is known by its quickest heartbeat', (t) => {
  const sessions = new Sessions();
  t.equal(sessions.agent.clockOffsetUs, undefined);
  sessions.run(1000);
  t.equal(sessions.agent.clockOffsetUs, 0, 'both run on one clock here');
  t.end();
});

t.test('encodeFrame is what the session’s frames look like', (t) => {
  const sessions = connected();
  const payload = encodeMessage('button', { captureUs: 1, button: 'mute', pressed: false });
  const wire = encodeFrame(numbered(messageKinds.button, 2, payload));
  t.match(headerOf(wire), { kind: messageKinds.button, sequence: 2, session: tag, payload });
  t.ok(sessions.agent.answered);
  t.end();
});

t.test(
  'a sensor that never tells its clock is waited for once, not again after each break of the line',
  (t) => {
    const sessions = connected();
    const withoutClock = (bytes: Uint8Array): Uint8Array =>
      headerOf(bytes)?.kind === messageKinds.heartbeat ? new Uint8Array(0) : bytes;
    sessions.rebootSensor(0x52);
    sessions.toAgent = withoutClock;
    sessions.sensor.sendParameters([videoTrack]);
    sessions.sample();
    sessions.run(500);
    t.same(sessions.captured, [], 'it waits for the clock');
    sessions.run(2_000);
    const before = sessions.captured.length;
    t.equal(before, 1);
    sessions.agent.portChanged();
    sessions.run(200);
    sessions.sample();
    sessions.run(200);
    t.equal(sessions.captured.length, 2);
    t.end();
  },
);

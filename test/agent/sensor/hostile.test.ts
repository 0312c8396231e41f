import t from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../../agent/sensor/link/events.ts';
import { AgentSession } from '../../../agent/sensor/link/session.ts';
import type { Log } from '../../../base/log.ts';
import { SensorSession } from '../../../hardware-sim/link/session.ts';
import { type Frame, noSession, parseFrame, sessionTag } from '../../../proto/link/frame.ts';
import { Framer } from '../../../proto/link/framer.ts';
import {
  encodeMessage,
  type LinkMessages,
  type MessageName,
  messageKinds,
} from '../../../proto/link/messages.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { Sessions, videoTrack } from '../../support/sensor/link-sessions.ts';

const agentNonce = new Uint8Array(16).fill(0xa1);
const nonceOf = (n: number): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, i) => (n >> (8 * (i % 4))) & 0xff);

function helloOf(changes: Partial<LinkMessages['hello']> = {}): LinkMessages['hello'] {
  return {
    major: 1,
    minor: 0,
    nonce: nonceOf(1),
    peerNonce: agentNonce,
    nextSequence: 1,
    frameBytesMax: 65_536,
    bufferBytes: 8_388_608,
    model: 'm',
    serial: '0001',
    firmware: '1',
    capabilities: ['beep', 'lamp'],
    stream: [videoTrack],
    switches: undefined,
    noVideo: false,
    ...changes,
  };
}

function frame<N extends MessageName>(
  name: N,
  message: LinkMessages[N],
  session = noSession,
  sequence = 0,
): Frame {
  return { kind: messageKinds[name], session, sequence, payload: encodeMessage(name, message) };
}

/** From the run of the sensor that is named by `nonceOf(n)`. */
function heartbeatOf(n: number): Frame {
  const tag = sessionTag(nonceOf(n), agentNonce);
  return frame('heartbeat', { clockUs: 0, nextSequence: 1, received: 1 }, tag);
}

function framesIn(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  new Framer((body) => {
    const parsed = parseFrame(body.slice());
    if (parsed !== undefined) frames.push(parsed);
  }).push(bytes);
  return frames;
}

const hellosIn = (frames: readonly Uint8Array[]): number =>
  frames.flatMap(framesIn).filter(({ kind }) => kind === messageKinds.hello).length;

t.test('a line that sends back what the agent writes is known, told once, and left quiet', (t) => {
  const clock = fakeClock();
  const agent = new AgentSession(agentNonce, clock);
  const events: LinkEvent[] = [];
  let hellos = 0;
  for (let passed = 0; passed < 60_000; passed += 50) {
    clock.tick(50);
    agent.tick();
    // All that comes back at once may lead to more.
    for (let round = 0; round < 100; round += 1) {
      const sent = agent.takeFrames();
      if (sent.length === 0) break;
      hellos += hellosIn(sent);
      for (const one of sent.flatMap(framesIn)) t.equal(agent.receive(one), false, 'it counts as silence');
    }
    events.push(...agent.takeEvents());
  }
  t.same(
    events.map(({ type }) => type),
    ['echo'],
  );
  t.ok(agent.echoing);
  t.match(agent.silence, /sends back/);
  t.ok(hellos <= 31, `${hellos} hellos in a minute`);
  t.equal(agent.answered, false);
  agent.receive(frame('hello', helloOf()));
  t.ok(agent.answered, 'a sensor that answers is taken all the same');
  clock.tick(11_000);
  t.notOk(agent.echoing, 'and the echo is forgotten when it is over');
  t.end();
});

t.test("the agent's own frames never count as the sensor's, though their tag is right", (t) => {
  const clock = fakeClock();
  const agent = new AgentSession(agentNonce, clock);
  agent.tick();
  agent.receive(frame('hello', helloOf()));
  agent.receive(heartbeatOf(1));
  agent.command('indicator', { lamp: 'recording', beepMs: 1, vibrateMs: 1 });
  agent.takeEvents();
  const sent = agent.takeFrames().flatMap(framesIn);
  t.ok(
    sent.some(({ sequence }) => sequence === 1),
    'a command has a number, as what the sensor sends',
  );
  for (const one of sent) agent.receive(one);
  t.same(
    agent.takeEvents().map(({ type }) => type),
    ['echo'],
  );
  t.equal(agent.counts.ownFrames, sent.length);
  const tag = sessionTag(nonceOf(1), agentNonce);
  agent.receive(frame('button', { captureUs: 5, button: 'start', pressed: true }, tag, 1));
  t.match(agent.takeEvents(), [{ type: 'button', button: 'start' }], "number 1 is still the sensor's to use");
  t.end();
});

t.test('the simulated sensor does not answer itself either', (t) => {
  const clock = fakeClock();
  const identity = { model: 'm', serial: 's', firmware: 'f', capabilities: [] };
  const sensor = new SensorSession({ identity, nonce: nonceOf(5) }, clock);
  let sent = 0;
  for (let passed = 0; passed < 10_000; passed += 50) {
    clock.tick(50);
    sensor.tick();
    for (let next = sensor.nextFrame(); next !== undefined; next = sensor.nextFrame()) {
      sent += 1;
      if (sent > 1_000) break;
      for (const one of framesIn(next)) sensor.receive(one);
    }
  }
  t.ok(sent <= 41, `${sent} hellos in 10 s`);
  t.equal(sensor.counts.ownHellos, sent);
  t.end();
});

t.test('two agents on one line do not fill it with hellos', (t) => {
  const clock = fakeClock();
  const [one, other] = [new AgentSession(agentNonce, clock), new AgentSession(nonceOf(9), clock)];
  let hellos = 0;
  for (let passed = 0; passed < 10_000; passed += 50) {
    clock.tick(50);
    for (let round = 0; round < 100; round += 1) {
      const sent = [one, other].map((agent) => {
        if (round === 0) agent.tick();
        return agent.takeFrames();
      });
      hellos += hellosIn(sent.flat());
      for (const hello of sent[0]?.flatMap(framesIn) ?? []) other.receive(hello);
      for (const hello of sent[1]?.flatMap(framesIn) ?? []) one.receive(hello);
    }
  }
  t.ok(hellos <= 402, `${hellos} hellos in 10 s`);
  t.match(one.silence, /does not answer/);
  t.end();
});

t.test('endless hellos of ever new runs begin a few, and the sensor that stays is taken', (t) => {
  const clock = fakeClock();
  const agent = new AgentSession(agentNonce, clock);
  let begun = 0;
  for (let n = 1; n <= 10_000; n += 1) {
    clock.tick(1);
    agent.receive(frame('hello', helloOf({ nonce: nonceOf(n) })));
    agent.takeFrames();
    const events = agent.takeEvents();
    t.ok(events.length <= 4);
    begun += events.filter(({ type }) => type === 'hello').length;
  }
  t.ok(begun <= 15, `${begun} of 10,000`);
  for (let passed = 0; passed < 1_050; passed += 50) {
    clock.tick(50);
    agent.receive(frame('hello', helloOf({ nonce: nonceOf(77_777) })));
  }
  t.ok(agent.answered);
  t.end();
});

t.test('another sensor is told apart from another run of the same', (t) => {
  const clock = fakeClock();
  const changes: [string, Partial<LinkMessages['hello']>, boolean][] = [
    ['the same', {}, false],
    ['other firmware', { firmware: '2' }, false],
    ['capabilities in another order', { capabilities: ['lamp', 'beep'] }, false],
    ['another serial', { serial: '0002' }, true],
    ['another model', { model: 'n' }, true],
    ['fewer capabilities', { capabilities: ['beep'] }, true],
  ];
  for (const [what, change, changed] of changes) {
    const agent = new AgentSession(agentNonce, clock);
    agent.tick();
    agent.receive(frame('hello', helloOf()));
    agent.receive(heartbeatOf(1));
    t.match(agent.takeEvents()[0], { type: 'hello', changed: false });
    agent.receive(frame('hello', helloOf({ nonce: nonceOf(2), ...change })));
    agent.receive(heartbeatOf(2));
    t.match(agent.takeEvents()[0], { type: 'hello', resumed: false, changed }, what);
  }
  t.end();
});

t.test('with a serial number configured, no other sensor is heard', (t) => {
  const clock = fakeClock();
  const agent = new AgentSession(agentNonce, clock, undefined, '0001');
  for (let n = 0; n < 100; n += 1) {
    clock.tick(250);
    agent.tick();
    agent.receive(frame('hello', helloOf({ serial: '0002' })));
    const tag = sessionTag(nonceOf(1), agentNonce);
    agent.receive(frame('button', { captureUs: 5, button: 'start', pressed: true }, tag, 1));
  }
  t.match(
    agent.takeEvents(),
    [{ type: 'refused', error: { code: 'SENSOR_OTHER' } }],
    'told once, without its number',
  );
  t.notOk(agent.answered);
  t.ok(agent.otherSensor);
  agent.receive(frame('hello', helloOf()));
  t.ok(agent.answered);
  t.notOk(agent.otherSensor);
  t.end();
});

t.test('a report of loss stands for the numbers before its own, and can take no others', (t) => {
  const sessions = new Sessions();
  sessions.sensor.sendParameters([videoTrack]);
  sessions.run(100);
  const tag = sessionTag(new Uint8Array(16).fill(0x51), agentNonce);
  const report = { fromCaptureUs: 0, toCaptureUs: 1, tracks: [], other: 0 };
  sessions.agent.receive(frame('dropped', { ...report, fromSequence: 2, toSequence: 5 }, tag, 2_000_000));
  sessions.agent.receive(frame('dropped', { ...report, fromSequence: 1, toSequence: 1_000 }, tag, 2));
  sessions.sample();
  sessions.run(7_000);
  t.ok(sessions.agent.answered);
  t.ok(sessions.agent.counts.malformedMessages > 0 || sessions.agent.counts.refusedFrames > 0);
  t.end();
});

/** A port in memory whose far end is a sensor session. */
function portTo(sensor: SensorSession): { port: BytePort; poll: () => void } {
  let take: (chunk: Uint8Array) => void = () => {};
  let told: () => void = () => {};
  const framer = new Framer((body) => {
    const parsed = parseFrame(body.slice());
    if (parsed !== undefined) sensor.receive(parsed);
  });
  return {
    port: {
      write: async (bytes) => framer.push(bytes),
      onData: (taker) => {
        take = taker;
      },
      onClose: (teller) => {
        told = teller;
      },
      close: () => told(),
    },
    poll: () => {
      sensor.tick();
      for (let next = sensor.nextFrame(); next !== undefined; next = sensor.nextFrame()) take(next);
    },
  };
}

t.test(
  'a fault that one message makes costs that message: it is counted, told, and the link begins again',
  async (t) => {
    const clock = fakeClock();
    const identity = { model: 'm', serial: 's', firmware: 'f', capabilities: [] };
    const far = new SensorSession({ identity, nonce: nonceOf(5) }, clock);
    const alarms: unknown[] = [];
    const log: Log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      alarm: (...said) => alarms.push(said),
      child: () => log,
    };
    const events: LinkEvent[] = [];
    let opened = 0;
    let poll = (): void => {};
    const sensor: AgentLink = new AgentLink({
      open: async () => {
        opened += 1;
        const made = portTo(far);
        poll = made.poll;
        return made.port;
      },
      onEvent: (event) => {
        if ('ordinal' in event) sensor.release(event.ordinal);
        if (event.type === 'button' && event.button === 'bookmark') throw new TypeError('secret 52.5 N');
        events.push(event);
      },
      clock,
      log,
    });
    sensor.start();
    const pass = async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 50) {
        await clock.advance(50);
        poll();
      }
    };
    await pass(500);
    for (const button of ['start', 'bookmark', 'stop'] as const)
      far.sendButton({ captureUs: 1, button, pressed: true });
    await pass(3_000);
    t.equal(sensor.counts.handlingFaults, 1);
    t.match(alarms, [['sensor.faulted', String, { fault: 'TypeError' }]]);
    t.notMatch(JSON.stringify(alarms), /52\.5/, 'the log holds nothing of what the message said');
    t.equal(opened, 2);
    t.same(
      events.flatMap((event) =>
        event.type === 'button' ? [event.button] : event.type === 'dropped' ? ['lost'] : [],
      ),
      ['start', 'lost', 'stop'],
    );
    await sensor.stop();
  },
);

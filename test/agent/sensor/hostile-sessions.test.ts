import t from 'tap';
import { agentLimits } from '../../../agent/limits.ts';
import type { RecorderInput } from '../../../agent/recorder/inputs.ts';
import { initialRecorder, nextRecorder } from '../../../agent/recorder/machine.ts';
import type { RecorderState } from '../../../agent/recorder/machine-types.ts';
import { SensorInputs } from '../../../agent/recorder/sensor-inputs.ts';
import { portedEvent } from '../../../agent/sensor/link/serial-sensor.ts';
import { AgentSession } from '../../../agent/sensor/link/session.ts';
import { portTime } from '../../../agent/sensor/port.ts';
import { silentLog } from '../../../base/log.ts';
import { noSession, sessionTag } from '../../../proto/link/frame.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import {
  encodeMessage,
  type LinkMessages,
  type MessageName,
  messageKinds,
} from '../../../proto/link/messages.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fromSeed, type Seeded, seeded } from '../../support/seed.ts';
import { videoTrack } from '../../support/sensor/link-sessions.ts';
import { policy } from './../recorder/driver.ts';

// A sensor that sends any messages of a valid form, at any rate and with any numbers, and then an honest take: all of the
// agent between the line and the storage, in virtual time. The storage is slow, and the keys of a recording slower.

const agentNonce = new Uint8Array(16).fill(0xa1);
/** What marks the honest take's pictures. */
const honest = 0x77;
const jobMs: Readonly<Record<string, number>> = {
  open: 500,
  sealInit: 20,
  seal: 20,
  gap: 20,
  close: 20,
  owe: 10,
};

class Agent {
  readonly clock = fakeClock({ uptimeUs: 3_600_000_000 });
  readonly session = new AgentSession(agentNonce, this.clock);
  state: RecorderState = initialRecorder(policy, agentLimits, { reason: '', notice: 'unknown', officer: '' });
  readonly jobs: { readonly kind: string; readonly honest: boolean }[] = [];
  jobsMost = 0;
  honestStored = 0;
  #busyUntilUs = 0;
  #dueUs: number | undefined;
  readonly #inputs = new SensorInputs({
    hear: (input) => this.hear(input),
    clock: this.clock,
    log: silentLog,
  });

  hear(input: RecorderInput): void {
    const { state, effects } = nextRecorder(this.state, input, this.clock.uptimeUs());
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === 'dueAfter') this.#dueUs = this.clock.uptimeUs() + effect.delayMs * 1000;
      if (jobMs[effect.kind] === undefined) continue;
      const samples = effect.kind === 'seal' ? (effect.chunk?.samples ?? []) : [];
      this.jobs.push({ kind: effect.kind, honest: samples.some(({ data }) => data[4] === honest) });
    }
    this.jobsMost = Math.max(this.jobsMost, this.jobs.length);
  }

  receive<N extends MessageName>(name: N, message: LinkMessages[N], session = noSession, sequence = 0): void {
    this.session.receive({
      kind: messageKinds[name],
      session,
      sequence,
      payload: encodeMessage(name, message),
    });
    for (const event of this.session.takeEvents()) {
      const nowUs = this.clock.uptimeUs();
      const atPort = (us: number): number => portTime(us + (this.session.clockOffsetUs ?? 0), nowUs);
      this.#inputs.take(portedEvent(event, atPort));
      if ('ordinal' in event) this.session.release(event.ordinal);
    }
  }

  pass(ms: number): void {
    this.clock.tick(ms);
    const nowUs = this.clock.uptimeUs();
    this.session.tick();
    this.session.takeFrames();
    if (this.#dueUs !== undefined && this.#dueUs <= nowUs) {
      this.#dueUs = undefined;
      this.hear({ kind: 'due', atUs: nowUs });
    }
    this.#busyUntilUs = Math.max(this.#busyUntilUs, nowUs - ms * 1000);
    for (let job = this.jobs[0]; job !== undefined && this.#busyUntilUs <= nowUs; job = this.jobs[0]) {
      this.#busyUntilUs += (jobMs[job.kind] ?? 0) * 1000;
      this.jobs.shift();
      if (job.honest) this.honestStored += 1;
      if (job.kind === 'seal' || job.kind === 'gap') this.hear({ kind: 'sealed' });
      if (job.kind === 'close') this.hear({ kind: 'closed' });
    }
  }
}

/** One side of a session: numbers its messages, honestly or not. */
class Peer {
  nonce: Uint8Array;
  sequence = 1;
  readonly #agent: Agent;

  constructor(agent: Agent, nonce: Uint8Array) {
    this.#agent = agent;
    this.nonce = nonce;
  }

  hello(changes: Partial<LinkMessages['hello']> = {}): void {
    this.#agent.receive('hello', {
      ...{ major: 1, minor: 0, nonce: this.nonce, peerNonce: agentNonce, nextSequence: this.sequence },
      ...{ frameBytesMax: 65_536, bufferBytes: 8_388_608, model: 'm', serial: 's', firmware: 'f' },
      ...{ capabilities: [], stream: [videoTrack], switches: undefined, noVideo: false },
      ...changes,
    });
  }

  send<N extends MessageName>(name: N, message: LinkMessages[N], sequence = this.sequence): void {
    this.#agent.receive(name, message, sessionTag(this.nonce, agentNonce), sequence);
    if (sequence === this.sequence) this.sequence += 1;
  }
}

/** A number that is lawful and likely to hurt: at a bound, near one, or anything between. */
function number(random: Seeded, least: number, most: number): number {
  const between = Math.floor(least + random.fraction() * (most - least));
  return random.pick([least, most, Math.min(most, least + 1), Math.max(least, most - 1), between]);
}

function misbehave(random: Seeded, peer: Peer, n: number): void {
  const { timeUsMax, mediaTicksMax, uint32Max, firstSequenceMax, sequenceMax } = linkLimits;
  const captureUs = number(random, 0, timeUsMax);
  const dts = number(random, -mediaTicksMax, mediaTicksMax);
  const bytes = new Uint8Array(random.pick([5, 50, 5_000])).fill(1);
  const deeds: readonly (() => void)[] = [
    () => {
      peer.nonce = new Uint8Array(random.bytes(16));
      peer.sequence = random.pick([1, number(random, 0, firstSequenceMax)]);
      peer.hello({ serial: random.pick(['s', 'other']) });
      peer.sequence = Math.max(1, peer.sequence);
    },
    () => peer.hello({ peerNonce: new Uint8Array(16) }),
    () => peer.hello({ nextSequence: number(random, 0, firstSequenceMax) }),
    () => peer.send('button', { captureUs, button: random.pick(['start', 'stop']), pressed: true }),
    () =>
      peer.send('button', {
        captureUs: n,
        button: random.pick(['start', 'stop', 'bookmark']),
        pressed: true,
      }),
    () =>
      peer.send('button', {
        captureUs,
        button: random.pick(['mute', 'dwelling']),
        pressed: random.int(2) === 0,
      }),
    () =>
      peer.send('parameters', {
        tracks: [
          { ...videoTrack, width: number(random, 1, 65_535), timescale: number(random, 1, uint32Max) },
        ],
      }),
    () =>
      peer.send(
        'heartbeat',
        { clockUs: captureUs, nextSequence: number(random, 0, sequenceMax), received: 0 },
        0,
      ),
    () => {
      const toSequence = Math.min(peer.sequence - 1 + number(random, 0, 1_000), sequenceMax - 1);
      if (toSequence < peer.sequence) return;
      const fromSequence = peer.sequence;
      const report = {
        fromSequence,
        toSequence,
        fromCaptureUs: captureUs,
        toCaptureUs: n,
        tracks: [],
        other: 0,
      };
      peer.send('dropped', report, toSequence + 1);
      peer.sequence = toSequence + 2;
    },
    () => peer.send('lampReport', { captureUs, lamp: 'alarm' }, number(random, 1, sequenceMax)),
  ];
  // Most of what is sent are samples, as from any sensor.
  if (random.fraction() < 0.5) random.pick(deeds)();
  else {
    const sample = { track: 1, pts: dts, dts, duration: number(random, 0, uint32Max), captureUs };
    peer.send('sample', { ...sample, key: random.int(2) === 0, size: bytes.length, offset: 0, data: bytes });
  }
}

function attack(seed: number, sameConnection: boolean): { agent: Agent; storedAfterMs: number | undefined } {
  const random = fromSeed(seed);
  const agent = new Agent();
  let peer = new Peer(agent, new Uint8Array(16).fill(0x51));
  peer.hello();
  for (let passed = 0; passed < 10_000; passed += 50) {
    for (let n = 0; n < 20; n += 1) misbehave(random, peer, passed * 1000);
    agent.pass(50);
  }
  if (!sameConnection || peer.sequence > linkLimits.firstSequenceMax)
    peer = new Peer(agent, new Uint8Array(16).fill(0x52));
  const beganUs = agent.clock.uptimeUs();
  // An honest sensor's clock, and its pictures: 25 a second, each with its parameters before the first.
  const clockUs = (): number => agent.clock.uptimeUs() - beganUs + 1_000;
  let picture = 0;
  let pressed = false;
  while (agent.clock.uptimeUs() - beganUs < 45_000_000) {
    if (!agent.session.answered) peer.hello({ nextSequence: peer.sequence });
    peer.send('heartbeat', { clockUs: clockUs(), nextSequence: peer.sequence, received: 1 }, 0);
    if (agent.session.answered && clockUs() > 8_000_000) {
      if (!pressed) peer.send('parameters', { tracks: [videoTrack] });
      if (!pressed) peer.send('button', { captureUs: clockUs(), button: 'start', pressed: true });
      pressed = true;
      const data = new Uint8Array(100).fill(honest);
      const sample = {
        track: 1,
        pts: picture * 3600,
        dts: picture * 3600,
        duration: 3600,
        captureUs: clockUs(),
      };
      peer.send('sample', { ...sample, key: picture % 25 === 0, size: data.length, offset: 0, data });
      picture += 1;
    }
    agent.pass(40);
    if (agent.honestStored > 0) return { agent, storedAfterMs: (agent.clock.uptimeUs() - beganUs) / 1000 };
  }
  return { agent, storedAfterMs: undefined };
}

t.test('after ten seconds of any messages, an honest take is stored within 45 s', (t) => {
  const random = seeded(t);
  for (let round = 0; round < 12; round += 1) {
    const seed = random.int(2 ** 32);
    const same = round % 2 === 0;
    const { agent, storedAfterMs } = attack(seed, same);
    const where = `seed ${seed}, ${same ? 'the same connection' : 'another'}`;
    t.ok(storedAfterMs !== undefined, `${where}: stored after ${storedAfterMs} ms`);
    t.ok(agent.jobsMost < 1_000, `${where}: at most ${agent.jobsMost} pieces of work waited`);
    t.equal(agent.session.takeFault(), undefined, `${where}: no fault of the program`);
  }
  t.end();
});

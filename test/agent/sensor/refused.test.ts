import t from 'tap';
import { sealcam } from '#generated/sensor-link.js';
import type { LinkLoss } from '../../../agent/sensor/link/events.ts';
import { u64 } from '../../../proto/int64.ts';
import { encodeMessage, messageKinds } from '../../../proto/link/messages.ts';
import { Sessions, videoTrack } from '../../support/sensor/link-sessions.ts';

const wire = sealcam.link;
type Fields = Parameters<typeof wire.MediaSample.encode>[0];

const audioTrack = {
  ...videoTrack,
  track: 2,
  kind: 'audio',
  codec: 'aac',
  sampleRate: 48_000,
  channels: 1,
} as const;
const good = { track: 1, pts: 0, dts: 0, duration: 1, captureUs: 0, key: true, size: 10, offset: 0 };
const ten = new Uint8Array(10);

/** What an agent says of frames with these payloads, which the sensor numbers and sends one after the other. */
function heard(payloads: readonly Uint8Array[], kind: number = messageKinds.sample): Sessions['events'] {
  const sessions = new Sessions();
  sessions.run(500);
  sessions.sensor.sendParameters([videoTrack, audioTrack]);
  sessions.travel();
  const before = sessions.events.length;
  const session = new Uint8Array(8).fill(0x51 ^ 0xa1);
  for (const [index, payload] of payloads.entries()) {
    sessions.agent.receive({ kind, session, sequence: index + 2, payload });
  }
  sessions.travel();
  return sessions.events.slice(before);
}

/** What is said to be lost: pictures, sound, and whether there may be more; a sum over all reports. */
function lost(events: Sessions['events']): {
  video: number;
  audio: number;
  atLeast: boolean;
  causes: string[];
} {
  const reports = events.filter(
    (event): event is Extract<typeof event, LinkLoss> => event.type === 'dropped',
  );
  const sum = (kind: 'video' | 'audio') =>
    reports.reduce((all, { samples }) => all + (samples?.[kind].samples ?? 0), 0);
  return {
    video: sum('video'),
    audio: sum('audio'),
    atLeast: reports.some(({ atLeast }) => atLeast),
    causes: [...new Set(reports.map(({ cause }) => cause))],
  };
}

t.test('a picture that the link refuses is one lost picture, in however many parts it comes', async (t) => {
  const bad: Record<string, Fields> = {
    'of nothing': { ...good, size: 0, data: new Uint8Array(0) },
    'of more than a sample holds': { ...good, size: 3_000_000, data: ten },
    'shown too far from where it is decoded': { ...good, pts: u64(2n ** 40n), data: ten },
    'decoded beyond 2^53': { ...good, dts: u64(2n ** 60n), data: ten },
    'with more data than it says': { ...good, size: 5, data: ten },
  };
  for (const [name, fields] of Object.entries(bad)) {
    const events = heard([wire.MediaSample.encode(fields).finish()]);
    t.same(lost(events), { video: 1, audio: 0, atLeast: false, causes: ['malformed'] }, name);
  }
  const parts = Array.from({ length: 100 }, (_, n) =>
    wire.MediaSample.encode({ ...good, size: 3_000_000, offset: n * 10, data: ten }).finish(),
  );
  const events = heard(parts);
  t.same(lost(events), { video: 1, audio: 0, atLeast: false, causes: ['malformed'] }, 'in 100 parts');
  t.equal(events.length, 1, 'and said once');
});

t.test(
  'lost sound is a gap of sound; what a track that was never described loses is of unknown kind',
  async (t) => {
    const sample = (track: number) => wire.MediaSample.encode({ ...good, track, size: 0 }).finish();
    t.same(lost(heard([sample(2)])), { video: 0, audio: 1, atLeast: false, causes: ['malformed'] });
    t.same(lost(heard([sample(9)])), { video: 0, audio: 0, atLeast: true, causes: ['malformed'] });
    const noise = Uint8Array.of(0xff, 0xff, 0xff);
    t.same(lost(heard([noise])), { video: 0, audio: 0, atLeast: true, causes: ['malformed'] });
  },
);

t.test('a sample whose parts do not follow each other is counted once, and the next is whole', async (t) => {
  const part = (offset: number, dts: number, size = 20) =>
    encodeMessage('sample', { ...good, dts, pts: dts, size, offset, data: ten });
  const events = heard([part(0, 1), part(5, 1), part(10, 1), part(0, 2, 10)]);
  t.same(
    events.map(({ type }) => type),
    ['dropped', 'sample'],
  );
  t.same(lost(events), { video: 1, audio: 0, atLeast: false, causes: ['malformed'] });
  const two = heard([part(0, 1), part(0, 2), part(10, 2)]);
  t.same(
    two.map(({ type }) => type),
    ['dropped', 'sample'],
    'a sample that begins before the end of another is kept',
  );
  t.equal(lost(two).video, 1);
  t.same(lost(heard([part(10, 1)])), { video: 0, audio: 0, atLeast: true, causes: ['malformed'] });
});

t.test('another message that cannot be read costs no picture', async (t) => {
  const events = heard([Uint8Array.of(0xff)], messageKinds.telemetry);
  t.same(lost(events), { video: 0, audio: 0, atLeast: false, causes: ['malformed'] });
});

t.test('a picture that lasts no time is taken as it is', async (t) => {
  const events = heard([encodeMessage('sample', { ...good, duration: 0, data: ten })]);
  t.match(events, [{ type: 'sample', sample: { duration: 0, key: true } }]);
});

t.test('what the sensor does not send again is lost on the way, also where a sample was begun', async (t) => {
  const sessions = new Sessions();
  sessions.run(500);
  sessions.sensor.sendParameters([videoTrack]);
  sessions.travel();
  const session = new Uint8Array(8).fill(0x51 ^ 0xa1);
  const payload = encodeMessage('sample', { ...good, size: 20, data: ten });
  sessions.agent.receive({ kind: messageKinds.sample, session, sequence: 2, payload });
  const later = encodeMessage('lampReport', { captureUs: 4, lamp: 'off' });
  sessions.agent.receive({ kind: messageKinds.lampReport, session, sequence: 4, payload: later });
  sessions.toSensor = () => new Uint8Array(0);
  for (let n = 0; n < 200 && sessions.ofType('dropped').length === 0; n += 1) {
    sessions.clock.tick(50);
    sessions.agent.tick();
    sessions.travel();
  }
  t.match(sessions.ofType('dropped'), [
    { cause: 'unanswered', samples: { video: { samples: 1 } }, atLeast: true },
  ]);
});

import t from 'tap';
import { SampleRelease } from '../../../agent/line/sample-release.ts';
import {
  acknowledgeEveryBytes,
  sensorBufferBytes,
  sensorReserveBytes,
} from '../../../proto/link/buffer-size.ts';
import { parseFrame } from '../../../proto/link/frame.ts';
import { Framer } from '../../../proto/link/framer.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { decodeMessage, encodeMessage, messageKinds } from '../../../proto/link/messages.ts';
import { Sessions, videoTrack } from '../../support/sensor/link-sessions.ts';

const kibibyte = 1024;

function connected(bufferBytes: number): Sessions {
  const sessions = new Sessions(0x51, bufferBytes);
  sessions.sensor.sendParameters([videoTrack]);
  sessions.run(100);
  return sessions;
}

t.test('the buffer is what the hello says since 1.1, and 8 MiB at least before', (t) => {
  t.equal(sensorBufferBytes({ minor: 0, bufferBytes: 4096 }), 8 * 1024 * kibibyte);
  t.equal(sensorBufferBytes({ minor: 0, bufferBytes: 2 ** 30 }), 2 ** 30);
  t.equal(sensorBufferBytes({ minor: 1, bufferBytes: 4096 }), 4096);
  t.equal(sensorBufferBytes({ minor: 1, bufferBytes: 0 }), 1024);
  t.equal(sensorReserveBytes(4096), 512);
  t.equal(sensorReserveBytes(8 * 1024 * kibibyte), 64 * kibibyte);
  t.equal(acknowledgeEveryBytes(16 * kibibyte), 4 * kibibyte);
  t.equal(acknowledgeEveryBytes(8 * 1024 * kibibyte), 64 * kibibyte);
  t.throws(() => new Sessions(0x51, 1023), { code: 'LINK_BUFFER_SIZE' });
  t.end();
});

t.test('the credit is what such a sensor can keep and 64 KiB more, and 6 MiB at most', (t) => {
  for (const [bufferBytes, creditBytes] of [
    [16 * kibibyte, 80 * kibibyte],
    [8 * 1024 * kibibyte, 6 * 1024 * kibibyte],
  ] as const) {
    const sessions = connected(bufferBytes);
    sessions.autoRelease = false;
    t.equal(sessions.agent.sensor?.bufferBytes, bufferBytes);
    const acks: number[] = [];
    const framer = new Framer((body) => {
      const frame = parseFrame(body);
      if (frame?.kind === messageKinds.ack) acks.push(decodeMessage('ack', frame.payload).creditBytes);
    });
    sessions.toSensor = (wire) => {
      framer.push(wire);
      return wire;
    };
    sessions.run(300);
    t.ok(acks.length > 0);
    t.ok(
      acks.every((credit) => credit === creditBytes),
      `${bufferBytes}: ${acks}`,
    );
  }
  t.end();
});

t.test('a sensor that keeps 16 KiB loses nothing of 1 Mbit/s while the line works', (t) => {
  const sessions = connected(16 * kibibyte);
  let kept = 0;
  // A picture of 6,000 bytes each 50 ms, which is the longest that an acknowledgement may take.
  for (let n = 0; n < 200; n += 1) {
    if (sessions.sample(6000, n % 20 === 0)) kept += 1;
    sessions.run(50);
  }
  t.equal(kept, 200);
  t.equal(sessions.ofType('dropped').length, 0);
  t.same(
    sessions.captured,
    Array.from({ length: 200 }, (_, n) => n),
  );
  t.end();
});

t.test('a sensor that keeps 16 KiB states what an outage cost, and presses survive it', (t) => {
  const sessions = connected(16 * kibibyte);
  sessions.cut();
  for (let n = 0; n < 10; n += 1) sessions.sample(4000, n === 0);
  t.ok(sessions.sensor.sendButton({ captureUs: 5, button: 'bookmark', pressed: true }));
  sessions.mend();
  sessions.run(2500);
  t.equal(sessions.ofType('button').length, 1);
  t.match(sessions.ofType('dropped'), [{ cause: 'sensorBuffer', samples: { video: { samples: 6 } } }]);
  t.ok(sessions.sample(12_000, true), 'a key picture of three quarters of it begins again');
  sessions.run(100);
  t.equal(sessions.ofType('sample').length, 5);
  t.end();
});

t.test('the agent leaves a part of a small buffer free, whatever is not durable yet', (t) => {
  const asked: number[] = [];
  const sensor = {
    holdsBytes: 64 * kibibyte,
    release() {},
    releaseBeyond: (bytes: number) => asked.push(bytes),
  };
  const recorder = { promising: false, oldestHeld: 1, heldAtMost: () => true };
  new SampleRelease().release(recorder, sensor);
  new SampleRelease().release(recorder, { ...sensor, holdsBytes: 8 * 1024 * kibibyte });
  t.same(asked, [40 * kibibyte, 5 * 1024 * kibibyte]);
  t.end();
});

t.test('a sensor of 1.0 that says less is taken at 8 MiB, as it had to have them', (t) => {
  const sessions = new Sessions();
  const hello = {
    ...{ major: 1, minor: 0, nonce: new Uint8Array(16).fill(9), peerNonce: new Uint8Array(16).fill(0xa1) },
    ...{ nextSequence: 1, frameBytesMax: 65_536, bufferBytes: 4096, model: 'm', serial: 's', firmware: 'f' },
    ...{ capabilities: [], stream: undefined, switches: undefined, noVideo: false },
  };
  const payload = encodeMessage('hello', hello);
  sessions.agent.receive({ kind: messageKinds.hello, session: new Uint8Array(8), sequence: 0, payload });
  t.equal(sessions.agent.sensor?.bufferBytes, linkLimits.sensorBufferBytes);
  t.end();
});

import t from 'tap';
import type { MediaSample } from '../../media/types.ts';
import { difference, SimBench } from './bench.ts';
import { silent, sounding, soundingSource, sourceOf } from './source.ts';

async function withBench(body: (bench: SimBench) => Promise<void>, bench = new SimBench(soundingSource())) {
  try {
    await body(bench);
  } finally {
    await bench.end();
  }
}

async function samplesOf(file = soundingSource()): Promise<MediaSample[]> {
  const samples: MediaSample[] = [];
  for await (const sample of file.samples()) samples.push(sample);
  return samples;
}

t.test('says what it is and what its stream is like, and captures only when it is wanted', async (t) => {
  await withBench(async (bench) => {
    await bench.pass(1000);
    t.match(bench.gotOf('hello')[0], { resumed: false, sensor: { model: 'Sealcam simulated camera' } });
    t.same(bench.gotOf('parameters')[0]?.parameters, sounding);
    t.equal(bench.gotOf('sample').length, 0);
    t.equal(bench.gotOf('telemetry').length, 0, 'not even where it is');
    bench.sensor.startStream();
    await bench.pass(2000);
    const captured = bench.gotOf('sample').length;
    t.ok(captured > 130, `${captured} samples in 2 s`);
    bench.sensor.stopStream();
    await bench.pass(500);
    const after = bench.gotOf('sample').length;
    await bench.pass(2000);
    t.equal(bench.gotOf('sample').length, after);
    t.same(
      bench.saidOf('stream').map(({ on }) => on),
      [true, false],
    );
  });
});

t.test('delivers each sample once, in order, with the bytes of the source', async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(3500);
    const samples = bench.gotOf('sample');
    t.ok(samples.length > 200, `${samples.length}`);
    t.equal(
      difference(
        await samplesOf(),
        samples.map(({ sample }) => sample),
      ),
      undefined,
    );
    const { total } = bench.device.report();
    t.equal(total.video.captured + total.audio.captured, samples.length);
    t.equal(total.video.dropped + total.audio.dropped, 0);
  });
});

t.test('its lamp follows the agent, says what it shows, and does not when it is broken', async (t) => {
  await withBench(async (bench) => {
    await bench.pass(500);
    bench.sensor.indicate({ lamp: 'recording', beepMs: 100, vibrateMs: 30 });
    await bench.pass(200);
    bench.device.fault({ fault: 'lampBroken', on: true });
    await bench.pass(200);
    bench.sensor.indicate({ lamp: 'standby', beepMs: 0, vibrateMs: 0 });
    await bench.pass(200);
    bench.device.fault({ fault: 'lampBroken', on: false });
    await bench.pass(200);
    t.same(
      bench.gotOf('lampReport').map(({ lamp }) => lamp),
      ['recording', 'off', 'off', 'standby'],
    );
    t.match(bench.saidOf('lamp').at(2), { state: 'off', commanded: 'standby' });
    t.match(bench.saidOf('beep'), [{ ms: 100 }]);
    t.match(bench.saidOf('vibrate'), [{ ms: 30 }]);
    t.match(bench.device.report(), { beeps: 1, lamp: { commanded: 'standby', shown: 'standby' } });
  });
});

t.test('passes on what the agent asks of it', async (t) => {
  await withBench(async (bench) => {
    await bench.pass(500);
    bench.sensor.setBitrate('video', 4_000_000);
    bench.sensor.requestKeyFrame();
    await bench.pass(200);
    t.match(bench.saidOf('bitrate'), [{ track: 'video', bitsPerSecond: 4_000_000 }]);
    t.equal(bench.saidOf('keyFrameRequest').length, 1);
  });
});

t.test('counts what it captures between start and stop', async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(1000);
    bench.device.press('start');
    await bench.pass(1000);
    bench.device.press('start');
    bench.device.press('bookmark');
    await bench.pass(1000);
    bench.device.press('stop');
    await bench.pass(1000);
    bench.device.press('start');
    await bench.pass(200);
    const { takes, total } = bench.device.report();
    t.equal(takes.length, 2);
    const [take, open] = takes;
    t.equal(open?.stopUs, null);
    t.equal((take?.stopUs ?? 0) - (take?.startUs ?? 0), 2_000_000);
    t.equal(take?.bookmarks, 1);
    const inside = bench
      .gotOf('sample')
      .filter(({ captureUs }) => captureUs > (take?.startUs ?? 0) && captureUs <= (take?.stopUs ?? 0));
    for (const track of ['video', 'audio'] as const) {
      const own = inside.filter(({ sample }) => sample.track === track);
      t.equal(take?.[track].captured, own.length, track);
      t.equal(take?.[track].sent, own.length);
      t.equal(take?.[track].acknowledged, own.length);
      t.equal(take?.[track].first?.pts, own[0]?.sample.pts);
      t.equal(take?.[track].last?.captureUs, own.at(-1)?.captureUs);
    }
    t.ok(total.video.captured > (take?.video.captured ?? 0));
    t.same(
      bench.gotOf('button').map(({ button }) => button),
      ['start', 'start', 'bookmark', 'stop', 'start'],
    );
  });
});

t.test('throws its switches to and fro, or to where it is told', async (t) => {
  await withBench(async (bench) => {
    await bench.pass(500);
    bench.device.press('mute');
    bench.device.press('mute', true);
    bench.device.press('mute');
    bench.device.press('dwelling', false);
    await bench.pass(200);
    t.same(
      bench.gotOf('button').map(({ button, pressed }) => [button, pressed]),
      [
        ['mute', true],
        ['mute', true],
        ['mute', false],
        ['dwelling', false],
      ],
    );
  });
});

t.test('reads its instruments once a second', async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(10_500);
    const readings = bench.gotOf('telemetry');
    t.ok(readings.length >= 10 && readings.length <= 11, `${readings.length} in 10.5 s`);
    for (const [index, { captureUs }] of readings.entries()) {
      const before = readings[index - 1]?.captureUs;
      if (before !== undefined) t.equal(captureUs - before, 1_000_000);
    }
    t.match(readings[0], { battery: { charging: false }, motion: { x: Number }, temperature: Number });
    const sinceOnUs = (readings[0]?.captureUs ?? 0) - 1_000_000;
    t.equal(readings[0]?.position?.utcUs, Date.UTC(2026, 0, 1) * 1000 + sinceOnUs);
  });
});

t.test('keeps while the line stalls, and sends it all afterwards', async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(1000);
    bench.device.fault({ fault: 'stall', on: true });
    await bench.pass(3000);
    t.equal(bench.gotOf('lost').length, 1, 'the agent notices');
    const before = bench.gotOf('sample').length;
    t.ok(before < 100);
    bench.device.fault({ fault: 'stall', on: false });
    await bench.pass(3000);
    const samples = bench.gotOf('sample').map(({ sample }) => sample);
    t.ok(samples.length > 450, `${samples.length}`);
    t.equal(difference(await samplesOf(), samples), undefined);
    t.equal(bench.gotOf('dropped').length, 0);
  });
});

t.test('captures nothing while it hangs, and goes on at the time that it is then', async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(1000);
    bench.device.fault({ fault: 'freeze', on: true });
    const before = bench.device.report().total.video.captured;
    bench.device.press('start');
    await bench.pass(4000);
    t.equal(bench.device.report().total.video.captured, before);
    t.match(bench.saidOf('button'), [{ button: 'start', taken: false }]);
    t.equal(bench.device.report().takes.length, 0);
    bench.device.fault({ fault: 'freeze', on: false });
    await bench.pass(3000);
    const video = bench.gotOf('sample').filter(({ sample }) => sample.track === 'video');
    t.ok(video.length > before);
    t.equal(video[before]?.sample.key, true);
    const pause = (video[before]?.captureUs ?? 0) - (video[before - 1]?.captureUs ?? 0);
    t.ok(pause >= 4_000_000 && pause < 4_100_000, `${pause}`);
    t.equal(bench.gotOf('button').length, 0);
  });
});

t.test("its clock jumps, and its stream's timestamps do not", async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(1000);
    const before = bench.gotOf('sample').length;
    bench.device.fault({ fault: 'clockJump', seconds: 3600 });
    await bench.pass(1000);
    const samples = bench.gotOf('sample');
    t.ok((samples[before]?.captureUs ?? 0) - (samples[before - 1]?.captureUs ?? 0) >= 3_600_000_000);
    t.equal(
      difference(
        await samplesOf(),
        samples.map(({ sample }) => sample),
      ),
      undefined,
    );
    t.throws(() => bench.device.fault({ fault: 'clockJump', seconds: -4000 }), { code: 'SIM_CLOCK' });
  });
});

for (const fault of ['bitErrors', 'dropFrames', 'duplicateFrames'] as const) {
  t.test(`${fault} on the line: everything arrives, once, and right`, async (t) => {
    await withBench(async (bench) => {
      bench.sensor.startStream();
      await bench.pass(300);
      bench.device.fault({ fault, on: true, rate: fault === 'bitErrors' ? 1e-4 : 0.2 });
      await bench.pass(3000);
      bench.device.fault({ fault, on: false, rate: 0 });
      await bench.pass(2000);
      const samples = bench.gotOf('sample').map(({ sample }) => sample);
      t.ok(samples.length > 350, `${samples.length}`);
      t.equal(difference(await samplesOf(), samples), undefined);
      t.equal(bench.gotOf('dropped').length, 0);
      const counts = bench.sensor.counts;
      if (fault === 'duplicateFrames') t.ok(counts.repeatedFrames > 0, 'some came twice');
      else t.ok(bench.device.report().link.resent > 0, 'some were sent again');
    });
  });
}

t.test('tells that its source holds what cannot be sent', async (t) => {
  const huge = sourceOf(silent, [
    { ...(await samplesOf())[1], track: 'video', key: true, data: new Uint8Array(3_000_000) } as MediaSample,
  ]);
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(500);
    t.match(bench.failures, [{ code: 'LINK_SAMPLE_SIZE' }]);
  }, new SimBench(huge));
});

t.test('says when its source is played to its end', async (t) => {
  await withBench(
    async (bench) => {
      bench.sensor.startStream();
      await bench.pass(3000);
      t.equal(bench.saidOf('ended').length, 1);
      t.equal(bench.gotOf('sample').length, (await samplesOf()).length);
    },
    new SimBench(soundingSource(), { once: true }),
  );
});

t.test('hands on what it captures in bursts, with the times of its capture', async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(500);
    const before = bench.gotOf('sample').length;
    bench.device.fault({ fault: 'burst', on: true, seconds: 1 });
    await bench.pass(900);
    t.equal(bench.gotOf('sample').length, before, 'nothing yet');
    await bench.pass(300);
    const after = bench.gotOf('sample').length;
    t.ok(after > before + 40, `${after - before} at once`);
    bench.device.press('start');
    await bench.pass(20);
    t.ok(bench.gotOf('sample').length > after, 'what was captured before a press is sent before it');
    bench.device.fault({ fault: 'burst', on: false, seconds: 1 });
    await bench.pass(1000);
    const samples = bench.gotOf('sample');
    t.equal(
      difference(
        await samplesOf(),
        samples.map(({ sample }) => sample),
      ),
      undefined,
    );
  });
});

t.test('a change of what is measured shows in the next reading, and is told', async (t) => {
  await withBench(async (bench) => {
    bench.sensor.startStream();
    await bench.pass(100);
    bench.device.instrument({ does: 'gnss', gnss: 'lost' });
    bench.device.instrument({ does: 'temperature', celsius: 71, overSeconds: 0 });
    await bench.pass(1500);
    const reading = bench.gotOf('telemetry').at(-1);
    t.equal(reading?.position, undefined);
    t.ok(Math.abs((reading?.temperature ?? 0) - 71) <= 0.5);
    t.same(bench.saidOf('instrument')[0], { event: 'instrument', does: 'gnss', gnss: 'lost' });
  });
});

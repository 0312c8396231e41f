import t from 'tap';
import { toHex } from '../../base/bytes.ts';
import { opusFacts } from '../../media/audio-config.ts';
import { memorySource } from '../../media/byte-source.ts';
import { fitStream } from '../../media/fit-stream.ts';
import { readMp4 } from '../../media/reader/mp4-reader.ts';
import { type AudioTrack, equalParameters, type MediaSample } from '../../media/types.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { decodeMessage, encodeMessage } from '../../proto/link/messages.ts';
import { videoParameters, videoPicture } from '../support/sensor/video-pictures.ts';

const description = Uint8Array.of(0, 2, 0x01, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 0);
const audio: AudioTrack = {
  ...{ kind: 'audio', codec: 'opus', timescale: 48_000, sampleRate: 48_000, channels: 2 },
  description,
};
const { video } = videoParameters;

t.test('what a box dOps may say', (t) => {
  t.same(opusFacts(description), { channels: 2, sampleRate: 48_000 });
  const mapped = Uint8Array.of(0, 6, 1, 56, 0, 0, 187, 128, 0, 0, 1, 4, 2, 0, 4, 1, 2, 3, 5);
  t.same(opusFacts(mapped), { channels: 6, sampleRate: 48_000 });
  const changed = (at: number, value: number): Uint8Array => {
    const other = Uint8Array.from(description);
    other[at] = value;
    return other;
  };
  const wrong: Record<string, Uint8Array> = {
    empty: new Uint8Array(0),
    'cut off': description.subarray(0, 10),
    'too long': Uint8Array.of(...description, 0),
    'of another version': changed(0, 1),
    'without a channel': changed(1, 0),
    'of three channels without a mapping': changed(1, 3),
    'with a mapping that is cut off': mapped.subarray(0, mapped.length - 1),
    'with a mapping of another length': Uint8Array.of(...mapped, 0),
  };
  for (const [what, box] of Object.entries(wrong)) {
    t.equal(opusFacts(box), undefined, what);
    const { parameters, problems } = fitStream({ video, audio: { ...audio, description: box } });
    t.equal(parameters.audio, undefined);
    t.match(problems, [/sound is left out: its box dOps is malformed/]);
  }
  t.end();
});

t.test('Opus into an MP4 and out of it, packet by packet', async (t) => {
  const parameters = { video, audio };
  const samples: MediaSample[] = [{ ...videoPicture(0), duration: 3600 }];
  for (let index = 0; index < 50; index += 1) {
    const dts = index * 960;
    samples.push({
      ...{ track: 'audio', dts, pts: dts, duration: 960, key: true },
      data: Uint8Array.of(0xfc, index, 3),
    });
  }
  const fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  const file = await readMp4(
    memorySource(Buffer.concat([fragmenter.init(), ...fragmenter.fragment(samples)])),
  );
  t.same({ ...file.parameters.audio, description: [] }, { ...audio, description: [] });
  t.ok(Buffer.from(description).equals(file.parameters.audio?.description ?? Buffer.alloc(0)));
  t.same(file.warnings, []);
  const read: MediaSample[] = [];
  for await (const sample of file.samples()) if (sample.track === 'audio') read.push(sample);
  const told = (all: readonly MediaSample[]): string[] =>
    all.map(({ dts, pts, duration, key, data }) => `${dts} ${pts} ${duration} ${key} ${toHex(data)}`);
  t.same(told(read), told(samples.slice(1)));
});

t.test('AAC and Opus are not one stream, and the link has a number for each', (t) => {
  t.notOk(equalParameters({ video, audio }, { video, audio: { ...audio, codec: 'aac' } }));
  t.ok(equalParameters({ video, audio }, { video, audio: { ...audio } }));
  const none = { width: 0, height: 0, sampleRate: 0, channels: 0, codecString: '' };
  const encoded = encodeMessage('parameters', {
    tracks: [
      { ...none, track: 1, ...video },
      { ...none, track: 2, ...audio },
    ],
  });
  const [, sound] = decodeMessage('parameters', encoded).tracks;
  t.match(sound, { kind: 'audio', codec: 'opus', timescale: 48_000, channels: 2 });
  t.ok(Buffer.from(description).equals(sound?.description ?? Buffer.alloc(0)));
  t.end();
});

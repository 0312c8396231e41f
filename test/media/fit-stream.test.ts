import t from 'tap';
import { equalBytes } from '../../base/bytes.ts';
import { annexB, descriptionFault, descriptionFrom, sequenceOf } from '../../media/description.ts';
import { describeBy, fitStream } from '../../media/fit-stream.ts';
import { parameterSets } from '../../media/nal.ts';
import { readInit } from '../../media/reader/mp4-reader.ts';
import type { AudioTrack, StreamParameters, VideoTrack } from '../../media/types.ts';
import { initSegment } from '../../media/writer/init-segment.ts';
import { defaultClip, readAll } from './clips.ts';

const clip = await readAll(defaultClip);
const { video } = clip.parameters;
const audio = clip.parameters.audio as AudioTrack;
const sets = parameterSets(video);
const slice = Uint8Array.of(0x65, 0x88, 0x80);

const lengthPrefixed = (units: readonly Uint8Array[], size = 4): Uint8Array =>
  Uint8Array.from(units.flatMap((unit) => [...new Uint8Array(size - 1), unit.length, ...unit]));
const startCoded = (units: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(units.flatMap((unit) => [0, 0, 0, 1, ...unit]));

const malformed: Record<string, Uint8Array> = {
  'of nothing': new Uint8Array(0),
  'cut off': video.description.slice(0, 9),
  'of another version': Uint8Array.from(video.description, (byte, at) => (at === 0 ? 0 : byte)),
  'with lengths of 3 bytes': Uint8Array.from(video.description, (byte, at) => (at === 4 ? 0xfe : byte)),
  'with 31 sets and bytes for one': Uint8Array.from(video.description, (byte, at) =>
    at === 5 ? 0xff : byte,
  ),
  'with sets of another kind': Uint8Array.from(video.description, (byte, at) => (at === 8 ? 0x65 : byte)),
  'without a set': Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe0, 0),
  'of start codes': startCoded(sets),
};

/** Of these, both parameter sets are still there. */
const salvageable = new Set([
  'of another version',
  'with lengths of 3 bytes',
  'with 31 sets and bytes for one',
  'of start codes',
]);

t.test('a good description is taken as it is', async (t) => {
  t.equal(descriptionFault(video), undefined);
  const { parameters, problems } = fitStream(clip.parameters);
  t.same(parameters, clip.parameters);
  t.same(problems, []);
  t.same(describeBy(video, lengthPrefixed([slice])), { video, described: true });
});

t.test('a malformed description gives way to the parameter sets of the first key picture', async (t) => {
  for (const [name, description] of Object.entries(malformed)) {
    const bad = { ...video, description };
    t.type(descriptionFault(bad), 'string', name);
    for (const size of [4, 2, 1]) {
      const found = describeBy(bad, lengthPrefixed([...sets, slice], size));
      t.match(found, { described: true, problem: /the stream has are taken/ });
      t.equal(descriptionFault(found.video), undefined);
      t.equal(((found.video.description[4] ?? 0) & 3) + 1, size, 'it says how long the lengths are');
      t.same(parameterSets(found.video), sets);
      const { parameters } = await readInit(initSegment({ video: found.video }));
      t.ok(equalBytes(parameters.video.description, found.video.description), 'an MP4 says so too');
    }
    // Where the malformed record still holds the sets, they are found in it.
    const alone = describeBy(bad, lengthPrefixed([slice]));
    if (salvageable.has(name)) t.same(parameterSets(alone.video), sets, name);
    else t.match(alone, { described: false, problem: /no MP4 can be made/ }, name);
    t.match(describeBy(bad, startCoded([...sets, slice])), { described: false });
  }
  t.match(describeBy(video, startCoded([slice])), { described: false, problem: /start codes/ });
});

t.test('what does not fit an MP4 becomes units with start codes', async (t) => {
  const units = [...sets, slice];
  const joined = (data: Uint8Array) => Uint8Array.from(annexB(data).flatMap((piece) => [...piece]));
  t.same(joined(lengthPrefixed(units)), startCoded(units));
  t.same(joined(startCoded(units)), startCoded(units));
  t.same(joined(Uint8Array.of(1, 2, 3)), Uint8Array.of(1, 2, 3), 'and anything else stays as it is');
});

t.test('the picture is recorded without a sound that does not fit', async (t) => {
  const wrong: Record<string, Partial<AudioTrack>> = {
    'of no description': { description: new Uint8Array(0) },
    'of an object type that is not AAC': { description: Uint8Array.of(0xf1, 0x88) },
    'of a reserved rate': { description: Uint8Array.of(0x16, 0x88) },
    'of a timescale of 0': { timescale: 0 },
  };
  for (const [name, change] of Object.entries(wrong)) {
    const { parameters, problems } = fitStream({ video, audio: { ...audio, ...change } });
    t.same(parameters, { video }, name);
    t.match(problems, [/the sound is left out/]);
  }
});

t.test('whatever fits the link can be written as MP4 and read again', async (t) => {
  const odd: Record<string, StreamParameters> = {
    'a codec string of another codec': { video: { ...video, codecString: 'mp4v.20' } },
    'no codec string': { video: { ...video, codecString: '' } },
    'a codec string of H.265': { video: { ...video, codecString: 'hvc1.1.6.L93.b0' } },
    'no size': { video: { ...video, width: 0, height: 0 } },
    'the largest size': { video: { ...video, width: 65_535, height: 65_535 } },
    'a wide pixel': { video: { ...video, pixelAspect: { horizontal: 65_535, vertical: 1 } } },
    'the fastest clock': { video: { ...video, timescale: 2 ** 32 - 1 } },
    'a long audio description': {
      video,
      audio: {
        ...audio,
        description: Uint8Array.from({ length: 8_192 }, (_, at) => audio.description[at] ?? 0),
      },
    },
    'sound of which nothing else is said': { video, audio: { ...audio, channels: 0, sampleRate: 0 } },
    'sound of 192 kHz': { video, audio: { ...audio, sampleRate: 192_000 } },
  };
  for (const rotation of [90, 180, 270] as const)
    odd[`turned by ${rotation}`] = { video: { ...video, rotation } };
  for (const [name, sent] of Object.entries(odd)) {
    const { parameters } = fitStream(sent);
    const back = (await readInit(initSegment(parameters))).parameters;
    const { codecString: _, ...picture } = parameters.video;
    t.match(back.video, picture as Partial<VideoTrack>, name);
    t.same(back.audio?.description, parameters.audio?.description);
    t.ok(back.video.width > 0 && back.video.height > 0);
  }
});

t.test('a size that is not stated is that of the parameter sets, in H.265 too', async (t) => {
  t.match(fitStream({ video: { ...video, width: 0, height: 0 } }).parameters.video, {
    width: 1280,
    height: 720,
  });
  t.match(sequenceOf(video), { width: 1280, height: 720 });
  // VPS, SPS and PPS of x265, 320x240, Main.
  const h265 = [
    '40010c01ffff01600000030090000003000003003c959809',
    '42010101600000030090000003000003003ca00a080f165959a4932bc05a70808000000300800000',
    '4401c172b46240',
  ].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
  const description = descriptionFrom('h265', lengthPrefixed([...h265, Uint8Array.of(0x26, 1, 0xaf)]));
  t.ok(description);
  if (description === undefined) return;
  t.match(sequenceOf({ codec: 'h265', description }), { width: 320, height: 240 });
  t.equal(descriptionFault({ codec: 'h265', description, codecString: 'hev1' }), undefined);
  t.same(parameterSets({ codec: 'h265', description }), h265);
  // Some encoders put supplemental information into the record too.
  const more = Uint8Array.from([...description, 0x27, 0, 1, 0, 4, 0x4e, 1, 5, 0x80]);
  more[22] = (more[22] ?? 0) + 1;
  t.equal(descriptionFault({ codec: 'h265', description: more, codecString: 'hvc1' }), undefined);
});

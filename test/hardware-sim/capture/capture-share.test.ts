import t from 'tap';
import { contentOf, decodeSegment } from '../../../hardware-sim/capture/decode-segment.ts';
import type { CaptureRecord } from '../../../hardware-sim/capture/pcapng.ts';
import { ShareFilter, ShareSurvey } from '../../../hardware-sim/capture/share.ts';
import { recordOf } from '../../../media/description.ts';
import { nalLengthSize, parameterSets } from '../../../media/nal.ts';
import { encodeFrame } from '../../../proto/link/frame.ts';
import {
  decodeMessage,
  encodeMessage,
  type LinkMessage,
  type LinkMessages,
  type LinkTrack,
  messageKinds,
} from '../../../proto/link/messages.ts';
import { defaultClip, readAll } from '../../media/clips.ts';
import { goldenFrames } from '../../proto/link/golden.ts';
import { fromSeed } from '../../support/seed.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const secret = Buffer.from('Officer Jane Roe');

function recordOfMessage<N extends 'hello' | 'parameters'>(name: N, said: LinkMessages[N]): CaptureRecord {
  const payload = encodeMessage(name, said as never);
  const frame = { kind: messageKinds[name], sequence: 0, session: new Uint8Array(8), payload };
  const bytes = encodeFrame(frame).subarray(1, -1);
  return { atUs: 1, from: 'sensor', bytes, length: bytes.length };
}

/** What becomes of records in a shared capture, and what is listed. */
function shared(records: readonly CaptureRecord[]): { messages: LinkMessage[]; remains: string } {
  const survey = new ShareSurvey();
  for (const record of records) survey.take(record);
  const filter = new ShareFilter(survey, fromSeed(3));
  const messages = records.map((record) => {
    const made = filter.change(record);
    const segment = decodeSegment(made?.bytes ?? new Uint8Array(0), made?.length ?? 0);
    if (segment.kind === 'fault') throw new Error('A shared record is no frame');
    const content = contentOf(segment.frame);
    if (content.kind !== 'message') throw new Error('A shared record is no message');
    return content.message;
  });
  return { messages, remains: survey.remains.join('\n') };
}

const none = { timescale: 90_000, width: 0, height: 0, sampleRate: 0, channels: 0, codecString: '' };

/** A stream's tracks as they are shared. */
function sharedTracks(...tracks: Partial<LinkTrack>[]): LinkTrack[] {
  const whole = tracks.map((track, index) => ({ ...none, track: index + 1, ...track }) as LinkTrack);
  const [message] = shared([recordOfMessage('parameters', { tracks: whole })]).messages;
  if (message?.name !== 'parameters') throw new Error('The stream has another name');
  return [...message.tracks];
}

const { video } = (await readAll(defaultClip)).parameters;
const h264: Partial<LinkTrack> = { kind: 'video', codec: 'h264', description: video.description };

// VPS, SPS and PPS of x265, 320x240, Main.
const sets265 = [
  '40010c01ffff01600000030090000003000003003c959809',
  '42010101600000030090000003000003003ca00a080f165959a4932bc05a70808000000300800000',
  '4401c172b46240',
].map(hex);
const record265 = recordOf('h265', sets265, 4) ?? new Uint8Array(0);

function changed(record: Uint8Array, at: number, to: (byte: number) => number): Uint8Array {
  return Uint8Array.from(record, (byte, index) => (index === at ? to(byte) : byte));
}

const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

t.test('a codec record that holds only how the encoder is set remains', async (t) => {
  const sets = parameterSets(video);
  const bare264 = recordOf('h264', sets, nalLengthSize(video)) ?? new Uint8Array(0);
  const records: Record<string, Partial<LinkTrack>> = {
    'of an encoder, with the extension of the High profile': h264,
    'without it': { ...h264, description: bare264 },
    'of H.265': { kind: 'video', codec: 'h265', description: record265 },
    // As ffmpeg writes them in hvc1.
    'of H.265 with complete arrays': {
      kind: 'video',
      codec: 'h265',
      description: changed(record265, 23, (byte) => byte | 0x80),
    },
  };
  for (const [name, track] of Object.entries(records)) {
    t.ok((track.description?.length ?? 0) > 30, name);
    t.same(sharedTracks(track)[0]?.description, track.description, name);
  }
});

t.test('a codec record that could hold words becomes noise of its size', async (t) => {
  const sei = joined(Uint8Array.of(0x4e, 1, 5, secret.length), secret, Uint8Array.of(0x80));
  const withSei = joined(record265, Uint8Array.of(0x27, 0, 1, 0, sei.length), sei);
  const [sps = hex(''), pps = hex('')] = parameterSets(video);
  const unreadable = joined(sps.subarray(0, 4), Uint8Array.of(0));
  const sized = (set: Uint8Array): Uint8Array => joined(Uint8Array.of(0, set.length), set);
  const second = joined(
    ...[
      video.description.subarray(0, 5),
      Uint8Array.of(0xe2),
      sized(sps),
      sized(joined(sps.subarray(0, 1), secret)),
    ],
    ...[Uint8Array.of(1), sized(pps)],
  );
  const h265: Partial<LinkTrack> = { kind: 'video', codec: 'h265' };
  const records: Record<string, Partial<LinkTrack>> = {
    'supplemental information': {
      ...h265,
      description: changed(withSei, 22, (byte) => byte + 1),
    },
    'bytes after the last set': { ...h264, description: joined(video.description, secret) },
    'bytes after the last set of H.265': { ...h265, description: joined(record265, secret) },
    'an array that is empty': {
      ...h265,
      description: changed(joined(record265, Uint8Array.of(0x27, 0, 0)), 22, (byte) => byte + 1),
    },
    'another profile than its set': {
      ...h264,
      description: changed(video.description, 2, (byte) => byte ^ 1),
    },
    'a rate of pictures': { ...h265, description: changed(record265, 19, () => 0x4a) },
    'an extension that is not of the set': {
      ...h264,
      description: changed(video.description, video.description.length - 1, () => 1),
    },
    'a set that is made of words': { ...h264, description: second },
    'a set that ends too early': {
      ...h264,
      description: recordOf('h264', [sps, unreadable, pps], 4) ?? hex(''),
    },
    'words at the end of a picture parameter set': {
      ...h264,
      description: recordOf('h264', [sps, joined(pps, secret)], 4) ?? hex(''),
    },
    'a set that is too long': {
      ...h264,
      description: recordOf('h264', [sps, joined(pps, new Uint8Array(1_100).fill(0x80))], 4) ?? hex(''),
    },
    'an SPS extension': {
      ...h264,
      description: recordOf('h264', [sps, hex('6d800480'), pps], 4) ?? hex(''),
    },
    'no sets': { ...h264, description: hex('01640032ffe000') },
    nothing: { ...h264, description: secret },
  };
  for (const [name, track] of Object.entries(records)) {
    const [made] = sharedTracks(track);
    t.ok((track.description?.length ?? 0) > 6, name);
    t.equal(made?.description.length, track.description?.length, name);
    t.notSame(made?.description, track.description, name);
    t.notOk(Buffer.from(made?.description ?? []).includes('Jane'), name);
  }
});

t.test('an audio record remains only if it ends where its fields end', async (t) => {
  const of = (description: Uint8Array, codec = 'aac'): Uint8Array | undefined =>
    sharedTracks(h264, { kind: 'audio', codec, description } as Partial<LinkTrack>)[1]?.description;
  // LC; with the sync extension that says "no SBR", as ffmpeg; with SBR, and with PS too; SBR said first.
  for (const plain of ['1188', '118856e500', '131056e598', '131056e59d4880', '2b11880000', '2b118800']) {
    const config = hex(plain);
    const kept = Buffer.compare(of(config) ?? hex(''), config) === 0;
    t.equal(kept, plain !== '2b11880000', plain);
  }
  const long = joined(hex('1188'), Buffer.alloc(60, secret));
  const refused: Record<string, Uint8Array> = {
    'a long one': long,
    'a byte more': hex('118800'),
    'bits more': hex('118856e501'),
    'other bytes than an extension': hex('118856e480'),
    'a list of channels, which has a comment': hex('118004c8000000'),
    'a rate that is spelled out': hex('17800bb808'),
    'a core coder': hex('118a0000'),
    'of another type': hex('f94023c0'),
    'cut off': hex('11'),
    words: secret,
  };
  for (const [name, config] of Object.entries(refused)) {
    const made = of(config);
    t.equal(made?.length, config.length, name);
    t.notSame(made, config, name);
  }
  t.notSame(of(hex('118856e500'), 'unknown'), hex('118856e500'), 'a codec that is not known');
});

t.test('an invalid codec string does not remain', async (t) => {
  const strings = (codecString: string, codec: 'h264' | 'h265' = 'h264'): string | undefined =>
    sharedTracks({ ...h264, codec, codecString })[0]?.codecString;
  for (const fine of ['avc1.640032', 'avc3']) t.equal(strings(fine), fine);
  t.equal(strings('hvc1.1.6.L93.b0', 'h265'), 'hvc1.1.6.L93.b0');
  for (const words of ['avc1.JaneRoe', 'jane.roe', 'avc1.640032.jane']) t.equal(strings(words), '', words);
});

t.test('what a sensor says about itself is listed, or does not remain', async (t) => {
  const golden = goldenFrames.find(({ file }) => file.startsWith('02-'))?.frame;
  const hello = decodeMessage('hello', golden?.payload ?? new Uint8Array(0));
  const says = (model: string, firmware: string, capabilities: string[]): CaptureRecord =>
    recordOfMessage('hello', { ...hello, model, firmware, capabilities });
  const quiet = shared([says('', 'of J. Roe', []), says('', '', ['jane']), says('', '', [])]);
  t.match(quiet.remains, /model "", firmware "of J\. Roe", no capabilities/);
  t.match(quiet.remains, /model "", firmware "", jane/);
  t.equal(quiet.remains.match(/words about itself/g)?.length, 2);
  t.match(quiet.messages, [{ firmware: 'of J. Roe' }, { capabilities: ['jane'] }, { firmware: '' }]);

  const many = shared(
    Array.from({ length: 40 }, (_, index) => says(`M${index}`, `F${index}`, [`c${index}`])),
  );
  t.equal(many.remains.match(/words about itself/g)?.length, 32);
  t.match(many.messages[31], { model: 'M31', firmware: 'F31', capabilities: ['c31'] });
  for (const message of many.messages.slice(32)) {
    t.match(message, { name: 'hello', model: '', firmware: '', capabilities: [] });
  }
  t.notMatch(JSON.stringify(many.messages), /"c3[2-9]"/);
});

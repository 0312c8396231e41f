// Reads MP4s in which one box claims to hold more than it does; prints how many, and what it cost. A process of its own,
// so that the test can bound its memory.
import { SealcamError } from '../../../base/errors.ts';
import { memorySource } from '../../../media/byte-source.ts';
import { readFragment, readInit, readMp4 } from '../../../media/reader/mp4-reader.ts';
import type { StreamParameters } from '../../../media/types.ts';
import { BoxWriter } from '../../../media/writer/box-writer.ts';
import { initSegment } from '../../../media/writer/init-segment.ts';
import { full } from '../../support/full.ts';

const parameters: StreamParameters = {
  video: {
    kind: 'video',
    codec: 'h264',
    timescale: 90_000,
    width: 320,
    height: 240,
    description: Uint8Array.from([1, 100, 0, 31, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68]),
    codecString: 'avc1.64001f',
  },
};

/** The boxes of ISO/IEC 14496-12, -14, -15, 23001-7 and 23008-12, QuickTime, and those that libraries parse as well. */
const types =
  `ftyp moov mvhd trak tkhd tref trgr edts elst mdia mdhd hdlr elng minf vmhd smhd hmhd nmhd sthd dinf dref url
 urn imdt snim stbl stsd stts ctts cslg stsc stsz stz2 stco co64 stss stsh padb stdp sdtp sbgp sgpd subs saiz saio udta
 mvex mehd trex leva moof mfhd traf tfhd trun tfdt mfra tfra mfro mdat free skip wide cprt tsel strk stri strd iloc ipro
 rinf sinf frma schm schi iinf infe xml bxml pitm fiin paen fire fpar fecr segr gitn idat iref meta mere styp sidx ssix
 prft emsg avc1 avc2 avc3 avc4 avcC hvc1 hev1 hvcC vvc1 vvcC av01 av1C vp08 vp09 vpcC mp4a mp4v mp4s esds wave enda chan
 pasp colr clap gama fiel btrt clli mdcv cclv amve ccst ipma ipco iprp ispe pixi irot imir auxC auxi hint cdsc font hind
 vdep vplx thmb auxl chap pssh tenc senc seig sai ac-3 ec-3 dac3 dec3 Opus dOps fLaC dfLa alac sowt twos raw ulaw alaw
 samr damr .mp3 lpcm in24 stpp wvtt vttC tx3g c608 text sbtl gmhd gmin tmcd tcmi rtp sdp hnti hinf trpy nump tpyl totl npck
 tpay maxr dmed dimm drep tmin tmax pmax dmax payt tims tsro snro kind ludt tlou alou dvcC dvvC dvwC hvcE avcE lhvC trik
 trep assp mett metx urim uri uriI tfxd tfrf uuid pnot PICT kmat load imap ctab rmra rmda clef prof enof tapt ilst keys`
    .split(/\s+/)
    .map((type) => type.padEnd(4).slice(0, 4));

const allCounts = [0xffffffff, 0x7fffffff, 0x10000000, 1_000_000];
/** Where in a box its counts may be, in bytes from the beginning of its content. */
const places = [0, 4, 8, 12, 16, 20];

const init = initSegment(parameters);
const containers = [
  '',
  'moov',
  'moov/trak',
  'moov/trak/mdia/minf',
  'moov/trak/mdia/minf/stbl',
  'moof',
  'moof/traf',
];

/** `init` with a box of `type` in `path`: its content is `length` bytes, of which those at `at` say `count`. */
function bomb(type: string, path: string, at: number, count: number, version: number): Uint8Array {
  const writer = new BoxWriter();
  writer.box(type, () => {
    const content = new Uint8Array(at + 4);
    content[0] = version;
    // All flags that say that a field is not there.
    new DataView(content.buffer).setUint32(at, count);
    writer.raw(content);
  });
  const evil = writer.bytes();
  if (path.startsWith('moof')) {
    const fragment = new BoxWriter();
    const inner = (): void => {
      if (path === 'moof') fragment.raw(evil);
      else {
        fragment.box('traf', () => {
          if (type !== 'tfhd') fragment.fullBox('tfhd', 0, 0x020000, () => fragment.u32(1));
          fragment.raw(evil);
        });
      }
    };
    fragment.box('moof', inner);
    return Buffer.concat([init, fragment.bytes()]);
  }
  return Buffer.from(placed(init, path === '' ? [] : path.split('/'), type, evil));
}

/** `bytes` with `evil` in the first box of each name, in front of what is there; boxes of its own type are taken out. */
function placed(bytes: Uint8Array, path: readonly string[], type: string, evil: Uint8Array): Uint8Array {
  const out: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let inside = false;
  for (let at = 0; at < bytes.length; ) {
    const size = view.getUint32(at);
    const name = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    if (name === path[0] && !inside) {
      inside = true;
      const writer = new BoxWriter();
      writer.box(name, () =>
        writer.raw(placed(bytes.subarray(at + 8, at + size), path.slice(1), type, evil)),
      );
      out.push(writer.bytes());
    } else if (path.length > 0 || name !== type) out.push(bytes.subarray(at, at + size));
    at += size;
  }
  return path.length === 0 ? Buffer.concat([...out, evil]) : Buffer.concat(out);
}

let turn = 0;
/** The counts to try at the next place: all, or each in its turn. */
function nextCounts(): readonly number[] {
  turn += 1;
  return full ? allCounts : allCounts.slice(turn % allCounts.length).slice(0, 1);
}

let tried = 0;
let refused = 0;
const before = process.memoryUsage().rss;
let peak = before;

async function attempt(read: () => Promise<unknown>): Promise<void> {
  tried += 1;
  try {
    await read();
  } catch (error) {
    if (!(error instanceof SealcamError)) throw error;
    refused += 1;
  }
}

for (const type of new Set(types)) {
  for (const path of containers) {
    for (const at of places) {
      for (const count of nextCounts()) {
        const bytes = bomb(type, path, at, count, at === 0 ? 0 : at % 8 === 0 ? 1 : 0);
        await attempt(() => readMp4(memorySource(bytes)));
        if (path.startsWith('moof')) {
          const recorded = await readInit(init);
          await attempt(() => readFragment(bytes.subarray(init.length), recorded));
        } else await attempt(() => readInit(bytes));
      }
    }
  }
  peak = Math.max(peak, process.memoryUsage().rss);
}
const residentMiB = Math.round((peak - before) / 2 ** 20);
process.stdout.write(JSON.stringify({ tried, refused, residentMiB, types: new Set(types).size }));

// The program in the agent's pipe of bench/agent.ts: the pictures of bench/processes/link-sender.ts as fragmented MP4, each a fragment.
import { systemClock } from '../../base/clock.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';

const [bitsPerSecond = 20e6] = process.argv.slice(2).map(Number);
const fps = 30;
const clock = systemClock();
const fragmenter = new Fragmenter(
  {
    video: {
      kind: 'video',
      codec: 'h264',
      timescale: 90_000,
      width: 1280,
      height: 720,
      description: Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0, 1, 0, 0),
      codecString: 'avc1.64001e',
    },
  },
  { video: 0, audio: 0 },
);
const bytes = Math.round(bitsPerSecond / 8 / fps);
const data = new Uint8Array(bytes);
for (let i = 0; i < bytes; i += 1) data[i] = (i * 2654435761) >>> 13;
process.stdout.on('error', () => process.exit(0));
process.stdout.write(fragmenter.init());
let index = 0;
const startedUs = clock.uptimeUs();
setInterval(() => {
  const due = Math.floor(((clock.uptimeUs() - startedUs) / 1e6) * fps);
  for (; index < due; index += 1) {
    const times = { pts: index * 3000, dts: index * 3000, duration: 3000 };
    const sample = { track: 'video' as const, ...times, key: index % fps === 0, data };
    for (const part of fragmenter.fragment([sample])) process.stdout.write(part);
  }
}, 5);

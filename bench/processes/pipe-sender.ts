// The program in the agent's pipe of bench/agent.ts: the pictures of bench/processes/link-sender.ts as fragmented MP4, each a fragment.
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { videoTrack } from '../../test/support/sensor/picture-stream.ts';
import { fps, incompressible, sendPictures } from './sender.ts';

const [bitsPerSecond = 20e6] = process.argv.slice(2).map(Number);
const fragmenter = new Fragmenter({ video: videoTrack }, { video: 0, audio: 0 });
const data = incompressible(Math.round(bitsPerSecond / 8 / fps));
process.stdout.on('error', () => process.exit(0));
process.stdout.write(fragmenter.init());
sendPictures(fps, (picture) => {
  for (const part of fragmenter.fragment([{ ...picture, data }])) process.stdout.write(part);
});

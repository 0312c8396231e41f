// Imported first by the agent of bench/agent.ts: the addon that is built for tests, with a video device that gives the pictures
// of bench/processes/link-sender.ts by itself. It fills its buffers by a copy, where a camera has DMA.

import '../../test/native/support/testing-addon.ts';
import { VideoDevice } from '../../test/support/sensor/video-device.ts';
import { annexBOf, videoPicture } from '../../test/support/sensor/video-pictures.ts';
import { fps } from './sender.ts';

const bitsPerSecond = Number(process.env.BENCH_BITS_PER_SECOND);
const bytes = Math.round(bitsPerSecond / 8 / fps);
const device = new VideoDevice('/dev/video-bench', { bufferBytes: 2 * bytes + 65_536 });
device.run(fps, annexBOf(videoPicture(0, bytes)), annexBOf(videoPicture(1, bytes)));

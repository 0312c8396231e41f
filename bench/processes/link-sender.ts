// The sensor's side of bench/link.ts and bench/agent.ts: a process of its own, on a pseudo-terminal.
import { systemClock } from '../../base/clock.ts';
import { SensorLink } from '../../hardware-sim/link/index.ts';
import { openPtyPort } from '../../hardware-sim/link/pty-port.ts';
import { videoTrack } from '../../test/support/sensor/picture-stream.ts';
import { fps, incompressible, sendPictures } from './sender.ts';

const [bitsPerSecond = 20e6, partBytes = 0] = process.argv.slice(2).map(Number);
const port = openPtyPort();
const clock = systemClock();
const identity = { model: 'bench', serial: '0', firmware: '0', capabilities: [] };
const device = new SensorLink({ identity, clock, onLost: () => process.exit(0) });
device.attach(port);
device.sendParameters({ video: videoTrack });
const data = incompressible(partBytes || Math.round(bitsPerSecond / 8 / fps));
sendPictures(bitsPerSecond / 8 / data.length, (picture) => {
  device.sendSample({ ...picture, data }, clock.uptimeUs());
});
process.send?.(port.path);
process.on('message', (button) => {
  if (button === 'start' || button === 'stop') device.sendButton(button, clock.uptimeUs());
});
process.on('disconnect', () => process.exit(0));

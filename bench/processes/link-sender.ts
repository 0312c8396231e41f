// The sensor's side of bench/link.ts and bench/agent.ts: a process of its own, on a pseudo-terminal.
import { systemClock } from '../../base/clock.ts';
import { SensorLink } from '../../hardware-sim/link/index.ts';
import { openPtyPort } from '../../hardware-sim/link/pty-port.ts';

const [bitsPerSecond = 20e6, partBytes = 0] = process.argv.slice(2).map(Number);
const fps = 30;
const port = openPtyPort();
const clock = systemClock();
const identity = { model: 'bench', serial: '0', firmware: '0', capabilities: [] };
const device = new SensorLink({ identity, clock, onLost: () => process.exit(0) });
device.attach(port);
const description = Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0, 1, 0, 0);
device.sendParameters({
  video: {
    kind: 'video',
    codec: 'h264',
    timescale: 90_000,
    width: 1280,
    height: 720,
    description,
    codecString: 'avc1.64001e',
  },
});
const bytes = partBytes || Math.round(bitsPerSecond / 8 / fps);
const data = new Uint8Array(bytes);
for (let i = 0; i < bytes; i += 1) data[i] = (i * 2654435761) >>> 13;
let index = 0;
const startedUs = clock.uptimeUs();
setInterval(() => {
  const due = Math.floor(((clock.uptimeUs() - startedUs) / 1e6) * (bitsPerSecond / 8 / bytes));
  for (; index < due; index += 1) {
    const times = { pts: index * 3000, dts: index * 3000, duration: 3000 };
    device.sendSample({ track: 'video', ...times, key: index % fps === 0, data }, clock.uptimeUs());
  }
}, 5);
process.send?.(port.path);
process.on('message', (button) => {
  if (button === 'start' || button === 'stop') device.sendButton(button, clock.uptimeUs());
});
process.on('disconnect', () => process.exit(0));

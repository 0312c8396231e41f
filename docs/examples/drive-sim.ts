// Drives a simulated camera in the program's own process:
//
//     node dist/docs/examples/drive-sim.js        (after `npm run build`)
import { SimulatedCamera } from 'sealcam/sim';

const camera = await SimulatedCamera.start();
console.log(`the camera is at ${camera.tty}`);

camera.press('start');
await camera.until('button', ({ button }) => button === 'start');
console.log('start was pressed');

camera.fault('unplug');
await camera.until('unplugged');
camera.fault('unplug', { on: false });
console.log(`unplugged and back: it is at ${camera.tty}`);

console.log(`takes: ${camera.report().takes.length}`);
await camera.close();

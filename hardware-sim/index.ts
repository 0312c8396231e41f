/**
 * The simulated camera for programs: `import { SimulatedCamera } from 'sealcam/sim'`.
 *
 *     const camera = await SimulatedCamera.start();
 *     // ... an agent opens camera.tty ...
 *     await camera.until('stream', ({ on }) => on);
 *     camera.press('start');
 *     await camera.until('lamp', ({ state }) => state === 'recording');
 *     await camera.close();
 */
export type { ActionFields as SimOrder } from './actions.ts';
export { readSimEvent } from './event-schema.ts';
export type { SimEvent, SimReport } from './events.ts';
export {
  type FaultOptions,
  type SimEventName,
  type SimEventOf,
  SimulatedCamera,
  type SimulatedCameraOptions,
} from './simulated-camera.ts';

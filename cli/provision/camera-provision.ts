import { runAction } from './actions.ts';
import { makeKeysAction, onCameraHelp, takeAction, takeHelp } from './on-camera.ts';

/** What `sealcam provision --help` prints on a camera. */
export const help = `sealcam provision: the keys of this camera, and what its agency gives it

${onCameraHelp}
${takeHelp}

Nothing that exists is ever overwritten. Exits 0 when done, 1 when it failed, 2 on wrong usage.
`;

/** `sealcam provision` on a camera, which can issue nothing. */
export const run = (args: string[]): Promise<number> =>
  runAction({ camera: makeKeysAction, take: takeAction }, help, args);

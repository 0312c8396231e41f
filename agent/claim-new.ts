import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { newCameraName } from '../evidence/limits.ts';

/**
 * Removes the sign that the camera in `folder` is new; true if it was there and is durably gone. A sign that cannot be
 * removed might claim the same again after the counters were lost, so it does not count.
 */
export async function claimNew(folder: string, log: Log): Promise<boolean> {
  try {
    await unlink(join(folder, newCameraName));
    const directory = await open(folder, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code !== 'ENOENT')
      log.warn(
        'new-camera.not-claimed',
        'The mark that this camera is new cannot be removed, so it does not count',
        { code },
      );
    return false;
  }
}

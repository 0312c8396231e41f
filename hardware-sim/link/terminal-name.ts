import { lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { SealcamError, systemCode } from '../../base/errors.ts';

/** Points `link` to `target` in one step, so that a reader finds either the old link or the new one. @throws `SIM_LINK`. */
export function placeLink(link: string, target: string): void {
  const beside = `${link}.${process.pid}.new`;
  try {
    rmSync(beside, { force: true });
    symlinkSync(target, beside);
    renameSync(beside, link);
  } catch (cause) {
    throw linkError(link, systemCode(cause) ?? String(cause), cause);
  }
}

/** Removes the link. */
export function removeLink(link: string): void {
  rmSync(link, { force: true });
}

/** @throws SealcamError `SIM_LINK` if something else than a symbolic link is at the path. */
export function refuseOther(link: string): void {
  let taken: boolean;
  try {
    taken = !lstatSync(link).isSymbolicLink();
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return;
    throw linkError(link, systemCode(cause) ?? String(cause), cause);
  }
  if (taken) throw linkError(link, 'something else is there');
}

function linkError(link: string, reason: string, cause?: unknown): SealcamError {
  return new SealcamError(
    'SIM_LINK',
    `The link "${link}" to the terminal can't be made (${reason}): name a path that is free, in a folder that is there`,
    { cause },
  );
}

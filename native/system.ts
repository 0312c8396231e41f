// System calls that Node does not have, and what the addon found on this machine.

import { type Addon, addon, type Capabilities, type Hardening, type Pty } from './addon.ts';

/** What the addon can do on this machine, and the state of its key memory. */
export const capabilities = (): Capabilities => addon.capabilities();

/**
 * Keeps other processes of the same user from reading this one's memory and the kernel from writing it
 * to a core file. Call it before the first key exists.
 */
export const hardenProcess = (): Hardening => addon.hardenProcess();

/** What the kernel says of its wall clock (adjtimex(2)); undefined where it says nothing. */
export const kernelClock = (): ReturnType<Addon['kernelClock']> => addon.kernelClock();

/** Opens a pseudo-terminal in raw mode: all 256 byte values pass both ways. */
export const openPty = (): Pty => addon.openPty();

/** The bits of the keys that are down or the switches that are on, of the input device that is open as `fd`, if it is one. */
export const inputState = (fd: number, of: 'keys' | 'switches'): Uint8Array | undefined =>
  addon.inputState(fd, of === 'keys' ? 1 : 5)?.bits;

/**
 * Lets the system forget what it holds of the open file `fd` in memory: the next read comes from the disk, if what was written
 * is synced.
 * @throws SealcamError PAGE_CACHE if it is no file.
 */
export const dropPageCache = (fd: number): void => addon.dropPageCache(fd);

/**
 * Takes the lock of the open file `fd` if no other open file has it: among all processes, and among machines where the file
 * system shares its locks. It is given back when the file is closed, and so by the end of the process, however it ends.
 * @returns whether it is held now.
 * @throws SealcamError FILE_LOCK if the file system has no locks.
 */
export const tryLock = (fd: number): boolean => addon.tryLock(fd);

/**
 * Sends `message` to the service manager (e.g. `READY=1` or `WATCHDOG=1`), see sd_notify(3).
 * @returns false if no manager is listening, i.e. NOTIFY_SOCKET is not set.
 * @throws SealcamError SD_NOTIFY if it cannot be reached.
 */
export function sdNotify(message: string): boolean {
  const address = process.env.NOTIFY_SOCKET;
  if (address === undefined || address === '') return false;
  addon.sendDatagram(address, message);
  return true;
}

import { randomFillSync } from 'node:crypto';

/** Randomness as a port: a seeded one replays a failing run, the system's one makes keys. */
export interface Randomness {
  /** `length` fresh random bytes, owned by the caller. */
  bytes(length: number): Uint8Array;
}

/** The operating system's random generator; the only one fit for keys, ids and nonces. */
export const systemRandomness: Randomness = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
};

/** Random numbers determined by a seed, so that a simulated walk or fault can be repeated. Not for keys. */
export interface SeededRandom {
  /** A number in [0, 1). */
  fraction(): number;
}

/** The random numbers of `seed`, by mulberry32 (Tommy Ettinger's 32-bit generator, public domain). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  return {
    fraction() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

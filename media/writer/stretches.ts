/** The longest step between two samples of an MP4's tables: 32 bits, which some players read as signed. */
const stepMax = 2 ** 31 - 1;

/** Samples of a track, by their index, without a long gap between them. */
export interface Stretch {
  readonly first: number;
  /** The index after its last sample. */
  readonly end: number;
}

/** Cuts a track where the next sample comes later than an MP4's table of steps can express. `dts` in decode order. */
export function stretchesOf(dts: readonly number[]): Stretch[] {
  const starts = dts.flatMap((time, index) =>
    index === 0 || time - (dts[index - 1] ?? 0) > stepMax ? [index] : [],
  );
  return starts.map((first, at) => ({ first, end: starts[at + 1] ?? dts.length }));
}

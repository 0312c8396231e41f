/** The longest step between two samples of an ordinary MP4: `stts` has 32 bits, which some players read as signed. */
const deltaMax = 2 ** 31 - 1;

/** Samples of a track without a long gap among them, and where they are in the media and in time; all in ticks. */
export interface Stretch {
  /** When the stretch begins. */
  readonly at: number;
  /** How long it is shown. */
  readonly length: number;
  /** Where it begins and ends in the media, which has no long gaps. */
  readonly mediaStart: number;
  readonly mediaEnd: number;
  /** From each sample to the next in the media. */
  readonly deltas: number[];
}

/** A track's samples in decode order. `end` is where the last of them ends. */
export interface TimedSamples {
  readonly dts: readonly number[];
  readonly offsets: readonly number[];
  readonly durations: readonly number[];
  readonly end: number;
}

/**
 * Cuts a track where the next sample comes later than an MP4's table of steps can say. After such a gap the media goes
 * on at once, and an edit list says how long nothing was there.
 */
export function stretchesOf(samples: TimedSamples): Stretch[] {
  const { dts, offsets, durations } = samples;
  const starts = dts.flatMap((time, index) =>
    index === 0 || time - (dts[index - 1] ?? 0) > deltaMax ? [index] : [],
  );
  const stretches: Stretch[] = [];
  let mediaStart = 0;
  starts.forEach((first, index) => {
    const next = starts[index + 1];
    const last = (next ?? dts.length) - 1;
    const firstDts = dts[first] ?? 0;
    const shown = (at: number): number => (dts[at] ?? 0) + (offsets[at] ?? 0);
    let [earliest, latest] = [firstDts, next === undefined ? samples.end : firstDts];
    for (let at = first; at <= last; at += 1) {
      earliest = Math.min(earliest, shown(at));
      latest = Math.max(latest, shown(at) + Math.min(durations[at] ?? 0, deltaMax));
    }
    // The first stretch begins where its first sample is decoded, as that is where the media begins.
    const at = index === 0 ? firstDts : earliest;
    if (next !== undefined) latest = Math.min(latest, dts[next] ?? 0);
    const end = next === undefined ? samples.end : latest;
    const mediaEnd = mediaStart + (end - at);
    const deltas: number[] = [];
    for (let sample = first; sample < last; sample += 1) {
      deltas.push((dts[sample + 1] ?? 0) - (dts[sample] ?? 0));
    }
    const lead = index === 0 ? 0 : firstDts - at;
    // The last sample before the gap reaches to the first after it.
    const before = stretches.at(-1)?.deltas;
    before?.push((before.pop() ?? 0) + lead);
    deltas.push(end - (dts[last] ?? 0));
    stretches.push({ at, length: latest - at, mediaStart, mediaEnd, deltas });
    mediaStart = mediaEnd;
  });
  return stretches;
}

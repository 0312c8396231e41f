import { SealcamError } from '../../base/errors.ts';
import type { Movie, Mp4Track } from './mp4-movie.ts';
import type { SamplePlace } from './sample-tables.ts';

/** From `from` on, in ticks of the media, every time is later by `shift`. */
interface Shift {
  readonly from: number;
  readonly shift: number;
}

/**
 * `places` with the times of a track's edit list applied (ISO/IEC 14496-12, 8.6.6): it may begin with a wait, begin
 * within the media, be cut into consecutive stretches, and wait between them. Throws `MP4_EDITED` if it leaves
 * something out, repeats it, or changes its speed.
 */
export function applyEdits(
  name: string,
  movie: Movie,
  track: Mp4Track,
  places: readonly SamplePlace[],
): SamplePlace[] {
  const shifts = shiftsOf(name, movie, track);
  let at = 0;
  return places.map((place) => {
    while ((shifts[at + 1]?.from ?? Number.POSITIVE_INFINITY) <= place.dts) at += 1;
    const shift = shifts[at]?.shift ?? 0;
    return { ...place, dts: place.dts + shift, pts: place.pts + shift };
  });
}

function shiftsOf(name: string, movie: Movie, track: Mp4Track): Shift[] {
  const edited = (): SealcamError =>
    new SealcamError(
      'MP4_EDITED',
      `"${name}" has an edit list that cuts, repeats or changes speed: write it again without one`,
    );
  const ticks = (movieTicks: number): number =>
    movie.timescale === 0 ? 0 : Math.round(rescaleExact(movieTicks, movie.timescale, track.timescale));
  // An edit is stated in ticks of the movie, which may be coarse.
  const slack = movie.timescale === 0 ? 0 : Math.ceil(track.timescale / movie.timescale) + 1;
  const shifts: Shift[] = [];
  let now = 0;
  let mediaEnd: number | undefined;
  for (const { duration, mediaTime, rate } of track.edits) {
    if (mediaTime === -1) {
      now += duration;
      continue;
    }
    if (mediaTime < 0 || rate !== 1) throw edited();
    if (mediaEnd !== undefined && Math.abs(mediaTime - mediaEnd) > slack) throw edited();
    const shift = ticks(now) - mediaTime;
    const before = shifts.at(-1);
    // Stretches that follow each other without a gap are one.
    if (before === undefined || Math.abs(shift - before.shift) > slack)
      shifts.push({ from: mediaTime, shift });
    now += duration;
    mediaEnd = mediaTime + ticks(duration);
  }
  if (shifts.length > 0) return shifts;
  return [{ from: 0, shift: ticks(now) }];
}

/** `ticks` of timescale `from` in ticks of timescale `to`, not rounded; whole seconds apart, so that it stays exact. */
function rescaleExact(ticks: number, from: number, to: number): number {
  const whole = Math.floor(ticks / from);
  return whole * to + ((ticks - whole * from) * to) / from;
}

import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { openMp4 } from '../../media/reader/mp4-reader.ts';
import type { MediaSample, StreamParameters } from '../../media/types.ts';
import { isInstalled } from '../support/process.ts';

const run = promisify(execFile);

/** The committed clip that the simulated camera plays by default; tests run from `dist/test/...`. */
export const defaultClip = resolve(import.meta.dirname, '../../../hardware-sim/clips/default.mp4');

export const ffmpegThere = isInstalled('ffmpeg');
export const ffprobeThere = isInstalled('ffprobe');
export const ffmpegMissing = 'ffmpeg and ffprobe are not on this machine: install the package ffmpeg';

/** Makes `out` with ffmpeg: 3 s of a test picture with `video` options, and a tone where `audio` options are given. */
export async function makeClip(
  out: string,
  clip: { readonly rate: string; readonly video: readonly string[]; readonly audio?: readonly string[] },
): Promise<void> {
  const sound = clip.audio === undefined ? [] : ['-t', '3', '-f', 'lavfi', '-i', 'sine=frequency=300'];
  await run('ffmpeg', [
    ...['-nostdin', '-loglevel', 'error', '-y'],
    ...['-t', '3', '-f', 'lavfi', '-i', `testsrc2=size=320x240:rate=${clip.rate}`],
    ...sound,
    ...['-pix_fmt', 'yuv420p', '-threads', '1', ...clip.video, ...(clip.audio ?? []), out],
  ]);
}

/** ffprobe's warnings while it reads `path`, decoding included; empty if there are none. */
export async function warningsOf(path: string): Promise<string> {
  const probe = await run('ffprobe', ['-v', 'warning', path]);
  const decode = await run('ffmpeg', ['-nostdin', '-v', 'warning', '-i', path, '-f', 'null', '-']);
  return (probe.stdout + probe.stderr + decode.stdout + decode.stderr).trim();
}

export async function readAll(
  path: string,
): Promise<{ parameters: StreamParameters; samples: MediaSample[] }> {
  const file = await openMp4(path);
  const samples: MediaSample[] = [];
  for await (const sample of file.samples()) samples.push(sample);
  await file.close();
  return { parameters: file.parameters, samples };
}

/** Groups of samples that each begin with a key frame; what comes before the first is the first's. */
export function groupsOf(samples: readonly MediaSample[]): MediaSample[][] {
  const groups: MediaSample[][] = [[]];
  let pictures = 0;
  for (const sample of samples) {
    if (sample.track === 'video' && sample.key && pictures > 0) groups.push([]);
    if (sample.track === 'video') pictures += 1;
    groups.at(-1)?.push(sample);
  }
  return groups;
}

import { resolve } from 'node:path';
import { runProcess } from '../process.ts';

/** The clip that comes with the project. */
export { defaultVideo } from '../../../hardware-sim/simulator.ts';
/** Its pictures from one key picture to the next. */
export const groupPictures = 25;

/** What a test prints that is skipped because ffmpeg is absent. */
export const ffmpegMissing = 'ffmpeg is not installed: apt-get install ffmpeg';

type Test = { teardown(done: () => unknown): unknown };

/** Makes a clip of moving pictures with ffmpeg's generators. @returns its path. */
export async function makeClip(
  t: Test,
  folder: string,
  name: string,
  options: {
    readonly rate: string;
    readonly seconds: number;
    readonly codec: readonly string[];
    readonly sound?: boolean;
  },
): Promise<string> {
  const path = resolve(folder, name);
  const seconds = String(options.seconds);
  const sound = ['-t', seconds, '-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=4:sample_rate=48000'];
  const { code, stderr } = await runProcess(t, 'ffmpeg', [
    ...['-v', 'error', '-t', seconds, '-f', 'lavfi', '-i', `testsrc2=size=320x240:rate=${options.rate}`],
    ...(options.sound === true ? [...sound, '-c:a', 'aac', '-b:a', '64k'] : []),
    ...options.codec,
    ...['-pix_fmt', 'yuv420p', '-y', path],
  ]);
  if (code !== 0) throw new Error(`ffmpeg could not make ${name}: ${stderr}`);
  return path;
}

/** Makes a clip of exactly so many bits in a second, with a key picture every second. */
export function fastClip(t: Test, folder: string, bitsPerSecond: number): Promise<string> {
  const rate = ['-b:v', '-minrate', '-maxrate', '-bufsize'].flatMap((word) => [word, String(bitsPerSecond)]);
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-bf', '0'];
  // Filler brings each second of easy pictures up to the rate.
  const constant = ['-x264-params', 'nal-hrd=cbr:force-cfr=1'];
  return makeClip(t, folder, 'fast.mp4', {
    rate: '30',
    seconds: 3,
    codec: [...codec, ...rate, ...constant],
  });
}

/** What ffprobe has to say against a file: every packet is read and every frame decoded. */
export async function ffprobeWarnings(t: Test, path: string): Promise<string> {
  const { code, stderr } = await runProcess(t, 'ffprobe', [
    ...['-v', 'warning', '-show_packets', '-show_frames', '-of', 'compact', path],
  ]);
  return code === 0 ? stderr : `${stderr}ffprobe ended with ${code}`;
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patienceMs } from '../patience.ts';
import { startProcess } from '../process.ts';

/** What a test prints that is skipped because there is no browser. CI does without: it would be 81 MB more to fetch. */
export const browserMissing = 'Chromium is not installed: apt-get install chromium';

/** What a browser tells of a video that it played to its end. */
export interface Played {
  /** Of what the `<video>` element reported, if anything. */
  readonly error: string | null;
  /** Seconds. */
  readonly duration: number;
  readonly currentTime: number;
  readonly width: number;
  readonly height: number;
  /** Pictures that were decoded on the way to the end. */
  readonly frames: number;
  readonly corrupted: number;
  /** Bytes of sound that were decoded. */
  readonly sound: number;
  /** From when to when each caption of the `<track>` is shown, in seconds, and its text. */
  readonly cues: readonly (readonly [from: number, to: number, text: string])[];
  /** Where it stood after it was told to go to half of its length. */
  readonly sought: number;
}

type Test = { teardown(done: () => unknown): unknown };

/** The page: plays, seeks, and reports what it saw. Faster than real time, as no one is watching. */
const page = `<!doctype html><video src="/video.mp4" muted><track src="/captions.vtt" default></video><script>
const video = document.querySelector('video');
const tell = (sought) => fetch('/played', { method: 'POST', body: JSON.stringify({
  error: video.error && video.error.message, duration: video.duration, currentTime: ended, sought,
  cues: [...video.textTracks[0].cues ?? []].map(({ startTime, endTime, text }) => [startTime, endTime, text]),
  width: video.videoWidth, height: video.videoHeight, sound: video.webkitAudioDecodedByteCount,
  frames, corrupted: video.getVideoPlaybackQuality().corruptedVideoFrames }) });
let ended = 0, frames = 0;
video.onerror = () => tell(0);
video.onended = () => {
  ended = video.currentTime;
  frames = video.getVideoPlaybackQuality().totalVideoFrames;
  video.onseeked = () => tell(video.currentTime);
  video.currentTime = video.duration / 2;
};
video.playbackRate = 2;
video.play().catch(() => {});
</script>`;

/** Lets headless Chromium play an MP4 that is served on loopback, with captions in WebVTT. */
export async function playInBrowser(
  t: Test,
  browser: string,
  video: string,
  captions = 'WEBVTT\n',
): Promise<Played> {
  const profile = await mkdtemp(join(tmpdir(), 'sealcam-browser-'));
  t.teardown(() => rm(profile, { recursive: true, force: true, maxRetries: 3 }));
  const bytes = await readFile(video);
  let told: (played: Played) => void = () => {};
  const played = new Promise<Played>((resolve) => {
    told = resolve;
  });
  const server = createServer((request, response) => answer(request, response, { bytes, captions }, told));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const chromium = startProcess(t, browser, [
    ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--mute-audio'],
    ...['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...[
      '--autoplay-policy=no-user-gesture-required',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
    ...[`--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`],
  ]);
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the browser told nothing:\n${chromium.output()}`)),
      patienceMs,
    );
  });
  const gone = chromium.exited.then(({ code, signal }) => {
    throw new Error(`the browser ended with ${code ?? signal}:\n${chromium.output()}`);
  });
  gone.catch(() => {});
  try {
    return await Promise.race([played, silence, gone]);
  } finally {
    clearTimeout(timer);
    await chromium.kill('SIGTERM');
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, captions }: { readonly bytes: Buffer; readonly captions: string },
  told: (played: Played) => void,
): void {
  if (request.url === '/played') {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.end();
      told(JSON.parse(Buffer.concat(parts).toString()) as Played);
    });
    return;
  }
  if (request.url === '/captions.vtt') {
    response.writeHead(200, { 'content-type': 'text/vtt' });
    response.end(captions);
    return;
  }
  if (request.url !== '/video.mp4') {
    response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html' });
    response.end(page);
    return;
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = Number(range?.[1] ?? 0);
  const to = range?.[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1;
  response.writeHead(range === null ? 200 : 206, {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': to - from + 1,
    ...(range === null ? {} : { 'content-range': `bytes ${from}-${to}/${bytes.length}` }),
  });
  response.end(bytes.subarray(from, to + 1));
}

import { useEffect, useRef, useState } from 'preact/hooks';
import { MediaDecoders } from '../decode.ts';
import { type Live, useNow } from '../live.ts';
import type { Model } from '../model.ts';
import { clockWords } from '../words.ts';
import { Card, Pill } from './parts.tsx';

/** Below this the meter shows nothing, in decibels of full scale. */
const floorDb = -60;
/** No picture for this long: what is shown is old. */
const staleMs = 1_500;

/** What the camera sees and hears, as it captures it. */
export function Viewfinder({ live }: { readonly live: Live }) {
  const { model, hearMedia } = live;
  const canvas = useRef<HTMLCanvasElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  const [trouble, setTrouble] = useState<string>();
  const seenAt = useRef(Number.NEGATIVE_INFINITY);
  const loudness = useRef(floorDb);
  const { stream } = model;
  useEffect(() => {
    if (stream === undefined) return;
    setTrouble(undefined);
    const decoders = new MediaDecoders(stream, {
      picture(frame) {
        seenAt.current = performance.now();
        if (canvas.current !== null) draw(canvas.current, frame, stream.video.rotation);
      },
      level(rms) {
        const db = Math.max(floorDb, 20 * Math.log10(Math.max(rms, 1e-6)));
        // Falls slowly, as the needle of a meter does.
        loudness.current = Math.max(db, loudness.current - 1.2);
        const quiet = (100 * loudness.current) / floorDb;
        meter.current?.style.setProperty('clip-path', `inset(${quiet.toFixed(1)}% 0 0 0)`);
      },
      trouble: setTrouble,
    });
    const leave = hearMedia((media) => decoders.take(media));
    return () => {
      leave();
      decoders.close();
    };
  }, [stream, hearMedia]);
  const nowMs = useNow(model.offsetMs, 250);
  const fresh = nowMs - model.offsetMs - seenAt.current < staleMs;
  if (!fresh) loudness.current = floorDb;
  const level = Math.round(loudness.current);
  return (
    <Card title="Live picture" name="view" aside={<StreamWords model={model} fresh={fresh} />}>
      <div class={`viewfinder ${fresh ? '' : 'stale'}`}>
        <canvas ref={canvas} width="1280" height="720" role="img" aria-label="What the camera captures" />
        {!fresh && <p class="no-picture">{trouble ?? whyNothing(model)}</p>}
        <Overlay model={model} nowMs={nowMs} />
        <div class="meter" aria-hidden="true">
          <div class="meter-bar" ref={meter} />
        </div>
        <meter class="hidden" aria-label="Sound level in decibels" min={floorDb} max={0} value={level}>
          {`${level} decibels`}
        </meter>
      </div>
    </Card>
  );
}

function StreamWords({ model, fresh }: { readonly model: Model; readonly fresh: boolean }) {
  const { stream } = model;
  if (stream === undefined) return null;
  const { codec, width, height } = stream.video;
  const sound =
    stream.audio === undefined
      ? 'no sound'
      : `${stream.audio.codec === 'opus' ? 'Opus' : 'AAC'} ${stream.audio.sampleRate / 1000} kHz`;
  const size = width > 0 ? `${width}×${height} · ` : '';
  return <span class={`aside ${fresh ? '' : 'faint'}`}>{`${size}${codec.split('.')[0]} · ${sound}`}</span>;
}

/** What a person would see in the picture: recording, time, switches. */
function Overlay({ model, nowMs }: { readonly model: Model; readonly nowMs: number }) {
  const { state } = model;
  const since = state.recordingSinceMs;
  return (
    <div class="overlay">
      {since === undefined ? (
        <Pill tone="off">Not recording</Pill>
      ) : (
        <Pill tone="rec">{`REC ${clockWords(nowMs - since)}`}</Pill>
      )}
      {state.mute && <Pill tone="warn">Mute</Pill>}
      {state.dwelling && <Pill tone="warn">Dwelling</Pill>}
    </div>
  );
}

function whyNothing({ connection, state }: Model): string {
  if (connection !== 'open') return 'The simulator does not answer.';
  if ('freeze' in state.faults) return 'The camera hangs: it captures nothing.';
  if (!state.streaming) return 'The camera captures as soon as an agent takes the stream.';
  return 'Waiting for the next key picture.';
}

function draw(canvas: HTMLCanvasElement, frame: VideoFrame, rotation: number): void {
  const { displayWidth, displayHeight } = frame;
  const turned = rotation === 90 || rotation === 270;
  const [width, height] = turned ? [displayHeight, displayWidth] : [displayWidth, displayHeight];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.translate(width / 2, height / 2);
  context.rotate((rotation * Math.PI) / 180);
  context.drawImage(frame, -displayWidth / 2, -displayHeight / 2, displayWidth, displayHeight);
}

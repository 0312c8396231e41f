import type { ReadingView } from '../../messages.ts';
import type { Say } from '../live.ts';
import type { Model } from '../model.ts';
import { Card } from './parts.tsx';

/** The camera as it would be in the hand: its lamp, its buttons and switches, its cable. */
export function Camera({ model, say }: { readonly model: Model; readonly say: Say }) {
  const { state, reading } = model;
  const press = (button: string): void => say({ press: button });
  const { shown, commanded } = state.lamp;
  const lamp = shown === commanded ? `Lamp: ${shown}` : `Lamp ${shown}, told ${commanded}`;
  return (
    <Card
      title="Camera"
      name="camera"
      aside={<span class={`lamp-words lamp-${shown === commanded ? shown : 'wrong'}`}>{lamp}</span>}
    >
      <div class={`device lamp-${shown} ${state.plugged ? 'plugged' : 'unplugged'}`}>
        <Body />
        <button type="button" class="key key-start" onClick={() => press('start')}>
          <span class="key-mark" aria-hidden="true" />
          Start
        </button>
        <button type="button" class="key key-bookmark" onClick={() => press('bookmark')}>
          <span class="key-mark" aria-hidden="true" />
          Bookmark
        </button>
        <button type="button" class="key key-stop" onClick={() => press('stop')}>
          <span class="key-mark" aria-hidden="true" />
          Stop
        </button>
        <button
          type="button"
          class="slide slide-mute"
          aria-pressed={state.mute}
          onClick={() => say({ press: 'mute', on: !state.mute })}
        >
          Mute
        </button>
        <button
          type="button"
          class="slide slide-dwelling"
          aria-pressed={state.dwelling}
          onClick={() => say({ press: 'dwelling', on: !state.dwelling })}
        >
          Dwelling
        </button>
      </div>
      <Readings reading={reading} />
    </Card>
  );
}

/** The body without its buttons, which are real ones on top of it. */
function Body() {
  return (
    <svg viewBox="0 0 300 440" class="body" aria-hidden="true" focusable="false">
      <defs>
        <linearGradient id="shell" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" class="shell-1" />
          <stop offset="1" class="shell-2" />
        </linearGradient>
        <linearGradient id="face" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" class="face-1" />
          <stop offset="1" class="face-2" />
        </linearGradient>
        <radialGradient id="glass" cx="0.38" cy="0.32" r="0.8">
          <stop offset="0" stop-color="#6fc3f5" />
          <stop offset="0.35" stop-color="#1f5f93" />
          <stop offset="0.75" stop-color="#0a2036" />
          <stop offset="1" stop-color="#04090f" />
        </radialGradient>
        <radialGradient id="glow">
          <stop offset="0" class="glow-1" />
          <stop offset="1" class="glow-2" />
        </radialGradient>
      </defs>
      <g class="cable">
        <path d="M150 392 V440" class="cable-line" />
        <rect x="132" y="396" width="36" height="26" rx="5" class="cable-plug" />
      </g>
      <rect x="34" y="10" width="232" height="388" rx="44" fill="url(#shell)" />
      <rect x="44" y="20" width="212" height="368" rx="36" fill="url(#face)" class="face-edge" />
      <circle cx="150" cy="98" r="62" class="ring-1" />
      <circle cx="150" cy="98" r="50" class="ring-2" />
      <circle cx="150" cy="98" r="38" fill="url(#glass)" />
      <circle cx="150" cy="98" r="16" class="pupil" />
      <ellipse cx="134" cy="80" rx="12" ry="8" class="shine" />
      <circle cx="226" cy="52" r="30" fill="url(#glow)" class="lamp-glow" />
      <circle cx="226" cy="52" r="9" class="lamp" />
      <g class="mic">
        {[0, 1, 2].flatMap((row) =>
          [0, 1, 2].map((column) => (
            <circle key={`${row}${column}`} cx={66 + column * 8} cy={46 + row * 8} r="2" />
          )),
        )}
      </g>
      <text x="150" y="375" text-anchor="middle" class="brand-mark">
        SEALCAM
      </text>
    </svg>
  );
}

function Readings({ reading }: { readonly reading: ReadingView | undefined }) {
  const percent = reading?.batteryPercent;
  const level = percent === undefined ? 'none' : percent < 10 ? 'low' : percent < 25 ? 'medium' : 'high';
  return (
    <dl class="readings">
      <div>
        <dt>Battery</dt>
        <dd>
          <Battery percent={percent} level={level} />
          {percent === undefined ? '–' : `${Math.round(percent)} %`}
        </dd>
      </div>
      <div>
        <dt>Temperature</dt>
        <dd>{reading?.celsius === undefined ? '–' : `${reading.celsius.toFixed(1)} °C`}</dd>
      </div>
      <div>
        <dt>GNSS</dt>
        <dd>{gnssWords(reading)}</dd>
      </div>
      <div>
        <dt>Motion</dt>
        <dd>{reading?.acceleration === undefined ? '–' : `${reading.acceleration.toFixed(1)} m/s²`}</dd>
      </div>
    </dl>
  );
}

function gnssWords(reading: ReadingView | undefined): string {
  if (reading === undefined) return '–';
  if (reading.satellites === undefined) return 'no fix';
  return `${reading.satellites} sat., ±${(reading.accuracy ?? 0).toFixed(1)} m`;
}

function Battery({ percent, level }: { readonly percent: number | undefined; readonly level: string }) {
  return (
    <svg viewBox="0 0 28 14" class={`battery battery-${level}`} aria-hidden="true" focusable="false">
      <rect x="0.75" y="0.75" width="23" height="12.5" rx="3" class="battery-case" />
      <rect x="24.5" y="4.5" width="3" height="5" rx="1.2" class="battery-tip" />
      <rect x="2.5" y="2.5" width={((percent ?? 0) / 100) * 19.5} height="9" rx="1.6" class="battery-fill" />
    </svg>
  );
}

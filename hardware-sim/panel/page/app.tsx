import { useEffect, useState } from 'preact/hooks';
import { type Live, useLive } from './live.ts';
import type { Model } from './model.ts';
import { Camera } from './views/camera.tsx';
import { Company } from './views/company.tsx';
import { Faults } from './views/faults.tsx';
import { Instruments } from './views/instruments.tsx';
import { Journal } from './views/journal.tsx';
import { LinkCount } from './views/link-count.tsx';
import { Pill } from './views/parts.tsx';
import { Scenario } from './views/scenario.tsx';
import { Timeline } from './views/timeline.tsx';
import { Viewfinder } from './views/viewfinder.tsx';

type Theme = 'system' | 'light' | 'dark';
const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

export function App() {
  const live = useLive();
  const { model, say } = live;
  return (
    <>
      <Head model={model} />
      {model.connection === 'ended' && (
        <p class="banner" role="alert">
          The simulator does not answer. If it was ended, start it again and open the address that it prints.
        </p>
      )}
      <Refusal live={live} />
      <main class="grid">
        <div class="column column-camera">
          <Camera model={model} say={say} />
          <Instruments model={model} say={say} />
          <LinkCount model={model} />
        </div>
        <div class="column column-view">
          <Viewfinder live={live} />
          <Timeline model={model} />
          <Journal model={model} />
        </div>
        <div class="column column-side">
          {model.hasCompany && <Company model={model} say={say} />}
          <Faults model={model} say={say} />
          <Scenario model={model} say={say} />
        </div>
      </main>
    </>
  );
}

function Head({ model }: { readonly model: Model }) {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const { tone, words } = stateWords(model);
  const faults = Object.keys(model.state.faults).length;
  return (
    <header class="head">
      <div class="brand">
        <img src="icon.svg" alt="" width="30" height="30" />
        <div>
          <h1>Sealcam</h1>
          <p>Simulated camera</p>
        </div>
      </div>
      <p class="head-state" role="status">
        {faults > 0 && <Pill tone="warn">{faults === 1 ? '1 fault on' : `${faults} faults on`}</Pill>}
        <Pill tone={tone}>{words}</Pill>
      </p>
      <button
        type="button"
        class="quiet"
        aria-label={`Theme: ${theme}`}
        onClick={() => setTheme(nextTheme[theme])}
      >
        <span class="wide">Theme: </span>
        {theme}
      </button>
    </header>
  );
}

/** What the camera is doing, in a few words. */
function stateWords({ connection, state }: Model): { tone: string; words: string } {
  if (connection !== 'open') return { tone: 'off', words: 'Not connected' };
  if (!state.plugged) return { tone: 'bad', words: 'Unplugged' };
  if (state.off.includes('agent')) return { tone: 'bad', words: 'Agent offline' };
  if (!state.agent) return { tone: 'warn', words: 'No agent' };
  if (state.lamp.commanded === 'alarm') return { tone: 'bad', words: 'Alarm' };
  if (state.lamp.commanded === 'recording') return { tone: 'rec', words: 'Recording' };
  return { tone: 'good', words: 'Standby' };
}

function Refusal({ live: { model, dismiss } }: { readonly live: Live }) {
  if (model.refusal === undefined) return null;
  return (
    <div class="banner" role="alert">
      <span>Not done: {model.refusal}</span>
      <button type="button" class="quiet" onClick={dismiss}>
        Dismiss
      </button>
    </div>
  );
}

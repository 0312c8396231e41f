import { useEffect, useState } from 'preact/hooks';
import type { ScenarioView, TakeView } from '../../messages.ts';
import { type Say, useNow } from '../live.ts';
import type { Model } from '../model.ts';
import { clockWords } from '../words.ts';
import { Card, Pill } from './parts.tsx';

const stateWords: Readonly<Record<ScenarioView['state'], readonly [tone: string, words: string]>> = {
  ready: ['off', 'Ready'],
  waiting: ['warn', 'Waits for its zero'],
  running: ['good', 'Running'],
  paused: ['warn', 'Paused'],
  ended: ['off', 'Ended'],
};

/** Plays a scenario, and records one by hand. */
export function Scenario({ model, say }: { readonly model: Model; readonly say: Say }) {
  const { scenario, library, take } = model;
  const [tone, words] = stateWords[scenario?.state ?? 'ready'];
  return (
    <Card title="Scenario" name="scenario" aside={scenario && <Pill tone={tone}>{words}</Pill>}>
      <div class="row">
        {library.length > 0 && (
          <label class="choice grow">
            <span class="hidden">Scenario of the library</span>
            <select
              value=""
              onChange={(event) => {
                const name = event.currentTarget.value;
                if (name !== '') say({ panel: 'open', name });
                event.currentTarget.value = '';
              }}
            >
              <option value="">From the library …</option>
              {library.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <OpenFile say={say} />
      </div>
      {scenario !== undefined && <Player scenario={scenario} model={model} say={say} />}
      <Take take={take} say={say} />
    </Card>
  );
}

function OpenFile({ say }: { readonly say: Say }) {
  const open = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) say({ panel: 'load', name: file.name, text: await file.text() });
  };
  return (
    <label class="button">
      Open a file
      <input
        type="file"
        class="hidden"
        accept=".yaml,.yml"
        onChange={(event) => {
          void open(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
    </label>
  );
}

interface PlayerProps {
  readonly scenario: ScenarioView;
  readonly model: Model;
  readonly say: Say;
}

function Player({ scenario, model, say }: PlayerProps) {
  const nowMs = useNow(model.offsetMs, 250);
  const running = scenario.state === 'running';
  const atMs = scenario.atMs + (running ? Math.max(0, nowMs - model.scenarioAtMs) : 0);
  const order = (what: string): void => say({ panel: 'scenario', do: what });
  return (
    <div class="player">
      <p class="player-name">
        <strong>{scenario.title}</strong>
        <span class="faint">{`${clockWords(atMs)} of ${clockWords(scenario.totalMs)}`}</span>
      </p>
      {scenario.about !== undefined && <p class="about">{scenario.about}</p>}
      {scenario.checks > 0 && <p class="about">{`What it expects is judged by "sealcam scenario run".`}</p>}
      <progress
        aria-label="Progress of the scenario"
        max={Math.max(1, scenario.totalMs)}
        value={Math.min(atMs, scenario.totalMs)}
      />
      <div class="row">
        {running ? (
          <button type="button" onClick={() => order('pause')}>
            Pause
          </button>
        ) : (
          <button
            type="button"
            class="strong"
            disabled={scenario.state === 'ended'}
            onClick={() => order('run')}
          >
            {scenario.state === 'paused' ? 'Go on' : 'Run'}
          </button>
        )}
        <button type="button" onClick={() => order('restart')}>
          Restart
        </button>
        <button type="button" disabled={scenario.state === 'ended'} onClick={() => order('end')}>
          End
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reached by the keyboard */}
      <ol class="steps" tabIndex={0} aria-label="Steps of the scenario">
        {scenario.steps.map((step, index) => (
          <li
            key={`${index}-${step.atMs}`}
            class={index < scenario.done ? 'is-done' : index === scenario.done && running ? 'is-next' : ''}
          >
            <time>{clockWords(step.atMs)}</time> {step.says}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Take({ take, say }: { readonly take: TakeView; readonly say: Say }) {
  const url = useFile(take.file);
  return (
    <div class="take">
      <div class="row">
        <button
          type="button"
          class={take.recording ? 'recording' : ''}
          onClick={() => say({ panel: 'take', on: !take.recording })}
        >
          {take.recording ? 'Stop recording' : 'Record by hand'}
        </button>
        {take.recording && (
          <span class="aside" role={take.full ? 'alert' : undefined}>
            {take.full
              ? `${take.steps} steps, which is all that fit: what follows is not recorded`
              : `${take.steps} ${take.steps === 1 ? 'step' : 'steps'} so far`}
          </span>
        )}
        {url !== undefined && (
          <a class="button" href={url} download="by-hand.yaml">
            {`Save ${take.steps} ${take.steps === 1 ? 'step' : 'steps'}`}
          </a>
        )}
        {url !== undefined && (
          <button type="button" onClick={() => say({ panel: 'playTake' })}>
            Play it
          </button>
        )}
      </div>
    </div>
  );
}

/** An address at which the browser has `text` as a file. */
function useFile(text: string | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (text === undefined) {
      setUrl(undefined);
      return;
    }
    const made = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return url;
}

import { useState } from 'preact/hooks';
import type { Entry } from '../../messages.ts';
import type { Model } from '../model.ts';
import { clockWords, entryWords, speakerNames } from '../words.ts';
import { Card } from './parts.tsx';

const shownMax = 100;

const choices = {
  all: 'Everything',
  important: 'Without the quiet',
  camera: 'Camera',
  agent: 'Agent and station',
  you: 'By hand and scenario',
} as const;
type Choice = keyof typeof choices;

/** All that happened, the newest first. */
export function Journal({ model }: { readonly model: Model }) {
  const [choice, setChoice] = useState<Choice>('all');
  const entries = model.entries
    .filter((entry) => fits(entry, choice))
    .slice(-shownMax)
    .reverse();
  const aside = (
    <label class="choice">
      <span class="hidden">Show</span>
      <select value={choice} onChange={(event) => setChoice(event.currentTarget.value as Choice)}>
        {Object.entries(choices).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Card title="Journal" name="journal" aside={aside}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reached by the keyboard */}
      <ol class="journal" tabIndex={0} aria-label="What happened, the newest first">
        {entries.map((entry) => (
          <Line key={`${entry.atMs}-${entry.from}-${entryWords(entry).text}`} entry={entry} />
        ))}
      </ol>
    </Card>
  );
}

function Line({ entry }: { readonly entry: Entry }) {
  const { text, tone } = entryWords(entry);
  return (
    <li class={`line tone-${tone}`}>
      <time>{clockWords(entry.atMs)}</time>
      <span class={`speaker speaker-${entry.from}`}>{speakerNames[entry.from]}</span>
      <span class="line-text">{text}</span>
    </li>
  );
}

function fits(entry: Entry, choice: Choice): boolean {
  switch (choice) {
    case 'all':
      return true;
    case 'important':
      return entryWords(entry).tone !== 'quiet';
    case 'camera':
      return entry.from === 'camera';
    case 'agent':
      return entry.from === 'agent' || entry.from === 'station';
    case 'you':
      return entry.from === 'you' || entry.from === 'scenario' || entry.from === 'panel';
  }
}

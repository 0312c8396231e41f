import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { NumberControl } from '../../messages.ts';

/** A titled part of the page. */
export function Card(props: {
  readonly title: string;
  readonly name: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`card card-${props.name}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

/** On or off, as a switch of a phone. */
export function Switch(props: {
  readonly on: boolean;
  readonly label: string;
  readonly describedBy?: string;
  readonly onChange: (on: boolean) => void;
}) {
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={props.on}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      onClick={() => props.onChange(!props.on)}
    >
      <span class="switch-knob" />
    </button>
  );
}

/** A short word with a coloured dot. */
export function Pill(props: { readonly tone: string; readonly children: ComponentChildren }) {
  return (
    <span class={`pill tone-${props.tone}`}>
      <span class="dot" aria-hidden="true" />
      {props.children}
    </span>
  );
}

/** A name and its value. */
export function Fact(props: {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly tone?: string;
}) {
  return (
    <div class={`fact ${props.tone === undefined ? '' : `tone-${props.tone}`}`}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** A number to choose; what is out of its bounds is not taken. */
export function NumberField(props: {
  readonly label: string;
  readonly of: NumberControl;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const { min, max } = props.of;
  const take = (text: string): void => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) props.onChange(value);
  };
  return (
    <label class="number">
      <span>{props.label}</span>
      <input
        type="number"
        value={props.value}
        min={min}
        max={max}
        step="any"
        onInput={(event) => take(event.currentTarget.value)}
      />
    </label>
  );
}

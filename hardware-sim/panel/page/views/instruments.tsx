import { useState } from 'preact/hooks';
import type { InstrumentControl } from '../../messages.ts';
import type { Say } from '../live.ts';
import type { Model } from '../model.ts';
import { Card, NumberField } from './parts.tsx';

/** What the instruments are to measure. */
export function Instruments({ model, say }: { readonly model: Model; readonly say: Say }) {
  return (
    <Card title="Instruments" name="instruments">
      <ul class="controls">
        {model.instruments.map((control) => (
          <li key={control.name}>
            {control.kind === 'choice' ? (
              <Choice control={control} chosen={model.state.chosen[control.name]} say={say} />
            ) : (
              <Course control={control} say={say} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

type ChoiceControl = Extract<InstrumentControl, { kind: 'choice' }>;
type CourseControl = Extract<InstrumentControl, { kind: 'number' }>;

interface ChoiceProps {
  readonly control: ChoiceControl;
  readonly chosen: string | undefined;
  readonly say: Say;
}

function Choice({ control, chosen, say }: ChoiceProps) {
  const more = control.options.find((option) => option.more !== undefined)?.more;
  const [value, setValue] = useState(more?.value ?? 0);
  return (
    <fieldset class="choices">
      <legend>{control.title}</legend>
      <div class="segments">
        {control.options.map((option) => (
          <button
            key={option.name}
            type="button"
            aria-pressed={chosen === option.name}
            onClick={() =>
              say({
                [control.name]: option.name,
                ...(option.more === undefined ? {} : { [option.more.field]: value }),
              })
            }
          >
            {option.name}
          </button>
        ))}
      </div>
      {more !== undefined && (
        <NumberField label={`Jump, ${more.field}`} of={more} value={value} onChange={setValue} />
      )}
    </fieldset>
  );
}

/** A value that is reached at once, or over some seconds. */
function Course({ control, say }: { readonly control: CourseControl; readonly say: Say }) {
  const [value, setValue] = useState(control.value);
  const [over, setOver] = useState(0);
  return (
    <fieldset class="choices">
      <legend>{control.title}</legend>
      <div class="course">
        <input
          type="range"
          aria-label={control.title}
          aria-valuetext={`${value} ${control.unit}`}
          min={control.min}
          max={control.max}
          value={value}
          onInput={(event) => setValue(Number(event.currentTarget.value))}
        />
        <output>{`${value} ${control.unit}`}</output>
      </div>
      <div class="course">
        <NumberField
          label="Over seconds"
          of={{ value: 0, min: 0, max: 86_400 }}
          value={over}
          onChange={setOver}
        />
        <button type="button" onClick={() => say({ [control.name]: value, over })}>
          Set
        </button>
      </div>
    </fieldset>
  );
}

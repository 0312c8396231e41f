import { useId, useState } from 'preact/hooks';
import type { FaultControl } from '../../messages.ts';
import type { Say } from '../live.ts';
import type { Model } from '../model.ts';
import { shareWords } from '../words.ts';
import { Card, NumberField, Switch } from './parts.tsx';

/** Rates are chosen by their power of ten. */
const powerMin = -7;

/** A switch, and what else it takes, for every fault of the simulator. */
export function Faults({ model, say }: { readonly model: Model; readonly say: Say }) {
  const on = Object.keys(model.state.faults);
  const end = (): void => {
    for (const fault of on) say({ fault, on: false });
  };
  const aside =
    on.length === 0 ? (
      <span class="aside">none on</span>
    ) : (
      <button type="button" class="quiet" onClick={end}>
        End all ({on.length})
      </button>
    );
  return (
    <Card title="Faults" name="faults" aside={aside}>
      <ul class="faults">
        {model.faults.map((fault) => (
          <Fault key={fault.name} fault={fault} on={model.state.faults[fault.name]} say={say} />
        ))}
      </ul>
    </Card>
  );
}

interface FaultProps {
  readonly fault: FaultControl;
  /** How it is on; undefined while it is off. */
  readonly on: { readonly rate: number | undefined } | undefined;
  readonly say: Say;
}

function Fault({ fault, on, say }: FaultProps) {
  const id = useId();
  const [power, setPower] = useState(Math.log10(fault.rate ?? 1));
  const rate = Math.min(1, Number((10 ** power).toPrecision(2)));
  const [seconds, setSeconds] = useState(fault.seconds?.value ?? 0);
  const turn = (wanted: boolean, at = rate): void => {
    const more = fault.kind === 'rate' ? { rate: at } : fault.seconds === undefined ? {} : { seconds };
    say({ fault: fault.name, on: wanted, ...(wanted ? more : {}) });
  };
  return (
    <li class={on === undefined ? '' : 'is-on'}>
      <div class="fault-head">
        <div>
          <span class="fault-title">{fault.title}</span>
          <span class="fault-says" id={id}>
            {fault.says}
          </span>
        </div>
        {fault.kind === 'once' ? null : (
          <Switch
            on={on !== undefined}
            label={fault.title}
            describedBy={id}
            onChange={(wanted) => turn(wanted)}
          />
        )}
      </div>
      {fault.kind === 'rate' && (
        <div class="fault-more">
          <input
            type="range"
            aria-label={`${fault.title}: how many`}
            aria-valuetext={shareWords(rate)}
            min={powerMin}
            max={0}
            step={0.1}
            value={power}
            onInput={(event) => setPower(Number(event.currentTarget.value))}
            onChange={(event) => {
              const chosen = Number(event.currentTarget.value);
              setPower(chosen);
              if (on !== undefined) turn(true, Math.min(1, Number((10 ** chosen).toPrecision(2))));
            }}
          />
          <output>{shareWords(rate)}</output>
        </div>
      )}
      {fault.seconds !== undefined && (
        <div class="fault-more">
          <NumberField label="Seconds" of={fault.seconds} value={seconds} onChange={setSeconds} />
          {fault.kind === 'once' && (
            <button type="button" onClick={() => say({ fault: fault.name, seconds })}>
              Jump
            </button>
          )}
        </div>
      )}
    </li>
  );
}

import { useState } from 'preact/hooks';
import type { DiskState, NetworkState } from '../../../world-actions.ts';
import { fixedWords } from '../../action-words.ts';
import type { AgentView, ProgramView } from '../../messages.ts';
import type { Say } from '../live.ts';
import type { Model } from '../model.ts';
import { sizeWords } from '../words.ts';
import { Card, Fact, NumberField, Pill } from './parts.tsx';

const recorderWords: Readonly<Record<AgentView['recorder'], readonly [tone: string, words: string]>> = {
  standby: ['good', 'Ready'],
  waiting: ['warn', 'Waiting for a picture'],
  recording: ['rec', 'Recording'],
  stopping: ['warn', 'Closing'],
};

/** The agent by its own account, its spool and receipts, and the station. */
export function Company({ model, say }: { readonly model: Model; readonly say: Say }) {
  const { company } = model;
  const agent = company?.agent;
  const fixed = company && fixedWords(company);
  const [tone, words] = agent === undefined ? (['off', 'Offline'] as const) : recorderWords[agent.recorder];
  return (
    <Card title="Agent" name="agent" aside={<Pill tone={tone}>{words}</Pill>}>
      {agent === undefined ? (
        <p class="offline">
          The agent does not answer. What the camera captures waits in its buffer until an agent takes it;
          what finds no room there is dropped.
        </p>
      ) : (
        <AgentFacts agent={agent} />
      )}
      <Progress model={model} />
      {company?.network !== undefined && (
        <Choices
          title="Network to the station"
          words={networkWords}
          now={company.network}
          choose={(network) => say({ panel: 'network', network })}
        />
      )}
      {company?.disk !== undefined && (
        <Choices
          title="The agent's disk"
          words={diskWords}
          now={company.disk}
          choose={(disk) => say({ panel: 'disk', disk })}
        />
      )}
      {company?.clockAheadSeconds !== undefined && (
        <AgentClock aheadSeconds={company.clockAheadSeconds} say={say} />
      )}
      {fixed !== undefined && <p class="offline">{fixed}</p>}
      <ul class="programs">
        {(company?.programs ?? []).map((program) => (
          <Program key={program.name} program={program} say={say} />
        ))}
      </ul>
    </Card>
  );
}

const networkWords: readonly (readonly [state: NetworkState, words: string])[] = [
  ['back', 'good'],
  ['slow', 'slow'],
  ['silent', 'silent'],
  ['cut', 'cut'],
];

const diskWords: readonly (readonly [state: DiskState, words: string])[] = [
  ['freed', 'has room'],
  ['full', 'full'],
];

/** One of several states, of which one is chosen. */
function Choices<T extends string>(props: {
  readonly title: string;
  readonly words: readonly (readonly [state: T, words: string])[];
  readonly now: T;
  readonly choose: (state: T) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{props.title}</legend>
      <div class="segments">
        {props.words.map(([state, words]) => (
          <button
            key={state}
            type="button"
            aria-pressed={props.now === state}
            onClick={() => props.choose(state)}
          >
            {words}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** A day back or forth is more than any certificate of the demo bears. */
const clockStep = { value: 60, min: -86_400, max: 86_400 };

/** How far the agent's wall clock is from this machine's, and steps of it. */
function AgentClock({ aheadSeconds, say }: { readonly aheadSeconds: number; readonly say: Say }) {
  const [seconds, setSeconds] = useState(clockStep.value);
  const ahead = Math.round(aheadSeconds);
  const step = (agentClock: number): void => say({ panel: 'agentClock', agentClock });
  return (
    <fieldset class="choices">
      <legend>
        The agent's clock{ahead === 0 ? '' : `: ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead' : 'behind'}`}
      </legend>
      <div class="fault-more">
        <NumberField label="Seconds" of={clockStep} value={seconds} onChange={setSeconds} />
        <button type="button" onClick={() => step(seconds)}>
          Step the clock
        </button>
        {ahead !== 0 && (
          <button type="button" class="quiet" onClick={() => step(-aheadSeconds)}>
            Set it right
          </button>
        )}
      </div>
    </fieldset>
  );
}

function AgentFacts({ agent }: { readonly agent: AgentView }) {
  const { spool, uplink, conditions } = agent;
  const bad = (is: boolean): { tone?: string } => (is ? { tone: 'bad' } : {});
  return (
    <>
      <dl class="facts">
        <Fact name="Sensor" {...bad(!agent.sensorPresent)}>
          {agent.sensorPresent ? 'connected' : 'away'}
        </Fact>
        <Fact name="Broker" {...bad(!uplink.connected)}>
          {uplink.connected ? 'connected' : 'away'}
        </Fact>
        <Fact name="Spool">
          {spool.recordings === 0 ? 'empty' : `${sizeWords(spool.bytes)}, ${spool.recordings} rec.`}
        </Fact>
        <Fact name="Oldest unreceipted">
          {spool.recordings === 0 ? '–' : secondsWords(spool.oldestUnreceiptedSeconds)}
        </Fact>
        <Fact name="Sending">
          {uplink.sending === null ? '–' : `${sizeWords(uplink.sending.bytesPerSecond)}/s`}
        </Fact>
        <Fact name="Last receipt">
          {uplink.lastReceiptSeconds === null ? '–' : `${secondsWords(uplink.lastReceiptSeconds)} ago`}
        </Fact>
        <Fact name="Disk free">{spool.freeBytes === null ? '–' : sizeWords(spool.freeBytes)}</Fact>
        <Fact name="Restarts" {...bad(agent.restarts > 0)}>
          {agent.restarts}
        </Fact>
      </dl>
      {conditions.length > 0 && (
        <ul class="conditions">
          {conditions.map(({ name, says }) => (
            <li key={name}>{says}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** How much of the newest recording is sealed, and receipted. */
function Progress({ model }: { readonly model: Model }) {
  const { sealed, sealedBytes, receipted, gaps } = model.state;
  if (sealed === 0 && receipted === 0) return null;
  return (
    <div class="progress">
      <div>
        <strong>{sealed}</strong> chunks sealed
        <span class="faint"> {sizeWords(sealedBytes)}</span>
      </div>
      <div>
        <strong>{receipted}</strong> statements receipted
      </div>
      {gaps > 0 && (
        <div class="tone-bad">
          <strong>{gaps}</strong> {gaps === 1 ? 'gap' : 'gaps'} signed
        </div>
      )}
    </div>
  );
}

function Program({ program, say }: { readonly program: ProgramView; readonly say: Say }) {
  const { name, running } = program;
  return (
    <li>
      <Pill
        tone={running ? 'good' : 'off'}
      >{`${name === 'agent' ? 'Agent' : 'Station'} ${running ? 'runs' : 'is off'}`}</Pill>
      <button type="button" onClick={() => say({ panel: 'program', name, on: !running })}>
        {running ? `Kill the ${name}` : `Start the ${name}`}
      </button>
    </li>
  );
}

function secondsWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

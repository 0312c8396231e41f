import type {
  CompanyView,
  Entry,
  FaultControl,
  InstrumentControl,
  PanelMessage,
  PanelState,
  ReadingView,
  ReportView,
  ScenarioView,
  StreamView,
  TakeView,
} from '../messages.ts';
import { firstState, nextState } from '../state.ts';

/** Entries that the page keeps. */
const entriesMax = 600;

/** All that the page shows. */
export interface Model {
  readonly connection: 'connecting' | 'open' | 'ended';
  /** The panel's time minus the page's, milliseconds. */
  readonly offsetMs: number;
  readonly state: PanelState;
  readonly entries: readonly Entry[];
  readonly faults: readonly FaultControl[];
  readonly instruments: readonly InstrumentControl[];
  readonly stream: StreamView | undefined;
  readonly library: readonly string[];
  readonly hasCompany: boolean;
  readonly report: ReportView | undefined;
  readonly reading: ReadingView | undefined;
  readonly company: CompanyView | undefined;
  readonly scenario: ScenarioView | undefined;
  /** When `scenario` was told, by the panel's time. */
  readonly scenarioAtMs: number;
  readonly take: TakeView;
  /** Why the last order was not followed. */
  readonly refusal: string | undefined;
}

export const firstModel: Model = {
  connection: 'connecting',
  offsetMs: 0,
  state: firstState,
  entries: [],
  faults: [],
  instruments: [],
  stream: undefined,
  library: [],
  hasCompany: false,
  report: undefined,
  reading: undefined,
  company: undefined,
  scenario: undefined,
  scenarioAtMs: 0,
  take: { recording: false, steps: 0, full: false, file: undefined },
  refusal: undefined,
};

export type Input =
  | { readonly kind: 'message'; readonly message: PanelMessage; readonly nowMs: number }
  | { readonly kind: 'connection'; readonly connection: Model['connection'] }
  | { readonly kind: 'dismissed' };

export function nextModel(model: Model, input: Input): Model {
  if (input.kind === 'connection') return { ...model, connection: input.connection };
  if (input.kind === 'dismissed') return { ...model, refusal: undefined };
  return afterMessage(model, input.message, input.nowMs);
}

function afterMessage(model: Model, message: PanelMessage, nowMs: number): Model {
  switch (message.kind) {
    case 'welcome': {
      const { state, entries, faults, instruments, stream, library, company } = message;
      const offsetMs = message.nowMs - nowMs;
      const known = { state, entries, faults, instruments, stream, library, hasCompany: company };
      return { ...model, ...known, offsetMs, connection: 'open' };
    }
    case 'entry':
      return {
        ...model,
        state: nextState(model.state, message.entry),
        entries: [...model.entries.slice(1 - entriesMax), message.entry],
      };
    case 'report':
      return { ...model, report: message.report, offsetMs: message.nowMs - nowMs };
    case 'reading':
      return { ...model, reading: message.reading };
    case 'company':
      return { ...model, company: message.company };
    case 'scenario':
      return { ...model, scenario: message.scenario, scenarioAtMs: nowMs + model.offsetMs };
    case 'take':
      return { ...model, take: message.take };
    case 'refused':
      return { ...model, refusal: message.message };
  }
}

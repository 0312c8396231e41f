import type { LampState } from '../../proto/link/messages.ts';
import type { Action } from '../actions.ts';
import type { SimEvent, SimReport } from '../events.ts';
import type { DiskState, NetworkState, WorldAction } from '../world-actions.ts';

// What the panel's server and its page tell each other, as JSON, one message each. Pictures and sound go as binary messages
// (media-message.ts), and orders to the camera as on the control channel.

/** How the page shows one fault, made from the list of faults. */
export interface FaultControl {
  readonly name: string;
  readonly title: string;
  /** What it does, in a few words; empty for a fault that has no words yet. */
  readonly says: string;
  /** `switch`: on or off; `rate`: on at a rate; `once`: done, and over. */
  readonly kind: 'switch' | 'rate' | 'once';
  /** Of `rate`: the share of bits or frames that is hit unless another is chosen. */
  readonly rate: number | undefined;
  /** The time that it takes, in seconds; undefined if it takes none. */
  readonly seconds: NumberControl | undefined;
}

/** A number that a person chooses. */
export interface NumberControl {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

/** How the page changes what one instrument measures. */
export type InstrumentControl = { readonly name: string; readonly title: string } & (
  | {
      readonly kind: 'choice';
      /** `more` is what a choice has to say next to its name. */
      readonly options: readonly {
        readonly name: string;
        readonly more: ({ readonly field: string } & NumberControl) | undefined;
      }[];
    }
  | ({ readonly kind: 'number'; readonly unit: string } & NumberControl)
);

/** What the page needs to decode the picture and the sound. */
export interface StreamView {
  readonly video: {
    readonly codec: string;
    readonly width: number;
    readonly height: number;
    /** Degrees clockwise. */
    readonly rotation: number;
    /** The decoder's configuration record, base64. */
    readonly description: string;
  };
  readonly audio:
    | {
        readonly codec: string;
        readonly sampleRate: number;
        readonly channels: number;
        readonly description: string;
      }
    | undefined;
}

/** A line of the agent's log, or of the station's: `event` and `msg`, and what else it says. */
export interface LogLine {
  readonly event: string;
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Something that happened, `atMs` milliseconds after the panel began. */
export type Entry = { readonly atMs: number } & (
  | { readonly from: 'camera'; readonly event: SimEvent }
  | { readonly from: 'agent' | 'station'; readonly line: LogLine }
  /** An order that was given on a page, or by a scenario. */
  | { readonly from: 'you' | 'scenario'; readonly action: Action | WorldAction }
  /** A program that runs with the camera was started, or is gone. */
  | ({ readonly from: 'program' } & ProgramView)
  | { readonly from: 'panel'; readonly says: string }
);

/** What the camera measured. */
export interface ReadingView {
  readonly batteryPercent: number | undefined;
  readonly charging: boolean;
  readonly celsius: number | undefined;
  readonly satellites: number | undefined;
  /** Metres, horizontally. */
  readonly accuracy: number | undefined;
  /** Metres per second squared, all directions together; about 9.8 at rest. */
  readonly acceleration: number | undefined;
}

/** What the agent says of itself, as `sealcam status --json` prints it. */
export interface AgentView {
  readonly recorder: 'standby' | 'waiting' | 'recording' | 'stopping';
  readonly sensorPresent: boolean;
  readonly spool: {
    readonly recordings: number;
    readonly bytes: number;
    readonly freeBytes: number | null;
    readonly oldestUnreceiptedSeconds: number;
  };
  readonly uplink: {
    readonly connected: boolean;
    readonly lastReceiptSeconds: number | null;
    readonly sending: { readonly bytes: number; readonly bytesPerSecond: number } | null;
  };
  readonly restarts: number;
  readonly conditions: readonly { readonly name: string; readonly says: string }[];
  readonly alarms: { readonly count: number };
}

/** A program that runs with the camera, and that the page can stop and start. */
export interface ProgramView {
  readonly name: 'agent' | 'station';
  readonly running: boolean;
}

/** Network, disk and wall clock of the agent; each is undefined where the page cannot change it. */
export interface SurroundingsView {
  readonly network: NetworkState | undefined;
  readonly disk: DiskState | undefined;
  /** What the clock is ahead of the machine's, in seconds. */
  readonly clockAheadSeconds: number | undefined;
}

/** What is known of the agent's side; `agent` is undefined while it does not answer. */
export interface CompanyView extends SurroundingsView {
  readonly agent: AgentView | undefined;
  readonly programs: readonly ProgramView[];
}

/** The scenario that the panel plays. */
export interface ScenarioView {
  readonly title: string;
  readonly about: string | undefined;
  /** What the file expects, which the panel does not judge. */
  readonly checks: number;
  readonly state: 'ready' | 'waiting' | 'running' | 'paused' | 'ended';
  readonly atMs: number;
  readonly totalMs: number;
  readonly steps: readonly { readonly atMs: number; readonly says: string }[];
  /** How many of the steps are done. */
  readonly done: number;
}

/** What is recorded of what is done by hand. */
export interface TakeView {
  readonly recording: boolean;
  readonly steps: number;
  /** No more steps are recorded. */
  readonly full: boolean;
  /** A scenario file, once the recording has ended. */
  readonly file: string | undefined;
}

export type ReportView = Pick<
  SimReport,
  'clockUs' | 'connected' | 'streaming' | 'total' | 'telemetry' | 'keptBytes' | 'link' | 'beeps'
>;

/** From the server to a page. */
export type PanelMessage =
  | {
      readonly kind: 'welcome';
      /** The panel's own time, milliseconds. */
      readonly nowMs: number;
      readonly state: PanelState;
      readonly entries: readonly Entry[];
      readonly faults: readonly FaultControl[];
      readonly instruments: readonly InstrumentControl[];
      readonly stream: StreamView;
      /** Names of scenarios that the server has. */
      readonly library: readonly string[];
      /** False where nothing is known of an agent but what the camera sees. */
      readonly company: boolean;
    }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'report'; readonly nowMs: number; readonly report: ReportView }
  | { readonly kind: 'reading'; readonly reading: ReadingView }
  | { readonly kind: 'company'; readonly company: CompanyView }
  | { readonly kind: 'scenario'; readonly scenario: ScenarioView | undefined }
  | { readonly kind: 'take'; readonly take: TakeView }
  | { readonly kind: 'refused'; readonly message: string };

/** What can be seen of the camera, as the events so far tell it. */
export interface PanelState {
  readonly plugged: boolean;
  readonly agent: boolean;
  readonly streaming: boolean;
  readonly lamp: { readonly shown: LampState; readonly commanded: LampState };
  readonly mute: boolean;
  readonly dwelling: boolean;
  /** The faults that are on, with their rates. */
  readonly faults: Readonly<Record<string, { readonly rate: number | undefined }>>;
  /** The programs that are known to be off. */
  readonly off: readonly string[];
  /** What was chosen last of each instrument that takes a choice. */
  readonly chosen: Readonly<Record<string, string>>;
  /** When a recording began, by the panel's time; undefined while there is none. */
  readonly recordingSinceMs: number | undefined;
  /** Chunks that were sealed and receipted in the newest recording, as the agent's log tells it. */
  readonly sealed: number;
  readonly sealedBytes: number;
  readonly receipted: number;
  readonly gaps: number;
}

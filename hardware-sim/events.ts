import type { TrackKind } from '../media/types.ts';
import type { ButtonName, LampState } from '../proto/link/messages.ts';
import type { InstrumentChange } from './behaviours/instruments.ts';
import type { FaultName } from './faults.ts';
import type { SensorLink } from './link/index.ts';
import type { MediaCount, Play, Take } from './scenario/count.ts';

/** What the simulated camera knows about what it did. */
export interface SimReport {
  /** What is played: samples of each track in one pass, and its length in ticks of the video track. */
  readonly source: {
    readonly video: number;
    readonly audio: number;
    readonly videoTimescale: number;
    readonly audioTimescale: number | null;
    readonly periodTicks: number;
  };
  /** The sensor's clock, microseconds. */
  readonly clockUs: number;
  readonly connected: boolean;
  readonly streaming: boolean;
  readonly lamp: { readonly commanded: LampState; readonly shown: LampState };
  readonly beeps: number;
  /** Since the camera was switched on. */
  readonly total: MediaCount;
  /** The newest takes, at most 1,000, oldest first; `takesBefore` is how many there were before them. */
  readonly takes: readonly Take[];
  readonly takesBefore: number;
  /** All pictures in order, as runs without a break in the source; the newest 1,000 runs. */
  readonly plays: readonly Play[];
  /** Readings of the instruments that were sent, and that were dropped because the buffer was full. */
  readonly telemetry: { readonly sent: number; readonly dropped: number };
  /** Bytes that wait for the agent. */
  readonly keptBytes: number;
  readonly link: SensorLink['counts'];
}

/**
 * What happens to the camera, as the control channel reports it: one JSON object per line, with the name in `event`.
 */
export type SimEvent =
  /** The camera can be reached at `path`; `link` is the symbolic link to it, if one was requested. */
  | { readonly event: 'tty'; readonly path: string; readonly link: string | null }
  | { readonly event: 'unplugged' }
  /** The control channel can be reached by WebSocket at `url`, which contains a secret. */
  | { readonly event: 'websocket'; readonly url: string }
  /** The panel is at `url`, which contains a secret. */
  | { readonly event: 'panel'; readonly url: string }
  /** An agent said hello; `resumed` if it is the one that was connected before. */
  | { readonly event: 'agent'; readonly resumed: boolean }
  | { readonly event: 'lost'; readonly reason: string }
  | { readonly event: 'stream'; readonly on: boolean }
  /** `state` is what a person sees. */
  | { readonly event: 'lamp'; readonly state: LampState; readonly commanded: LampState }
  | { readonly event: 'beep'; readonly ms: number }
  | { readonly event: 'vibrate'; readonly ms: number }
  | { readonly event: 'bitrate'; readonly track: TrackKind; readonly bitsPerSecond: number }
  | { readonly event: 'keyFrameRequest' }
  /** `taken` is false if the camera hangs, or had no room for it. */
  | {
      readonly event: 'button';
      readonly button: ButtonName;
      readonly on: boolean;
      /** Of a bookmark, if it has one. */
      readonly category?: number | undefined;
      readonly captureUs: number;
      readonly taken: boolean;
    }
  | {
      readonly event: 'fault';
      readonly fault: FaultName;
      readonly on: boolean;
      readonly rate?: number;
      readonly seconds?: number;
    }
  /** What the instruments measure was changed. */
  | ({ readonly event: 'instrument' } & InstrumentChange)
  /** Part of the source is left out, or read differently than it says. */
  | { readonly event: 'warning'; readonly message: string }
  /** The source has been played to its end (`--once`). */
  | { readonly event: 'ended' }
  | ({ readonly event: 'report' } & SimReport)
  /** A control line could not be followed, or the camera cannot continue. */
  | { readonly event: 'error'; readonly message: string };

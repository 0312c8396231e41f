import type { LogLevel } from '../base/log.ts';
import type { Report } from '../evidence/verify/index.ts';
import type { Speaker } from '../hardware-sim/scenario/expectations.ts';
import type { LampState } from '../proto/link/messages.ts';

// What a runner sees of a run. Every time is milliseconds since the scenario's second 0; what happened before it is negative.

/** A line of JSON: an event of the camera's control channel, or a line of the log of agent or station. */
export interface ObservedLine {
  readonly atMs: number;
  readonly of: Speaker;
  readonly event: string;
  /** Of a log; undefined of the camera. */
  readonly level: LogLevel | undefined;
  /** The sentence of a log line. */
  readonly message: string | undefined;
  /** All fields of the line, those above included. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The lamp as a person sees it, from `atMs` on. */
export interface ObservedLamp {
  readonly atMs: number;
  readonly state: LampState;
}

/** The pictures of all takes, by what became of them. */
export interface PictureCount {
  readonly captured: number;
  /** That the station's recordings show once opened. */
  readonly opened: number;
  /** That signed gaps say are missing. */
  readonly inGaps: number;
  /** Captured between a press of start and the first key picture after it, which no recording can begin without. */
  readonly before: number;
  /** What does not add up, one sentence each: a picture twice, a picture that the camera never captured. */
  readonly faults: readonly string[];
}

/** What a runner saw of a run; whichever it cannot see is undefined, and what depends on it is not judged. */
export interface Observations {
  /** In the order of their times. */
  readonly lines: readonly ObservedLine[];
  /** In the order of their times; empty if the lamp cannot be seen. */
  readonly lamp: readonly ObservedLamp[];
  /** When everything was over, the wait for the station included. */
  readonly endedMs: number;
  /** What `sealcam verify` says about all that the station stored; undefined before the end. */
  readonly report: Report | undefined;
  /** Undefined for a real device, which does not say what it captured. */
  readonly pictures: PictureCount | undefined;
  /** Recordings that the camera still held when the wait was over; undefined if its spool cannot be seen. */
  readonly undelivered: number | undefined;
}

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { switchNames } from '../../proto/link/messages.ts';
import type { Dropped, SensorEvent } from '../sensor/index.ts';
import type { GapSpan, RecorderInput } from './machine-types.ts';

/** What {@link SensorInputs} stands between. */
export interface SensorInputsOptions {
  readonly hear: (input: RecorderInput) => void;
  /** A time of the sensor's clock by the uptime clock; undefined while nobody can tell. */
  readonly toUptimeUs: (captureUs: number) => number | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const gapCauses = {
  sensorBuffer: 'overload',
  sensorRestart: 'link',
  unanswered: 'link',
  malformed: 'refused',
} as const satisfies Record<Dropped['cause'], GapSpan['cause']>;

/** Tells the recorder what the sensor says, in the recorder's words and by the agent's clock. */
export class SensorInputs {
  readonly #options: SensorInputsOptions;
  /** When the newest sample was captured: where a gap of unknown beginning begins. */
  #newestUs: number | undefined;

  constructor(options: SensorInputsOptions) {
    this.#options = options;
  }

  take(event: SensorEvent): void {
    const { hear, log, clock } = this.#options;
    switch (event.type) {
      case 'parameters':
        for (const problem of event.problems ?? []) {
          log.alarm('stream.unsuitable', "The sensor's stream does not fit the format", { problem });
        }
        hear({
          kind: 'parameters',
          parameters: event.parameters,
          ...(event.sent && { sent: event.sent }),
          atUs: clock.uptimeUs(),
        });
        return;
      case 'sample': {
        const capturedUs = this.#uptimeUs(event.captureUs);
        this.#newestUs = capturedUs;
        const { ordinal, place } = event;
        hear({ kind: 'sample', sample: { ...event.sample, capturedUs, ordinal, place } });
        return;
      }
      case 'telemetry': {
        const { type: _, captureUs, ordinal: _ordinal, place: _place, ...reading } = event;
        hear({ kind: 'reading', reading: { ...reading, atUs: this.#uptimeUs(captureUs) } });
        return;
      }
      case 'button':
        this.#button(event);
        return;
      case 'switches': {
        const atUs = clock.uptimeUs();
        for (const kind of switchNames) hear({ kind, on: event.switches[kind], atUs });
        return;
      }
      case 'lampReport':
        hear({ kind: 'lampReported', lamp: event.lamp, atUs: this.#uptimeUs(event.captureUs) });
        return;
      case 'dropped':
        this.#lost(event);
        return;
      case 'hello':
        hear({ kind: 'sensor', present: true, atUs: clock.uptimeUs() });
        if (!event.changed) return;
        // By which serial number it is another, the status shows and no log.
        log.alarm(
          'sensor.changed',
          'A different sensor answers than before: check what is connected to its port',
        );
        hear({ kind: 'sensorChanged', atUs: clock.uptimeUs() });
        return;
      case 'echo':
        log.alarm(
          'sensor.echoing',
          "The sensor's line sends back what the agent writes: check whether its ends are joined, or a login runs on the port",
        );
        return;
      case 'back':
        hear({ kind: 'sensor', present: true, atUs: clock.uptimeUs() });
        return;
      case 'lost':
        hear({ kind: 'sensor', present: false, atUs: clock.uptimeUs() });
        return;
      case 'refused':
        log.alarm('sensor.unusable', 'The sensor cannot be used', { code: event.error.code });
    }
  }

  #button(event: Extract<SensorEvent, { type: 'button' }>): void {
    const { hear } = this.#options;
    const { button, pressed, captureUs, ordinal, place } = event;
    const atUs = this.#uptimeUs(captureUs);
    if (button === 'mute' || button === 'dwelling') hear({ kind: button, on: pressed, atUs });
    else if (!pressed) return;
    else if (button === 'bookmark') hear({ kind: 'bookmark', atUs });
    else if (button === 'stop') hear({ kind: 'stop', by: 'button', atUs, ordinal });
    else hear({ kind: button, by: 'button', atUs, press: { ordinal, place } });
  }

  #lost(event: Extract<SensorEvent, { type: 'dropped' }>): void {
    const { hear, log } = this.#options;
    const { cause, reason } = event;
    if (cause === 'malformed')
      log.alarm('sensor.malformed', 'The sensor sent a message that the link does not allow', { reason });
    else log.warn('sample.lost', 'Samples are missing', { cause });
    const gap = { ...this.#gapOf(event), upTo: event.place };
    // A reading, or a lamp's report: no picture and no sound is absent without it.
    if (cause === 'malformed' && gap.video + gap.audio === 0 && !gap.atLeast) return;
    hear({ kind: 'lost', gap });
  }

  #gapOf({ cause, fromCaptureUs, toCaptureUs, samples, atLeast }: Dropped): GapSpan {
    const now = this.#options.clock.uptimeUs();
    const fromUs = fromCaptureUs === undefined ? (this.#newestUs ?? now) : this.#uptimeUs(fromCaptureUs);
    const toUs = toCaptureUs === undefined ? now : this.#uptimeUs(toCaptureUs);
    return {
      fromUs,
      toUs: Math.max(fromUs, toUs),
      cause: gapCauses[cause],
      video: samples?.video.samples ?? 0,
      audio: samples?.audio.samples ?? 0,
      ...((atLeast || samples === undefined) && { atLeast: true }),
    };
  }

  /** Nothing was captured later than now: a sensor whose clock jumps must not put a time into a statement that none can hold. */
  #uptimeUs(captureUs: number): number {
    const { clock, toUptimeUs } = this.#options;
    const now = clock.uptimeUs();
    return Math.max(0, Math.min(now, Math.round(toUptimeUs(captureUs) ?? now)));
  }
}

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { switchNames } from '../../proto/link/messages.ts';
import { bridgedMs, usualBitsPerSecond, usualBufferBytes } from '../bridged.ts';
import type { LossCause, SensorEvent, SensorLoss, SensorStatus } from '../sensor/index.ts';
import type { GapSpan, RecorderInput } from './inputs.ts';

/** Who receives what {@link SensorInputs} makes of the sensor's events. */
export interface SensorInputsOptions {
  readonly hear: (input: RecorderInput) => void;
  readonly clock: Clock;
  readonly log: Log;
}

const gapCauses = {
  sensorBuffer: 'overload',
  sensorRestart: 'link',
  unanswered: 'link',
  malformed: 'refused',
} as const satisfies Record<LossCause, GapSpan['cause']>;

/** Turns the events of the sensor's port into the recorder's inputs. */
export class SensorInputs {
  readonly #options: SensorInputsOptions;
  /** When the newest sample was captured: a gap of unknown beginning starts there. */
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
        const { capturedUs, ordinal, place } = event;
        this.#newestUs = capturedUs;
        hear({ kind: 'sample', sample: { ...event.sample, capturedUs, ordinal, place } });
        return;
      }
      case 'reading': {
        const { type: _, ordinal: _ordinal, place: _place, ...reading } = event;
        hear({ kind: 'reading', reading });
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
        hear({ kind: 'lampReported', lamp: event.lamp, atUs: event.atUs });
        return;
      case 'dropped':
        this.#lost(event);
        return;
      default:
        this.#status(event);
    }
  }

  #status(event: SensorStatus): void {
    const { hear, log, clock } = this.#options;
    switch (event.type) {
      case 'here':
        this.#here(event);
        if (!event.changed) return;
        // The other sensor's serial number is shown in the status and never logged.
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
      case 'controls':
        // Their source repeats the lamp report by itself, and says what it lost.
        if (event.changed)
          log.alarm(
            'controls.changed',
            'A different device serves buttons and lamp than before: check what is connected to its port',
          );
        return;
      case 'refused':
        log.alarm('sensor.unusable', 'The sensor cannot be used', { code: event.error.code });
    }
  }

  #here({ sensor, resumed }: Extract<SensorStatus, { type: 'here' }>): void {
    const { hear, log, clock } = this.#options;
    const { noVideo = false, bufferBytes } = sensor;
    hear({ kind: 'sensor', present: true, noVideo, atUs: clock.uptimeUs() });
    if (resumed) return;
    if (noVideo) {
      log.alarm(
        'sensor.no-video',
        'The sensor has no video track: nothing can be recorded until one that has is connected',
      );
    } else if (bufferBytes !== undefined && bufferBytes < usualBufferBytes) {
      log.warn(
        'sensor.small-buffer',
        'The sensor keeps less than 8 MiB: pictures are lost when the line or the agent is away for longer than it bridges',
        { bufferBytes, bridgesMs: bridgedMs(bufferBytes), atBitsPerSecond: usualBitsPerSecond },
      );
    }
  }

  #button(event: Extract<SensorEvent, { type: 'button' }>): void {
    const { hear } = this.#options;
    const { button, pressed, atUs, ordinal, place, unkept = false, category } = event;
    if (button === 'mute' || button === 'dwelling') hear({ kind: button, on: pressed, atUs });
    else if (!pressed) return;
    else if (button === 'bookmark') hear({ kind: 'bookmark', atUs, place, ...(category && { category }) });
    else if (button === 'stop') hear({ kind: 'stop', by: 'button', atUs, ...(!unkept && { ordinal }) });
    else if (button === 'start') hear({ kind: 'start', by: 'button', atUs, press: { ordinal, place } });
    else hear({ kind: 'start', by: 'trigger', trigger: button, atUs, press: { ordinal, place } });
  }

  #lost(event: Extract<SensorEvent, { type: 'dropped' }>): void {
    const { hear, log } = this.#options;
    const { cause, reason, ofControls } = event;
    if (ofControls) {
      log.alarm('controls.lost', 'Messages of the controls are lost: a press may be missing', { cause });
      return;
    }
    if (cause === 'malformed')
      log.alarm('sensor.malformed', 'The sensor sent a message that the link does not allow', { reason });
    else log.warn('sample.lost', 'Samples are missing', { cause });
    const gap = { ...this.#gapOf(event), upTo: event.place };
    // It was a reading or a lamp's report: no picture and no sound is missing.
    if (cause === 'malformed' && gap.video + gap.audio === 0 && !gap.atLeast) return;
    hear({ kind: 'lost', gap });
  }

  #gapOf({ cause, samples, atLeast, ...known }: SensorLoss): GapSpan {
    const nowUs = this.#options.clock.uptimeUs();
    const fromUs = known.fromUs ?? this.#newestUs ?? nowUs;
    return {
      fromUs,
      toUs: Math.max(fromUs, known.toUs ?? nowUs),
      cause: gapCauses[cause],
      video: samples?.video.samples ?? 0,
      audio: samples?.audio.samples ?? 0,
      ...((atLeast || samples === undefined) && { atLeast: true }),
    };
  }
}

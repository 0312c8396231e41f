import type { MediaSample } from '../../media/types.ts';
import type { ControlContent, SensorLoss } from './port.ts';

/**
 * When a control happened that the recorder decides by: what was captured before and after it must be on different sides
 * of it. Undefined for all that only says something.
 */
export function decidesAtUs(content: ControlContent): number | undefined {
  if (content.type !== 'button' || content.button === 'bookmark') return undefined;
  const isSwitch = content.button === 'mute' || content.button === 'dwelling';
  return content.pressed || isSwitch ? content.atUs : undefined;
}

/** Samples that come too late: captured before a control that was handed on. They are counted, as one loss. */
export class Late {
  readonly #beforeUs = { video: 0, audio: 0 };
  #loss: (SensorLoss & Required<Pick<SensorLoss, 'fromUs' | 'toUs' | 'samples'>>) | undefined;

  /**
   * A control was handed on.
   * @param inTime whether the pictures had come as far. If so, only what is released by the switch going off is kept from
   *   what was captured before: a sound frame that comes just after its picture does no harm elsewhere.
   */
  passed(content: ControlContent, inTime: boolean): void {
    const atUs = decidesAtUs(content);
    if (atUs === undefined || content.type !== 'button') return;
    const isOff = !content.pressed;
    if (inTime && !isOff) return;
    this.#beforeUs.audio = Math.max(this.#beforeUs.audio, atUs);
    if (content.button !== 'mute') this.#beforeUs.video = Math.max(this.#beforeUs.video, atUs);
  }

  /** True where the sample must not be handed on; it is counted. */
  takes({ track, data }: MediaSample, capturedUs: number): boolean {
    if (capturedUs >= this.#beforeUs[track]) return false;
    const { fromUs, toUs, samples } = this.#loss ?? {
      fromUs: capturedUs,
      toUs: capturedUs,
      samples: noSamples,
    };
    const before = samples[track];
    const counted = { samples: before.samples + 1, bytes: before.bytes + data.length };
    this.#loss = {
      cause: 'sensorBuffer',
      fromUs: Math.min(fromUs, capturedUs),
      toUs: Math.max(toUs, capturedUs),
      samples: { ...samples, [track]: counted },
    };
    return true;
  }

  /** What was counted since the last call. */
  takeLoss(): SensorLoss | undefined {
    const loss = this.#loss;
    this.#loss = undefined;
    return loss;
  }
}

const noSamples = { video: { samples: 0, bytes: 0 }, audio: { samples: 0, bytes: 0 } };

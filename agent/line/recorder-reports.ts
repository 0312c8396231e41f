import type { Log } from '../../base/log.ts';
import type { BatteryLevel, HeatLevel } from '../recorder/automatic/power.ts';
import type { RefusedStart } from '../recorder/inputs.ts';
import type { AttentionEffect } from '../recorder/machine-types.ts';
import type { VideoBitrate } from './orders/video-bitrate.ts';

/** A change of battery or heat, as the recorder reports it. */
export interface PowerChange {
  readonly battery?: BatteryLevel | undefined;
  readonly heat?: HeatLevel | undefined;
}

/** Logs that the camera became weak or strong again, and lowers the video's bitrate while it is warm. */
export function reportPower(
  { battery, heat }: PowerChange,
  bitrate: Pick<VideoBitrate, 'heated' | 'hasWarm'>,
  log: Log,
): void {
  if (battery === 'low')
    log.alarm('battery.low', 'The battery is nearly empty: a recording is closed while that is possible');
  else if (battery === 'good') log.info('battery.good', 'The battery is no longer nearly empty');
  if (heat === undefined) return;
  bitrate.heated(heat);
  if (heat === 'hot') log.alarm('heat.hot', 'The camera is too hot: a recording is closed');
  else if (heat === 'warm') log.warn('heat.warm', 'The camera is warm', { lowerBitrate: bitrate.hasWarm });
  else log.info('heat.cool', 'The camera is no longer warm');
}

/** Logs that a start was refused. */
export function reportRefused(why: RefusedStart, log: Log): void {
  if (why === 'no-video')
    log.alarm(
      'recording.refused',
      'Recording was to start, but the sensor has no video track: connect a sensor that has one',
    );
  else if (why === 'policy')
    log.info('trigger.refused', 'A trigger came that the policy does not allow to start a recording');
  else
    log.warn(
      'trigger.refused',
      'A trigger came, but the battery is nearly empty or the camera too hot: press start to record',
    );
}

/** Logs what a person must notice; `told` also hears of it. */
export function reportNoticed(
  effect: AttentionEffect,
  log: Log,
  told: (effect: AttentionEffect) => void = () => {},
): void {
  told(effect);
  if (effect.kind === 'ringTooShort') {
    const { ringUs, groupUs } = effect;
    log.alarm(
      'ring.too-short',
      'Key pictures come further apart than pictures before a start are kept, so none of these can be: let the source make them more often, or lengthen the pre-event time',
      { ringMs: Math.round(ringUs / 1000), groupMs: Math.round(groupUs / 1000) },
    );
  } else if (effect.right) log.info('lamp.right', 'The lamp shows again what it should');
  else
    log.alarm('lamp.wrong', 'The lamp shows something else than it should: check it and its driver', {
      commanded: effect.commanded,
      shown: effect.shown,
    });
}

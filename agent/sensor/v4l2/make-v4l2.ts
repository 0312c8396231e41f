import type { V4l2Config } from '../config.ts';
import { PipeSource, type PipeSourceOptions } from '../pipe/pipe-source.ts';
import { deviceFeed } from './device-feed.ts';
import { type DeviceItem, DevicePictures } from './device-pictures.ts';

/** The source that the configuration describes. Its clock must be the system's: the driver says times by it. */
export function makeV4l2Source(
  config: V4l2Config,
  parts: Pick<PipeSourceOptions, 'onEvent' | 'clock' | 'randomness' | 'log'>,
): PipeSource<DeviceItem> {
  const { device, format, width, height, frameRate, keyEvery, model, serial } = config;
  const bitsPerSecond = config.bitrate;
  const wish = { format, width, height, rate: frameRate, bitsPerSecond, keyEvery };
  return new PipeSource({
    ...parts,
    open: deviceFeed(device, wish, parts.clock, parts.log),
    reader: (take) => new DevicePictures(take),
    description: { model, serial, firmware: '', capabilities: [] },
  });
}

import type { LocalConfig } from './config.ts';
import { systemDeviceFiles } from './device-files.ts';
import { openInput } from './input-port.ts';
import { LocalControls, type LocalControlsOptions } from './local-controls.ts';

/** The controls that the configuration describes, at the devices of this machine. */
export function makeLocalControls(
  config: LocalConfig,
  parts: Pick<LocalControlsOptions, 'onEvent' | 'clock' | 'randomness' | 'log' | 'openLine'>,
): LocalControls {
  return new LocalControls({ ...parts, config, files: systemDeviceFiles, openInput });
}

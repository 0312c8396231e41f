import { doctorOf } from './doctor.ts';
import { ofStation } from './of-station.ts';

/** `sealcam doctor` where a station runs, which has no agent. */
export const { help, run } = doctorOf([ofStation]);

import { doctorOf } from './doctor.ts';
import { ofAgent } from './of-agent.ts';

/** `sealcam doctor` on a camera, which has no code of a station's. */
export const { help, run } = doctorOf([ofAgent]);

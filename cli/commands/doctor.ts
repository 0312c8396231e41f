import { doctorOf } from '../doctor/doctor.ts';
import { ofAgent } from '../doctor/of-agent.ts';
import { ofStation } from '../doctor/of-station.ts';

/** `sealcam doctor`, with `help` as it prints it. */
export const { help, run } = doctorOf([ofAgent, ofStation]);

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { AgentConfig } from '../agent/config.ts';
import type { ControlsConfig, PicturesConfig, SerialLine } from '../agent/sensor/config.ts';
import { systemClock } from '../base/clock.ts';
import { isSealcamError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { askStatus } from './commands/status.ts';

/** How long a sensor may take to answer; it says hello four times a second. */
const answerMsMax = 3_000;

/** How long a program may take until its stream begins. */
const pipeMsMax = 10_000;

/** What is wrong with a sensor while an agent runs, by the conditions that its status names. */
const sensorConditions = ['sensor-other', 'sensor-no-video', 'sensor-line-echoes', 'sensor-away'];

interface SensorFinding {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly says: string;
}

/**
 * Which sensor is at a port of the configuration. An agent that runs has the port, so it is asked; else the sensor itself.
 * @param key of the port in the configuration: `sensor`, or `sensor.controls`.
 */
export async function checkSensor(
  config: AgentConfig,
  at: (path: string) => string,
  key: 'sensor' | 'sensor.controls',
  line: SerialLine,
): Promise<SensorFinding> {
  await access(line.port, constants.R_OK | constants.W_OK);
  return (await askAgent(config, at)) ?? (await askLine(key, line));
}

/** Whether pictures come from the pipe or device of the configuration. An agent that runs has it, so it is asked. */
export async function checkPictures(
  config: AgentConfig,
  at: (path: string) => string,
  sensor: PicturesConfig,
): Promise<SensorFinding> {
  const running = await askAgent(config, at);
  if (running !== undefined) return running;
  const { askSource, makePictures } = await import('../agent/sensor/index.ts');
  const isPipe = 'pipe' in sensor;
  const what = isPipe ? (sensor.pipe.program?.[0] ?? sensor.pipe.fifo) : sensor.v4l2.device;
  const answer = await askSource((parts) => makePictures(sensor, parts), systemClock(), pipeMsMax);
  if (answer.kind === 'here') return { state: 'ok', says: `${what} gives pictures` };
  const advice = isPipe
    ? 'run it by hand to see what it says'
    : 'look at it with v4l2-ctl --list-formats-ext, and whether another program has it';
  const why = answer.kind === 'away' ? ` (${answer.reason})` : '';
  return { state: 'fail', says: `${what} gives no pictures${why}: ${advice}` };
}

/** Whether the buttons and the lamp of the configuration are there. An agent that runs is asked: a press goes to one reader. */
export async function checkLocal(
  config: Pick<AgentConfig, 'health'>,
  at: (path: string) => string,
  controls: ControlsConfig,
): Promise<SensorFinding> {
  const running = await askAgent(config, at);
  if (running !== undefined) return running;
  const { askSource, makeControls } = await import('../agent/sensor/index.ts');
  const answer = await askSource((parts) => makeControls(controls, parts), systemClock(), answerMsMax);
  if (answer.kind === 'here') return { state: 'ok', says: 'the buttons and the lamp are there' };
  return { state: 'fail', says: answer.kind === 'away' ? answer.reason : 'they can not be used' };
}

/** Undefined where no agent answers. */
async function askAgent(
  config: Pick<AgentConfig, 'health'>,
  at: (path: string) => string,
): Promise<SensorFinding | undefined> {
  if (config.health === undefined) return undefined;
  try {
    const { conditions, sensor } = await askStatus(config.health, at);
    const found = conditions.find(({ name }) => sensorConditions.includes(name));
    if (found !== undefined) return { state: 'fail', says: `the running agent says: ${found.says}` };
    return { state: 'ok', says: `${nameOf(sensor ?? unnamed)} answers the running agent` };
  } catch (error) {
    if (isSealcamError(error, 'STATUS_AWAY')) return undefined;
    throw error;
  }
}

async function askLine(key: string, { serial, ...line }: SerialLine): Promise<SensorFinding> {
  // Loaded here alone, as only a camera has need of it.
  const { askSource, makeSensor } = await import('../agent/sensor/index.ts');
  const answer = await askSource((parts) => makeSensor(line, parts), systemClock(), answerMsMax);
  if (answer.kind === 'echo') {
    return {
      state: 'fail',
      says: `${line.port} sends back what is written to it: check whether its ends are joined, or a login runs on it`,
    };
  }
  if (answer.kind === 'away') {
    if (answer.code === 'SENSOR_PORT_BUSY') {
      return {
        state: 'warn',
        says: `${line.port} is in use, so the sensor could not be asked: if the agent has it, add "health" to the configuration; else end the other program`,
      };
    }
    return { state: 'fail', says: `${line.port}: ${answer.reason}; check the sensor's cable and power` };
  }
  const name = nameOf(answer.sensor);
  if (answer.sensor.noVideo && key === 'sensor') {
    return {
      state: 'fail',
      says: `${name} answers at ${line.port}, but has no video track, so there are no pictures and nothing can be recorded: connect a sensor that has one, or make this one "sensor.controls"`,
    };
  }
  if (serial === undefined) {
    return {
      state: 'ok',
      says: `${name} answers at ${line.port}; any other would be accepted too: set "${key}.serial" to refuse others`,
    };
  }
  return serial === answer.sensor.serial
    ? { state: 'ok', says: `${name} answers at ${line.port}, as "${key}.serial" asks` }
    : {
        state: 'fail',
        says: `${name} answers at ${line.port}, but the configuration asks for serial ${serial}: connect that sensor, or change "${key}.serial"`,
      };
}

const unnamed = { model: 'a sensor', serial: '' };

/** In words that came over the wire and must not reach the terminal unescaped. */
function nameOf({ model, serial }: { readonly model: string; readonly serial: string }): string {
  return serial === '' ? printable(model) : `${printable(model)}, serial ${printable(serial)},`;
}

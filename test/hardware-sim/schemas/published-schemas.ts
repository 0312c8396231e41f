import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import type { SimEvent } from '../../../hardware-sim/events.ts';

/** The folder of the schemas that are published. */
export const schemaFolder = resolve(import.meta.dirname, '../../../../docs/schema');

/** A check of what a program without this project's code would check: the published schema `name`. */
export function publishedCheck(name: string): (value: unknown) => string | undefined {
  const ajv = new Ajv({ allErrors: true });
  const validate = ajv.compile(JSON.parse(readFileSync(resolve(schemaFolder, name), 'utf8')) as object);
  return (value) => (validate(value) ? undefined : ajv.errorsText(validate.errors));
}

const eventProblem = publishedCheck('sim-event.json');

/** Reads an event that a simulated camera printed. @throws Error if the published schema does not allow it. */
export function publishedEvent(line: string): SimEvent {
  const event: unknown = JSON.parse(line);
  const problem = eventProblem(event);
  if (problem !== undefined) throw new Error(`docs/schema/sim-event.json does not allow ${line}: ${problem}`);
  return event as SimEvent;
}

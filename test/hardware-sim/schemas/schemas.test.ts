import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import t from 'tap';
import type * as v from 'valibot';
import { orderOf, orderSchema } from '../../../hardware-sim/actions.ts';
import { readSimEvent, simEventSchema } from '../../../hardware-sim/event-schema.ts';
import type { SimEvent } from '../../../hardware-sim/events.ts';
import { publishedCheck, schemaFolder } from './published-schemas.ts';

// docs/schema/ holds what the code's own schemas say. After a change of a message, SEALCAM_WRITE_SCHEMAS=1 writes it
// again, and `npm run format` lays it out.

const published = {
  'sim-order.json': [
    'An order to a simulated camera: a line of standard input, or a message of the WebSocket',
    orderSchema,
  ],
  'sim-event.json': [
    'An event of a simulated camera: a line of standard output, or a message of the WebSocket',
    simEventSchema,
  ],
} as const;

t.test('the published schemas are those of the code', async (t) => {
  for (const [name, [title, schema]] of Object.entries(published)) {
    const path = join(schemaFolder, name);
    const made = { title, ...toJsonSchema(schema, { errorMode: 'throw' }) };
    if (process.env.SEALCAM_WRITE_SCHEMAS === '1') writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
    t.same(JSON.parse(readFileSync(path, 'utf8')), made, name);
  }
});

/** Compiles only if each event has a schema, with each of its fields. */
const everyEvent = (event: SimEvent): v.InferOutput<typeof simEventSchema> => structuredClone(event) as never;

t.test('orders that the simulator follows are allowed, and those of another form are not', async (t) => {
  const problem = publishedCheck('sim-order.json');
  for (const order of [
    { press: 'start' },
    { press: 'mute', on: true },
    { fault: 'bitErrors', rate: 0.0001 },
    { fault: 'clockJump', seconds: -3600 },
    { motion: 'run' },
    { gnss: 'jump', metres: 500 },
    { battery: 20, over: 60 },
    { temperature: 60 },
    { report: true },
    { quit: true },
  ]) {
    t.equal(problem(order), undefined, JSON.stringify(order));
    t.doesNotThrow(() => orderOf(order));
  }
  for (const order of [
    { press: 'everything' },
    { fault: 'fire' },
    { fault: 'stall', rate: 2 },
    { dance: true },
    [],
  ]) {
    t.type(problem(order), 'string', JSON.stringify(order));
    t.throws(() => orderOf(order), { code: 'SIM_ACTION' });
  }
});

t.test('an event is read back, and anything else is refused', async (t) => {
  const event: SimEvent = { event: 'lamp', state: 'off', commanded: 'recording' };
  t.same(readSimEvent(JSON.stringify(everyEvent(event))), event);
  for (const line of [
    'nonsense',
    '{"event":"lamp","state":"off"}',
    '{"event":"lamp","state":"off","commanded":"recording","more":1}',
    '{"event":"dance"}',
  ]) {
    t.throws(() => readSimEvent(line), { code: 'SIM_EVENT' }, line);
  }
});

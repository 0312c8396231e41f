import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { usualLimits } from '../../agent/uplink/index.ts';
import { bytesPerSecond, type Plan } from './plan.ts';
import { cameraId, within } from './run.ts';
import { type Cost, startBareBroker } from './station.ts';

/** A segment's record: what nearly all of a camera's messages are. */
const segmentRecordBytes = 65_579;

/**
 * What it costs a Node broker to pass the same bytes on and do nothing else: aedes and, in the same process, an mqtt.js
 * client that receives them, both over TLS as in a station. Clients with the cameras' certificates publish messages of the
 * size of a segment's record, each camera's second at a time, with as many on their way as the agent has.
 */
export async function runBare(
  plan: Plan,
  folder: string,
): Promise<{ readonly cost: Cost; readonly megabytes: number }> {
  const broker = await startBareBroker(folder);
  const clients: MqttClient[] = [];
  try {
    for (let number = 1; number <= plan.cameras; number += 1) {
      const file = (name: string): Buffer => readFileSync(join(folder, cameraId(number), name));
      clients.push(
        await mqtt.connectAsync(broker.url, {
          ca: file('root.crt'),
          cert: file('tls.crt'),
          key: file('tls.key'),
          clientId: cameraId(number),
          protocolVersion: 4,
          reconnectPeriod: 0,
        }),
      );
    }
    const second = Array.from({ length: Math.ceil(bytesPerSecond(plan) / segmentRecordBytes) }, () =>
      randomBytes(segmentRecordBytes),
    );
    const pass = async (seconds: number): Promise<void> => {
      const startMs = performance.now();
      const sent = clients.map(async (client, at) => {
        const phaseMs = (at / clients.length) * 1_000;
        for (let number = 0; number < seconds; number += 1) {
          const dueMs = plan.mode === 'shift-end' ? 0 : startMs + phaseMs + number * 1_000;
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
          await publishAll(client, second);
        }
      });
      await within(seconds * 4 + 60, Promise.all(sent));
    };
    await pass(plan.warmUpSeconds);
    const end = broker.measure();
    await pass(plan.seconds);
    const megabytes = (plan.cameras * plan.seconds * second.length * segmentRecordBytes) / 1e6;
    return { cost: end(), megabytes };
  } finally {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await broker.end();
  }
}

/** Publishes all `messages`, some at a time; resolves with the last acknowledgement. */
async function publishAll(client: MqttClient, messages: readonly Buffer[]): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let at = next++; at < messages.length; at = next++) {
      await client.publishAsync(`bench/${client.options.clientId}`, messages[at] ?? Buffer.alloc(0), {
        qos: 1,
      });
    }
  };
  await Promise.all(Array.from({ length: usualLimits.window.messagesMax }, one));
}

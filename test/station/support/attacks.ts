import { messageBytesMax } from '../../../proto/topics.ts';
import type { TestAgency } from './agency.ts';
import { type Identity, identityIn, TestClient } from './mqtt.ts';

/** What a client may do wrong with a broker: it connects, and publishes. */
export interface Attack {
  readonly as: Identity;
  readonly topic: string;
  readonly payload: Buffer;
  readonly username?: string;
}

/** `sealcam/1/{camera}/{a recording}/{leaf}` */
export function topicOf(camera: string, leaf = 'record'): string {
  return `sealcam/1/${camera}/${'a'.repeat(32)}/${leaf}`;
}

/** Attacks that every broker refuses, by camera 1 of `agency` unless another is said. */
export function attacksOn(agency: TestAgency, strangers: TestAgency) {
  const camera = identityIn(agency.camera('camera-1'));
  const one = { as: camera, topic: topicOf('camera-1'), payload: Buffer.from('not a record') };
  return {
    'no certificate': { ...one, as: { ...camera, name: undefined } },
    "another agency's camera": {
      ...one,
      as: { ...identityIn(strangers.camera('camera-1')), root: camera.root },
    },
    "a camera's identity in place of its TLS certificate": {
      ...one,
      as: identityIn(agency.camera('camera-1'), 'identity'),
    },
    'an unknown topic': { ...one, topic: 'elsewhere/1' },
    "another camera's id": { ...one, topic: topicOf('camera-2') },
    "a station's topic": { ...one, topic: topicOf('camera-1', 'receipt') },
    'a message too long by a byte': { ...one, payload: Buffer.alloc(messageBytesMax + 1) },
    'a packet of a megabyte': { ...one, payload: Buffer.alloc(1024 * 1024) },
  } satisfies Record<string, Attack>;
}

/** Connects as an attack says and publishes what it says; the connection may have ended already. */
export async function startAttack(
  t: { teardown(done: () => unknown): unknown },
  port: number,
  { as, topic, payload, username }: Attack,
): Promise<{
  readonly client: TestClient;
  readonly connected: boolean;
  readonly published: Promise<unknown>;
}> {
  const client = TestClient.start(t, port, as, username === undefined ? {} : { username });
  const connected = await client.connected();
  const published = connected ? client.client.publishAsync(topic, payload, { qos: 1 }) : Promise.resolve();
  return { client, connected, published: published.catch(() => {}) };
}

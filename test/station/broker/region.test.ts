import t from 'tap';
import { formatTopic } from '../../../proto/topics.ts';
import {
  bindingKeys,
  priorityOf,
  queueOf,
  regionQueues,
  routingKeyOf,
  topicOf,
} from '../../../station/broker/region.ts';

const id = 'a'.repeat(32);

t.test('a topic is told from its routing key, unless the camera has a dot', async (t) => {
  for (const leaf of ['record', 'keys', 'receipt'] as const) {
    const topic = { device: 'camera_1-a', recording: id, leaf };
    t.same(topicOf(routingKeyOf(formatTopic(topic))), topic);
  }
  t.equal(topicOf(`sealcam.1.camera.1.${id}.record`), undefined, 'RabbitMQ writes a dot for a slash');
  t.equal(topicOf(`sealcam.1.camera/1.${id}.record`), undefined);
  t.equal(topicOf('sealcam.1.camera-1.record'), undefined);
  t.same(bindingKeys('camera-1'), ['sealcam.1.camera-1.*.record', 'sealcam.1.camera-1.*.keys']);
});

t.test('cameras spread over the queues, and a camera keeps its own', async (t) => {
  const queues = regionQueues();
  const used = new Map<string, number>();
  for (let at = 0; at < 3_200; at += 1) {
    const queue = queueOf(`camera-${at}`);
    used.set(queue, (used.get(queue) ?? 0) + 1);
  }
  t.same([...used.keys()].sort(), [...queues].sort());
  t.ok([...used.values()].every((cameras) => cameras > 50 && cameras < 150));
  // What is declared in brokers must not move with a new version.
  t.equal(queueOf('camera-1'), queueOf('camera-1'));
  t.match(queueOf('camera-1'), /^sealcam\.records\.\d+$/);
});

t.test('receivers share the queues; one that goes leaves the rest where they are', async (t) => {
  const holders = (receivers: readonly string[]): string[] =>
    regionQueues().map((queue) =>
      receivers.reduce((best, one) => (priorityOf(one, queue) > priorityOf(best, queue) ? one : best)),
    );
  const three = holders(['receiver-1', 'receiver-2', 'receiver-3']);
  for (const receiver of ['receiver-1', 'receiver-2', 'receiver-3'])
    t.ok(three.filter((one) => one === receiver).length >= 4, receiver);
  const two = holders(['receiver-1', 'receiver-2']);
  for (const [at, holder] of three.entries()) if (holder !== 'receiver-3') t.equal(two[at], holder);
});

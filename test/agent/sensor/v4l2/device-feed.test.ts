import '../../../native/support/testing-addon.ts';
import { setImmediate as immediate } from 'node:timers/promises';
import t from 'tap';
import type { FeedTaker } from '../../../../agent/sensor/pipe/feed.ts';
import { deviceFeed } from '../../../../agent/sensor/v4l2/device-feed.ts';
import type { DeviceItem } from '../../../../agent/sensor/v4l2/device-pictures.ts';
import { v4l2Limits } from '../../../../agent/sensor/v4l2/limits.ts';
import { jsonLog } from '../../../../base/log.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { VideoDevice } from '../../../support/sensor/video-device.ts';
import { annexBOf, videoPicture } from '../../../support/sensor/video-pictures.ts';

/** A device, its feed, and what they told: events of the log, and what the feed gave. */
function bench(name: string) {
  const device = new VideoDevice(`/dev/video-feed-${name}`);
  const events: string[] = [];
  const items: DeviceItem[] = [];
  const ends: string[] = [];
  const log = jsonLog('test', (line) => events.push(JSON.parse(line).event));
  const clock = fakeClock();
  const open = deviceFeed(device.path, {}, clock, log);
  const taker: FeedTaker<DeviceItem> = {
    onData: (item) => items.push(item),
    onEnd: (reason) => ends.push(reason),
  };
  return { device, events, items, ends, clock, open: () => open(taker) };
}

t.test('a driver that hangs costs two openings and one alarm, however often it is tried', async (t) => {
  const { device, events, items, ends, clock, open } = bench('hangs');
  device.hang(true);
  for (let opening = 0; opening < v4l2Limits.openingsMax; opening += 1) {
    const feed = open();
    while (VideoDevice.hanging() <= opening) await immediate();
    const stopped = feed.stop();
    await clock.advance(v4l2Limits.endMsMax);
    await stopped;
  }
  t.same(events, ['video.hangs']);
  for (let more = 0; more < 5; more += 1) {
    const feed = open();
    await immediate();
    await feed.stop();
  }
  t.equal(VideoDevice.hanging(), v4l2Limits.openingsMax, 'no more threads');
  t.same(ends, Array(5).fill('the driver of the video device hangs'));
  const stoppedFirst = open();
  await stoppedFirst.stop();
  await immediate();
  t.equal(ends.length, 5, 'one that was stopped tells no end');
  t.same(events, ['video.hangs']);

  device.hang(false);
  // What a thread tells last, it tells before it is over.
  while (VideoDevice.threads() > 0) await immediate();
  for (let turn = 0; turn < 2; turn += 1) await immediate();
  const feed = open();
  while (items.length === 0) await immediate();
  t.match(items, [{ type: 'opened' }], 'it is read again when the driver goes on');
  device.hang(true);
  device.give(annexBOf(videoPicture(0)));
  while (VideoDevice.hanging() === 0) await immediate();
  const stopped = feed.stop();
  await clock.advance(v4l2Limits.endMsMax);
  await stopped;
  t.same(events, ['video.hangs', 'video.hangs'], 'another hang is another alarm');
  device.hang(false);
  while (VideoDevice.held() > 0) await immediate();
});

t.test('times that the driver does not say are told once, and marked', async (t) => {
  const { device, events, items, open } = bench('times');
  const feed = open();
  while (items.length < 1) await immediate();
  for (let index = 0; index < 3; index += 1)
    device.give(annexBOf(videoPicture(index)), index === 0 ? {} : { foreignTime: 1 });
  while (items.length < 4) await immediate();
  t.match(items.slice(1), [{ timeMoved: false }, { timeMoved: true }, { timeMoved: true }]);
  t.same(events, ['video.time-replaced']);
  await feed.stop();
});

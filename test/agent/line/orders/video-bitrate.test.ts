import t from 'tap';
import { VideoBitrate } from '../../../../agent/line/orders/video-bitrate.ts';

function sensorAsked(configured: ConstructorParameters<typeof VideoBitrate>[1]) {
  const asked: number[] = [];
  const bitrate = new VideoBitrate({ setBitrate: (_, bits) => void asked.push(bits) }, configured);
  return { asked, bitrate };
}

t.test('an ordered bitrate neither defeats the protection against heat nor is undone by it', async (t) => {
  const { asked, bitrate } = sensorAsked({ usual: 8_000, warm: 4_000 });
  bitrate.order(6_000);
  bitrate.heated('warm');
  bitrate.order(10_000);
  bitrate.order(2_000);
  bitrate.heated('hot');
  bitrate.order(6_000);
  bitrate.heated('cool');
  t.same(asked, [8_000, 6_000, 4_000, 4_000, 2_000, 2_000, 4_000, 6_000]);
});

t.test('without configured bitrates the sensor keeps its own until one is ordered', async (t) => {
  const { asked, bitrate } = sensorAsked(undefined);
  bitrate.heated('warm');
  bitrate.order(6_000);
  bitrate.heated('cool');
  t.same(asked, [6_000]);
});

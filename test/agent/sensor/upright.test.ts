import t from 'tap';
import { readInit } from '../../../media/reader/mp4-reader.ts';
import type { VideoTrack } from '../../../media/types.ts';
import { initSegment } from '../../../media/writer/init-segment.ts';
import type { LinkTrack } from '../../../proto/link/messages.ts';
import { defaultClip, readAll } from '../../media/clips.ts';
import { Sessions, videoTrack } from '../../support/sensor/link-sessions.ts';

const { description } = (await readAll(defaultClip)).parameters.video;

/** The picture's track as the recording describes it, of a sensor that says `more` of it. */
async function sealed(more: Partial<LinkTrack>): Promise<VideoTrack> {
  const sessions = new Sessions();
  sessions.run(500);
  sessions.sensor.sendParameters([{ ...videoTrack, description, ...more }]);
  sessions.travel();
  const said = sessions.events.find((event) => event.type === 'parameters');
  if (said?.type !== 'parameters') throw new RangeError('the agent heard of no stream');
  return (await readInit(initSegment(said.parameters))).parameters.video;
}

t.test(
  'how a camera is worn, and the shape of its pixels, come from the sensor into the recording',
  async (t) => {
    for (const rotation of [90, 180, 270] as const) {
      t.match(await sealed({ rotation }), { rotation, width: 640, height: 480 });
    }
    const pixelAspect = { horizontal: 4, vertical: 3 };
    t.match(await sealed({ rotation: 180, pixelAspect }), { rotation: 180, pixelAspect });
    const plain = await sealed({});
    t.same([plain.rotation, plain.pixelAspect], [undefined, undefined]);
  },
);

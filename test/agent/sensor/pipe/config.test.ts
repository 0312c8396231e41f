import t from 'tap';
import * as v from 'valibot';
import { sensorConfigSchema } from '../../../../agent/sensor/config.ts';

const controls = { port: '/dev/ttyS2', baudRate: 115_200 };
const first = (value: unknown): string => {
  const result = v.safeParse(sensorConfigSchema, value);
  return result.success ? 'accepted' : result.issues[0].message;
};

t.test('a pipe of a program, of a FIFO, with and without a stated rate', async (t) => {
  const program = ['rpicam-vid', '-o', '-'];
  t.same(
    v.parse(sensorConfigSchema, { pipe: { program, format: 'h264', frameRate: '30000/1001' }, controls }),
    {
      pipe: {
        program,
        format: 'h264',
        frameRate: { pictures: 30_000, seconds: 1001 },
        model: 'pipe',
        serial: '',
      },
      controls,
    },
  );
  t.match(v.parse(sensorConfigSchema, { pipe: { fifo: '/run/pictures' }, controls }), {
    pipe: { fifo: '/run/pictures', format: 'mp4' },
  });
  t.match(
    v.parse(sensorConfigSchema, { pipe: { fifo: '/run/pictures', format: 'h265', frameRate: 25 }, controls }),
    { pipe: { frameRate: { pictures: 25, seconds: 1 } } },
  );
  t.same(v.parse(sensorConfigSchema, { port: '/dev/ttyS1' }), { port: '/dev/ttyS1', baudRate: 3_000_000 });
});

t.test('what is refused, with the reason', async (t) => {
  const fifo = '/run/pictures';
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [{ pipe: { fifo } }, /controls/],
    [{ pipe: {}, controls }, /either "program" or "fifo"/],
    [{ pipe: { fifo, program: ['cat'] }, controls }, /either "program" or "fifo"/],
    [{ pipe: { fifo, format: 'h264' }, controls }, /"frameRate" or "times" with the formats/],
    [{ pipe: { fifo, frameRate: 30 }, controls }, /"frameRate" or "times" with the formats/],
    [{ pipe: { fifo, times: '/run/times' }, controls }, /"frameRate" or "times" with the formats/],
    [
      { pipe: { fifo, format: 'h264', frameRate: 30, times: '/run/times' }, controls },
      /"frameRate" or "times"/,
    ],
    [{ pipe: { fifo, format: 'h264', times: '~/times' }, controls }, /written out/],
    [{ pipe: { fifo, format: 'h264', frameRate: 29.97 }, controls }, /fraction such as/],
    [{ pipe: { fifo, format: 'h264', frameRate: '1/30' }, controls }, /1 to 1000/],
    [{ pipe: { program: 'rpicam-vid -o -' }, controls }, /Array/],
    [{ pipe: { program: ['cat', 'a\0b'] }, controls }, /no shell expands/],
    [{ pipe: { fifo: '~/pictures' }, controls }, /written out/],
    [{ pipe: { fifo }, port: '/dev/ttyS1', controls }, /port/],
  ];
  for (const [value, message] of cases) t.match(first(value), message);
});

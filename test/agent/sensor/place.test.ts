import t from 'tap';
import * as v from 'valibot';
import {
  comesBefore,
  isUpTo,
  placeName,
  placeSchema,
  type SensorPlace,
} from '../../../agent/sensor/place.ts';

const at = (sequence: number, run = 'a'): SensorPlace => ({ run, sequence });
const ofHalf = (half: 'pictures' | 'controls', own: SensorPlace, beside?: SensorPlace): SensorPlace => ({
  half,
  ...own,
  beside,
});

t.test('of one source, places compare within one run', async (t) => {
  t.ok(isUpTo(at(7), at(7)));
  t.notOk(isUpTo(at(8), at(7)));
  t.notOk(isUpTo(at(7, 'b'), at(7)), 'another run');
  t.equal(comesBefore(at(6), at(7)), true);
  t.equal(comesBefore(at(7), at(7)), false);
  t.equal(comesBefore(at(6, 'b'), at(7)), false, 'another run sends nothing of this one again');
});

t.test('of two sources, a place says of both how far they had come', async (t) => {
  const upTo = ofHalf('pictures', at(50, 'p'), at(7, 'c'));
  t.ok(isUpTo(ofHalf('pictures', at(50, 'p'), at(3, 'c')), upTo));
  t.notOk(isUpTo(ofHalf('pictures', at(51, 'p')), upTo));
  t.ok(isUpTo(ofHalf('controls', at(7, 'c'), at(49, 'p')), upTo), 'a press that came before the picture');
  t.notOk(isUpTo(ofHalf('controls', at(8, 'c'), at(2, 'p')), upTo), 'a press that came after it');
});

t.test('what one source sends tells nothing of when the other sends its own again', async (t) => {
  const press = ofHalf('controls', at(7, 'c'), at(50, 'p'));
  t.equal(comesBefore(ofHalf('pictures', at(49, 'p')), press), undefined);
  t.equal(comesBefore(ofHalf('pictures', at(1, 'q')), press), undefined, 'nor does another run of it');
  t.equal(comesBefore(ofHalf('controls', at(6, 'c')), press), true);
  t.equal(comesBefore(ofHalf('controls', at(6, 'd')), press), false);
});

t.test(
  'a thing that is sent again has the same name, whatever the other source has sent since',
  async (t) => {
    t.equal(
      placeName(ofHalf('controls', at(7, 'c'), at(50, 'p'))),
      placeName(ofHalf('controls', at(7, 'c'), at(2, 'q'))),
    );
    const others = [at(7, 'c'), ofHalf('pictures', at(7, 'c')), ofHalf('controls', at(8, 'c'))];
    const names = new Set([ofHalf('controls', at(7, 'c')), ...others].map(placeName));
    t.equal(names.size, 4);
  },
);

t.test('a place survives the journal', async (t) => {
  for (const place of [at(7), ofHalf('pictures', at(0), at(3, 'c'))])
    t.same(v.parse(placeSchema, JSON.parse(JSON.stringify(place))), JSON.parse(JSON.stringify(place)));
  for (const wrong of [
    { run: 'a' },
    { run: 'a', sequence: -1 },
    { run: 'a', sequence: 1, half: 'x' },
    { ...at(1), more: 1 },
  ])
    t.notOk(v.safeParse(placeSchema, wrong).success, JSON.stringify(wrong));
});

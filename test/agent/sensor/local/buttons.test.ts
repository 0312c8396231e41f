import t from 'tap';
import { Buttons } from '../../../../agent/sensor/local/buttons.ts';

const config = {
  keys: { KEY_RECORD: 'start', '128': 'stop', KEY_F1: 'mute', KEY_F2: 'bookmark', KEY_F3: 'bookmark-12' },
  switches: { SW_MUTE_DEVICE: 'mute', SW_LID: 'dwelling' },
} as const;

function rig(positions = { mute: false, dwelling: false }) {
  const buttons = new Buttons(config, positions);
  const key = (code: number, value: number) => buttons.take({ type: 1, code, value, stampUs: 0 });
  const turn = (code: number, value: number) => buttons.take({ type: 5, code, value, stampUs: 0 });
  return { buttons, key, turn, positions };
}

t.test('a key is pressed and released; what repeats, and what has no name, is nothing', async (t) => {
  const { key, turn } = rig();
  t.same(key(167, 1), { button: 'start', pressed: true });
  t.equal(key(167, 2), undefined);
  t.same(key(167, 0), { button: 'start', pressed: false });
  t.same(key(128, 1), { button: 'stop', pressed: true });
  t.equal(key(30, 1), undefined);
  t.equal(turn(5, 1), undefined);
});

t.test('a key may be for bookmarks of one category', async (t) => {
  const { key } = rig();
  t.same(key(60, 1), { button: 'bookmark', pressed: true });
  t.same(key(61, 1), { button: 'bookmark', category: 12, pressed: true });
});

t.test('a switch is as it is set, and a key for one changes it', async (t) => {
  const { key, turn, positions } = rig();
  t.same(turn(14, 1), { button: 'mute', pressed: true });
  t.equal(turn(14, 1), undefined, 'set already');
  t.same(key(59, 1), { button: 'mute', pressed: false });
  t.equal(key(59, 0), undefined);
  t.same(key(59, 1), { button: 'mute', pressed: true });
  t.same(turn(0, 1), { button: 'dwelling', pressed: true });
  t.same(positions, { mute: true, dwelling: true });
});

t.test('after a loss the switches are as the device says, and keys that are up are released', async (t) => {
  const { buttons, key, positions } = rig();
  key(167, 1);
  key(128, 1);
  const [keys, switches] = [new Uint8Array(96), new Uint8Array(96)];
  keys[128 >> 3] = 1 << (128 & 7);
  switches[14 >> 3] = 1 << (14 & 7);
  t.same(buttons.compare(keys, switches), [
    { button: 'start', pressed: false },
    { button: 'mute', pressed: true },
  ]);
  t.same(buttons.compare(keys, switches), [], 'told once');
  t.same(buttons.compare(undefined, undefined), [{ button: 'stop', pressed: false }], 'nothing is known');
  t.same(positions, { mute: true, dwelling: false }, 'so the switches stay as they were');
});

import { PassThrough } from 'node:stream';
import t from 'tap';
import type { Action } from '../../../hardware-sim/actions.ts';
import { takeKeys, takeLines } from '../../../hardware-sim/control/control.ts';

function taker() {
  const actions: Action[] = [];
  const refused: unknown[] = [];
  return {
    actions,
    refused,
    ordered: {
      perform: (action: Action) => actions.push(action),
      refuse: (error: unknown) => refused.push(error),
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

t.test('takes lines however they are cut, and quits when its input ends', async (t) => {
  const { actions, refused, ordered } = taker();
  const input = new PassThrough();
  const leave = takeLines(input, ordered);
  for (const byte of '{"press":"start"}\n\n{"press":"stop"}\r\n') input.write(byte);
  input.write('{"report":true}\nnonsense\n{"press":"bookmark"}');
  await settled();
  t.equal(actions.length, 3, 'the last line has no end yet');
  t.equal(refused.length, 1);
  input.end();
  await settled();
  t.match(actions.slice(3), [{ does: 'press', button: 'bookmark' }, { does: 'quit' }]);
  leave();
});

t.test('holds no more of an endless line than a line may have', async (t) => {
  const { actions, refused, ordered } = taker();
  const input = new PassThrough();
  takeLines(input, ordered);
  for (let i = 0; i < 20; i += 1) input.write('x'.repeat(10_000));
  await settled();
  t.ok(refused.length >= 2);
  t.match(refused[0], { code: 'SIM_ACTION' });
  t.equal(actions.length, 0);
});

t.test("takes a person's keys, and gives the keyboard back", async (t) => {
  const { actions, ordered } = taker();
  const modes: boolean[] = [];
  const keyboard = Object.assign(new PassThrough(), { setRawMode: (mode: boolean) => modes.push(mode) });
  const leave = takeKeys(keyboard, ordered);
  keyboard.write('sb?u');
  keyboard.write('uxlq\u0003');
  await settled();
  t.match(actions, [
    { does: 'press', button: 'start' },
    { does: 'press', button: 'bookmark' },
    { does: 'fault', change: { fault: 'unplug', on: true } },
    { does: 'fault', change: { fault: 'unplug', on: false } },
    { does: 'press', button: 'stop' },
    { does: 'fault', change: { fault: 'lampBroken', on: true } },
    { does: 'quit' },
    { does: 'quit' },
  ]);
  leave();
  keyboard.write('s');
  await settled();
  t.equal(actions.length, 8);
  t.same(modes, [true, false]);
});

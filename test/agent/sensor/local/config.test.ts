import t from 'tap';
import * as v from 'valibot';
import { sensorConfigSchema } from '../../../../agent/sensor/config.ts';

const device = '/dev/input/event0';
const led = '/sys/class/leds/red';
const parsed = (local: unknown) =>
  v.safeParse(sensorConfigSchema, { pipe: { fifo: '/run/pictures' }, controls: { local } });
const first = (local: unknown): string => {
  const result = parsed(local);
  return result.success ? 'accepted' : result.issues[0].message;
};

t.test('devices of this machine with a pipe, and with a serial port; each may be left out', async (t) => {
  const local = {
    buttons: [{ device, keys: { KEY_RECORD: 'start', 128: 'stop' }, switches: { SW_LID: 'dwelling' } }],
    lamp: { led },
    beep: { led },
    vibration: { led },
  };
  const { output } = parsed(local);
  t.match(output, {
    controls: {
      local: { lamp: { led, standby: 'slow', recording: 'on', alarm: 'fast' }, buttons: local.buttons },
    },
  });
  t.match(v.parse(sensorConfigSchema, { port: '/dev/ttyS1', controls: { local: {} } }), {
    controls: { local: { buttons: [] } },
  });
});

t.test('what is refused, with the reason', async (t) => {
  for (const [local, says] of [
    [{ buttons: [{ device }] }, /"keys" or "switches"/],
    [{ buttons: [{ device, keys: { KEY_RECORDD: 'start' } }] }, /KEY_RECORD or SW_MUTE_DEVICE/],
    [{ buttons: [{ device, keys: { 768: 'start' } }] }, /numbers from 0 to 767/],
    [{ buttons: [{ device, keys: { constructor: 'start' } }] }, /"keys" or "switches"/],
    [{ buttons: [{ device, keys: { KEY_STOP: 'erase' } }] }, /bookmark/],
    [{ buttons: [{ device, keys: { KEY_STOP: 'bookmark-0' } }] }, /bookmark-1 to bookmark-99/],
    [{ buttons: [{ device, keys: { KEY_STOP: 'bookmark-100' } }] }, /bookmark-1 to bookmark-99/],
    [{ buttons: [{ device, switches: { SW_LID: 'start' } }] }, /dwelling/],
    [{ buttons: [{ device: '~/event', keys: { KEY_STOP: 'stop' } }] }, /written out/],
    [{ lamp: { led, standby: 'on' } }, /something else in each state/],
    [{ lamp: { led, recording: 'off', standby: 'on' } }, /lit while it records/],
    [{ lamp: { led, alarm: 'off', standby: 'fast' } }, /in an alarm/],
    [{ port: '/dev/ttyS1' }, /port/],
  ] as const) {
    t.match(first(local), says, JSON.stringify(local));
  }
});

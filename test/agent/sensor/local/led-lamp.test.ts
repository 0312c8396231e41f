import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { LampConfig } from '../../../../agent/sensor/local/config.ts';
import { type DeviceFiles, systemDeviceFiles } from '../../../../agent/sensor/local/device-files.ts';
import { LedLamp } from '../../../../agent/sensor/local/led-lamp.ts';
import { systemClock } from '../../../../base/clock.ts';
import type { LampState } from '../../../../proto/link/messages.ts';
import { Happenings } from '../../../support/happenings.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { FakeLed, ledFiles } from '../../../support/sensor/local-rig.ts';

t.setTimeout(fileLimitMs);

/** A lamp in a folder, what it was said to show, and whether it is there. */
class Rig {
  readonly led: FakeLed;
  readonly shown: LampState[] = [];
  readonly presence: boolean[] = [];
  readonly lamp: LedLamp;
  readonly #happenings = new Happenings();

  constructor(t: Test, hasTimer = true, files: DeviceFiles = ledFiles(() => {})) {
    this.led = new FakeLed(join(t.testdir(), 'led'), hasTimer);
    const config: LampConfig = { led: this.led.folder, standby: 'slow', recording: 'on', alarm: 'fast' };
    this.lamp = new LedLamp({
      config,
      files,
      clock: systemClock(),
      onShown: (state) => this.#told(() => this.shown.push(state)),
      onPresence: (reason) => this.#told(() => this.presence.push(reason === undefined)),
    });
    this.lamp.start();
    t.teardown(() => this.lamp.stop());
  }

  async until(done: () => boolean): Promise<void> {
    await this.#happenings.until(done, () => ({ shown: this.shown, presence: this.presence }));
  }

  text(name: string): string {
    return readFileSync(join(this.led.folder, name), 'utf8').trim();
  }

  #told(note: () => void): void {
    note();
    this.#happenings.note();
  }
}

t.test('each state has its light, which is read back; at the end it is off', async (t) => {
  const rig = new Rig(t);
  await rig.until(() => rig.shown.length === 1);
  t.same(rig.presence, [true]);
  for (const state of ['recording', 'alarm', 'standby', 'recording'] as const) {
    rig.lamp.show(state);
    await rig.until(() => rig.shown.at(-1) === state);
    t.equal(rig.text('trigger'), state === 'recording' ? '[none] timer' : 'none [timer]');
    if (state === 'standby') t.equal(rig.text('delay_off'), '2900');
  }
  t.equal(rig.text('brightness'), '255');
  t.same(rig.shown, ['off', 'recording', 'alarm', 'standby', 'recording']);
  await rig.lamp.stop();
  t.equal(rig.text('brightness'), '0');
});

t.test('a lamp that another program switches is told as it is, and is lit again', async (t) => {
  const rig = new Rig(t);
  rig.lamp.show('recording');
  await rig.until(() => rig.shown.at(-1) === 'recording');
  rig.led.set('brightness', '0');
  await rig.until(() => rig.shown.at(-1) === 'off');
  await rig.until(() => rig.shown.at(-1) === 'recording');
  t.equal(rig.text('brightness'), '255');
  rig.led.set('trigger', 'none timer [heartbeat]');
  await rig.until(() => rig.shown.at(-1) === 'off');
  await rig.until(() => rig.shown.at(-1) === 'recording');
  t.equal(rig.text('trigger'), '[none] timer');
});

t.test('a lamp that is gone shows nothing, and is lit again when it is back', async (t) => {
  const rig = new Rig(t);
  rig.lamp.show('recording');
  await rig.until(() => rig.shown.at(-1) === 'recording');
  rig.led.unplug();
  await rig.until(() => rig.presence.at(-1) === false);
  t.equal(rig.shown.at(-1), 'off');
  rig.led.plug();
  await rig.until(() => rig.shown.at(-1) === 'recording');
  t.same(rig.presence, [true, false, true]);
  t.equal(rig.text('brightness'), '255');
});

t.test('without the timer it is switched by the agent', async (t) => {
  const written: string[] = [];
  const writes = new Happenings();
  const rig = new Rig(t, false, {
    ...systemDeviceFiles,
    async write(path, text) {
      await systemDeviceFiles.write(path, text);
      written.push(text);
      writes.note();
    },
  });
  await rig.until(() => rig.presence.length === 1);
  rig.lamp.show('alarm');
  await rig.until(() => rig.shown.at(-1) === 'alarm');
  rig.lamp.show('recording');
  await rig.until(() => rig.shown.at(-1) === 'recording');
  rig.lamp.show('alarm');
  await rig.until(() => rig.shown.at(-1) === 'alarm');
  const from = written.length;
  await writes.until(
    () => written.length >= from + 4,
    () => written.slice(from),
  );
  t.same(new Set(written.slice(from)), new Set(['0', '255']), 'on and off in turn');
  t.equal(rig.shown.at(-1), 'alarm', 'which is what it shows');
});

t.test('what is no LED is no lamp, and keeps nothing waiting', async (t) => {
  const rig = new Rig(t, false);
  await rig.until(() => rig.presence.length === 1);
  rmSync(join(rig.led.folder, 'brightness'));
  t.equal(spawnSync('mkfifo', [join(rig.led.folder, 'brightness')]).status, 0);
  await rig.until(() => rig.presence.at(-1) === false);
  rig.lamp.show('recording');
  rmSync(join(rig.led.folder, 'brightness'));
  rig.led.set('brightness', '0');
  await rig.until(() => rig.shown.at(-1) === 'recording');
  rig.led.set('brightness', 'x'.repeat(100_000));
  await rig.until(() => rig.presence.at(-1) === false);
  rig.led.set('brightness', 'on');
  rig.led.set('max_brightness', 'very');
  await rig.until(() => rig.presence.at(-1) === true);
  t.equal(rig.text('brightness'), '1', 'written again, as bright as is known');
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import * as v from 'valibot';
import { parse } from 'yaml';
import { sensorConfigSchema } from '../../../agent/sensor/config.ts';
import { answersAtGpsd, surveyDevices } from '../../../cli/devices/machine-devices.ts';
import { deviceLines, suggestedYaml, suggestionFor } from '../../../cli/devices/suggestion.ts';

/** The kernel's words for a set of codes: hexadecimal, the highest first. */
function bitmap(...codes: number[]): string {
  const bits = process.arch.endsWith('64') ? 64 : 32;
  const words: bigint[] = Array.from({ length: Math.ceil((Math.max(0, ...codes) + 1) / bits) }, () => 0n);
  for (const code of codes)
    words[Math.floor(code / bits)] = (words[Math.floor(code / bits)] ?? 0n) | (1n << BigInt(code % bits));
  return words
    .reverse()
    .map((word) => word.toString(16))
    .join(' ');
}

/** A machine's files, of which those with an empty text are programs. */
function machine(t: Test, files: Readonly<Record<string, string>>): string {
  const root = t.testdir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
    if (text === '') chmodSync(join(root, path), 0o755);
  }
  return root;
}

const keyboard = bitmap(...Array.from({ length: 120 }, (_, n) => n + 1), 128, 167);

const board = {
  'usr/bin/rpicam-vid': '',
  'usr/bin/ffmpeg': '',
  'sys/class/video4linux/video0/name': 'unicam-image',
  'sys/class/video4linux/video0/index': '0',
  'sys/class/video4linux/video1/name': 'unicam-embedded',
  'sys/class/video4linux/video1/index': '1',
  'sys/class/video4linux/video10/name': 'bcm2835-codec-decode',
  'sys/class/video4linux/video10/index': '0',
  'sys/class/input/event0/device/name': 'gpio-keys',
  'sys/class/input/event0/device/capabilities/key': bitmap(128, 156, 167),
  'sys/class/input/event0/device/capabilities/sw': bitmap(14),
  'sys/class/input/event1/device/name': 'a keyboard',
  'sys/class/input/event1/device/capabilities/key': keyboard,
  'sys/class/input/event2/device/name': 'nothing to press',
  'sys/class/input/mice/device/name': 'no event device',
  'sys/class/leds/input1::capslock/brightness': '0',
  'sys/class/leds/mmc0::/brightness': '0',
  'sys/class/leds/ACT/brightness': '0',
  'sys/class/leds/red:record/brightness': '0',
  'sys/class/leds/buzzer/brightness': '0',
  'sys/class/tty/ttyS0/device/x': 'x',
  'sys/class/tty/ttyS0/type': '4',
  'sys/class/tty/ttyS1/device/x': 'x',
  'sys/class/tty/ttyS1/type': '0',
  'sys/class/tty/tty1/active': 'x',
  'sys/class/power_supply/AC/type': 'Mains',
  'sys/class/power_supply/bat/type': 'Battery',
  'sys/class/power_supply/bat/capacity': '50',
  'sys/class/thermal/thermal_zone0/type': 'wifi',
  'sys/class/thermal/thermal_zone0/temp': '1',
  'sys/class/thermal/thermal_zone1/type': 'cpu-thermal',
  'sys/class/thermal/thermal_zone1/temp': '1',
  'sys/bus/iio/devices/iio:device0/name': 'adc',
  'sys/bus/iio/devices/iio:device1/name': 'lis3dh',
  'sys/bus/iio/devices/iio:device1/in_accel_x_raw': '1',
};

type Formats = Parameters<typeof surveyDevices>[3];

async function suggested(root: string, gpsd = false, formats: Formats = () => []) {
  const found = await surveyDevices(root, '/usr/sbin:/usr/bin', async () => gpsd, formats);
  const suggestion = suggestionFor(found);
  const yaml = suggestedYaml(suggestion, found);
  const { sensor } = yaml === undefined ? { sensor: undefined } : parse(yaml.join('\n'));
  return { found, yaml, sensor, lines: new Map(deviceLines(found, suggestion)) };
}

t.test('a board with a camera, buttons and an LED', async (t) => {
  const { sensor, lines } = await suggested(machine(t, board), true);
  t.match(v.parse(sensorConfigSchema, sensor), {
    pipe: { program: ['rpicam-vid', '--nopreview'], format: 'h264', frameRate: { pictures: 30 } },
    controls: {
      local: {
        buttons: [
          {
            device: '/dev/input/event0',
            keys: { KEY_RECORD: 'start', KEY_STOP: 'stop', KEY_BOOKMARKS: 'bookmark' },
            switches: { SW_MUTE_DEVICE: 'mute' },
          },
        ],
        lamp: { led: '/sys/class/leds/red:record' },
        beep: { led: '/sys/class/leds/buzzer' },
        gnss: { gpsd: 2947 },
        battery: { supply: '/sys/class/power_supply/bat' },
        temperature: { zone: '/sys/class/thermal/thermal_zone1' },
        motion: { device: '/sys/bus/iio/devices/iio:device1' },
      },
    },
  });
  t.equal(sensor.controls.local.buttons.length, 1, 'a keyboard is no buttons');
  t.equal(lines.get('cameras'), '/dev/video0 (unicam-image), would be used');
  t.equal(lines.get('programs'), 'rpicam-vid, would be used; ffmpeg');
  t.match(lines.get('buttons'), /event0 \(gpio-keys\), would be used; .*event1 \(a keyboard\);/);
  t.equal(lines.get('serial ports'), '/dev/ttyS0 (ttyS0)');
});

t.test('a machine with ffmpeg alone has a test picture, and says what is missing', async (t) => {
  const { sensor, yaml, lines } = await suggested(machine(t, { 'usr/bin/ffmpeg': '' }));
  t.match(v.parse(sensorConfigSchema, sensor), { pipe: { program: ['ffmpeg'] }, controls: { local: {} } });
  t.match(yaml?.join('\n'), /test picture, as no camera was found[\s\S]*No buttons were found/);
  t.equal(lines.get('cameras'), 'none found');
  const usb = machine(t, {
    'usr/bin/ffmpeg': '',
    'sys/class/video4linux/video2/name': 'A "camera": {by USB}',
    'sys/class/video4linux/video2/index': '0',
  });
  t.match((await suggested(usb)).sensor.pipe.program.join(' '), /-f v4l2 -i \/dev\/video2 -c:v libx264/);
  t.equal((await suggested(machine(t, {}))).yaml, undefined, 'nothing gives pictures');
});

t.test('a camera that encodes itself is read without a program', async (t) => {
  const files = machine(t, {
    'usr/bin/ffmpeg': '',
    'sys/class/video4linux/video2/name': 'raw',
    'sys/class/video4linux/video2/index': '0',
    'sys/class/video4linux/video3/name': 'encoding',
    'sys/class/video4linux/video3/index': '1',
  });
  const { sensor, lines } = await suggested(files, false, (path) => (path === '/dev/video3' ? ['h265'] : []));
  t.match(v.parse(sensorConfigSchema, sensor), {
    v4l2: { device: '/dev/video3', format: 'h265', frameRate: { pictures: 30 }, keyEvery: 30 },
  });
  t.equal(lines.get('cameras'), '/dev/video2 (raw); /dev/video3 (encoding, H.265), would be used');
  t.equal(lines.get('programs'), 'ffmpeg');
});

t.test('devices that are not files, or hold anything, keep nothing waiting and name nothing', async (t) => {
  const root = machine(t, {
    ...board,
    'sys/class/input/event0/device/capabilities/key': 'x'.repeat(50_000),
    'sys/class/input/event0/device/capabilities/sw': '\u0000zz ffffffffffffffffffffffff',
    'sys/class/video4linux/video0/name': 'two\nlines\u001b[2J',
  });
  t.equal(spawnSync('mkfifo', [join(root, 'sys/class/input/event3')]).status, 0);
  mkdirSync(join(root, 'sys/class/leds/red\u001b[31m'));
  spawnSync('mkfifo', [join(root, 'sys/class/thermal/thermal_zone0/type.fifo')]);
  const { sensor, yaml, lines } = await suggested(root);
  t.ok(v.is(sensorConfigSchema, sensor));
  t.match(sensor.controls.local.lamp, { led: '/sys/class/leds/red:record' });
  t.equal(sensor.controls.local.buttons, undefined);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  t.notMatch([...(yaml ?? []), ...lines.values()].join(''), /[\u0000-\u001f]/);
});

t.test('gpsd is found where something takes connections', async (t) => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  t.equal(await answersAtGpsd(port), true);
  await new Promise((resolve) => server.close(resolve));
  t.equal(await answersAtGpsd(port), false);
});

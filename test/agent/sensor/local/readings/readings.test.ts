import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import * as v from 'valibot';
import { openSerialPort } from '../../../../../agent/sensor/link/serial-port.ts';
import { localConfigSchema } from '../../../../../agent/sensor/local/config.ts';
import { systemDeviceFiles } from '../../../../../agent/sensor/local/device-files.ts';
import { LocalReadings } from '../../../../../agent/sensor/local/readings/readings.ts';
import { systemClock } from '../../../../../base/clock.ts';
import { jsonLog } from '../../../../../base/log.ts';
import { openPtyPort } from '../../../../../hardware-sim/link/pty-port.ts';
import { nmeaFix } from '../../../../../hardware-sim/nmea.ts';
import type { TimedReading } from '../../../../../proto/readings.ts';
import { Happenings } from '../../../../support/happenings.ts';
import { fileLimitMs } from '../../../../support/patience.ts';

t.setTimeout(fileLimitMs);

/** What is measured by a configuration, and the log of it. */
class Rig {
  readonly readings: TimedReading[] = [];
  readonly log: { event: string; what?: string }[] = [];
  /** The log, without its times, whose digits may be those of a position. */
  lines = '';
  /** Files that were read, or could not be. */
  reads = 0;
  readonly local: LocalReadings;
  readonly #happenings = new Happenings();

  constructor(t: Test, config: object) {
    const write = (line: string): void => {
      this.lines += line.replace(/"t":"[^"]*"/, '');
      this.log.push(JSON.parse(line));
      this.#happenings.note();
    };
    this.local = new LocalReadings({
      config: v.parse(localConfigSchema, config),
      files: {
        ...systemDeviceFiles,
        read: (path) =>
          systemDeviceFiles.read(path).finally(() =>
            // Once what was read has been judged.
            setImmediate(() => {
              this.reads += 1;
              this.#happenings.note();
            }),
          ),
      },
      openLine: openSerialPort,
      clock: systemClock(),
      log: jsonLog('test', write),
      onReading: (reading, atUs) => {
        this.readings.push({ ...reading, atUs });
        this.#happenings.note();
      },
    });
    this.local.start();
    t.teardown(() => this.local.stop());
  }

  async until(done: () => boolean): Promise<void> {
    await this.#happenings.until(done, () => ({ readings: this.readings, log: this.log }));
  }

  said(event: string): number {
    return this.log.filter((line) => line.event === event).length;
  }
}

/** A folder as below /sys. */
function sysFolder(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = join(t.testdir(), 'device');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
  return folder;
}

const atMinute = (minute: number): Date => new Date(Date.UTC(2026, 11, 9, 9, minute));

t.test('a receiver at a serial port, which is unplugged and comes back', async (t) => {
  const pty = openPtyPort();
  const rig = new Rig(t, { gnss: { port: pty.path, everyMs: 50 } });
  let minute = 0;
  const give = async (port: { write(bytes: Uint8Array): Promise<void> }): Promise<void> => {
    const had = rig.readings.length;
    // Until the port is open what is sent to it is lost, as with a real one.
    while (rig.readings.length === had) {
      minute += 1;
      await port.write(Buffer.from(nmeaFix(atMinute(minute), 52.5, 13.4)));
      await Promise.race([
        rig.until(() => rig.readings.length > had),
        new Promise((r) => setTimeout(r, 100)),
      ]);
    }
  };
  await give(pty);
  const { position } = rig.readings[0] ?? {};
  t.ok(
    Math.abs((position?.latitude ?? 0) - 52.5) < 1e-6 && Math.abs((position?.longitude ?? 0) - 13.4) < 1e-6,
  );
  t.equal(position?.satellites, 9);
  pty.close();
  await rig.until(() => rig.said('reading.away') === 1);
  t.notMatch(rig.lines, /52\.5|13\.4|5230/, 'no position is in the log');
});

/** gpsd, as far as a camera has to do with it. */
async function fakeGpsd(t: Test): Promise<{ port: number; sockets: Socket[]; server: Server }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write('{"class":"VERSION","release":"3.25"}\r\n');
    socket.on('data', (bytes) => {
      if (!bytes.toString().startsWith('?WATCH={"enable":true,"json":true}')) return;
      socket.write(
        `${JSON.stringify({ class: 'TPV', mode: 3, time: '2026-12-09T08:35:59.000Z', lat: 1, lon: 2, altHAE: 3, eph: 4 })}\n`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets, server };
}

t.test('gpsd, which ends, begins again, and floods', async (t) => {
  const gpsd = await fakeGpsd(t);
  const rig = new Rig(t, { gnss: { gpsd: gpsd.port, everyMs: 50 } });
  await rig.until(() => rig.readings.length === 1);
  t.match(rig.readings[0], { position: { latitude: 1, longitude: 2, altitude: 3, accuracy: 4 } });
  gpsd.sockets[0]?.destroy();
  await rig.until(() => rig.said('reading.away') === 1 && rig.said('reading.back') === 1);
  await rig.until(() => rig.readings.length === 2);
  gpsd.sockets.at(-1)?.write('x'.repeat(1_000_000));
  await rig.until(() => rig.said('reading.back') === 2);
  t.ok(rig.local.faults.readingsMalformed > 0);
});

t.test('battery, temperature and motion, as the kernel says them', async (t) => {
  const folder = sysFolder(t, {
    capacity: '81',
    voltage_now: '3921000',
    status: 'Charging',
    temp: '48250',
    in_accel_scale: '0.009806',
    in_accel_x_raw: '-100',
    in_accel_y_raw: '1000',
    in_accel_z_raw: '0',
  });
  const rig = new Rig(t, {
    battery: { supply: folder, everyMs: 50 },
    temperature: { zone: folder, everyMs: 50 },
    motion: { device: folder, axes: ['-x', 'z', 'y'], everyMs: 50 },
  });
  await rig.until(() =>
    ['battery', 'temperature', 'motion'].every(
      (kind) => rig.readings.filter((reading) => kind in reading).length >= 2,
    ),
  );
  const found = Object.assign({}, ...rig.readings);
  t.same(found.battery, { percent: 81, millivolts: 3921, charging: true });
  t.equal(found.temperature, 48.25);
  t.ok(Math.abs(found.motion.x - 0.9806) < 1e-9 && Math.abs(found.motion.z - 9.806) < 1e-9);
  t.equal(Math.abs(found.motion.y), 0);
  t.equal(rig.log.length, 0);
});

t.test('what is no value is counted, never logged; the device may come back', async (t) => {
  const folder = sysFolder(t, { temp: '20000' });
  const path = join(folder, 'temp');
  const rig = new Rig(t, { temperature: { zone: folder, everyMs: 50 } });
  await rig.until(() => rig.readings.length > 0);
  const replace = (text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  for (const text of [
    '87654321098',
    '-87654321',
    'hot and secret',
    '',
    '9'.repeat(10_000),
    '9'.repeat(30),
    '20.5',
    '0x20',
  ]) {
    const { readingsMalformed } = rig.local.faults;
    replace(text);
    const [reads, had] = [rig.reads, rig.readings.length];
    await rig.until(() => rig.reads >= reads + 2);
    t.ok(rig.local.faults.readingsMalformed > readingsMalformed, text.slice(0, 20));
    t.ok(rig.readings.length <= had + 1, 'and no reading');
    replace('21000\n');
    await rig.until(() => rig.readings.length > had + 1);
    t.equal(rig.readings.at(-1)?.temperature, 21);
  }
  for (const instead of ['nothing', 'a FIFO']) {
    const away = rig.said('reading.away');
    rmSync(path);
    if (instead === 'a FIFO') t.equal(spawnSync('mkfifo', [path]).status, 0);
    await rig.until(() => rig.said('reading.away') > away);
    replace('22000\n');
    const back = rig.said('reading.back');
    await rig.until(() => rig.said('reading.back') > back);
  }
  t.notMatch(rig.lines, /secret|87654321|99999/);
});

import { rejects } from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import t from 'tap';
import { openSerialPort } from '../../../agent/sensor/link/serial-port.ts';
import { openPtyPort } from '../../../hardware-sim/link/pty-port.ts';
import type { BytePort } from '../../../proto/link/port.ts';

// The serial port itself, at a real terminal: it is opened twice, once for its lock and once to read it.

const baudRate = 115_200;
/** How often this process has the terminal open. */
const openings = (path: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      // The one that the folder was read with.
      return false;
    }
  }).length;

/** The reason of its end, or undefined for an ordered one. */
const endOf = (port: BytePort): Promise<Error | undefined> => new Promise((resolve) => port.onClose(resolve));

t.test('is locked while it is read, and leaves no descriptor', async (t) => {
  const device = openPtyPort();
  const ofDevice = openings(device.path);
  for (let turn = 0; turn < 3; turn += 1) {
    const port = await openSerialPort({ path: device.path, baudRate });
    const arrived = new Promise<string>((resolve) =>
      port.onData((chunk) => resolve(Buffer.from(chunk).toString())),
    );
    await device.write(Buffer.from(`turn ${turn}`));
    t.equal(await arrived, `turn ${turn}`);
    await rejects(openSerialPort({ path: device.path, baudRate }), { code: 'SENSOR_PORT_BUSY' });
    const ended = endOf(port);
    port.close();
    t.equal(await ended, undefined);
    t.equal(openings(device.path), ofDevice, 'each descriptor is closed');
  }
  device.close();
});

t.test('that was never read is closed all the same', async (t) => {
  const device = openPtyPort();
  const ofDevice = openings(device.path);
  const port = await openSerialPort({ path: device.path, baudRate });
  const ended = endOf(port);
  port.close();
  t.equal(await ended, undefined);
  t.equal(openings(device.path), ofDevice);
  device.close();
});

t.test('ends with a reason when the other side goes, and takes nothing more', async (t) => {
  const device = openPtyPort();
  const { path } = device;
  const port = await openSerialPort({ path, baudRate });
  port.onData(() => {});
  const ended = endOf(port);
  device.close();
  t.type(await ended, Error);
  await rejects(port.write(Buffer.from('x')), { code: 'SENSOR_PORT' });
  t.equal(openings(path), 0);
});

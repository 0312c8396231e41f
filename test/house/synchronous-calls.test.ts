import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

// A disk that stalls must not hold up the agent's main thread, and the sensor's link with it. This reads the sources of
// all that the agent is made of, but for the addon: nothing in it calls a file system synchronously, but what is listed.

const root = resolve(import.meta.dirname, '../../..');
const rooms = ['agent', 'base', 'evidence', 'media', 'proto'];

/** By file, what it calls and why that waits for no disk while the camera records. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // The serial port, which does not block, and is open already where it is opened once more.
  'agent/sensor/link/serial-port.ts': ['closeSync', 'openSync', 'readSync', 'writeSync'],
  // The program's own files, at the start, before the sensor is heard.
  'agent/software.ts': ['closeSync', 'openSync', 'readSync', 'readdirSync'],
  // An input device, which does not block.
  'agent/sensor/local/input-port.ts': ['readSync'],
  // A process of its own, on pipes.
  'agent/sealer/keys/key-child.ts': ['closeSync', 'readSync', 'writeSync'],
  // A file of the kernel, at the start.
  'agent/sealer/time/machine-time.ts': ['readFileSync'],
  // The note, in memory.
  'agent/line/archive/continuation.ts': ['closeSync', 'openSync', 'readSync', 'writeSync'],
  // The small reads of the scan at the start, before the sensor is heard.
  'agent/spool/disk/node-file-system.ts': ['readSync'],
  // The boot's id, of the kernel, at the start.
  'base/clock.ts': ['readFileSync'],
  // Randomness, of no file.
  'base/random.ts': ['randomFillSync'],
};

t.test('the agent calls the file system synchronously where that is listed and nowhere else', (t) => {
  const found: Record<string, string[]> = {};
  for (const room of rooms) {
    for (const name of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue;
      const text = readFileSync(join(root, room, name), 'utf8');
      const calls = [...text.matchAll(/\b(\w+Sync)\(/g)].map(([, call = '']) => call);
      const synchronous = [...new Set(calls)].sort();
      if (synchronous.length > 0) found[join(room, name)] = synchronous;
    }
  }
  t.same(found, allowed);
  t.end();
});

t.test('what reads on the main thread is the scan at the start', (t) => {
  const users = readdirSync(join(root, 'agent'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) =>
      /new FileView\((?:[^(),]|\([^()]*\))*,(?:[^(),]|\([^()]*\))*,/.test(
        readFileSync(join(root, 'agent', name), 'utf8'),
      ),
    );
  t.same(users, ['spool/recordings/scan.ts']);
  t.end();
});

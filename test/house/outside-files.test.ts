import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

// A file that others may have put somewhere is opened by base/outside-file.ts, without blocking and with a bound, and what
// others chose is printed by cli/output.ts, on one line. This looks in the sources for any file that does it by itself.

const root = resolve(import.meta.dirname, '../../..');
const rooms = ['agency', 'agent', 'base', 'cli', 'evidence', 'hardware-sim', 'media', 'proto', 'station'];

/** By file, which ways to open a file it takes from Node, and why no stranger's file is opened so. */
const opens: Readonly<Record<string, readonly string[]>> = {
  // New files and folders, its own.
  'agency/folder.ts': ['open'],
  // Its own folder.
  'agent/claim-new.ts': ['open'],
  // Its own new file, and its folder.
  'agent/line/kept/kept-twice.ts': ['open'],
  // /sys.
  'agent/sealer/time/machine-time.ts': ['readFileSync'],
  // With the flags of base/outside-file.ts, and no more than 4 KiB of it.
  'agent/line/archive/continuation.ts': ['openSync'],
  // To write, with the flags and the check of base/outside-file.ts.
  'agent/sensor/local/device-files.ts': ['open'],
  // A terminal that is open already.
  'agent/sensor/link/serial-port.ts': ['openSync'],
  // With the flags of base/outside-file.ts, and only a device or a FIFO is read.
  'agent/sensor/local/input-port.ts': ['open'],
  // To write, with the flags of base/outside-file.ts, and only a device or a FIFO is written to.
  'agent/sensor/local/pulse.ts': ['open'],
  // With the flags of base/outside-file.ts, and only a FIFO is read.
  'agent/sensor/pipe/fifo.ts': ['open'],
  // The program's own files.
  'agent/software.ts': ['openSync', 'readFile'],
  // With the check of base/outside-file.ts; readFile is for /proc.
  'agent/spool/disk/node-file-system.ts': ['open', 'readFile'],
  // /proc.
  'base/clock.ts': ['readFileSync'],
  // The one place.
  'base/outside-file.ts': ['open'],
  // The program's own package.json.
  'cli/command-line.ts': ['readFileSync'],
  // A new file, the log that a person names, and the folder.
  'cli/disk/doctor-disk.ts': ['open'],
  // New files.
  'cli/evidence/output-files.ts': ['open'],
  // A descriptor that is open already.
  'cli/passphrase.ts': ['createReadStream'],
  // The FIFO and the LED that it has made.
  'cli/sim/parts-camera.ts': ['open', 'readFile'],
  // New files, of a name that was not there.
  'hardware-sim/capture/capture-file.ts': ['open', 'openSync'],
  // The slave of its own pseudo-terminal.
  'hardware-sim/link/pty-port.ts': ['openSync'],
  // The program's own pages.
  'hardware-sim/panel/page-files.ts': ['readFileSync'],
  // Its own new file, and its folder.
  'station/broker/broker-crl.ts': ['open'],
  // With the flags of base/outside-file.ts, in a folder of the store's own; a few bytes of it are read.
  'station/cameras/camera-lock.ts': ['open'],
  // With the check of base/outside-file.ts.
  'station/store/files.ts': ['open'],
};

/** By file, which output it writes to as it is, and why no stranger's name is in it. */
const writes: Readonly<Record<string, number>> = {
  // The version.
  'cli/command-line.ts': 1,
  // Help.
  'cli/command.ts': 1,
  // The line that counts chunks while they come.
  'cli/commands/demo.ts': 2,
  // The one place.
  'cli/output.ts': 3,
  // The question, and the end of its line.
  'cli/passphrase.ts': 2,
};

const sources = rooms.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => ({ name: join(room, name), text: readFileSync(join(root, room, name), 'utf8') })),
);

t.test('files are opened in one place', (t) => {
  const found: Record<string, string[]> = {};
  for (const { name, text } of sources) {
    const imported = [...text.matchAll(/import \{([^}]*)\} from 'node:fs(?:\/promises)?'/g)]
      .flatMap(([, names = '']) => names.split(','))
      .map((word) => word.trim())
      .filter((word) => /^(?:open|openSync|readFile|readFileSync|createReadStream)$/.test(word));
    if (imported.length > 0) found[name] = imported.sort();
    t.notMatch(text, /import \* as \w+ from 'node:fs|from 'fs'|require\(/, `${name} names what it takes`);
  }
  t.same(found, opens);
  t.end();
});

t.test('sentences are printed in one place', (t) => {
  const found: Record<string, number> = {};
  for (const { name, text } of sources.filter((one) => one.name.startsWith('cli/'))) {
    const count = [...text.matchAll(/std(?:out|err)\.write\(|console\.\w+\(/g)].length;
    if (count > 0) found[name] = count;
  }
  t.same(found, writes);
  t.end();
});

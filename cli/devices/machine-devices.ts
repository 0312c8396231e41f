import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { readOutsideFile } from '../../base/outside-file.ts';
import { printable } from '../../base/printable.ts';

// Which devices this machine has that a camera can be made of, by what the kernel shows below /sys. Of these, video devices alone
// are opened, and asked for their formats.

/** A device, by the name that its driver gives it. */
export interface FoundDevice {
  readonly path: string;
  readonly name: string;
}

/** An input device, with the codes that it can give. */
export interface FoundInput extends FoundDevice {
  readonly keys: ReadonlySet<number>;
  readonly switches: ReadonlySet<number>;
}

/** A camera, with what of its formats can be recorded as it is. */
export interface FoundCamera extends FoundDevice {
  readonly formats: readonly ('h264' | 'h265')[];
}

export interface MachineDevices {
  readonly cameras: readonly FoundCamera[];
  readonly programs: readonly string[];
  readonly inputs: readonly FoundInput[];
  readonly leds: readonly FoundDevice[];
  readonly serialPorts: readonly FoundDevice[];
  readonly batteries: readonly FoundDevice[];
  readonly temperatures: readonly FoundDevice[];
  readonly accelerometers: readonly FoundDevice[];
  /** gpsd answers at its usual port. */
  readonly gpsd: boolean;
}

export const gpsdPort = 2947;
const gpsdMsMax = 300;
const fileBytesMax = 65_536;
/** Of a folder below /sys; a machine has some dozens of one kind. */
const entriesMax = 256;

const pictureTools = ['rpicam-vid', 'ffmpeg', 'gst-launch-1.0'];

/**
 * Looks for them.
 * @param root the folder that has `sys` and `dev`: `/`, or that of another machine's files.
 * @param path where programs are, as in the environment.
 * @param hasGpsd whether gpsd answers.
 * @param formatsOf what of a video device's formats can be recorded as it is.
 */
export async function surveyDevices(
  root: string,
  path: string,
  hasGpsd: () => Promise<boolean>,
  formatsOf: (path: string) => readonly ('h264' | 'h265')[],
): Promise<MachineDevices> {
  const sys = new SysFolder(root);
  const named = async <T extends FoundDevice>(kind: string, own: (at: string) => Promise<T | undefined>) =>
    (await Promise.all((await sys.list(kind)).map((entry) => own(`${kind}/${entry}`)))).filter(
      (device) => device !== undefined,
    );
  const last = (at: string): string => at.slice(at.lastIndexOf('/') + 1);
  const inputs = (await sys.list('class/input')).filter((entry) => /^event\d+$/.test(entry));
  return {
    cameras: await named('class/video4linux', async (at) => {
      const name = await sys.text(`${at}/name`);
      const path = `/dev/${last(at)}`;
      const formats = formatsOf(path);
      // Further nodes of one camera have its metadata; encoders and image processors are no cameras.
      const isCamera =
        Number(await sys.text(`${at}/index`)) === 0 && !/codec|isp|hevc|jpeg|loopback out/i.test(name);
      return isCamera || formats.length > 0 ? { path, name, formats } : undefined;
    }),
    programs: await programsIn(root, path),
    inputs: await Promise.all(
      inputs.map(async (entry) => {
        const device = `class/input/${entry}/device`;
        return {
          path: `/dev/input/${entry}`,
          name: await sys.text(`${device}/name`),
          keys: codesOf(await sys.text(`${device}/capabilities/key`)),
          switches: codesOf(await sys.text(`${device}/capabilities/sw`)),
        };
      }),
    ),
    leds: await named('class/leds', async (at) => ({ path: `/sys/${at}`, name: last(at) })),
    serialPorts: await named('class/tty', async (at) => {
      // A port of the PC's kind that is not wired has the type 0.
      const isPort =
        /^tty(S|AMA|USB|ACM|THS|mxc)\d+$/.test(last(at)) && (await sys.text(`${at}/type`)) !== '0';
      return isPort && (await sys.has(`${at}/device`))
        ? { path: `/dev/${last(at)}`, name: last(at) }
        : undefined;
    }),
    batteries: await named('class/power_supply', async (at) =>
      (await sys.text(`${at}/type`)) === 'Battery' && (await sys.has(`${at}/capacity`))
        ? { path: `/sys/${at}`, name: last(at) }
        : undefined,
    ),
    temperatures: await named('class/thermal', async (at) =>
      (await sys.has(`${at}/temp`)) ? { path: `/sys/${at}`, name: await sys.text(`${at}/type`) } : undefined,
    ),
    accelerometers: await named('bus/iio/devices', async (at) =>
      (await sys.has(`${at}/in_accel_x_raw`))
        ? { path: `/sys/${at}`, name: await sys.text(`${at}/name`) }
        : undefined,
    ),
    gpsd: await hasGpsd(),
  };
}

/** What is below /sys: a file that is not there, or is no short text, says nothing. */
class SysFolder {
  readonly #sys: string;

  constructor(root: string) {
    this.#sys = join(root, 'sys');
  }

  async list(kind: string): Promise<string[]> {
    const entries = await readdir(join(this.#sys, kind)).catch(() => []);
    return entries
      .filter((entry) => /^[\x21-\x7e]+$/.test(entry))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .slice(0, entriesMax);
  }

  async text(path: string): Promise<string> {
    const bytes = await readOutsideFile(join(this.#sys, path), fileBytesMax).catch(() => Buffer.alloc(0));
    return printable(bytes.toString('utf8').trim());
  }

  async has(path: string): Promise<boolean> {
    return access(join(this.#sys, path)).then(
      () => true,
      () => false,
    );
  }
}

async function programsIn(root: string, path: string): Promise<string[]> {
  const found: string[] = [];
  for (const program of pictureTools) {
    const tries = path.split(':').map((folder) => access(join(root, folder, program), constants.X_OK));
    if ((await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled')) found.push(program);
  }
  return found;
}

/** The numbers of the bits that are set in the kernel's words: hexadecimal `long`s, the highest first. */
function codesOf(words: string): Set<number> {
  const longBits = process.arch.endsWith('64') ? 64 : 32;
  const codes = new Set<number>();
  for (const [index, word] of words.split(/\s+/).reverse().entries()) {
    if (!/^[0-9a-f]{1,16}$/.test(word) || index > 63) continue;
    const bits = BigInt(`0x${word}`);
    for (let bit = 0; bit < longBits; bit += 1)
      if ((bits >> BigInt(bit)) & 1n) codes.add(index * longBits + bit);
  }
  return codes;
}

/** Whether something takes connections at gpsd's port on this machine. */
export function answersAtGpsd(port = gpsdPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(gpsdMsMax, () => settle(false));
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}

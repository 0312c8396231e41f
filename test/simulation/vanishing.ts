import { type Mount, mounts, type StationDisk } from '../../scenario/fast/disks/station-disk.ts';
import { minuteMs } from '../../scenario/fast/sim-time.ts';
import type { Seeded } from '../support/seed.ts';
import { deviceId } from './identities.ts';
import { evidencePath, keysPath } from './station/station.ts';
import type { World } from './world.ts';

const folders = [`/store/${deviceId}`, `/vault/${deviceId}`] as const;

/**
 * Files and folders that vanish from under the running station, are cut or changed, or are away for a while. It happens
 * between two receipts: what goes while one is being signed nobody can tell from what goes right after.
 */
export class Vanishing {
  readonly counts = {
    ...{ filesRemoved: 0, filesCut: 0, filesChanged: 0, foldersRemoved: 0, storeAway: 0, vaultAway: 0 },
    ...{
      'struck .seal': 0,
      'struck .receipts': 0,
      'struck .keys': 0,
      'struck sessions': 0,
      'struck other': 0,
    },
    /** Of a recording that the camera has still, so that it must be asked for again. */
    struckBeforeComplete: 0,
  };
  /** Files that another program changed. */
  readonly struck = new Set<string>();
  readonly #world: World;
  readonly #disk: StationDisk;
  readonly #random: Seeded;

  constructor(world: World, disk: StationDisk, random: Seeded) {
    this.#world = world;
    this.#disk = disk;
    this.#random = random;
  }

  /** One file is removed, cut, or changed in place. */
  file(): Promise<void> {
    return this.#strike(() => {
      const path = this.#pickFile();
      const bytes = path === undefined ? undefined : this.#disk.durable(path);
      if (path === undefined || bytes === undefined) return;
      this.#countFile(path);
      const how = this.#random.pick(['filesRemoved', 'filesCut', 'filesChanged'] as const);
      this.counts[how] += 1;
      this.struck.add(path);
      this.#world.note(`another program strikes ${path}: ${how}`);
      if (how === 'filesRemoved') this.#disk.tamper(path, undefined);
      else if (how === 'filesCut')
        this.#disk.tamper(path, bytes.slice(0, this.#random.int(bytes.length + 1)));
      else this.#disk.tamper(path, this.#changed(bytes));
    });
  }

  /** The camera's folder, of evidence or of keys, is removed. */
  folder(): Promise<void> {
    return this.#strike(() => {
      const folder = this.#random.pick(folders);
      this.counts.foldersRemoved += 1;
      this.#world.note(`another program removes ${folder}`);
      this.#disk.removeFolder(folder);
    });
  }

  /** The store's or the vault's disk is not mounted for a while. */
  away(): Promise<void> {
    const forMs = this.#random.int(3 * minuteMs);
    return this.#strike(() => {
      // One that starts without its disks cannot know that they are away.
      if (this.#world.station.station?.receives !== true) return;
      const mount = this.#random.pick(mounts);
      this.counts[mount === '/store' ? 'storeAway' : 'vaultAway'] += 1;
      this.#world.note(`${mount} is unmounted`);
      this.#disk.unmount(mount);
      this.#world.time.after(forMs, () => this.#back(mount));
    });
  }

  mountAll(): void {
    for (const mount of mounts) this.#disk.mount(mount);
  }

  #back(mount: Mount): void {
    this.#world.note(`${mount} is mounted`);
    this.#disk.mount(mount);
  }

  async #strike(act: () => void): Promise<void> {
    await this.#world.station.station?.settled();
    if (this.#world.calm) return;
    act();
    this.#world.forgive();
  }

  /** More often one of a recording that the camera has still. */
  #pickFile(): string | undefined {
    const random = this.#random;
    const held = this.#world.camera.camera?.spool?.recordings() ?? [];
    const own = held.flatMap(({ id }) => {
      const recording = this.#world.truth.recording(id);
      const evidence = evidencePath(recording);
      return [evidence, evidence.replace(/seal$/, 'receipts'), keysPath(recording)];
    });
    const all = this.#disk.paths.filter((path) => /^\/(store|vault)\/(?!\.folder-id)/.test(path));
    const there = own.filter((path) => all.includes(path));
    const from = there.length > 0 && random.int(3) > 0 ? there : all;
    if (from.length === 0) return undefined;
    const path = random.pick(from);
    if (there.includes(path)) this.counts.struckBeforeComplete += 1;
    return path;
  }

  #countFile(path: string): void {
    if (path.endsWith('/sessions.seal')) this.counts['struck sessions'] += 1;
    else if (path.endsWith('.seal')) this.counts['struck .seal'] += 1;
    else if (path.endsWith('.receipts')) this.counts['struck .receipts'] += 1;
    else if (path.endsWith('.keys')) this.counts['struck .keys'] += 1;
    else this.counts['struck other'] += 1;
  }

  /** The same length, and other bytes in one place. */
  #changed(bytes: Uint8Array): Uint8Array {
    const changed = Uint8Array.from(bytes);
    const at = this.#random.int(changed.length + 1);
    return changed.fill(this.#random.int(2) === 0 ? 0 : 0xa5, at, at + 1 + this.#random.int(40));
  }
}

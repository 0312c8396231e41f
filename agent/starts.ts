import { rename, rm, writeFile } from 'node:fs/promises';
import { readOutsideFile } from '../base/outside-file.ts';

// How often the agent has exited unexpectedly. The file survives the process, in memory if the runtime folder is there,
// but not a power failure: a camera that is switched off has not crashed.

/** The content of the file. Times are milliseconds of the uptime clock. */
interface Starts {
  readonly epoch: string;
  /** The run that wrote it has not been told to end. */
  readonly running: boolean;
  readonly total: number;
  readonly recentMs: readonly number[];
}

const hourMs = 3_600_000;
/** Times that are kept: any more within an hour are only counted in the total. */
const recentMax = 100;

/** Counts the agent's unexpected exits. */
export class RunCounter {
  readonly #path: string;
  #starts: Starts;

  private constructor(path: string, starts: Starts) {
    this.#path = path;
    this.#starts = starts;
  }

  /**
   * Reads what the previous run left, counts its exit if it was unexpected, and notes that this run is going on. Never
   * rejects: what cannot be read counts as nothing.
   * @param epoch of the uptime clock: a different one means that the camera was switched off meanwhile.
   */
  static async begin(path: string, epoch: string, nowMs: number): Promise<RunCounter> {
    const before = await read(path);
    const known = before?.epoch === epoch ? before : undefined;
    const crashed = known?.running === true;
    const recentMs = [...(known?.recentMs ?? []), ...(crashed ? [nowMs] : [])].slice(-recentMax);
    const total = (known?.total ?? 0) + (crashed ? 1 : 0);
    const counter = new RunCounter(path, { epoch, running: true, total, recentMs });
    await counter.#write();
    return counter;
  }

  /** Exits within the last hour, and since the camera was switched on. */
  count(nowMs: number): { readonly recent: number; readonly total: number } {
    const { recentMs, total } = this.#starts;
    return { recent: recentMs.filter((one) => one > nowMs - hourMs).length, total };
  }

  /** Notes that this run ends because it was told to. */
  async end(): Promise<void> {
    this.#starts = { ...this.#starts, running: false };
    await this.#write();
  }

  async #write(): Promise<void> {
    const other = `${this.#path}.new`;
    try {
      // Whatever is there is a draft that a crash left, or no file at all: opening a FIFO would never end.
      await rm(other, { recursive: true, force: true });
      await writeFile(other, JSON.stringify(this.#starts), { mode: 0o600, flag: 'wx' });
      await rename(other, this.#path);
    } catch {
      // A condition of its own reports a full or read-only storage.
    }
  }
}

async function read(path: string): Promise<Starts | undefined> {
  try {
    const starts: unknown = JSON.parse((await readOutsideFile(path)).toString('utf8'));
    return isStarts(starts) ? starts : undefined;
  } catch {
    return undefined;
  }
}

function isStarts(value: unknown): value is Starts {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, running, total, recentMs } = value as Partial<Record<keyof Starts, unknown>>;
  return (
    typeof epoch === 'string' &&
    typeof running === 'boolean' &&
    Number.isSafeInteger(total) &&
    Array.isArray(recentMs) &&
    recentMs.every((one) => typeof one === 'number')
  );
}

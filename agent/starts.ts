import { rename, writeFile } from 'node:fs/promises';
import { readOutsideFile } from '../base/outside-file.ts';

// How often the agent has ended without being told to. The file outlives the process, in memory where the runtime folder
// is there, and not the camera's power: a camera that is switched off is no crash.

/** What the file holds. Times are milliseconds of the uptime clock. */
interface Starts {
  readonly epoch: string;
  /** The run that wrote it has not been told to end. */
  readonly running: boolean;
  readonly total: number;
  readonly recentMs: readonly number[];
}

const hourMs = 3_600_000;
/** Times that are kept: more in an hour are counted in the total alone. */
const recentMax = 100;

/** Counts the ends of the agent that nobody ordered. */
export class RunCounter {
  readonly #path: string;
  #starts: Starts;

  private constructor(path: string, starts: Starts) {
    this.#path = path;
    this.#starts = starts;
  }

  /**
   * Reads what the run before left, counts its end where it was not ordered, and notes that this one runs. Never rejects:
   * what cannot be read counts as nothing.
   * @param epoch of the uptime clock: another one means that the camera was switched off meanwhile.
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

  /** Ends within the last hour, and since the camera was switched on. */
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
      await writeFile(other, JSON.stringify(this.#starts), { mode: 0o600 });
      await rename(other, this.#path);
    } catch {
      // A full or read-only storage has a condition of its own.
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

import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc in a second: fixed on Linux (USER_HZ). */
const ticksPerSecond = 100;

/** CPU milliseconds that a process has used, in all its threads. Children it waited for are not counted. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** CPU milliseconds of a Node process by the kind of thread. */
export interface ThreadsMs {
  readonly main: number;
  /** V8's helpers: garbage collection and compiling outside the main thread. */
  readonly v8: number;
  /** libuv's pool (files, and native work such as sealing), in user and in kernel mode. */
  readonly poolUser: number;
  readonly poolKernel: number;
}

/** The threads that Node 20 starts before those of libuv's pool: the main one, five of its platform, one for signals. */
const threadsBeforePool = 7;

/**
 * CPU that each kind of thread of a Node process has used. Node 20 gives all its threads one name, but starts
 * them in a fixed order.
 */
export function threadsMs(pid: number): ThreadsMs {
  const threads = readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .sort((a, b) => a - b)
    .map((tid) => {
      const task = `/proc/${pid}/task/${tid}`;
      const stat = readFileSync(`${task}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const name = readFileSync(`${task}/comm`, 'utf8').trim();
      // In nanoseconds; the others count in ticks of a hundredth of a second.
      const ms = Number(readFileSync(`${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
      return { name, ms, user: Number(fields[11]), kernel: Number(fields[12]) };
    });
  const [main] = threads;
  const unnamed = threads.filter(({ name }) => name === main?.name);
  const pool = unnamed.slice(threadsBeforePool);
  const sum = (list: typeof threads): number => list.reduce((total, { ms }) => total + ms, 0);
  const ticks = pool.reduce((total, { user, kernel }) => total + user + kernel, 0);
  const userTicks = pool.reduce((total, { user }) => total + user, 0);
  const poolUser = ticks === 0 ? 0 : (sum(pool) * userTicks) / ticks;
  const mainMs = main?.ms ?? 0;
  return { main: mainMs, v8: sum(threads) - mainMs - sum(pool), poolUser, poolKernel: sum(pool) - poolUser };
}

/** The value below which a share `q` of `values` is. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The monotonic clock in microseconds, as V8's profiles count. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

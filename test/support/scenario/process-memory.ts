import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** One mapping of a process, from its `smaps`. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  /** Its file, `[stack]` ..., or nothing. */
  readonly name: string;
  /** `VmFlags`: `rd`, `lo` (locked), `dd` (not dumped), `dc` (not copied by fork) ..., proc(5). */
  readonly flags: readonly string[];
  readonly residentKiB: number;
  readonly swappedKiB: number;
}

/** The mappings of the process `pid`, which must be a child of this one, or this one root. */
export function mappingsOf(pid: number): Mapping[] {
  const blocks = readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return blocks.map((block) => {
    const [, start = '', end = '', name = ''] =
      /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+ *(.*)$/m.exec(block) ?? [];
    const kib = (field: string): number =>
      Number(new RegExp(`^${field}: *(\\d+) kB`, 'm').exec(block)?.[1] ?? 0);
    return {
      start: Number.parseInt(start, 16),
      end: Number.parseInt(end, 16),
      name,
      flags: (/^VmFlags: (.*)$/m.exec(block)?.[1] ?? '').trim().split(' '),
      residentKiB: kib('Rss'),
      swappedKiB: kib('Swap'),
    };
  });
}

/** Where something was found. */
export interface Sighting {
  readonly what: string;
  readonly address: number;
  readonly mapping: Mapping;
}

const pieceBytes = 8 * 1024 * 1024;

/** Every place in the readable memory of `pid` that holds one of `secrets`. Stop the process's work before. */
export function findInMemory(pid: number, secrets: ReadonlyMap<string, Uint8Array>): Sighting[] {
  const needles = [...secrets].map(([what, bytes]) => ({ what, bytes: Buffer.from(bytes) }));
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length)) - 1;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const piece = Buffer.alloc(pieceBytes + overlap);
  const found: Sighting[] = [];
  try {
    for (const mapping of mappingsOf(pid)) {
      if (!mapping.flags.includes('rd') || mapping.residentKiB + mapping.swappedKiB === 0) continue;
      for (let at = mapping.start; at < mapping.end; at += pieceBytes) {
        const bytes = readPiece(memory, piece, at, Math.min(piece.length, mapping.end - at));
        for (const { what, bytes: needle } of needles) {
          for (
            let hit = bytes.indexOf(needle);
            hit >= 0 && hit < pieceBytes;
            hit = bytes.indexOf(needle, hit + 1)
          ) {
            found.push({ what, address: at + hit, mapping });
          }
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return found;
}

/** What can be read of it: the kernel's own pages cannot be. */
function readPiece(memory: number, into: Buffer, at: number, length: number): Buffer {
  try {
    return into.subarray(0, readSync(memory, into, 0, length, at));
  } catch {
    return into.subarray(0, 0);
  }
}

/** A field of /proc/PID/status in KiB, e.g. `VmHWM`, the peak of the resident set. */
export function statusKib(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
}

import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What may be found where a file is expected. */
export interface StrangeFile {
  readonly what: string;
  readonly path: string;
  /** With which a reader without a bound of its own refuses it. */
  readonly code: 'FILE_KIND' | 'FILE_SPARSE';
}

/** Makes one of each below `folder`, under a name that ends with `ending`. */
export function strangeFiles(folder: string, ending = ''): readonly StrangeFile[] {
  const at = (name: string): string => join(folder, `${name}${ending}`);
  execFileSync('mkfifo', [at('fifo')]);
  mkdirSync(at('folder'));
  const sparse = openSync(at('sparse'), 'w');
  ftruncateSync(sparse, 1024 ** 4);
  closeSync(sparse);
  for (const [name, target] of [
    ['fifo-link', at('fifo')],
    ['zero', '/dev/zero'],
    ['tty', '/dev/ptmx'],
    ['sparse-link', at('sparse')],
  ] as const) {
    symlinkSync(target, at(name));
  }
  return [
    { what: 'a FIFO', path: at('fifo'), code: 'FILE_KIND' },
    { what: 'a link to a FIFO', path: at('fifo-link'), code: 'FILE_KIND' },
    { what: 'a folder', path: at('folder'), code: 'FILE_KIND' },
    { what: 'a link to a device', path: at('zero'), code: 'FILE_KIND' },
    { what: 'a link to a terminal', path: at('tty'), code: 'FILE_KIND' },
    { what: 'a terabyte of holes', path: at('sparse'), code: 'FILE_SPARSE' },
    { what: 'a link to a terabyte of holes', path: at('sparse-link'), code: 'FILE_SPARSE' },
  ];
}

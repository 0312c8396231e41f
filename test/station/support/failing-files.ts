import { type Files, systemFiles } from '../../../station/store/files.ts';
import type { Seeded } from '../../support/seed.ts';

/**
 * The disk of a machine that loses power before the operation `at`: a write that is under way leaves a part,
 * and nothing is done any more after it.
 */
export function failingFiles(at: number, random: Seeded): { files: Files; dead: () => boolean } {
  let done = 0;
  const crash = async <T>(
    work: () => Promise<T>,
    torn: () => Promise<unknown> = async () => {},
  ): Promise<T> => {
    done += 1;
    if (done > at) {
      if (done === at + 1) await torn();
      throw new Error('no power');
    }
    return work();
  };
  const files: Files = {
    makeFolder: (path) => crash(() => systemFiles.makeFolder(path)),
    volumeOf: (path) => systemFiles.volumeOf(path),
    list: (path) => systemFiles.list(path),
    identify: (path) => systemFiles.identify(path),
    move: (from, to) => crash(() => systemFiles.move(from, to)),
    size: (path) => systemFiles.size(path),
    readAt: (path, offset, length) => systemFiles.readAt(path, offset, length),
    appendAt: (path, before, parts) =>
      crash(
        () => systemFiles.appendAt(path, before, parts),
        () => {
          const whole = Buffer.concat(parts);
          return systemFiles.appendAt(path, before, [whole.subarray(0, random.int(whole.length + 1))]);
        },
      ),
    truncate: (path, length) => crash(() => systemFiles.truncate(path, length)),
    sync: (path) => crash(() => systemFiles.sync(path)),
    replace: (path, parts) => crash(() => systemFiles.replace(path, parts)),
    destroy: (path) => crash(() => systemFiles.destroy(path)),
  };
  return { files, dead: () => done > at };
}

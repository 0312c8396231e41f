import { patienceMs } from './patience.ts';

/** What a test waits for: it looks each time that something has happened, and fails with a sentence where it never comes. */
export class Happenings {
  readonly #waiting = new Set<() => void>();

  /** Something has happened: all that wait look again. */
  note(): void {
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Resolves once `done` holds.
   * @param seen what there was in its place, as the error says
   * @throws Error after {@link patienceMs}
   */
  async until(done: () => boolean, seen: () => unknown): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(limit);
        this.#waiting.delete(look);
      };
      const look = (): void => {
        if (!done()) return;
        end();
        resolve();
      };
      const limit = setTimeout(() => {
        end();
        const wanted = done.toString().replace(/^\(\) => /, '');
        const instead = JSON.stringify(seen());
        reject(new Error(`It never came that ${wanted} in ${patienceMs / 1_000} s; what came is ${instead}`));
      }, patienceMs);
      this.#waiting.add(look);
    });
  }
}

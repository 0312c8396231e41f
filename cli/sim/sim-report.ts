import { rename, writeFile } from 'node:fs/promises';
import { SealcamError, systemCode } from '../../base/errors.ts';
import type { SimReport } from '../../hardware-sim/events.ts';

/** The file of `--report`: always holds one complete report, the newest. */
export class ReportFile {
  readonly #path: string | undefined;
  readonly #failed: (error: unknown) => void;
  #written: Promise<void> = Promise.resolve();
  #failure: unknown;

  /** @param failed is called when the file can't be written. */
  constructor(path: string | undefined, failed: (error: unknown) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  write(report: SimReport): void {
    const path = this.#path;
    if (path === undefined) return;
    const text = `${JSON.stringify({ event: 'report', ...report })}\n`;
    const beside = `${path}.${process.pid}.new`;
    this.#written = this.#written
      .then(async () => {
        await writeFile(beside, text);
        await rename(beside, path);
      })
      .catch((cause: unknown) => {
        const reason = systemCode(cause) ?? String(cause);
        const sentence = `The report can't be written to "${path}" (${reason}): name a file in a folder that exists`;
        this.#failure ??= new SealcamError('SIM_REPORT', sentence, { cause });
        this.#failed(this.#failure);
      });
  }

  /** Resolves when everything is written. @throws SealcamError `SIM_REPORT` if something could not be. */
  async done(): Promise<void> {
    await this.#written;
    if (this.#failure !== undefined) throw this.#failure;
  }
}

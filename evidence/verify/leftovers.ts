import { fileMagic, type Scanned } from '../records.ts';
import type { EvidenceSource } from './found.ts';

const warningsMax = 100;

/** What of the files is not evidence, with the first warnings about it. */
export class Leftovers {
  readonly #warnings = new Set<string>();
  /** Bytes outside any record. */
  unreadableBytes = 0;
  recordsSetAside = 0;

  get warnings(): string[] {
    return [...this.#warnings];
  }

  skip(found: Scanned, source: EvidenceSource): void {
    // The file's own magic at offset 0 is not a record.
    const magic = found.offset === 0 ? fileMagic.length : 0;
    const bytes = found.bytes - magic;
    if (bytes === 0) return;
    this.unreadableBytes += bytes;
    this.#warn(() => `${source.name}: ${bytes} bytes at offset ${found.offset + magic} are not a record`);
  }

  empty(source: EvidenceSource): void {
    this.#warn(() => `${source.name} is empty`);
  }

  putAside({ offset }: Scanned, source: EvidenceSource, why: string): void {
    this.recordsSetAside += 1;
    this.#warn(() => `${source.name}: the record at offset ${offset} was set aside: ${why}`);
  }

  #warn(sentence: () => string): void {
    if (this.#warnings.size < warningsMax) this.#warnings.add(sentence());
  }
}

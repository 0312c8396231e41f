import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import type { EvidenceSource } from '../../evidence/verify/index.ts';
import type { StoredEvidence } from '../evidence.ts';

const pieceBytes = 1024 * 1024;

/** A station's store and vault on this machine's disk. {@link close} closes its files. */
export class StoreFolder implements StoredEvidence {
  readonly sources: readonly EvidenceSource[];
  readonly #store: string;
  readonly #vault: string;
  readonly #files: readonly FileHandle[];

  private constructor(store: string, vault: string, sources: readonly EvidenceSource[], files: FileHandle[]) {
    this.#store = store;
    this.#vault = vault;
    this.sources = sources;
    this.#files = files;
  }

  static async open(store: string, vault: string): Promise<StoreFolder> {
    const sources: EvidenceSource[] = [];
    const files: FileHandle[] = [];
    for (const path of await filesBelow(store, /[.](seal|receipts)$/)) {
      const file = await open(path, 'r');
      files.push(file);
      sources.push(sourceOf(relative(store, path), file));
    }
    return new StoreFolder(store, vault, sources, files);
  }

  /** The key object of a recording, which the vault keeps where the store keeps the recording. */
  readonly keys = async (recordingId: string): Promise<Uint8Array | undefined> => {
    const [evidence] = await filesBelow(this.#store, new RegExp(`${recordingId}[.]seal$`));
    if (evidence === undefined) return undefined;
    const name = relative(this.#store, evidence).replace(/[.]seal$/, '.keys');
    try {
      return await readFile(join(this.#vault, name));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  };

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }
}

/** The files below a folder whose names end as `ending` says, in the order of their paths; what a station keeps aside is not theirs. */
export async function filesBelow(folder: string, ending: RegExp): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => ending.test(name) && !/(^|[/])[.]/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function sourceOf(name: string, file: FileHandle): EvidenceSource {
  const readAt = async (offset: number, bytes: number): Promise<Uint8Array> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
    return buffer.subarray(0, bytesRead);
  };
  return {
    name,
    readAt,
    async *stream() {
      for (let offset = 0; ; ) {
        const piece = await readAt(offset, pieceBytes);
        if (piece.length === 0) return;
        offset += piece.length;
        yield piece;
      }
    },
  };
}

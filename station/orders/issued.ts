import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { isSealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { recordBodyBytesMax } from '../../evidence/limits.ts';
import { statementRecord } from '../../evidence/records.ts';
import type { Root } from '../../evidence/root.ts';
import { readEncodedStatement } from '../../evidence/statements.ts';
import { type GivenLeaf, type IssuedLeaf, issuedLeaves, type Topic } from '../../proto/topics.ts';
import type { Files } from '../store/files.ts';
import { certificatesOf } from './renewals.ts';

/** What the agency issued, and how it reaches cameras. */
export interface IssuedOptions {
  /** The folder; undefined if none is configured. */
  readonly folder: string | undefined;
  readonly stationId: string;
  readonly root: Root;
  readonly files: Files;
  readonly clock: Pick<Clock, 'utcUs'>;
  /** Sends a message to a camera; one that is not connected does not get it. */
  readonly publish: (topic: Topic, payload: Uint8Array) => void;
  readonly log: Log;
}

/** The folders that hold each kind, as an agency's folder has them. */
const folders: Readonly<Record<IssuedLeaf, string>> = {
  policy: 'policies',
  revocation: 'revocations',
  roster: 'rosters',
  'vault-key': 'vaults',
};

/**
 * Sends each camera that connects the newest policy, roster, vault key and revocation list, and the certificates of its keys. The camera checks them against
 * the root and what it has: the station is only how they travel.
 */
export class IssuedPost {
  readonly #options: IssuedOptions;
  /** The newest file of each kind at the last look. */
  #seen: string | undefined;

  constructor(options: IssuedOptions) {
    this.#options = options;
  }

  /** Sends a camera the newest of each kind, a roster before the certificate that may ask for it. What cannot be read, or the root did not sign, raises an alarm. */
  async send(device: string): Promise<void> {
    const { folder, root, files, publish, clock } = this.#options;
    if (folder === undefined) return;
    for (const leaf of issuedLeaves) {
      await this.#attempt(leaf, async () => {
        const path = await this.#newest(join(folder, folders[leaf]), leaf);
        if (path === undefined) return;
        const size = await files.size(path);
        if (size === undefined || size > recordBodyBytesMax) return;
        const encoded = await files.readAt(path, 0, size);
        readEncodedStatement(leaf, encoded, root.verifier);
        publish({ device, recording: 'session', leaf }, statementRecord(encoded));
      });
    }
    await this.#attempt('certificate', async () => {
      const nowMs = clock.utcUs() / 1_000;
      for (const der of await certificatesOf(device, join(folder, 'issued'), { root, files, nowMs }))
        publish({ device, recording: 'session', leaf: 'certificate' }, der);
    });
  }

  /** Whether there is a newer file of a kind than at the last look: cameras that are connected get it at once. */
  async isNewer(): Promise<boolean> {
    const { folder } = this.#options;
    if (folder === undefined) return false;
    const names: (string | undefined)[] = [];
    try {
      for (const leaf of issuedLeaves) names.push(await this.#newest(join(folder, folders[leaf]), leaf));
    } catch (error) {
      // What cannot be read raises its alarm when a camera is to get it.
      if (systemCode(error) === undefined) throw error;
      return false;
    }
    const before = this.#seen;
    this.#seen = names.join('\n');
    return before !== undefined && before !== this.#seen;
  }

  async #attempt(kind: GivenLeaf, send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      const code = isSealcamError(error) ? error.code : systemCode(error);
      if (code === undefined) throw error;
      this.#options.log.alarm(
        'issued.unusable',
        'What the agency issued for cameras cannot be sent: copy its folder again',
        { kind, code },
      );
    }
  }

  /** The file with the highest version: `N.dsse`, of vault keys `STATION.N.dsse`. */
  async #newest(folder: string, leaf: IssuedLeaf): Promise<string | undefined> {
    const { files, stationId } = this.#options;
    const prefix = leaf === 'vault-key' ? `${stationId}.` : '';
    let newest: { readonly version: number; readonly name: string } | undefined;
    for (const name of await namesIn(files, folder)) {
      const [, digits] = /^([1-9][0-9]{0,15})\.dsse$/.exec(name.slice(prefix.length)) ?? [];
      const version = Number(digits ?? 0);
      if (name.startsWith(prefix) && version > (newest?.version ?? 0)) newest = { version, name };
    }
    return newest && join(folder, newest.name);
  }
}

async function namesIn(files: Files, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

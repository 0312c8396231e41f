import type { Hasher } from '../../evidence/hasher.ts';
import type { Root } from '../../evidence/root.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { Revocations } from '../../evidence/trust.ts';
import type { Files } from '../store/files.ts';

/** Where a station keeps the files to be listed. */
export interface InventoryPlace {
  readonly files: Files;
  /** The folder of the evidence store. */
  readonly store: string;
  /** The folder of the vault; without it the report says nothing about keys. */
  readonly vault: string | undefined;
  readonly root: Root;
  readonly revocations: Revocations;
  readonly hasher: Hasher;
  /** Rosters of the agency, with which the recipients of each recording are compared; none by default. */
  readonly rosters?: readonly Statement<'roster'>[];
}

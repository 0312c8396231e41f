import { beBytes, concatBytes, joinBytes } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { stationOfSealed } from '../../../evidence/keys/key-envelope.ts';
import { cellsMax } from '../../limits.ts';

// A recording's key envelope as it waits in the spool: sealed to the vault of one station, or of several. One alone is
// stored as it is sent. Of several, each follows its station's id and both lengths, after a first byte that no sealed
// envelope begins with.

const severalMark = 0;
/** Bytes of an id's length and of an envelope's. */
const headBytes = 5;

/** A key envelope that is sealed to the vault of `stationId`. */
export interface SealedForStation {
  readonly stationId: string;
  readonly sealed: Uint8Array;
}

/** What the spool stores of a recording's keys. */
export function bundleSealedKeys(all: readonly SealedForStation[]): Uint8Array {
  const [first] = all;
  if (first === undefined || all.length > cellsMax)
    throw new RangeError(`keys are sealed to 1 to ${cellsMax} vaults, not to ${all.length}`);
  if (all.length === 1) return first.sealed;
  const parts = all.flatMap(({ stationId, sealed }) => [
    concatBytes(beBytes(stationId.length, 1), beBytes(sealed.length, 4)),
    Buffer.from(stationId, 'latin1'),
    sealed,
  ]);
  return joinBytes([Uint8Array.of(severalMark), ...parts]);
}

/**
 * What of a bundle goes to a station.
 * @throws SealcamError `SEALED_KEYS` if none is sealed to its vault: when the recording was opened the camera had no key
 *   of it, or the policy did not allow it; `EVIDENCE_MALFORMED` if it is no bundle.
 */
export function sealedKeysFor(bundle: Uint8Array, stationId: string): Uint8Array {
  const own = allOf(bundle).find((one) => one.stationId === stationId);
  if (own !== undefined) return own.sealed;
  throw new SealcamError(
    'SEALED_KEYS',
    `The keys of the recording are not sealed to the vault of station "${stationId}": when it was opened the camera did not have that vault's key, or the policy did not allow that station`,
  );
}

/** The stations to whose vaults a bundle is sealed. @throws SealcamError `EVIDENCE_MALFORMED` if it is no bundle. */
export function stationsOfBundle(bundle: Uint8Array): readonly string[] {
  return allOf(bundle).map(({ stationId }) => stationId);
}

function allOf(bundle: Uint8Array): readonly SealedForStation[] {
  return readSealedKeysBundle(bundle) ?? [{ stationId: stationOfSealed(bundle), sealed: bundle }];
}

/** Those of a bundle of several; undefined for anything else, which is one alone, whose station only the envelope itself names. */
export function readSealedKeysBundle(bundle: Uint8Array): readonly SealedForStation[] | undefined {
  if (bundle[0] !== severalMark) return undefined;
  const all: SealedForStation[] = [];
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  let at = 1;
  while (at < bundle.length && all.length < cellsMax) {
    const idEnd = at + headBytes <= bundle.length ? at + headBytes + view.getUint8(at) : bundle.length + 1;
    const end = idEnd <= bundle.length ? idEnd + view.getUint32(at + 1) : idEnd;
    if (end > bundle.length) return undefined;
    const stationId = Buffer.from(bundle.subarray(at + headBytes, idEnd)).toString('latin1');
    all.push({ stationId, sealed: bundle.subarray(idEnd, end) });
    at = end;
  }
  return at === bundle.length && all.length > 0 ? all : undefined;
}

import { addon } from './addon.ts';

/** Parameters that only tests change; a recording's are fixed by its format. */
export type FloeOptions = {
  /** Bytes of a full encrypted segment, 33 to 16,777,216. */
  readonly segmentLength?: number;
  /** The segment key changes every 2^n segments; 20 in the published format. */
  readonly rotationBits?: number;
};

/**
 * One FLOE message: header, then segments. For conformance tests: the agent seals through
 * {@link RecordingKeys} and never holds a key in JavaScript.
 */
export function floeSeal(
  key: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  options: FloeOptions = {},
): Uint8Array {
  return addon.floeSeal(key, aad, plaintext, options.segmentLength ?? 65_536, options.rotationBits ?? 20);
}

/**
 * The plaintext of a whole FLOE message. For conformance tests, like {@link floeSeal}.
 * @throws SealcamError FLOE_HEADER (wrong parameters, key or aad) or FLOE_SEGMENT (altered, cut or followed by more).
 */
export function floeOpen(
  key: Uint8Array,
  aad: Uint8Array,
  message: Uint8Array,
  options: FloeOptions = {},
): Uint8Array {
  return addon.floeOpen(key, aad, message, options.segmentLength ?? 65_536, options.rotationBits ?? 20);
}

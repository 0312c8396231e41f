import { type Hasher, nodeHasher } from '../../../evidence/hasher.ts';

/** A hasher that answers what `change` makes of the right digests of a group of segments. */
export function faultyHasher(
  change: (digests: Uint8Array[], segments: readonly Uint8Array[]) => Uint8Array[],
): Hasher {
  return {
    ...nodeHasher,
    name: 'a faulty hasher',
    digests: async (segments) => change([...(await nodeHasher.digests(segments))], segments),
  };
}

/** A digest with its last bit turned. */
export function turned(digest: Uint8Array): Uint8Array {
  return digest.map((byte, at) => (at === digest.length - 1 ? byte ^ 1 : byte));
}

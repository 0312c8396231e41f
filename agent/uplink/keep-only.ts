/** Removes from `map`, which is keyed by recording, the entries of recordings that are no longer in the spool. */
export function keepOnly(map: Map<string, unknown>, recordings: readonly { readonly id: string }[]): void {
  if (map.size === 0) return;
  const here = new Set(recordings.map(({ id }) => id));
  for (const id of map.keys()) if (!here.has(id)) map.delete(id);
}

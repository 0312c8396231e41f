/** Removes from `map`, which is by recording, those that are not in the spool any more. */
export function keepOnly(map: Map<string, unknown>, recordings: readonly { readonly id: string }[]): void {
  if (map.size === 0) return;
  const here = new Set(recordings.map(({ id }) => id));
  for (const id of map.keys()) if (!here.has(id)) map.delete(id);
}

/**
 * The name of a file or folder in the store that is one station's own, such as its journal of receipts.
 * @param name begins with a dot.
 * @param sharer the station's id, if several share the store.
 */
export function ownName(name: string, sharer: string | undefined): string {
  return sharer === undefined ? name : `.${sharer}${name}`;
}

/** Whether a file of the store is the one of this {@link ownName} of any station. */
export function isOwnName(found: string, name: string): boolean {
  return found.startsWith('.') && found.endsWith(name);
}

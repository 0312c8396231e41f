// What a call with an array spread into it would do. Such a call has as many arguments as fit on the stack, some hundred
// thousand, and ends the process beyond.

/** The least of `numbers`; infinity for none. */
export function leastOf(numbers: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of numbers) least = Math.min(least, one);
  return least;
}

/** The greatest of `numbers`; negative infinity for none. */
export function greatestOf(numbers: Iterable<number>): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const one of numbers) greatest = Math.max(greatest, one);
  return greatest;
}

/** Adds `more` at the end of `list`. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}

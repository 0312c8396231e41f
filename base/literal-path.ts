/** The message for a path for which {@link isLiteralPath} is false. */
export const literalPathRule = 'expected a path that is written out: ~ and $VARIABLES are not expanded';

/** Whether `path` is free of what a shell expands and a configuration does not: `~/...`, `$HOME/...`. */
export function isLiteralPath(path: string): boolean {
  return !/^~|\$/.test(path);
}

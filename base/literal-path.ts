/** What is wrong with a path for which {@link isLiteralPath} is false. */
export const literalPathRule = 'expected a path that is written out: ~ and $VARIABLES are not expanded';

/** Whether `path` is free of what a shell would expand, and a configuration does not: `~/...`, `$HOME/...`. */
export function isLiteralPath(path: string): boolean {
  return !/^~|\$/.test(path);
}

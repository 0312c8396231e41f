import { resolve } from 'node:path';

/** The folder of package.json. Compiled sources and the bundled program are both two folders below it. */
export const packageFolder = resolve(import.meta.dirname, '../..');

/**
 * The warnings that Node.js 24 prints in each run that uses its own ML-KEM through WebCrypto. It prints them
 * because the interface may change; tests compare its results with the published test values, so a user need
 * not act on them.
 */
const mlKemWarning =
  /^The (supports|encapsulate\w*|decapsulate\w*|MLKEM1024-P384|ML-KEM-1024) Web Crypto API (method|algorithm) is an experimental feature/;

/** Keeps this process from printing the warnings about ML-KEM in WebCrypto; every other warning is printed as before. */
export function silenceMlKemWarnings(): void {
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]): void => {
    const [warning, type] = args;
    const isOurs =
      type === 'ExperimentalWarning' && typeof warning === 'string' && mlKemWarning.test(warning);
    if (!isOurs) emitWarning(...args);
  };
}

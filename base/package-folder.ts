import { resolve } from 'node:path';

/** The folder of package.json. Compiled sources and the bundled program are both two folders below it. */
export const packageFolder = resolve(import.meta.dirname, '../..');

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Imported before anything else: it has this process use the addon that is built for tests.
const require = createRequire(import.meta.url);
const usual = require.resolve('#addon');
const testing = join(dirname(usual), 'sealcam_testing.node');

if (require.cache[usual] !== undefined && require.cache[usual] !== require.cache[testing])
  throw new Error('The usual addon is loaded already: import this before what loads it');

/** What the addon for tests gives, beyond what the usual one does. */
export const testingAddon: Readonly<Record<string, unknown>> = require(testing);
require.cache[usual] = require.cache[testing];

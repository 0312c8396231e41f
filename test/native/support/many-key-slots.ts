import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Imported before anything else: it has this process use the addon that is built for tests, which takes the number of its key
// slots from the environment as it is loaded. It is room for the keys of a thousand cameras' recordings, and for the shares of
// those that are being prepared.
process.env.SEALCAM_KEY_SLOTS = '4096';
const require = createRequire(import.meta.url);
const usual = require.resolve('#addon');
const testing = join(dirname(usual), 'sealcam_testing.node');
require(testing);
require.cache[usual] = require.cache[testing];

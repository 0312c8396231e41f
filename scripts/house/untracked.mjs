import { createRequire, syncBuiltinESMExports } from 'node:module';

// Loaded before a test file. tap follows each promise through Node's async hooks, to say in which subtest an error was that
// nothing caught; that takes more than half of the time of tests with many promises. Without it such an error fails the file.
createRequire(import.meta.url)('node:async_hooks').createHook = () => ({ enable() {}, disable() {} });
syncBuiltinESMExports();

// Each fsync of the camera's spool and of the station's store, and what a start trusts there, with what removes it and tests of
// which one must then fail.

const spool = (name) => `test/agent/spool/${name}.test.ts`;
const crash = spool('crash');
const byHand = spool('spool');

const unsynced = (name, file, search, replace, ...tests) => ({
  name,
  file: `agent/spool/${file}.ts`,
  search,
  replace,
  tests,
});

const unchecked = (...mutant) => unsynced(...mutant, spool('part-index'));

const unsyncedOf = (file, name, search, replace) => ({
  name,
  file,
  search,
  replace,
  tests: ['test/syscalls/syncs.test.ts'],
});
const camera = (...mutant) => unsyncedOf('agent/spool/node-file-system.ts', ...mutant);
const station = (...mutant) => unsyncedOf('station/files.ts', ...mutant);

/** @type {readonly import('./run.mjs').Mutant[]} */
export const durabilityMutants = [
  unchecked(
    'what the index of a part ends with is looked at as if it were being written',
    'scan',
    '    this.#step = undefined;\n    return true;',
    '    return true;',
  ),
  unchecked(
    'the index of a part is taken as it is read',
    'part-index',
    '  if (Buffer.compare(bytes.subarray(0, digestBytes), sha256(form, json)) !== 0) return undefined;\n',
    '',
  ),
  unchecked(
    'the index of a part is taken for one of another size',
    'scan',
    'if (bytes !== part.size || !continues)',
    'if (!continues)',
  ),
  unchecked(
    'the index of a part is taken wherever the chain stands',
    'scan',
    'if (bytes !== part.size || !continues)',
    'if (bytes !== part.size)',
  ),
  unsynced(
    'a chunk counts before it is durable',
    'writer',
    '      await file.datasync();\n      return true;',
    '      return true;',
    crash,
  ),
  unsynced(
    'a new part counts before it is durable',
    'writer',
    '      await file.datasync();\n      await fileSystem.syncDirectory(directory);',
    '      await fileSystem.syncDirectory(directory);',
    crash,
  ),
  unsynced(
    'a new part counts before its name is durable',
    'writer',
    '      await file.datasync();\n      await fileSystem.syncDirectory(directory);',
    '      await file.datasync();',
    crash,
  ),
  unsynced(
    'keys and other small files count before they are durable',
    'files',
    '    await file.datasync();\n',
    '',
    crash,
    spool('losses'),
  ),
  unsynced(
    "an opening is written before its keys' name is durable",
    'opening-files',
    '      await fileSystem.syncDirectory(directory);\n      made.push(seal);',
    '      made.push(seal);',
    crash,
  ),
  unsynced(
    'an opening counts before it is durable',
    'opening-files',
    '      await file.datasync();\n      await fileSystem.syncDirectory(directory);\n      return file;',
    '      await fileSystem.syncDirectory(directory);\n      return file;',
    crash,
  ),
  unsynced(
    "an opening counts before its file's name is durable",
    'opening-files',
    '      await file.datasync();\n      await fileSystem.syncDirectory(directory);\n      return file;',
    '      await file.datasync();\n      return file;',
    crash,
  ),
  unsynced(
    'an opening that was taken back may come to light again',
    'opening-files',
    '    for (const path of made.toReversed()) {\n      await unlinkIfThere(fileSystem, path);\n      await fileSystem.syncDirectory(directory);',
    '    for (const path of made.toReversed()) {\n      await unlinkIfThere(fileSystem, path);',
    crash,
    spool('storage-fault'),
  ),
  unsynced(
    'a receipt counts before it is durable',
    'journal',
    '      await this.#file.datasync();\n',
    '',
    crash,
    spool('receipts'),
  ),
  unsynced(
    'a new journal takes the place of the old before it is durable',
    'journal',
    '      await file.datasync();\n      await this.#fileSystem.rename(',
    '      await this.#fileSystem.rename(',
    crash,
  ),
  unsynced(
    'a new journal counts before its name is durable',
    'journal',
    '      await this.#fileSystem.syncDirectory(this.#directory);\n      this.#file = file;',
    '      this.#file = file;',
    crash,
  ),
  unsynced(
    'what a killed agent left in the page cache counts',
    'scan',
    '      await file.datasync();\n',
    '',
    spool('killed'),
    crash,
  ),
  unsynced(
    'a torn tail is cut before its copy is durable',
    'tails',
    '      await copy.datasync();\n',
    '',
    crash,
    byHand,
  ),
  unsynced(
    "a torn tail is cut before its copy's name is durable",
    'tails',
    '    await fileSystem.syncDirectory(directory);\n',
    '',
    crash,
    byHand,
  ),
  unsynced(
    'a loss counts before its name is durable',
    'losses',
    '  await fileSystem.syncDirectory(directory);\n',
    '',
    spool('losses'),
  ),
  camera("a file's sync does nothing", 'datasync: () => handle.datasync(),', 'datasync: async () => {},'),
  camera("a folder's sync does nothing", '      await handle.sync();\n', ''),
  station('a new folder counts before its name is durable', '      await syncFolder(dirname(made));\n', ''),
  station('what is appended counts before it is durable', '      await file.datasync();\n', ''),
  station(
    'a new file counts before its name is durable',
    '    if (before === undefined) await syncFolder(dirname(path));\n',
    '',
  ),
  station(
    'what is cut off may come back',
    '      await file.truncate(length);\n      await file.sync();\n',
    '      await file.truncate(length);\n',
  ),
  station(
    'what an earlier process left in the page cache counts',
    'await withFile(path, constants.O_WRONLY, (file) => file.sync());\n    await',
    'await',
  ),
  station(
    "what an earlier process left counts before its file's name is durable",
    '(file) => file.sync());\n    await syncFolder(dirname(path));\n',
    '(file) => file.sync());\n',
  ),
  station(
    'a new file takes the place of the old before it is durable',
    '      await writeAll(file, 0, parts);\n      await file.sync();\n',
    '      await writeAll(file, 0, parts);\n',
  ),
  station(
    'a file that took the place of another counts before its name is durable',
    '    await rename(draft, path);\n    await syncFolder(dirname(path));\n',
    '    await rename(draft, path);\n',
  ),
  station(
    'a file is removed before it is durably overwritten',
    '        await writeAll(file, 0, [new Uint8Array(size)]);\n        await file.sync();\n',
    '        await writeAll(file, 0, [new Uint8Array(size)]);\n',
  ),
  station(
    'a file counts as removed before its name durably is',
    '    await syncFolder(dirname(path));\n    return there;',
    '    return there;',
  ),
];

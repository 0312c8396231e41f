// Promises of the camera's spool and of the station, each with what breaks it: the simulation must find it in the
// worlds that it runs each time, or a test that is named.

const worlds = 'test/simulation/known-seeds.test.ts';
const broken = (name, file, search, replace, test = worlds) => ({
  name,
  file,
  search,
  replace,
  tests: [test],
});

/** @type {readonly import('./run.mjs').Mutant[]} */
export const simulationMutants = [
  broken(
    'a head is held against a boot that the camera may have announced after it',
    'station/sessions.ts',
    'const { boot, nextNumber, newest } = challenge;',
    'const { nextNumber, newest } = challenge;\n    const boot = this.#newestBoot();',
    'test/station/rolled-back.test.ts',
  ),
  broken(
    'a head may answer a challenge that went out before its boot',
    'station/sessions.ts',
    'boot >= body.bootCounter && ',
    '',
    'test/station/rolled-back.test.ts',
  ),
  broken(
    'a head names an older recording while the newest cannot be read',
    'agent/spool/spool.ts',
    'return unread ? undefined : this.newest?.digest;',
    'return this.newest?.digest;',
    'test/agent/spool/storage-fault.test.ts',
  ),
  broken(
    'a station does not read back what it wrote',
    'station/record-file.ts',
    'await this.#compare(group, back, offset);',
    '',
  ),
  broken(
    'a station reads as stored what a failed sync left',
    'station/record-file.ts',
    'await cutBack(tools, path);\n    const is',
    'const is',
    'test/station/record-file.test.ts',
  ),
  broken(
    'a station signs a receipt before what it says is durable',
    'station/stored-recording.ts',
    'await evidence.seal.append(appends);',
    'void evidence.seal.append(appends).catch(() => {});',
  ),
  broken(
    'a camera does not sync a chunk',
    'agent/spool/writer.ts',
    'await file.datasync();\n      return true;',
    'return true;',
  ),
  broken(
    'a camera does not sync its journal',
    'agent/spool/journal.ts',
    'await this.#file.datasync();\n      this.#end',
    'this.#end',
  ),
  broken(
    'a camera does not compare a receipt with what it has',
    'agent/spool/spool.ts',
    "if (!(await agrees(this.#start, recording, receipt))) return 'contradicting';",
    '',
  ),
  broken(
    'a restored station counts receipts on from what it knows',
    'station/receipt-chain.ts',
    '? Math.max(last, utcUs) : last;',
    '? last : last;',
  ),
  broken(
    'a camera takes any signature on a receipt',
    'evidence/dsse.ts',
    'return verifier.verify(pae(envelope.payloadType, envelope.payload), envelope.signature);',
    'verifier.verify(pae(envelope.payloadType, envelope.payload), envelope.signature); return true;',
  ),
];

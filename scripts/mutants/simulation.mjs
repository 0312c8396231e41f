// Promises of the camera's spool and of the station, each with what breaks it: the simulation must find it in the
// worlds that it runs each time.

const worlds = 'test/simulation/known-seeds.test.ts';
const broken = (name, file, search, replace) => ({ name, file, search, replace, tests: [worlds] });

/** @type {readonly import('./run.mjs').Mutant[]} */
export const simulationMutants = [
  broken(
    'a station does not read back what it wrote',
    'station/record-file.ts',
    'if (!readsBack(append, record)) {',
    'if (false) {',
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
    'a camera takes any signature on a receipt',
    'evidence/dsse.ts',
    'return verifier.verify(pae(envelope.payloadType, envelope.payload), envelope.signature);',
    'verifier.verify(pae(envelope.payloadType, envelope.payload), envelope.signature); return true;',
  ),
];

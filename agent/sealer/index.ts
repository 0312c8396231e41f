export {
  type Identity,
  IdentityKeyFile,
  type IdentitySigner,
  type KeyKeeper,
  loadIdentity,
} from './identity/identity.ts';
export type { KeyChild, KeyChildOptions } from './keys/key-child-process.ts';
export { KeyReserve, type Prepare } from './keys/key-reserve.ts';
export {
  type KeyRecipients,
  type PreparedRecording,
  prepareRecording,
} from './keys/prepare.ts';
export { bundleSealedKeys, sealedKeysFor, stationsOfBundle } from './keys/sealed-keys.ts';
export {
  type ChunkFacts,
  type ClosingFacts,
  type GapFacts,
  type OpeningFacts,
  openSealedRecording,
  type RecoveredFacts,
  recoveredClosing,
  type SealedChunkRecords,
  SealedRecording,
} from './recording.ts';
export { loadRoster, loadVaultKey, recipientsOf, type VersionMemory } from './roster.ts';
export {
  type BootFacts,
  type BootSession,
  beginSession,
  type LossFacts,
  type PresentFacts,
} from './session.ts';
export { machineTime } from './time/machine-time.ts';
export { type ClockQuality, elapsedUs, type Moments, momentsOf } from './time/moments.ts';

export {
  type Identity,
  IdentityKeyFile,
  type IdentitySigner,
  type KeyKeeper,
  loadIdentity,
} from './identity.ts';
export type { KeyChild, KeyChildOptions } from './key-child-process.ts';
export { KeyReserve, type Prepare } from './key-reserve.ts';
export { machineTime } from './machine-time.ts';
export { type ClockQuality, elapsedUs, type Moments, momentsOf } from './moments.ts';
export {
  type KeyRecipients,
  type PreparedRecording,
  prepareRecording,
} from './prepare.ts';
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

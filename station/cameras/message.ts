import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { claimedRecordType, recordType } from '../../evidence/records.ts';
import { claimedKind } from '../../evidence/statements.ts';
import type { Topic } from '../../proto/topics.ts';

/** One message of a camera. */
export interface Message {
  readonly topic: Topic;
  readonly payload: Uint8Array;
  /** Called once the broker may forget it, if it wants to know. */
  readonly done?: () => void;
}

/** The recording to which a message belongs if it says that it is a segment; undefined for any other message. */
export function segmentOf({ topic, payload }: Message): string | undefined {
  const segment = topic.leaf === 'record' && claimedRecordType(payload) === recordType.segment;
  return segment ? topic.recording : undefined;
}

/** True for a statement that makes a recording longer; a closing and a loss only let it end. */
export function extendsRecording(envelope: UnverifiedEnvelope): boolean {
  const kind = claimedKind(envelope);
  return kind === 'chunk' || kind === 'gap' || kind === 'recorded-command';
}

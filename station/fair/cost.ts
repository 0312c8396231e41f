import { claimedRecordType, recordType } from '../../evidence/records.ts';
import type { Message } from '../cameras/message.ts';
import { workUs } from './budgets.ts';

const mebibyte = 1024 * 1024;

/** The cost of finding out that a message is useless, in microseconds as {@link workUs} counts them. */
export function costOf({ topic, payload }: Message): number {
  const bytesUs = (payload.length / mebibyte) * workUs.mebibyte;
  if (topic.leaf === 'keys') return workUs.keys;
  if (topic.recording === 'session') return workUs.session;
  const isSegment = claimedRecordType(payload) === recordType.segment;
  return workUs.message + bytesUs + (isSegment ? 0 : workUs.signature);
}

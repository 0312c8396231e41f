import type { Moment } from '../../../evidence/statements.ts';
import type { PolicyProfile } from '../../recorder/policy.ts';
import { type OpeningFacts, openSealedRecording, type SealedRecording } from '../../sealer/index.ts';
import type { RecordingWriter } from '../../spool/recordings/writer.ts';
import type { ArchiveOptions } from './archive-events.ts';
import { previousOf } from './closings.ts';

/** What a recording begins with. */
interface Beginning {
  /** The roles whose recipients may open it. */
  readonly roles: Parameters<ArchiveOptions['keys']['take']>[0];
  readonly policy: Pick<PolicyProfile, 'name' | 'signed'>;
  readonly start: Moment;
  readonly startKind: OpeningFacts['startKind'];
  /** The name of an owed recording, which is paid as soon as this one is open. */
  readonly paying: string | undefined;
}

/** A recording whose opening is durable. The caller closes it, or erases its keys. */
export interface BegunRecording {
  readonly sealed: SealedRecording;
  readonly writer: RecordingWriter;
  readonly number: number;
}

/** Opens the next recording in the spool. If that fails, its keys are erased. */
export async function beginRecording(
  { spool, session, keys, log }: ArchiveOptions,
  { roles, policy, start, startKind, paying }: Beginning,
): Promise<BegunRecording> {
  const prepared = await keys.take(roles);
  const number = spool.nextRecordingNumber;
  const sealed = openSealedRecording(prepared, session, {
    number,
    previous: previousOf(spool),
    policy: policy.name,
    signedPolicy: policy.signed,
    start,
    startKind,
  });
  try {
    const { opening, sealedKeys } = sealed;
    const writer = await spool.open({ opening, sealedKeys, paying });
    log.info('recording.opened', 'Recording opened', { number, id: writer.id });
    return { sealed, writer, number };
  } catch (error) {
    sealed.erase();
    throw error;
  }
}

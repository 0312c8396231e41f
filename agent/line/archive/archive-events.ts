import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { PolicyProfile } from '../../recorder/policy.ts';
import type { BootSession, KeyReserve, Moments } from '../../sealer/index.ts';
import type { Spool } from '../../spool/spool.ts';
/** What happened to what the recorder handed over; each event is reported as soon as it happens. */
export interface ArchiveEvents {
  /** The oldest chunk or gap that was handed over is about to be written, with this index. */
  readonly writing: (recording: string, index: number) => void;
  /** The oldest chunk or gap that was handed over is durable, or lost with its recording. */
  readonly sealed: () => void;
  /** The oldest recording that was closed is durable, as far as the storage accepted it. */
  readonly closed: () => void;
  /** What `Archive.again` had to do is done. */
  readonly mended: () => void;
  /**
   * Nothing more can be stored of the recording that was opened as number `recording`, from 1. If its opening is
   * durable (`opened`), it is closed after its last durable statement or, if even that failed, by `Archive.again`
   * or the next opening. `owed` names the entry of its first gap, if that gap is not durable.
   */
  readonly failed: (cause: 'storage' | 'fault', recording: number, opened: boolean, owed?: string) => void;
}

/** What an archive needs. */
export interface ArchiveOptions {
  readonly spool: Spool;
  readonly session: BootSession;
  readonly keys: KeyReserve;
  readonly moments: Moments;
  /** The policy in force. */
  readonly policy: () => PolicyProfile;
  readonly events: ArchiveEvents;
  readonly clock: Clock;
  readonly log: Log;
}

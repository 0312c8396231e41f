import { fromHex } from '../../base/bytes.ts';
import { isSealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { statementRecord } from '../../evidence/records.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { LossFacts } from '../sealer/index.ts';
import { RotError } from '../spool/errors.ts';
import type { UplinkSpool } from '../spool/types.ts';
import type { Task } from './machine/machine-types.ts';

/** What tasks are read from. */
export interface TaskReaderOptions {
  readonly spool: UplinkSpool;
  /** This boot's Session, sent first on each connection. */
  readonly session: Statement<'session'>;
  /** Signs the Head that answers a station's nonce (32 bytes). */
  readonly makeHead: (nonce: Uint8Array) => Statement<'head'>;
  /** Signs the Loss of segments that the spool cannot read back. */
  readonly makeLoss: (facts: LossFacts) => Statement<'loss'>;
  readonly log: Log;
}

type TakeBuffer = (bytes: number) => Uint8Array;

/** Reads what a task sends, and states the loss of what has rotted meanwhile. */
export class TaskReader {
  /** Reads of the spool that failed, in full or in part. */
  unreadable = 0;
  /** Losses that were signed. */
  losses = 0;
  readonly #options: TaskReaderOptions;

  constructor(options: TaskReaderOptions) {
    this.#options = options;
  }

  /**
   * The messages of a task, each a complete record, in order.
   * @param take returns memory of at least that many bytes, for segments.
   * @throws what the spool throws; {@link failed} reports it.
   */
  async read(task: Task, take: TakeBuffer): Promise<readonly Uint8Array[]> {
    const { spool, session, makeHead } = this.#options;
    switch (task.what) {
      case 'session':
        return [statementRecord(session.encoded)];
      case 'answer':
        return [statementRecord(makeHead(task.nonce).encoded)];
      case 'head':
        return spool.readHead(task.recording);
      case 'keys':
        return [await spool.readSealedKeys(task.recording)];
      case 'statements':
        return spool.readStatements(task.recording, task.index);
      case 'segments':
        return this.#readSegments(task, take);
    }
  }

  /** The segments of an index; if some have rotted, the others, which are still evidence, and their Loss. */
  async #readSegments(task: Task & { what: 'segments' }, take: TakeBuffer): Promise<readonly Uint8Array[]> {
    try {
      return await this.#options.spool.readSegments(task.recording, task.index, take);
    } catch (error) {
      if (!(error instanceof RotError) || error.statement === undefined) throw error;
      const records = [...error.intact, ...(await this.#lossOf(error, error.statement))];
      if (records.length === 0) throw error;
      this.failed(task, error);
      return records;
    }
  }

  /** The records that state the loss of what has rotted; none if it cannot be stored, which is tried again. */
  async #lossOf({ recording, index, segments }: RotError, statement: Uint8Array): Promise<Uint8Array[]> {
    const { spool, makeLoss } = this.#options;
    try {
      const kept = await spool.readLoss(recording, index, segments);
      if (kept !== undefined) return kept;
      const recordingId = fromHex(recording) ?? new Uint8Array(0);
      await spool.keepLoss(makeLoss({ recordingId, index, statement, segments: [...segments] }));
      this.losses += 1;
      const lost = segments.length;
      this.#options.log.alarm('loss.stated', 'Data that rotted in the storage is stated as lost', {
        recording,
        index,
        lost,
      });
      return (await spool.readLoss(recording, index, segments)) ?? [];
    } catch (error) {
      const code = isSealcamError(error) ? error.code : systemCode(error);
      this.#options.log.alarm('loss.not-kept', 'A loss could not be stored, and is not stated yet', {
        recording,
        index,
        code,
      });
      return [];
    }
  }

  /** Reports a read that failed, in full or in part, unless its recording is no longer in the spool. */
  failed(task: Task, error: unknown): void {
    // It was receipted as complete, and deleted, after the task was chosen.
    if (isSealcamError(error, 'SPOOL_UNKNOWN')) return;
    const code = isSealcamError(error) ? error.code : systemCode(error);
    const recording = 'recording' in task ? task.recording : undefined;
    if (code === 'SEALED_KEYS') {
      const says =
        'A recording goes to this cell without its keys: they are sealed to the vaults of others only';
      this.#options.log.warn('keys.absent', says, { recording });
      return;
    }
    this.unreadable += 1;
    const index = 'index' in task ? task.index : undefined;
    this.#options.log.alarm('upload.unreadable', 'Data to be sent could not be read', {
      code,
      recording,
      what: task.what,
      index,
    });
  }
}

import { equalBytes } from '../../../base/bytes.ts';
import type { CommandRefusal, Core } from '../../../evidence/statements.ts';
import type { RecordedPlace } from '../../commands/desk.ts';
import { commandLimits } from '../../limits.ts';
import type { SealedRecording } from '../../sealer/index.ts';
import type { RecordingWriter } from '../../spool/recordings/writer.ts';

/** The recording that takes a command. */
interface Taking {
  readonly sealed: SealedRecording;
  readonly writer: RecordingWriter;
}

/** The envelope of a command to a recording that has not begun, and since when that one is owed. */
interface Awaiting {
  readonly envelope: Uint8Array;
  readonly start: Core['claimedStart'];
}

/** Writes commands into recordings; one for a recording that has not begun waits for it, and goes into no other. */
export class RecordedCommands {
  #waiting: readonly Awaiting[] = [];

  /** The recording that is owed since `start` holds this command: its envelope. */
  await(envelope: Uint8Array, start: Awaiting['start']): void {
    this.#waiting = [...this.#waiting, { envelope, start }].slice(-commandLimits.startedMax);
  }

  /** Records the commands that wait for `current`, if there are any. Its header is there, if it has one. */
  async begun(current: Taking | undefined): Promise<void> {
    if (current === undefined) return;
    const { claimedStart } = current.sealed.core;
    const mine = ({ start }: Awaiting): boolean =>
      start.uptimeUs === claimedStart.uptimeUs && equalBytes(start.epoch, claimedStart.epoch);
    const found = this.#waiting.filter(mine);
    this.#waiting = this.#waiting.filter((one) => !mine(one));
    for (const { envelope } of found) await this.record(current, envelope, 'none');
  }

  /** Resolves with where it is, once it is durable. */
  async record(
    { sealed, writer }: Taking,
    envelope: Uint8Array,
    refusal: CommandRefusal,
  ): Promise<RecordedPlace> {
    const statement = await sealed.command(envelope, refusal);
    await writer.append(statement, new Uint8Array(0));
    const { recordingId, index } = statement.body;
    return { recordingId, index };
  }
}

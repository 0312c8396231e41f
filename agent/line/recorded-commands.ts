import type { CommandRefusal } from '../../evidence/statements.ts';
import type { RecordedPlace } from '../commands/desk.ts';
import type { SealedRecording } from '../sealer/index.ts';
import type { RecordingWriter } from '../spool/recordings/writer.ts';

/** The recording that takes a command. */
interface Taking {
  readonly sealed: SealedRecording;
  readonly writer: RecordingWriter;
}

/** Writes commands into recordings; the one by which a recording is started waits for that recording. */
export class RecordedCommands {
  #waiting: Uint8Array | undefined;

  /** The next recording is started by this command: its envelope. */
  startedBy(envelope: Uint8Array): void {
    this.#waiting = envelope;
  }

  /** Records the command that waits, if there is one. The recording's header is there. */
  async begun(current: Taking | undefined): Promise<void> {
    const envelope = this.#waiting;
    if (envelope === undefined || current === undefined) return;
    this.#waiting = undefined;
    await this.record(current, envelope, 'none');
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

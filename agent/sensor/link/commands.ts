import { encodeFrame } from '../../../proto/link/frame.ts';
import { encodeMessage, type LinkMessages, messageKinds } from '../../../proto/link/messages.ts';

/** What the agent can ask of the sensor. */
export type CommandName = 'indicator' | 'setBitrate' | 'startStream' | 'stopStream' | 'keyFrameRequest';

interface PendingCommand {
  readonly name: CommandName;
  /** Of commands with the same key only the newest counts. */
  readonly key: string;
  readonly payload: Uint8Array;
}

interface SentCommand {
  readonly sequence: number;
  readonly command: PendingCommand;
  /** When it was sent for the first time, by the agent's clock. */
  readonly sentUs: number;
}

/** Commands that were sent and not acknowledged yet; more wait, so that the sensor needs no buffer for them. */
const inFlightMax = 8;

/**
 * The commands on their way to the sensor: numbered, repeated until acknowledged, in order. What was not sent yet is
 * replaced by a newer command of the same key, so nothing grows while the sensor is away. A sensor that restarted is
 * told the lasting ones again: lamp, stream, bitrate.
 */
export class CommandQueue {
  #next = 1;
  #sent: SentCommand[] = [];
  #waiting: PendingCommand[] = [];
  readonly #wanted = new Map<string, PendingCommand>();

  add<N extends CommandName>(name: N, message: LinkMessages[N]): void {
    const key = keyOf(name, message);
    const command = { name, key, payload: encodeMessage(name, message) };
    this.#waiting = this.#waiting.filter((other) => other.key !== key);
    this.#waiting.push(command);
    // Beep, vibration and key frame are for the moment: a sensor that restarts does not get them again.
    if (name === 'indicator') {
      const { lamp } = message as LinkMessages['indicator'];
      const lasting = encodeMessage('indicator', { lamp, beepMs: 0, vibrateMs: 0 });
      this.#wanted.set(key, { ...command, payload: lasting });
    } else if (name !== 'keyFrameRequest') {
      this.#wanted.set(key, command);
    }
  }

  /** The sensor knows nothing yet: numbers begin at 1, and it is told what lasts. */
  restart(): void {
    this.#next = 1;
    this.#sent = [];
    // What never went out says more than what lasts (a beep, say), and is as new.
    const fresh = new Set(this.#waiting.map((command) => command.key));
    const lasting = [...this.#wanted.values()].filter((command) => !fresh.has(command.key));
    this.#waiting = [...lasting, ...this.#waiting];
  }

  /**
   * Every command below `received` has arrived.
   * @returns when the newest command acknowledged by this call was first sent; undefined if it acknowledged none.
   */
  acknowledge(received: number): number | undefined {
    const newest = this.#sent.findLast(({ sequence }) => sequence < received);
    this.#sent = this.#sent.filter(({ sequence }) => sequence >= received);
    return newest?.sentUs;
  }

  /** The frames to send now: what waits, and with `again` all that was not acknowledged. */
  frames(session: Uint8Array, again: boolean, nowUs: number): Uint8Array[] {
    const due = again ? [...this.#sent] : [];
    while (this.#sent.length < inFlightMax) {
      const command = this.#waiting.shift();
      if (command === undefined) break;
      const entry = { sequence: this.#next, command, sentUs: nowUs };
      this.#next += 1;
      this.#sent.push(entry);
      due.push(entry);
    }
    return due.map(({ sequence, command }) =>
      encodeFrame({ kind: messageKinds[command.name], session, sequence, payload: command.payload }),
    );
  }
}

function keyOf<N extends CommandName>(name: N, message: LinkMessages[N]): string {
  if (name === 'startStream' || name === 'stopStream') return 'stream';
  return 'track' in message ? `${name} ${String(message.track)}` : name;
}

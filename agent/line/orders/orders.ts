import type { Clock } from '../../../base/clock.ts';
import type { Command, CommandRefusal } from '../../../evidence/statements.ts';
import type { Obeyed, RecordedPlace } from '../../commands/desk.ts';
import { commandLimits } from '../../limits.ts';
import type { RecorderRunner } from '../../recorder/runner.ts';
import type { Sensor } from '../../sensor/index.ts';
import type { Archive } from '../archive/archive.ts';
import type { VideoBitrate } from './video-bitrate.ts';

/** The certificate for the broker. */
export interface CertificateRenewal {
  /** Whether a newer one is there than the present connection was made with. */
  readonly waits: () => boolean;
  /** Connects with it, once what is being answered has gone out. */
  readonly use: () => void;
}

/** What commands act on. */
export interface OrderedParts {
  readonly recorder: Pick<
    RecorderRunner,
    'hear' | 'kept' | 'phase' | 'startUs' | 'storageFull' | 'takesStop'
  >;
  readonly archive: Pick<Archive, 'closed' | 'command' | 'commandOf'>;
  readonly sensor: Pick<Sensor, 'state'>;
  readonly bitrate: Pick<VideoBitrate, 'order'>;
  /** What the policy allows now. */
  readonly allowed: () => readonly Command['action'][];
  /** The agent ends, so that its service manager starts the camera again. */
  readonly reboot: () => void;
  readonly renewal: CertificateRenewal;
  readonly clock: Pick<Clock, 'uptimeUs'>;
}

/**
 * Obeys a command that was judged to be good, if that is possible now: before this returns its promise, so that nothing
 * comes between the judgement and the deed. Whatever ends a recording is written into it first; the order to start is
 * written into the recording that begins.
 */
export async function obeyCommand(
  parts: OrderedParts,
  command: Command,
  envelope: Uint8Array,
): Promise<Obeyed> {
  const { recorder, archive, bitrate, reboot, renewal, clock } = parts;
  const refusal = obstacleOf(parts, command);
  if (refusal !== 'none') return { refusal, place: undefined };
  const atUs = clock.uptimeUs();
  switch (command.action) {
    case 'start': {
      recorder.hear({ kind: 'start', by: 'command', atUs });
      const { startUs } = recorder;
      if (startUs === undefined) return { refusal: 'impossible', place: undefined };
      archive.commandOf(startUs, envelope);
      // It may be long until the first picture: that the recording is owed is enough.
      return { refusal, place: undefined, durable: recorder.kept() };
    }
    case 'stop': {
      const place = recordObeyed(parts, envelope);
      recorder.hear({ kind: 'stop', by: 'command', atUs });
      const durable = stopIsDurable(parts);
      return { refusal, place: await place, durable };
    }
    case 'bookmark': {
      const place = recordObeyed(parts, envelope);
      recorder.hear({ kind: 'bookmark', atUs, ...(command.category > 0 && { category: command.category }) });
      return { refusal, place: await place };
    }
    case 'bitrate':
      bitrate.order(command.argument);
      return { refusal, place: await recordObeyed(parts, envelope) };
    case 'reboot': {
      const place = recordObeyed(parts, envelope);
      // The agent ends when what was handed over before is durable, this command too.
      reboot();
      return { refusal, place: await place };
    }
    case 'renew-certificate':
      renewal.use();
      return { refusal, place: await recordObeyed(parts, envelope) };
  }
}

/**
 * Records a command that is obeyed, in the recording that is made or awaited. While the storage is full nothing is
 * written, as the recording would end if that failed.
 */
async function recordObeyed(
  { recorder, archive }: OrderedParts,
  envelope: Uint8Array,
): Promise<RecordedPlace | undefined> {
  const { phase, startUs, storageFull } = recorder;
  if (phase === 'waiting' && startUs !== undefined) archive.commandOf(startUs, envelope);
  else if (!storageFull) return archive.command(envelope, 'none');
  return undefined;
}

/** The recording is closed, or what is lost of it is owed, or the note says until when it goes on. */
async function stopIsDurable(parts: OrderedParts): Promise<void> {
  if (!isRecording(parts)) await parts.archive.closed();
  await parts.recorder.kept();
}

/** Why a command is not obeyed now; `none` if it can be. */
function obstacleOf(parts: OrderedParts, { action, argument }: Command): CommandRefusal {
  const { recorder, sensor, allowed, renewal, clock } = parts;
  const { bitsPerSecondMin, bitsPerSecondMax } = commandLimits;
  const possible = {
    start: () => !isRecording(parts),
    stop: () => recorder.takesStop(clock.uptimeUs()),
    bookmark: () => recorder.phase === 'recording',
    bitrate: () => sensor.state.present && argument >= bitsPerSecondMin && argument <= bitsPerSecondMax,
    reboot: () => true,
    'renew-certificate': () => renewal.waits(),
  }[action];
  // It ends the recording: that must be allowed too.
  if (action === 'reboot' && isRecording(parts) && !allowed().includes('stop')) return 'forbidden';
  return possible() ? 'none' : 'impossible';
}

function isRecording({ recorder }: OrderedParts): boolean {
  return recorder.phase === 'recording' || recorder.phase === 'waiting';
}

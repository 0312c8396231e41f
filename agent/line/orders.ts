import type { Clock } from '../../base/clock.ts';
import type { Command, CommandRefusal } from '../../evidence/statements.ts';
import type { Obeyed } from '../commands/desk.ts';
import { commandLimits } from '../limits.ts';
import type { RecorderRunner } from '../recorder/runner.ts';
import type { Sensor } from '../sensor/index.ts';
import type { Archive } from './archive.ts';

/** What commands act on. */
export interface OrderedParts {
  readonly recorder: Pick<RecorderRunner, 'phase' | 'hear'>;
  readonly archive: Pick<Archive, 'command'>;
  readonly sensor: Pick<Sensor, 'setBitrate' | 'state'>;
  /** What the policy allows now. */
  readonly allowed: () => readonly Command['action'][];
  /** The agent ends, so that its service manager starts the camera again. */
  readonly reboot: () => void;
  readonly clock: Pick<Clock, 'uptimeUs'>;
}

/**
 * Obeys a command that was judged to be good, if that is possible now. Whatever ends a recording is written into it before
 * it is done; the order to start is written into the recording that begins.
 */
export async function obeyCommand(
  parts: OrderedParts,
  command: Command,
  envelope: Uint8Array,
): Promise<Obeyed> {
  const { recorder, archive, sensor, reboot, clock } = parts;
  const refusal = obstacleOf(parts, command);
  if (refusal !== 'none') return { refusal, place: undefined };
  const atUs = clock.uptimeUs();
  switch (command.action) {
    case 'start': {
      recorder.hear({ kind: 'start', by: 'command', atUs });
      if (!isRecording(parts)) return { refusal: 'impossible', place: undefined };
      // It may be long until the first picture: the answer does not wait for it.
      void archive.command(envelope, 'none', true);
      return { refusal, place: undefined };
    }
    case 'stop': {
      const place = archive.command(envelope, 'none');
      recorder.hear({ kind: 'stop', by: 'command', atUs });
      return { refusal, place: await place };
    }
    case 'bookmark': {
      const place = archive.command(envelope, 'none');
      recorder.hear({ kind: 'bookmark', atUs });
      return { refusal, place: await place };
    }
    case 'bitrate':
      sensor.setBitrate('video', command.argument);
      return { refusal, place: await archive.command(envelope, 'none') };
    case 'reboot': {
      const place = await archive.command(envelope, 'none');
      reboot();
      return { refusal, place };
    }
    case 'renew-certificate':
      throw new RangeError('a certificate is renewed, though that is not possible');
  }
}

/** Why a command is not obeyed now; `none` if it can be. */
function obstacleOf(parts: OrderedParts, { action, argument }: Command): CommandRefusal {
  const { recorder, sensor, allowed } = parts;
  const { bitsPerSecondMin, bitsPerSecondMax } = commandLimits;
  const possible = {
    start: () => !isRecording(parts),
    stop: () => isRecording(parts),
    bookmark: () => recorder.phase === 'recording',
    bitrate: () => sensor.state.present && argument >= bitsPerSecondMin && argument <= bitsPerSecondMax,
    reboot: () => true,
    // A certificate is renewed by giving the camera the files of the new one.
    'renew-certificate': () => false,
  }[action];
  // It ends the recording: that must be allowed too.
  if (action === 'reboot' && isRecording(parts) && !allowed().includes('stop')) return 'forbidden';
  return possible() ? 'none' : 'impossible';
}

function isRecording({ recorder }: OrderedParts): boolean {
  return recorder.phase === 'recording' || recorder.phase === 'waiting';
}

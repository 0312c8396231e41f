import { toHex } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Root } from '../../../evidence/root.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { CommandDesk } from '../../commands/desk.ts';
import { CommandJudge } from '../../commands/judge.ts';
import type { PolicyProfile } from '../../recorder/policy.ts';
import type { BootSession } from '../../sealer/index.ts';
import type { Sensor } from '../../sensor/index.ts';
import type { RevocationMemory } from '../kept/revocation-memory.ts';
import type { BootLog } from '../observation/boot-log.ts';
import type { RecordingLine } from '../recording-line.ts';
import { type CertificateRenewal, obeyCommand } from './orders.ts';

/** What commands to this camera work with. */
export interface CommandedOptions {
  readonly root: Root;
  readonly session: BootSession;
  readonly makeHead: (nonce: Uint8Array) => Statement<'head'>;
  readonly line: Pick<RecordingLine<Sensor>, 'recorder' | 'archive' | 'bitrate'> & {
    readonly sensor: Pick<Sensor, 'state'>;
  };
  /** The policy in force. */
  readonly policy: () => Pick<PolicyProfile, 'commands'>;
  readonly revoked: Pick<RevocationMemory, 'isRevoked' | 'knowsRevoked'>;
  readonly reboot: () => void;
  readonly renewal: CertificateRenewal;
  /** The journal of this boot. It has the commands that are in no recording. */
  readonly bootLog: Pick<BootLog, 'tell'>;
  readonly answer: (record: Uint8Array) => void;
  readonly clock: Pick<Clock, 'uptimeUs'>;
  readonly log: Log;
}

/** Joins the desk that takes commands with what they act on. */
export function joinCommands(options: CommandedOptions): CommandDesk {
  const { root, session, makeHead, line, policy, reboot, renewal, bootLog, answer, clock, log } = options;
  const { isRevoked, knowsRevoked } = options.revoked;
  const allowed = (): PolicyProfile['commands'] => policy().commands;
  const judge = new CommandJudge({
    root,
    session: session.statement.digest,
    isRevoked,
    knowsRevoked,
    allowed,
  });
  return new CommandDesk({
    ...{ judge, session: session.statement, makeHead, answer, clock, log },
    makeAnswer: (facts) => session.answer(facts),
    obey: (command, envelope) => obeyCommand({ ...line, allowed, reboot, renewal, clock }, command, envelope),
    noteOutside: (digest, action, outcome) =>
      bootLog.tell('command', `${toHex(digest)} ${action} ${outcome}`),
    // Anyone who reaches the broker can send what is refused: it must not end a recording that has no room.
    recordRefusal: async (envelope, refusal) =>
      line.recorder.storageFull ? undefined : line.archive.command(envelope, refusal),
  });
}

import type { Test } from 'tap';
import type { CommandDesk } from '../../../agent/commands/desk.ts';
import { commandLimits } from '../../../agent/limits.ts';
import type { Archive } from '../../../agent/line/archive/archive.ts';
import { joinCommands } from '../../../agent/line/orders/commanded.ts';
import { VideoBitrate } from '../../../agent/line/orders/video-bitrate.ts';
import type { BootSession } from '../../../agent/sealer/index.ts';
import { silentLog } from '../../../base/log.ts';
import type { Verifier } from '../../../evidence/crypto.ts';
import { parseRecord, statementRecord } from '../../../evidence/records.ts';
import {
  type Command,
  type CommandAnswer,
  readEncodedStatement,
  type Statement,
} from '../../../evidence/statements.ts';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { testCommand } from '../../support/evidence/commanded.ts';
import { type Certificate, testAgency, testSession } from '../../support/recording.ts';
import { agency, camera, filesOf, openAll, prepareHere, samples } from '../line/archive/archive-camera.ts';

// A camera that is commanded, as the agent joins it.

export const desk = await agency.certificate('desk', 'command');
export const revoked = await agency.certificate('former-desk', 'command');
export const receipts = await agency.certificate('station-1', 'receipt');
export const stranger = await (await testAgency()).certificate('desk', 'command');
export const otherCamera = testSession(await agency.device('camera-2'));
export const everything = ['bitrate', 'bookmark', 'reboot', 'renew-certificate', 'start', 'stop'] as const;

/** Checks what the camera's session signed. */
export function verifierOf({ signer }: BootSession): Verifier {
  const verifier = agency.root.verifierOf(signer.publicKey);
  if (verifier === undefined) throw new TypeError("a session's key is a key");
  return verifier;
}

/** How the camera is before it is commanded. */
interface Given {
  readonly recording: boolean;
  readonly commands?: readonly Command['action'][];
  /** Commands are written into recordings only after this, as where the storage stalls. */
  readonly stalled?: Promise<void>;
  readonly knowsRevoked?: () => boolean;
  /** A newer certificate waits to be used. */
  readonly renewed?: boolean;
  readonly pressMergeUs?: number;
}

/** A camera that is commanded, recording or not, under a policy that allows `commands`. */
export async function commanded(t: Test, given: Given) {
  const fileSystem = new SimFileSystem();
  const parts = await camera(t, fileSystem, prepareHere, given.pressMergeUs);
  const { session, recorder, archive, clock, hear, spool } = parts;
  if (given.recording) hear(...samples.slice(0, 60));
  else hear({ kind: 'stop', by: 'button', atUs: clock.uptimeUs() });
  await archive.idle();
  const answers: Uint8Array[] = [];
  const told: string[] = [];
  /** What the journal of the boot is told. */
  const noted: string[] = [];
  const one: CommandDesk = joinCommands({
    ...{ root: agency.root, session, clock, log: silentLog },
    makeHead: (nonce) => session.head(nonce, { nextRecordingNumber: 1, newestStatement: undefined }),
    line: {
      recorder,
      archive: Object.assign(Object.create(archive), {
        command: (...args: Parameters<Archive['command']>) =>
          given.stalled === undefined
            ? archive.command(...args)
            : given.stalled.then(() => archive.command(...args)),
        commandOf: (...args: Parameters<Archive['commandOf']>) => archive.commandOf(...args),
        closed: () => archive.closed(),
      }),
      bitrate: new VideoBitrate(
        { setBitrate: (track, bits) => void told.push(`${track} ${bits}`) },
        undefined,
      ),
      sensor: { state: { present: true, troubles: [], description: undefined, faults: {} } },
    } as unknown as Parameters<typeof joinCommands>[0]['line'],
    policy: () => ({ commands: given.commands ?? everything }),
    revoked: {
      isRevoked: (keyId) => keyId === revoked.signer.keyId,
      knowsRevoked: given.knowsRevoked ?? (() => true),
    },
    reboot: () => void told.push('reboot'),
    renewal: { waits: () => given.renewed === true, use: () => void told.push('renewal') },
    answer: (record) => answers.push(record),
    bootLog: { tell: (event, value = '') => noted.push(`${event} ${value}`) },
  });
  const head = one.head(new Uint8Array(32).fill(1));
  /** What is answered to a message. */
  const asked = async (message: Uint8Array): Promise<CommandAnswer | undefined> => {
    answers.length = 0;
    clock.tick(commandLimits.messageRate.intervalUs / 1_000);
    one.take(message);
    await one.settled();
    await archive.idle();
    const [record] = answers;
    if (record === undefined) return undefined;
    return readEncodedStatement('command-answer', parseRecord(record).body, verifierOf(session)).body;
  };
  let counter = 0;
  /** A command that is good in all but what is said. */
  const command = (says: Partial<Command> = {}, by: Certificate = desk): Statement<'command'> => {
    counter += 1;
    return testCommand(by, session, { head: head.digest, validS: 60, counter, action: 'bookmark', ...says });
  };
  const give = async (says: Partial<Command> = {}, by: Certificate = desk): Promise<string> =>
    (await asked(statementRecord(command(says, by).encoded)))?.refusal ?? 'no answer';
  return { ...parts, desk: one, fileSystem, head, asked, command, give, told, noted, spool, answers };
}

/** What the recordings say of commands: action, or the refusal; and whether all verifies. */
export async function recordedOf({
  spool,
  fileSystem,
  recorder,
  archive,
  clock,
}: Awaited<ReturnType<typeof commanded>>) {
  recorder.hear({ kind: 'shutdown', atUs: clock.uptimeUs() });
  await archive.idle();
  const { report } = await openAll(spool, filesOf(fileSystem));
  return report.recordings.map(({ closing, links }) => ({
    closing: closing?.reason,
    commands: links.flatMap(({ command, verdict }) =>
      command === undefined ? [] : [`${command.refusal ?? command.action} ${verdict}`],
    ),
    others: [...new Set(links.map(({ verdict }) => verdict))],
  }));
}

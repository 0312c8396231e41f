import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import { systemClock } from '../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { systemRandomness } from '../../base/random.ts';
import { commandWords } from '../../evidence/encoding/statement-tables.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import {
  bookmarkCategoryMax,
  commandArgumentMax,
  commandValidSecondsMax,
  idPattern,
} from '../../evidence/limits.ts';
import { certificateDer } from '../../evidence/root.ts';
import type { CommandAnswer } from '../../evidence/statements.ts';
import { parseBrokerUrl } from '../../proto/mqtt-address.ts';
import { type CommandOutcome, giveCommand } from '../../station/orders/give-command.ts';
import { parseWords, required, runCommand, usage, wholeNumber } from '../command.ts';
import { daemonLog } from '../daemon-log.ts';
import { readRootFile, readSmallFile } from '../files.ts';
import { say, sayJson } from '../output.ts';
import { Passphrases, passphraseHelp, passphraseOptions, readKeyFile } from '../passphrase.ts';
import { refusalWords } from '../words.ts';

/** What `sealcam command --help` prints. */
export const help = `sealcam command ACTION: orders a camera to do something, and says what it answered

  sealcam command start|stop|bookmark|bitrate|renew-certificate|reboot --camera ID --broker URL --station DIR --signer DIR

  --camera ID           the camera
  --broker URL          the station's broker, such as mqtts://station.example:8883
  --station DIR         root.crt, tls.crt and tls.key of a station, or of a desk that has a name of its own
  --signer DIR          command.key and command.crt, as "sealcam provision signer --purpose command" made them
  --bits N              of bitrate: the video's bits a second
  --category N          of bookmark: its category, 1 to 99, as the agency numbers them
  --valid N             for how many seconds the command holds, 1 to 86400 (default 60)
  --wait N              for how many seconds the answer is waited for (default 20)
  --json                the answer as JSON
${passphraseHelp}
What a camera obeys, its policy says; docs/COMMANDS.md explains it. Exits 0 when the camera obeyed, 3 when it refused, 4 when it did
not answer (it may have obeyed all the same, if it had been reached), 1 when the command could not be given, 2 on wrong usage.
`;

/** `sealcam command`. */
export function run(args: string[]): Promise<number> {
  return runCommand('command', help, args, async () => {
    const { values, positionals } = parseWords('command', args, {
      camera: { type: 'string' },
      broker: { type: 'string' },
      station: { type: 'string' },
      signer: { type: 'string' },
      bits: { type: 'string' },
      category: { type: 'string' },
      valid: { type: 'string' },
      wait: { type: 'string' },
      json: { type: 'boolean' },
      ...passphraseOptions,
    });
    const [first, ...more] = positionals;
    const action = commandWords.find((one) => one === first);
    if (action === undefined || more.length > 0) throw usage(`Give one action: ${commandWords.join(', ')}`);
    const word = (option: 'broker' | 'camera' | 'signer' | 'station'): string =>
      required('command', option, values[option]);
    const [camera, station, folder] = [word('camera'), word('station'), word('signer')];
    if (!idPattern.test(camera)) throw usage(`"--camera" is "${camera}", which is not a camera's id`);
    if ((action === 'bitrate') !== (values.bits !== undefined))
      throw usage('"--bits" belongs to bitrate, which needs it');
    if (action !== 'bookmark' && values.category !== undefined)
      throw usage('"--category" belongs to bookmark');
    const category = wholeNumber('category', values.category, 1, bookmarkCategoryMax) ?? 0;
    const argument = wholeNumber('bits', values.bits, 1, commandArgumentMax) ?? 0;
    const outcome = await giveCommand({
      ...{ camera, action, argument, category },
      validS: wholeNumber('valid', values.valid, 1, commandValidSecondsMax) ?? 60,
      waitMs: 1_000 * (wholeNumber('wait', values.wait, 1, 3_600) ?? 20),
      broker: parseBrokerUrl(word('broker')),
      root: await readRootFile(join(station, 'root.crt')),
      tls: {
        certificate: Buffer.from(await readSmallFile(join(station, 'tls.crt'))).toString('latin1'),
        key: Buffer.from(await readSmallFile(join(station, 'tls.key'))).toString('latin1'),
      },
      ...(await signerOf(folder, new Passphrases(values['passphrase-fd']))),
      clock: systemClock(),
      randomness: systemRandomness,
      log: daemonLog('command', process.stderr, 'warn', undefined),
    });
    return report(outcome, camera, action, values.json === true);
  });
}

async function signerOf(folder: string, passphrases: Passphrases) {
  const pem = await readKeyFile(join(folder, 'command.key'), passphrases);
  try {
    const certificate = certificateDer(await readSmallFile(join(folder, 'command.crt')));
    return { signer: readSigningKey(pem), certificate };
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    throw new SealcamError(error.code, `The signer in ${folder} is not usable: ${error.message}`, {
      cause: error,
    });
  } finally {
    pem.fill(0);
  }
}

/** Says what became of the command; returns the exit code. */
function report(outcome: CommandOutcome, camera: string, action: string, json: boolean): number {
  if (json) sayJson({ came: outcome.came, ...(outcome.came === 'answered' && answerOf(outcome.answer)) });
  if (outcome.came !== 'answered') {
    const what =
      outcome.came === 'unreached'
        ? 'was not reached: it is not connected to this broker, or the broker was not reached; nothing was ordered'
        : 'did not answer in time: it may have obeyed all the same';
    if (!json) say(`${camera} ${what}`);
    return 4;
  }
  const { obeyed, refusal, recordingId, index } = outcome.answer;
  const where = recordingId === undefined ? '' : ` (recording ${toHex(recordingId)}, statement ${index})`;
  if (!json)
    say(
      obeyed ? `${camera} obeyed: ${action}${where}` : `${camera} refused: ${refusalWords[refusal]}${where}`,
    );
  return obeyed ? 0 : 3;
}

function answerOf({ obeyed, refusal, recordingId, index, counter }: CommandAnswer): object {
  const place = recordingId && { recording: toHex(recordingId), index };
  return { obeyed, ...(refusal !== 'none' && { refusal }), ...place, counter };
}

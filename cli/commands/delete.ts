import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { isUtf8Text, utf8TextRule } from '../../evidence/encoding/utf8-text.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import { deletionReasonBytesMax, idPattern } from '../../evidence/limits.ts';
import { certificateDer } from '../../evidence/root.ts';
import { folderOf } from '../../station/store/s3/location.ts';
import { deleteRecording } from '../../station/vault/deletion.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import { readRevocationFile, readRootFile, readSmallFile } from '../files.ts';
import { say } from '../output.ts';
import { Passphrases, passphraseHelp, passphraseOptions, readKeyFile } from '../passphrase.ts';
import { filesFor, s3Help } from '../store/places.ts';

/** What `sealcam delete --help` prints. */
export const help = `sealcam delete: erases a recording by a signed order: destroys its key object

  --store PLACE         the station's evidence store: a folder, or s3://BUCKET/PREFIX
  --vault PLACE         the station's vault
${s3Help}
  --device ID           the camera
  --recording ID        the recording's id, 32 hexadecimal digits, as "sealcam inventory" shows it
  --reason WORDS        why, for everyone to read: up to 256 bytes, and no name
  --signer DIR          deletion.key and deletion.crt, as "sealcam provision signer --purpose deletion" made them
  --trust ROOT          the agency's root certificate, PEM or DER
  --revocations FILE    the agency's newest revocation list
${passphraseHelp}
The recording must be closed, verify, and be receipted whole. The order is made durable as NAME.deletion next to the
evidence, and only then is the key object overwritten and removed: from then on no one can open the recording. If the
command is interrupted, run it again. Whether the law allows the deletion is for the holder of the deletion key to decide.

Exits 0 when the recording is erased, 1 when it is not, 2 on wrong usage.
`;

/** `sealcam delete`. */
export function run(args: string[]): Promise<number> {
  return runCommand('delete', help, args, async () => {
    const { values, positionals } = parseWords('delete', args, {
      store: { type: 'string' },
      vault: { type: 'string' },
      device: { type: 'string' },
      recording: { type: 'string' },
      reason: { type: 'string' },
      signer: { type: 'string' },
      trust: { type: 'string' },
      revocations: { type: 'string' },
      s3: { type: 'string' },
      ...passphraseOptions,
    });
    if (positionals.length > 0) {
      throw usage(`"${positionals[0]}" is not expected: see "sealcam delete --help"`);
    }
    const word = (option: keyof typeof values): string => required('delete', option, values[option]);
    const [store, vault, folder] = [word('store'), word('vault'), word('signer')];
    const [device, recordingId] = [word('device'), word('recording')];
    const reason = word('reason').normalize('NFC');
    if (!idPattern.test(device)) throw usage(`"--device" is "${device}", which is not a camera's id`);
    if (!/^[0-9a-f]{32}$/.test(recordingId)) {
      throw usage(`"--recording" is "${recordingId}": give its 32 hexadecimal digits`);
    }
    if (!isUtf8Text(reason, deletionReasonBytesMax))
      throw usage(`"--reason" is not ${utf8TextRule(deletionReasonBytesMax)}`);
    const root = await readRootFile(word('trust'));
    const revocations = await readRevocationFile(values.revocations, root);
    const files = await filesFor({ store, vault }, values.s3);
    const hasher = await fastestHasher();
    const key = await readKeyFile(join(folder, 'deletion.key'), new Passphrases(values['passphrase-fd']));
    const certificate = await readSmallFile(join(folder, 'deletion.crt'));
    const signer = named(folder, () => readSigningKey(key));
    key.fill(0);
    const { number, path, before, keysFound } = await deleteRecording(
      { files, store: folderOf(store), vault: folderOf(vault), root, revocations, hasher },
      {
        device,
        recordingId,
        reason,
        utcUs: systemClock().utcUs(),
        signer,
        certificate: named(folder, () => certificateDer(certificate)),
      },
    );
    say(
      `recording ${number} of ${device} is erased: the order ${before ? 'was signed before' : `is signed, ${path}`}, its key object ${keysFound ? 'is destroyed' : 'was gone already'}`,
    );
    return 0;
  });
}

/** Names the signer's folder in an error about its files. */
function named<T>(folder: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    throw new SealcamError(error.code, `The signer in ${folder} is not usable: ${error.message}`, {
      cause: error,
    });
  }
}

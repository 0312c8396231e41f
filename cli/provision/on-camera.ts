import { takePapers } from '../../agency/camera.ts';
import { makeKeysOfCamera, type TokenWords } from '../camera-keys.ts';
import { usage } from '../command.ts';
import { type ProvisionAction, type ProvisionWords, wordIn, wordOf } from './actions.ts';

// What of `sealcam provision` happens on the camera itself.

/** The lines of the help about it. */
export const onCameraHelp = `  camera     --id ID --out DIR [--module PATH --token LABEL --pin FILE [--key LABEL]]
                                                   on the camera: makes its keys, and requests for certificates over them; with a
                                                   PKCS#11 module the identity's key is made in that token, and never leaves it`;

/** The lines about what comes back. */
export const takeHelp = `  take       --camera DIR --from DIR [--root HEX]  on the camera: takes what the agency gave, if it is for its keys and newer; HEX is
                                                   the root's key id, if it is known`;

/** The options of a key in a token. */
export const tokenOptions = ['module', 'token', 'pin', 'key'] as const;

/** `provision camera` without an agency: makes the keys. */
export const makeKeysAction: ProvisionAction = {
  required: ['id', 'out'],
  optional: tokenOptions,
  repeated: [],
  run: (words) => {
    const id = wordOf(words, 'id');
    return makeKeysOfCamera(id, wordOf(words, 'out'), unattendedToken(words, id));
  },
};

/** `provision take`: what the agency gave back. */
export const takeAction: ProvisionAction = {
  required: ['camera', 'from'],
  optional: ['root'],
  repeated: [],
  async run(words) {
    const [camera, from] = [wordOf(words, 'camera'), wordOf(words, 'from')];
    const { taken, rootKeyId } = await takePapers({ camera, from, rootKeyId: wordIn(words, 'root') });
    const what = taken.length === 0 ? 'Nothing there is newer' : `Taken: ${taken.join(', ')}`;
    return `${what}. The root's key id is ${rootKeyId}`;
  },
};

/** The token that the command line names; undefined if none, so that the key is a file. @param label the key's, unless named. */
export function tokenWords(words: ProvisionWords, label: string): TokenWords | undefined {
  const [module, token, pin, key] = tokenOptions.map((name) => wordIn(words, name));
  if (module === undefined && token === undefined && pin === undefined && key === undefined) return undefined;
  if (module === undefined || token === undefined)
    throw usage('A key in a token needs "--module" and "--token"');
  return { module, token, ...(pin === undefined ? {} : { pin }), key: key ?? label };
}

/** As {@link tokenWords}; no one is there to type a PIN when a camera or a station starts. */
export function unattendedToken(words: ProvisionWords, id: string): TokenWords | undefined {
  const token = tokenWords(words, id);
  if (token !== undefined && token.pin === undefined)
    throw usage('A key in a token that a camera or a station uses needs "--pin"');
  return token;
}

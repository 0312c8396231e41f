import { join } from 'node:path';
import { type AgencyAccess, lockOfRoot } from '../../agency/agency-folder.ts';
import { expectFree } from '../../agency/folder.ts';
import type { KeyLock } from '../../agency/locked-key.ts';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRequested,
  provisionRevocation,
  provisionRoster,
  provisionSigner,
  provisionStation,
  provisionVault,
  type RoleMember,
  renewCamera,
} from '../../agency/provision.ts';
import { provisionPolicy } from '../../agency/provision-policy.ts';
import { provisionAgencyInToken } from '../../agency/root.ts';
import { provisionStationInToken } from '../../agency/station-token.ts';
import { crlCertificatesMax } from '../../evidence/limits.ts';
import { tokenOf } from '../camera-keys.ts';
import { usage } from '../command.ts';
import { type Passphrases, passphraseHelp } from '../passphrase.ts';
import {
  type ProvisionActions,
  type ProvisionWords,
  runAction,
  wordIn,
  wordOf,
  wordsIn,
} from '../provision/actions.ts';
import {
  makeKeysAction,
  onCameraHelp,
  takeAction,
  takeHelp,
  tokenOptions,
  tokenWords,
  unattendedToken,
} from '../provision/on-camera.ts';
import { draftFrom, showPolicy } from '../provision-policy.ts';

/** What `sealcam provision --help` prints. */
export const help = `sealcam provision: an agency's root and all that it issues

  root       --agency DIR [--name NAME] [--module PATH --token LABEL [--pin FILE] [--key LABEL]]
                                                   the agency's folder: root key and certificate; with a PKCS#11 module the
                                                   key is made in that token, and you are asked for its PIN unless a file has it
  recipient  --out PATH --label WORDS              a recipient's keys: PATH.key stays, PATH.pub goes to the agency
  roster     --agency DIR --role ROLE=FILE.pub...  the next roster: who may open, by role; it replaces the last
  policy     --agency DIR --profile NAME [--set FIELD=VALUE...]
                                                   the next policy: a profile by name or a file NAME.yaml, of which every
                                                   field must be filled in. With --show and without --agency it prints
                                                   the profile as such a file; --show --agency DIR prints the newest policy
  station    --agency DIR --id ID --out DIR [--host NAME...] [--module PATH --token LABEL --pin FILE [--key LABEL]]
                                                   a station's folder; hosts: localhost and 127.0.0.1 unless given; with a
                                                   PKCS#11 module the key of its receipts is made in that token
${onCameraHelp}
  sign       --agency DIR --request DIR --id ID --key-id HEX --key-id HEX --station ID [--other-station ID...] --out DIR
                                                   at the agency: certifies the keys of a camera's requests, if they are those that the
                                                   camera printed, and adds root, roster, policy and the vault key of the station of each of its
                                                   cells: vault.pub of the preferred one, vault-ID.pub of others
${takeHelp}
  camera     --agency DIR --id ID --station ID [--other-station ID...] --out DIR
                                                   all three on one machine: a camera's folder with its keys
  renew      --agency DIR --id ID                  the camera's certificates again, over the same keys; a station sends them
  vault      --agency DIR --station ID --out DIR   the next transport key of a station's vault
  signer     --agency DIR --id ID --purpose command|deletion --out DIR
                                                   a key that may command cameras, or order deletions
  revoke     --agency DIR --key-id HEX [--from TIME]
                                                   the next revocation list; TIME as 2026-11-01T12:00:00Z, now unless given

The private keys of people (root, recipient, signer) are files of age, which a passphrase protects. Those of cameras and
stations are files that their owner alone may read, as no one is there to type a passphrase.

${passphraseHelp}  --no-passphrase       makes a key (root, recipient, signer) that anyone who copies its file can use

Nothing that exists is ever overwritten. Exits 0 when done, 1 when it failed, 2 on wrong usage.
`;

const actions: ProvisionActions = {
  root: {
    required: ['agency'],
    optional: ['name', ...tokenOptions],
    repeated: [],
    makesKey: true,
    async run(words, passphrases) {
      const folder = wordOf(words, 'agency');
      await expectFree(folder);
      const named = { folder, name: wordIn(words, 'name') ?? 'Sealcam agency root' };
      const inToken = tokenWords(words, 'root');
      if (inToken !== undefined) {
        const token = tokenOf(inToken);
        const typed =
          token.pin === undefined
            ? { passphrase: await passphrases.existing(`the token "${token.token}"`) }
            : {};
        const { keyId } = await provisionAgencyInToken({ ...named, token, ...typed });
        return `The root is in ${folder}, its key in the token "${token.token}". Publish root.crt and its key id ${keyId}; make a backup of the token if it can have one.`;
      }
      const locked = await fresh(words, passphrases, join(folder, 'root.key'));
      const { keyId } = await provisionAgency({ ...named, ...locked });
      return `The root is in ${folder}. Publish root.crt and its key id ${keyId}; keep root.key offline.`;
    },
  },
  recipient: {
    required: ['out', 'label'],
    optional: [],
    repeated: [],
    makesKey: true,
    async run(words, passphrases) {
      const path = wordOf(words, 'out');
      const [keyFile, label] = [`${path}.key`, wordOf(words, 'label')];
      await expectFree(keyFile);
      await provisionRecipient({ path, label, ...(await fresh(words, passphrases, keyFile)) });
      return `Keep ${path}.key, and a copy of it in a safe place; send ${path}.pub to the agency.`;
    },
  },
  roster: {
    required: ['agency'],
    optional: [],
    repeated: ['role'],
    async run(words, passphrases) {
      const { version, path } = await provisionRoster(
        await agencyOf(words, passphrases),
        wordsIn(words, 'role').map(roleMember),
      );
      return `Roster version ${version} is signed: ${path}`;
    },
  },
  policy: {
    required: [],
    optional: ['agency', 'profile'],
    repeated: ['set'],
    flags: ['show'],
    async run(words, passphrases) {
      const [profile, agency] = [wordIn(words, 'profile'), wordIn(words, 'agency')];
      if (words.show === true) return showPolicy({ profile, agency, set: wordsIn(words, 'set') });
      const draft = await draftFrom(wordOf(words, 'profile'), wordsIn(words, 'set'));
      const { version, path } = await provisionPolicy(await agencyOf(words, passphrases), draft);
      return `Policy version ${version} is signed: ${path}`;
    },
  },
  station: {
    required: ['agency', 'id', 'out'],
    optional: tokenOptions,
    repeated: ['host'],
    async run(words, passphrases) {
      const [hosts, folder, id] = [wordsIn(words, 'host'), wordOf(words, 'out'), wordOf(words, 'id')];
      const station = { id, folder, ...(hosts.length === 0 ? {} : { hosts }) };
      const inToken = unattendedToken(words, id);
      const access = await agencyOf(words, passphrases);
      if (inToken === undefined) {
        await provisionStation(access, station);
        return `The station's keys and certificates are in ${folder}`;
      }
      await provisionStationInToken(access, station, tokenOf(inToken));
      return `The station's keys and certificates are in ${folder}, the key of its receipts in the token "${inToken.token}"`;
    },
  },
  camera: {
    required: ['id', 'out'],
    optional: ['agency', 'station', ...tokenOptions],
    repeated: ['other-station'],
    async run(words, passphrases) {
      const [folder, id] = [wordOf(words, 'out'), wordOf(words, 'id')];
      if (wordIn(words, 'agency') === undefined) {
        const misplaced = ['station', 'other-station'].find((name) => words[name] !== undefined);
        if (misplaced !== undefined) throw usage(`"--${misplaced}" belongs to "--agency"`);
        return makeKeysAction.run(words, passphrases);
      }
      if (unattendedToken(words, id) !== undefined)
        throw usage(
          '"--module" makes the key on the camera: leave "--agency" away, and sign the requests there',
        );
      const stations = { station: wordOf(words, 'station'), otherStations: wordsIn(words, 'other-station') };
      await provisionCamera(await agencyOf(words, passphrases), { id, ...stations, folder });
      return `The camera's keys and certificates are in ${folder}`;
    },
  },
  sign: {
    required: ['agency', 'request', 'id', 'station', 'out'],
    optional: [],
    repeated: ['key-id', 'other-station'],
    async run(words, passphrases) {
      const [folder, id] = [wordOf(words, 'out'), wordOf(words, 'id')];
      const { wasKnown } = await provisionRequested(await agencyOf(words, passphrases), {
        request: wordOf(words, 'request'),
        ...{ id, keyIds: wordsIn(words, 'key-id') },
        station: wordOf(words, 'station'),
        otherStations: wordsIn(words, 'other-station'),
        folder,
      });
      return [
        `What camera "${id}" must take is in ${folder}`,
        ...(wasKnown
          ? [
              `A camera "${id}" had certificates before: revoke its former keys if they are not these, as they stay valid`,
            ]
          : []),
      ];
    },
  },
  take: takeAction,
  renew: {
    required: ['agency', 'id'],
    optional: [],
    repeated: [],
    async run(words, passphrases) {
      const id = wordOf(words, 'id');
      const { validTo } = await renewCamera(await agencyOf(words, passphrases), { id });
      return `The certificates of camera "${id}" are valid until ${validTo.toISOString().slice(0, 10)}; give its station the folder issued`;
    },
  },
  vault: {
    required: ['agency', 'station', 'out'],
    optional: [],
    repeated: [],
    async run(words, passphrases) {
      const folder = wordOf(words, 'out');
      const { version } = await provisionVault(await agencyOf(words, passphrases), {
        station: wordOf(words, 'station'),
        folder,
      });
      return `Transport key ${version} is in ${folder}: vault.key for the station, vault.pub for every camera as well`;
    },
  },
  signer: {
    required: ['agency', 'id', 'purpose', 'out'],
    optional: [],
    repeated: [],
    makesKey: true,
    async run(words, passphrases) {
      const folder = wordOf(words, 'out');
      const purpose = wordOf(words, 'purpose');
      if (purpose !== 'command' && purpose !== 'deletion') {
        throw usage(`"--purpose" is "${purpose}": give "command" or "deletion"`);
      }
      const access = await agencyOf(words, passphrases);
      await expectFree(folder);
      const locked = await fresh(words, passphrases, join(folder, `${purpose}.key`));
      await provisionSigner(access, { id: wordOf(words, 'id'), purpose, folder, ...locked });
      return `The ${purpose} key and its certificate are in ${folder}`;
    },
  },
  revoke: {
    required: ['agency', 'key-id'],
    optional: ['from'],
    repeated: [],
    async run(words, passphrases) {
      const from = time(wordIn(words, 'from'));
      const { version, path, crl } = await provisionRevocation(await agencyOf(words, passphrases), {
        keyId: wordOf(words, 'key-id'),
        from,
      });
      return [`Revocation list ${version} is signed: ${path}`, ...crlWords(crl)];
    },
  },
};

/** What became of the CRL that goes with a revocation list. */
function crlWords(crl: Awaited<ReturnType<typeof provisionRevocation>>['crl']): string[] {
  if (crl === undefined)
    return [
      'No CRL is signed, as the root certificate does not allow it (keyUsage without cRLSign): an embedded broker goes by the list, Mosquitto does not refuse the key',
    ];
  if ('tooMany' in crl)
    return [
      `No CRL is signed: ${crl.tooMany} certificates that have not expired are revoked, and a CRL names at most ${crlCertificatesMax}. An embedded broker goes by the list; Mosquitto goes on with its last CRL and does not refuse the key: end the certificates of lost cameras sooner, or begin another root`,
    ];
  const { path, unknown, later, nextFrom } = crl;
  return [
    `The CRL that goes with it, for Mosquitto: ${path}`,
    ...(unknown === 0
      ? []
      : [`Keys that the CRL does not name, as issued/ has no certificate of theirs: ${unknown}`]),
    ...(later === 0
      ? []
      : [
          `Keys that it does not name yet, as they are revoked only from a later time: ${later}. Mosquitto refuses them only when you revoke once more, and copy that list and its CRL, from ${nextFrom?.toISOString()} on`,
        ]),
  ];
}

async function agencyOf(words: ProvisionWords, passphrases: Passphrases): Promise<AgencyAccess> {
  const folder = wordOf(words, 'agency');
  const locked = await lockOfRoot(folder);
  return locked === undefined ? { folder } : { folder, passphrase: await passphrases.existing(locked) };
}

/** How a new key is locked: not at all with `--no-passphrase`. */
async function fresh(words: ProvisionWords, passphrases: Passphrases, keyFile: string): Promise<KeyLock> {
  return words['no-passphrase'] === true ? {} : passphrases.fresh(keyFile);
}

function roleMember(word: string): RoleMember {
  const at = word.indexOf('=');
  if (at < 1) throw usage(`"--role ${word}" is not ROLE=FILE.pub: give for example evidence=court.pub`);
  return { role: word.slice(0, at), publicKeyFile: word.slice(at + 1) };
}

function time(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const value = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) || Number.isNaN(value.getTime())) {
    throw usage(`"--from" is "${text}": give a time such as 2026-11-01T12:00:00Z`);
  }
  return value;
}

/** `sealcam provision ACTION ...`: see {@link runAction}. */
export function run(args: string[], workFactor?: number): Promise<number> {
  return runAction(actions, help, args, workFactor);
}

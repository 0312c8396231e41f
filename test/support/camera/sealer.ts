import { issueCertificate } from '../../../agency/issue.ts';
import { newSigningKey } from '../../../agency/signing-key.ts';
import type { KeyRecipients } from '../../../agent/sealer/index.ts';
import { type BootFacts, type BootSession, beginSession } from '../../../agent/sealer/index.ts';
import { systemRandomness } from '../../../base/random.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { generateHpkeKeyPair, type HpkeKeyPair } from '../../../evidence/keys/hpke.ts';
import { readSigningKey } from '../../../evidence/keys/key-file.ts';
import { certificateDer } from '../../../evidence/root.ts';
import { makeStatement } from '../../../evidence/statements.ts';
import type { TestAgency } from '../recording.ts';

const validity = { from: new Date('2026-01-01'), to: new Date('2027-01-01') };

/** A camera's identity key as its file has it, and the certificate for it. */
export async function identityFiles(
  agency: TestAgency,
  name: string,
): Promise<{ readonly certificate: string; readonly privateKey: string }> {
  const key = newSigningKey();
  const { publicKey, pem } = key;
  const request = { name, purpose: 'device', publicKey, validity } as const;
  return { certificate: await issueCertificate(agency.authority, request), privateKey: pem };
}

/** The identity of each camera that {@link bootedCamera} boots: made once, as a camera's is. */
const identities = new WeakMap<TestAgency, Map<string, ReturnType<typeof identityFiles>>>();

function identityOf(agency: TestAgency, name: string): ReturnType<typeof identityFiles> {
  const known = identities.get(agency) ?? new Map<string, ReturnType<typeof identityFiles>>();
  identities.set(agency, known);
  const files = known.get(name) ?? identityFiles(agency, name);
  known.set(name, files);
  return files;
}

/** A boot of the camera `name`. */
export async function bootedCamera(
  agency: TestAgency,
  name: string,
  facts: Partial<BootFacts> = {},
): Promise<BootSession> {
  const files = await identityOf(agency, name);
  const der = certificateDer(Buffer.from(files.certificate));
  const certificate = checkCertificate(der, agency.root, 'device');
  const signer = readSigningKey(files.privateKey);
  return beginSession(
    { deviceId: certificate.name, certificate },
    { sign: async (message) => signer.sign(message) },
    {
      bootCounter: 1,
      previousSession: undefined,
      nextRecordingNumber: 1,
      newestStatement: undefined,
      ...facts,
    },
    systemRandomness,
  );
}

/** A roster with the given roles, one recipient each, a vault, and the private keys of both. */
export interface TestRecipients {
  readonly recipients: KeyRecipients;
  readonly keys: ReadonlyMap<string, HpkeKeyPair>;
  readonly vaultPair: HpkeKeyPair;
}

export async function testRecipients(
  agency: TestAgency,
  deviceId: string,
  roles: readonly string[],
): Promise<TestRecipients> {
  const keys = new Map<string, HpkeKeyPair>();
  for (const role of roles) keys.set(role, await generateHpkeKeyPair());
  const vaultPair = await generateHpkeKeyPair();
  const listed = [...keys].map(([name, { publicKey }]) => ({
    name,
    recipients: [{ label: name, publicKey }],
  }));
  const roster = makeStatement('roster', { version: 3, roles: listed }, agency.signer);
  const vault = makeStatement(
    'vault-key',
    { stationId: 'station-1', version: 2, publicKey: vaultPair.publicKey },
    agency.signer,
  );
  return { recipients: { deviceId, roster, vault }, keys, vaultPair };
}

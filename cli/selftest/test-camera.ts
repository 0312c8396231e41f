import { issueCertificate, issueRoot } from '../../agency/issue.ts';
import { signRoster, signVaultKey } from '../../agency/sign.ts';
import { newSigningKey } from '../../agency/signing-key.ts';
import type { Identity, IdentitySigner, KeyRecipients } from '../../agent/sealer/index.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import { p384Signer } from '../../evidence/crypto.ts';
import { generateHpkeKeyPair, type HpkePrivateKey, importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { readVaultKey } from '../../evidence/keys/key-envelope.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';
import { readRoster } from '../../evidence/roster.ts';

/** The id under which a self-test records, and the role for which it seals. No root but its own vouches for either. */
export const testName = 'self-test';

/**
 * A camera of an agency of its own, for one recording. All of its private keys are in this process's memory alone, so that
 * what it records can be opened and verified only here, and never counts as evidence of the real camera.
 */
export interface TestCamera {
  readonly root: Root;
  readonly identity: Identity;
  readonly signer: IdentitySigner;
  readonly recipients: KeyRecipients;
  /** The private key of the one recipient. */
  readonly recipient: HpkePrivateKey;
  /** The private key of the vault. */
  readonly vault: HpkePrivateKey;
}

const dayMs = 86_400_000;

/** Makes the keys, certificates and recipients of a {@link TestCamera}. @param nowMs milliseconds since 1970. */
export async function makeTestCamera(nowMs: number): Promise<TestCamera> {
  const validity = { from: new Date(nowMs - dayMs), to: new Date(nowMs + dayMs) };
  const rootSigner = p384Signer(newSigningKey().privateKey);
  const authority = await issueRoot(rootSigner, 'Sealcam self-test', validity);
  const { root } = authority;
  const { publicKey, privateKey } = newSigningKey();
  const request = { name: testName, purpose: 'device', publicKey, validity } as const;
  const der = certificateDer(Buffer.from(await issueCertificate(authority, request)));
  const signer = p384Signer(privateKey);
  const [recipient, vault] = [await generateHpkeKeyPair(), await generateHpkeKeyPair()];
  const roles = [{ name: testName, recipients: [{ label: testName, publicKey: recipient.publicKey }] }];
  const vaultKey = { stationId: testName, version: 1, publicKey: vault.publicKey };
  const made: TestCamera = {
    root,
    identity: { deviceId: testName, certificate: checkCertificate(der, root, 'device') },
    signer: { sign: async (message) => signer.sign(message) },
    recipients: {
      deviceId: testName,
      roster: readRoster(signRoster({ version: 1, roles }, rootSigner, root), root),
      vault: readVaultKey(signVaultKey(vaultKey, rootSigner, root), root),
    },
    recipient: await importHpkeKeyPair(recipient),
    vault: await importHpkeKeyPair(vault),
  };
  recipient.seed.fill(0);
  vault.seed.fill(0);
  return made;
}

import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Root } from '../../../evidence/root.ts';
import type { CommandDesk } from '../../commands/desk.ts';
import type { IssuedIntake } from '../../commands/issued.ts';
import type { PolicyProfile } from '../../recorder/policy.ts';
import type { BootSession, KeyReserve, PresentFacts } from '../../sealer/index.ts';
import type { Sensor } from '../../sensor/index.ts';
import { policyName } from '../../spool/names.ts';
import type { Spool } from '../../spool/spool.ts';
import type { Uplink } from '../../uplink/index.ts';
import type { Holders } from '../issued/holding.ts';
import { takeIssued } from '../issued/issued.ts';
import { newerVersion, PolicyTaker } from '../issued/policy-in-force.ts';
import type { CertificateTaker } from '../kept/certificates.ts';
import type { Recipients } from '../kept/recipients.ts';
import type { RevocationMemory } from '../kept/revocation-memory.ts';
import type { KeptVersionMemory } from '../kept/version-memory.ts';
import type { BootLog } from '../observation/boot-log.ts';
import type { Observed } from '../observation/observation.ts';
import type { RecordingLine } from '../recording-line.ts';
import { joinCommands } from './commanded.ts';
import type { CertificateRenewal } from './orders.ts';

/** What orders that come go to, and who may give them, or sign receipts. */
export interface JoinedOrders {
  readonly desk: CommandDesk;
  readonly issued: IssuedIntake;
  /** Resolves when a reboot is ordered. */
  readonly rebootOrdered: Promise<void>;
  readonly inForce: Observed['inForce'];
  readonly holders: Observed['holders'];
}

/** Joins what commands the camera, and what the agency signs for it while it runs. */
export function joinOrders(given: {
  readonly root: Root;
  readonly spool: Spool;
  readonly revoked: RevocationMemory;
  readonly holding: Holders;
  /** Which policy was taken last. */
  readonly policyTaken: KeptVersionMemory;
  readonly recipients: Recipients;
  readonly policy: PolicyProfile;
  readonly session: BootSession;
  readonly keys: KeyReserve;
  readonly line: RecordingLine<Sensor>;
  readonly bootLog: BootLog;
  /** A file of the spool's folder. */
  readonly kept: (name: string) => string;
  readonly certificates: Pick<CertificateTaker, 'take'>;
  readonly renewal: CertificateRenewal;
  /** What sends; it is not there yet. */
  readonly uplink: () => Pick<Uplink, 'answer' | 'takeHeldReceipts'>;
  readonly clock: Clock;
  readonly log: Log;
}): JoinedOrders {
  const {
    root,
    spool,
    revoked,
    holding,
    policyTaken,
    recipients,
    policy,
    session,
    keys,
    line,
    bootLog,
    uplink,
    clock,
    log,
  } = given;
  const roster = () => recipients.current.roster;
  const policies = new PolicyTaker(
    { kept: given.kept(policyName), root, roster, taken: policyTaken, log },
    policy,
    newerVersion(spool.newestPolicy, policyTaken.seen()),
    holding.isUncertain,
  );
  const issued = takeIssued({
    ...{ recipients, policies, revoked, keys, holding, log },
    policy: () => line.recorder.policy,
    obey: (newer) => line.recorder.hear({ kind: 'policy', policy: newer }),
    took: (what, taken) => {
      bootLog.took(what, taken);
      if (what === 'revocation') uplink().takeHeldReceipts();
    },
    certificates: given.certificates,
  });
  let reboot = (): void => {};
  const rebootOrdered = new Promise<void>((order) => {
    reboot = order;
  });
  const desk = joinCommands({
    ...{ root, session, line, bootLog, revoked, reboot, renewal: given.renewal },
    answer: (record) => uplink().answer(record),
    ...{ clock, log: log.child('commands') },
    makeHead: (nonce) => session.head(nonce, presentFacts(spool)),
    policy: () => line.recorder.policy,
  });
  const inForce = () => ({
    policy: line.recorder.policy.name,
    policyVersion: line.recorder.policy.signed?.version,
    vaultKeyVersion: recipients.current.vault.body.version,
    rosterVersion: recipients.current.roster.body.version,
    revocationVersion: revoked.version,
  });
  const holders = () => holding.facts;
  return { desk, issued, rebootOrdered, inForce, holders };
}

/** What a session, or a head of it, says of the spool. */
export function presentFacts(spool: Spool): PresentFacts {
  return { nextRecordingNumber: spool.nextRecordingNumber, newestStatement: spool.newestStatement };
}

/**
 * Makes the golden recording of a camera whose time comes from one source after the other: `node
 * dist/test/golden/make-time.js`. It overwrites what is committed; see `make.ts`. All keys are thrown away.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Moment } from '../../evidence/statements.ts';
import { fileOfNames, testAgency, testMoment, testRecording, testSession } from '../support/recording.ts';

const folder = join(resolve(import.meta.dirname, '../../..'), 'test/golden/time');
mkdirSync(folder, { recursive: true });
const agency = await testAgency();
writeFileSync(join(folder, 'root.crt'), agency.authority.certificatePem);
const session = testSession(await agency.device('golden-camera'));

// Its clock says 1970 until receipts, then GNSS, then a time service tell the time; later it has its hardware clock alone.
const told: readonly Partial<Moment>[] = [
  { clockState: 'unset', utcUs: 30_000_000 },
  { clockState: 'station', errorUs: 40_000 },
  { clockState: 'gnss', errorUs: 1_000_000 },
  { clockState: 'ntp', errorUs: 2_500 },
  { clockState: 'rtc' },
];
const momentOf = (index: number): Moment => ({ ...testMoment(index), ...told[index] });
const links = told.map((_, n) => new Uint8Array(100 + n));
const recording = testRecording({ session, links, momentOf, core: { claimedStart: momentOf(0) } });
writeFileSync(join(folder, 'told.seal'), fileOfNames(recording));

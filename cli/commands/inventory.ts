import { camerasOf, takeInventory } from '../../station/audit/inventory.ts';
import type { InventoryPlace } from '../../station/audit/inventory-place.ts';
import {
  type CameraInventory,
  type ChainInventory,
  type InventoryEntry,
  inventoryExitCode,
} from '../../station/audit/inventory-report.ts';
import { walkStore } from '../../station/audit/store-walk.ts';
import { folderOf } from '../../station/store/s3/location.ts';
import { bootInventoryWords } from '../boot-journal-words.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import {
  expectCheckpoints,
  readRevocationLists,
  readRosterFiles,
  revocationFacts,
  revocationWords,
} from '../evidence/verification.ts';
import { openPresent, readRootFile } from '../files.ts';
import { say, sayJson } from '../output.ts';
import { filesFor, s3Help } from '../store/places.ts';

/** What `sealcam inventory --help` prints. */
export const help = `sealcam inventory --store PLACE --trust ROOT: which recordings of each camera should exist, which do, and which
are proven deleted

  --store PLACE         the station's evidence store, a folder or s3://BUCKET/PREFIX; it is read whole, and nothing
                        in it is changed
  --vault PLACE         the station's vault: also checks that the key of each recording is there
${s3Help}
  --trust ROOT          the agency's root certificate, PEM or DER
  --device ID           this camera alone
  --revocations FILE    the agency's newest revocation list; of several the newest counts
  --roster FILE         a roster of the agency, once for each: with --vault, compares who can open each recording
                        with the roster that it names
  --checkpoint FILE     a checkpoint that the station once gave out: its receipts must lead back to it
  --journals            prints each entry of the boots' journals too
  --json                prints the inventory as JSON

While the station runs, files that it is writing may look torn: repeat the command.
A camera numbers its recordings from 1 on. Its sessions and heads, its openings and the numbers themselves say how
far it has come. Of its boots it says from when to when each ran, how it ended, and why the camera was silent in
between; how a boot ended does not change the exit code. The chain of the station's receipts, over all cameras, and its journal say what the station signed
for: a file that was taken out of the store breaks the chain.

Exits 0 when every recording that should exist is here, complete, or complete at another station by its receipt; 3 when a recording is recovered, or not all of it is
here yet, or a camera lost its counters and counts from 1 again in a chain of its own; 4 when all is accounted for, but
some of it is erased by a signed order, or absent with a signed gap or loss; 5 when a number is absent, the chain of
receipts is broken, or anything is damaged, contradicts itself, has no key, or can be opened by others than its roster
names; 1 when the inventory could not be taken, 2 on wrong usage.
`;

/** `sealcam inventory`. */
export function run(args: string[]): Promise<number> {
  return runCommand('inventory', help, args, async () => {
    const { values, positionals } = parseWords('inventory', args, {
      store: { type: 'string' },
      vault: { type: 'string' },
      trust: { type: 'string' },
      device: { type: 'string' },
      revocations: { type: 'string', multiple: true },
      roster: { type: 'string', multiple: true },
      checkpoint: { type: 'string', multiple: true },
      s3: { type: 'string' },
      journals: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0) {
      throw usage(`"${positionals[0]}" is not expected: see "sealcam inventory --help"`);
    }
    const store = required('inventory', 'store', values.store);
    const root = await readRootFile(required('inventory', 'trust', values.trust));
    const list = await readRevocationLists(values.revocations, root);
    const rosters = await readRosterFiles(values.roster, root);
    const hasher = await fastestHasher();
    const revocations = list?.revoked ?? new Map<string, number>();
    const { vault } = values;
    const place = {
      files: await filesFor({ store, vault }, values.s3),
      store: folderOf(store),
      vault: vault && folderOf(vault),
      ...{ root, revocations, hasher, rosters },
    };
    const checkpoints = values.checkpoint ?? [];
    await expectCheckpoints(checkpoints, { root, revocations: list });
    const devices = values.device === undefined ? await camerasOf(place) : [values.device];
    const { cameras, walk } = await inventoriesOf(place, devices, checkpoints);
    const { missing, notes } = walk;
    if (devices.length === 0 && missing.length === 0) {
      throw usage(`"--store": ${store} holds no camera's files: give a station's store`);
    }
    const code = inventoryExitCode(cameras, missing);
    if (values.json) {
      sayJson({ exitCode: code, cameras, missing, notes, revocations: revocationFacts(list) });
      return code;
    }
    say(
      cameras.flatMap((camera) => cameraWords(camera, values.journals === true)),
      missing.map((sentence) => `missing: ${sentence}`),
      [...notes, revocationWords(list)].map((sentence) => `note: ${sentence}`),
      verdictWords(code),
    );
    return code;
  });
}

async function inventoriesOf(place: InventoryPlace, devices: readonly string[], paths: readonly string[]) {
  const checkpoints = await openPresent(paths);
  try {
    const take = async (): Promise<CameraInventory[]> => {
      const cameras: CameraInventory[] = [];
      for (const device of devices) cameras.push(await takeInventory(place, device));
      return cameras;
    };
    return await walkStore(place, take, checkpoints);
  } finally {
    for (const source of checkpoints) await source.close();
  }
}

/** A camera's inventory in words, one line per finding, chain after chain. */
function cameraWords(
  { device, chains, recordings, absent, boots, conflicts }: CameraInventory,
  journals: boolean,
): string[] {
  return [
    ...chains.flatMap((one) => {
      const lines = [
        ...recordings
          .filter(({ chain }) => chain === one.chain)
          .map((entry) => ({ at: entry.number, words: entryWords(entry) })),
        ...absent
          .filter(({ chain }) => chain === one.chain)
          .map(({ from, to, provenBy }) => ({
            at: from,
            words: [
              `  ${from === to ? from : `${from} to ${to}`}: absent; that it existed is proven by ${provenBy}`,
            ],
          })),
      ].sort((a, b) => a.at - b.at);
      return [chainWords(device, one), ...lines.flatMap(({ words }) => words)];
    }),
    ...bootInventoryWords(boots, journals),
    ...conflicts.map((sentence) => `  conflict: ${sentence}`),
  ];
}

function chainWords(device: string, { chain, highest, statedBy }: ChainInventory): string {
  const name =
    chain === undefined
      ? device
      : `${device}, chain ${chain} (it lost its counters; what it had recorded before and not sent cannot be known)`;
  const far =
    highest === 0 ? 'no recording has been made' : `the numbers 1 to ${highest} should exist, by ${statedBy}`;
  return `${name}: ${far}`;
}

function entryWords(entry: InventoryEntry): string[] {
  const { number, recordingId, statements, of, gaps, lost, keys, faults, notes } = entry;
  const state = entry.completeAt === undefined ? entry.state : `complete at ${entry.completeAt}`;
  const far =
    of === undefined || of === statements ? `${statements} statements` : `${statements} of ${of} statements`;
  const present = state !== 'absent' && state !== 'damaged' && (state !== 'erased' || of !== undefined);
  const words = [
    ...(present ? [far] : []),
    ...(gaps > 0 ? [`${gaps} signed gaps`] : []),
    ...(lost > 0 ? [`${lost} chunks with a signed loss`] : []),
    ...(keys === 'not looked for' ? [] : [`key ${keys}`]),
    receiptWords(entry),
  ];
  return [
    `  ${number}: ${state} (${recordingId}); ${words.join(', ')}`,
    ...faults.map((sentence) => `    fault: ${sentence}`),
    ...notes.map((sentence) => `    note: ${sentence}`),
  ];
}

function receiptWords({ receipts, receipted }: InventoryEntry): string {
  if (receipted === undefined) return 'no receipt';
  const far = receipted.complete ? 'all of it' : `${receipted.count} statements`;
  return `${receipts} receipts, for ${far}`;
}

function verdictWords(code: 0 | 3 | 4 | 5): string {
  const verdicts = {
    0: 'all that should exist is here, or complete at a named station',
    3: 'nothing is lost that is known of, but a recording was cut short or is not all here yet',
    4: 'all is accounted for, and some of it is erased by order, or absent with a signed reason',
    5: 'something that should exist is absent, damaged, in conflict, or without its key',
  };
  return `inventory: ${verdicts[code]} (exit code ${code})`;
}

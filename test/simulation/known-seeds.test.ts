import { availableParallelism } from 'node:os';
import t from 'tap';
import { ofSample } from '../support/full.ts';
import { fileLimitMs } from '../support/patience.ts';
import { runSeeds } from './run-seeds.ts';

/** Worlds that are the same in every run: they must notice the mutants of `test/mutants/simulation.yaml`. */
const many = [7, 8, 9, 10, 11, 12, 13, 14, 15, 18];
/** The fewest of them in which every kind strikes, and one more. */
const few = [8, 9, 11, 12, 18];
const seeds = ofSample(few, many, many);
/** Faults of which every kind must strike in them. */
const kinds = [
  ...[
    'powerCuts',
    'kills',
    'crash-before',
    'crash-after',
    'EIO',
    'ENOSPC',
    'short',
    'diskFull',
    'diskStalls',
  ],
  ...['stationCrashes', 'stationPowerCuts', 'stationDiskCrashes', 'stationEio', 'stationEnospc', 'corrupted'],
  ...['filesRemoved', 'filesCut', 'filesChanged', 'foldersRemoved', 'storeAway', 'vaultAway'],
  ...['struck .seal', 'struck .receipts', 'struck .keys', 'struck sessions', 'struckBeforeComplete'],
  ...['messageLost', 'messageLate', 'receiptLost', 'keysVanish', 'evidenceVanishes'],
  ...['storeFull', 'storeUnmounted', 'vaultUnmounted'],
  ...['presses', 'keysAway', 'stopsBeforeDurable', 'debtsPaid', 'paidByLaterBoot'],
  ...['keyChildSlow', 'keyChildDied', 'keyChildHung', 'failedWhileOpening', 'failedWhileRecording'],
  ...['floods', 'floodSlowed', 'floodExcluded'],
  ...['journalEntries', 'journalReceipts', 'journalsComplete', 'shutdowns'],
  ...['journalLost', 'secondCopyLost', 'bothCopiesLost', 'chainsBegun'],
  ...['restores', 'cameraClockJumps', 'stationClockJumps', 'brokerRestarts', 'quietSpells'],
  ...['refused', 'connectTimeouts', 'cuts', 'cutWithMessages', 'holes', 'deaf', 'redelivered'],
  ...['dropped', 'repeated', 'altered', 'replayed'],
  ...['receiptsLost', 'receiptsLate', 'receiptsRepeated', 'forged'],
];
t.setTimeout(fileLimitMs);

t.test('every kind of fault strikes in these worlds, and all of them keep every promise', async (t) => {
  const left = [...seeds];
  const next = (): number | undefined => left.shift();
  const { failures, counts, simulatedMs, quietMs, steps } = await runSeeds(next, availableParallelism());
  for (const failure of failures)
    t.fail(`seed ${failure.seed}: ${failure.message}\n${failure.notes.slice(-150).join('\n')}`);
  t.comment(`${(simulatedMs / 3_600_000).toFixed(1)} simulated hours, ${steps} steps`);
  t.ok(quietMs > 0 && quietMs < simulatedMs);
  if (failures.length === 0)
    for (const kind of kinds) t.ok((counts[kind] ?? 0) > 0, `${kind}: ${counts[kind]}`);
});

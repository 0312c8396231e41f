import type { BootJournalEntryReport, BootJournalReport, JournalEvent } from '../evidence/verify/index.ts';
import type { BootInventory } from '../station/audit/inventory-report.ts';
import { timeWords } from './output.ts';

// What the journals of boots say, in words.

const endWords: Readonly<Record<BootJournalReport['verdict'], string>> = {
  'shut down': 'shut down',
  cut: 'cut; the next boots found it without a shutdown',
  open: 'no shutdown: the camera is on, or was cut off and not started since',
  conflict: 'conflict',
};

const eventWords: Readonly<Record<JournalEvent, (value: string) => string>> = {
  boot: (value) => `booted with software ${value}`,
  shutdown: (value) => `shut down: ${value}`,
  cut: (value) => `found an earlier boot without a shutdown, after ${value.split(' ')[1]} entries`,
  'time-step': (value) => {
    const [us = '0', state] = value.split(' ');
    const step = `${us.startsWith('-') ? '' : '+'}${(Number(us) / 1e6).toFixed(3)} s`;
    return `the wall clock stepped by ${step}, and is ${state}`;
  },
  command: (value) => {
    const [digest, action, answer] = value.split(' ');
    return `command ${action}: ${answer} (D ${digest})`;
  },
  roster: (value) => `took roster ${numberedWords(value)}`,
  policy: (value) => `took policy ${numberedWords(value)}`,
  'vault-key': (value) => `took the vault's key ${numberedWords(value)}`,
  revocation: (value) => `took revocation list ${numberedWords(value)}`,
  'sensor-lost': (value) => withWord('the sensor was lost', value),
  'sensor-back': (value) => withWord('the sensor is back', value),
  'sensor-changed': (value) => withWord('the sensor changed', value),
  'lamp-fault': (value) => withWord('the lamp failed', value),
  'lamp-well': (value) => withWord('the lamp works again', value),
  'storage-full': (value) => withWord('the storage was full', value),
  'storage-writable': (value) => withWord('the storage can be written again', value),
  'storage-fault': (value) => withWord('the storage failed', value),
  'left-out': (value) => {
    const [count, event] = value.split(' ');
    return `${count} more events of the kind ${event}`;
  },
  dropped: (value) => {
    const [first, last, count] = value.split(' ');
    return `the camera had no more room for ${count} journals of the boots ${first} to ${last}, and removed them`;
  },
};

/** A boot's journal: from when to when, how it ended, and each entry, a line for each. */
export function bootJournalWords(journal: BootJournalReport): string[] {
  const { deviceId, bootCounter, chain, verdict, entries, completeReceipt, conflicts, warnings } = journal;
  const of = chain === undefined ? '' : ` of chain ${chain}`;
  const receipted = completeReceipt ? 'a station receipted all of it' : 'no receipt for all of it';
  return [
    `${deviceId} boot ${bootCounter}${of}: ${bootSpanWords(journal)}; ${endWords[verdict]}; ${receipted}`,
    ...entries.map((entry) => `  ${bootEntryWords(entry)}`),
    ...conflicts.map((sentence) => `  conflict: ${sentence}`),
    ...warnings.map((sentence) => `  note: ${sentence}`),
  ];
}

/**
 * The boots of a camera as an inventory tells them, a line for each, and of the time between two of them why the camera was
 * silent.
 * @param each also a line for each entry.
 */
export function bootInventoryWords(boots: readonly BootInventory[], each: boolean): string[] {
  return boots.flatMap((boot, at) => {
    const { bootCounter, chain, state, entries, receipted, faults, notes } = boot;
    const far = receipted?.complete ? 'all of it' : `${receipted?.count ?? 0} entries`;
    const ended = inventoryEndWords[state] ?? endWords[state as BootJournalReport['verdict']];
    const span = entries.length > 0 ? `${bootSpanWords(boot)}; ` : '';
    const receipt = state === 'no journal' ? '' : `; ${entries.length} entries, receipted ${far}`;
    return [
      ...silenceWords(boots[at - 1], boot),
      `  boot ${bootCounter}${chain === undefined ? '' : ` of chain ${chain}`}: ${span}${ended}${receipt}`,
      ...(each ? entries.map((entry) => `    ${bootEntryWords(entry)}`) : []),
      ...faults.map((sentence) => `    fault: ${sentence}`),
      ...notes.map((sentence) => `    note: ${sentence}`),
    ];
  });
}

const inventoryEndWords: Readonly<Partial<Record<BootInventory['state'], string>>> = {
  'no journal': 'its journal is not here; the camera may still have it, or wrote none',
  absent: 'absent',
  damaged: 'damaged',
};

/** Why nothing is told of the time before a boot; nothing where it is not known when the one before ended. */
function silenceWords(
  before: BootInventory | undefined,
  { bootCounter, chain, entries }: BootInventory,
): string[] {
  // Nothing says how the boots of two chains follow each other.
  if (before === undefined || before.chain !== chain) return [];
  const missing = bootCounter - before.bootCounter - 1;
  const boots =
    missing === 1 ? `boot ${bootCounter - 1}` : `boots ${before.bootCounter + 1} to ${bootCounter - 1}`;
  if (missing > 0) return [`  ${boots}: neither a session nor a journal is here`];
  const [from, to] = [before.entries.at(-1)?.moment, entries[0]?.moment];
  if (from === undefined || to === undefined) return [];
  const [end, next] = [timeWords(from.utcUs), timeWords(to.utcUs)];
  if (before.state === 'shut down')
    return [`  silent from ${end} to ${next} by the camera's clock: it was off`];
  if (before.state !== 'cut') return [];
  // Entries tell of events, not that the camera still runs: when it was cut off is not known.
  return [
    `  nothing in its journal after ${end}, next boot at ${next} by the camera's clock: it was cut off in between (power was lost, or its program ended); recordings may reach further`,
  ];
}

/** From when to when a journal tells, by the camera's clock. */
export function bootSpanWords({ entries }: Pick<BootJournalReport, 'entries'>): string {
  const moments = entries.flatMap(({ moment }) => (moment === undefined ? [] : [moment]));
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return 'no entry is here';
  return `${timeWords(first.utcUs)} to ${timeWords(last.utcUs)} by the camera's clock`;
}

/** One entry in words: its index, its time by the camera's clock, and what happened. */
function bootEntryWords({ from, to, verdict, event, value = '', moment }: BootJournalEntryReport): string {
  const range = from === to ? `entry ${from}` : `entries ${from} to ${to}`;
  if (event === undefined || moment === undefined) return `${range}: ${verdict}`;
  const said = eventWords[event](value);
  return `${range}: ${timeWords(moment.utcUs)}, ${said}${verdict === 'intact' ? '' : `; ${verdict}`}`;
}

function numberedWords(value: string): string {
  const [version, digest] = value.split(' ');
  return `${version} (D ${digest})`;
}

function withWord(said: string, value: string): string {
  return value === '' ? said : `${said}: ${value}`;
}

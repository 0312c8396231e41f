import type { BootJournalEntryReport, BootJournalReport, JournalEvent } from '../evidence/verify/index.ts';
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

import { sealcam } from '#generated/evidence.js';
import { SealcamError } from '../../base/errors.ts';
import { bootJournalIndexMax, bootJournalValueCharsMax, digestBytes } from '../limits.ts';
import { bytes, type Codec, choice, codec, count, type Field, text } from './codec.ts';

const number = '(0|[1-9][0-9]{0,15})';
const digest = '[0-9a-f]{64}';
const word = '[a-z][a-z0-9-]{0,31}';

/**
 * The events of a boot journal: their number, and the form of their value. The forms leave no room for a name, a place
 * or another text of a person's.
 */
const events = {
  /** The software's version, and the SHA-256 of what runs. */
  boot: [1, `[0-9A-Za-z.+-]{1,32} ${digest}`],
  /** Why. */
  shutdown: [2, word],
  /** An earlier boot's journal has no shutdown: D of its session, its number of entries, D of the last one. */
  cut: [3, `${digest} (0|[1-9][0-9]{0,4}) ${digest}`],
  /** How far the wall clock stepped against the uptime, microseconds, and its state after that. */
  'time-step': [4, `[+-][1-9][0-9]{0,15} (unknown|free-running|synchronised|unset|rtc|ntp|gnss|station)`],
  /** D of the command, its action, and "obeyed" or why not. */
  command: [5, `${digest} ${word} ${word}`],
  /** The version and D of what was taken. */
  roster: [6, `${number} ${digest}`],
  policy: [7, `${number} ${digest}`],
  'sensor-lost': [8, `(${word})?`],
  'sensor-back': [9, `(${word})?`],
  'sensor-changed': [10, `(${word})?`],
  'lamp-fault': [11, `(${word})?`],
  'lamp-well': [12, `(${word})?`],
  'storage-full': [13, `(${word})?`],
  'storage-writable': [14, `(${word})?`],
  'storage-fault': [15, `(${word})?`],
  /** How many events of a kind have no entry of their own since the last one of this event and kind. */
  'left-out': [16, `[1-9][0-9]{0,15} ${word}`],
  /** Journals that the camera removed to have room: the boot counters of the first and the last, and how many. */
  'vault-key': [18, `${number} ${digest}`],
  revocation: [19, `${number} ${digest}`],
  dropped: [17, `${number} ${number} [1-9][0-9]{0,15}`],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

/** What an entry of a boot journal reports. */
export type JournalEvent = keyof typeof events;

const numbers = Object.fromEntries(Object.entries(events).map(([name, [of]]) => [name, of])) as {
  readonly [E in JournalEvent]: (typeof events)[E][0];
};
const forms = new Map<string, RegExp>(
  Object.entries(events).map(([name, [, form]]) => [name, new RegExp(`^(?:${form})$`)]),
);

/** True if `value` has the form that `event` asks for. */
export function isJournalValue(event: JournalEvent, value: string): boolean {
  return forms.get(event)?.test(value) === true;
}

const valueChars = new RegExp(`^[\\x20-\\x7e]{0,${bootJournalValueCharsMax}}$`);

/** The codec of a journal entry, except for what its event asks of the other fields. */
export function journalTable<M>(moment: Field<M>) {
  const fields = codec('journal', sealcam.evidence.Journal, {
    session: bytes(digestBytes),
    index: count(bootJournalIndexMax),
    previous: bytes(digestBytes),
    moment,
    event: choice(numbers),
    value: text(valueChars, `up to ${bootJournalValueCharsMax} printable ASCII characters`),
  });
  return withEvents(fields);
}

/** Refuses a value of another form than the event's, and a boot event anywhere but first. */
function withEvents<
  T extends { readonly event: JournalEvent; readonly index: number; readonly value: string },
>(fields: Codec<T>): Codec<T> {
  return {
    ...fields,
    decode(encoded) {
      const entry = fields.decode(encoded);
      if (!isJournalValue(entry.event, entry.value)) {
        throw new SealcamError(
          'EVIDENCE_MALFORMED',
          `"journal.value": expected the form of the event ${entry.event}, got another text`,
        );
      }
      if ((entry.event === 'boot') !== (entry.index === 0)) {
        throw new SealcamError(
          'EVIDENCE_MALFORMED',
          `"journal.event": expected boot at index 0 and nowhere else, got ${entry.event} at ${entry.index}`,
        );
      }
      return entry;
    },
  };
}

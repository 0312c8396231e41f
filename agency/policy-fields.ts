import { SealcamError } from '../base/errors.ts';
import { automaticStartWords, commandWords } from '../evidence/encoding/statement-tables.ts';
import { isUtf8Text, utf8TextRule } from '../evidence/encoding/utf8-text.ts';
import {
  everySecondsMax,
  holdMonthsMax,
  idPattern,
  preEventSecondsMax,
  reasonBytesMax,
  retentionDaysMax,
  rolePattern,
  runOnSecondsMax,
  stationsMax,
} from '../evidence/limits.ts';
import { holdOrder } from '../evidence/policy.ts';
import type { Policy } from '../evidence/statements.ts';

// The fields of a policy as people write them: in a profile, in a file to fill in, or after `--set`. docs/POLICY.md has
// the same table, and a test compares the two.

/** Who acts on a field. `no one yet`: the field is carried and shown, and nothing enforces it. */
export type Obeys = 'camera' | 'no one yet';

/** One field of a policy, as a text. */
export interface PolicyField {
  readonly says: string;
  readonly obeyedBy: Obeys;
  /** What a text must be, in words. */
  readonly rule: string;
  /** Puts the value of `text` into `policy`, or returns false if it breaks the rule. */
  put(policy: Policy, text: string): boolean;
  /** The value in `policy`, as `put` takes it. */
  text(policy: Policy): string;
}

type Keys<T> = { [K in keyof Policy]: Policy[K] extends T ? K : never }[keyof Policy];

const yes = 'yes';
const no = 'no';
const none = 'none';
const unlimited = 'unlimited';

type FieldWords = Pick<PolicyField, 'says' | 'obeyedBy'>;

function whole(key: Keys<number>, most: number, described: FieldWords): PolicyField {
  return {
    ...described,
    rule: `a whole number from 0 to ${most}`,
    put(policy, text) {
      const value = wholeNumber(text, most);
      if (value === undefined) return false;
      policy[key] = value;
      return true;
    },
    text: (policy) => String(policy[key]),
  };
}

function wholeNumber(text: string, most: number): number | undefined {
  const value = /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : undefined;
  return value === undefined || value > most ? undefined : value;
}

function yesOrNo(key: Keys<boolean>, described: FieldWords): PolicyField {
  return {
    ...described,
    rule: `${yes} or ${no}`,
    put(policy, text) {
      if (text !== yes && text !== no) return false;
      policy[key] = text === yes;
      return true;
    },
    text: (policy) => (policy[key] ? yes : no),
  };
}

/** A list in any order, with commas between; the policy has it in ascending order. */
function listed(
  key: Keys<string[]>,
  rule: string,
  isItem: (item: string) => boolean,
  described: FieldWords,
): PolicyField {
  return {
    ...described,
    rule: `${rule}, with commas between, or ${none}`,
    put(policy, text) {
      const items = text === none ? [] : text.split(',').map((item) => item.trim());
      if (!items.every(isItem) || new Set(items).size !== items.length) return false;
      const target: Record<string, unknown> = policy;
      target[key] = items.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      return true;
    },
    text: (policy) => (policy[key].length === 0 ? none : policy[key].join(',')),
  };
}

function hold(ground: (typeof holdOrder)[number], why: string): PolicyField {
  return {
    says: `for how many months at most a recording is kept longer ${why}`,
    obeyedBy: 'no one yet',
    rule: `1 to ${holdMonthsMax}, ${unlimited}, or ${none}`,
    put(policy, text) {
      const others = policy.holds.filter((one) => one.ground !== ground);
      const monthsMax = text === unlimited ? 0 : wholeNumber(text, holdMonthsMax);
      if (text !== none && (monthsMax === undefined || text === '0')) return false;
      const all = text === none || monthsMax === undefined ? others : [...others, { ground, monthsMax }];
      policy.holds = all.sort((a, b) => holdOrder.indexOf(a.ground) - holdOrder.indexOf(b.ground));
      return true;
    },
    text({ holds }) {
      const found = holds.find((one) => one.ground === ground);
      if (found === undefined) return none;
      return found.monthsMax === 0 ? unlimited : String(found.monthsMax);
    },
  };
}

const oneOfThese = (words: readonly string[]) => (item: string) => words.includes(item);
const isRole = (item: string): boolean => rolePattern.test(item);

/** The fields by name, in the order in which they are shown. */
export const policyFields: Readonly<Record<string, PolicyField>> = {
  'pre-event-s': whole('preEventS', preEventSecondsMax, {
    says: 'how many seconds before the start are kept',
    obeyedBy: 'camera',
  }),
  'pre-event-sound': yesOrNo('preEventSound', {
    says: 'whether their sound is kept too',
    obeyedBy: 'camera',
  }),
  'pre-event-in-dwellings': yesOrNo('preEventInDwellings', {
    says: 'whether any of them are kept while the dwelling switch is on',
    obeyedBy: 'camera',
  }),
  'run-on-s': whole('runOnS', runOnSecondsMax, {
    says: 'how many seconds are recorded after the stop',
    obeyedBy: 'camera',
  }),
  'retention-days-min': whole('retentionDaysMin', retentionDaysMax, {
    says: 'how many days a recording is kept at least',
    obeyedBy: 'no one yet',
  }),
  'retention-days-max': whole('retentionDaysMax', retentionDaysMax, {
    says: 'how many days a recording is kept at most, unless a hold keeps it',
    obeyedBy: 'no one yet',
  }),
  'hold-prosecution': hold('prosecution', 'for a prosecution'),
  'hold-danger': hold('danger', 'to avert a danger'),
  'hold-review': hold('review', 'for a review of legality'),
  roles: listed('roles', 'roles', isRole, {
    says: 'whose shares are all needed to open a recording',
    obeyedBy: 'camera',
  }),
  'dwelling-mode': {
    says: 'what the dwelling switch does: nothing to the recording, or close it and open a linked one',
    obeyedBy: 'camera',
    rule: 'same or linked',
    put(policy, text) {
      if (text !== 'same' && text !== 'linked') return false;
      policy.dwellingMode = text;
      return true;
    },
    text: ({ dwellingMode }) => dwellingMode,
  },
  'dwelling-roles': listed('dwellingRoles', 'roles', isRole, {
    says: 'whose shares are needed too for what is recorded while the switch is on',
    obeyedBy: 'camera',
  }),
  reasons: listed('reasons', utf8TextRule(reasonBytesMax), (one) => isUtf8Text(one, reasonBytesMax), {
    says: 'the reason codes of a recording',
    obeyedBy: 'no one yet',
  }),
  'automatic-starts': listed(
    'automaticStarts',
    automaticStartWords.join(', '),
    oneOfThese(automaticStartWords),
    { says: 'what may start a recording by itself', obeyedBy: 'camera' },
  ),
  commands: listed('commands', commandWords.join(', '), oneOfThese(commandWords), {
    says: 'what the station may command',
    obeyedBy: 'camera',
  }),
  padding: yesOrNo('padding', {
    says: 'whether pictures are padded, so that sizes say less',
    obeyedBy: 'camera',
  }),
  'position-every-s': whole('positionEveryS', everySecondsMax, {
    says: 'how many seconds from one position that is kept to the next; 0: each',
    obeyedBy: 'camera',
  }),
  'readings-every-s': whole('readingsEveryS', everySecondsMax, {
    says: 'the same for motion, battery, temperature, storage and link',
    obeyedBy: 'camera',
  }),
  'stations-needed': whole('stationsNeeded', stationsMax, {
    says: 'how many stations must hold all of a recording before the camera deletes it, if its configuration does not say more',
    obeyedBy: 'camera',
  }),
  stations: listed('stations', 'ids of stations', (item) => idPattern.test(item), {
    says: 'which of its configured cells a camera seals keys to, and whose receipts count; none: all of them',
    obeyedBy: 'camera',
  }),
};

/**
 * The field of that name.
 * @throws SealcamError `POLICY_FIELD` if there is none.
 */
export function policyField(name: string): PolicyField {
  const field = Object.hasOwn(policyFields, name) ? policyFields[name] : undefined;
  if (field !== undefined) return field;
  const names = Object.keys(policyFields).join(', ');
  throw new SealcamError(
    'POLICY_FIELD',
    `A policy has no field ${JSON.stringify(name.slice(0, 40))}: give one of ${names}`,
  );
}

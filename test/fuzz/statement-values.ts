import fc from 'fast-check';
import { toHex } from '../../base/bytes.ts';
import type { JournalEvent } from '../../evidence/encoding/journal-table.ts';
import { automaticStartWords, clockStates, commandWords } from '../../evidence/encoding/statement-tables.ts';
import {
  type Body,
  type Core,
  coreCodec,
  type Moment,
  type StatementKind,
} from '../../evidence/statements.ts';

// Values of every kind of statement, to the bounds of the format.

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const bytesUpTo = (most: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: 1, maxLength: most });
const optional = (length: number): fc.Arbitrary<Uint8Array | undefined> =>
  fc.oneof(fc.constant(undefined), bytes(length));
const digest = bytes(32);
const whole = fc.oneof(fc.nat(3), fc.maxSafeNat());
const positive = whole.map((value) => Math.max(1, value));
const index = fc.nat(0xff_ffff);
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
const roleName = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/);
const printable = (most: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[\\x20-\\x7e]{1,${most}}$`));
const link = { recordingId: bytes(16), index, previous: digest };
const certificate = bytesUpTo(400);

const moment: fc.Arbitrary<Moment> = fc.record({
  epoch: bytes(16),
  uptimeUs: whole,
  utcUs: whole,
  clockState: fc.constantFrom(...clockStates),
  errorUs: whole,
});

const part = fc.record({
  header: bytes(74),
  segmentDigests: fc.array(digest, { minLength: 1, maxLength: 66 }),
});

export const coreValue: fc.Arbitrary<Core> = fc.record({
  format: fc.constant(1),
  session: digest,
  deviceId: id,
  recordingId: bytes(16),
  recordingNumber: positive,
  previous: fc.record({
    number: whole,
    statement: optional(32),
    state: fc.constantFrom('none', 'closed', 'last-known'),
  }),
  rosterVersion: positive,
  roster: digest,
  roles: fc.array(roleName, { minLength: 1, maxLength: 16 }),
  policy: printable(64),
  claimedStart: moment,
  startKind: fc.constantFrom('button', 'linked', 'command', 'trigger'),
  policyDigest: optional(32),
  policyVersion: whole,
});

const commandRefusal = fc.constantFrom(
  'none',
  'expired',
  'forbidden',
  'counter',
  'key',
  'session',
  'impossible',
  'head',
  'malformed',
);
const hex = digest.map(toHex);
const laterEvent = (event: JournalEvent, value: fc.Arbitrary<string>) => ({
  event: fc.constant<JournalEvent>(event),
  value,
});

/** One arbitrary for each kind: a kind that is added and has none here does not compile. */
export const statementValues: { readonly [K in StatementKind]: fc.Arbitrary<Body<K>> } = {
  session: fc.record({
    certificate,
    format: fc.constant(1),
    deviceId: id,
    sessionKey: bytes(120),
    bootCounter: positive,
    previousSession: optional(32),
    nextRecordingNumber: positive,
    newestStatement: optional(32),
    chain: optional(16),
  }),
  head: fc.record({
    session: digest,
    nonce: bytes(32),
    bootCounter: positive,
    nextRecordingNumber: positive,
    newestStatement: optional(32),
  }),
  opening: fc.record({
    core: coreValue.map((value) => coreCodec.encode(value)),
    shareCommitments: fc.array(digest, { minLength: 1, maxLength: 16 }),
    keyEnvelopeHash: digest,
  }),
  chunk: fc.record({
    ...link,
    media: part,
    telemetry: part,
    start: moment,
    durationUs: whole,
    dependent: fc.boolean(),
    newestReceipt: optional(32),
  }),
  gap: fc.record({
    ...link,
    start: moment,
    durationUs: whole,
    cause: fc.constantFrom('link', 'overload', 'storage', 'fault', 'refused'),
    videoSamples: whole,
    audioSamples: whole,
    atLeast: fc.boolean(),
  }),
  'recorded-command': fc.record({
    ...link,
    command: bytesUpTo(600),
    obeyed: fc.boolean(),
    refusal: commandRefusal,
  }),
  'command-answer': fc.record({
    session: digest,
    command: digest,
    obeyed: fc.boolean(),
    refusal: commandRefusal,
    recordingId: optional(16),
    index,
    counter: whole,
  }),
  closing: fc.record({
    ...link,
    reason: fc.constantFrom(
      'button',
      'linked',
      'command',
      'storage',
      'sensor',
      'shutdown',
      'recovered',
      'fault',
      'battery',
      'heat',
    ),
    chunks: index,
    gaps: index,
    durationUs: whole,
    segments: whole,
    end: moment,
    recoveredBy: optional(32),
    absentUsMax: whole,
  }),
  loss: fc.record({
    session: digest,
    recordingId: bytes(16),
    index,
    statement: digest,
    segments: fc.array(fc.record({ part: fc.nat(1), number: fc.nat(65) }), { minLength: 1, maxLength: 132 }),
    cause: fc.constant('rot'),
  }),
  journal: fc
    .oneof(
      fc.record({
        index: fc.constant(0),
        event: fc.constant('boot' as const),
        value: hex.map((h) => `1.2.3 ${h}`),
      }),
      fc.record({
        index: fc.integer({ min: 1, max: 65_535 }),
        ...laterEvent('shutdown', fc.constant('ordered')),
      }),
      fc.record({
        index: fc.constant(1),
        ...laterEvent(
          'cut',
          hex.map((h) => `${h} 3 ${h}`),
        ),
      }),
      fc.record({ index: fc.constant(2), ...laterEvent('time-step', fc.constant('-17 synchronised')) }),
      fc.record({
        index: fc.constant(3),
        ...laterEvent(
          'command',
          hex.map((h) => `${h} start obeyed`),
        ),
      }),
      fc.record({
        index: fc.constant(4),
        ...laterEvent(
          'policy',
          hex.map((h) => `7 ${h}`),
        ),
      }),
      fc.record({ index: fc.constant(5), ...laterEvent('storage-fault', fc.constantFrom('', 'eio')) }),
      fc.record({ index: fc.constant(6), ...laterEvent('left-out', fc.constant('3 sensor-lost')) }),
      fc.record({ index: fc.constant(7), ...laterEvent('dropped', fc.constant('2 9 5')) }),
    )
    .chain((one) =>
      fc.record({ session: digest, previous: digest, moment }).map((rest) => ({ ...rest, ...one })),
    ),
  receipt: fc.record({
    certificate,
    stationId: id,
    deviceId: id,
    recordingId: bytes(16),
    count: index,
    statement: digest,
    keyEnvelopeHash: optional(32),
    complete: fc.boolean(),
    stationUtcUs: whole,
    counter: positive,
    previousReceipt: optional(32),
    // In ascending order, each once: as the format has them.
    losses: fc
      .uniqueArray(digest, { maxLength: 5, selector: (one) => Buffer.from(one).toString('hex') })
      .map((losses) => losses.sort((one, other) => Buffer.compare(one, other))),
  }),
  checkpoint: fc.record({
    certificate,
    stationId: id,
    counter: positive,
    newestReceipt: digest,
    stationUtcUs: whole,
  }),
  command: fc.record({
    certificate,
    session: digest,
    counter: positive,
    action: fc.constantFrom('start', 'stop', 'bookmark', 'bitrate', 'renew-certificate', 'reboot'),
    head: optional(32),
    validS: fc.nat(86_400),
    argument: fc.nat(4_294_967_295),
    category: fc.nat(99),
  }),
  deletion: fc.record({
    certificate,
    deviceId: id,
    recordingId: bytes(16),
    recordingNumber: positive,
    closing: digest,
    keyEnvelopeHash: digest,
    reason: printable(256),
    utcUs: whole,
  }),
  roster: fc.record({
    version: positive,
    roles: fc.array(
      fc.record({
        name: roleName,
        recipients: fc.array(fc.record({ label: printable(64), publicKey: bytes(1665) }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  revocation: fc.record({
    version: positive,
    certificates: fc.array(fc.record({ keyId: digest, fromUtcUs: whole }), { maxLength: 20 }),
    issuedUtcUs: whole,
  }),
  policy: fc.record({
    version: positive,
    name: printable(64),
    preEventS: fc.nat(120),
    preEventSound: fc.boolean(),
    preEventInDwellings: fc.boolean(),
    runOnS: fc.nat(300),
    retentionDaysMin: fc.nat(36_500),
    retentionDaysMax: fc.nat(36_500),
    holds: fc.array(
      fc.record({
        ground: fc.constantFrom('prosecution', 'danger', 'review'),
        monthsMax: fc.nat(1_200),
      }),
      { maxLength: 3 },
    ),
    roles: fc.array(roleName, { minLength: 1, maxLength: 16 }),
    dwellingMode: fc.constantFrom('same', 'linked'),
    dwellingRoles: fc.array(roleName, { maxLength: 15 }),
    reasons: fc.array(printable(64), { maxLength: 5 }),
    automaticStarts: fc.array(fc.constantFrom(...automaticStartWords), { maxLength: 3 }),
    commands: fc.array(fc.constantFrom(...commandWords), { maxLength: 6 }),
    padding: fc.boolean(),
    positionEveryS: fc.nat(3_600),
    readingsEveryS: fc.nat(3_600),
    stationsNeeded: fc.nat(16),
    stations: fc.array(id, { maxLength: 16 }),
  }),
  'vault-key': fc.record({ stationId: id, version: positive, publicKey: bytes(1665) }),
};

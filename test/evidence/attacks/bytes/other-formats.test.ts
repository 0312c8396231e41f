import t from 'tap';
import { sealcam } from '#generated/evidence.js';
import { concatBytes } from '../../../../base/bytes.ts';
import { coreCodec, encodeBody } from '../../../../evidence/statements.ts';
import { payloadOf, resigned } from '../../../support/evidence/envelopes.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import { fileOf, testAgency, testRecording, testSession } from '../../../support/recording.ts';

// A statement of a later format is told as that, whatever else is unlike in it: it ends verification where a trusted key
// signed it, and is junk where none did.

const agency = await testAgency();
const device = await agency.device('camera-1');
const session = testSession(device);
const recording = testRecording({ session, links: [new Uint8Array(10)] });
const [sessionPayload, openingPayload] = ['S', 'O'].map((name) =>
  payloadOf(recording.records.get(name) ?? new Uint8Array()),
);
if (sessionPayload === undefined || openingPayload === undefined) throw new TypeError('two payloads');

/** A varint, as long as it has to be or longer. */
function varint(value: bigint, length = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  } while (rest > 0n || bytes.length < length);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) & 0x7f;
  return Uint8Array.from(bytes);
}

const newField = concatBytes(varint((99n << 3n) | 2n), Uint8Array.of(3, 1, 2, 3));
const sessionOf = (format: Uint8Array, ...more: Uint8Array[]): Uint8Array => {
  const { format: _, ...rest } = session.statement.body;
  const body = encodeBody('session', { ...rest, format: 1 });
  const at = 4 + rest.certificate.length;
  if (body[at - 1] !== 0x10) throw new TypeError('the format comes right after the certificate');
  return concatBytes(body.subarray(0, at), format, body.subarray(at + 1), ...more);
};
const coreOf = (format: Uint8Array, ...more: Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(8), format, coreCodec.encode(recording.core).subarray(2), ...more);
const openingOf = (core: Uint8Array, ...more: Uint8Array[]): Uint8Array => {
  const { Opening } = sealcam.evidence;
  const opening = Opening.decode(openingPayload);
  return concatBytes(Uint8Array.from(Opening.encode({ ...opening, core }).finish()), ...more);
};

/** The recording with another session, or another opening, signed by the right key. */
function fileWith(
  changed: { session?: Uint8Array; opening?: Uint8Array },
  signer?: typeof device.signer,
): Uint8Array {
  const record = (name: string): Uint8Array => recording.records.get(name) ?? new Uint8Array();
  const { session: payload, opening } = changed;
  return fileOf(
    payload ? resigned(record('S'), signer ?? device.signer, { payload }) : record('S'),
    opening ? resigned(record('O'), signer ?? session.signer, { payload: opening }) : record('O'),
    ...['c0', 'm0.0', 't0.0', 'X'].map(record),
  );
}

const numbers: [string, Uint8Array][] = [
  ['2', varint(2n)],
  ['0, written out', varint(0n)],
  ['2^32 - 1', varint(2n ** 32n - 1n)],
  ['2^32', varint(2n ** 32n)],
  ['2^32 + 1', varint(2n ** 32n + 1n)],
  ['2^53', varint(2n ** 53n)],
  ['2^64 - 1', varint(2n ** 64n - 1n)],
  ['2, in ten bytes', varint(2n, 10)],
];

t.test('the number of the format is read before everything else', async (t) => {
  const refused = { code: 'FORMAT_UNSUPPORTED' };
  for (const [name, number] of numbers) {
    for (const more of [[], [newField], [Uint8Array.of(0x0f)]]) {
      const files = {
        session: fileWith({ session: sessionOf(number, ...more) }),
        core: fileWith({ opening: openingOf(coreOf(number, ...more)) }),
        'core, in an opening with a new field': fileWith({ opening: openingOf(coreOf(number), newField) }),
      };
      for (const [what, file] of Object.entries(files)) {
        await t.rejects(verdictOf([file], agency.root), refused, `${what} of format ${name}`);
      }
    }
  }
});

t.test('format 1 with something new in it is malformed, as is what says of no format', async (t) => {
  const cases: [string, Uint8Array][] = [
    ['a session with a new field', fileWith({ session: sessionOf(varint(1n), newField) })],
    ['1 in two bytes', fileWith({ session: sessionOf(varint(1n, 2)) })],
    ['a core with a new field', fileWith({ opening: openingOf(coreOf(varint(1n), newField)) })],
    ['an opening with a new field', fileWith({ opening: openingOf(coreOf(varint(1n)), newField) })],
    [
      'a core without a format',
      fileWith({ opening: openingOf(coreCodec.encode(recording.core).subarray(2)) }),
    ],
    ['an invalid core', fileWith({ opening: openingOf(Uint8Array.of(0xff, 0xff)) })],
  ];
  for (const [name, file] of cases) t.equal(await verdictOf([file], agency.root), 'exit 5', name);
});

t.test('another format that no trusted key signed is set aside, where there is a recording', async (t) => {
  const whole = fileOf(...recording.records.values());
  const stranger = testSession(device).signer;
  for (const [name, number] of numbers) {
    const files = [
      fileWith({ session: sessionOf(number, newField) }, stranger),
      fileWith({ opening: openingOf(coreOf(number), newField) }, stranger),
    ];
    for (const file of files)
      t.equal(await verdictOf([file, whole], agency.root), '1 complete i, exit 5', name);
  }
});

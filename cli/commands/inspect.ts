import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { fileMagic, parseSegment, RecordScanner, recordType, type Scanned } from '../../evidence/records.ts';
import { claimedKind, coreCodec, storedStatement } from '../../evidence/statements.ts';
import { parseWords, runCommand, usage } from '../command.ts';
import { openSource } from '../files.ts';
import { say, sayJson } from '../output.ts';

/** What `sealcam inspect --help` prints. */
export const help = `sealcam inspect FILE: shows the records of a .seal, .receipts or .deletion file in words

  --json   one JSON object a record

Nothing is verified: it shows what the file claims. "sealcam verify" says what of that is true.
`;

/** `sealcam inspect`. */
export function run(args: string[]): Promise<number> {
  return runCommand('inspect', help, args, async () => {
    const { values, positionals } = parseWords('inspect', args, { json: { type: 'boolean' } });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw usage('Give exactly one file');
    const source = await openSource(path);
    try {
      const magic = await source.readAt(0, fileMagic.length);
      if (Buffer.compare(magic, fileMagic) !== 0) {
        throw new SealcamError('SEAL_NOT_A_FILE', `${path} is not a Sealcam file: it does not start as one`);
      }
      const scanner = new RecordScanner();
      const show = (found: Scanned): void => {
        if (found.kind === 'skipped' && found.offset === 0 && found.bytes === fileMagic.length) return;
        const record = describeRecord(found);
        if (values.json) sayJson(record, 0);
        else say(recordWords(record));
      };
      for await (const piece of source.stream()) for (const found of scanner.push(piece)) show(found);
      for (const found of scanner.end()) show(found);
      return 0;
    } finally {
      await source.close();
    }
  });
}

interface InspectedRecord {
  readonly offset: number;
  readonly bytes: number;
  readonly what: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function describeRecord(found: Scanned): InspectedRecord {
  const place = { offset: found.offset, bytes: found.bytes };
  if (found.kind === 'skipped') return { ...place, what: 'not a record', fields: {} };
  const { type, body } = found.record;
  try {
    if (type === recordType.segment) {
      const { index, part, number, segment } = parseSegment(body);
      return {
        ...place,
        what: 'segment',
        fields: { index, part: part === 0 ? 'media' : 'telemetry', number, bytes: segment.length },
      };
    }
    const envelope = openEnvelope(Uint8Array.from(body));
    const kind = claimedKind(envelope);
    if (kind === undefined) return { ...place, what: envelope.payloadType, fields: {} };
    const { body: fields, digest } = storedStatement(kind, envelope);
    const core = kind === 'opening' && 'core' in fields ? { core: coreCodec.decode(fields.core) } : {};
    return { ...place, what: kind, fields: { digest, ...fields, ...core } };
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return { ...place, what: 'malformed', fields: { why: error.message } };
  }
}

function recordWords({ offset, bytes, what, fields }: InspectedRecord): string {
  const words = Object.entries(fields).map(([name, value]) => `${name} ${valueWords(value)}`);
  return `${String(offset).padStart(10)} ${String(bytes).padStart(6)}  ${what}${words.length > 0 ? `: ${words.join(', ')}` : ''}`;
}

function valueWords(value: unknown): string {
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.subarray(0, 8)).toString('hex');
    return value.length > 8 ? `${hex}... (${value.length} bytes)` : hex;
  }
  if (Array.isArray(value))
    return value.length > 4 ? `${value.length} items` : `[${value.map(valueWords).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, one]) => `${name} ${valueWords(one)}`)
      .join(', ')}}`;
  }
  return value === undefined ? 'none' : String(value);
}

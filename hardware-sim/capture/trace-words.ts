import { toHex } from '../../base/bytes.ts';
import type { LinkMessage } from '../../proto/link/messages.ts';
import type { TraceLine } from './link-trace.ts';

/** What of a capture is printed only when asked for. */
export interface TraceWishes {
  /** Positions and motion. */
  readonly positions: boolean;
  /** The bytes of pictures, sound and codec records. */
  readonly content: boolean;
}

const faultWords = {
  tooLong: 'longer than a frame may be',
  tooShort: 'shorter than a frame',
  cobs: 'not COBS',
  checksum: 'wrong checksum',
  header: 'no header of this version',
} as const;

/**
 * The fields of a message as they may be shown. Bytes and positions are shown as asked for; else their size, or that
 * they are there.
 */
export function shownFields(message: LinkMessage, wishes: TraceWishes): Record<string, unknown> {
  const { name, ...fields } = message;
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, shownValue(key, value, wishes)]),
  );
}

function shownValue(key: string, value: unknown, wishes: TraceWishes): unknown {
  if (value instanceof Uint8Array) {
    return key === 'nonce' || key === 'peerNonce' || wishes.content ? toHex(value) : `<${value.length}>`;
  }
  if ((key === 'position' || key === 'motion') && !wishes.positions) return '<hidden>';
  if (Array.isArray(value)) return value.map((one) => shownValue('', one, wishes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, one]) => [inner, shownValue(inner, one, wishes)]),
  );
}

/** A line of a trace as an object for programs. */
export function traceObject(line: TraceLine, wishes: TraceWishes): Record<string, unknown> {
  const { atUs, from, bytes, what, again, missing, creditLeft, remarks } = line;
  const head = { at: new Date(atUs / 1000).toISOString(), atUs, from };
  if (what.kind === 'note') return { ...head, note: what.text };
  const rest = {
    bytes,
    ...(again && { again }),
    ...(missing && { missing }),
    ...(creditLeft !== undefined && { creditLeft }),
    ...(remarks.length > 0 && { remarks }),
  };
  if (what.kind === 'fault') return { ...head, fault: what.fault, ...rest };
  const { frame, content } = what;
  const named = { kind: frame.kind, sequence: frame.sequence, session: toHex(frame.session) };
  if (content.kind === 'unknown') return { ...head, ...named, message: 'unknown', ...rest };
  if (content.kind === 'malformed') {
    return {
      ...head,
      ...named,
      message: content.name,
      malformed: reasonOf(content.name, content.reason),
      ...rest,
    };
  }
  const fields = shownFields(content.message, wishes);
  return { ...head, ...named, message: content.message.name, fields, ...rest };
}

/** The reason may quote the value that is wrong. */
function reasonOf(name: LinkMessage['name'], reason: string): string {
  return name === 'telemetry' ? 'a reading is out of its bounds' : reason;
}

/**
 * A line of a trace in words: seconds, direction, number, message, size, what is wrong, fields, credit.
 * @param zeroUs the time that counts as 0.
 */
export function traceWords(line: TraceLine, zeroUs: number, wishes: TraceWishes): string {
  const { atUs, from, bytes, what, again, missing, creditLeft, remarks } = line;
  const time = ((atUs - zeroUs) / 1e6).toFixed(6).padStart(12);
  if (what.kind === 'note') return `${time}  ---           ${what.text}`;
  const arrow = from === 'sensor' ? 'S > A' : 'A > S';
  if (what.kind === 'fault')
    return `${time}  ${arrow}         no frame: ${faultWords[what.fault]}  (${bytes} bytes)`;
  const { frame, content } = what;
  const number = frame.sequence === 0 ? '' : `#${frame.sequence}`;
  const name =
    content.kind === 'message' ? content.message.name : content.kind === 'malformed' ? content.name : '';
  const flags = [
    ...(again ? ['sent again'] : []),
    ...(missing ? [`${missing.from} to ${missing.to} missing before it`] : []),
    ...(content.kind === 'unknown' ? [`kind ${frame.kind} is unknown`] : []),
    ...(content.kind === 'malformed' ? [`malformed: ${reasonOf(content.name, content.reason)}`] : []),
    ...remarks,
  ];
  const fields = content.kind === 'message' ? flat(shownFields(content.message, wishes)) : '';
  const credit = creditLeft === undefined || !showsCredit(frame.kind) ? '' : `  credit ${creditLeft}`;
  const said = flags.length === 0 ? '' : `  [${flags.join('; ')}]`;
  return `${time}  ${arrow} ${number.padStart(7)}  ${name}${fields === '' ? '' : ` ${fields}`}  (${bytes})${credit}${said}`;
}

/** Acks change the credit, and numbered frames of the sensor use it. */
function showsCredit(kind: number): boolean {
  return kind === 3 || (kind >= 16 && kind < 32);
}

function flat(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${flatValue(value)}`)
    .join(' ');
}

function flatValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${flat(value as Record<string, unknown>)}}`;
  return typeof value === 'string' && /[^\w.:+<>-]/.test(value) ? JSON.stringify(value) : String(value);
}

// Captures of the link are pcapng files (draft-ietf-opsawg-pcapng), little-endian, with one interface for each side and one
// for notes: any tool that knows the format can read, cut and join them. docs/LINK-TOOLS.md has the details.
import { SealcamError } from '../../base/errors.ts';
import { captureLimits } from './limits.ts';

/** Who sent what a record holds; `line`: a note about the line itself, as text. */
export const captureSides = ['sensor', 'agent', 'line'] as const;
export type CaptureSide = (typeof captureSides)[number];

/** One record of a capture. */
export interface CaptureRecord {
  /** When it came, in microseconds since 1970. */
  readonly atUs: number;
  readonly from: CaptureSide;
  /** The bytes between two delimiters as they were on the line, or what is kept of them; a note's text. */
  readonly bytes: Uint8Array;
  /** How many bytes there were. */
  readonly length: number;
}

const blockTypes = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const byteOrderMagic = 0x1a2b3c4d;
/** LINKTYPE_USER0: for private use, as pcapng has no number for this link. */
const linkType = 147;
const options = { end: 0, comment: 1, interfaceName: 2, interfaceDescription: 3, application: 4 } as const;

/** Block type and length before the body, and the length again after it. */
const frameBytes = 12;
const packetHeadBytes = 20;
const sectionBytesMin = 16;
const timeHighMax = 2 ** 21;

const descriptions: Readonly<Record<CaptureSide, string>> = {
  sensor: 'From the sensor: bytes between two zeros of the line, COBS-encoded, as docs/SENSOR-LINK.md has it',
  agent: 'From the agent: bytes between two zeros of the line, COBS-encoded, as docs/SENSOR-LINK.md has it',
  line: 'Notes about the line, UTF-8',
};

/** What a capture begins with: what it is, and its interfaces. */
export function captureHead(): Uint8Array {
  const section = Buffer.alloc(sectionBytesMin);
  section.writeUInt32LE(byteOrderMagic, 0);
  section.writeUInt16LE(1, 4);
  // The section's length is not known: -1.
  section.fill(0xff, 8);
  const about = option(options.comment, 'A capture of the sensor link of Sealcam, version 1');
  const head = [
    block(blockTypes.section, section, about, option(options.application, 'sealcam link'), endOption),
  ];
  for (const side of captureSides) {
    const body = Buffer.alloc(8);
    body.writeUInt16LE(linkType, 0);
    body.writeUInt32LE(captureLimits.segmentBytesMax, 4);
    const name = option(options.interfaceName, side);
    head.push(
      block(
        blockTypes.interface,
        body,
        name,
        option(options.interfaceDescription, descriptions[side]),
        endOption,
      ),
    );
  }
  return Buffer.concat(head);
}

/** The block of one record. */
export function captureBlock({ atUs, from, bytes, length }: CaptureRecord): Uint8Array {
  const head = Buffer.alloc(packetHeadBytes);
  head.writeUInt32LE(captureSides.indexOf(from), 0);
  head.writeUInt32LE(Math.floor(atUs / 2 ** 32), 4);
  head.writeUInt32LE(atUs % 2 ** 32, 8);
  head.writeUInt32LE(bytes.length, 12);
  head.writeUInt32LE(Math.min(length, 2 ** 32 - 1), 16);
  return block(blockTypes.packet, head, padded(bytes));
}

const endOption = Buffer.alloc(4);

function option(code: number, text: string): Buffer {
  const value = Buffer.from(text);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, padded(value)]);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function block(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, frameBytes);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, ...parts, head.subarray(4)]);
}

/**
 * Reads a capture as its bytes come. Blocks and interfaces that it doesn't know are skipped, as pcapng demands; a file
 * that ends within a block is readable up to there. Holds at most one block.
 */
export class CaptureReader {
  #held: Buffer = Buffer.alloc(0);
  /** Place of `#held` in the file. */
  #offset = 0;
  #blockAt = 0;
  #began = false;
  #interfaces: (CaptureSide | undefined)[] = [];

  /** Bytes at the end that make no whole block yet. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /**
   * Takes the next bytes and gives the records that are complete.
   * @throws SealcamError `CAPTURE_INVALID` saying where the bytes stop being a capture.
   */
  *push(chunk: Uint8Array): Generator<CaptureRecord> {
    this.#held = this.#held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk]);
    let at = 0;
    try {
      for (;;) {
        const length = this.#lengthAt(at);
        if (length === undefined || this.#held.length - at < length) return;
        this.#blockAt = at;
        const record = this.#block(this.#held.subarray(at, at + length));
        at += length;
        if (record !== undefined) yield record;
      }
    } finally {
      this.#offset += at;
      this.#held = this.#held.subarray(at);
    }
  }

  /** The length of the block at `at`; undefined if too little of it is there. */
  #lengthAt(at: number): number | undefined {
    if (this.#held.length - at < 4) return undefined;
    const type = this.#held.readUInt32LE(at);
    if (!this.#began && type !== blockTypes.section)
      throw this.#invalid(at, 'it does not begin as a pcapng file');
    if (this.#held.length - at < frameBytes) return undefined;
    if (type === blockTypes.section && this.#held.readUInt32LE(at + 8) !== byteOrderMagic) {
      throw this.#invalid(at, 'it has another byte order than little-endian');
    }
    this.#began = true;
    const length = this.#held.readUInt32LE(at + 4);
    if (length % 4 !== 0 || length < frameBytes || length > captureLimits.blockBytesMax) {
      throw this.#invalid(at, `a block of ${length} bytes is not possible`);
    }
    return length;
  }

  #block(whole: Buffer): CaptureRecord | undefined {
    const body = whole.subarray(8, whole.length - 4);
    if (whole.readUInt32LE(whole.length - 4) !== whole.length) {
      throw this.#invalid(this.#blockAt, 'a block ends with another length than it begins with');
    }
    switch (whole.readUInt32LE(0)) {
      case blockTypes.section:
        // Another section, as in files that were joined, has interfaces of its own.
        this.#interfaces = [];
        return undefined;
      case blockTypes.interface:
        this.#interface(body);
        return undefined;
      case blockTypes.packet:
        return this.#packet(body);
      default:
        return undefined;
    }
  }

  #interface(body: Buffer): void {
    if (this.#interfaces.length >= captureLimits.interfacesMax) {
      throw this.#invalid(
        this.#blockAt,
        `more than ${captureLimits.interfacesMax} interfaces are not possible`,
      );
    }
    const name = body.length < 8 || body.readUInt16LE(0) !== linkType ? undefined : nameIn(body.subarray(8));
    this.#interfaces.push(captureSides.find((side) => side === name));
  }

  #packet(body: Buffer): CaptureRecord | undefined {
    if (body.length < packetHeadBytes)
      throw this.#invalid(this.#blockAt, 'a packet is shorter than its header');
    const from = this.#interfaces[body.readUInt32LE(0)];
    const high = body.readUInt32LE(4);
    const captured = body.readUInt32LE(12);
    const length = body.readUInt32LE(16);
    if (captured > body.length - packetHeadBytes || captured > length) {
      throw this.#invalid(this.#blockAt, `a packet of ${captured} bytes is longer than its block`);
    }
    if (high >= timeHighMax) throw this.#invalid(this.#blockAt, 'a time is beyond the year 2255');
    if (from === undefined || captured > captureLimits.segmentBytesMax) return undefined;
    const bytes = Uint8Array.from(body.subarray(packetHeadBytes, packetHeadBytes + captured));
    return { atUs: high * 2 ** 32 + body.readUInt32LE(8), from, bytes, length };
  }

  #invalid(at: number, why: string): SealcamError {
    return new SealcamError(
      'CAPTURE_INVALID',
      `The capture can't be read from byte ${this.#offset + at} on (${why}): give a file that "sealcam link record" wrote`,
    );
  }
}

/** The interface's name among its options. */
function nameIn(written: Buffer): string | undefined {
  let at = 0;
  while (at + 4 <= written.length) {
    const code = written.readUInt16LE(at);
    const length = written.readUInt16LE(at + 2);
    if (code === options.end || at + 4 + length > written.length) return undefined;
    if (code === options.interfaceName) return written.toString('latin1', at + 4, at + 4 + length);
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

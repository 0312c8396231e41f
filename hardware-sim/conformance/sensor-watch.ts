import { equalBytes, toHex } from '../../base/bytes.ts';
import { crc32c } from '../../base/crc32c.ts';
import { printable } from '../../base/printable.ts';
import { nalLengthSize, nalUnits } from '../../media/nal.ts';
import { noSession } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import type { LinkMessage, LinkMessages, LinkTrack } from '../../proto/link/messages.ts';
import type { SegmentFault } from '../capture/decode-segment.ts';
import { RuleWatch } from './check.ts';
import type { ProbedFrame } from './link-probe.ts';

/** What is watched all the time, whatever is tried: how fast the machine is does not matter. */
export const watchedAtSensor = {
  '1.2': 'gives each frame its checksum',
  '1.3': 'encodes each frame by COBS',
  '1.4': 'puts a zero before and after each frame',
  '1.5': 'sends no frame that is longer than the agent takes',
  '2.1': 'keeps its nonce',
  '2.2': 'marks frames with the tag of the session, and hellos with zeros',
  '3.1': 'numbers its frames without holes, and only the kinds that have numbers',
  '4.1': 'holds what was not released',
  '4.2': 'sends no more than its credit',
  '4.4': 'says in its heartbeats what it has sent',
  '4.5': 'sends again only what was asked for',
  '4.10': 'reports the numbers before the report as dropped',
  '5.1': 'declares its tracks before their samples',
  '5.4': 'lets no dts fall',
  '5.5': 'captures by the clock of its heartbeats',
  '5.6': 'calls each sample of sound a key',
  '5.7': 'puts the NAL units of a picture after their lengths',
  '5.8': 'sends the parts of a sample one after another',
  '8.1': 'keeps each number within its bounds',
} as const;

/** How far a capture time may be ahead of the newest heartbeat: a heartbeat is up to 250 ms old, a slow line older. */
const aheadUsMax = 2_000_000;

/** What the watch must know of the session: its tag, this side's nonce, and the hello that answered it. */
interface SessionWithSensor {
  readonly tag: Uint8Array;
  readonly nonce: Uint8Array;
  readonly hello: LinkMessages['hello'] | undefined;
}

/** Watches all that a sensor sends for what breaks a rule by itself. */
export class SensorWatch {
  readonly #rules = new RuleWatch(watchedAtSensor);
  readonly #session: SessionWithSensor;
  readonly #frameBytesMax: number;
  #sensorNonce: Uint8Array | undefined;
  /** The next number; undefined until the sensor has answered. */
  #next: number | undefined;
  /** Sent and not released: the bytes of each number, and the checksum of its payload. */
  readonly #unreleased = new Map<number, { readonly bytes: number; readonly sum: number }>();
  #sentBytes = 0;
  /** Bytes that were within the credit when it was given: credit may shrink below what is on its way. */
  #allowedBytes = 0;
  #released = 1;
  readonly #asked = new Set<number>();
  #askedAll = false;
  /** Hellos of this agent that were not answered yet. */
  #pendingHellos = 0;
  #clockUs: number | undefined;
  /** The next number at the heartbeat before. */
  #nextAtBeat = 0;
  #open: { readonly track: number; readonly size: number; readonly next: number } | undefined;
  /** Of the picture that is under way: no more than the largest sample. */
  #parts: Uint8Array[] = [];
  readonly #dts = new Map<number, number>();
  tracks: readonly LinkTrack[] | undefined;

  constructor(session: SessionWithSensor, frameBytesMax: number) {
    this.#session = session;
    this.#frameBytesMax = frameBytesMax;
  }

  get findings(): ReturnType<RuleWatch['findings']> {
    return this.#rules.findings();
  }

  /** Everything below has arrived. */
  get arrivedBelow(): number | undefined {
    return this.#next;
  }

  fault(fault: SegmentFault, length: number): void {
    const happened = (): string => `${length} bytes came that are not a frame (${fault})`;
    if (fault === 'checksum') this.#rules.see('1.2', false, 'the CRC-32C of header and payload', happened);
    else if (fault === 'tooLong') this.#rules.see('1.5', false, 'at most 65,536 bytes', happened);
    else this.#rules.see('1.3', false, 'a header, a payload and a checksum, in COBS', happened);
  }

  get #mayRepeat(): boolean {
    return this.#askedAll || this.#pendingHellos > 0;
  }

  loneDelimiter(): void {
    this.#rules.see('1.4', false, 'two zeros between two frames', () => 'there was one');
  }

  /** This agent began again. */
  renewed(): void {
    this.#forget();
    this.#allowedBytes = 0;
    this.#open = undefined;
    this.#dts.clear();
  }

  /** What comes from now on may come again: until the answer, and after it from the number that was asked for. */
  helloSent(): void {
    this.#pendingHellos += 1;
  }

  acknowledged(released: number, creditBytes: number): void {
    this.#released = Math.max(this.#released, released);
    for (const [sequence, { bytes }] of this.#unreleased) {
      if (sequence >= released) continue;
      this.#unreleased.delete(sequence);
      this.#sentBytes -= bytes;
    }
    this.#allowedBytes = Math.max(this.#sentBytes, creditBytes);
  }

  asked(from: number, to: number): void {
    for (let sequence = from; sequence <= to && sequence - from < 100_000; sequence += 1)
      this.#asked.add(sequence);
  }

  take(seen: ProbedFrame): void {
    const { frame, content, bodyBytes } = seen;
    this.#rules.see('1.2', true, '', () => '');
    this.#rules.see('1.3', true, '', () => '');
    this.#rules.see('1.4', true, '', () => '');
    const isHello = frame.kind === 1 || frame.kind === 2;
    if (!isHello && this.#session.hello === undefined) return;
    const longest = this.#frameBytesMax;
    if (!isHello)
      this.#rules.see('1.5', bodyBytes <= longest, `at most ${longest} bytes`, () => `${bodyBytes} bytes`);
    this.#rules.see(
      '2.2',
      equalBytes(frame.session, isHello ? noSession : this.#session.tag),
      isHello ? 'zeros' : 'both nonces, xored',
      () => `a frame of kind ${frame.kind} has another tag`,
    );
    if (content.kind === 'malformed') {
      this.#rules.see('8.1', false, 'a message whose fields are within their bounds', () => content.reason);
    }
    const numbered = frame.kind >= 16;
    this.#rules.see(
      '3.1',
      numbered === frame.sequence > 0 && frame.kind < 32,
      'as the table of kinds says',
      () => `kind ${frame.kind} came with number ${frame.sequence}`,
    );
    if (frame.sequence > 0) this.#number(seen);
    if (content.kind === 'message') this.#message(content.message, frame.sequence);
  }

  #message(message: LinkMessage, sequence: number): void {
    this.#rules.see('8.1', true, '', () => '');
    switch (message.name) {
      case 'hello':
        this.#hello(message);
        break;
      case 'heartbeat':
        this.#heartbeat(message);
        break;
      case 'parameters':
        this.tracks = message.tracks;
        this.#named(message.tracks);
        break;
      case 'dropped': {
        const { toSequence } = message;
        this.#rules.see(
          '4.10',
          toSequence === sequence - 1,
          `up to ${sequence - 1}`,
          () => `up to ${toSequence}`,
        );
        break;
      }
    }
  }

  #hello(hello: LinkMessages['hello']): void {
    const known = this.#sensorNonce ?? hello.nonce;
    this.#rules.see(
      '2.1',
      equalBytes(known, hello.nonce),
      'the nonce of the first hello',
      () => 'another nonce came',
    );
    this.#sensorNonce = hello.nonce;
    if (!equalBytes(hello.peerNonce, this.#session.nonce)) return;
    if (hello.stream !== undefined) {
      this.tracks = hello.stream;
      this.#named(hello.stream);
    }
    const { nextSequence } = hello;
    if (this.#next !== undefined) {
      const expected = `number ${this.#released}, which was not released`;
      this.#rules.see(
        '4.1',
        nextSequence <= this.#released,
        expected,
        () => `it holds from ${nextSequence} on`,
      );
    }
    this.#pendingHellos = Math.max(0, this.#pendingHellos - 1);
    this.#askedAll = true;
    this.#next ??= hello.nextSequence;
    this.#forget();
  }

  #heartbeat({ clockUs, nextSequence }: LinkMessages['heartbeat']): void {
    const before = this.#clockUs ?? 0;
    this.#rules.see(
      '5.5',
      clockUs >= before,
      'a clock that runs on',
      () => `${clockUs} us came after ${before} us`,
    );
    this.#clockUs = clockUs;
    const next = this.#next ?? nextSequence;
    const least = this.#mayRepeat ? 0 : this.#nextAtBeat;
    this.#nextAtBeat = next;
    const is = nextSequence <= next && nextSequence >= least;
    const expected = `next_sequence ${next}, the one after the newest that was sent`;
    this.#rules.see('4.4', is, expected, () => String(nextSequence));
  }

  #number({ frame, content, bodyBytes }: ProbedFrame): void {
    const { sequence, payload } = frame;
    const next = this.#next ?? sequence;
    const sum = crc32c(payload);
    if (sequence < next) {
      const wanted = this.#asked.delete(sequence) || this.#mayRepeat;
      this.#rules.see(
        '4.5',
        wanted,
        `number ${next}`,
        () => `number ${sequence} came again, and was not asked for`,
      );
      const first = this.#unreleased.get(sequence);
      const same = first === undefined || first.sum === sum;
      this.#rules.see(
        '3.1',
        same,
        `number ${sequence} as it was`,
        () => 'it came again with another content',
      );
      this.#sent(sequence, bodyBytes, sum);
      return;
    }
    const dropped =
      content.kind === 'message' && content.message.name === 'dropped' ? content.message : undefined;
    const first = Math.min(dropped?.fromSequence ?? sequence, sequence);
    this.#rules.see('3.1', first <= next, `number ${next}`, () => `number ${sequence}`);
    this.#askedAll = false;
    this.#next = sequence + 1;
    this.#sent(sequence, bodyBytes, sum);
    if (content.kind === 'message' && content.message.name === 'sample') this.#sample(content.message);
    else this.#whole();
  }

  #sent(sequence: number, bytes: number, sum: number): void {
    if (this.#unreleased.has(sequence)) return;
    if (sequence < this.#released) return;
    this.#unreleased.set(sequence, { bytes, sum });
    this.#sentBytes += bytes;
    const [sent, allowed] = [this.#sentBytes, this.#allowedBytes];
    this.#rules.see(
      '4.2',
      sent <= allowed,
      `at most ${allowed} bytes that are not released`,
      () => `${sent} bytes`,
    );
  }

  #sample(sample: LinkMessages['sample']): void {
    const { track, size, offset, data, dts, key, captureUs } = sample;
    const declared = this.tracks?.find((one) => one.track === track);
    this.#rules.see(
      '5.1',
      declared !== undefined,
      'a track that was declared',
      () => `a sample of track ${track}`,
    );
    const open = this.#open;
    const follows =
      open === undefined ? offset === 0 : open.track === track && open.size === size && open.next === offset;
    this.#rules.see('5.8', follows, `offset ${open?.next ?? 0}`, () => `offset ${offset} of track ${track}`);
    this.#open = offset + data.length < size ? { track, size, next: offset + data.length } : undefined;
    const before = this.#dts.get(track) ?? dts;
    this.#rules.see('5.4', dts >= before, `${before} or more on track ${track}`, () => String(dts));
    this.#dts.set(track, dts);
    if (declared?.kind === 'video' && follows) this.#picture(sample, declared);
    if (declared?.kind === 'audio') this.#rules.see('5.6', key, 'key', () => 'a sample of sound is not one');
    const clockUs = this.#clockUs ?? captureUs;
    const is = captureUs <= clockUs + aheadUsMax;
    this.#rules.see(
      '5.5',
      is,
      `at most ${clockUs} us, as the heartbeat says`,
      () => `captured at ${captureUs} us`,
    );
  }

  /** The codec string of H.264 has the three bytes after the first of avcC. */
  #named(tracks: readonly LinkTrack[]): void {
    for (const { kind, codec, description, codecString } of tracks) {
      if (kind !== 'video' || codec !== 'h264' || description.length < 4 || codecString === '') continue;
      const name = toHex(description.subarray(1, 4));
      const is = /^avc[1-4]\.([0-9a-f]{6})$/i.exec(codecString)?.[1]?.toLowerCase() === name;
      this.#rules.see('5.1', is, `the codec string avc1.${name}, as avcC says`, () => printable(codecString));
    }
  }

  /** Takes a part of a picture of a declared track, and judges the whole once it is there. */
  #picture({ size, offset, data }: LinkMessages['sample'], track: LinkTrack): void {
    if (offset === 0) this.#parts = [];
    this.#parts.push(data);
    if (offset + data.length < size) return;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    let lengthSize: 1 | 2 | 4;
    try {
      lengthSize = nalLengthSize({
        codec: track.codec === 'h265' ? 'h265' : 'h264',
        description: track.description,
      });
    } catch {
      // A malformed record: rule 5.3 says what becomes of it.
      return;
    }
    try {
      for (const _ of nalUnits(whole, lengthSize));
      this.#rules.see('5.7', true, '', () => '');
    } catch (error) {
      const expected = `NAL units, each after a length of ${lengthSize} bytes`;
      this.#rules.see('5.7', false, expected, () => (error instanceof Error ? error.message : String(error)));
    }
  }

  #whole(): void {
    const open = this.#open;
    this.#rules.see(
      '5.8',
      open === undefined,
      'the next part of a sample',
      () => 'another message came between its parts',
    );
    this.#open = undefined;
  }

  #forget(): void {
    this.#unreleased.clear();
    this.#sentBytes = 0;
  }
}

/** The least that a sensor must keep: see rule 4.7. */
export const bufferBytesMin: number = linkLimits.sensorBufferBytes;

import type { PacketReader } from '../../proto/mqtt-packet-guard.ts';
import { stationLimits } from '../limits.ts';
import type { Deliveries } from './deliveries.ts';
import {
  bytesNeeded,
  checkHeader,
  checkPacket,
  IdentifierFlaw,
  PacketFlaw,
  packetType,
  VersionFlaw,
} from './packet-syntax.ts';

/** A packet that ends the connection. */
export interface PacketFault {
  /** Completes "a client sent ...". */
  readonly what: string;
  /** The code with which CONNACK refuses it, if the standard has it answered (MQTT 3.1.1, 3.2.2.3). */
  readonly returnCode?: number;
}

/**
 * Judges every packet of one client before the broker's library sees its last byte: its syntax, that CONNECT is the
 * first one and comes once, and that an acknowledgement answers what was delivered. It holds only the
 * topic of a message, and the whole of any other packet, up to `controlBytesMax`.
 */
export class ClientPackets implements PacketReader<PacketFault> {
  readonly #deliveries: Pick<Deliveries, 'answered'>;
  #held: Uint8Array = new Uint8Array(heldBytesUsual);
  #heldBytes = 0;
  #first = 0;
  #length = 0;
  #judged = true;
  #greeted = false;

  constructor(deliveries: Pick<Deliveries, 'answered'>) {
    this.#deliveries = deliveries;
  }

  /** The memory that it takes for the present packet, bytes. */
  get memoryBytes(): number {
    return this.#held.length;
  }

  begin(first: number, length: number): PacketFault | undefined {
    this.#first = first;
    this.#length = length;
    this.#heldBytes = 0;
    this.#judged = false;
    return faultOf(() => {
      checkHeader(first, length);
      const greets = first >> 4 === packetType.connect;
      if (greets === this.#greeted)
        throw new PacketFlaw(greets ? 'a second greeting' : 'a packet before its greeting');
      this.#greeted = true;
    });
  }

  take(bytes: Uint8Array): PacketFault | undefined {
    for (let at = 0; at < bytes.length && !this.#judged; ) {
      const needed = bytesNeeded(this.#first, this.#length, this.#held.subarray(0, this.#heldBytes));
      if (needed > stationLimits.controlBytesMax) return { what: 'a packet that is too long for its type' };
      this.#hold(needed);
      const end = Math.min(bytes.length, at + needed - this.#heldBytes);
      this.#held.set(bytes.subarray(at, end), this.#heldBytes);
      this.#heldBytes += end - at;
      at = end;
      const fault = this.#judge();
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  end(): PacketFault | undefined {
    const fault = this.#judge();
    if (this.#held.length > heldBytesUsual) this.#held = new Uint8Array(heldBytesUsual);
    return fault;
  }

  /** Checks the packet once enough of it is held. */
  #judge(): PacketFault | undefined {
    const body = this.#held.subarray(0, this.#heldBytes);
    if (this.#judged || body.length < bytesNeeded(this.#first, this.#length, body)) return undefined;
    this.#judged = true;
    return faultOf(() => {
      checkPacket(this.#first, body);
      const type = this.#first >> 4;
      const answers = type >= packetType.puback && type <= packetType.pubcomp && type !== packetType.pubrel;
      if (answers && !this.#deliveries.answered(type, body))
        throw new PacketFlaw('an acknowledgement of another kind than the message asks for');
    });
  }

  /** Makes room for `bytes`. */
  #hold(bytes: number): void {
    if (bytes <= this.#held.length) return;
    const larger = new Uint8Array(bytes);
    larger.set(this.#held.subarray(0, this.#heldBytes));
    this.#held = larger;
  }
}

/** The bytes held for most packets: a topic of ours, or an acknowledgement. */
const heldBytesUsual = 256;

function faultOf(check: () => void): PacketFault | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof PacketFlaw)) throw error;
    const what = error.message;
    if (error instanceof VersionFlaw) return { what, returnCode: 1 };
    return error instanceof IdentifierFlaw ? { what, returnCode: 2 } : { what };
  }
}

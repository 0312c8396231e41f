import type { PacketReader } from '../../proto/mqtt-packet-guard.ts';
import { stationLimits } from '../limits.ts';
import { packetType, qosOf } from './packet-syntax.ts';

/**
 * Follows what the broker sends to one client, to know which acknowledgement each message asks for (MQTT 3.1.1, 4.3).
 * Of messages that stay unacknowledged only the newest are remembered; what answers one that is not is let pass, as the
 * standard asks for. Holds no bytes.
 */
export class Deliveries implements PacketReader<never> {
  /** The type of the packet that is to come for a packet id. */
  readonly #expected = new Map<number, number>();
  /** The acknowledgement that the present packet asks for, until its packet id is read. */
  #asksFor: number | undefined;
  /** The position in the packet, and that of the packet id, once it is known. */
  #at = 0;
  #idAt = 0;
  /** The number that is being read: the topic's length, then the packet id. */
  #number = 0;

  begin(first: number): undefined {
    const { publish, puback, pubrec, pubrel, pubcomp } = packetType;
    const isMessage = first >> 4 === publish;
    this.#asksFor = undefined;
    if (first >> 4 === pubrel) this.#asksFor = pubcomp;
    else if (isMessage && qosOf(first) > 0) this.#asksFor = qosOf(first) === 1 ? puback : pubrec;
    this.#at = 0;
    this.#idAt = isMessage ? Number.POSITIVE_INFINITY : 0;
  }

  take(bytes: Uint8Array): undefined {
    for (const byte of bytes) {
      if (this.#asksFor === undefined) return;
      this.#number = ((this.#number & 255) << 8) | byte;
      if (this.#at === 1 && this.#idAt > 1) this.#idAt = 2 + this.#number;
      if (this.#at === this.#idAt + 1) {
        this.#expect(this.#number, this.#asksFor);
        this.#asksFor = undefined;
      }
      this.#at += 1;
    }
  }

  end(): undefined {}

  /**
   * A client acknowledges.
   * @param type the packet's.
   * @param body the packet id.
   * @returns false if the message asks for another acknowledgement.
   */
  answered(type: number, body: Uint8Array): boolean {
    const id = (body[0] ?? 0) * 256 + (body[1] ?? 0);
    const expected = this.#expected.get(id);
    if (expected === undefined) return true;
    // PUBREC is repeated by a client that did not get PUBREL.
    if (type === packetType.pubrec) return expected === packetType.pubrec || expected === packetType.pubcomp;
    if (type !== expected) return false;
    this.#expected.delete(id);
    return true;
  }

  #expect(id: number, type: number): void {
    this.#expected.delete(id);
    this.#expected.set(id, type);
    if (this.#expected.size <= stationLimits.unacknowledgedMax) return;
    const [oldest = 0] = this.#expected.keys();
    this.#expected.delete(oldest);
  }
}

/**
 * Watches the bytes that a broker sends for a packet whose stated length is beyond a bound, so that the connection
 * can be cut before mqtt.js holds it: its parser collects whatever length a header states. It follows the fixed
 * headers alone (MQTT 3.1.1, 2.2: a type, and a length of one to four bytes) and keeps no byte.
 */
export class PacketGuard {
  readonly #bytesMax: number;
  /** Bytes of the present packet's body that are still to come; undefined within a fixed header. */
  #rest: number | undefined;
  /** Bytes of the length field read so far, -1 before the type, and its value so far. */
  #read = -1;
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** True while all packets keep to the bound. After false, the connection is of no use any more. */
  accepts(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#rest !== undefined) {
        const skipped = Math.min(this.#rest, bytes.length - at);
        at += skipped;
        this.#rest = this.#rest === skipped ? undefined : this.#rest - skipped;
        continue;
      }
      if (!this.#header(bytes[at] ?? 0)) return false;
      at += 1;
    }
    return true;
  }

  #header(byte: number): boolean {
    if (this.#read === -1) {
      this.#read = 0;
      this.#length = 0;
      return true;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#read;
    this.#read += 1;
    if (this.#length > this.#bytesMax) return false;
    if (byte >= 0x80) return this.#read < 4;
    this.#rest = this.#length === 0 ? undefined : this.#length;
    this.#read = -1;
    return true;
  }
}

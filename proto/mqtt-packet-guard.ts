/**
 * Follows the packets of one MQTT connection by their fixed headers (MQTT 3.1.1, 2.2) and detects a packet that is
 * longer than allowed before its first byte is buffered. Holds no bytes.
 */
export class PacketGuard {
  readonly #limits: { readonly first: number; readonly later: number };
  /** Bytes of the present packet that are still to come. */
  #rest = 0;
  /** The position of the next byte in the fixed header: 0 is the type, 1 to 4 the length. */
  #headerAt = 0;
  #length = 0;
  #packets = 0;

  /** @param limits bytes after the fixed header: of the first packet (CONNECT), and of each later one. */
  constructor(limits: { readonly first: number; readonly later: number }) {
    this.#limits = limits;
  }

  /**
   * Takes what comes next.
   * @returns why the connection must end, or undefined if it need not.
   */
  push(bytes: Uint8Array): 'too-long' | 'malformed' | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (this.#rest > 0) {
        const taken = Math.min(this.#rest, bytes.length - at);
        this.#rest -= taken;
        at += taken;
        continue;
      }
      const fault = this.#header(bytes[at] ?? 0);
      if (fault !== undefined) return fault;
      at += 1;
    }
    return undefined;
  }

  #header(byte: number): 'too-long' | 'malformed' | undefined {
    if (this.#headerAt === 0) {
      this.#headerAt = 1;
      this.#length = 0;
      return undefined;
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#headerAt - 1);
    if (this.#length > (this.#packets === 0 ? this.#limits.first : this.#limits.later)) return 'too-long';
    if ((byte & 0x80) !== 0) {
      if (this.#headerAt === 4) return 'malformed';
      this.#headerAt += 1;
      return undefined;
    }
    this.#rest = this.#length;
    this.#headerAt = 0;
    this.#packets += 1;
    return undefined;
  }
}

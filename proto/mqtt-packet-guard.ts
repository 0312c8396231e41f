/** Follows the content of packets: a fault that it returns ends the connection. */
export interface PacketReader<Fault> {
  /**
   * A fixed header is complete.
   * @param first its first byte: the type and the flags.
   * @param length bytes that follow it.
   */
  begin(first: number, length: number): Fault | undefined;
  /** The next bytes of the packet's content, never none; a view that is only valid during the call. */
  take(bytes: Uint8Array): Fault | undefined;
  /** The packet is complete. */
  end(): Fault | undefined;
}

/**
 * Follows the packets of one MQTT connection by their fixed headers (MQTT 3.1.1, 2.2) and detects a packet that is
 * longer than allowed before its first byte is buffered. Holds no bytes.
 */
export class PacketGuard<Fault = never> {
  readonly #limits: { readonly first: number; readonly later: number };
  readonly #reader: PacketReader<Fault> | undefined;
  /** Bytes of the present packet that are still to come. */
  #rest = 0;
  /** The position of the next byte in the fixed header: 0 is the type, 1 to 4 the length. */
  #headerAt = 0;
  #first = 0;
  #length = 0;
  #packets = 0;

  /**
   * @param limits bytes after the fixed header: of the first packet (CONNECT), and of each later one.
   * @param reader is given the content.
   */
  constructor(limits: { readonly first: number; readonly later: number }, reader?: PacketReader<Fault>) {
    this.#limits = limits;
    this.#reader = reader;
  }

  /**
   * Takes what comes next.
   * @returns why the connection must end, or undefined if it need not.
   */
  push(bytes: Uint8Array): 'too-long' | 'malformed' | Fault | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (this.#rest > 0) {
        const taken = Math.min(this.#rest, bytes.length - at);
        this.#rest -= taken;
        const fault =
          this.#reader?.take(bytes.subarray(at, at + taken)) ??
          (this.#rest === 0 ? this.#reader?.end() : undefined);
        if (fault !== undefined) return fault;
        at += taken;
        continue;
      }
      const fault = this.#header(bytes[at] ?? 0);
      if (fault !== undefined) return fault;
      at += 1;
    }
    return undefined;
  }

  #header(byte: number): 'too-long' | 'malformed' | Fault | undefined {
    if (this.#headerAt === 0) {
      this.#headerAt = 1;
      this.#first = byte;
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
    const fault = this.#reader?.begin(this.#first, this.#length);
    return fault ?? (this.#length === 0 ? this.#reader?.end() : undefined);
  }
}

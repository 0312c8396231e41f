/** How the network and the broker behave for a while. Fractions are of connections or messages. */
export interface Weather {
  readonly delayMs: number;
  /** What a link carries to the broker. */
  readonly bytesPerSecond: number;
  /** It carries whole packets of so many bytes; 1 unless given. */
  readonly packetBytes?: number;
  /** Mean time from one cut to the next; infinite where there are none. */
  readonly cutMs: number;
  readonly refused: number;
  /** Connections on which nothing passes any more after a while, without ever ending. */
  readonly blackHoles: number;
  /** Connections on which nothing comes back any more after a while, while all still goes out. */
  readonly deaf: number;
  /** Messages that the broker acknowledges and drops. */
  readonly dropped: number;
  readonly repeated: number;
  readonly altered: number;
  /** An old message of the camera, sent once more by someone on the network. */
  readonly replayed: number;
  readonly receiptsLost: number;
  readonly receiptsRepeated: number;
  readonly receiptsLate: number;
  readonly receiptsForged: number;
}

/** Nothing goes wrong. */
export const calm: Weather = {
  delayMs: 20,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  cutMs: Number.POSITIVE_INFINITY,
  refused: 0,
  blackHoles: 0,
  deaf: 0,
  dropped: 0,
  repeated: 0,
  altered: 0,
  replayed: 0,
  receiptsLost: 0,
  receiptsRepeated: 0,
  receiptsLate: 0,
  receiptsForged: 0,
};

/** What one connection to a broker tells. All come asynchronously, never from within a call of its own. */
export interface BrokerEvents {
  /** Connected and subscribed: publishing may begin. At most once. */
  up(): void;
  /** The broker has taken a message. */
  acked(message: number): void;
  /** The broker has refused a message; the connection goes on. */
  failed(message: number, reason: string): void;
  /** Something came on a topic of ours. The payload is the receiver's. */
  message(topic: string, payload: Uint8Array): void;
  /**
   * The connection has ended, or was never made. Exactly once, and nothing comes after it.
   * @param reason what was given to {@link BrokerSession.close} where the camera ended it.
   */
  down(reason: string): void;
}

/** One connection to a broker, from its beginning to its end; it is never made again. */
export interface BrokerSession {
  /** Sends with QoS 1; `acked` or `failed` tells of it, or `down` leaves it open. After `down` it does nothing. */
  publish(message: number, topic: string, payload: Uint8Array): void;
  /** Ends it without waiting; `down` follows with the reason, unless it had ended before. */
  close(reason: string): void;
}

/** Opens a connection. */
export type OpenBrokerSession = (events: BrokerEvents) => BrokerSession;

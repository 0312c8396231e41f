/** The events of one connection to a broker. All are asynchronous: none comes from within a call on the session. */
export interface BrokerEvents {
  /** Connected and subscribed: publishing may begin. At most once. */
  up(): void;
  /** The broker has accepted a message. */
  acked(message: number): void;
  /** The broker has refused a message; the connection goes on. */
  failed(message: number, reason: string): void;
  /** A message arrived on one of our topics. The receiver owns the payload. */
  message(topic: string, payload: Uint8Array): void;
  /**
   * The connection has ended, or was never made. Called exactly once, and nothing comes after it.
   * @param reason the argument of {@link BrokerSession.close} if the camera ended the connection.
   */
  down(reason: string): void;
}

/** One connection to a broker, from its beginning to its end; it never reconnects. */
export interface BrokerSession {
  /**
   * Sends with QoS 1; `acked` or `failed` reports the outcome, or `down` leaves it open. After `down` it does nothing.
   */
  publish(message: number, topic: string, payload: Uint8Array): void;
  /** Ends the connection without waiting; `down` follows with the reason, unless the connection had already ended. */
  close(reason: string): void;
}

/** Opens a connection. */
export type OpenBrokerSession = (events: BrokerEvents) => BrokerSession;

/** Limits of what drives the simulated camera from outside. */
export const simLimits = {
  /** An order is a few words; a sender that writes more means something else. */
  orderBytesMax: 65_536,
  /** WebSockets that are open at once. */
  socketsMax: 8,
  /** TCP connections that are open at once, those of a page's files included. */
  connectionsMax: 32,
  headerBytesMax: 8_192,
  /** A request's headers have to be here by then. */
  requestMsMax: 5_000,
  /** A client that lets more than this wait for it is disconnected. */
  unreadBytesMax: 1024 * 1024,
  /** How long a client has to answer the close of its WebSocket. */
  closeMsMax: 1_000,
  /** Events of one name that a program has not looked at; the oldest are dropped. */
  eventsKeptMax: 10_000,
} as const;

// Plain facts about the agent, of which its reports and its conditions are made.

/** Connections that were useless. */
export interface BrokerFacts {
  readonly shortConnections: number;
  readonly endsConnections: boolean;
  readonly emptyConnections: number;
  readonly carriesNothing: boolean;
  readonly lastSent:
    | {
        readonly what: 'session' | 'answer' | 'head' | 'keys' | 'statements' | 'segments';
        readonly bytes: number;
      }
    | undefined;
}

/**
 * How it is with a cell: whether it is used, connected, and signs; `keyless`: it lacks keys of a recording; `not-allowed`:
 * the policy names other stations.
 */
export interface CellReport {
  /** The id of its station. */
  readonly station: string;
  readonly is: 'not-allowed' | 'spare' | 'away' | 'silent' | 'keyless' | 'ending' | 'answering';
}

/** The present facts, and what happened since the start. Ages in seconds. */
export interface AgentFacts {
  readonly recorder: 'standby' | 'waiting' | 'recording' | 'stopping';
  /** A fault ended a recording, or kept one from being closed, and nothing has been stored since. */
  readonly recorderFault: boolean;
  readonly sensorPresent: boolean;
  /** The sensor's line echoes what the agent writes. */
  readonly sensorEchoes: boolean;
  /** The sensor at the port is not the configured one. */
  readonly sensorOther: boolean;
  /** The sensor has no video track. */
  readonly sensorNoVideo: boolean;
  /** The sensor that answered last, in its own words. */
  readonly sensor:
    | {
        readonly model: string;
        readonly serial: string;
        readonly firmware: string;
        readonly bufferBytes?: number;
      }
    | undefined;
  readonly keyMemoryLocked: boolean;
  readonly notDumpable: boolean;
  readonly storageFull: boolean;
  readonly storageLow: boolean;
  /** For how long the camera can still record. */
  readonly storageSecondsLeft: number | undefined;
  /** The storage answered the last check. */
  readonly storageAnswers: boolean;
  readonly freeBytes: number | undefined;
  readonly spool: {
    readonly recordings: number;
    readonly marked: number;
    readonly bytes: number;
    readonly oldestUnreceiptedSeconds: number;
    /** Torn ends and rot that were set aside since this start, and statements that are lost. */
    readonly keptAside: number;
    readonly statementsLost: number;
    readonly losses: number;
  };
  readonly chunks: number;
  readonly gaps: Readonly<Record<string, number>>;
  readonly uplink: {
    readonly connected: boolean;
    readonly connections: number;
    readonly messagesSent: number;
    readonly bytesSent: number;
    readonly messagesResent: number;
    readonly bytesResent: number;
    readonly receiptsAccepted: number;
    readonly receiptsRepeated: number;
    readonly refusedBy: Readonly<Record<string, number>>;
    readonly unreadable: number;
    readonly lastReceiptSeconds: number | undefined;
    /** How long there has been no connection; undefined while there is one. */
    readonly disconnectedSeconds: number | undefined;
    /** How long the receipt that is most overdue has been awaited. */
    readonly receiptLateSeconds: number | undefined;
    /** How long the station has not held a key envelope that was sent. */
    readonly keysMissingSeconds: number | undefined;
    readonly trouble: BrokerFacts;
    /** Payload bytes per second that the broker accepts. */
    readonly bytesPerSecond: number;
    /** Each cell whose station is named, in order of preference. */
    readonly cells: readonly CellReport[];
  };
  /** What became of commands: obeyed by action, refused by reason; and messages on their topic that were dropped. */
  readonly commands: {
    readonly obeyed: Readonly<Record<string, number>>;
    readonly refused: Readonly<Record<string, number>>;
    readonly dropped: number;
  };
  /** What came of the agency's root while the agent ran, by kind. */
  readonly issued: {
    readonly taken: Readonly<Record<string, number>>;
    readonly refused: Readonly<Record<string, number>>;
  };
  /**
   * How many stations must hold a recording before it is deleted (Infinity: no number is enough), how many can, and how many
   * recordings here were sealed to the vaults of too few.
   */
  readonly holders: { readonly needed: number; readonly able: number; readonly sealedToTooFew: number };
  /** What the camera goes by: the policy's name, and the versions of what the root signed. */
  readonly inForce: {
    readonly policy: string;
    readonly policyVersion: number | undefined;
    readonly rosterVersion: number;
    readonly vaultKeyVersion: number;
    readonly revocationVersion: number | undefined;
  };
  /** Unexpected exits of the agent: in the last hour, and since the camera's start. */
  readonly restarts: { readonly recent: number; readonly total: number };
  /** Faults of the sensor's link by kind: frames discarded, requested again, unknown. */
  readonly linkFaults: Readonly<Record<string, number>>;
  /** Whether there is a TLS certificate with its key that a connection can be opened with. */
  readonly tlsUsable: boolean;
  /** What must be said of certificates that end. */
  readonly certificates: readonly string[];
  readonly alarms: {
    readonly count: number;
    readonly newest: string | undefined;
    readonly newestSeconds: number | undefined;
  };
}

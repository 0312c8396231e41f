import type { CellReport } from '../facts.ts';
import type { Trouble } from './broker/broker-trouble.ts';

/** What the uplink has counted since its start. */
export interface UplinkStats {
  readonly connected: boolean;
  readonly connections: number;
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly messagesAcknowledged: number;
  /** Receipts that were journaled. */
  readonly receiptsAccepted: number;
  /** Receipts that said no more than an earlier one: repeated by their station, late, or replayed by someone. */
  readonly receiptsRepeated: number;
  /** Receipts of the station that answers here, new ones and repeated ones. */
  readonly receiptsOfStation: number;
  /** Receipts that were forged, malformed, foreign, or did not match the spool. */
  readonly receiptsRefused: number;
  /** The same, by the code of the error. */
  readonly refusedBy: Readonly<Record<string, number>>;
  /** Messages of segments that had been sent before, and their bytes. */
  readonly messagesResent: number;
  readonly bytesResent: number;
  /** Reads of the spool that failed, in full or in part. */
  readonly unreadable: number;
  /** Losses that were signed. */
  readonly losses: number;
  /** How long there has been no connection; undefined while there is one. */
  readonly disconnectedMs: number | undefined;
  /** How long the receipt that is most overdue has been awaited; undefined if none is late. */
  readonly receiptLateMs: number | undefined;
  /** How long the station has not held a key envelope that was sent; undefined if it holds all of them. */
  readonly keysMissingMs: number | undefined;
  /** Whether there is a recording of which no keys are sealed to the station's vault: it cannot complete it. */
  readonly keysAbsent: boolean;
  readonly trouble: Trouble & { readonly endsConnections: boolean; readonly carriesNothing: boolean };
  /** Payload bytes per second that the broker accepted recently. */
  readonly bytesPerSecond: number;
  /** Each cell whose station is named, in order of preference. */
  readonly cells: readonly CellReport[];
}

import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import type { Root } from '../../evidence/root.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { BootSession } from '../sealer/index.ts';
import type { CellFacts } from '../spool/cell-facts.ts';
import type { UplinkSpool } from '../spool/types.ts';
import { type Cell, Cells, type CellsOptions } from '../uplink/cells/cells.ts';
import { type BrokerEvents, type BrokerSession, startUplink, type Uplink } from '../uplink/index.ts';
import type { RevocationMemory } from './kept/revocation-memory.ts';
import type { JoinedOrders } from './orders/join-orders.ts';

/** Connects to the broker of a cell: 0 is the preferred one. */
export type OpenCell = (events: BrokerEvents, cell: number) => BrokerSession;

/** What the uplink is joined to. */
export interface JoinedToUplink {
  readonly spool: UplinkSpool;
  readonly facts: CellFacts;
  /** The stations of the camera's cells, in order of preference; none if it has one, whose station is not named. */
  readonly stations: readonly string[];
  readonly openBroker: OpenCell;
  readonly root: Root;
  readonly deviceId: string;
  readonly session: BootSession;
  readonly ordered: Pick<JoinedOrders, 'desk' | 'issued'>;
  readonly revoked: Pick<RevocationMemory, 'isRevoked' | 'knowsRevoked'>;
  /** Called with each newer receipt, once it is journaled. */
  readonly onReceipt: (receipt: Statement<'receipt'>) => void;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

/** Starts to send to the camera's cell, or to the preferred of several. */
export function joinUplink(joined: JoinedToUplink): Uplink {
  const { spool, facts, stations, openBroker, session, onReceipt, log } = joined;
  const { revoked } = joined;
  const { desk, issued } = joined.ordered;
  const options: Omit<CellsOptions, 'cells' | 'facts' | 'needed'> = {
    ...{ spool, deviceId: joined.deviceId, root: joined.root, clock: joined.clock },
    ...{ session: session.statement, randomness: joined.randomness, log: log.child('uplink') },
    makeHead: (nonce) => desk.head(nonce),
    makeLoss: (lost) => session.loss(lost),
    ...{ isRevoked: revoked.isRevoked, knowsRevoked: revoked.knowsRevoked },
    onOrder(leaf, payload, cell) {
      if (leaf === 'command') desk.take(payload, cell);
      else issued.take(leaf, payload, cell);
    },
    onReceipt(receipt) {
      onReceipt(receipt);
      const { stationId: station, count, complete } = receipt.body;
      const atUs = joined.clock.uptimeUs();
      log.debug('receipt.journaled', 'A receipt is journaled', { station, count, complete, atUs });
      if (complete) log.info('recording.receipted', 'A station holds all of a recording', { station });
    },
  };
  if (stations.length === 0)
    return startUplink({
      ...options,
      onOrder: (leaf, payload) => options.onOrder?.(leaf, payload, 0),
      openBroker: (events) => openBroker(events, 0),
    });
  const cells = stations.map((station, at): Cell => {
    return { station, openBroker: (events) => openBroker(events, at) };
  });
  return new Cells({ ...options, cells, facts, needed: () => facts.stationsNeeded });
}

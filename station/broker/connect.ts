import { SealcamError } from '../../base/errors.ts';
import { certificateDer } from '../../evidence/root.ts';
import { parseBrokerUrl } from '../../proto/mqtt-address.ts';
import type { StationConfig } from '../config.ts';
import type { Credentials } from '../credentials.ts';
import { type BrokerOptions, type EmbeddedBroker, startBroker } from './broker.ts';
import { type BrokerAddress, Receiver, type ReceiverOptions } from './receiver.ts';

/** Starts the embedded broker, if the configuration has one. @throws SealcamError `STATION_FOLDER`, `BROKER_*`. */
export async function startEmbedded(
  { broker }: Pick<StationConfig, 'broker'>,
  credentials: Credentials,
  options: Pick<BrokerOptions, 'isRevoked' | 'clock' | 'budgets' | 'room' | 'log'>,
): Promise<EmbeddedBroker | undefined> {
  if (broker.embedded === undefined) return undefined;
  if (credentials.broker === undefined) {
    throw new SealcamError(
      'STATION_FOLDER',
      "The station's folder has no broker.key and broker.crt, which the embedded broker needs: restore them",
    );
  }
  const { root, rootPem } = credentials;
  const at = { ...broker.embedded, ...credentials.broker };
  return startBroker({ ...at, root, rootPem, ...options });
}

/** Connects the station to its broker, embedded or external. */
export function startReceiver(
  address: BrokerAddress,
  embedded: boolean,
  { root, id, client }: Credentials,
  { clock, randomness, log, take }: Pick<ReceiverOptions, 'clock' | 'randomness' | 'log' | 'take'>,
): Receiver {
  return new Receiver({
    address,
    root,
    ...client,
    clientId: embedded ? 'receiver' : id,
    // The embedded broker keeps nothing for clients that are away: it would be memory without a bound.
    keepSession: !embedded,
    clock,
    randomness,
    log: log.child('receiver'),
    take,
  });
}

/** Where the station itself reaches its broker: its own on loopback, if that listens on every address. */
export function receiverAddress(
  { broker: { url = '' } }: Pick<StationConfig, 'broker'>,
  embedded: EmbeddedBroker | undefined,
  { broker }: Pick<Credentials, 'broker'>,
): BrokerAddress {
  if (embedded === undefined) return parseBrokerUrl(url);
  const { host, port } = embedded.address;
  const loopback: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const certificate = certificateDer(Buffer.from(broker?.certificate ?? ''));
  return { host: loopback[host] ?? host, port, certificate };
}

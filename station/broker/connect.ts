import { SealcamError } from '../../base/errors.ts';
import { type MqttAddress, parseBrokerUrl } from '../../proto/mqtt-address.ts';
import { isOfRegion, type StationConfig } from '../config.ts';
import type { Credentials } from '../credentials.ts';
import { stationAccess } from './access.ts';
import { type BrokerOptions, type EmbeddedBroker, startBroker } from './broker.ts';
import { type Receiver, type ReceiverOptions, RemoteReceiver } from './receiver.ts';

/** Starts the embedded broker, if the configuration has one. @throws SealcamError `STATION_FOLDER`, `BROKER_*`. */
export async function startEmbedded(
  { broker }: Pick<StationConfig, 'broker'>,
  credentials: Credentials,
  options: Pick<BrokerOptions, 'isRevoked' | 'clock' | 'budgets' | 'room' | 'take' | 'log'>,
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
  return startBroker({ ...at, root, rootPem, access: stationAccess, ...options });
}

/** The embedded broker as a receiver: it hands messages over in the process. */
export function receiveFrom(broker: EmbeddedBroker): Receiver {
  return {
    subscribed: Promise.resolve(),
    connected: true,
    losses: 0,
    publish(topic, payload) {
      broker.publish(topic, payload);
      return true;
    },
    async close() {},
  };
}

/** Connects the station to the broker that its configuration names. @throws SealcamError `BROKER_URL`. */
export async function connectTo(
  broker: StationConfig['broker'],
  { root, id, client }: Credentials,
  { clock, randomness, log, take }: Pick<ReceiverOptions, 'clock' | 'randomness' | 'log' | 'take'>,
): Promise<Receiver> {
  const addresses = brokerAddresses(broker);
  const [address] = addresses;
  const options = {
    ...{ address, root, ...client, clientId: id, clock, randomness, take },
    log: log.child('receiver'),
  };
  if (!isOfRegion({ broker })) return new RemoteReceiver(options);
  // Only a receiver of a region loads it.
  const { receiveByAmqp } = await import('./amqp-receiver.ts');
  return receiveByAmqp(options, addresses);
}

/** The addresses of the brokers that a configuration names. @throws SealcamError `BROKER_URL`. */
export function brokerAddresses(broker: StationConfig['broker']): readonly [MqttAddress, ...MqttAddress[]] {
  const { url = '', others = [] } = broker;
  const scheme = isOfRegion({ broker }) ? 'amqps' : 'mqtts';
  return [parseBrokerUrl(url, scheme), ...others.map((one) => parseBrokerUrl(one, scheme))];
}

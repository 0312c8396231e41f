import { equalBytes } from '../../../base/bytes.ts';
import type { Clock, Timer } from '../../../base/clock.ts';
import { SealcamError } from '../../../base/errors.ts';
import type { Randomness } from '../../../base/random.ts';
import { formatTopic, messageBytesMax } from '../../../proto/topics.ts';
import { echoLimits } from '../../limits.ts';
import type { BrokerSession, OpenBrokerSession } from './broker-session.ts';
import { mqttBroker, type UplinkBroker } from './mqtt-session.ts';

// Checks whether a broker carries what a camera sends: it sends a message of the largest size to a topic that the
// access rules open only to this camera, and waits for it to come back.

/** How far one message came. */
interface Trip {
  readonly came: 'nowhere' | 'connected' | 'acknowledged' | 'back';
  /** Why the connection ended, if it did. */
  readonly reason: string;
}

/**
 * Sends a message of the largest size through the broker and waits until it comes back. The broker takes this
 * connection for the camera's own, so a running agent loses its connection for a moment.
 * @returns its size in bytes.
 * @throws SealcamError `BROKER_AWAY`, `BROKER_TLS`, `BROKER_ACCESS`, `BROKER_SIZE`, and what {@link mqttBroker} throws.
 */
export async function echoThroughBroker(
  options: UplinkBroker,
  deviceId: string,
  clock: Clock,
  randomness: Randomness,
): Promise<number> {
  const topic = formatTopic({ device: deviceId, recording: 'session', leaf: 'echo' });
  const open = mqttBroker(options, deviceId, clock, { ...echoLimits, topics: [topic] });
  const send = (bytes: number): Promise<Trip> => travel(open, topic, randomness.bytes(bytes), clock);
  const large = await send(messageBytesMax);
  if (large.came === 'back') return messageBytesMax;
  if (large.came === 'nowhere') throw unconnected(options.url, large.reason);
  const small = await send(echoLimits.smallBytes);
  if (small.came === 'back') {
    throw new SealcamError(
      'BROKER_SIZE',
      `${options.url} returns a message of ${echoLimits.smallBytes} bytes and not one of ${messageBytesMax} (${large.reason}): raise its limits for a packet and a message to 131072 bytes or more`,
    );
  }
  if (small.came === 'nowhere') throw unconnected(options.url, small.reason);
  throw new SealcamError(
    'BROKER_ACCESS',
    `${options.url} takes the connection, but what is sent to ${topic} does not come back (${small.reason}): open this topic to the camera in its access rules, as in docs/examples/mosquitto.acl`,
  );
}

function unconnected(url: string, reason: string): SealcamError {
  if (/subscription/.test(reason)) {
    return new SealcamError(
      'BROKER_ACCESS',
      `${url} takes the connection, but ${reason}: open it to the camera in its access rules, as in docs/examples/mosquitto.acl`,
    );
  }
  if (/certificate|altname|SSL|TLS|alert|self.signed|CERT/i.test(reason)) {
    return new SealcamError(
      'BROKER_TLS',
      `${url} and this camera do not accept each other in TLS (${reason}): both certificates must be of this root, unexpired by both clocks, and the broker's must name its host`,
    );
  }
  return new SealcamError(
    'BROKER_AWAY',
    `${url} cannot be reached (${reason}): start it, or check the address and the network`,
  );
}

function travel(open: OpenBrokerSession, topic: string, payload: Uint8Array, clock: Clock): Promise<Trip> {
  return new Promise((resolve) => {
    let came: Trip['came'] = 'nowhere';
    let timer: Timer | undefined;
    const session: BrokerSession = open({
      up() {
        came = 'connected';
        timer = clock.setTimer(echoLimits.echoTimeoutMs, () =>
          session.close(`nothing within ${echoLimits.echoTimeoutMs} ms`),
        );
        session.publish(1, topic, payload);
      },
      acked() {
        if (came === 'connected') came = 'acknowledged';
      },
      failed: (_, reason) => session.close(reason),
      message(from, bytes) {
        if (from !== topic || !equalBytes(bytes, payload)) return;
        came = 'back';
        session.close('it came back');
      },
      down(reason) {
        timer?.cancel();
        resolve({ came, reason });
      },
    });
  });
}

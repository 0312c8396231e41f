import { toHex } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord, statementRecord } from '../../../evidence/records.ts';
import { type Body, makeStatement, storedStatement } from '../../../evidence/statements.ts';
import { formatTopic } from '../../../proto/topics.ts';
import type { Message } from '../../../scenario/fast/network/sim-connection.ts';
import type { Seeded } from '../../support/seed.ts';
import { deviceId, type Identities } from '../identities.ts';

/**
 * A receipt, or challenge, that nobody may believe, made out of a genuine one.
 * @param recordings ids of the camera's recordings, which an attacker knows from the topics
 */
export function forged(
  { topic, payload }: Message,
  { stranger, station }: Identities,
  recordings: readonly string[],
  random: Seeded,
): Message {
  if (!topic.endsWith('/receipt')) return { topic, payload: random.bytes(32) };
  const { body } = storedStatement('receipt', openEnvelope(Uint8Array.from(parseRecord(payload).body)));
  const more: Body<'receipt'> = { ...body, count: body.count + 1, counter: body.counter + 1_000 };
  const by = (who: typeof stranger, what: Partial<Body<'receipt'>>): Message => {
    const changed = { ...more, certificate: who.certificate, ...what };
    return { topic, payload: statementRecord(makeStatement('receipt', changed, who.signer).encoded) };
  };
  switch (random.int(5)) {
    case 0: {
      const altered = Uint8Array.from(payload);
      const at = random.int(altered.length);
      altered[at] = (altered[at] ?? 0) ^ 1;
      return { topic, payload: altered };
    }
    case 1:
      return by(stranger, { complete: true });
    case 2:
      return by(station, { complete: true, statement: random.bytes(32) });
    case 3:
      return by(station, { deviceId: 'camera-2' });
    default: {
      const own = toHex(body.recordingId);
      const other = recordings.length === 0 ? own : random.pick([...recordings]);
      if (other === own) return by({ ...stranger, certificate: station.certificate }, {});
      return { topic: formatTopic({ device: deviceId, recording: other, leaf: 'receipt' }), payload };
    }
  }
}

import { toHex } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord, statementRecord } from '../../../evidence/records.ts';
import type { Root } from '../../../evidence/root.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { readReceipt } from '../../../evidence/trust.ts';
import type { FakeCamera, FakeRecording } from './camera.ts';
import { type Identity, TestClient } from './mqtt.ts';

/** A fake camera at a real broker. */
export class Sender {
  readonly #test: { teardown(done: () => unknown): unknown };
  readonly #camera: FakeCamera;
  readonly #identity: Identity;
  readonly #port: number;
  readonly #root: Root;
  #client!: TestClient;

  constructor(
    t: { teardown(done: () => unknown): unknown },
    camera: FakeCamera,
    identity: Identity,
    port: number,
    root: Root,
  ) {
    this.#test = t;
    this.#camera = camera;
    this.#identity = identity;
    this.#port = port;
    this.#root = root;
  }

  get client(): TestClient {
    return this.#client;
  }

  /** Connects, subscribes, announces its session, and answers the challenge. */
  async connect(): Promise<void> {
    const { id } = this.#camera;
    this.#client = TestClient.start(this.#test, this.#port, this.#identity, { clientId: id });
    if (!(await this.#client.connected())) throw new Error('the broker refused the camera');
    await this.#client.client.subscribeAsync(
      [`sealcam/1/${id}/+/receipt`, `sealcam/1/${id}/session/challenge`],
      { qos: 1 },
    );
    await this.#client.publish(
      `sealcam/1/${id}/session/record`,
      statementRecord(this.#camera.session.encoded),
    );
    const challenge = `sealcam/1/${id}/session/challenge`;
    await this.#client.until(() => this.#client.received.some(({ topic }) => topic === challenge));
    const nonce = this.#client.received.find(({ topic }) => topic === challenge)?.payload;
    await this.#client.publish(
      `sealcam/1/${id}/session/record`,
      statementRecord(this.#camera.head(nonce ?? new Uint8Array(), 10).encoded),
    );
  }

  async send(messages: readonly (readonly [string, Uint8Array])[]): Promise<void> {
    await Promise.all(
      messages.map(([rest, payload]) =>
        this.#client.publish(`sealcam/1/${this.#camera.id}/${rest}`, payload),
      ),
    );
  }

  /** The receipts for a recording that arrived, each verified down to the root. */
  receipts(recording: FakeRecording): Statement<'receipt'>[] {
    return this.#client.received
      .filter(({ topic }) => topic === `sealcam/1/${this.#camera.id}/${recording.id}/receipt`)
      .map(({ payload }) => {
        const envelope = openEnvelope(Uint8Array.from(parseRecord(payload).body));
        const { statement } = readReceipt(envelope, this.#root);
        if (toHex(statement.body.recordingId) !== recording.id)
          throw new Error('a receipt of another recording');
        return statement;
      });
  }

  /** Resolves when the station has signed that it holds all of a recording. */
  async complete(recording: FakeRecording): Promise<Statement<'receipt'>> {
    await this.#client.until(() => this.receipts(recording).some(({ body }) => body.complete));
    const [receipt] = this.receipts(recording).filter(({ body }) => body.complete);
    if (receipt === undefined) throw new Error('a receipt was there');
    return receipt;
  }
}

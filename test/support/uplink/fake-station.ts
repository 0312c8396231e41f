import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Aedes } from 'aedes';
import { issueCertificate } from '../../../agency/issue.ts';
import { ecdsaP384, newSigningKey, signingCrypto, webPublicKey, x509 } from '../../../agency/signing-key.ts';
import type { UplinkBroker } from '../../../agent/uplink/index.ts';
import { equalBytes, toHex } from '../../../base/bytes.ts';
import { purposeId } from '../../../evidence/certificate.ts';
import { statementRecord } from '../../../evidence/records.ts';
import type { Body, Statement } from '../../../evidence/statements.ts';
import { brokerUrl } from '../../../proto/mqtt-address.ts';
import { formatTopic, parseTopic } from '../../../proto/topics.ts';
import { type Certificate, type TestAgency, type TestRecording, testReceipt } from '../recording.ts';
import { sealedKeysOf } from './memory-spool.ts';

const validity = { from: new Date('2026-01-01'), to: new Date('2027-01-01') };

/** A TLS key and certificate, PEM. */
export interface TlsFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A TLS certificate of the agency: a server's for localhost, or a camera's. */
export async function tlsFiles(
  agency: TestAgency,
  purpose: 'tls-server' | 'tls-client' | 'receipt',
  name: string,
  hosts: readonly string[] = ['localhost', '127.0.0.1'],
): Promise<TlsFiles> {
  const { pem, publicKey } = newSigningKey();
  const base = { name, publicKey, validity };
  const certificate = await issueCertificate(
    agency.authority,
    purpose === 'tls-server'
      ? { ...base, purpose, hosts }
      : purpose === 'tls-client'
        ? { ...base, purpose, client: 'camera' }
        : { ...base, purpose },
  );
  return { certificate, privateKey: pem };
}

/**
 * A server's certificate for localhost that TLS itself is content with, though it is for clients as well: the
 * agency's own functions issue none.
 */
export async function manyPurposeFiles(agency: TestAgency): Promise<TlsFiles> {
  const { pem, publicKey } = newSigningKey();
  const { signer, certificatePem } = agency.authority;
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: '41',
      subject: [{ CN: ['station-1'] }],
      issuer: new x509.X509Certificate(certificatePem).subjectName,
      notBefore: validity.from,
      notAfter: validity.to,
      signingAlgorithm: ecdsaP384,
      publicKey: await webPublicKey(publicKey),
      signingKey: await webPublicKey(signer.publicKey),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([purposeId['tls-server'], purposeId['tls-client']], true),
        new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
      ],
    },
    signingCrypto(signer),
  );
  return { certificate: certificate.toString('pem'), privateKey: pem };
}

/** What the broker does with the message with this number, the first is 1: take it, take and drop it, or cut. */
export type Treatment = 'take' | 'drop' | 'cut' | 'never-acknowledge';

/** A message as the broker saw it. */
export interface SeenMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** A real aedes broker over real TLS, and a station in it that knows in advance what should come. */
export class FakeStation {
  readonly seen: SeenMessage[] = [];
  /** Decides on each message. */
  treat: (number: number, message: SeenMessage) => Treatment = () => 'take';
  /** Takes each receipt that is due, and sends what it likes; the default sends it. */
  answer: (receipt: Statement<'receipt'>, send: (receipt: Statement<'receipt'>) => void) => void = (
    receipt,
    send,
  ) => send(receipt);
  readonly station: Certificate;
  readonly #broker: Aedes;
  readonly #server: ReturnType<typeof createServer>;
  readonly #sockets = new Set<TLSSocket>();
  readonly #recordings = new Map<string, TestRecording>();
  readonly #stored = new Map<string, Set<string>>();
  #counter = 0;
  #number = 0;
  connections = 0;
  /** Connections that ended in TLS. */
  refused = 0;

  private constructor(station: Certificate, broker: Aedes, server: ReturnType<typeof createServer>) {
    this.station = station;
    this.#broker = broker;
    this.#server = server;
  }

  static async start(
    agency: TestAgency,
    files: TlsFiles,
    recordings: readonly TestRecording[],
    host = '127.0.0.1',
  ): Promise<FakeStation> {
    const broker = new Aedes();
    const server = createServer({
      cert: files.certificate,
      key: files.privateKey,
      ca: agency.authority.certificatePem,
      requestCert: true,
      minVersion: 'TLSv1.3',
    });
    const fake = new FakeStation(await agency.certificate('station-1', 'receipt'), broker, server);
    for (const one of recordings) fake.#recordings.set(toHex(one.core.recordingId), one);
    await broker.listen();
    fake.#listen();
    server.listen(0, host);
    await once(server, 'listening');
    return fake;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return brokerUrl({ host: address, port });
  }

  /** Ends every connection, as a broken network does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Forgets everything that is stored, as a station restored from an empty backup. */
  forget(): void {
    this.#stored.clear();
  }

  /** The names of the records that are stored of a recording, `keys` among them. */
  stored(recording: TestRecording): ReadonlySet<string> {
    return this.#stored.get(toHex(recording.core.recordingId)) ?? new Set();
  }

  send(topic: string, payload: Uint8Array): void {
    this.#broker.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false },
      () => {},
    );
  }

  sendReceipt(receipt: Statement<'receipt'>, recording = toHex(receipt.body.recordingId)): void {
    const topic = formatTopic({ device: receipt.body.deviceId, recording, leaf: 'receipt' });
    this.send(topic, statementRecord(receipt.encoded));
  }

  /** A genuine receipt of this station. */
  receipt(
    recording: TestRecording,
    count: number | 'complete',
    overrides: Partial<Body<'receipt'>> = {},
  ): Statement<'receipt'> {
    this.#counter += 1;
    return testReceipt(this.station, recording, count, { counter: this.#counter, ...overrides });
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await new Promise<void>((done) => this.#broker.close(() => done()));
  }

  #listen(): void {
    this.#server.on('secureConnection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.#sockets.delete(socket));
      this.#broker.handle(socket);
    });
    this.#server.on('tlsClientError', () => {
      this.refused += 1;
    });
    this.#broker.authorizePublish = (_, packet, done) => {
      const message = { topic: packet.topic, payload: Uint8Array.from(Buffer.from(packet.payload)) };
      this.seen.push(message);
      this.#number += 1;
      const treatment = this.treat(this.#number, message);
      if (treatment === 'never-acknowledge') return;
      if (treatment === 'cut') this.cut();
      if (treatment === 'take') this.#store(message);
      done(null);
    };
  }

  #store({ topic, payload }: SeenMessage): void {
    const parsed = parseTopic(topic);
    const recording = this.#recordings.get(parsed?.recording ?? '');
    if (parsed === undefined || recording === undefined) return;
    const id = toHex(recording.core.recordingId);
    const stored = this.#stored.get(id) ?? new Set();
    this.#stored.set(id, stored);
    const opened = (): boolean => stored.has('S') && stored.has('O');
    if (parsed.leaf === 'keys') {
      if (equalBytes(payload, sealedKeysOf(recording))) stored.add('keys');
    } else {
      for (const [name, record] of recording.records) {
        // Nothing of a recording can be judged, and so kept, before its head is there.
        if (equalBytes(record, payload) && (opened() || name === 'S' || name === 'O')) stored.add(name);
      }
    }
    if (!opened()) return;
    const receipt = this.#present(recording, stored);
    this.answer(receipt, (one) => this.sendReceipt(one));
  }

  #present(recording: TestRecording, stored: ReadonlySet<string>): Statement<'receipt'> {
    const indexOf = (name: string): number => Number(/^[cgmt](\d+)/.exec(name)?.[1] ?? -1);
    const whole = (index: number): boolean =>
      recording.order.every((name) => indexOf(name) !== index || stored.has(name));
    let count = 0;
    while (count < recording.links.length && whole(count)) count += 1;
    const complete = count === recording.links.length && stored.has('X') && stored.has('keys');
    const keyEnvelopeHash = stored.has('keys') ? recording.opening.body.keyEnvelopeHash : undefined;
    return this.receipt(recording, complete ? 'complete' : count, { keyEnvelopeHash });
  }
}

/** What a camera needs to reach the station. */
export function brokerOptions(agency: TestAgency, camera: TlsFiles, url: string): UplinkBroker {
  return { url, root: agency.root, ...camera };
}

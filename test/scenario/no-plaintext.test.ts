import { createPrivateKey } from 'node:crypto';
import { cp, lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { connectAsync } from 'mqtt';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { openSource, readRootFile } from '../../cli/files.ts';
import { importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { parsePrivateKeyFile } from '../../evidence/keys/key-file.ts';
import { KeyChain } from '../../evidence/open/keys.ts';
import { type OpenedChunk, openRecording, recordingShares } from '../../evidence/open/open.ts';
import { verifyEvidence } from '../../evidence/verify/index.ts';
import { fileLimitMs } from '../support/patience.ts';
import { defaultVideo } from '../support/scenario/scenario-clips.ts';
import { contentOf, pictureUnits } from '../support/scenario/scenario-media.ts';
import { receipted, Scenario, sealed, startRecording, stopRecording } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

const context = { officer: 'Kommissarin Erika Mustermann', reason: 'Personenkontrolle', notice: 'given' };

/** Something that only a recipient may find, and what it is. */
interface Needle {
  readonly what: string;
  readonly bytes: Buffer;
}

t.test('neither the traffic nor what is stored holds anything of the recording or of its keys', async (t) => {
  const scenario = await Scenario.begin(t);
  const { sim, agent, station } = await scenario.startAll({ context });
  const heard = await listen(scenario, t);
  const number = await startRecording(sim, agent);
  sim.tell({ press: 'bookmark' });
  await sealed(agent, number, 3);
  // The camera's own storage as a thief in mid-recording finds it.
  await cp(scenario.at('spool'), scenario.at('stolen'), { recursive: true });
  await stopRecording(sim, agent);
  await receipted(agent);
  await heard.end();

  const { chunks, secrets } = await opened(scenario);
  const pictures = await pictureNeedles();
  const places = placeNeedles(chunks);
  const texts = [...Object.values(context).slice(0, 2), 'default.mp4', 'Test recipient'].map(textNeedle);
  const needles = [...pictures, ...places, ...texts, ...secrets];
  t.ok(pictures.length > 50, `${pictures.length} stretches of pictures`);
  t.ok(places.length >= 12, `${places.length} forms of positions`);
  t.ok(secrets.length > 20, `${secrets.length} forms of keys`);

  // What was opened holds them, or this test would find nothing anywhere.
  const plain = Buffer.concat(chunks.flatMap(({ media, telemetry }) => [media, telemetry]));
  t.ok(
    pictures.some(({ bytes }) => plain.includes(bytes)),
    'pictures can be found',
  );
  t.ok(
    places.some(({ bytes }) => plain.includes(bytes)),
    'positions can be found',
  );
  t.ok(plain.includes(context.officer), 'the officer can be found');

  const traffic = Buffer.concat(heard.payloads);
  t.ok(heard.payloads.length > chunks.length * 3, `${heard.payloads.length} messages`);
  t.ok(traffic.length > plain.length, 'all of it went over the broker');
  t.same(found(needles, traffic), [], 'in the traffic');
  t.same(found(needles, Buffer.from(heard.topics.join('\n'))), [], 'in its topics');
  for (const folder of ['store', 'vault', 'spool', 'stolen', 'run']) {
    const content = await everything(scenario.at(folder));
    t.ok(content.length > 1000, `${folder} has ${content.length} bytes`);
    t.same(found(needles, content), [], `in ${folder}`);
  }
  const logs = Buffer.from(JSON.stringify([...agent.lines, ...station.lines]));
  t.same(found(needles, logs), [], 'in the logs of agent and station');
});

/** Hears all that goes over the broker, with the rights of a station. */
async function listen(
  scenario: Scenario,
  t: { teardown(done: () => unknown): unknown },
): Promise<{ readonly payloads: Buffer[]; readonly topics: string[]; end(): Promise<unknown> }> {
  const read = (name: string): Promise<Buffer> => readFile(scenario.at('station', name));
  const [ca, cert, key] = await Promise.all([read('root.crt'), read('tls.crt'), read('tls.key')]);
  const client = await connectAsync(`mqtts://127.0.0.1:${scenario.port}`, {
    ...{ ca, cert, key },
    clientId: 'listener',
    reconnectPeriod: 0,
  });
  t.teardown(() => client.endAsync(true));
  const payloads: Buffer[] = [];
  const topics: string[] = [];
  client.on('message', (topic, payload) => {
    topics.push(topic);
    payloads.push(payload);
  });
  await client.subscribeAsync('sealcam/1/#', { qos: 1 });
  // What the broker answers to this comes after all that it had sent.
  return { payloads, topics, end: () => client.unsubscribeAsync('sealcam/1/#') };
}

/** What a recipient gets, and all the keys that lead there. */
async function opened(
  scenario: Scenario,
): Promise<{ readonly chunks: OpenedChunk[]; readonly secrets: Needle[] }> {
  const [evidence = ''] = await scenario.files('store', '.seal');
  const [keysPath = ''] = await scenario.files('vault', '.keys');
  const source = await openSource(evidence);
  try {
    const { report, found } = await verifyEvidence(
      [source],
      await readRootFile(scenario.at('agency/root.crt')),
    );
    const [recording] = found;
    const [recordingReport] = report.recordings;
    if (recording === undefined || recordingReport === undefined) throw new Error('there is no recording');
    const recipient = parsePrivateKeyFile(await readFile(scenario.at('recipient.key'))).pair;
    const vault = parsePrivateKeyFile(await readFile(scenario.at('station/vault.key'))).pair;
    const shares = await recordingShares(recording, await readFile(keysPath), [
      await importHpkeKeyPair(recipient),
    ]);
    const keys = new KeyChain(recording.recording.opening.body.core, shares);
    const secrets: Needle[] = [
      ...forms("the recipient's seed", recipient.seed),
      ...forms("the vault's seed", vault.seed),
      ...shares.flatMap((share, role) => forms(`share ${role}`, share)),
    ];
    const chunks: OpenedChunk[] = [];
    for await (const one of openRecording(recording, recordingReport, shares)) {
      // A loaded machine may keep the simulated camera from capturing for a while.
      if ('hole' in one && one.hole.why === 'gap') continue;
      if ('hole' in one) throw new Error(`chunk ${one.hole.from} could not be opened: ${one.hole.why}`);
      chunks.push(one.chunk);
      const { media, telemetry } = keys.keysOf(one.chunk.index);
      secrets.push(...forms(`media key ${one.chunk.index}`, Uint8Array.from(media)));
      secrets.push(...forms(`telemetry key ${one.chunk.index}`, Uint8Array.from(telemetry)));
    }
    for (const name of ['camera/identity', 'camera/tls', 'station/receipt', 'station/tls', 'agency/root']) {
      const { d } = createPrivateKey(await readFile(scenario.at(`${name}.key`))).export({ format: 'jwk' });
      secrets.push(...forms(`the key of ${name}`, Buffer.from(d ?? '', 'base64url')));
    }
    return { chunks, secrets };
  } finally {
    await source.close();
  }
}

/** 16 bytes from the beginning, the middle and the end of every NAL unit of every key picture, and of every tenth other. */
async function pictureNeedles(): Promise<Needle[]> {
  const { file, video, audio } = await contentOf(defaultVideo);
  const needles: Needle[] = [];
  const add = (what: string, bytes: Uint8Array): void => {
    if (bytes.length < 64) return;
    for (const at of [16, bytes.length >> 1, bytes.length - 16]) {
      needles.push({ what: `${what} at byte ${at}`, bytes: Buffer.from(bytes.subarray(at, at + 16)) });
    }
  };
  for (const [n, sample] of video.entries()) {
    if (!sample.key && n % 10 !== 0) continue;
    for (const unit of pictureUnits(file.parameters.video, sample)) add(`picture ${n}`, unit);
  }
  for (const [n, { data }] of audio.entries()) if (n % 20 === 0) add(`sound ${n}`, data);
  return needles;
}

/** Every position's latitude and longitude: as a double, in both orders of bytes, and as text. */
function placeNeedles(chunks: readonly OpenedChunk[]): Needle[] {
  const { ChunkTelemetry } = sealcam.telemetry;
  const needles: Needle[] = [];
  for (const { telemetry } of chunks) {
    for (const { latitude, longitude } of ChunkTelemetry.decode(telemetry).positions) {
      for (const value of [latitude ?? 0, longitude ?? 0]) {
        const double = Buffer.alloc(8);
        double.writeDoubleLE(value);
        needles.push({ what: 'a position', bytes: Buffer.from(double) });
        needles.push({ what: 'a position, big-endian', bytes: Buffer.from(double).reverse() });
        needles.push(textNeedle(value.toFixed(5)), textNeedle(String(value)));
      }
    }
  }
  return needles;
}

function textNeedle(text: string): Needle {
  return { what: `"${text}"`, bytes: Buffer.from(text) };
}

/** A key as it is, and as text. */
function forms(what: string, key: Uint8Array): Needle[] {
  const bytes = Buffer.from(key);
  if (bytes.length < 16) throw new Error(`${what} is no key`);
  return [
    { what, bytes },
    { what: `${what}, the first half`, bytes: bytes.subarray(0, bytes.length >> 1) },
    { what: `${what}, hexadecimal`, bytes: Buffer.from(bytes.toString('hex')) },
    { what: `${what}, base64`, bytes: Buffer.from(bytes.toString('base64').replace(/=+$/, '')) },
    { what: `${what}, base64url`, bytes: Buffer.from(bytes.toString('base64url')) },
  ];
}

function found(needles: readonly Needle[], haystack: Buffer): string[] {
  return needles.filter(({ bytes }) => haystack.includes(bytes)).map(({ what }) => what);
}

/** The bytes of every file below a folder, what every link says, and their names. */
async function everything(folder: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    // The agency's roster, which the camera keeps twice, has the labels of the recipients: nothing of a recording.
    if (basename(name).startsWith('roster.dsse')) continue;
    parts.push(Buffer.from(`${name}\n`));
    const kind = await lstat(path);
    if (kind.isFile()) parts.push(await readFile(path));
    if (kind.isSymbolicLink()) parts.push(Buffer.from(await readlink(path)));
  }
  return Buffer.concat(parts);
}

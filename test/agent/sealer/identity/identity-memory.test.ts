import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
  provisionStation,
} from '../../../../agency/provision.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { startProcess } from '../../../support/process.ts';
import { findInMemory } from '../../../support/scenario/process-memory.ts';

t.setTimeout(fileLimitMs);

const program = join(import.meta.dirname, '../../../../program/main.js');

/** A provisioned camera and the configuration of its agent; neither sensor nor broker are there. */
async function provisioned(folder: string): Promise<string> {
  const agency = { folder: join(folder, 'agency') };
  await provisionAgency({ ...agency, name: 'Test' });
  await provisionRecipient({ path: join(folder, 'alice'), label: 'Alice' });
  await provisionRoster(agency, [{ role: 'evidence', publicKeyFile: join(folder, 'alice.pub') }]);
  await provisionStation(agency, { id: 'station-1', folder: join(folder, 'station') });
  await provisionCamera(agency, { id: 'camera-1', station: 'station-1', folder: join(folder, 'camera') });
  const config = join(folder, 'agent.yaml');
  writeFileSync(
    config,
    'camera: camera\nsensor: {port: /dev/no-such-port}\nbroker: {url: "mqtts://127.0.0.1:1"}\n' +
      'spool: spool\npolicy: {name: p, roles: [evidence]}\n',
  );
  return config;
}

/** The secret scalar of a private key's file, 48 bytes. */
function secretOf(pem: string): Buffer {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'sec1' });
  const head = Buffer.from('0201010430', 'hex');
  const at = der.indexOf(head) + head.length;
  return der.subarray(at, at + 48);
}

/** The forms in which a key may lie in memory: every third of it, both ways round, and as each text that holds it. */
function formsOf(pem: string): Map<string, Uint8Array> {
  const secret = secretOf(pem);
  const forms = new Map<string, Uint8Array>();
  // Big integers, of JavaScript and of OpenSSL, hold the least word first.
  const reversed = Buffer.from(secret).reverse();
  for (const [name, bytes] of [
    ['bytes', secret],
    ['reversed', reversed],
  ] as const) {
    for (let at = 0; at < bytes.length; at += 16) forms.set(`${name} ${at}`, bytes.subarray(at, at + 16));
  }
  const text = (name: string, value: string): void => {
    forms.set(name, Buffer.from(value, 'latin1'));
    forms.set(`${name}, two bytes each`, Buffer.from(value, 'utf16le'));
  };
  for (const [name, bytes] of [
    ['', secret],
    ['reversed ', reversed],
  ] as const) {
    text(`${name}hex`, bytes.toString('hex').slice(0, 40));
    text(`${name}HEX`, bytes.toString('hex').toUpperCase().slice(0, 40));
  }
  // However its first byte is aligned in what is encoded.
  for (let skip = 0; skip < 3; skip += 1)
    text(`base64 ${skip}`, secret.subarray(skip, skip + 33).toString('base64'));
  for (let skip = 0; skip < 3; skip += 1)
    text(`base64url ${skip}`, secret.subarray(skip, skip + 33).toString('base64url'));
  const [, , second = ''] = pem.split('\n');
  text("the file's second line", second.slice(0, 40));
  return forms;
}

// The agent's memory is closed to others of its user.
const skip = process.getuid?.() !== 0 && 'only root may read the memory of a hardened process';

t.test('an agent that is ready holds nothing of the identity key, in any form', { skip }, async (t) => {
  const folder = t.testdir();
  const config = await provisioned(folder);
  const agent = startProcess(t, process.execPath, [program, 'agent', '--config', config]);
  await agent.line(/"agent\.ready"/, 60_000);
  const { pid = 0 } = agent.child;
  const key = (name: string): string => readFileSync(join(folder, 'camera', name), 'utf8');
  t.same(
    findInMemory(pid, formsOf(key('identity.key'))).map(({ what }) => what),
    [],
  );
  // What THREATS.md names as in the agent's memory is found by the same search.
  const found = findInMemory(pid, formsOf(key('tls.key'))).map(({ what }) => what);
  t.ok(found.includes("the file's second line"), 'its TLS key is in its memory');
  // On Node.js 20 OpenSSL's numbers hold it, least word first; on Node.js 24 only its bytes are found.
  t.ok(
    found.some((what) => /^(bytes|reversed) /.test(what)),
    'and so is its secret, decoded',
  );
  await agent.kill('SIGTERM');
});

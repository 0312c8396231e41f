import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type HealthAddress, startHealthServer } from '../../../base/monitoring/health-server.ts';

const answers = {
  ready: () => ({ spool: true }),
  metrics: () => 'a 1\n',
  status: () => ({ recording: false }),
};

type Asked = { readonly code: number | undefined; readonly text: string };

function ask(where: HealthAddress, path: string, more: object = {}): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const at = 'socket' in where ? { socketPath: where.socket } : { host: '127.0.0.1', port: where.port };
    const sent = request({ ...at, path, ...more }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ code: response.statusCode, text }));
    });
    sent.on('error', reject).end();
  });
}

t.test('on a port of loopback it answers its four paths, and says what is not ready', async (t) => {
  let spool = true;
  const server = await startHealthServer({ port: 0 }, { ...answers, ready: () => ({ spool, key: true }) });
  t.teardown(() => server.close());
  const at = { port: server.port ?? 0 };
  t.same(await ask(at, '/healthz'), { code: 200, text: 'alive\n' });
  t.same(await ask(at, '/metrics'), { code: 200, text: 'a 1\n' });
  t.same(await ask(at, '/status'), { code: 200, text: '{"recording":false}\n' });
  t.equal((await ask(at, '/readyz')).code, 200);
  spool = false;
  t.same(await ask(at, '/readyz'), {
    code: 503,
    text: '{"ready":false,"checks":{"spool":false,"key":true}}\n',
  });
  t.equal((await ask(at, '/')).code, 404);
  t.equal((await ask(at, '/metrics?x')).code, 404);
});

t.test('it takes nothing but GET without a body, by the name of this machine', async (t) => {
  const server = await startHealthServer({ port: 0 }, answers);
  t.teardown(() => server.close());
  const at = { port: server.port ?? 0 };
  t.equal((await ask(at, '/metrics', { method: 'POST' })).code, 405);
  t.equal((await ask(at, '/metrics', { headers: { 'content-length': '5' } })).code, 405);
  t.equal((await ask(at, '/metrics', { headers: { host: 'evil.example' } })).code, 403);
  t.equal((await ask(at, '/metrics', { headers: { host: 'localhost:9' } })).code, 200);
});

t.test('an answer that cannot be given cuts that one asker, and nothing else', async (t) => {
  let fails = true;
  const metrics = (): string => {
    if (fails) throw new Error('a bug');
    return 'a 1\n';
  };
  const server = await startHealthServer({ port: 0 }, { ...answers, metrics });
  t.teardown(() => server.close());
  const at = { port: server.port ?? 0 };
  await t.rejects(ask(at, '/metrics'));
  fails = false;
  t.equal((await ask(at, '/metrics')).code, 200);
});

t.test('headers without an end, and clients that say nothing, are cut', async (t) => {
  const server = await startHealthServer({ port: 0 }, answers);
  t.teardown(() => server.close());
  const cut = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let heard = '';
      const socket = connect(server.port ?? 0, '127.0.0.1', () => socket.write(text));
      socket.on('data', (bytes) => {
        heard += bytes;
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(heard));
    });
  t.equal(await cut(`GET /metrics HTTP/1.1\r\nx: ${'y'.repeat(8_192)}`), '');
  t.equal(await cut(''), '');
});

t.test('a socket is its owner’s alone; one left by a crash is taken over, nothing else is', async (t) => {
  // A socket's path is short: tap's own folders are not.
  const folder = await mkdtemp(join(tmpdir(), 'sealcam-health-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const at = { socket: join(folder, 'agent.sock') };
  const script = `import socket; socket.socket(socket.AF_UNIX).bind(${JSON.stringify(at.socket)})`;
  t.equal(spawnSync('python3', ['-c', script]).status, 0, 'a socket that no one listens on');
  const server = await startHealthServer(at, answers);
  t.equal((await stat(at.socket)).mode & 0o777, 0o600);
  t.equal((await ask(at, '/healthz')).code, 200);
  await t.rejects(startHealthServer(at, answers), { code: 'HEALTH_ADDRESS' });
  t.equal((await ask(at, '/healthz')).code, 200, 'the first goes on');
  await server.close();
  const long = { socket: join(folder, 'x'.repeat(100)) };
  await t.rejects(startHealthServer(long, answers), {
    code: 'HEALTH_ADDRESS',
    message: /are more than the 107/,
  });
  const file = join(folder, 'file');
  await writeFile(file, 'precious');
  await t.rejects(startHealthServer({ socket: file }, answers), { code: 'HEALTH_ADDRESS' });
  t.equal((await stat(file)).size, 8);
});

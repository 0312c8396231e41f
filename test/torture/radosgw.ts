import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { patienceMs } from '../support/patience.ts';
import { freePort } from '../support/scenario.ts';

// Ceph's radosgw as one process, without a cluster, in a Debian 13 root of its own. Needs root, and debootstrap the first time.

const run = promisify(execFile);
const roots = process.env.SEALCAM_ROOTS ?? '/var/cache/sealcam-roots';
const root = join(roots, 'trixie-radosgw');

/** Makes the root, if it is not there; that takes minutes. */
async function makeRoot(say: (line: string) => void): Promise<void> {
  const whole = join(root, '.whole');
  if (existsSync(whole)) return;
  say(`making ${root}, once`);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const options = ['--variant=minbase', '--include=radosgw', 'trixie', root];
  await run('debootstrap', options, { maxBuffer: 2 ** 26 });
  await writeFile(whole, '');
}

/** A running server, which may be killed and started again over the same data. */
export class Radosgw {
  readonly endpoint: string;
  readonly #work: string;
  #server: ChildProcess | undefined;

  private constructor(work: string, port: number) {
    this.#work = work;
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  /** Starts a server that has nothing yet; it is killed, and its data removed, when the test ends. */
  static async begin(
    t: { teardown(done: () => unknown): unknown },
    say: (line: string) => void,
  ): Promise<Radosgw> {
    await makeRoot(say);
    const port = await freePort();
    const work = `/run/radosgw-${process.pid}-${port}`;
    const server = new Radosgw(work, port);
    t.teardown(async () => {
      await server.kill();
      await rm(join(root, work), { recursive: true, force: true });
    });
    await mkdir(join(root, work, 'db'), { recursive: true });
    const lines = [
      '[global]',
      'rgw_backend_store = dbstore',
      'rgw_config_store = dbstore',
      `dbstore_db_dir = ${work}/db`,
      `dbstore_config_uri = file:${work}/db/config.db`,
      `rgw_data = ${work}`,
      `rgw_frontends = beast endpoint=127.0.0.1:${port}`,
      'log_file =',
      'pid_file =',
    ];
    await writeFile(join(root, work, 'rgw.conf'), `${lines.join('\n')}\n`);
    return server;
  }

  get #common(): string[] {
    return ['--no-mon-config', '-c', `${this.#work}/rgw.conf`, '-n', 'client.rgw.a'];
  }

  /** Makes a user with a bucket of the same name; the server must run. */
  async makeUser(name: string, secret: string): Promise<void> {
    const keys = [
      `--uid=${name}`,
      `--display-name=${name}`,
      `--access-key=${name}`,
      `--secret-key=${secret}`,
    ];
    await run('chroot', [root, 'radosgw-admin', ...this.#common, 'user', 'create', ...keys]);
    const credentials = { accessKeyId: name, secretAccessKey: secret };
    const { endpoint } = this;
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    client.destroy();
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    const server = spawn('chroot', [root, 'radosgw', '-f', ...this.#common], { stdio: 'ignore' });
    this.#server = server;
    const untilMs = performance.now() + patienceMs;
    while (performance.now() < untilMs && server.exitCode === null) {
      const answer = await fetch(this.endpoint).catch(() => undefined);
      if (answer !== undefined) return;
      await wait(50);
    }
    throw new Error(`radosgw did not start (exit code ${server.exitCode})`);
  }

  /** Kills it in whatever it is doing. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  }
}

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Feed, OpenFeed } from '../../../../agent/sensor/pipe/feed.ts';
import { fifoFeed } from '../../../../agent/sensor/pipe/fifo.ts';
import { programFeed } from '../../../../agent/sensor/pipe/program.ts';
import { systemClock } from '../../../../base/clock.ts';
import { jsonLog, silentLog } from '../../../../base/log.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { patienceMs } from '../../../support/patience.ts';

t.setTimeout(patienceMs);

/** A feed with what it gave, as text. */
class Heard {
  readonly feed: Feed;
  text = '';
  isWhole: boolean | undefined;
  readonly ended: Promise<string>;
  #changed: () => void = () => {};

  constructor(open: OpenFeed) {
    let end: (reason: string) => void = () => {};
    this.ended = new Promise((resolve) => {
      end = resolve;
    });
    this.feed = open({
      onData: (bytes) => {
        this.text += Buffer.from(bytes).toString('latin1');
        this.#changed();
      },
      onEnd: (reason, isWhole) => {
        this.isWhole = isWhole;
        end(reason);
      },
    });
  }

  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}

const run = (...command: readonly string[]): Heard =>
  new Heard(programFeed(command, systemClock(), silentLog));

t.test('a program: its output, and how it ended', async (t) => {
  const ended = run('sh', '-c', 'printf pictures; exit 3');
  t.equal(await ended.ended, 'the program ended with code 3');
  t.equal(ended.text, 'pictures');
  t.equal(await run('sh', '-c', 'kill -SEGV $$').ended, 'the program was ended by SIGSEGV');
  t.notOk(ended.isWhole);
  const good = run('true');
  await good.ended;
  t.ok(good.isWhole, 'it gave all that it had');
  t.equal(await run(join(t.testdir(), 'none')).ended, "the program can't be started (ENOENT)");
});

t.test('a start that fails at once is told as any other: the agent goes on', async (t) => {
  const below = run(join(t.testdir({ file: '' }), 'file', 'program'));
  t.match(await below.ended, /^the program can't be started \((ENOTDIR|ENOENT)\)$/);
  await below.feed.stop();
  const [long, nul] = [run('true', 'x'.repeat(4_000_000)), run('true', 'a\0b')];
  t.equal(await long.ended, "the program can't be started (E2BIG)");
  t.match(await nul.ended, /^the program can't be started/);
});

t.test('without a descriptor left the program is told as not started', async (t) => {
  const module = new URL('../../../../agent/sensor/pipe/program.js', import.meta.url).href;
  // A process of its own, as this one needs its descriptors.
  const script = `
    import { openSync } from 'node:fs';
    const { programFeed } = await import(${JSON.stringify(module)});
    const clock = { setTimer: () => ({ cancel() {} }) };
    try { for (;;) openSync('/dev/null'); } catch {}
    programFeed(['true'], clock, {})({ onData() {}, onEnd: (reason) => process._rawDebug(reason) });`;
  const limited = ['-c', 'ulimit -n 200; exec "$0" --input-type=module -e "$1"', process.execPath, script];
  const { stderr } = spawnSync('sh', limited);
  t.equal(stderr.toString().trim(), "the program can't be started (EMFILE)");
});

t.test(
  'its arguments are not read by a shell, and the environment of the agent is not its own',
  async (t) => {
    const odd = '$HOME `id` ; * "\' ~';
    const said = run('printf', '%s', odd);
    await said.ended;
    t.equal(said.text, odd);
    process.env.SEALCAM_TEST_SECRET = 'a secret';
    t.teardown(() => {
      delete process.env.SEALCAM_TEST_SECRET;
    });
    const environment = run('env');
    await environment.ended;
    t.match(environment.text, /^PATH=/m);
    t.notMatch(environment.text, /SEALCAM_TEST_SECRET/);
  },
);

t.test('what it says on standard error: known phrases alone reach the log, each once', async (t) => {
  const lines: string[] = [];
  const log = jsonLog('test', (line) => lines.push(line));
  const words = 'printf "%s\\n" "/home/jane.doe/52.5200N: No such file or directory" "artist: Jane Doe" >&2';
  const command = ['sh', '-c', `for i in 1 2 3; do ${words}; done; exit 1`];
  const heard = new Heard(programFeed(command, systemClock(), log));
  await heard.ended;
  t.equal(lines.length, 1);
  // The digits of its time may be those of a position.
  const { t: _, ...told } = JSON.parse(lines[0] ?? '{}');
  t.match(told, { event: 'pipe.said', phrase: 'no such file or directory' });
  t.notMatch(JSON.stringify(told), /jane|52\.5/i);
});

t.test('it is ended with all that it started, also if it does not want to', async (t) => {
  const heard = run(
    'sh',
    '-c',
    'trap "" TERM; sleep 1000 & echo "$$ $! ready"; while :; do sleep 1000; done',
  );
  await heard.until('ready');
  await heard.feed.stop();
  const pids = heard.text.split(' ').slice(0, 2).map(Number);
  t.equal(pids.length, 2);
  for (const pid of pids) t.ok(isGone(pid), `process ${pid}`);
});

t.test('what it writes as it is asked to end is taken', async (t) => {
  const words = 'trap "echo last; exit 0" TERM; echo ready; while :; do sleep 0.01; done';
  // However long it takes: it is not killed meanwhile.
  const heard = new Heard(programFeed(['sh', '-c', words], fakeClock(), silentLog));
  await heard.until('ready');
  await heard.feed.stop();
  t.match(heard.text, /last/);
  t.equal(heard.isWhole, undefined, 'its end is not told');
});

t.test('a program that ends, and leaves another running that holds its output: both are ended', async (t) => {
  const heard = run('sh', '-c', 'sleep 1000 & echo "$! ready"; exit 0');
  t.equal(await heard.ended, 'the program ended with code 0');
  t.ok(isGone(Number(heard.text.split(' ')[0])));
});

/** True where no process has this number, or only what is left of one until its parent has asked for its result. */
function isGone(pid: number): boolean {
  const status = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim();
  return status === '' || status.startsWith('Z') || !existsSync(`/proc/${pid}/exe`);
}

t.test('a FIFO: read without waiting for who writes, until that closes it; and again', async (t) => {
  const path = join(t.testdir(), 'pictures');
  spawnSync('mkfifo', [path]);
  for (const words of ['first', 'second']) {
    const heard = new Heard(fifoFeed(path));
    t.ok(heard.feed.awaitsWriter);
    // Opening it waits until it is read.
    const writer = await new Promise<number>((resolve) => {
      setImmediate(() => resolve(openSync(path, 'w')));
    });
    writeSync(writer, words);
    await heard.until(words);
    t.notOk(heard.feed.awaitsWriter);
    t.notOk(heard.isWhole);
    closeSync(writer);
    t.equal(await heard.ended, 'what wrote to the FIFO closed it');
    await heard.feed.stop();
  }
});

t.test(
  'a FIFO that is stopped while nothing writes; a file that is not a FIFO; a file that is absent',
  async (t) => {
    const folder = t.testdir();
    spawnSync('mkfifo', [join(folder, 'pictures')]);
    await new Heard(fifoFeed(join(folder, 'pictures'))).feed.stop();
    writeFileSync(join(folder, 'file'), 'pictures');
    const file = new Heard(fifoFeed(join(folder, 'file')));
    t.match(await file.ended, /make one with mkfifo/);
    t.equal(file.text, '');
    t.match(await new Heard(fifoFeed(join(folder, 'none'))).ended, /ENOENT/);
  },
);

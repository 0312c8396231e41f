import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import t, { type Test } from 'tap';

// What dpkg runs of the packages, against a folder of its own ($DPKG_ROOT) and with programs that only write down how they were called.

const debian = join(resolve(import.meta.dirname, '../../../..'), 'deploy/debian');

class Machine {
  readonly root: string;
  readonly #programs: string;
  readonly #log: string;

  constructor(t: Test) {
    const folder = t.testdir({ root: { run: { systemd: { system: {} } } }, programs: {}, log: '' });
    this.root = join(folder, 'root');
    this.#programs = join(folder, 'programs');
    this.#log = join(folder, 'log');
    for (const name of ['deb-systemd-invoke', 'deb-systemd-helper', 'systemctl', 'adduser', 'install'])
      this.program(name);
    for (const name of ['chown', 'getent', 'setpriv']) this.program(name);
    this.program('timeout', 'while case $1 in -*) ;; *) false ;; esac; do shift; done; shift; exec "$@"');
    this.program('sealcam', 'exit 1');
  }

  /** A program that writes down how it is called, and then does what `body` says. */
  program(name: string, body = 'exit 0'): void {
    const path = join(this.#programs, name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>"${this.#log}"\n${body}\n`);
    chmodSync(path, 0o755);
  }

  put(path: string): string {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), 'x');
    return path;
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  run(script: string, args: readonly string[], env: Record<string, string> = {}) {
    writeFileSync(this.#log, '');
    const unit = readFileSync(join(debian, 'unit.sh'), 'utf8').replaceAll('@UNIT@', 'x.service');
    const text = readFileSync(join(debian, script), 'utf8').replace('#UNIT#\n', () => unit);
    const { status, stderr } = spawnSync('/bin/sh', ['-c', text, script, ...args], {
      encoding: 'utf8',
      env: { PATH: `${this.#programs}:/usr/bin:/bin`, DPKG_ROOT: this.root, ...env },
    });
    const calls = readFileSync(this.#log, 'utf8').trimEnd().split('\n');
    return { status, stderr, calls };
  }
}

const keysOfStation = 'var/lib/sealcam/station/receipt.key';
const keysOfCamera = 'var/lib/sealcam/camera/identity.key';

t.test('a purge of either package leaves the keys of both, and what waits in a spool', async (t) => {
  const machine = new Machine(t);
  const kept = [
    ...[keysOfStation, keysOfCamera, 'var/lib/sealcam-evidence/a.seal', 'var/lib/sealcam-vault/a.keys'],
    ...['a.seal.torn-1', 'boot-7.journal', 'a.keys', 'a.rot-1', 'a.loss-1', 'a.tail-1'].map(
      (name) => `var/lib/sealcam/spool/${name}`,
    ),
  ].map((path) => machine.put(path));
  for (const name of ['sealcam-camera', 'sealcam-station']) {
    const { status, stderr } = machine.run(`${name}/postrm`, ['purge']);
    t.equal(status, 0, stderr);
    t.match(stderr, /^sealcam-\w+: \S+\/var\/lib\/sealcam was kept/m, name);
    for (const path of kept) t.ok(machine.has(path), `${name}: ${path}`);
  }
});

t.test('also where the spool is on another disk, and where the whole folder is', async (t) => {
  const machine = new Machine(t);
  machine.put(keysOfCamera);
  machine.put('disk/a.seal');
  symlinkSync(join(machine.root, 'disk'), join(machine.root, 'var/lib/sealcam/spool'));
  t.equal(machine.run('sealcam-camera/postrm', ['purge']).status, 0);
  t.ok(machine.has(keysOfCamera) && machine.has('var/lib/sealcam/spool/a.seal'));

  const linked = new Machine(t);
  linked.put('disk/camera/identity.key');
  mkdirSync(join(linked.root, 'var/lib'), { recursive: true });
  symlinkSync(join(linked.root, 'disk'), join(linked.root, 'var/lib/sealcam'));
  const { status, stderr } = linked.run('sealcam-camera/postrm', ['purge']);
  t.equal(status, 0);
  t.match(stderr, /was kept/);
  t.ok(linked.has(keysOfCamera));
});

t.test('a purge says nothing where nothing is left, and takes empty folders away', async (t) => {
  const machine = new Machine(t);
  for (const folder of ['var/lib/sealcam', 'etc/sealcam'])
    mkdirSync(join(machine.root, folder), { recursive: true });
  const { status, stderr } = machine.run('sealcam-camera/postrm', ['purge']);
  t.same({ status, stderr }, { status: 0, stderr: '' });
  t.notOk(machine.has('var/lib/sealcam') || machine.has('etc/sealcam'));
  t.same(machine.run('sealcam-camera/postrm', ['purge']).stderr, '', 'also the second time');
});

t.test('no upgrade stops an agent that records, unless it is told to', async (t) => {
  const machine = new Machine(t);
  const prerm = (recorder: string, args: string[], env?: Record<string, string>) => {
    // As a camera that also has an alarm answers.
    machine.program('sealcam', `printf '{\\n  "recorder": "${recorder}"\\n}\\n'; exit 1`);
    const { status, stderr, calls } = machine.run('sealcam-camera/prerm', args, env);
    return { status, stderr, stopped: calls.includes('deb-systemd-invoke stop sealcam-agent.service') };
  };
  for (const recorder of ['recording', 'waiting'])
    for (const how of ['upgrade', 'failed-upgrade']) {
      const { status, stderr, stopped } = prerm(recorder, [how, '0.2.0-1']);
      t.same({ status, stopped }, { status: 1, stopped: false }, `${how}, ${recorder}`);
      t.match(stderr, /^sealcam-camera: The camera records, .*SEALCAM_UPGRADE_ANYWAY=1\.\n$/);
    }
  const goesOn = { status: 0, stderr: '', stopped: true };
  t.same(prerm('recording', ['upgrade', '0.2.0-1'], { SEALCAM_UPGRADE_ANYWAY: '1' }), goesOn);
  t.same(prerm('standby', ['upgrade', '0.2.0-1']), goesOn);
  t.same(prerm('recording', ['remove']), goesOn);
  machine.program('sealcam', 'echo "The agent does not answer" >&2; exit 1');
  const { status, calls } = machine.run('sealcam-camera/prerm', ['upgrade', '0.2.0-1']);
  t.equal(status, 0, 'an agent that is away records nothing');
  t.match(calls[0], /^timeout /, 'and one that hangs is not waited for');
});

for (const name of ['sealcam-camera', 'sealcam-station']) {
  t.test(`${name}: the unit starts before the doctor looks, who never fails an installation`, async (t) => {
    const machine = new Machine(t);
    machine.program('setpriv', 'exit 1');
    const { status, stderr, calls } = machine.run(`${name}/postinst`, ['configure']);
    t.equal(status, 0, 'also without a configuration');
    t.match(stderr, /doctor found what must be put right/);
    const at = (pattern: RegExp): number => calls.findIndex((call) => pattern.test(call));
    t.ok(at(/^deb-systemd-invoke start/) >= 0 && at(/^deb-systemd-invoke start/) < at(/^setpriv/));
    t.match(calls[at(/^setpriv/) - 1], /^(?:timeout --kill-after=5 60 setpriv|getent)/);
    t.ok(at(/^timeout --kill-after=5 60 setpriv/) >= 0, calls.join('\n'));
    t.equal(at(/^chown/), -1, 'nothing that is not there is owned');
    t.notMatch(calls[at(/^setpriv/)], /doctor --/);
  });
}

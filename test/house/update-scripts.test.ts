import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

// The scripts of deploy/rauc, with a played "rauc", "systemctl" and "sealcam" before them in the path. What systemd and a boot
// loader make of their answers is tried by "npm run update:test".

const scripts = ['untested', 'mark-good', 'restart'];

interface Machine {
  /** The slot that runs, as RAUC says it; and what it says of the other. */
  readonly slot: string;
  readonly other: 'good' | 'bad';
  readonly tested: boolean;
  readonly agent: boolean;
  /** What the agent says it does, in turn; silent after that. */
  readonly states?: readonly string[];
}

class Play {
  readonly #folder: string;

  constructor(t: Test) {
    this.#folder = t.testdir({
      bin: {},
      lib: { 'build-id': 'one build' },
      data: {},
      camera: { 'identity.crt': '' },
    });
    for (const name of scripts) {
      const text = readFileSync(`deploy/rauc/${name}`, 'utf8')
        .replaceAll('/usr/lib/sealcam-update', join(this.#folder, 'lib'))
        .replaceAll('/data/rauc', join(this.#folder, 'data'))
        .replaceAll('/var/lib/sealcam/camera', join(this.#folder, 'camera'))
        .replace('sleep 5', 'sleep 0');
      this.#program(`lib/${name}`, text);
    }
  }

  /** Another system in the slot. */
  install(build: string): void {
    writeFileSync(join(this.#folder, 'lib/build-id'), build);
  }

  /** What `script` did: its exit code, and of the two things that matter which it asked for. */
  run(script: string, { slot, other, tested, agent, states = [] }: Machine) {
    const at = (name: string): string => join(this.#folder, name);
    writeFileSync(at('did'), '');
    writeFileSync(at('states'), states.map((state) => `${state}\n`).join(''));
    const says = [
      `RAUC_SYSTEM_BOOTED_BOOTNAME='${slot}'`,
      "RAUC_SLOT_STATE_1='booted'",
      "RAUC_SLOT_BOOT_STATUS_1='good'",
      "RAUC_SLOT_STATE_2='inactive'",
      `RAUC_SLOT_BOOT_STATUS_2='${other}'`,
    ].join('\n');
    writeFileSync(at('rauc.out'), `${says}\n`);
    this.#program(
      'bin/rauc',
      `#!/bin/sh\n[ "$2" = mark-good ] && echo good >>${at('did')} || cat ${at('rauc.out')}\n`,
    );
    this.#program(
      'bin/systemctl',
      `#!/bin/sh\ncase "$*" in *reboot) echo again >>${at('did')} ;; *selftest) ${tested} ;; *agent) ${agent} ;; esac\n`,
    );
    const status = `printf '  "recorder": "%s",\\n' "$(head -n 1 ${at('states')})"; sed -i 1d ${at('states')}`;
    this.#program(
      'bin/setpriv',
      `#!/bin/sh\ncase "$*" in *' status '*) [ -s ${at('states')} ] && ${status} ;; esac\n`,
    );
    const { PATH } = process.env;
    const env = { ...process.env, PATH: `${at('bin')}:${PATH}` };
    const { status: code } = spawnSync(at(`lib/${script}`), { env });
    const did = readFileSync(at('did'), 'utf8').trim();
    return {
      code,
      did,
      noted: existsSync(at(`data/tested-${slot}`)),
      unsaid: readFileSync(at('states'), 'utf8').trim(),
    };
  }

  #program(name: string, text: string): void {
    const path = join(this.#folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }
}

const well: Machine = { slot: 'A', other: 'good', tested: true, agent: true };

t.test('what passed is good, and is not tested again', async (t) => {
  const play = new Play(t);
  t.equal(play.run('untested', well).code, 0);
  t.match(play.run('mark-good', well), { code: 0, did: 'good', noted: true });
  t.equal(play.run('untested', well).code, 1);
  t.match(play.run('mark-good', { ...well, tested: false }), { code: 0, did: 'good' });
  t.equal(play.run('untested', { ...well, slot: 'B' }).code, 0, 'the other slot');
  play.install('another build');
  t.equal(play.run('untested', well).code, 0);
});

t.test('where it is not known which system runs, nothing is skipped and nothing is good', async (t) => {
  const play = new Play(t);
  const unknown = { ...well, slot: '' };
  t.equal(play.run('untested', unknown).code, 255);
  t.match(play.run('mark-good', unknown), { code: 1, did: '', noted: false });
});

t.test('what failed is started again where there is a way back, once nothing is recorded', async (t) => {
  const play = new Play(t);
  const failed = { ...well, tested: false };
  const recording = { ...failed, states: ['recording', 'stopping', 'standby', 'more'] };
  t.same(play.run('mark-good', recording), { code: 1, did: 'again', noted: false, unsaid: 'more' });
  t.match(play.run('mark-good', { ...failed, agent: false, states: ['recording'] }), {
    did: 'again',
    unsaid: 'recording',
  });
  t.match(play.run('mark-good', { ...failed, other: 'bad' }), { code: 1, did: 'good', noted: false });
  t.match(play.run('mark-good', { ...well, agent: false }), { code: 1, did: 'again' });
});

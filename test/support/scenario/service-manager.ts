import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Heard, Part, Scenario } from '../scenario.ts';
import { program } from '../scenario.ts';

/** What a systemd unit says of a service that hangs, in seconds. */
export interface WatchdogTimes {
  /** `WatchdogSec`: a beat must come within this. */
  readonly watchdogSeconds: number;
  /** `TimeoutStopSec`: how long it may take to end once SIGABRT was sent; SIGKILL follows. */
  readonly stopSeconds: number;
  /** `RestartSec` */
  readonly restartSeconds: number;
}

/** What the unit for a camera's agent says that docs/examples gives. */
export function timesOfUnit(): WatchdogTimes {
  const unit = readFileSync(
    resolve(import.meta.dirname, '../../../../docs/examples/sealcam-agent.service'),
    'utf8',
  );
  const seconds = (key: string): number => {
    const value = Number(new RegExp(`^${key}=(\\d+)$`, 'm').exec(unit)?.[1]);
    if (!(value > 0)) throw new Error(`the unit has no ${key} in seconds`);
    return value;
  };
  return {
    watchdogSeconds: seconds('WatchdogSec'),
    stopSeconds: seconds('TimeoutStopSec'),
    restartSeconds: seconds('RestartSec'),
  };
}

/**
 * What systemd does with Type=notify, WatchdogSec and Restart=always. Its own lines have the event `started` (with
 * `pid`), `hung`, `ended` (with `code`), or what the service told it.
 */
const manager = `
import ctypes, json, os, resource, signal, socket, subprocess, sys, time
path, watchdog, stop, restart = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
libc = ctypes.CDLL(None)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(path)
def say(**line):
    print(json.dumps(line), flush=True)
def in_child():
    libc.prctl(1, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
environment = dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC=str(int(watchdog * 1e6)))
def run():
    child = subprocess.Popen(sys.argv[5:], stdin=subprocess.DEVNULL, env=environment, preexec_fn=in_child)
    say(event="started", pid=child.pid)
    deadline = None
    while child.poll() is None:
        s.settimeout(0.05)
        try:
            text = s.recv(4096).decode()
        except TimeoutError:
            if deadline is not None and time.monotonic() > deadline:
                say(event="hung")
                child.send_signal(signal.SIGABRT)
                child.send_signal(signal.SIGCONT)
                try:
                    child.wait(stop)
                except subprocess.TimeoutExpired:
                    child.kill()
                break
            continue
        say(event=text)
        if text in ("READY=1", "WATCHDOG=1"):
            deadline = time.monotonic() + watchdog
        elif text == "STOPPING=1":
            deadline = None
    say(event="ended", code=child.wait())
while True:
    run()
    s.setblocking(False)
    try:
        while s.recv(4096): pass
    except BlockingIOError:
        pass
    time.sleep(restart)
`;

/** How the agent's process is made to hang. */
export const hangs = ['SIGSTOP', 'a dead loop'] as const;
export type Hang = (typeof hangs)[number];

/** An agent under a stand-in for systemd. */
export interface ManagedAgent {
  /** The lines of the agent, over all its starts, and of the manager. Killing it kills the agent. */
  readonly lines: Part;
  /** Makes the agent that runs now hang. */
  hang(how: Hang): void;
}

/** Starts the agent under a stand-in for systemd; resolves when it is ready. */
export async function startManagedAgent(scenario: Scenario, times: WatchdogTimes): Promise<ManagedAgent> {
  const { watchdogSeconds, stopSeconds, restartSeconds } = times;
  const deadLoop = 'process.on("SIGUSR2", () => { for (;;); })';
  const agent = ['--import', `data:text/javascript,${deadLoop}`, program, 'agent'];
  const lines = scenario.start('agent', 'python3', [
    ...['-c', manager, join(scenario.folder, 'notify')],
    ...[watchdogSeconds, stopSeconds, restartSeconds].map(String),
    ...[process.execPath, ...agent, '--config', await scenario.writeAgentConfig()],
  ]);
  await lines.says('READY=1');
  return {
    lines,
    hang(how) {
      const started = lines.lines.findLast(({ event }) => event === 'started');
      process.kill(Number(started?.pid), how === 'SIGSTOP' ? 'SIGSTOP' : 'SIGUSR2');
    },
  };
}

/** Resolves with the first chunk of the recording that goes on for the one that was cut short. */
export async function resumed(agent: Part, since: number, msMax: number): Promise<Heard> {
  const again = await agent.says('recording.recovered', since, msMax);
  return agent.says('chunk.sealed', again.at, msMax);
}

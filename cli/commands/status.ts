import { request } from 'node:http';
import { bridgedMs, usualBufferBytes } from '../../agent/bridged.ts';
import { type AgentConfig, agentConfigSchema } from '../../agent/config.ts';
import type { AgentStatus } from '../../agent/health.ts';
import { SealcamError, systemCode } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { readConfig } from '../config-file.ts';
import { say, sayJson } from '../output.ts';

/** What `sealcam status --help` prints. */
export const help = `sealcam status --config FILE: what the agent on this camera is doing

  --config FILE   the agent's configuration, which must say where its health is read ("health")
  --json          prints the answer as JSON

Exits 0 when the agent runs and nothing needs a person, 1 when something does (each condition has a name, in brackets, that
stays) or the agent is away, 2 on wrong usage.
`;

const answerBytesMax = 65_536;
const answerMsMax = 5_000;

/** `sealcam status`. */
export function run(args: string[]): Promise<number> {
  return runCommand('status', help, args, async () => {
    const { values, positionals } = parseWords('status', args, {
      config: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0)
      throw usage(`"${positionals[0]}" is one word too many: see "sealcam status --help"`);
    const { config, at } = await readConfig(required('status', 'config', values.config), agentConfigSchema);
    if (config.health === undefined) {
      throw new SealcamError(
        'STATUS_OFF',
        'The configuration has no "health": add "health: {socket: agent.sock}", and start the agent again',
      );
    }
    const status = await askStatus(config.health, at);
    if (values.json) sayJson(status);
    else say(words(status).trimEnd().split('\n'));
    return status.conditions.length === 0 ? 0 : 1;
  });
}

/**
 * What the agent on this camera says of itself.
 * @throws SealcamError `STATUS_AWAY` where none answers, `STATUS_FOREIGN` where something else does.
 */
export async function askStatus(
  { socket, port }: NonNullable<AgentConfig['health']>,
  at: (path: string) => string,
): Promise<AgentStatus> {
  return parseStatus(
    await ask(socket === undefined ? { host: '127.0.0.1', port } : { socketPath: at(socket) }),
  );
}

/** The sentences that a person reads. */
export function words(status: AgentStatus): string {
  const { spool, uplink, alarms, conditions } = status;
  const lasts = spool.secondsLeft === null ? '' : ` for ${age(spool.secondsLeft)} of recording`;
  const free = spool.freeBytes === null ? '' : `, ${size(spool.freeBytes)} free${lasts}`;
  const waiting =
    spool.recordings === 0
      ? 'nothing waits for its receipt'
      : `${spool.recordings} ${spool.recordings === 1 ? 'recording' : 'recordings'}, ${size(spool.bytes)}` +
        `, the oldest unreceipted for ${age(spool.oldestUnreceiptedSeconds)}`;
  const receipt =
    uplink.lastReceiptSeconds === null ? 'none since the start' : `${age(uplink.lastReceiptSeconds)} ago`;
  const newest =
    alarms.newest === null ? '' : `, the last ${age(alarms.newestSeconds ?? 0)} ago: ${alarms.newest}`;
  const rows: readonly (readonly [string, string])[] = [
    ['camera', recorderWords[status.recorder]],
    ['sensor', `${status.sensorPresent ? 'connected' : 'AWAY'}${sensorName(status.sensor)}`],
    ['spool', `${waiting}${free}`],
    ['broker', uplink.connected ? 'connected' : 'not connected; recording does not need it'],
    ...(uplink.cells ?? []).map(({ station, is }) => ['cell', `${station} ${cellWords[is]}`] as const),
    ['sending', sending(uplink.sending)],
    ['receipt', receipt],
    ['obeys', inForceWords(status.inForce)],
    ['alarms', `${alarms.count} since the start${newest}`],
    ...conditions.map(({ name, says }) => ['ALARM', `${says} [${name}]`] as const),
  ];
  return `${rows.map(([name, says]) => `${name.padEnd(9)}${says}`).join('\n')}\n`;
}

/** Which of what the agency signed is in force. */
function inForceWords(of: AgentStatus['inForce']): string {
  const policy = of.policyVersion === null ? 'of its configuration' : String(of.policyVersion);
  const list =
    of.revocationVersion === null ? 'no revocation list' : `revocation list ${of.revocationVersion}`;
  return `policy "${of.policy}" ${policy}, roster ${of.rosterVersion}, vault's key ${of.vaultKeyVersion}, ${list}`;
}

function sending(of: AgentStatus['uplink']['sending']): string {
  if (of === null) return 'nothing';
  const what = of.running
    ? `the running recording${of.recordings > 1 ? `, and ${of.recordings - 1} before it` : ''}`
    : `${of.recordings} ${of.recordings === 1 ? 'recording' : 'recordings'}`;
  const rate = `${size(of.bytesPerSecond)}/s`;
  const left = of.secondsLeft === null ? 'nothing is taken at present' : `about ${age(of.secondsLeft)} left`;
  return `${what}, ${size(of.bytes)} at ${rate}: ${left}`;
}

const cellWords: Readonly<Record<NonNullable<AgentStatus['uplink']['cells']>[number]['is'], string>> = {
  'not-allowed': 'is not among the stations of the policy: nothing recorded goes to it',
  spare: 'is not used',
  away: 'is not connected',
  silent: 'is connected, and owes receipts',
  keyless: 'lacks the keys of a recording',
  ending: 'is used no longer, as a preferred cell answers',
  answering: 'answers',
};

const recorderWords: Readonly<Record<AgentStatus['recorder'], string>> = {
  standby: 'ready, not recording',
  waiting: 'told to record, waiting for the first picture',
  recording: 'RECORDING',
  stopping: 'closing the last recording',
};

function ask(where: { socketPath?: string; host?: string; port?: number | undefined }): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        new SealcamError(
          'STATUS_AWAY',
          `The agent does not answer at ${where.socketPath ?? `127.0.0.1:${where.port}`} (${why}): start it, or look at its log`,
        ),
      );
    const { port, ...rest } = where;
    const target = { ...rest, ...(port !== undefined && { port }), path: '/status', timeout: answerMsMax };
    const sent = request(target, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > answerBytesMax) sent.destroy(new Error('it says too much'));
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : fail(`${response.statusCode}`),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`nothing for ${answerMsMax} ms`)));
    sent.on('error', (error) => fail(systemCode(error) ?? error.message));
    sent.end();
  });
}

function parseStatus(text: string): AgentStatus {
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === 'object' && status !== null && 'daemon' in status && status.daemon === 'agent') {
      return status as AgentStatus;
    }
  } catch {
    // Reported below: the program that listens there is not an agent.
  }
  throw new SealcamError(
    'STATUS_FOREIGN',
    'Something other than an agent of this version answers there: check "health"',
  );
}

function size(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${power === 0 ? Math.round(bytes) : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

function age(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** Names the sensor, in words that came over the wire and must not reach the terminal unescaped. */
function sensorName(sensor: AgentStatus['sensor']): string {
  if (sensor === null) return '';
  const { noVideo, bufferBytes } = sensor;
  const name = `: ${printable(sensor.model)}, serial ${printable(sensor.serial)}`;
  if (noVideo) return `${name}; it has NO VIDEO TRACK: no pictures, buttons and readings alone`;
  if (bufferBytes === null || bufferBytes >= usualBufferBytes) return name;
  const seconds = (bridgedMs(bufferBytes) / 1000).toFixed(2);
  return `${name}; keeps ${size(bufferBytes)}, which bridges ${seconds} s at 4 Mbit/s`;
}

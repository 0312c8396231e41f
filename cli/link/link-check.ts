import { openSerialPort } from '../../agent/sensor/index.ts';
import { systemClock } from '../../base/clock.ts';
import { type Finding, tapLines } from '../../hardware-sim/conformance/check.ts';
import { checkAgentLink } from '../../hardware-sim/conformance/check-agent.ts';
import { checkSensorLink } from '../../hardware-sim/conformance/check-sensor.ts';
import { openPtyPort } from '../../hardware-sim/link/pty-port.ts';
import { placeLink, refuseOther, removeLink } from '../../hardware-sim/link/terminal-name.ts';
import type { BytePort } from '../../proto/link/port.ts';
import { parseWords, usage, wholeNumber } from '../command.ts';
import { say } from '../output.ts';

const baudMax = 12_000_000;
const waitSecondsMax = 3_600;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const options = {
  tty: { type: 'string' },
  offer: { type: 'string' },
  baud: { type: 'string' },
  wait: { type: 'string' },
} as const;

/** `sealcam link check-sensor` and `check-agent`: the other side, rule by rule. */
export async function checkSide(side: 'sensor' | 'agent', args: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords('link', args, options);
  if (positionals.length > 0)
    throw usage(`"${positionals[0]}" is one word too many: see "sealcam link --help"`);
  const { tty, offer } = values;
  if (offer !== undefined && side === 'sensor') throw usage('"--offer" is for check-agent: give "--tty"');
  if ((tty === undefined) === (offer === undefined)) {
    throw usage(
      `Give "--tty", the port that leads to the ${side}${side === 'agent' ? ', or "--offer"' : ''}`,
    );
  }
  const baudRate = wholeNumber('baud', values.baud, 300, baudMax) ?? 3_000_000;
  const waitMs = 1_000 * (wholeNumber('wait', values.wait, 1, waitSecondsMax) ?? 30);
  const port = offer === undefined ? await openSerialPort({ path: tty ?? '', baudRate }) : offered(offer);
  // Half a check says nothing of the other side, so there is no exit code for it: the signal ends the process.
  const interrupted = (signal: NodeJS.Signals): void => {
    if (offer !== undefined) removeLink(offer);
    for (const one of signals) process.off(one, interrupted);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, interrupted);
  let number = 0;
  say('TAP version 14');
  const onFinding = (finding: Finding): void => {
    number += 1;
    say(tapLines(finding, number));
  };
  try {
    const common = { port, clock: systemClock(), onFinding };
    const findings = await (side === 'sensor'
      ? checkSensorLink(common)
      : checkAgentLink({ ...common, waitMs }));
    say(`1..${number}`, inWords(side, findings));
    return findings.some(({ outcome }) => outcome.verdict === 'fail') ? 1 : 0;
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
    if (offer !== undefined) removeLink(offer);
  }
}

function offered(name: string): BytePort {
  refuseOther(name);
  const port = openPtyPort();
  try {
    placeLink(name, port.path);
  } catch (error) {
    port.close();
    throw error;
  }
  return port;
}

/** The findings in sum, as comments of TAP. */
function inWords(side: string, findings: readonly Finding[]): string[] {
  const broken = findings.filter(({ outcome }) => outcome.verdict === 'fail');
  const skipped = findings.filter(({ outcome }) => outcome.verdict === 'skip').length;
  const left = skipped === 0 ? '' : ` ${skipped} could not be tried.`;
  if (broken.length === 0) return [`# The ${side} keeps every rule that was tried.${left}`];
  return [
    `# The ${side} breaks rules of docs/SENSOR-LINK.md:${left}`,
    ...broken.flatMap(({ rule, says, outcome }) =>
      outcome.verdict === 'fail'
        ? [`#   ${rule}, ${says}: expected ${outcome.expected}, but ${outcome.happened}`]
        : [],
    ),
  ];
}

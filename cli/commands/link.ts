import { runCommand, usage } from '../command.ts';
import { checkSide } from '../link/link-check.ts';
import { recordLink } from '../link/link-record.ts';
import { shareLink } from '../link/link-share.ts';
import { showLink } from '../link/link-show.ts';

/** What `sealcam link --help` prints. */
export const help = `sealcam link: looks at the line between a sensor and an agent

sealcam link record --port TTY --out FILE [--link PATH]
  sits between the two: opens the sensor's port, offers a terminal to the agent, passes all bytes on both ways, and
  writes all frames of both sides with their times
  --link PATH         a symbolic link to the terminal that is offered, for the agent's configuration
  --tap-sensor TTY    instead of --port: listens to the sensor's side through an adapter, and sends nothing
  --tap-agent TTY     the same for the agent's side; both may be given
  --baud N            speed of the ports (3000000)
  --seconds N         ends after this time; else at Ctrl-C
  --max-mib N         ends when the file has this size (1024)

sealcam link show FILE
  prints a capture as a protocol analyser does: time, direction, number, message, fields, size, credit, what is wrong
  --json              one object a line
  --follow            goes on as the file grows
  --positions         also positions and motion
  --content           also the bytes of pictures, sound and codec records
  --scenario OUT      also writes the buttons and the faults of the line as a scenario file

sealcam link share IN [OUT]
  lists what would remain of a capture, and writes it without anything that shows a person: pictures and sound
  become noise of the same sizes, positions, motion and serial numbers are left out, all times are shifted

sealcam link check-sensor --tty TTY
sealcam link check-agent --tty TTY | --offer PATH
  takes a sensor, or an agent, through docs/SENSOR-LINK.md rule by rule, hostile cases included, and says as TAP and in
  words which rules it breaks; half a minute to a minute. Exit code 1 where it breaks one
  --offer PATH        offers a terminal under this name for the agent to open, instead of a port that leads to it
  --wait N            how many seconds the agent may take to come (30)
  --baud N            speed of the port (3000000)
`;

const parts: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  record: recordLink,
  show: showLink,
  share: shareLink,
  'check-sensor': (args) => checkSide('sensor', args),
  'check-agent': (args) => checkSide('agent', args),
};

/** `sealcam link`. */
export function run(args: string[]): Promise<number> {
  return runCommand('link', help, args, async () => {
    const [name = '', ...rest] = args;
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part !== undefined) return await part(rest);
    throw usage(`"${name}" is not one of its parts: give one of ${Object.keys(parts).join(', ')}`);
  });
}

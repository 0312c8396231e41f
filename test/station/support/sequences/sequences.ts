import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One step of a sequence. */
export type Step =
  | { readonly type: 'send' | 'recv'; readonly bytes: Uint8Array }
  | { readonly type: 'publish'; readonly topic: string; readonly qos: 0 | 1 | 2; readonly payload: string };

/** One published sequence of MQTT packets. */
export interface Sequence {
  /** The file, the group and the test, as docs/BROKER.md writes it. */
  readonly name: string;
  /** The protocol level: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. */
  readonly version: number;
  /** Whether a CONNECT comes before its steps. */
  readonly connects: boolean;
  /** Whether the broker closes the connection at the end. */
  readonly closes: boolean;
  readonly steps: readonly Step[];
}

interface Group {
  readonly group: string;
  readonly ver?: number;
  readonly connect?: boolean;
  readonly expect_disconnect?: boolean;
  readonly tests: readonly (Omit<Group, 'group' | 'tests'> & {
    readonly name: string;
    readonly msgs: readonly {
      readonly type: string;
      readonly payload: string;
      readonly topic?: string;
      readonly qos?: 0 | 1 | 2;
    }[];
  })[];
}

/** Reads every sequence of the folder; its README.md explains the notation. */
export function readSequences(folder: string): Sequence[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const groups = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Group[];
    const seen = new Map<string, number>();
    return groups.flatMap((group) =>
      group.tests.map((test) => {
        const version = test.ver ?? group.ver ?? 4;
        const plain = `${file.slice(0, -5)} v${version} ${test.name.trim()}`;
        const times = (seen.get(plain) ?? 0) + 1;
        seen.set(plain, times);
        return {
          name: times === 1 ? plain : `${plain} (${times})`,
          version,
          connects: test.connect ?? group.connect ?? true,
          closes: test.expect_disconnect ?? group.expect_disconnect ?? true,
          // Of other versions the first packet alone is sent.
          steps: (version === 4 ? test.msgs : test.msgs.slice(0, 1)).map(stepOf),
        };
      }),
    );
  });
}

function stepOf(step: Group['tests'][number]['msgs'][number]): Step {
  const { type, payload, topic, qos } = step;
  if (type === 'send' || type === 'recv') return { type, bytes: packetOf(payload) };
  if (topic === undefined || qos === undefined) throw new Error(`an unknown step: ${JSON.stringify(step)}`);
  return { type: 'publish', topic, qos, payload };
}

/** The bytes of a packet in the notation of the sequences. */
export function packetOf(text: string): Uint8Array {
  const tokens = text.match(/'[^']*'|\S+/g) ?? [];
  return Uint8Array.from(tokens.flatMap(bytesOf));
}

function bytesOf(token: string): number[] {
  if (token.startsWith("'")) return [...Buffer.from(token.slice(1, -1))];
  const [, kind = '', digits = ''] = /^([a-zA-Z])(\d+)$/.exec(token) ?? [];
  const value = Number(digits);
  switch (kind) {
    case 'r':
    case 'v':
      return variable(value);
    case 's':
    case 'k':
    case 'm':
    case 'H':
      return [value >> 8, value & 255];
    case 'L':
      return [(value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];
    case 'i':
      return [value];
    default:
      if (!/^(?:[0-9A-Fa-f]{2})+$/.test(token)) throw new Error(`an unknown token: ${token}`);
      return [...Buffer.from(token, 'hex')];
  }
}

/** A length of seven bits a byte, also one that is too long. */
function variable(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

import { getSystemErrorMap } from 'node:util';

/** What the usual programs say of devices, encoders and streams that fail. Nothing of it is of what was filmed. */
const phrases = [
  'no space left on device',
  'no such device',
  'no such file or directory',
  'device or resource busy',
  'cannot allocate memory',
  'input/output error',
  'invalid argument',
  'permission denied',
  'protocol error',
  'inappropriate ioctl for device',
  'unrecognized option',
  'unknown encoder',
  'option not found',
  'no cameras available',
  'failed to allocate buffers',
  'camera is in use',
  'could not find encoder',
  'no element',
  'could not link',
  'not negotiated',
  'buffer underflow',
  'buffer overflow',
  'thread message queue blocking',
  'non-monotonous dts',
  'non-monotonic dts',
  'invalid data found when processing input',
  'error while decoding',
  'dropped frame',
  'frame dropped',
  'timed out',
  'unauthorized',
  'not found',
] as const;

const known = [
  ...phrases,
  ...[...getSystemErrorMap().values()].map(([, message]) => message).filter((message) => message.length > 8),
];

/** The first known phrase in a line of a program, or undefined. Only the phrase is said: the line may hold anything. */
export function knownPhrase(line: string): string | undefined {
  const lower = line.toLowerCase();
  return known.find((phrase) => lower.includes(phrase));
}

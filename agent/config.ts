import * as v from 'valibot';
import { isLiteralPath, literalPathRule } from '../base/outside-file.ts';
import { commandWords } from '../evidence/encoding/statement-tables.ts';
import { isUtf8Text, utf8TextRule } from '../evidence/encoding/utf8-text.ts';
import { idPattern, runOnSecondsMax } from '../evidence/limits.ts';
import { linkLimits } from '../proto/link/limits.ts';
import { agentLimits, cellsMax } from './limits.ts';
import type { RecorderSettings } from './recorder/recorder-limits.ts';
import { sensorConfigSchema } from './sensor/config.ts';

// What `sealcam agent --config FILE` reads. docs/examples/agent.yaml explains every key.

const text = v.pipe(v.string(), v.nonEmpty('expected a text that is not empty'));
const path = v.pipe(text, v.check(isLiteralPath, literalPathRule));
const seconds = (most: number) =>
  v.pipe(
    v.number(),
    v.minValue(0, `expected a number from 0 to ${most}`),
    v.maxValue(most, `expected a number from 0 to ${most}`),
  );

const whole = (least: number, most: number) => {
  const rule = `expected a whole number from ${least} to ${most}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(least, rule), v.maxValue(most, rule));
};

const portRule = 'expected a port from 0 to 65535; 0 takes any that is free';

const { contextBytesMax } = agentLimits;
/** What people write into the evidence. */
const said = v.pipe(
  v.string(),
  v.check(
    (text) => text === '' || isUtf8Text(text, contextBytesMax),
    `expected nothing, or ${utf8TextRule(contextBytesMax)}`,
  ),
  v.transform((text) => text.normalize('NFC')),
);

const stationId = v.pipe(v.string(), v.regex(idPattern, "expected a station's id"));

/** Exactly one of: a unix socket, or a port of loopback. */
const health = v.pipe(
  v.strictObject({
    socket: v.optional(path),
    port: v.optional(
      v.pipe(v.number(), v.integer(portRule), v.minValue(0, portRule), v.maxValue(65_535, portRule)),
    ),
  }),
  v.check(
    ({ socket, port }) => (socket === undefined) !== (port === undefined),
    'expected either "socket" or "port"',
  ),
);

/** What holds while the camera has no signed policy, which replaces all but `markedFirst`. */
const policy = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,64}$/, 'expected up to 64 printable ASCII characters')),
  ringSeconds: v.optional(seconds(agentLimits.ringDurationMaxUs / 1e6), 0),
  runOnSeconds: v.optional(seconds(runOnSecondsMax), 0),
  ringInDwellings: v.optional(v.boolean(), false),
  roles: v.pipe(v.array(text), v.minLength(1, 'expected at least one role')),
  dwellingRoles: v.optional(v.array(text), []),
  padMedia: v.optional(v.boolean(), false),
  commands: v.optional(v.array(v.picklist(commandWords)), []),
  markedFirst: v.optional(v.boolean(), true),
});

const usual = agentLimits.power;
const bitsPerSecond = whole(1, linkLimits.uint32Max);

/** How the camera records, where no law says it. */
const recording = v.strictObject({
  rollOverMinutes: v.optional(
    whole(agentLimits.rollOverMinutesMin, agentLimits.rollOverMinutesMax),
    agentLimits.rollOverUs / 60_000_000,
  ),
  reminderMinutes: v.optional(whole(0, agentLimits.reminderMinutesMax), agentLimits.reminderUs / 60_000_000),
  battery: v.optional(
    v.pipe(
      v.strictObject({
        lowPercent: v.optional(whole(0, 50), usual.battery.lowPercent),
        goodPercent: v.optional(whole(1, 100), usual.battery.goodPercent),
        lowMillivolts: v.optional(whole(0, linkLimits.millivoltsMax), usual.battery.lowMillivolts),
        goodMillivolts: v.optional(whole(0, linkLimits.millivoltsMax), usual.battery.goodMillivolts),
      }),
      v.check(
        ({ lowPercent, goodPercent, lowMillivolts, goodMillivolts }) =>
          lowPercent < goodPercent && (lowMillivolts === 0 || lowMillivolts < goodMillivolts),
        'expected "goodPercent" above "lowPercent", and "goodMillivolts" above "lowMillivolts"',
      ),
    ),
    {},
  ),
  heat: v.optional(
    v.pipe(
      v.strictObject({
        warmCelsius: v.optional(whole(20, 150), usual.heat.warmCelsius),
        hotCelsius: v.optional(whole(20, 150), usual.heat.hotCelsius),
        againCelsius: v.optional(whole(1, 30), usual.heat.againCelsius),
      }),
      v.check(
        ({ warmCelsius, hotCelsius }) => warmCelsius < hotCelsius,
        'expected "hotCelsius" above "warmCelsius"',
      ),
    ),
    {},
  ),
  /** The category of a bookmark that is pressed once, twice within a second, and so on. */
  bookmarkPresses: v.optional(
    v.pipe(
      v.array(whole(1, linkLimits.bookmarkCategoryMax)),
      v.maxLength(
        agentLimits.bookmarksInRowMax,
        `expected at most ${agentLimits.bookmarksInRowMax} categories`,
      ),
    ),
    [],
  ),
  /** When the storage is nearly full: minutes of recording for which there is room; "lowMinutes" 0 never warns. */
  storage: v.optional(
    v.pipe(
      v.strictObject({
        lowMinutes: v.optional(whole(0, agentLimits.storageMinutesMax), agentLimits.storage.lowMinutes),
        againMinutes: v.optional(whole(0, agentLimits.storageMinutesMax), agentLimits.storage.againMinutes),
      }),
      v.check(
        ({ lowMinutes, againMinutes }) => lowMinutes === 0 || lowMinutes < againMinutes,
        'expected "againMinutes" above "lowMinutes"',
      ),
    ),
    {},
  ),
  /** Without it the sensor's own bitrate stays. */
  bitrate: v.optional(
    v.pipe(
      v.strictObject({ usual: bitsPerSecond, warm: bitsPerSecond }),
      v.check(({ usual, warm }) => warm < usual, 'expected "warm" below "usual"'),
    ),
  ),
});

/** The schema of an agent's configuration. */
export const agentConfigSchema = v.strictObject({
  /** The folder that `sealcam provision camera` created. */
  camera: path,
  sensor: sensorConfigSchema,
  broker: v.pipe(
    v.strictObject({
      /** `mqtts://host:port` */
      url: text,
      /** Whose vault has the key `vault.pub`, and whose receipts count; needed where there are others, or were. */
      station: v.optional(stationId),
      /** Other cells, in order of preference, for when the one before does not answer. */
      others: v.optional(
        v.pipe(
          v.array(v.strictObject({ url: text, station: stationId })),
          v.maxLength(cellsMax - 1, `expected at most ${cellsMax - 1} other cells`),
        ),
        [],
      ),
      /** How many stations must hold all of a recording before it is deleted. */
      needed: v.optional(whole(1, cellsMax), 1),
    }),
    v.check(
      ({ needed, others }) => needed <= 1 + others.length,
      'expected "needed" at most as many as there are cells',
    ),
    v.check(
      ({ station, others }) => others.length === 0 || station !== undefined,
      'expected "station" too where there are "others"',
    ),
    v.check(
      ({ station, others }) =>
        new Set([station, ...others.map((one) => one.station)]).size === 1 + others.length,
      'expected each station once',
    ),
    v.check(
      ({ url, others }) =>
        new Set([url, ...others.map((one) => one.url)].map(brokerOf)).size === 1 + others.length,
      'expected each broker once',
    ),
  ),
  /** The folder of sealed recordings that wait for their receipt. */
  spool: path,
  /** The folder, in memory, of the note that survives a killed agent; by default the spool's. */
  runtime: v.optional(path),
  policy: v.optional(policy),
  recording: v.optional(recording, {}),
  /** Written to the encrypted telemetry of each recording, and nowhere else. */
  context: v.optional(
    v.strictObject({
      reason: v.optional(said, ''),
      notice: v.optional(v.picklist(['given', 'waived', 'unknown']), 'unknown'),
      officer: v.optional(said, ''),
    }),
    {},
  ),
  /** Where health, metrics and status can be read: a unix socket or a loopback port; by default nowhere. */
  health: v.optional(health),
  log: v.optional(v.picklist(['debug', 'info', 'warn', 'alarm']), 'info'),
});

/** What of a broker's address says which one it is: its host, and its port. */
function brokerOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { hostname, port } = new URL(url);
  return `${hostname.toLowerCase()}:${port || '8883'}`;
}

/** The camera's cells, the preferred one first: their brokers, and their stations if they are named. */
export function cellsOf({ broker }: Pick<AgentConfig, 'broker'>): {
  readonly urls: readonly string[];
  readonly stations: readonly string[];
  /** How many stations must hold a recording. */
  readonly needed: number;
} {
  const { url, station, others, needed } = broker;
  return {
    needed,
    urls: [url, ...others.map((one) => one.url)],
    stations: station === undefined ? [] : [station, ...others.map((one) => one.station)],
  };
}

/** What the recorder needs of `recording`. */
export function recorderSettings({ recording }: Pick<AgentConfig, 'recording'>): RecorderSettings {
  const { rollOverMinutes, reminderMinutes, battery, heat, storage, bookmarkPresses } = recording;
  return {
    rollOverUs: rollOverMinutes * 60_000_000,
    reminderUs: reminderMinutes * 60_000_000,
    power: { battery, heat },
    storage,
    bookmarkPresses,
  };
}

/** A checked configuration; its paths are as written. */
export type AgentConfig = v.InferOutput<typeof agentConfigSchema>;

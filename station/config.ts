import * as v from 'valibot';
import { isLiteralPath, literalPathRule } from '../base/outside-file.ts';
import { resolveS3Places, s3PlacesSchema, storePlaceSchema } from './store/s3/access.ts';
import { resolvePlace } from './store/s3/location.ts';

// What `sealcam station --config FILE` reads. docs/examples/station.yaml explains every key.

const text = v.pipe(v.string(), v.nonEmpty('expected a text that is not empty'));
const path = v.pipe(text, v.check(isLiteralPath, literalPathRule));
const portRule = 'expected a port from 0 to 65535; 0 takes any that is free';

/** Whether a URL is that of a region's node. */
const isAmqp = (url: string): boolean => /^\s*amqps:/i.test(url);

/** Whether the station is a receiver of a region, which shares its store with others. */
export const isOfRegion = ({ broker }: Pick<StationConfig, 'broker'>): boolean => isAmqp(broker.url ?? '');

/** Exactly one of: the embedded broker, or an external one. */
const broker = v.pipe(
  v.strictObject({
    embedded: v.optional(
      v.strictObject({
        /** An IPv6 address may be in brackets. */
        host: v.optional(
          v.pipe(
            text,
            v.transform((host) => host.replace(/^\[(.*)\]$/, '$1')),
          ),
          '127.0.0.1',
        ),
        port: v.optional(
          v.pipe(v.number(), v.integer(portRule), v.minValue(0, portRule), v.maxValue(65_535, portRule)),
          8883,
        ),
      }),
    ),
    /** `mqtts://host:port`; or `amqps://host:port`, a node of a region, whose receivers share a store. */
    url: v.optional(text),
    /** Further nodes of the region. */
    others: v.optional(v.array(text)),
    /** Where that broker reads its CRL (Mosquitto's `crlfile`): the station keeps it as new as its revocation list. */
    crl: v.optional(path),
  }),
  v.check(
    ({ embedded, url }) => (embedded === undefined) !== (url === undefined),
    'expected either "embedded" or "url"',
  ),
  v.check(({ url, crl }) => crl === undefined || url !== undefined, 'expected "crl" with "url" alone'),
  v.check(
    ({ url = '', others = [] }) => others.length === 0 || isAmqp(url),
    'expected "others" with a "url" of a region (amqps://) alone',
  ),
);

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

const atLeastOne = 'expected a whole number of at least 1';
const quotaNumber = v.pipe(v.number(), v.safeInteger(atLeastOne), v.minValue(1, atLeastOne));

/** Below the end of the disk, which all cameras share. */
const quota = v.strictObject({
  bytesMax: v.optional(quotaNumber, 1_099_511_627_776),
  recordingsMax: v.optional(quotaNumber, 100_000),
});

/** The schema of a station's configuration. */
export const stationConfigSchema = v.strictObject({
  /** The folder that `sealcam provision station` created. */
  station: path,
  /** Folders that `sealcam provision vault` created later: transport keys in addition to the first. */
  vaultKeys: v.optional(v.array(path), []),
  /** Where the evidence is stored: a folder, or `s3://BUCKET/PREFIX`. */
  store: storePlaceSchema,
  /** Where the key envelopes are stored; never inside the store. */
  vault: storePlaceSchema,
  /** How the buckets of those that are in one are reached. */
  s3: v.optional(s3PlacesSchema),
  /** The agency's newest revocation list, or the folder of its lists; without it no key counts as revoked. */
  revocations: v.optional(path),
  /**
   * Rosters of the agency, as files or folders: the recipients of each recording are compared with the roster that it
   * names.
   */
  rosters: v.optional(v.array(path), []),
  /**
   * A folder of what the agency issued for cameras, as its own folder has it: `policies`, `rosters`, `revocations`, `vaults`, `issued`.
   * The newest of each is sent to every camera that connects.
   */
  issued: v.optional(path),
  broker,
  /** How much is stored for each camera; anything above it is refused, and stays on the camera. */
  quota: v.optional(quota, {}),
  /** Where health, metrics and status can be read: a unix socket or a loopback port; by default nowhere. */
  health: v.optional(health),
  log: v.optional(v.picklist(['debug', 'info', 'warn', 'alarm']), 'info'),
});

/** A checked configuration; its paths are as written. */
export type StationConfig = v.InferOutput<typeof stationConfigSchema>;

/** A configuration whose paths have been resolved by `at`. */
export function resolvePaths(config: StationConfig, at: (path: string) => string): StationConfig {
  return {
    ...config,
    station: at(config.station),
    vaultKeys: config.vaultKeys.map(at),
    rosters: config.rosters.map(at),
    store: resolvePlace(config.store, at),
    vault: resolvePlace(config.vault, at),
    ...(config.s3 !== undefined && { s3: resolveS3Places(config.s3, at) }),
    broker: { ...config.broker, ...(config.broker.crl !== undefined && { crl: at(config.broker.crl) }) },
    ...(config.issued !== undefined && { issued: at(config.issued) }),
    ...(config.revocations !== undefined && { revocations: at(config.revocations) }),
    ...(config.health?.socket !== undefined && { health: { socket: at(config.health.socket) } }),
  };
}

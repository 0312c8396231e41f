import { SealcamError } from '../base/errors.ts';

/** The address of a broker. */
export interface MqttAddress {
  /** A name, an IPv4 address, or an IPv6 address without brackets; a link-local one has its zone: `fe80::1%eth0`. */
  readonly host: string;
  readonly port: number;
}

/** RFC 6874 writes the zone after `%25`; what people copy from a terminal has `%` alone. */
const zonePattern = /%(?:25)?([A-Za-z0-9._~-]+)(?=\])/;

/** How a program speaks with a broker; `amqps` is for a station of a region alone. */
export type BrokerScheme = 'mqtts' | 'amqps';

const defaultPorts = { mqtts: 8883, amqps: 5671 } as const;

/**
 * The host and port of `mqtts://HOST:PORT`; the default port is 8883 (of `amqps` 5671).
 * @throws SealcamError `BROKER_URL`.
 */
export function parseBrokerUrl(text: string, scheme: BrokerScheme = 'mqtts'): MqttAddress {
  const zone = zonePattern.exec(text)?.[1];
  const plain = text.replace(zonePattern, '');
  const url = parsed(plain);
  // The host of a scheme that the standard knows is brought to one form: umlauts to ASCII, IPv6 to its shortest.
  const host = parsed(plain.replace(new RegExp(`^\\s*${scheme}:`, 'i'), 'https:'))?.hostname;
  if (url?.protocol !== `${scheme}:` || host === undefined || !hasHostAlone(url)) {
    throw new SealcamError(
      'BROKER_URL',
      `The broker's address is "${text}": give one such as ${scheme}://station.example:${defaultPorts[scheme]}`,
    );
  }
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return {
    host: zone === undefined ? bare : `${bare}%${zone}`,
    port: url.port === '' ? defaultPorts[scheme] : Number(url.port),
  };
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Whether nothing but host and port is in `url`; nothing listens on port 0. */
function hasHostAlone({ hostname, port, pathname, search, hash, username, password }: URL): boolean {
  return (
    hostname !== '' &&
    port !== '0' &&
    ['', '/'].includes(pathname) &&
    [search, hash, username, password].every((part) => part === '')
  );
}

/** The URL of a broker at this address; {@link parseBrokerUrl} reads it back. */
export function brokerUrl({ host, port }: MqttAddress): string {
  return `mqtts://${hostAndPort(host.replace('%', '%25'), port)}`;
}

/** `HOST:PORT`, with a literal IPv6 address in brackets. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What a certificate calls this host: the zone of an address is this machine's alone. */
export function certifiedHost(host: string): string {
  return host.replace(/%.*$/, '');
}

import { SealcamError } from '../base/errors.ts';

/** The address of a broker. */
export interface MqttAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The host and port of `mqtts://HOST:PORT`; the default port is 8883.
 * @throws SealcamError `BROKER_URL`.
 */
export function parseBrokerUrl(text: string): MqttAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url !== undefined && ['', '/'].includes(url.pathname) && url.search === '' && url.username === '';
  if (url?.protocol !== 'mqtts:' || url.hostname === '' || !plain) {
    throw new SealcamError(
      'BROKER_URL',
      `The broker's address is "${text}": give one such as mqtts://station.example:8883`,
    );
  }
  // A literal IPv6 address is in brackets.
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? 8883 : Number(url.port) };
}

/** The URL of a broker at this address; {@link parseBrokerUrl} reads it back. */
export function brokerUrl({ host, port }: MqttAddress): string {
  return `mqtts://${hostAndPort(host, port)}`;
}

/** `HOST:PORT`, with a literal IPv6 address in brackets. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

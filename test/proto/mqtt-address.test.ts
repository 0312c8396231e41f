import t from 'tap';
import { brokerUrl, certifiedHost, hostAndPort, parseBrokerUrl } from '../../proto/mqtt-address.ts';

t.test('an address that is written out can be read again', async (t) => {
  for (const host of ['::1', 'fe80::1', 'fe80::1%eth0', '::1%lo', '127.0.0.1', 'station.example']) {
    const url = brokerUrl({ host, port: 8884 });
    t.same(parseBrokerUrl(url), { host, port: 8884 }, url);
    t.equal(url.includes('['), host.includes(':'));
  }
});

t.test('what people write for one broker is one address', async (t) => {
  for (const [text, host, port] of [
    ['mqtts://station.example', 'station.example', 8883],
    ['MQTTS://Station.Example:443/', 'station.example', 443],
    ['mqtts://wache-köln.example', 'xn--wache-kln-67a.example', 8883],
    ['mqtts://[::1%lo]:1', '::1%lo', 1],
    ['mqtts://[fe80::1%25eth0.1]', 'fe80::1%eth0.1', 8883],
    ['mqtts://[FE80:0:0:0:0:0:0:1]:8883', 'fe80::1', 8883],
    ['mqtts://[::ffff:192.0.2.1]', '::ffff:c000:201', 8883],
  ] as const) {
    t.same(parseBrokerUrl(text), { host, port }, text);
  }
});

t.test('whatever else is in it is refused, not passed over', async (t) => {
  for (const text of [
    '',
    'station.example:8883',
    'mqtt://station.example',
    'https://station.example',
    'mqtts://',
    'mqtts://::1:8883',
    'mqtts://[::1',
    'mqtts://[::1%]',
    'mqtts://[::1%lo; x]',
    'mqtts://[station.example]',
    'mqtts://station.example%eth0',
    'mqtts://user@station.example',
    'mqtts://:secret@station.example',
    'mqtts://station.example/topic',
    'mqtts://station.example?x=1',
    'mqtts://station.example#x',
    'mqtts://station.example:0',
    'mqtts://station.example:65536',
    'mqtts://a b',
    'mqtts://300.1.1.1',
  ]) {
    t.throws(() => parseBrokerUrl(text), { code: 'BROKER_URL', message: /give one such as mqtts:/ }, text);
  }
});

t.test('a certificate names an address without its zone, and a log with it', async (t) => {
  t.equal(certifiedHost('fe80::1%eth0'), 'fe80::1');
  t.equal(certifiedHost('station.example'), 'station.example');
  t.equal(hostAndPort('fe80::1%eth0', 8883), '[fe80::1%eth0]:8883');
});

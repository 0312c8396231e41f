"""Statements of evidence format 1: their fields, envelopes and names, from docs/FORMAT.md."""
import hashlib
import re

from canonical import decode, need
from certificates import ID, verifies_raw
from records import BODY_MAX, INDEX_MAX

INTEGER_MAX = 2**53 - 1
ROLE = r'[a-z][a-z0-9-]{0,31}\Z'
POLICY_NAME = r'[\x20-\x7e]{1,64}\Z'
KEYS_MAX = 65_536

U = ('u', 0, INTEGER_MAX)
U1 = ('u', 1, INTEGER_MAX)
U32 = ('u', 0, 2**32 - 1)
INDEX = ('u', 0, INDEX_MAX)
RECORDING = ('recording_id', 'bytes', 16, 16)
MOMENT = {1: ('epoch', 'bytes', 16, 16), 2: ('uptime', *U), 3: ('utc', *U), 4: ('state', 'enum', range(8)), 5: ('error', *U)}
PART = {1: ('header', 'bytes', 74, 74), 2: ('digests', 'many digest', 1, 66)}
LINK = {1: RECORDING, 2: ('index', *INDEX), 3: ('previous', 'digest')}
CERTIFICATE = {1: ('certificate', 'bytes', 1, 4096)}
DIGEST_HEX, WORD, N16 = '[0-9a-f]{64}', '[a-z][a-z0-9-]{0,31}', '(0|[1-9][0-9]{0,15})'
# By number: the form of a journal entry's value.
JOURNAL_VALUES = {
    1: f'[0-9A-Za-z.+-]{{1,32}} {DIGEST_HEX}', 2: WORD, 3: f'{DIGEST_HEX} (0|[1-9][0-9]{{0,4}}) {DIGEST_HEX}',
    4: '[+-][1-9][0-9]{0,15} (unknown|free-running|synchronised|unset|rtc|ntp|gnss|station)', 5: f'{DIGEST_HEX} {WORD} {WORD}',
    6: f'{N16} {DIGEST_HEX}', 7: f'{N16} {DIGEST_HEX}', **{event: f'({WORD})?' for event in range(8, 16)},
    16: f'[1-9][0-9]{{0,15}} {WORD}', 17: f'{N16} {N16} [1-9][0-9]{{0,15}}',
    18: f'{N16} {DIGEST_HEX}', 19: f'{N16} {DIGEST_HEX}',
}
BOOT, SHUTDOWN, CUT = 1, 2, 3
KINDS = {
    'session': {
        **CERTIFICATE, 2: ('format', *U32), 3: ('device_id', 'text', ID), 4: ('session_key', 'bytes', 120, 120),
        5: ('boot_counter', *U1), 6: ('previous_session', 'digest?'), 7: ('next', *U1), 8: ('newest', 'digest?'),
        9: ('chain', 'bytes?', 16),
    },
    'head': {
        1: ('session', 'digest'), 2: ('nonce', 'bytes', 32, 32), 3: ('boot_counter', *U1), 4: ('next', *U1),
        5: ('newest', 'digest?'),
    },
    'opening': {1: ('core', 'bytes', 1, 8192), 2: ('commitments', 'many digest', 1, 16), 3: ('envelope', 'digest')},
    'chunk': {
        **LINK, 4: ('media', 'message', PART), 5: ('telemetry', 'message', PART), 6: ('start', 'message', MOMENT),
        7: ('duration', *U), 8: ('dependent', 'bool'), 9: ('newest_receipt', 'digest?'),
    },
    'gap': {
        **LINK, 4: ('start', 'message', MOMENT), 5: ('duration', *U), 6: ('cause', 'enum', range(1, 6)), 7: ('video', *U),
        8: ('audio', *U), 9: ('at_least', 'bool'),
    },
    'recorded-command': {**LINK, 4: ('command', 'bytes', 1, 16_384), 5: ('obeyed', 'bool'), 6: ('refusal', 'enum', range(9))},
    'command-answer': {
        1: ('session', 'digest'), 2: ('command', 'digest'), 3: ('obeyed', 'bool'), 4: ('refusal', 'enum', range(9)),
        5: ('recording_id', 'bytes?', 16), 6: ('index', *INDEX), 7: ('counter', *U),
    },
    'closing': {
        **LINK, 4: ('reason', 'enum', range(1, 11)), 5: ('chunks', *INDEX), 6: ('gaps', *INDEX), 7: ('duration', *U),
        8: ('segments', *U), 9: ('end', 'message', MOMENT), 10: ('recovered_by', 'digest?'), 11: ('absent', *U),
    },
    'loss': {
        1: ('session', 'digest'), 2: RECORDING, 3: ('index', *INDEX), 4: ('statement', 'digest'),
        5: ('segments', 'many message', 1, 132, {1: ('part', 'u', 0, 1), 2: ('number', 'u', 0, 65)}),
        6: ('cause', 'enum', (1,)),
    },
    'journal': {
        1: ('session', 'digest'), 2: ('index', 'u', 0, 65_535), 3: ('previous', 'digest'), 4: ('moment', 'message', MOMENT),
        5: ('event', 'enum', range(1, 20)), 6: ('value', 'text', r'[\x20-\x7e]{0,200}\Z'),
    },
    'receipt': {
        **CERTIFICATE, 2: ('station_id', 'text', ID), 3: ('device_id', 'text', ID), 4: RECORDING,
        5: ('count', *INDEX), 6: ('statement', 'digest'), 7: ('envelope', 'digest?'), 8: ('complete', 'bool'), 9: ('utc', *U),
        10: ('counter', *U1), 11: ('previous', 'digest?'), 12: ('losses', 'many digest', 0, 1024),
    },
    'checkpoint': {
        **CERTIFICATE, 2: ('station_id', 'text', ID), 3: ('counter', *U1), 4: ('newest_receipt', 'digest'), 5: ('utc', *U),
    },
    'command': {
        **CERTIFICATE, 2: ('session', 'digest'), 3: ('counter', *U1), 4: ('action', 'enum', range(1, 7)), 5: ('head', 'digest?'),
        6: ('valid_s', 'u', 0, 86_400), 7: ('argument', *U32), 8: ('category', 'u', 0, 99),
    },
    'deletion': {
        **CERTIFICATE, 2: ('device_id', 'text', ID), 3: RECORDING, 4: ('number', *U1), 5: ('closing', 'digest'),
        6: ('envelope', 'digest'), 7: ('reason', 'utf8', 256), 8: ('utc', *U),
    },
    'roster': {
        1: ('version', *U1),
        2: ('roles', 'many message', 1, 16, {
            1: ('name', 'text', ROLE),
            2: ('recipients', 'many message', 1, 64, {1: ('label', 'utf8', 64), 2: ('public_key', 'bytes', 1665, 1665)}),
        }),
    },
    'revocation': {
        1: ('version', *U1),
        2: ('certificates', 'many message', 0, KEYS_MAX, {1: ('key_id', 'digest'), 2: ('from', *U)}),
    },
    'policy': {
        1: ('version', *U1), 2: ('name', 'text', POLICY_NAME), 3: ('pre_event_s', 'u', 0, 120), 4: ('pre_event_sound', 'bool'),
        5: ('pre_event_in_dwellings', 'bool'), 6: ('run_on_s', 'u', 0, 300), 7: ('retention_days_min', 'u', 0, 36_500),
        8: ('retention_days_max', 'u', 0, 36_500),
        9: ('holds', 'many message', 0, 3, {1: ('ground', 'enum', range(1, 4)), 2: ('months_max', 'u', 0, 1_200)}),
        10: ('roles', 'many text', 1, 16, ROLE), 11: ('dwelling_mode', 'enum', (1, 2)),
        12: ('dwelling_roles', 'many text', 0, 15, ROLE), 13: ('reasons', 'many utf8', 0, 64, 64),
        14: ('automatic_starts', 'many text', 0, 3, r'(holster|peer|vehicle-light)\Z'),
        15: ('commands', 'many text', 0, 6, r'(bitrate|bookmark|reboot|renew-certificate|start|stop)\Z'), 16: ('padding', 'bool'),
        17: ('position_every_s', 'u', 0, 3_600), 18: ('readings_every_s', 'u', 0, 3_600),
        19: ('stations_needed', 'u', 0, 16), 20: ('stations', 'many text', 0, 16, ID),
    },
    'vault-key': {1: ('station_id', 'text', ID), 2: ('version', *U1), 3: ('public_key', 'bytes', 1665, 1665)},
}
CORE = {
    1: ('format', *U32), 2: ('session', 'digest'), 3: ('device_id', 'text', ID), 4: RECORDING, 5: ('number', *U1),
    6: ('previous', 'message', {1: ('number', *U), 2: ('statement', 'digest?'), 3: ('state', 'enum', range(3))}),
    7: ('roster_version', *U1), 8: ('roster', 'digest'), 9: ('roles', 'many text', 1, 16, ROLE),
    10: ('policy', 'text', POLICY_NAME), 11: ('start', 'message', MOMENT), 12: ('start_kind', 'enum', (1, 2, 3, 4)),
    13: ('policy_digest', 'digest?'), 14: ('policy_version', *U),
}
ENVELOPE = {
    1: ('payload', 'bytes', 0, BODY_MAX), 2: ('type', 'text', r'application/vnd\.sealcam\.[a-z-]{1,40}\.v[1-9][0-9]{0,2}\Z'),
    3: ('signatures', 'many message', 1, 1, {1: ('sig', 'bytes', 96, 96), 2: ('keyid', 'text', r'([0-9a-f]{64})?\Z')}),
}
CARRY_CERTIFICATE = {'session', 'receipt', 'checkpoint', 'command', 'deletion'}


class Statement:
    """An envelope, taken apart; `parse` only after `signed_by`."""

    def __init__(self, body):
        need(len(body) <= BODY_MAX, 'an envelope beyond its bound')
        envelope = decode(body, ENVELOPE)
        self.payload, self.type, self.sig = envelope['payload'], envelope['type'], envelope['signatures'][0]['sig']
        kind = self.type.encode()
        self.pae = b'DSSEv1 %d %s %d %s' % (len(kind), kind, len(self.payload), self.payload)
        self.digest = hashlib.sha256(self.pae).digest()
        named = re.match(r'application/vnd\.sealcam\.([a-z-]+)\.v1\Z', self.type)
        self.kind = named[1] if named and named[1] in KINDS else None

    def signed_by(self, spki):
        return verifies_raw(spki, self.pae, self.sig)

    def parse(self):
        self.body = decode(self.payload, KINDS[self.kind])
        if self.kind == 'journal':
            event = self.body['event']
            need(re.fullmatch(JOURNAL_VALUES[event], self.body['value']), 'a value of another form')
            need((event == BOOT) == (self.body['index'] == 0), 'a boot that is not first, or another event that is')
        return self.body

    def certificate(self):
        payload = self.payload
        need(len(payload) > 3 and payload[0] == 0x0A and payload[1] >= 0x80 and 0 < payload[2] < 0x80, 'no certificate')
        length = payload[1] & 0x7F | payload[2] << 7
        need(length <= 4096 and len(payload) >= 3 + length, 'no certificate')
        return payload[3:3 + length]


LINK_KINDS = ('chunk', 'gap', 'recorded-command', 'closing')


def check_command(body):
    need(bool(body['head']) == (body['valid_s'] > 0), 'a time without its head')
    need((body['action'] == 4) == (body['argument'] > 0), 'an argument of another action')
    need(body['category'] == 0 or body['action'] == 3, 'a category of another action')


def check_core(core, commitments):
    roles = core['roles']
    need(roles == sorted(set(roles)) and len(roles) == len(commitments), 'roles')
    need(bool(core['policy_digest']) == (core['policy_version'] > 0), "half of a policy's name")

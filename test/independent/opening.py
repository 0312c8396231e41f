"""Opens what a recording's chunks hold: key envelope, key schedule and FLOE of evidence format 1, from docs/FORMAT.md.

What it is given was verified before; see verify.py.
"""
import base64
import hashlib
import hmac

import hpke
from canonical import Refused, decode, need
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PARAMS = bytes.fromhex('00000001000000000020')
SEGMENT, OVERHEAD = 65_536, 32
ROLE = r'[a-z][a-z0-9-]{0,31}\Z'
ENVELOPE = {
    1: ('recording_id', 'bytes', 16, 16),
    2: ('roles', 'many message', 1, 16, {
        1: ('name', 'text', ROLE),
        2: ('shares', 'many message', 1, 64, {
            1: ('recipient', 'digest'), 2: ('enc', 'bytes', 1665, 1665), 3: ('ciphertext', 'bytes', 48, 48),
        }),
    }),
}


def extract(salt, ikm):
    return hmac.digest(salt, ikm, 'sha384')


def expand(prk, info, length):
    need(length <= 48, 'more than a block')
    return hmac.digest(prk, info + b'\x01', 'sha384')[:length]


def read_key_file(text):
    """The key pair of a recipient's key file."""
    lines = text.replace('\r\n', '\n').rstrip('\n').split('\n')
    need(lines[0] == 'sealcam private key 1', 'no private key file')
    fields = dict(line.split(': ', 1) for line in lines[1:])
    need(fields['suite'] == 'mlkem1024-p384', 'a key of another suite')
    pair = hpke.KeyPair(base64.b64decode(fields['seed'], validate=True))
    need(base64.b64decode(fields['public-key'], validate=True) == pair.public_key, 'halves of different keys')
    return pair


def parse_envelope(data):
    need(len(data) <= 262_144, 'a key envelope beyond its bound')
    envelope = decode(data, ENVELOPE)
    names = [role['name'] for role in envelope['roles']]
    need(names == sorted(set(names)), 'roles that do not ascend')
    recipients = [share['recipient'] for role in envelope['roles'] for share in role['shares']]
    need(len(recipients) == len(set(recipients)) <= 64, 'a recipient twice, or too many')
    return envelope


def shares_of(opening, core, envelope_bytes, pairs):
    """One share of each role, as the camera committed to them."""
    need(hashlib.sha256(envelope_bytes).digest() == opening['envelope'], 'another key envelope')
    envelope = parse_envelope(envelope_bytes)
    need(envelope['recording_id'] == core['recording_id'], 'the key envelope of another recording')
    need([role['name'] for role in envelope['roles']] == core['roles'], 'other roles')
    salt = hashlib.sha256(opening['core']).digest()
    shares = []
    for number, role in enumerate(envelope['roles']):
        held, good = False, None
        for wrapped in role['shares']:
            pair = next((one for one in pairs if one.id == wrapped['recipient']), None)
            if pair is None:
                continue
            held = True
            info = b'sealcam/v1/share\0' + core['recording_id'] + bytes([number]) + wrapped['recipient']
            share = hpke.open_sealed(pair, info, wrapped['enc'], wrapped['ciphertext'])
            if share is None:
                continue
            label = b'sealcam/v1/share-commitment' + bytes([number])
            commitment = expand(extract(salt, share), label, 32)
            if hmac.compare_digest(commitment, opening['commitments'][number]):
                good = share
        need(held, f'no key for the role {role["name"]}')
        need(good is not None, f'another share of the role {role["name"]} than the camera committed to')
        shares.append(good)
    return shares


class Keys:
    """The key chain of a recording; asked for ascending indexes."""

    def __init__(self, core_bytes, shares):
        prk = extract(hashlib.sha256(core_bytes).digest(), b''.join(shares))
        self.chain, self.index = expand(prk, b'sealcam/v1/chain', 48), 0

    def of(self, index):
        while self.index < index:
            self.chain = expand(self.chain, b'sealcam/v1/next', 48)
            self.index += 1
        return expand(self.chain, b'sealcam/v1/media', 32), expand(self.chain, b'sealcam/v1/telemetry', 32)


def open_part(key, aad, header, segments, most):
    """The plaintext of a FLOE message; refused unless all of it is authentic and within `most` bytes."""
    need(len(header) == 74 and header[:10] == PARAMS, 'other parameters')
    iv = header[10:42]

    def derive(key, purpose, length):
        return expand(key, PARAMS + iv + purpose + aad, length)

    need(hmac.compare_digest(derive(key, b'HEADER_TAG:', 32), header[42:]), 'a key that does not open this part')
    cipher = AESGCM(derive(derive(key, b'MESSAGE_KEY:', 48), b'DEK:' + bytes(8), 32))
    need(segments, 'a part without a segment')
    plain = b''
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if last:
            need(OVERHEAD <= len(segment) <= SEGMENT, 'a final segment of another length')
            need(len(segment) > OVERHEAD or number == 0, 'a final segment without content')
            prefix = len(segment).to_bytes(4, 'big')
        else:
            need(len(segment) == SEGMENT, 'a segment of another length')
            prefix = b'\xff' * 4
        need(segment[:4] == prefix, 'another prefix than the place of the segment wants')
        try:
            plain += cipher.decrypt(segment[4:16], segment[16:], number.to_bytes(8, 'big') + bytes([last]))
        except InvalidTag:
            raise Refused('a segment that is not authentic') from None
    need(len(plain) <= most, 'a part beyond its bound')
    return plain


MEDIA_MAX, TELEMETRY_MAX = 4_259_840, 1_048_576


def open_chunk(keys, opening_digest, index, parts):
    """(media, telemetry) of a chunk, or None where one of them is not authentic; `parts` are (header, segments)."""
    out = []
    for number, (key, (header, segments), most) in enumerate(
        zip(keys.of(index), parts, (MEDIA_MAX, TELEMETRY_MAX))
    ):
        aad = opening_digest + index.to_bytes(8, 'big') + bytes([number])
        try:
            out.append(open_part(key, aad, header, segments, most))
        except Refused:
            return None
    return tuple(out)

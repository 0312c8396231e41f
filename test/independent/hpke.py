"""HPKE (RFC 9180), base mode, MLKEM1024-P384 + HKDF-SHA384 + AES-256-GCM: opening alone, for tests.

The KEM is the one of draft-ietf-hpke-pq-05 as docs/FORMAT.md states it. P-384 and AES-GCM are Debian's
python3-cryptography; ML-KEM is mlkem.py.
"""
import hashlib
import hmac

import mlkem
from canonical import Refused
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

P384_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
POINT_BYTES = 97
PUBLIC_KEY_BYTES = mlkem.EK_BYTES + POINT_BYTES
ENC_BYTES = mlkem.CIPHERTEXT_BYTES + POINT_BYTES
SEED_BYTES = 32
SUITE = b'HPKE' + bytes.fromhex('005100020002')


def point(public):
    numbers = public.public_numbers()
    return b'\x04' + numbers.x.to_bytes(48, 'big') + numbers.y.to_bytes(48, 'big')


def on_curve(data):
    if len(data) != POINT_BYTES or data[0] != 4:
        raise Refused('a point in another encoding')
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), data)
    except ValueError:
        raise Refused('a point that is not on the curve') from None


class KeyPair:
    """Both private keys of a seed of 32 bytes, and the public key of 1,665."""

    def __init__(self, seed):
        if len(seed) != SEED_BYTES:
            raise Refused('a seed of another length')
        expanded = hashlib.shake_256(seed).digest(64 + 48)
        ek, self.dk = mlkem.keygen(expanded[:64])
        scalar = int.from_bytes(expanded[64:], 'big')
        if not 0 < scalar < P384_ORDER:
            raise Refused('a seed that gives no P-384 key')
        self.secret = ec.derive_private_key(scalar, ec.SECP384R1())
        self.point = point(self.secret.public_key())
        self.public_key = ek + self.point
        self.id = hashlib.sha256(self.public_key).digest()

    def decapsulate(self, enc):
        if len(enc) != ENC_BYTES:
            raise Refused('an encapsulation of another length')
        ciphertext, ephemeral = enc[:mlkem.CIPHERTEXT_BYTES], enc[mlkem.CIPHERTEXT_BYTES:]
        first = mlkem.decapsulate(self.dk, ciphertext)
        second = self.secret.exchange(ec.ECDH(), on_curve(ephemeral))
        return hashlib.sha3_256(first + second + ephemeral + self.point + b'MLKEM1024-P384').digest()


def extract(salt, ikm):
    return hmac.digest(salt, ikm, 'sha384')


def expand(prk, info, length):
    out, block, count = b'', b'', 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([count]), 'sha384')
        out += block
        count += 1
    return out[:length]


def labeled_extract(salt, label, ikm):
    return extract(salt, b'HPKE-v1' + SUITE + label + ikm)


def labeled_expand(prk, label, info, length):
    return expand(prk, length.to_bytes(2, 'big') + b'HPKE-v1' + SUITE + label + info, length)


def schedule(shared, info):
    """The key and the base nonce of RFC 9180, 5.1, mode base."""
    context = b'\x00' + labeled_extract(b'', b'psk_id_hash', b'') + labeled_extract(b'', b'info_hash', info)
    secret = labeled_extract(shared, b'secret', b'')
    return labeled_expand(secret, b'key', context, 32), labeled_expand(secret, b'base_nonce', context, 12)


def open_sealed(pair, info, enc, ciphertext):
    """The plaintext, or None where it was not sealed to this key under this info, or was altered."""
    try:
        key, nonce = schedule(pair.decapsulate(enc), info)
        return AESGCM(key).decrypt(nonce, ciphertext, b'')
    except (InvalidTag, Refused):
        return None

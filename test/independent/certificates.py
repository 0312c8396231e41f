"""X.509 certificates and ECDSA of evidence format 1, from docs/FORMAT.md."""
import base64
import functools
import re

from canonical import Refused, need
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

SPKI_START = bytes.fromhex('3076301006072a8648ce3d020106052b8104002203620004')
ID = r'[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z'
PURPOSE = '2.25.206885387596204835515295708518418244230.1.'
DEVICE, RECEIPT, COMMAND, DELETION = 1, 2, 3, 4
ECDSA_SHA384 = bytes.fromhex('300a06082a8648ce3d040303')
KEY_ID, KEY_USAGE, ALTERNATIVE, CONSTRAINTS, AUTHORITY, EXTENDED = (
    '551d0e', '551d0f', '551d11', '551d13', '551d23', '551d25')
KNOWN = {KEY_ID, KEY_USAGE, ALTERNATIVE, CONSTRAINTS, AUTHORITY, EXTENDED}


def der(data):
    """[(tag, content, whole element)], definite and shortest lengths throughout."""
    elements, at = [], 0
    while at < len(data):
        need(at + 2 <= len(data), 'DER that ends early')
        tag, length, start = data[at], data[at + 1], at + 2
        if length >= 0x80:
            size = length & 0x7F
            need(size in (1, 2) and start + size <= len(data), 'a DER length')
            length = int.from_bytes(data[start:start + size], 'big')
            need(length >= (0x80 if size == 1 else 0x100), 'a DER length that is too long')
            start += size
        need(start + length <= len(data), 'DER beyond the end')
        elements.append((tag, data[start:start + length], data[at:start + length]))
        at = start + length
    return elements


def inside(element, tag):
    need(element[0] == tag, 'another DER element than expected')
    return element[1]


def public_key(spki):
    """The verifying key of a SubjectPublicKeyInfo in the one encoding that is accepted."""
    need(len(spki) == 120 and spki.startswith(SPKI_START), 'not an uncompressed P-384 key')
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), spki[-97:])
    except ValueError:
        raise Refused('a point that is not on the curve') from None


@functools.lru_cache(maxsize=65_536)
def verifies(spki, message, signature):
    """Whether an ECDSA signature in DER is by this key."""
    try:
        public_key(spki).verify(signature, message, ec.ECDSA(hashes.SHA384()))
        return True
    except (InvalidSignature, Refused, ValueError):
        return False


def verifies_raw(spki, message, signature):
    """As `verifies`, for r || s."""
    r, s = int.from_bytes(signature[:48], 'big'), int.from_bytes(signature[48:], 'big')
    return verifies(spki, message, utils.encode_dss_signature(r, s))


def parse(data):
    need(len(data) <= 4096, 'a certificate beyond its bound')
    whole = der(data)
    need(len(whole) == 1, 'bytes after the certificate')
    parts = der(inside(whole[0], 0x30))
    need(len(parts) == 3 and parts[1][2] == ECDSA_SHA384, 'another algorithm')
    fields = der(inside(parts[0], 0x30))
    need(len(fields) == 8 and fields[0][2] == bytes.fromhex('a003020102'), 'not X.509 version 3 with extensions')
    need(fields[2][2] == ECDSA_SHA384, 'another algorithm')
    spki = fields[6][2]
    public_key(spki)
    extensions = {}
    listed = der(inside(fields[7], 0xA3))
    need(len(listed) == 1, 'bytes after the extensions')
    for one in der(inside(listed[0], 0x30)):
        items = der(inside(one, 0x30))
        critical = len(items) == 3
        need(len(items) in (2, 3) and (not critical or items[1][2] == b'\x01\x01\xff'), 'a malformed extension')
        name = inside(items[0], 6).hex()
        need(name not in extensions and (not critical or name in KNOWN), 'an extension twice, or unknown and critical')
        extensions[name] = (critical, inside(items[-1], 4))
    signature = inside(parts[2], 3)
    need(signature[:1] == b'\0', 'a signature with unused bits')
    return {
        'tbs': parts[0][2], 'signature': signature[1:], 'issuer': fields[3][2], 'subject': fields[5][2], 'spki': spki,
        'extensions': extensions,
    }


def read_root(data):
    if not data.startswith(b'\x30'):
        found = re.findall(rb'-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----', data)
        need(len(found) == 1, 'the root is no certificate')
        data = base64.b64decode(found[0])
    root = parse(data)
    critical, constraints = root['extensions'].get(CONSTRAINTS, (False, b''))
    need(critical and der(inside(der(constraints)[0], 0x30))[0][2] == b'\x01\x01\xff', 'the root is no authority')
    usage = root['extensions'].get(KEY_USAGE, (False, b''))[1]
    need(usage in (bytes.fromhex('03020204'), bytes.fromhex('03020106')), 'the root may do other things')
    need(root['issuer'] == root['subject'], 'the root is not self-signed')
    need(verifies(root['spki'], root['tbs'], root['signature']), 'the root is not self-signed')
    return root


def object_identifier(dotted):
    first, second, *rest = [int(one) for one in dotted.split('.')]
    out = b''
    for value in [first * 40 + second, *rest]:
        digits = [value & 0x7F]
        while value := value >> 7:
            digits.append(value & 0x7F | 0x80)
        out += bytes(reversed(digits))
    return out


def check(data, root, purpose):
    """The certificate, with its `name`, if it is good for `purpose`."""
    one = parse(data)
    extensions = one['extensions']
    need(one['issuer'] == root['subject'], 'another issuer')
    if AUTHORITY in extensions:
        authority = der(inside(der(extensions[AUTHORITY][1])[0], 0x30))
        own = der(root['extensions'][KEY_ID][1])[0][1] if KEY_ID in root['extensions'] else None
        need(all(tag != 0x80 or content == own for tag, content, _ in authority), "another issuer's key")
    need(verifies(root['spki'], one['tbs'], one['signature']), 'not signed by the root')
    need(one['spki'] != root['spki'] and one['subject'] != root['subject'], "the root's own key or name")
    need(extensions.get(CONSTRAINTS, (0, b'\x30\0'))[1] == b'\x30\0', 'an authority')
    need(extensions.get(KEY_USAGE) == (True, bytes.fromhex('03020780')), 'another key usage')
    purposes = der(inside(der(extensions.get(EXTENDED, (0, b'\x30\0'))[1])[0], 0x30))
    need([content for _, content, _ in purposes] == [object_identifier(PURPOSE + str(purpose))], 'another purpose')
    names = der(inside(der(one['subject'])[0], 0x30))
    need(len(names) == 1, 'another subject than one common name')
    attributes = der(inside(names[0], 0x31))
    need(len(attributes) == 1, 'another subject than one common name')
    kind, value = der(inside(attributes[0], 0x30))
    need(kind[1].hex() == '550403', 'another subject than one common name')
    one['name'] = value[1].decode('ascii', 'replace')
    need(re.match(ID, one['name']), 'a common name that is no id')
    one['minimum_roster'] = 0
    if ALTERNATIVE in extensions:
        alternatives = der(inside(der(extensions[ALTERNATIVE][1])[0], 0x30))
        need(purpose == DEVICE and len(alternatives) == 1 and alternatives[0][0] == 0x86, 'an alternative name')
        found = re.match(rb'urn:sealcam:minimum-roster:([1-9][0-9]{0,15})\Z', alternatives[0][1])
        need(found, 'an alternative name')
        one['minimum_roster'] = int(found[1])
    return one

#!/usr/bin/env python3
"""A second verifier of evidence format 1, written from docs/FORMAT.md alone: it shares nothing with the project.

    python3 verify.py ROOT.crt FILE.seal [FILE.receipts ...]

Prints what it finds as one line of JSON and exits like `sealcam verify`. Python's standard library, and the openssl
command line for ECDSA. Not covered: revocation lists, deletions, losses, commands, several recordings.
"""
import base64
import functools
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

MAGIC = bytes.fromhex('895345414c0d0a1a')
RECORD = b'SCR1'
BODY_MAX = 130_000
INDEX_MAX = 16_777_215
INTEGER_MAX = 2**53 - 1
PARAMS = bytes.fromhex('00000001000000000020')
SPKI_START = bytes.fromhex('3076301006072a8648ce3d020106052b8104002203620004')
ID = re.compile(r'[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z')
ROLE = re.compile(r'[a-z][a-z0-9-]{0,31}\Z')
PURPOSE = '2.25.206885387596204835515295708518418244230.1.'


class Refused(Exception):
    """What the format refuses."""


def need(condition, why):
    if not condition:
        raise Refused(why)


# --- CRC-32C and records ----------------------------------------------------------------------------------------------
def make_table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


TABLE = make_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def record_at(data, at):
    head = data[at:at + 9]
    if len(head) < 9 or head[:4] != RECORD:
        return None
    length, kind = int.from_bytes(head[4:8], 'big'), head[8]
    end = at + 9 + length + 4
    if length > BODY_MAX or kind not in (1, 2) or end > len(data):
        return None
    if crc32c(data[at + 4:end - 4]) != int.from_bytes(data[end - 4:end], 'big'):
        return None
    return kind, data[at + 9:end - 4], end


def scan(data):
    """Records, and how many bytes are none."""
    if not data:
        return [], 0
    need(data[:8] == MAGIC, 'not a Sealcam file')
    records, unreadable, at = [], 0, 8
    while at < len(data):
        found = record_at(data, at)
        if found:
            kind, body, end = found
            records.append((kind, body))
            at = end
            continue
        following = data.find(RECORD, at + 1)
        following = len(data) if following < 0 else following
        unreadable += following - at
        at = following
    return records, unreadable


# --- canonical protobuf -----------------------------------------------------------------------------------------------
def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data, at):
    value = shift = 0
    while True:
        need(at < len(data) and shift < 70, 'a varint that does not end')
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at


def decode(data, fields):
    """Fields: {number: (name, type, ...)}; checks that the bytes are the one encoding of what they say."""
    raw, at = {}, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        need(number in fields and wire in (0, 2), 'an unknown field')
        if wire == 0:
            value, at = read_varint(data, at)
        else:
            length, at = read_varint(data, at)
            need(at + length <= len(data), 'a field beyond the end')
            value, at = data[at:at + length], at + length
        raw.setdefault(number, []).append((wire, value))
    message, again = {}, b''
    for number in sorted(fields):
        name, kind, *rest = fields[number]
        values = raw.get(number, [])
        wire = 0 if kind in ('u', 'bool', 'enum') else 2
        need(all(one == wire for one, _ in values), 'a field of another wire type')
        values = [value for _, value in values]
        if kind.startswith('many '):
            message[name] = [checked(kind[5:], value, rest) for value in values]
            need(rest[0] <= len(values) <= rest[1], f'{name}: too many or too few')
            written = values
        else:
            need(len(values) <= 1, f'{name} comes twice')
            if kind == 'message':
                need(values, f'{name} is absent')
                message[name] = decode(values[0], rest[0])
                written = values
            else:
                value = values[0] if values else (0 if wire == 0 else b'')
                message[name] = checked(kind, value, rest)
                written = [value] if value else []
        for value in written:
            again += varint(number << 3 | wire)
            again += varint(value) if wire == 0 else varint(len(value)) + value
    need(again == data, 'another encoding of the same')
    return message


def checked(kind, value, rest):
    if kind == 'u':
        least, most = rest
        need(least <= value <= most, 'an integer out of its bounds')
        return value
    if kind == 'enum':
        need(value in rest[0], 'a value that the format does not name')
        return value
    if kind == 'bool':
        need(value in (0, 1), 'a flag that is none')
        return value == 1
    if kind == 'digest':
        need(len(value) == 32, 'a digest of another length')
    elif kind == 'digest?':
        need(len(value) in (0, 32), 'a digest of another length')
    elif kind == 'bytes':
        need(rest[0] <= len(value) <= rest[1], 'bytes of another length')
    elif kind == 'text':
        try:
            value = value.decode('ascii')
        except UnicodeDecodeError:
            raise Refused('a text that is not ASCII') from None
        pattern = rest[-1]
        need(re.match(pattern, value), 'a text of another form')
    return value


U = ('u', 0, INTEGER_MAX)
U1 = ('u', 1, INTEGER_MAX)
INDEX = ('u', 0, INDEX_MAX)
TEXT64 = ('text', r'[\x20-\x7e]{1,64}\Z')
MOMENT = {1: ('epoch', 'bytes', 16, 16), 2: ('uptime', *U), 3: ('utc', *U), 4: ('state', 'enum', range(3)), 5: ('error', *U)}
PART = {1: ('header', 'bytes', 74, 74), 2: ('digests', 'many digest', 1, 66)}
LINK = {1: ('recording_id', 'bytes', 16, 16), 2: ('index', *INDEX), 3: ('previous', 'digest')}
CERTIFICATE = {1: ('certificate', 'bytes', 1, 4096)}
KINDS = {
    'session': {
        **CERTIFICATE, 2: ('format', 'u', 0, 2**32 - 1), 3: ('device_id', 'text', ID), 4: ('session_key', 'bytes', 120, 120),
        5: ('boot_counter', *U1), 6: ('previous_session', 'digest?'), 7: ('next', *U1), 8: ('newest', 'digest?'),
    },
    'opening': {1: ('core', 'bytes', 1, 8192), 2: ('commitments', 'many digest', 1, 16), 3: ('envelope', 'digest')},
    'chunk': {
        **LINK, 4: ('media', 'message', PART), 5: ('telemetry', 'message', PART), 6: ('start', 'message', MOMENT),
        7: ('duration', *U), 8: ('dependent', 'bool'), 9: ('newest_receipt', 'digest?'),
    },
    'gap': {
        **LINK, 4: ('start', 'message', MOMENT), 5: ('duration', *U), 6: ('cause', 'enum', (1, 2, 3, 4)), 7: ('video', *U),
        8: ('audio', *U),
    },
    'closing': {
        **LINK, 4: ('reason', 'enum', range(1, 9)), 5: ('chunks', *INDEX), 6: ('gaps', *INDEX), 7: ('duration', *U),
        8: ('segments', *U), 9: ('end', 'message', MOMENT), 10: ('recovered_by', 'digest?'), 11: ('absent', *U),
    },
    'receipt': {
        **CERTIFICATE, 2: ('station_id', 'text', ID), 3: ('device_id', 'text', ID), 4: ('recording_id', 'bytes', 16, 16),
        5: ('count', *INDEX), 6: ('statement', 'digest'), 7: ('envelope', 'digest?'), 8: ('complete', 'bool'), 9: ('utc', *U),
        10: ('counter', *U1), 11: ('previous', 'digest?'),
    },
}
CORE = {
    1: ('format', 'u', 0, 2**32 - 1), 2: ('session', 'digest'), 3: ('device_id', 'text', ID), 4: ('recording_id', 'bytes', 16, 16),
    5: ('number', *U1),
    6: ('previous', 'message', {1: ('number', *U), 2: ('statement', 'digest?'), 3: ('state', 'enum', range(3))}),
    7: ('roster_version', *U1), 8: ('roster', 'digest'), 9: ('roles', 'many text', 1, 16, ROLE), 10: ('policy', *TEXT64),
    11: ('start', 'message', MOMENT), 12: ('start_kind', 'enum', (1, 2, 3)),
}
ENVELOPE = {
    1: ('payload', 'bytes', 0, BODY_MAX), 2: ('type', 'text', r'application/vnd\.sealcam\.[a-z-]{1,40}\.v[1-9][0-9]{0,2}\Z'),
    3: ('signatures', 'many raw', 1, 1),
}
SIGNATURE = {1: ('sig', 'bytes', 96, 96), 2: ('keyid', 'text', r'([0-9a-f]{64})?\Z')}


class Statement:
    """An envelope, taken apart; `parse` only after `signed_by`."""

    def __init__(self, body):
        need(len(body) <= BODY_MAX, 'an envelope beyond its bound')
        envelope = decode(body, ENVELOPE)
        signature = decode(envelope['signatures'][0], SIGNATURE)
        self.payload, self.type, self.sig = envelope['payload'], envelope['type'], signature['sig']
        kind = self.type.encode()
        self.pae = b'DSSEv1 %d %s %d %s' % (len(kind), kind, len(self.payload), self.payload)
        self.digest = hashlib.sha256(self.pae).digest()
        named = re.match(r'application/vnd\.sealcam\.([a-z-]+)\.v1\Z', self.type)
        self.kind = named[1] if named else None

    def signed_by(self, spki):
        return ecdsa(spki, self.pae, self.sig)

    def parse(self):
        self.body = decode(self.payload, KINDS[self.kind])
        return self.body

    def certificate(self):
        payload = self.payload
        need(len(payload) > 3 and payload[0] == 0x0A and payload[1] >= 0x80 and 0 < payload[2] < 0x80, 'no certificate')
        length = payload[1] & 0x7F | payload[2] << 7
        need(length <= 4096 and len(payload) >= 3 + length, 'no certificate')
        return payload[3:3 + length]


# --- DER, certificates, ECDSA -----------------------------------------------------------------------------------------
def der(data):
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


ECDSA_SHA384 = bytes.fromhex('300a06082a8648ce3d040303')
KNOWN = {'551d0e', '551d0f', '551d11', '551d13', '551d23', '551d25'}


def parse_certificate(data):
    need(len(data) <= 4096, 'a certificate beyond its bound')
    whole = der(data)
    need(len(whole) == 1, 'bytes behind the certificate')
    parts = der(inside(whole[0], 0x30))
    need(len(parts) == 3 and parts[1][2] == ECDSA_SHA384, 'another algorithm')
    fields = der(inside(parts[0], 0x30))
    need(len(fields) == 8 and fields[0][2] == bytes.fromhex('a003020102'), 'not X.509 version 3 with extensions')
    need(fields[2][2] == ECDSA_SHA384, 'another algorithm')
    spki = fields[6][2]
    need(len(spki) == 120 and spki.startswith(SPKI_START), 'not an uncompressed P-384 key')
    extensions = {}
    listed = der(inside(fields[7], 0xA3))
    need(len(listed) == 1, 'bytes behind the extensions')
    for one in der(inside(listed[0], 0x30)):
        items = der(inside(one, 0x30))
        critical = len(items) == 3
        need(len(items) in (2, 3) and (not critical or items[1][2] == b'\x01\x01\xff'), 'an extension that is none')
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
    root = parse_certificate(data)
    critical, constraints = root['extensions'].get('551d13', (False, b''))
    need(critical and der(inside(der(constraints)[0], 0x30))[0][2] == b'\x01\x01\xff', 'the root is no authority')
    usage = root['extensions'].get('551d0f', (False, b''))[1]
    need(usage in (bytes.fromhex('03020204'), bytes.fromhex('03020106')), 'the root may do other things')
    need(root['issuer'] == root['subject'], 'the root is not self-signed')
    need(ecdsa_der(root['spki'], root['tbs'], root['signature']), 'the root is not self-signed')
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


def check_certificate(data, root, purpose):
    """The name and key of a certificate that is good for `purpose` (1 device, 2 receipt)."""
    one = parse_certificate(data)
    extensions = one['extensions']
    need(one['issuer'] == root['subject'], 'another issuer')
    if '551d23' in extensions:
        authority = der(inside(der(extensions['551d23'][1])[0], 0x30))
        own = der(root['extensions']['551d0e'][1])[0][1] if '551d0e' in root['extensions'] else None
        need(all(tag != 0x80 or content == own for tag, content, _ in authority), "another issuer's key")
    need(ecdsa_der(root['spki'], one['tbs'], one['signature']), 'not signed by the root')
    need(one['spki'] != root['spki'] and one['subject'] != root['subject'], "the root's own key or name")
    need(extensions.get('551d13', (0, b'\x30\0'))[1] == b'\x30\0', 'an authority')
    need(extensions.get('551d0f') == (True, bytes.fromhex('03020780')), 'another key usage')
    purposes = der(inside(der(extensions.get('551d25', (0, b'\x30\0'))[1])[0], 0x30))
    need([content for _, content, _ in purposes] == [object_identifier(PURPOSE + str(purpose))], 'another purpose')
    names = der(inside(der(one['subject'])[0], 0x30))
    need(len(names) == 1, 'another subject than one common name')
    attributes = der(inside(names[0], 0x31))
    need(len(attributes) == 1, 'another subject than one common name')
    kind, value = der(inside(attributes[0], 0x30))
    need(kind[1].hex() == '550403', 'another subject than one common name')
    name = value[1].decode('ascii', 'replace')
    need(ID.match(name), 'a common name that is no id')
    if '551d11' in extensions:
        alternatives = der(inside(der(extensions['551d11'][1])[0], 0x30))
        need(purpose == 1 and len(alternatives) == 1 and alternatives[0][0] == 0x86, 'an alternative name')
        need(re.match(rb'urn:sealcam:minimum-roster:[1-9][0-9]{0,15}\Z', alternatives[0][1]), 'an alternative name')
    return name, one['spki']


def ecdsa(spki, message, signature):
    def integer(data):
        data = data.lstrip(b'\0') or b'\0'
        data = b'\0' + data if data[0] & 0x80 else data
        return b'\x02' + bytes([len(data)]) + data

    body = integer(signature[:48]) + integer(signature[48:])
    return ecdsa_der(spki, message, b'\x30' + bytes([len(body)]) + body)


@functools.lru_cache(maxsize=4096)
def ecdsa_der(spki, message, signature):
    key = b'-----BEGIN PUBLIC KEY-----\n' + base64.encodebytes(spki) + b'-----END PUBLIC KEY-----\n'
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (('key', key), ('sig', signature)):
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(data)
        command = ['openssl', 'dgst', '-sha384', '-verify', 'key', '-signature', 'sig']
        return subprocess.run(command, input=message, cwd=folder, capture_output=True).returncode == 0


# --- the verdict ------------------------------------------------------------------------------------------------------
def collect(files, root):
    """Places every record of the files; as far as nothing is learned any more."""
    state = {'sessions': {}, 'openings': {}, 'links': {}, 'closings': {}, 'receipts': {}, 'untrusted': {}, 'bad': set()}
    records, unreadable = [], 0
    for data in files:
        found, skipped = scan(data)
        records += found
        unreadable += skipped
    statements, segments, aside = [], [], 0
    for kind, body in records:
        if kind == 2:
            index, part, number = int.from_bytes(body[:4], 'big'), body[4:5], int.from_bytes(body[5:7], 'big')
            good = 7 < len(body) <= 7 + 65536 and index <= INDEX_MAX and part[0] <= 1 and number < 66
            if good:
                segments.append((index, part[0], number, hashlib.sha256(body[7:]).digest()))
            else:
                aside += 1
            continue
        try:
            statements.append(Statement(body))
        except Refused:
            aside += 1
    placed = set()
    while True:
        before = len(placed)
        for at, statement in enumerate(statements):
            if at not in placed:
                try:
                    place(statement, root, state)
                    placed.add(at)
                except Refused:
                    pass
        if len(placed) == before:
            break
    return state, segments, unreadable, aside + len(statements) - len(placed)


def place(statement, root, state):
    kind = statement.kind
    need(kind in KINDS, 'another kind')
    if kind in ('session', 'receipt'):
        purpose = 1 if kind == 'session' else 2
        known = state[kind + 's']
        if statement.digest in known:
            return
        name, spki = check_certificate(statement.certificate(), root, purpose)
        need(statement.signed_by(spki), 'not signed by its certificate')
        body = statement.parse()
        need(body['device_id' if kind == 'session' else 'station_id'] == name, 'names another than its certificate')
        if kind == 'session':
            if body['format'] != 1:
                raise SystemExit(1)
            need(body['session_key'].startswith(SPKI_START), 'another encoding of the session key')
        known[statement.digest] = statement
        return
    if any(statement.digest in state[name] for name in ('openings', 'links', 'closings')):
        return
    signers = [one for one in state['sessions'].values() if statement.signed_by(one.body['session_key'])]
    need(signers, 'no session signed it')
    body = statement.parse()
    if kind == 'opening':
        core = decode(body['core'], CORE)
        if core['format'] != 1:
            raise SystemExit(1)
        signer = next((one for one in signers if one.digest == core['session']), None)
        need(signer is not None and signer.body['device_id'] == core['device_id'], 'another session or device')
        need(core['roles'] == sorted(set(core['roles'])) and len(core['roles']) == len(body['commitments']), 'roles')
        statement.core, statement.session = core, signer
        state['openings'][statement.digest] = statement
        return
    opening = next((o for o in state['openings'].values() if o.core['recording_id'] == body['recording_id']), None)
    need(opening is not None, 'of another recording')
    own = any(one.digest == opening.session.digest for one in signers)
    if kind != 'closing':
        if not own:
            state['bad'].add(body['index'])
        need(own, 'another session signed it')
        state['links'][statement.digest] = statement
        return
    if own:
        need(body['reason'] != 7 and not body['recovered_by'], 'a recovered closing by its own session')
    else:
        later = [
            one for one in signers
            if one.body['device_id'] == opening.core['device_id']
            and one.body['boot_counter'] > opening.session.body['boot_counter']
            and one.digest == body['recovered_by']
        ]
        need(body['reason'] == 7 and later, 'another session closes')
    state['closings'][statement.digest] = statement


def judge(state, segments, unreadable, aside):
    openings = list(state['openings'].values())
    if not openings:
        return {'exitCode': 5, 'verdict': None, 'links': []}
    opening, conflicts, faults = openings[0], [], []
    core = opening.core
    if len(openings) > 1:
        conflicts.append('two openings')
    links = {}
    for link in state['links'].values():
        links.setdefault(link.body['index'], []).append(link)
    closings = list(state['closings'].values())
    closing = next((c for c in closings if c.body['reason'] != 7), closings[0] if closings else None)
    if len(closings) > 1:
        conflicts.append('two closings')
    receipts = [
        r for r in state['receipts'].values()
        if r.body['recording_id'] == core['recording_id'] and r.body['device_id'] == core['device_id']
        and r.body['envelope'] in (b'', opening.body['envelope'])
    ]
    end = closing.body['index'] if closing else max([index + 1 for index in links], default=0)
    end = max([end] + [r.body['count'] for r in receipts])
    # By when: a receipt proves what is reached from the statement that it names.
    chain = {opening.digest: None}
    for link in [*state['links'].values(), *closings]:
        chain[link.digest] = link.body['previous']
    proven = {}
    for receipt in sorted(receipts, key=lambda one: one.body['utc']):
        name = receipt.body['statement']
        while name in chain and name not in proven:
            proven[name] = receipt.body['utc']
            name = chain[name]
    times = {d: r.body['utc'] for d, r in state['receipts'].items() if r.body['device_id'] == core['device_id']}
    present = {}
    loose = set()
    for index, part, number, digest in segments:
        link = links.get(index, [None])[0]
        named = None
        if link is not None and link.kind == 'chunk':
            digests = link.body['media' if part == 0 else 'telemetry']['digests']
            named = digests[number] if number < len(digests) else None
        if named == digest:
            present.setdefault(index, set()).add((part, number))
        else:
            aside += 1
            if named is None:
                loose.add(index)
    report, after = [], None
    for index in sorted(set(range(end)) | set(links) | state['bad'] | loose):
        found = links.get(index, [])
        if not found:
            verdict = 'untrusted key' if index in state['bad'] else 'unsigned' if index in loose else 'missing'
            report.append({'index': index, 'verdict': verdict})
            continue
        link, verdict = found[0], 'intact'
        if link.kind == 'chunk':
            parts = [link.body['media'], link.body['telemetry']]
            wanted = sum(len(part['digests']) for part in parts)
            if any(part['header'][:10] != PARAMS for part in parts):
                verdict = 'damaged'
            elif len(present.get(index, ())) < wanted:
                verdict = 'damaged' if index in present else 'missing'
            time = times.get(link.body['newest_receipt'])
            after = max(after or 0, time) if time is not None else after
        one = {'index': index, 'kind': link.kind, 'verdict': verdict}
        if after is not None:
            one['notBeforeUs'] = after
        if link.digest in proven:
            one['notAfterUs'] = proven[link.digest]
        report.append(one)

    def follows(previous, index):
        if index == 0:
            return previous == opening.digest
        before = links.get(index - 1)
        return None if before is None else any(one.digest == previous for one in before)

    for index, found in links.items():
        if len(found) > 1:
            conflicts.append(f'two statements of index {index}')
        if closing and index >= closing.body['index']:
            conflicts.append('a statement beyond the closing')
        if follows(found[0].body['previous'], index) is False:
            conflicts.append('a statement that follows another')
    if closing:
        body = closing.body
        if follows(body['previous'], body['index']) is False:
            conflicts.append('a closing that follows another')
        if all(index in links for index in range(end)) and not any(index >= body['index'] for index in links):
            chunks = [found[0] for found in links.values() if found[0].kind == 'chunk']
            gaps = [found[0] for found in links.values() if found[0].kind == 'gap']
            total = sum(len(c.body['media']['digests']) + len(c.body['telemetry']['digests']) for c in chunks)
            if (len(chunks), len(gaps), total) != (body['chunks'], body['gaps'], body['segments']):
                conflicts.append('a closing that counts otherwise')
    for receipt in receipts:
        body = receipt.body
        if body['complete']:
            if closing is None:
                faults.append('a closing is missing')
            elif (body['count'], body['statement']) != (closing.body['index'], closing.digest):
                conflicts.append('a receipt for another closing')
        elif closing and body['count'] > closing.body['index']:
            conflicts.append('a receipt for more than was closed')
        elif follows(body['statement'], body['count']) is False:
            conflicts.append('a receipt for another statement')
    counters = {}
    for receipt in state['receipts'].values():
        key = (receipt.body['station_id'], receipt.body['counter'])
        if key in counters:
            faults.append('two receipts of one counter')
        counters[key] = receipt
    for (station, counter), receipt in counters.items():
        before = counters.get((station, counter - 1))
        if before and receipt.body['previous'] and receipt.body['previous'] != before.digest:
            faults.append('a receipt that names another before it')
        for named in counters.values():
            if receipt.body['previous'] == named.digest and (
                named.body['station_id'] != station or named.body['counter'] >= counter
            ):
                faults.append('a receipt that names one before it that is not before it')
    number, session = core['number'], opening.session.body
    if number < session['next'] or core['previous']['number'] >= number:
        faults.append('a number that its session could not give')
    for other in state['sessions'].values():
        body = other.body
        if body['device_id'] == core['device_id'] and other is not opening.session:
            lower, higher = sorted([body, session], key=lambda one: one['boot_counter'])
            if lower['boot_counter'] == higher['boot_counter'] or higher['next'] < lower['next']:
                faults.append('sessions that count back')
            if body is higher and number >= body['next']:
                faults.append('a number that its session could not give')
        if body['device_id'] == core['device_id'] and body['next'] - 1 > number:
            faults.append('absent recordings')
        if body['device_id'] == core['device_id'] and body['next'] - 1 == number and body['newest']:
            if body['newest'] not in chain:
                faults.append('a newest statement that is not here')
    if conflicts:
        verdict = 'conflict'
    elif closing is None:
        verdict = 'open-ended'
    else:
        verdict = 'recovered' if closing.body['reason'] == 7 else 'complete'
    verdicts = {one['verdict'] for one in report}
    if conflicts or faults or unreadable or aside or verdicts - {'intact'}:
        code = 5
    elif verdict != 'complete':
        code = 3
    else:
        code = 4 if any(one.get('kind') == 'gap' for one in report) else 0
    return {'exitCode': code, 'verdict': verdict, 'links': report}


def main(paths):
    if len(paths) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    files = []
    for path in paths:
        with open(path, 'rb') as file:
            files.append(file.read())
    try:
        root = read_root(files[0])
        state, segments, unreadable, aside = collect(files[1:], root)
    except Refused as refusal:
        print(f'verify.py: {refusal}', file=sys.stderr)
        return 1
    report = judge(state, segments, unreadable, aside)
    print(json.dumps(report))
    return report['exitCode']


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

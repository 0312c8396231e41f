"""What counts of the records of some files: "Reading" of docs/FORMAT.md. Nothing here depends on the records' order."""
import hashlib

import certificates
import records
from canonical import Refused, decode, need
from certificates import DELETION, DEVICE, RECEIPT
from statements import CORE, LINK_KINDS, check_core, Statement


class OtherFormat(Exception):
    """A trusted key signed what another version of the format says."""


class Evidence:
    """Everything that counts, by D."""

    def __init__(self):
        self.sessions = {}
        self.untrusted_sessions = {}
        self.recordings = {}
        self.journal, self.heads, self.losses, self.receipts, self.checkpoints, self.deletions = {}, {}, {}, {}, {}, {}
        self.segments = {}
        self.aside = 0
        self.unreadable = 0

    def all_sessions(self):
        return [*self.sessions.values(), *self.untrusted_sessions.values()]


class Recording:
    def __init__(self, opening):
        self.opening, self.core, self.session = opening, opening.core, opening.session
        self.trusted = opening.session.trusted
        self.openings = [opening]
        self.links, self.closings, self.untrusted, self.unsigned = {}, {}, set(), set()


def format_number(payload, path):
    """The number of the format, read before everything else; None where there is no such field."""
    at = 0

    def varint():
        nonlocal at
        value = 0
        for shift in range(0, 70, 7):
            if at >= len(payload):
                return None
            byte = payload[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value % 2**64
        return None

    while at < len(payload):
        tag = varint()
        if tag is None:
            return None
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value = varint()
            if value is None:
                return None
            if number == path[0] and len(path) == 1:
                return value
            continue
        length = varint() if wire == 2 else {1: 8, 5: 4}.get(wire)
        if length is None or length > len(payload) - at:
            return None
        if wire == 2 and number == path[0] and len(path) == 2:
            return format_number(payload[at:at + length], path[1:])
        at += length
    return None


def check_format(statement, path, trusted):
    number = format_number(statement.payload, path)
    if number is None or number == 1:
        return
    if trusted:
        raise OtherFormat(f'format {number}')
    raise ForeignFormat(f'format {number}')


class ForeignFormat(Refused):
    """Another format, signed by no trusted key."""


def read(files, root):
    evidence = Evidence()
    copies, foreign = {}, False
    for data in files:
        found, unreadable = records.scan(data)
        evidence.unreadable += unreadable
        for kind, body in found:
            if kind == records.SEGMENT:
                one = records.segment(body)
                if one is None:
                    evidence.aside += 1
                    continue
                index, part, number, segment = one
                place = (index, part, number, hashlib.sha256(segment).digest())
                evidence.segments.setdefault(place, []).append(segment)
                continue
            try:
                statement = Statement(body)
            except Refused:
                evidence.aside += 1
                continue
            copies.setdefault(statement.digest, []).append(statement)
    by_kind = {}
    for same in copies.values():
        by_kind.setdefault(same[0].kind, []).append(same)

    def each(kind, take):
        """Takes the statements of one kind; those of which no copy counts are set aside."""
        nonlocal foreign
        for same in by_kind.get(kind, []):
            counts = False
            for statement in same:
                try:
                    counts = take(statement) or counts
                except ForeignFormat:
                    foreign = True
                except Refused:
                    pass
            if not counts:
                evidence.aside += len(same)

    each('session', lambda one: take_session(one, evidence, root))
    for same in by_kind.get(None, []):
        if any(one.signed_by(s.body['session_key']) for one in same for s in evidence.sessions.values()):
            raise OtherFormat('an unknown kind of statement')
        foreign = True
        evidence.aside += len(same)
    take_openings(by_kind.get('opening', []), evidence)
    foreign = foreign or any(
        format_number(one.payload, (1, 1)) not in (None, 1) for same in by_kind.get('opening', []) for one in same)
    for kind in LINK_KINDS:
        each(kind, lambda one: take_link(one, evidence))
    each('head', lambda one: take_head(one, evidence))
    each('journal', lambda one: take_entry(one, evidence))
    each('loss', lambda one: take_loss(one, evidence))
    each('receipt', lambda one: take_certified(one, evidence.receipts, root, RECEIPT, 'station_id'))
    each('checkpoint', lambda one: take_certified(one, evidence.checkpoints, root, RECEIPT, 'station_id'))
    each('deletion', lambda one: take_certified(one, evidence.deletions, root, DELETION, None))
    for kind in ('command', 'command-answer', 'roster', 'policy', 'revocation', 'vault-key'):
        evidence.aside += sum(len(same) for same in by_kind.get(kind, []))
    # A session that nothing trusts is set aside, and still tells what it signed from noise.
    place_segments(evidence)
    if foreign and not evidence.recordings and not evidence.journal:
        raise OtherFormat('nothing here is of format 1')
    return evidence


def take_session(statement, evidence, root):
    if statement.digest in evidence.sessions:
        return True
    data = statement.certificate()
    try:
        certificate = certificates.check(data, root, DEVICE)
        trusted = statement.signed_by(certificate['spki'])
    except Refused:
        trusted = False
    if not trusted:
        certificate = certificates.parse(data)
        need(statement.signed_by(certificate['spki']), 'not signed by its certificate')
    check_format(statement, (2,), trusted)
    body = statement.parse()
    certificates.public_key(body['session_key'])
    statement.cert, statement.trusted = certificate, trusted and body['device_id'] == certificate['name']
    if statement.trusted:
        evidence.sessions[statement.digest] = statement
        evidence.untrusted_sessions.pop(statement.digest, None)
        return True
    evidence.untrusted_sessions[statement.digest] = statement
    return False


def signers_of(statement, evidence):
    return [one for one in evidence.all_sessions() if statement.signed_by(one.body['session_key'])]


def take_openings(groups, evidence):
    found = {}
    for same in groups:
        taken = None
        for statement in same:
            signers = signers_of(statement, evidence)
            if any(one.trusted for one in signers):
                check_format(statement, (1, 1), True)
            try:
                body = statement.parse()
                need(format_number(statement.payload, (1, 1)) == 1, 'another format')
                core = decode(body['core'], CORE)
                signer = next((one for one in signers if one.digest == core['session']), None)
                need(signer is not None and signer.body['device_id'] == core['device_id'], 'another session or device')
                check_core(core, body['commitments'])
            except Refused:
                continue
            statement.core, statement.session = core, signer
            taken = statement
        if taken is None:
            evidence.aside += len(same)
        else:
            key = (taken.core['device_id'], taken.core['recording_id'])
            found.setdefault(key, []).append((taken, len(same)))
    for key, openings in found.items():
        trusted = [one for one, _ in openings if one.session.trusted]
        if trusted:
            recording = Recording(min(trusted, key=lambda one: one.digest))
            recording.openings = trusted
            evidence.aside += sum(count for one, count in openings if not one.session.trusted)
        else:
            first = min((one for one, _ in openings), key=lambda one: one.digest)
            recording = Recording(first)
            evidence.aside += sum(count for one, count in openings if one is not first)
        evidence.recordings[key] = recording


def take_link(statement, evidence):
    signers = signers_of(statement, evidence)
    need(signers, 'no session signed it')
    body = statement.parse()
    counts = False
    for signer in signers:
        recording = evidence.recordings.get((signer.body['device_id'], body['recording_id']))
        if recording is None:
            continue
        own = any(signer.digest == one.session.digest for one in recording.openings)
        if statement.kind == 'closing':
            if closes(body, own, signer, recording):
                recording.closings[statement.digest] = statement
                statement.signer = signer
                counts = True
        elif own:
            recording.links.setdefault(body['index'], {})[statement.digest] = statement
            counts = True
    if not counts and statement.kind != 'closing':
        for (_, recording_id), recording in evidence.recordings.items():
            if recording_id == body['recording_id']:
                recording.untrusted.add(body['index'])
    return counts


def closes(body, own, signer, recording):
    """Whether a closing obeys "The chain"."""
    if own:
        return body['reason'] != 7 and not body['recovered_by'] and body['absent'] == 0
    opener = recording.session.body
    return (
        body['reason'] == 7 and body['recovered_by'] == signer.digest and signer.trusted
        and is_later(signer.body, opener)
    )


def is_later(session, opener):
    """A boot of the same device after another: in its chain, or in one that has an id."""
    in_order = session['chain'] == opener['chain'] or bool(session['chain'])
    return in_order and session['boot_counter'] > opener['boot_counter']


def take_head(statement, evidence):
    signers = [one for one in signers_of(statement, evidence) if one.trusted]
    need(signers, 'no trusted session signed it')
    body = statement.parse()
    for signer in signers:
        if signer.digest == body['session'] and signer.body['boot_counter'] == body['boot_counter']:
            statement.session = signer
            evidence.heads[statement.digest] = statement
            return True
    return False


def take_entry(statement, evidence):
    signers = [one for one in signers_of(statement, evidence) if one.trusted]
    need(signers, 'no trusted session signed it')
    body = statement.parse()
    for signer in signers:
        if signer.digest == body['session']:
            statement.session = signer
            evidence.journal[statement.digest] = statement
            return True
    return False


def take_loss(statement, evidence):
    signers = [one for one in signers_of(statement, evidence) if one.trusted]
    need(signers, 'no trusted session signed it')
    body = statement.parse()
    for signer in signers:
        recording = evidence.recordings.get((signer.body['device_id'], body['recording_id']))
        if recording is None or signer.digest != body['session']:
            continue
        own = signer.digest == recording.session.digest
        opener = recording.session.body
        if own or is_later(signer.body, opener):
            statement.session = signer
            evidence.losses[statement.digest] = statement
            return True
    return False


def take_certified(statement, known, root, purpose, name_field):
    if statement.digest in known:
        return True
    certificate = certificates.check(statement.certificate(), root, purpose)
    need(statement.signed_by(certificate['spki']), 'not signed by its certificate')
    body = statement.parse()
    need(name_field is None or body[name_field] == certificate['name'], 'names another than its certificate')
    statement.cert = certificate
    known[statement.digest] = statement
    return True


def place_segments(evidence):
    """Which segments a chunk names; the others are set aside, and may show an index of which no statement is there."""
    named, places = set(), set()
    for recording in evidence.recordings.values():
        for same in recording.links.values():
            for link in same.values():
                if link.kind != 'chunk':
                    continue
                for part, name in enumerate(('media', 'telemetry')):
                    for number, digest in enumerate(link.body[name]['digests']):
                        named.add((link.body['index'], part, number, digest))
                        places.add((link.body['index'], part, number))
    only = list(evidence.recordings.values())[0] if len(evidence.recordings) == 1 else None
    for place, segments in evidence.segments.items():
        if place in named:
            continue
        evidence.aside += len(segments)
        if only is not None and place[:3] not in places:
            only.unsigned.add(place[0])

"""What recordings, sessions, heads and receipts say of one another: "Across recordings" of docs/FORMAT.md."""


def across(evidence, receipts):
    """(absent numbers, conflicts)"""
    conflicts, absent = [], 0
    devices = {key[0] for key, one in evidence.recordings.items() if one.trusted}
    for device in devices:
        chains = {s.body['chain'] for s in evidence.sessions.values() if s.body['device_id'] == device}
        for chain in chains:
            absent += one_chain(evidence, device, chain, conflicts)
        rosters(evidence, device, conflicts)
    receipt_chains(receipts, conflicts)
    return absent, conflicts


def one_chain(evidence, device, chain, conflicts):
    def is_here(session):
        return session.body['device_id'] == device and session.body['chain'] == chain

    sessions = [one for one in evidence.sessions.values() if is_here(one)]
    heads = [one for one in evidence.heads.values() if is_here(one.session)]
    recordings = [one for one in evidence.recordings.values() if one.trusted and is_here(one.session)]
    by_number = {}
    for one in recordings:
        by_number.setdefault(one.core['number'], []).append(one)
    if any(len(same) > 1 for same in by_number.values()):
        conflicts.append('two recordings of one number')
    absent = 0
    if by_number:
        top = max(by_number)
        says = [one.body['next'] - 1 for one in [*sessions, *heads]]
        last = max([top, *says])
        absent = sum(1 for number in range(min(by_number), last + 1) if number not in by_number) \
            if last - min(by_number) < 100_000 else 1
    for one in recordings:
        previous, number = one.core['previous'], one.core['number']
        if previous['number'] >= number:
            conflicts.append('an opening after a number that is not below its own')
        for before in by_number.get(previous['number'], []):
            if not names(before, previous):
                conflicts.append('an opening names no statement of the recording before it')
    for one in [*sessions, *heads]:
        newest, number = one.body['newest'], one.body['next'] - 1
        for before in by_number.get(number, []):
            if newest and newest not in statements_of(before):
                conflicts.append('a newest statement that is not one of the newest recording')
    counters = {}
    for one in sessions:
        if one.body['boot_counter'] in counters:
            conflicts.append('two sessions of one boot')
        counters[one.body['boot_counter']] = one
    ordered = [counters[boot] for boot in sorted(counters)]
    for before, later in zip(ordered, ordered[1:]):
        if later.body['next'] < before.body['next']:
            conflicts.append('a later session with a lower number')
    for one in recordings:
        session, number = one.session, one.core['number']
        if number < session.body['next']:
            conflicts.append('a recording below the number of its session')
        later = [s for s in ordered if s.body['boot_counter'] > session.body['boot_counter']]
        if later and number >= later[0].body['next']:
            conflicts.append("a recording not below the next session's number")
    for head in heads:
        if head.body['next'] < head.session.body['next']:
            conflicts.append('a head with a lower number than its session')
    return absent


def statements_of(recording):
    known = {one.digest for one in recording.openings} | set(recording.closings)
    for same in recording.links.values():
        known |= set(same)
    return known


def names(recording, previous):
    if previous['state'] == 1:
        return previous['statement'] in recording.closings
    return previous['state'] == 0 or previous['statement'] in statements_of(recording)


def rosters(evidence, device, conflicts):
    mine = [one for one in evidence.recordings.values() if one.trusted and one.core['device_id'] == device]
    versions = {}
    for one in mine:
        versions.setdefault(one.core['roster_version'], set()).add(one.core['roster'])
        if one.core['roster_version'] < one.session.cert['minimum_roster']:
            conflicts.append("a roster below the certificate's minimum")
    if any(len(digests) > 1 for digests in versions.values()):
        conflicts.append('one roster version with two D')
    for chain in {one.session.body['chain'] for one in mine}:
        ordered = sorted(
            (one for one in mine if one.session.body['chain'] == chain), key=lambda one: one.core['number'])
        for before, later in zip(ordered, ordered[1:]):
            if later.core['roster_version'] < before.core['roster_version']:
                conflicts.append('a roster version that goes back')


def receipt_chains(receipts, conflicts):
    by_counter = {}
    for one in receipts.values():
        key = (one.body['station_id'], one.body['counter'])
        if key in by_counter:
            conflicts.append('two receipts of one counter')
        by_counter[key] = one
    for one in receipts.values():
        station, counter, previous = one.body['station_id'], one.body['counter'], one.body['previous']
        before = by_counter.get((station, counter - 1))
        if before and previous and previous != before.digest:
            conflicts.append('a receipt that names another before it')
        named = receipts.get(previous)
        if named and (named.body['station_id'] != station or named.body['counter'] >= counter):
            conflicts.append('a receipt that names one that is not before it')

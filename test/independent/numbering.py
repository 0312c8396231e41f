"""What recordings, sessions, heads and receipts say of one another: the rest of "Rules of the fields" of docs/FORMAT.md."""


def across(evidence, receipts):
    """(absent numbers, conflicts, whether a device has several chains)"""
    conflicts, absent, chained = [], 0, False
    trusted = [one for one in evidence.recordings.values() if one.trusted]
    devices = {one.core['device_id'] for one in trusted}
    everyone = devices | {one.body['device_id'] for one in evidence.sessions.values()}
    for device in sorted(everyone):
        chains = {one.body['chain'] for one in evidence.sessions.values() if one.body['device_id'] == device}
        chained = chained or len(chains) > 1
        for chain in sorted(chains):
            absent += Chain(evidence, trusted, device, chain).judge(conflicts)
    rosters(trusted, conflicts)
    policies(trusted, conflicts)
    receipt_chains(receipts, conflicts)
    what_receipts_rest_on(evidence, receipts, conflicts)
    for recording in evidence.recordings.values():
        for same in recording.links.values():
            for link in same.values():
                named = receipts.get(link.body['newest_receipt']) if link.kind == 'chunk' else None
                if named and named.body['device_id'] != recording.core['device_id']:
                    conflicts.append('a chunk names a receipt of another device')
    return absent, conflicts, chained


class Chain:
    def __init__(self, evidence, trusted, device, chain):
        def is_here(session):
            return session.body['device_id'] == device and session.body['chain'] == chain

        self.evidence = evidence
        self.sessions = [one for one in evidence.sessions.values() if is_here(one)]
        self.heads = [one for one in evidence.heads.values() if is_here(one.session)]
        self.recordings = [one for one in trusted if is_here(one.session)]
        self.by_number = {}
        for one in self.recordings:
            self.by_number.setdefault(one.core['number'], []).append(one)

    def judge(self, conflicts):
        if any(len(same) > 1 for same in self.by_number.values()):
            conflicts.append('two recordings of one number')
        for one in self.recordings:
            self.previous(one, conflicts)
        for one in [*self.sessions, *self.heads]:
            self.newest(one, conflicts)
        self.boots(conflicts)
        return self.absent()

    def absent(self):
        if not self.by_number:
            return 0
        last = max([max(self.by_number), *(one.body['next'] - 1 for one in [*self.sessions, *self.heads])])
        first = min(self.by_number)
        return last - first + 1 - sum(1 for number in self.by_number if first <= number <= last)

    def previous(self, one, conflicts):
        previous, number = one.core['previous'], one.core['number']
        before, statement, state = previous['number'], previous['statement'], previous['state']
        if before >= number:
            conflicts.append('names a recording before it that is not')
            return
        if (state == 0) != (before == 0) or (state == 0 and statement):
            conflicts.append('says both that there is one before it and that there is none')
            return
        if any(before < other < number for other in self.by_number):
            conflicts.append('leaves out a recording that is here')
        if state == 0 or before not in self.by_number:
            return
        named = [
            other for other in self.by_number[before]
            if statement in (other.closings if state == 1 else statements_of(other))]
        if not statement or not named:
            conflicts.append('names no statement of the recording before it')

    def newest(self, one, conflicts):
        newest, number = one.body['newest'], one.body['next'] - 1
        if not newest:
            return
        if number == 0:
            conflicts.append('a newest statement of no recording')
        here = self.by_number.get(number, [])
        if here and not any(newest in statements_of(other) for other in here):
            conflicts.append('a newest statement that is not one of the newest recording')

    def boots(self, conflicts):
        by_boot = {}
        for one in self.sessions:
            by_boot.setdefault(one.body['boot_counter'], []).append(one)
        if any(len(same) > 1 for same in by_boot.values()):
            conflicts.append('two sessions of one boot')
        ordered = sorted(by_boot)
        highest = 0
        for at, boot in enumerate(ordered):
            here, heads = by_boot[boot], []
            for one in here:
                heads += [head for head in self.heads if head.session is one]
                if one.body['next'] < highest:
                    conflicts.append('a number that goes back')
                self.previous_session(one, by_boot, ordered[:at], conflicts)
            for head in heads:
                if head.body['next'] < head.session.body['next'] or head.body['next'] < highest:
                    conflicts.append('a head with a number that goes back')
            highest = max([highest, *(one.body['next'] for one in [*here, *heads])])
            later = by_boot[ordered[at + 1]] if at + 1 < len(ordered) else []
            for recording in self.recordings:
                number = recording.core['number']
                if recording.session not in here:
                    continue
                if number < recording.session.body['next'] or any(number >= one.body['next'] for one in later):
                    conflicts.append('a number that its session could not give')

    def previous_session(self, one, by_boot, lower, conflicts):
        named, boot = one.body['previous_session'], one.body['boot_counter']
        if not named:
            return
        if boot == 1:
            conflicts.append('a session before the first')
            return
        before = by_boot[lower[-1]] if lower else []
        if any(other.digest == named for other in before):
            return
        if named in self.evidence.sessions or (before and lower[-1] == boot - 1):
            conflicts.append('another session before it than is here')


def statements_of(recording):
    known = {one.digest for one in recording.openings} | set(recording.closings)
    for same in recording.links.values():
        known |= set(same)
    return known


def rosters(trusted, conflicts):
    versions = {}
    for one in trusted:
        versions.setdefault(one.core['roster_version'], set()).add(one.core['roster'])
        if one.core['roster_version'] < one.session.cert['minimum_roster']:
            conflicts.append("a roster below the certificate's minimum")
    if any(len(digests) > 1 for digests in versions.values()):
        conflicts.append('one roster version with two D')
    for chain in {(one.core['device_id'], one.session.body['chain']) for one in trusted}:
        ordered = sorted(
            (one for one in trusted if (one.core['device_id'], one.session.body['chain']) == chain),
            key=lambda one: one.core['number'])
        newest = 0
        for one in ordered:
            if one.core['roster_version'] < newest:
                conflicts.append('a roster version that goes back')
            newest = max(newest, one.core['roster_version'], one.session.cert['minimum_roster'])


def policies(trusted, conflicts):
    versions, newest = {}, {}
    for one in sorted(trusted, key=lambda one: one.core['number']):
        chain = (one.core['device_id'], one.session.body['chain'])
        version = one.core['policy_version']
        if version < newest.get(chain, 0):
            conflicts.append('a policy version that goes back')
        newest[chain] = max(version, newest.get(chain, 0))
        if version:
            versions.setdefault(version, set()).add(one.core['policy_digest'])
    if any(len(digests) > 1 for digests in versions.values()):
        conflicts.append('one policy version with two D')


def receipt_chains(receipts, conflicts):
    by_counter = {}
    for one in receipts.values():
        by_counter.setdefault((one.body['station_id'], one.body['counter']), []).append(one)
    if any(len(same) > 1 for same in by_counter.values()):
        conflicts.append('two receipts of one counter')
    for one in receipts.values():
        station, counter, previous = one.body['station_id'], one.body['counter'], one.body['previous']
        if not previous:
            continue
        before = by_counter.get((station, counter - 1))
        if before and not any(previous == other.digest for other in before):
            conflicts.append('a receipt that names another before it')
        named = receipts.get(previous)
        if named and (named.body['station_id'] != station or named.body['counter'] >= counter):
            conflicts.append('a receipt that names one that is not before it')


def what_receipts_rest_on(evidence, receipts, conflicts):
    for receipt in receipts.values():
        body = receipt.body
        for digest in body['losses']:
            loss = evidence.losses.get(digest)
            if loss is None:
                continue
            of = (loss.session.body['device_id'], loss.body['recording_id'])
            if of != (body['device_id'], body['recording_id']) or loss.body['index'] >= body['count']:
                conflicts.append('a receipt rests on a loss that is not of what it is for')

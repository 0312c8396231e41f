"""The journals of boots: "Boot journals" of docs/FORMAT.md."""
import hashlib

from reading import is_later
from statements import CUT, SHUTDOWN


def journal_id(session):
    return hashlib.sha256(b'sealcam/v1/journal' + session).digest()[:16]


class Journal:
    """The entries of one session, by index; of several of one index the one with the smallest D is judged."""

    def __init__(self, session, entries, judge):
        self.session, self.by_index = session, {}
        for one in sorted(entries, key=lambda one: one.digest):
            self.by_index.setdefault(one.body['index'], []).append(one)
        name = journal_id(session.digest)
        self.receipts = [
            one for one in judge.receipts.values()
            if (one.body['device_id'], one.body['recording_id']) == (session.body['device_id'], name)]
        since = judge.revoked_from(session.cert['spki'])
        proven = self.proven()
        self.vouched = {
            index: since is None or proven.get(same[0].digest, since) < since for index, same in self.by_index.items()}

    def proven(self):
        previous = {one.digest: one.body['previous'] for same in self.by_index.values() for one in same}
        proven = {}
        for receipt in sorted(self.receipts, key=lambda one: one.body['utc']):
            name = receipt.body['statement']
            while name is not None and name not in proven:
                proven[name] = receipt.body['utc']
                name = previous.get(name)
        return proven

    def counted(self):
        return [same[0] for index, same in self.by_index.items() if self.vouched[index]]

    def follows(self, named, index):
        """Whether `named` is D of the entry before `index`; None where that is not there."""
        if index == 0:
            return named == self.session.digest
        before = self.by_index.get(index - 1)
        return None if before is None else any(one.digest == named for one in before)

    def judge(self, cuts, sessions):
        cuts = [
            cut for cut in cuts
            if cut['session'] == self.session.digest and is_later_boot(cut['by'], self.session)]
        indexes = set(self.by_index)
        end = max(
            [index + 1 for index in indexes] + [one.body['count'] for one in self.receipts] + [cut['count'] for cut in cuts])
        entries = []
        for index in range(end):
            here = index in indexes
            entries.append('intact' if here and self.vouched[index] else 'untrusted key' if here else 'missing')
        shut_down = any(one.body['event'] == SHUTDOWN for one in self.counted())
        if self.conflicts(cuts, sessions):
            verdict = 'conflict'
        else:
            verdict = 'shut down' if shut_down else 'cut' if cuts else 'open'
        body = self.session.body
        return {
            'device': body['device_id'], 'boot': body['boot_counter'], 'session': self.session.digest.hex(),
            'verdict': verdict, 'entries': entries}

    def conflicts(self, cuts, sessions):
        every = [one for same in self.by_index.values() for one in same]
        shutdowns = [one.body['index'] for one in every if one.body['event'] == SHUTDOWN]
        if any(len(same) > 1 for same in self.by_index.values()):
            return True
        if any(self.follows(one.body['previous'], one.body['index']) is False for one in every):
            return True
        if shutdowns and max(self.by_index) > min(shutdowns):
            return True
        for cut in cuts:
            ends = self.by_index.get(cut['count'] - 1, [])
            if self.follows(cut['last'], cut['count']) is False or any(one.body['event'] == SHUTDOWN for one in ends):
                return True
            if max(self.by_index) >= cut['count']:
                return True
        for one in self.receipts:
            body = one.body
            if body['envelope'] or body['losses'] or self.follows(body['statement'], body['count']) is False:
                return True
            if body['complete'] and max(self.by_index) >= body['count']:
                return True
        return any(self.tells_of_a_stranger(one, sessions) for one in every)

    def tells_of_a_stranger(self, entry, sessions):
        if entry.body['event'] != CUT:
            return False
        named = sessions.get(read_cut(entry)['session'])
        return named is not None and not is_later_boot(self.session, named)


def is_later_boot(session, than):
    return session.body['device_id'] == than.body['device_id'] and is_later(session.body, than.body)


def read_cut(entry):
    session, count, last = entry.body['value'].split(' ')
    return {'session': bytes.fromhex(session), 'count': int(count), 'last': bytes.fromhex(last), 'by': entry.session}


def judge_journals(evidence, judge):
    by_session = {}
    for one in evidence.journal.values():
        by_session.setdefault(one.session.digest, []).append(one)
    journals = [Journal(evidence.sessions[name], entries, judge) for name, entries in by_session.items()]
    cuts = [read_cut(one) for journal in journals for one in journal.counted() if one.body['event'] == CUT]
    reports = [journal.judge(cuts, evidence.sessions) for journal in journals]
    return sorted(reports, key=lambda one: (one['device'], one['boot'], one['session']))

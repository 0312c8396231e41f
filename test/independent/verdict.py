"""The verdicts, conflicts and exit code of "Verifying" in docs/FORMAT.md, over what reading.py found to count."""
import hashlib

import certificates
from canonical import Refused
from certificates import COMMAND
from opening import PARAMS
from statements import Statement

NONE, CLOSED, LAST_KNOWN = 0, 1, 2


class Judge:
    def __init__(self, evidence, root, revoked):
        """revoked: {key id: from UTC in microseconds}"""
        self.evidence, self.root, self.revoked = evidence, root, revoked
        self.receipts = {d: r for d, r in evidence.receipts.items() if not self.is_revoked(r.cert['spki'])}
        self.deletions = {d: r for d, r in evidence.deletions.items() if not self.is_revoked(r.cert['spki'])}
        self.losses = [r for r in evidence.losses.values() if not self.is_revoked(r.session.cert['spki'])]
        self.conflicts = []

    def revoked_from(self, spki):
        return self.revoked.get(hashlib.sha256(spki).digest())

    def is_revoked(self, spki):
        return self.revoked_from(spki) is not None

    # --- one recording ------------------------------------------------------------------------------------------------
    def judge(self, recording):
        opening, core = recording.opening, recording.core
        conflicts, faults = [], []
        if len(recording.openings) > 1:
            conflicts.append('two openings')
        receipts = [
            r for r in self.receipts.values()
            if r.body['recording_id'] == core['recording_id'] and r.body['device_id'] == core['device_id']
            and r.body['envelope'] in (b'', opening.body['envelope'])
        ]
        links = {index: [same[d] for d in sorted(same)] for index, same in recording.links.items()}
        proven = self.proven(recording, links, receipts)

        def vouched(statement, session):
            since = self.revoked_from(session.cert['spki'])
            if not session.trusted:
                return False
            return since is None or (statement.digest in proven and proven[statement.digest] < since)

        closings = []
        for one in recording.closings.values():
            if vouched(one, one.signer):
                closings.append(one)
            elif recording.trusted:
                faults.append('a closing that is not vouched for')
        if not recording.trusted:
            closings = list(recording.closings.values())
        if not vouched(opening, recording.session):
            faults.append('an opening that is not vouched for')
        closings.sort(key=lambda one: (one.body['reason'] == 7, one.digest))
        closing = closings[0] if closings else None
        if len(closings) > 1:
            conflicts.append('two closings')
        end = closing.body['index'] if closing else max([index + 1 for index in links], default=0)
        end = max([end] + [r.body['count'] for r in receipts])
        report, after = [], None
        shown = set(range(end)) | set(links) | recording.untrusted | recording.unsigned
        for index in sorted(shown):
            link = links.get(index, [None])[0]
            one = {'index': index}
            if link is None:
                verdicts = [('untrusted key', recording.untrusted), ('unsigned', recording.unsigned)]
                one['verdict'] = next((name for name, known in verdicts if index in known), 'missing')
                report.append(one)
                continue
            if link.kind == 'chunk':
                time = self.receipt_time(link.body['newest_receipt'], core['device_id'])
                after = max(after or 0, time) if time is not None else after
            one['kind'] = link.kind
            one['verdict'] = self.verdict_of(recording, link, vouched(link, recording.session), receipts)
            if after is not None:
                one['notBeforeUs'] = after
            if link.digest in proven:
                one['notAfterUs'] = proven[link.digest]
            report.append(one)
        self.chain_conflicts(recording, links, closing, end, conflicts)
        self.receipt_conflicts(recording, links, closing, receipts, conflicts, faults)
        if conflicts:
            verdict = 'conflict'
        elif closing is not None and self.is_erased(recording, closing):
            verdict = 'erased'
        elif closing is None:
            verdict = 'open-ended'
        else:
            verdict = 'recovered' if closing.body['reason'] == 7 else 'complete'
        return {
            'device': core['device_id'], 'id': core['recording_id'].hex(), 'number': core['number'], 'verdict': verdict,
            'links': report, 'trusted': recording.trusted, 'conflicts': conflicts, 'faults': faults,
        }

    def proven(self, recording, links, receipts):
        """{D: the earliest station time by which it was receipted}"""
        chain = {recording.opening.digest: None}
        for same in links.values():
            for link in same:
                chain[link.digest] = link.body['previous']
        for one in recording.closings.values():
            chain[one.digest] = one.body['previous']
        proven = {}
        for receipt in sorted(receipts, key=lambda one: one.body['utc']):
            name = receipt.body['statement']
            while name in chain and name not in proven:
                proven[name] = receipt.body['utc']
                name = chain[name]
        return proven

    def receipt_time(self, digest, device):
        receipt = self.receipts.get(digest)
        return receipt.body['utc'] if receipt and receipt.body['device_id'] == device else None

    def verdict_of(self, recording, link, is_vouched, receipts):
        if not is_vouched:
            return 'untrusted key'
        if link.kind == 'gap':
            return 'intact'
        if link.kind == 'recorded-command':
            return 'intact' if self.command_is_proven(recording, link) else 'untrusted key'
        index, parts = link.body['index'], (link.body['media'], link.body['telemetry'])
        if any(part['header'][:10] != PARAMS for part in parts):
            return 'damaged'
        absent, present = [], 0
        for number_of_part, part in enumerate(parts):
            for number, digest in enumerate(part['digests']):
                if (index, number_of_part, number, digest) in self.evidence.segments:
                    present += 1
                else:
                    absent.append((number_of_part, number))
        if not absent:
            return 'intact'
        if self.excused(link, absent, recording, receipts):
            return 'lost after sealing (claimed)'
        return 'damaged' if present else 'missing'

    def excused(self, link, absent, recording, receipts):
        named = set()
        for loss in self.losses:
            body = loss.body
            if (loss.session.body['device_id'], body['recording_id']) != (
                    recording.core['device_id'], recording.core['recording_id']):
                continue
            if body['index'] == link.body['index'] and body['statement'] == link.digest:
                named |= {(one['part'], one['number']) for one in body['segments']}
        return set(absent) <= named

    def command_is_proven(self, recording, link):
        try:
            command = Statement(link.body['command'])
            if command.kind != 'command':
                return False
            certificate = certificates.check(command.certificate(), self.root, COMMAND)
            if not command.signed_by(certificate['spki']):
                return False
            since = self.revoked_from(certificate['spki'])
            return command.parse()['session'] == recording.session.digest and since is None
        except Refused:
            return False

    @staticmethod
    def follows(recording, links, previous, index):
        """Whether `previous` is D of the statement before; None where that is not there."""
        if index == 0:
            return any(previous == one.digest for one in recording.openings)
        before = links.get(index - 1)
        return None if before is None else any(one.digest == previous for one in before)

    def chain_conflicts(self, recording, links, closing, end, conflicts):
        for index, same in links.items():
            if len(same) > 1:
                conflicts.append(f'two statements of index {index}')
            if closing and index >= closing.body['index']:
                conflicts.append('a statement at or after the closing')
            if any(self.follows(recording, links, one.body['previous'], index) is False for one in same):
                conflicts.append(f'statement {index} follows another than is there')
        if not closing:
            return
        body = closing.body
        if self.follows(recording, links, body['previous'], body['index']) is False:
            conflicts.append('the closing follows another than is there')
        if all(index in links for index in range(body['index'])):
            counted = [same[0] for index, same in links.items() if index < body['index']]
            chunks = [one for one in counted if one.kind == 'chunk']
            gaps = [one for one in counted if one.kind == 'gap']
            total = sum(len(one.body[part]['digests']) for one in chunks for part in ('media', 'telemetry'))
            if (len(chunks), len(gaps), total) != (body['chunks'], body['gaps'], body['segments']):
                conflicts.append('the closing counts otherwise')

    def receipt_conflicts(self, recording, links, closing, receipts, conflicts, faults):
        for receipt in receipts:
            body = receipt.body
            if body['complete']:
                if closing is None:
                    faults.append('a complete receipt without a closing')
                elif (body['count'], body['statement']) != (closing.body['index'], closing.digest):
                    conflicts.append('a complete receipt for another closing')
            elif closing and body['count'] > closing.body['index']:
                conflicts.append('a receipt for more than was closed')
            elif self.follows(recording, links, body['statement'], body['count']) is False:
                conflicts.append('a receipt for another statement')

    def is_erased(self, recording, closing):
        core = recording.core
        wanted = (
            core['device_id'], core['recording_id'], core['number'], closing.digest, recording.opening.body['envelope'])
        return any(
            (d.body['device_id'], d.body['recording_id'], d.body['number'], d.body['closing'], d.body['envelope']) == wanted
            for d in self.deletions.values())

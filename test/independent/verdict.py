"""The verdicts, conflicts and exit code of "Verifying" in docs/FORMAT.md, over what reading.py found to count."""
import hashlib

import certificates
from canonical import Refused
from certificates import COMMAND
from opening import MEDIA_MAX, OVERHEAD, PARAMS, TELEMETRY_MAX
from statements import Statement, check_command

NONE, CLOSED, LAST_KNOWN = 0, 1, 2


class Judge:
    def __init__(self, evidence, root, revoked):
        """revoked: {key id: from UTC in microseconds}"""
        self.evidence, self.root, self.revoked = evidence, root, revoked
        self.receipts = {d: r for d, r in evidence.receipts.items() if not self.is_revoked(r.cert['spki'])}
        self.deletions = {d: r for d, r in evidence.deletions.items() if not self.is_revoked(r.cert['spki'])}
        self.losses = [r for r in evidence.losses.values() if not self.is_revoked(r.session.cert['spki'])]

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
        ]
        if any(r.body['envelope'] not in (b'', opening.body['envelope']) for r in receipts):
            conflicts.append('a receipt for another key envelope')
        receipts = [r for r in receipts if r.body['envelope'] in (b'', opening.body['envelope'])]
        losses = self.losses_of(recording, links_of(recording), conflicts)
        links = links_of(recording)
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
            else:
                faults.append('a closing that is not vouched for')
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
            one['verdict'] = self.verdict_of(recording, link, vouched(link, recording.session), proven, receipts, losses, faults)
            if after is not None:
                one['notBeforeUs'] = after
            if link.digest in proven:
                one['notAfterUs'] = proven[link.digest]
            report.append(one)
        self.chain_conflicts(recording, links, closing, end, conflicts)
        self.receipt_conflicts(recording, links, closing, receipts, conflicts, faults)
        erased = self.judge_deletions(recording, closing, conflicts, faults)
        time_faults(recording, links, closing, faults)
        if conflicts:
            verdict = 'conflict'
        elif erased:
            verdict = 'erased'
        elif closing is None:
            verdict = 'open-ended'
        else:
            verdict = 'recovered' if closing.body['reason'] == 7 else 'complete'
        return {
            'device': core['device_id'], 'id': core['recording_id'].hex(), 'number': core['number'], 'verdict': verdict,
            'links': report, 'trusted': vouched(opening, recording.session), 'conflicts': conflicts, 'faults': faults,
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

    def verdict_of(self, recording, link, is_vouched, proven, receipts, losses, faults):
        if not is_vouched:
            return 'untrusted key'
        if link.kind == 'gap':
            return 'intact'
        if link.kind == 'recorded-command':
            refused = not link.body['obeyed'] and link.body['refusal'] != 0
            return 'intact' if refused or self.command_is_proven(recording, link, proven) else 'untrusted key'
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
            return 'intact' if self.within_bounds(index, parts) else 'damaged'
        if self.excused(link, absent, receipts, losses, faults):
            return 'lost after sealing (claimed)'
        return 'damaged' if present else 'missing'

    def within_bounds(self, index, parts):
        for number_of_part, (part, most) in enumerate(zip(parts, (MEDIA_MAX, TELEMETRY_MAX))):
            places = [(index, number_of_part, number, digest) for number, digest in enumerate(part['digests'])]
            if sum(len(self.evidence.segments[place][0]) - OVERHEAD for place in places) > most:
                return False
        return True

    def losses_of(self, recording, links, conflicts):
        """The losses of a recording that contradict nothing."""
        good = []
        for loss in self.losses:
            body = loss.body
            if (loss.session.body['device_id'], body['recording_id']) != (
                    recording.core['device_id'], recording.core['recording_id']):
                continue
            here = links.get(body['index'], [])
            link = next((one for one in here if one.digest == body['statement']), None)
            elsewhere = any(one.digest == body['statement'] for same in links.values() for one in same)
            if link is None:
                contradicts = bool(here) or elsewhere
            elif link.kind != 'chunk':
                contradicts = True
            else:
                counts = (len(link.body['media']['digests']), len(link.body['telemetry']['digests']))
                contradicts = any(one['number'] >= counts[one['part']] for one in body['segments'])
            if contradicts:
                conflicts.append('a loss that contradicts what is there')
            else:
                good.append(loss)
        return good

    @staticmethod
    def is_forbidden(loss, receipts):
        """Whether a station says that it holds what the loss says is lost."""
        covering, resting = {}, {}
        for receipt in receipts:
            body = receipt.body
            if body['count'] > loss.body['index']:
                covering.setdefault(body['station_id'], []).append(body['counter'])
            if loss.digest in body['losses']:
                resting.setdefault(body['station_id'], []).append(body['counter'])
        return any(
            station not in resting or min(resting[station]) > min(counters) for station, counters in covering.items())

    def excused(self, link, absent, receipts, losses, faults):
        own = [one for one in losses if one.body['statement'] == link.digest]
        named = {True: set(), False: set()}
        for loss in own:
            places = {(one['part'], one['number']) for one in loss.body['segments']}
            named[self.is_forbidden(loss, receipts)] |= places
        if set(absent) <= named[False]:
            return True
        if set(absent) & (named[True] - named[False]):
            faults.append('a station signed that it holds what is said to be lost')
        return False

    def command_is_proven(self, recording, link, proven):
        try:
            command = Statement(link.body['command'])
            if command.kind != 'command':
                return False
            certificate = certificates.check(command.certificate(), self.root, COMMAND)
            if not command.signed_by(certificate['spki']):
                return False
            since = self.revoked_from(certificate['spki'])
            timely = since is None or (link.digest in proven and proven[link.digest] < since)
            check_command(command.parse())
            return command.body['session'] == recording.session.digest and timely
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
                if not recording.closings:
                    faults.append('a complete receipt without a closing')
                if closing is not None and (body['count'], body['statement']) != (closing.body['index'], closing.digest):
                    conflicts.append('a complete receipt for another closing')
            elif closing and body['count'] > closing.body['index']:
                conflicts.append('a receipt for more than was closed')
            elif self.follows(recording, links, body['statement'], body['count']) is False:
                conflicts.append('a receipt for another statement')

    def judge_deletions(self, recording, closing, conflicts, faults):
        """Whether a deletion orders this recording erased."""
        core, erased = recording.core, False
        for deletion in self.deletions.values():
            body = deletion.body
            if (body['device_id'], body['recording_id']) != (core['device_id'], core['recording_id']):
                continue
            named = closing.digest if closing else body['closing']
            wanted = (core['number'], named, recording.opening.body['envelope'])
            if (body['number'], body['closing'], body['envelope']) != wanted:
                conflicts.append('a deletion of another number, closing or key envelope')
            elif closing is not None:
                erased = True
            if closing is None:
                faults.append('a deletion of a recording without a closing')
        return erased


def links_of(recording):
    return {index: [same[d] for d in sorted(same)] for index, same in recording.links.items()}


def time_faults(recording, links, closing, faults):
    if closing is None:
        return
    body = closing.body
    if not all(index in links for index in range(body['index'])):
        return
    spans = [
        links[index][0].body for index in range(body['index']) if links[index][0].kind in ('chunk', 'gap')]
    start, end = recording.core['start'], body['end']
    if any(one['epoch'] != start['epoch'] for one in [end, *(span['start'] for span in spans)]):
        unexplained = body['duration'] - sum(span['duration'] for span in spans)
        if unexplained > 1_000_000 + body['duration'] / 100:
            faults.append('the closing claims more time than there is')
        return
    lasted = max(0, end['uptime'] - start['uptime'])
    if body['duration'] - lasted > 1_000_000:
        faults.append('the closing claims more time than there is')
    holes, covered = 0, start['uptime']
    for span in sorted(spans, key=lambda one: one['start']['uptime']):
        holes += max(0, min(span['start']['uptime'], end['uptime']) - covered - 100_000)
        covered = max(covered, span['start']['uptime'] + span['duration'])
    holes += max(0, end['uptime'] - covered - 100_000)
    if holes > 1_000_000:
        faults.append('time that no chunk and no gap explains')

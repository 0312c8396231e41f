#!/usr/bin/env python3
"""A second verifier and opener of evidence format 1, written from docs/FORMAT.md alone: it shares nothing with the project.

Reads cases from standard input, one as a line of JSON, and answers each with a line of JSON:

    {"root": FILE, "files": [FILE ...], "revocations": FILE or absent,
     "keys": FILE or absent, "identities": [FILE ...] or absent, "policies": [FILE ...] or absent}

    {"exitCode": N, "recordings": [...], "journals": [...], "opened": {"chunks": [...], "media": SHA-256, "telemetry": SHA-256}}

Files are paths. `opened` is there where `keys` is given, of the one recording. Needs Debian's python3-cryptography.
Not covered: a station's store as a whole, rosters.
"""
import hashlib
import json
import sys

import opening
from canonical import Refused, decode, need
from certificates import read_root
from journals import judge_journals
from numbering import across
from reading import OtherFormat, read
from statements import KINDS, Statement
from verdict import Judge


def load(path):
    with open(path, 'rb') as file:
        return file.read()


def read_revocations(data, root):
    statement = Statement(data)
    need(statement.kind == 'revocation' and statement.signed_by(root['spki']), 'not the root')
    revoked = {}
    for one in decode(statement.payload, KINDS['revocation'])['certificates']:
        revoked[one['key_id']] = min(one['from'], revoked.get(one['key_id'], one['from']))
    return revoked


def check_policy(policy):
    for name in ('roles', 'dwelling_roles', 'reasons', 'automatic_starts', 'commands', 'stations'):
        texts = [one.encode() for one in policy[name]]
        need(texts == sorted(set(texts)), f'{name} out of order')
    grounds = [one['ground'] for one in policy['holds']]
    need(grounds == sorted(set(grounds)), 'holds out of order')
    need(policy['retention_days_min'] <= policy['retention_days_max'], 'retention that ends before it begins')
    roles, dwelling = policy['roles'], policy['dwelling_roles']
    need(not set(roles) & set(dwelling), 'a role both always and in dwellings')
    need(len(roles) + len(dwelling) <= 16, 'too many roles')
    need(policy['dwelling_mode'] != 1 or not dwelling, 'roles for dwellings that are not told apart')
    need(not policy['stations'] or len(policy['stations']) >= policy['stations_needed'], 'more stations than are named')


def read_policies(paths, root):
    policies = {}
    for path in paths:
        statement = Statement(load(path))
        need(statement.kind == 'policy' and statement.signed_by(root['spki']), 'not the root')
        policy = statement.parse()
        check_policy(policy)
        policies[statement.digest] = policy
    return policies


def policy_faults(core, policies):
    policy = policies.get(core['policy_digest'])
    if not policy:
        return []
    allowed = (policy['roles'], sorted(policy['roles'] + policy['dwelling_roles']))
    same = policy['version'] == core['policy_version'] and policy['name'] == core['policy'] and core['roles'] in allowed
    return [] if same else ['it was not made under the policy that it names']


FAULTY = {'missing', 'damaged', 'unsigned', 'untrusted key'}


def exit_code(reports, journals, absent, conflicts, chained, evidence):
    if not (reports or journals) or absent or conflicts or evidence.unreadable or evidence.aside:
        return 5
    for one in reports:
        if one['conflicts'] or one['faults'] or not one['trusted']:
            return 5
        for link in one['links']:
            gone = one['verdict'] == 'erased' and link.get('kind') == 'chunk' and link['verdict'] in ('missing', 'damaged')
            if link['verdict'] in FAULTY and not gone:
                return 5
    if any(one['verdict'] == 'conflict' or set(one['entries']) - {'intact'} for one in journals):
        return 5
    if any(one['verdict'] != 'shut down' for one in journals):
        return 3
    if chained or any(one['verdict'] in ('recovered', 'open-ended') for one in reports):
        return 3
    reduced = any(
        link.get('kind') == 'gap' or link['verdict'] != 'intact' for one in reports for link in one['links'])
    return 4 if reduced or any(one['verdict'] == 'erased' for one in reports) else 0


def open_chunks(case, evidence, reports):
    (recording,) = evidence.recordings.values()
    pairs = [opening.read_key_file(load(path).decode()) for path in case['identities']]
    body = recording.opening.body
    shares = opening.shares_of(body, recording.core, load(case['keys']), pairs)
    keys = opening.Keys(body['core'], shares)
    media, telemetry, opened = hashlib.sha256(), hashlib.sha256(), []
    for link in reports[0]['links']:
        if link.get('kind') != 'chunk' or link['verdict'] != 'intact':
            continue
        same = recording.links[link['index']]
        chunk = same[min(same)].body
        parts = []
        for number_of_part, name in enumerate(('media', 'telemetry')):
            places = [
                (link['index'], number_of_part, number, digest) for number, digest in enumerate(chunk[name]['digests'])]
            parts.append((chunk[name]['header'], [evidence.segments[place][0] for place in places]))
        plain = opening.open_chunk(keys, recording.opening.digest, link['index'], parts)
        if plain is None:
            continue
        opened.append(link['index'])
        media.update(plain[0])
        telemetry.update(plain[1])
    return {'chunks': opened, 'media': media.hexdigest(), 'telemetry': telemetry.hexdigest()}


def answer(case):
    try:
        root = read_root(load(case['root']))
        revoked = read_revocations(load(case['revocations']), root) if case.get('revocations') else {}
        policies = read_policies(case.get('policies', []), root)
        evidence = read([load(path) for path in case['files']], root)
    except OtherFormat as other:
        return {'exitCode': 1, 'why': str(other)}
    except Refused as refusal:
        return {'exitCode': 1, 'why': str(refusal)}
    judge = Judge(evidence, root, revoked)
    reports = []
    for _, one in sorted(evidence.recordings.items()):
        report = judge.judge(one)
        reports.append({**report, 'faults': [*report['faults'], *policy_faults(one.core, policies)]})
    journals = judge_journals(evidence, judge)
    absent, conflicts, chained = across(evidence, judge.receipts)
    out = {
        'exitCode': exit_code(reports, journals, absent, conflicts, chained, evidence), 'recordings': reports,
        'journals': journals, 'absent': absent,
        'conflicts': conflicts, 'aside': evidence.aside, 'unreadable': evidence.unreadable,
    }
    if case.get('keys') and len(reports) == 1:
        try:
            out['opened'] = open_chunks(case, evidence, reports)
        except Refused as refusal:
            out['refused'] = str(refusal)
    return out


if __name__ == '__main__':
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)

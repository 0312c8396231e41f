#!/usr/bin/env python3
"""Holds mlkem.py and hpke.py to published vectors: python3 vectors.py FOLDER, which holds wycheproof/ and hpke/.

Prints a line of JSON: for each file how many cases agree, and the numbers of those that do not.
"""
import json
import os
import sys

import hpke
import mlkem
from canonical import Refused, need
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

h = bytes.fromhex


def keygen(case):
    seed = h(case['seed'])
    need(len(seed) == 64, 'a seed of another length')
    return mlkem.keygen(seed)


def decaps(case):
    ek, dk = keygen(case)
    secret = mlkem.decapsulate(dk, h(case['c']))
    return ek.hex() == case.get('ek', ek.hex()) and secret.hex() == case['K']


def keys(case):
    ek, dk = keygen(case)
    return (ek.hex(), dk.hex()) == (case['ek'], case['dk'])


def semi_expanded(case):
    return mlkem.decapsulate(h(case['dk']), h(case['c'])).hex() == case['K']


def encaps(case):
    secret, ciphertext = mlkem.encapsulate(h(case['ek']), h(case['m']))
    return (secret.hex(), ciphertext.hex()) == (case['K'], case['c'])


WYCHEPROOF = {
    'mlkem_1024_test.json': decaps,
    'mlkem_1024_keygen_seed_test.json': keys,
    'mlkem_1024_semi_expanded_decaps_test.json': semi_expanded,
    'mlkem_1024_encaps_test.json': encaps,
}


def wycheproof(path, holds):
    with open(path, encoding='utf-8') as file:
        cases = [case for group in json.load(file)['testGroups'] for case in group['tests']]
    wrong = []
    for case in cases:
        try:
            held = holds(case)
        except (Refused, KeyError):
            held = False
        if held != (case['result'] == 'valid'):
            wrong.append(case['tcId'])
    return {'agree': len(cases) - len(wrong), 'wrong': wrong}


def hybrid(path):
    with open(path, encoding='utf-8') as file:
        cases = json.load(file)
    wrong = []
    for at, case in enumerate(cases):
        pair = hpke.KeyPair(h(case['skRm']))
        shared = pair.decapsulate(h(case['enc']))
        key, nonce = hpke.schedule(shared, h(case['info']))
        first = case['encryptions'][0]
        same = [
            pair.public_key.hex() == case['pkRm'], shared.hex() == case['shared_secret'],
            key.hex() == case['key'], nonce.hex() == case['base_nonce'],
            AESGCM(key).decrypt(nonce, h(first['ct']), h(first['aad'])).hex() == first['pt'],
        ]
        if not all(same):
            wrong.append(at)
    return {'agree': len(cases) - len(wrong), 'wrong': wrong}


def main(folder):
    results = {
        name: wycheproof(os.path.join(folder, 'wycheproof', name), holds) for name, holds in WYCHEPROOF.items()
    }
    results['mlkem1024_p384.json'] = hybrid(os.path.join(folder, 'hpke', 'mlkem1024_p384.json'))
    print(json.dumps(results))


if __name__ == '__main__':
    main(sys.argv[1])

"""ML-KEM-1024, written from FIPS 203 over hashlib. For tests alone: slow, and not in constant time.

Numbers in brackets name the standard's algorithms.
"""
import hashlib

from canonical import Refused

N, Q, K = 256, 3329, 4
ETA = 2
DU, DV = 11, 5
EK_BYTES, DK_BYTES, CIPHERTEXT_BYTES = 384 * K + 32, 768 * K + 96, 32 * (DU * K + DV)


def reverse7(number):
    return int(f'{number:07b}'[::-1], 2)


ZETAS = [pow(17, reverse7(at), Q) for at in range(128)]
GAMMAS = [pow(17, 2 * reverse7(at) + 1, Q) for at in range(128)]


def ntt(f):
    """[9]"""
    f, at, length = list(f), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta = ZETAS[at]
            at += 1
            for j in range(start, start + length):
                t = zeta * f[j + length] % Q
                f[j + length] = (f[j] - t) % Q
                f[j] = (f[j] + t) % Q
        length //= 2
    return f


def inverse_ntt(f):
    """[10]"""
    f, at, length = list(f), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta = ZETAS[at]
            at -= 1
            for j in range(start, start + length):
                t = f[j]
                f[j] = (t + f[j + length]) % Q
                f[j + length] = zeta * (f[j + length] - t) % Q
        length *= 2
    return [value * 3303 % Q for value in f]


def multiply(f, g):
    """[11, 12]"""
    out = [0] * N
    for at, gamma in enumerate(GAMMAS):
        a0, a1, b0, b1 = f[2 * at], f[2 * at + 1], g[2 * at], g[2 * at + 1]
        out[2 * at] = (a0 * b0 + a1 * b1 * gamma) % Q
        out[2 * at + 1] = (a0 * b1 + a1 * b0) % Q
    return out


def add(f, g):
    return [(a + b) % Q for a, b in zip(f, g)]


def inner_product(row, column):
    total = [0] * N
    for f, g in zip(row, column):
        total = add(total, multiply(f, g))
    return total


def encode(f, bits):
    """[5]"""
    packed = 0
    for at, value in enumerate(f):
        packed |= value << (bits * at)
    return packed.to_bytes(32 * bits, 'little')


def decode(data, bits):
    """[6]; the caller checks that values of 12 bits are below q."""
    packed, mask = int.from_bytes(data, 'little'), (1 << bits) - 1
    return [packed >> (bits * at) & mask for at in range(N)]


def compress(f, bits):
    return [((value << bits) * 2 + Q) // (2 * Q) % (1 << bits) for value in f]


def decompress(f, bits):
    return [(value * Q * 2 + (1 << bits)) >> (bits + 1) for value in f]


def sample_ntt(seed):
    """[7]"""
    stream = hashlib.shake_128(seed).digest(3 * 1024)
    out = []
    for at in range(0, len(stream), 3):
        low = stream[at] | (stream[at + 1] & 15) << 8
        high = stream[at + 1] >> 4 | stream[at + 2] << 4
        out += [value for value in (low, high) if value < Q]
        if len(out) >= N:
            return out[:N]
    raise AssertionError('the stream was too short, which has a probability below 2^-100')


def sample_noise(seed, number):
    """[8] over PRF"""
    bits = int.from_bytes(hashlib.shake_256(seed + bytes([number])).digest(64 * ETA), 'little')
    out = []
    for at in range(N):
        chunk = bits >> (2 * ETA * at)
        x, y = (chunk & 1) + (chunk >> 1 & 1), (chunk >> 2 & 1) + (chunk >> 3 & 1)
        out.append((x - y) % Q)
    return out


def matrix(rho):
    return [[sample_ntt(rho + bytes([column, row])) for column in range(K)] for row in range(K)]


def keygen(seed):
    """[13, 16]: the encapsulation and the decapsulation key of d || z, 64 bytes."""
    d, z = seed[:32], seed[32:]
    g = hashlib.sha3_512(d + bytes([K])).digest()
    rho, sigma = g[:32], g[32:]
    a = matrix(rho)
    s = [ntt(sample_noise(sigma, at)) for at in range(K)]
    e = [ntt(sample_noise(sigma, K + at)) for at in range(K)]
    t = [add(inner_product(a[row], s), e[row]) for row in range(K)]
    ek = b''.join(encode(f, 12) for f in t) + rho
    dk = b''.join(encode(f, 12) for f in s) + ek + hashlib.sha3_256(ek).digest() + z
    return ek, dk


def encrypt(ek, message, randomness):
    """[14]"""
    t = [decode(ek[384 * at:384 * (at + 1)], 12) for at in range(K)]
    a = matrix(ek[384 * K:])
    y = [ntt(sample_noise(randomness, at)) for at in range(K)]
    e1 = [sample_noise(randomness, K + at) for at in range(K)]
    e2 = sample_noise(randomness, 2 * K)
    u = [add(inverse_ntt(inner_product([a[row][at] for row in range(K)], y)), e1[at]) for at in range(K)]
    mu = decompress(decode(message, 1), 1)
    v = add(add(inverse_ntt(inner_product(t, y)), e2), mu)
    return b''.join(encode(compress(f, DU), DU) for f in u) + encode(compress(v, DV), DV)


def decrypt(dk, ciphertext):
    """[15]"""
    u = [decompress(decode(ciphertext[32 * DU * at:32 * DU * (at + 1)], DU), DU) for at in range(K)]
    v = decompress(decode(ciphertext[32 * DU * K:], DV), DV)
    s = [decode(dk[384 * at:384 * (at + 1)], 12) for at in range(K)]
    w = inverse_ntt(inner_product(s, [ntt(f) for f in u]))
    return encode(compress([(a - b) % Q for a, b in zip(v, w)], 1), 1)


def check_encapsulation_key(ek):
    """7.2: the length, and every coefficient below q."""
    if len(ek) != EK_BYTES:
        raise Refused('an encapsulation key of another length')
    for at in range(K):
        if any(value >= Q for value in decode(ek[384 * at:384 * (at + 1)], 12)):
            raise Refused('a coefficient that is not below the modulus')


def encapsulate(ek, message):
    """[17, 20]: the shared secret and the ciphertext for 32 bytes of randomness."""
    check_encapsulation_key(ek)
    g = hashlib.sha3_512(message + hashlib.sha3_256(ek).digest()).digest()
    return g[:32], encrypt(ek, message, g[32:])


def decapsulate(dk, ciphertext):
    """[18, 21]; 7.3: lengths, and the hash of the encapsulation key inside."""
    if len(ciphertext) != CIPHERTEXT_BYTES or len(dk) != DK_BYTES:
        raise Refused('a key or ciphertext of another length')
    ek, h, z = dk[384 * K:768 * K + 32], dk[768 * K + 32:768 * K + 64], dk[768 * K + 64:]
    if hashlib.sha3_256(ek).digest() != h:
        raise Refused('a decapsulation key whose parts do not belong together')
    message = decrypt(dk, ciphertext)
    g = hashlib.sha3_512(message + h).digest()
    rejected = hashlib.shake_256(z + ciphertext).digest(32)
    return g[:32] if encrypt(ek, message, g[32:]) == ciphertext else rejected

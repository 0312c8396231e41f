"""Files and records of evidence format 1, from docs/FORMAT.md."""
from canonical import need

MAGIC = bytes.fromhex('895345414c0d0a1a')
RECORD = b'SCR1'
BODY_MAX = 130_000
INDEX_MAX = 16_777_215
SEGMENT_MAX = 65_536
STATEMENT, SEGMENT = 1, 2


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


# Mutations of one file share nearly all of their records: each is summed once.
good = {}


def record_at(data, at):
    """(type, body, end) of the record that begins there, or None."""
    head = data[at:at + 9]
    if len(head) < 9 or head[:4] != RECORD:
        return None
    length, kind = int.from_bytes(head[4:8], 'big'), head[8]
    end = at + 9 + length + 4
    if length > BODY_MAX or kind not in (STATEMENT, SEGMENT) or end > len(data):
        return None
    whole = data[at:end]
    if whole not in good:
        if len(good) > 20_000:
            good.clear()
        good[whole] = crc32c(whole[4:-4]) == int.from_bytes(whole[-4:], 'big')
    return (kind, whole[9:-4], end) if good[whole] else None


def scan(data):
    """Records, and how many findings of unreadable bytes."""
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


def segment(body):
    """(index, part, number, FLOE segment) of a record of type 2, or None where it is not one."""
    if not 7 < len(body) <= 7 + SEGMENT_MAX:
        return None
    index, part, number = int.from_bytes(body[:4], 'big'), body[4], int.from_bytes(body[5:7], 'big')
    return (index, part, number, body[7:]) if index <= INDEX_MAX and part <= 1 and number < 66 else None

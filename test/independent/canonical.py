"""The canonical protobuf encoding of evidence format 1, from docs/FORMAT.md: one encoding for each message."""
import re


class Refused(Exception):
    """What the format refuses."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data, at):
    value = shift = 0
    while True:
        need(at < len(data) and shift < 70, 'a varint that does not end')
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at


def raw_fields(data):
    """{number: [(wire type, value) ...]}, of any message; nothing is known of its fields."""
    raw, at = {}, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        need(wire in (0, 2), 'a wire type that no message has')
        if wire == 0:
            value, at = read_varint(data, at)
        else:
            length, at = read_varint(data, at)
            need(at + length <= len(data), 'a field beyond the end')
            value, at = data[at:at + length], at + length
        raw.setdefault(number, []).append((wire, value))
    return raw


def decode(data, fields):
    """Fields: {number: (name, type, ...)}; checks that the bytes are the one encoding of what they say."""
    raw = raw_fields(data)
    need(all(number in fields for number in raw), 'an unknown field')
    message, again = {}, b''
    for number in sorted(fields):
        name, kind, *rest = fields[number]
        values = raw.get(number, [])
        wire = 0 if kind in ('u', 'bool', 'enum') else 2
        need(all(one == wire for one, _ in values), 'a field of another wire type')
        values = [value for _, value in values]
        if kind.startswith('many '):
            least, most, *rest = rest
            need(least <= len(values) <= most, f'{name}: too many or too few')
            message[name] = [checked(kind[5:], value, rest) for value in values]
            written = values
        elif kind == 'message':
            need(len(values) == 1, f'{name} is absent or comes twice')
            message[name] = decode(values[0], rest[0])
            written = values
        else:
            need(len(values) <= 1, f'{name} comes twice')
            value = values[0] if values else (0 if wire == 0 else b'')
            message[name] = checked(kind, value, rest)
            written = [value] if value else []
        for value in written:
            again += varint(number << 3 | wire)
            again += varint(value) if wire == 0 else varint(len(value)) + value
    need(again == data, 'another encoding of the same')
    return message


# Control characters, line and paragraph separators, and marks that reorder text.
NOT_IN_UTF8 = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def checked(kind, value, rest):
    if kind == 'u':
        least, most = rest
        need(least <= value <= most, 'an integer out of its bounds')
        return value
    if kind == 'enum':
        need(value in rest[0], 'a value that the format does not name')
        return value
    if kind == 'bool':
        need(value in (0, 1), 'a flag that is neither 0 nor 1')
        return value == 1
    if kind == 'message':
        return decode(value, rest[0])
    if kind == 'digest':
        need(len(value) == 32, 'a digest of another length')
    elif kind == 'digest?':
        need(len(value) in (0, 32), 'a digest of another length')
    elif kind == 'bytes':
        need(rest[0] <= len(value) <= rest[1], 'bytes of another length')
    elif kind == 'bytes?':
        need(len(value) in (0, rest[0]), 'bytes of another length')
    elif kind == 'utf8':
        need(0 < len(value) <= rest[0], 'a text of another length')
        try:
            value = value.decode('utf-8')
        except UnicodeDecodeError:
            raise Refused('a text that is not UTF-8') from None
        need(not NOT_IN_UTF8.search(value), 'a character that no text may hold')
    elif kind == 'text':
        try:
            value = value.decode('ascii')
        except UnicodeDecodeError:
            raise Refused('a text that is not ASCII') from None
        need(re.match(rest[0], value), 'a text of another form')
    return value

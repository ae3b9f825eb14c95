"""Fills the buffers of a wire column: bits, numbers and texts."""

from __future__ import annotations

import sys
from array import array
from itertools import accumulate
from typing import Any, List, Sequence

from floe.v1 import common_pb2 as pb

_SAMPLE_ROWS = 1024
_DICTIONARY_MAX = 1 << 16
_BYTE_CODES_MAX = 256
_CODED_ROWS_MIN = 17


def little(values: array) -> bytes:
    """The array's bytes, little endian."""
    if sys.byteorder == "big":
        values = array(values.typecode, values)
        values.byteswap()
    return values.tobytes()


def bits(flags: Sequence[Any]) -> bytes:
    """One bit a flag, least significant first."""
    if not flags:
        return b""
    digits = bytes(map(bool, flags)).translate(_DIGITS)[::-1]
    return int(digits, 2).to_bytes((len(flags) + 7) // 8, "little")


_DIGITS = bytes.maketrans(b"\0\1", b"01")


def few_texts(out: pb.Column, values: Sequence[Any]) -> bool:
    """Packs a column whose first rows hold all its texts, and nothing else."""
    try:
        distinct = dict.fromkeys(values[:_SAMPLE_ROWS])
        few = len(distinct) <= min(_BYTE_CODES_MAX, len(values) // 2)
        if not few or len(values) < _CODED_ROWS_MIN or set(map(type, distinct)) != {str}:
            return False
        codes = dict(zip(distinct, range(len(distinct))))
        packed = bytes(map(codes.__getitem__, values))
        _pack_slots(out, list(distinct))
    except (KeyError, TypeError, UnicodeEncodeError):  # another text, none, or what is no text at all
        return False
    out.physical_type = pb.BYTES
    out.codes = packed
    out.dictionary_size = len(distinct)
    return True


def pack_texts(out: pb.Column, values: List[str]) -> None:
    out.physical_type = pb.BYTES
    distinct = dict.fromkeys(values[:_SAMPLE_ROWS])
    if len(values) >= _CODED_ROWS_MIN and len(distinct) <= min(len(values), _SAMPLE_ROWS) // 2:
        distinct = dict.fromkeys(values)
        if len(distinct) <= min(len(values) // 2, _DICTIONARY_MAX):
            _pack_slots(out, list(distinct))
            codes = dict(zip(distinct, range(len(distinct))))
            typecode = "B" if len(distinct) <= _BYTE_CODES_MAX else "H"
            out.codes = little(array(typecode, list(map(codes.__getitem__, values))))
            out.dictionary_size = len(distinct)
            return
    out.dictionary_size = 0
    out.codes = b""
    _pack_slots(out, values)


def _pack_slots(out: pb.Column, values: List[str]) -> None:
    joined = "".join(values)
    if joined.isascii():
        data = joined.encode("ascii")
        lengths = map(len, values)
    else:
        encoded = [value.encode() for value in values]
        data = b"".join(encoded)
        lengths = map(len, encoded)
    out.offsets = little(array("i", list(accumulate(lengths, initial=0))))  # a list tells its length before
    out.values = data

"""Reads the columnar form back, slot by slot and straight from its description in common.proto."""

import struct

from floe.v1 import common_pb2 as pb

NUMBERS = {pb.INT32: ("i", 4), pb.INT64: ("q", 8), pb.FLOAT32: ("f", 4), pb.FLOAT64: ("d", 8)}


def bit(buffer, slot):
    return buffer[slot >> 3] >> (slot & 7) & 1


def ints(buffer):
    return list(struct.unpack(f"<{len(buffer) // 4}i", buffer))


def codes(column, size):
    count = column.dictionary_size
    width = 1 if count <= 256 else 2 if count <= 65536 else 4
    assert len(column.codes) == size * width
    return [int.from_bytes(column.codes[i * width : (i + 1) * width], "little") for i in range(size)]


def slots(column, size):
    """The slots of a column, whatever their validity."""
    kind = column.physical_type
    if kind == pb.BITS:
        assert len(column.values) == (size + 7) // 8
        return [bool(bit(column.values, i)) for i in range(size)]
    if kind in NUMBERS:
        code, width = NUMBERS[kind]
        assert len(column.values) == size * width
        return list(struct.unpack(f"<{size}{code}", column.values))
    if kind == pb.FIXED:
        width = column.width
        assert len(column.values) == size * width
        return [column.values[i * width : (i + 1) * width] for i in range(size)]
    if kind == pb.STRUCT:
        children = {child.name: read(child, size) for child in column.children}
        return [{name: values[i] for name, values in children.items()} for i in range(size)]
    offsets = ints(column.offsets)
    assert offsets[0] == 0 and offsets == sorted(offsets)
    if kind == pb.BYTES:
        assert len(offsets) == (column.dictionary_size or size) + 1 and offsets[-1] == len(column.values)
        values = [column.values[start:end] for start, end in zip(offsets, offsets[1:])]
        return [values[code] for code in codes(column, size)] if column.dictionary_size else values
    assert len(offsets) == size + 1
    parts = [read(child, child.length) for child in column.children]
    assert all(len(part) == offsets[-1] for part in parts)
    flat = parts[0] if kind == pb.LIST else list(zip(*parts))
    return [flat[start:end] for start, end in zip(offsets, offsets[1:])]


def read(column, size):
    """The values of a column; None where a row is absent."""
    if column.validity:
        assert len(column.validity) == (size + 7) // 8
    values = slots(column, size)
    return [v if not column.validity or bit(column.validity, i) else None for i, v in enumerate(values)]


def rows(batch):
    """The rows of a batch as dicts."""
    columns = {column.name: read(column, batch.row_count) for column in batch.columns}
    return [{name: values[i] for name, values in columns.items()} for i in range(batch.row_count)]

"""Encodes rows and columns into the compact columnar form of floe.v1.

Works on whole columns: no message, and where values are plain no Python call, for a single value.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate, chain, groupby
from operator import itemgetter
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, TypeVar
from typing import Type as Class

from floe.buffers import bits, little
from floe.errors import FloeError, RowError
from floe.flat import BadValue, Faults, a_type, flat, shown
from floe.schema import Column, ListOf, MapOf, StructOf, Type
from floe.v1 import common_pb2 as pb

Columns = Mapping[str, Sequence[Any]]
AnyError = TypeVar("AnyError", bound=FloeError)


class Encoded(NamedTuple):
    """A batch as a message, and its rows that don't fit, which are in it without the values that don't."""

    batch: pb.ColumnarBatch
    errors: List[RowError]


def transpose(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Rows as columns; a row that lacks a column has None there."""
    if not rows:
        return {}
    names = list(rows[0])
    if names and set(map(len, rows)) == {len(names)}:
        try:
            return {name: list(map(itemgetter(name), rows)) for name in names}
        except KeyError:
            pass  # as many columns, but others
    every = dict.fromkeys(chain.from_iterable(rows))
    if not every:
        raise FloeError("MALFORMED_BATCH", "the rows have no columns")
    return {name: [row.get(name) for row in rows] for name in every}


def runs_of_columns(rows: Sequence[Mapping[str, Any]]) -> Iterator[List[Mapping[str, Any]]]:
    """Rows cut where their columns change."""
    return (list(run) for _, run in groupby(rows, key=lambda row: row.keys()))


def row_count(columns: Columns) -> int:
    """The length of the columns; raises where they differ."""
    try:
        lengths = {name: len(values) for name, values in columns.items()}
    except TypeError:
        raise FloeError(
            "WRONG_TYPE", "a dict is columns, and one of its values is no column", hint="put a single row into a list"
        ) from None
    if len(set(lengths.values())) > 1:
        raise FloeError("MALFORMED_BATCH", f"the columns differ in length: {lengths}")
    return next(iter(lengths.values()), 0)


def encode(schema: Mapping[str, Column], columns: Columns, out: Optional[pb.ColumnarBatch] = None) -> Encoded:
    """Columns as a batch for a table, in the message given or one of its own."""
    batch = pb.ColumnarBatch() if out is None else out
    faults: Faults = {}
    _batch(batch, schema, columns, faults)
    return Encoded(batch, [_row_error(row, faults[row]) for row in sorted(faults)])


def _row_error(row: int, fault: BadValue) -> RowError:
    return RowError(fault.code, fault.reason, field=fault.path, row=row, hint=fault.hint)


def _batch(batch: pb.ColumnarBatch, schema: Mapping[str, Column], columns: Columns, faults: Faults) -> None:
    batch.row_count = row_count(columns)
    for name, values in columns.items():
        column = schema.get(name)
        if column is None:
            raise unknown_column(FloeError, name, schema)
        out = batch.columns.add(name=name)
        found: Faults = {}
        try:
            encode_values(out, column.type, values, found)
        except BadValue as e:
            raise FloeError(e.code, e.reason, field=name, hint=e.hint) from None
        for row, fault in found.items():
            faults.setdefault(row, fault.within(name))


def unknown_column(
    kind: Class[AnyError], name: str, schema: Mapping[str, Column], row: Optional[int] = None
) -> AnyError:
    message = f"the table has no column {shown(name)}"
    return kind("UNKNOWN_COLUMN", message, field=str(name), row=row, hint=f"its columns are {', '.join(schema)}")


def encode_values(out: pb.Column, type_: Type, values: Sequence[Any], faults: Faults) -> None:
    """Fills a wire column; values that don't fit are noted by slot and left blank."""
    packer = flat(type_)
    if packer is not None:
        packer.encode(out, values, faults)
    elif isinstance(type_, ListOf):
        _encode_lists(out, type_, values, faults)
    elif isinstance(type_, MapOf):
        _encode_maps(out, type_, values, faults)
    elif isinstance(type_, StructOf):
        _encode_structs(out, type_, values, faults)


def _present(out: pb.Column, values: Sequence[Any]) -> None:
    flags = [value is not None for value in values]
    if not all(flags):
        out.validity = bits(flags)


def _refuse(faults: Faults, slot: int, value: Any, wanted: str) -> None:
    faults[slot] = BadValue("WRONG_TYPE", f"{shown(value)} is {a_type(value)}, not {wanted}")


def _child(out: pb.Column, column: Column, values: List[Any], required: bool) -> Faults:
    """Encodes the values of one part; its faults are by slot of the part."""
    found: Faults = {}
    child = out.children.add(name=column.name, length=len(values))
    encode_values(child, column.type, values, found)
    if required and None in values:
        for slot, value in enumerate(values):
            if value is None:
                found[slot] = BadValue("MISSING_VALUE", "a required value is null")
    return found


def _encode_lists(out: pb.Column, type_: ListOf, values: Sequence[Any], faults: Faults) -> None:
    _present(out, values)
    lists: List[Sequence[Any]] = []
    for slot, value in enumerate(values):
        if value is None:
            lists.append(())
        elif isinstance(value, (list, tuple, array)) or hasattr(value, "tolist"):
            lists.append(value)
        else:
            lists.append(())
            _refuse(faults, slot, value, "a list")
    offsets = array("i", accumulate(map(len, lists), initial=0))
    out.physical_type = pb.LIST
    out.offsets = little(offsets)
    found = _child(out, type_.element, list(chain.from_iterable(lists)), type_.element.required)
    for slot, fault in found.items():
        row = bisect_right(offsets, slot) - 1
        faults.setdefault(row, fault.within(f"[{slot - offsets[row]}]"))


def _encode_maps(out: pb.Column, type_: MapOf, values: Sequence[Any], faults: Faults) -> None:
    _present(out, values)
    keys: List[List[Any]] = []
    mapped: List[List[Any]] = []
    for slot, value in enumerate(values):
        pairs = _pairs(value)
        if pairs is None:
            _refuse(faults, slot, value, "a dict")
        keys.append([pair[0] for pair in pairs or ()])
        mapped.append([pair[1] for pair in pairs or ()])
    offsets = array("i", accumulate(map(len, keys), initial=0))
    out.physical_type = pb.MAP
    out.offsets = little(offsets)
    for part, lists, required in ((type_.key, keys, True), (type_.value, mapped, type_.value.required)):
        found = _child(out, part, list(chain.from_iterable(lists)), required)
        for slot, fault in found.items():
            faults.setdefault(bisect_right(offsets, slot) - 1, fault.within(part.name))


def _pairs(value: Any) -> Optional[List[Any]]:
    """The pairs of a map, which may be given as pairs too: not every key is hashable."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, (list, tuple)) and all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in value):
        return list(value)
    return None


def _encode_structs(out: pb.Column, type_: StructOf, values: Sequence[Any], faults: Faults) -> None:
    _present(out, values)
    names = [field.name for field in type_.fields]
    known = set(names)
    structs: List[Mapping[str, Any]] = []
    for slot, value in enumerate(values):
        fields: Mapping[str, Any] = {}
        if isinstance(value, Mapping):
            fields = value
            unknown = [name for name in value if name not in known]
            if unknown:
                faults[slot] = BadValue("UNKNOWN_COLUMN", f"the struct has no field {shown(unknown[0])}")
        elif isinstance(value, (list, tuple)) and len(value) == len(names):
            fields = dict(zip(names, value))
        elif value is not None:
            _refuse(faults, slot, value, f"a dict, nor {len(names)} values")
        structs.append(fields)
    out.physical_type = pb.STRUCT
    for field in type_.fields:
        found = _child(out, field, [fields.get(field.name) for fields in structs], field.required)
        for slot, fault in found.items():
            if values[slot] is not None:
                faults.setdefault(slot, fault.within(field.name))


def by_name(columns: Sequence[Column]) -> Dict[str, Column]:
    return {column.name: column for column in columns}

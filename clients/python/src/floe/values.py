"""Single values between Python and the wire."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from operator import attrgetter, itemgetter
from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence, Tuple
from uuid import UUID

from floe.errors import FloeError
from floe.flat import a_type, shown
from floe.schema import Column, ListOf, MapOf, StructOf, Type
from floe.v1 import common_pb2 as pb

_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()
_MICRO = timedelta(microseconds=1)
_LONG_MIN, _LONG_MAX = -(2**63), 2**63 - 1


def to_wire(value: Any) -> pb.Value:
    """A parameter or a key as a message; WRONG_TYPE for what stands for no column type."""
    out = pb.Value()
    if value is None:
        return out
    if isinstance(value, bool):
        out.boolean = value
    elif isinstance(value, int):
        if _LONG_MIN <= value <= _LONG_MAX:
            out.integer = value
        else:
            out.decimal = str(value)
    elif isinstance(value, float):
        out.floating = value
    elif isinstance(value, str):
        try:
            out.text = value
        except UnicodeEncodeError:
            raise FloeError("INVALID_UTF8", f"{shown(value)} holds a lone surrogate") from None
    elif isinstance(value, (bytes, bytearray, memoryview)):
        out.binary = bytes(value)
    elif isinstance(value, Decimal):
        out.decimal = str(value)
    elif isinstance(value, UUID):
        out.uuid = value.bytes
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            out.timestamp = (value - _EPOCH) // _MICRO
        else:
            out.timestamptz = (value - _EPOCH_UTC) // _MICRO
    elif isinstance(value, date):
        out.date = value.toordinal() - _EPOCH_DAY
    elif isinstance(value, time) and value.tzinfo is None:
        out.time = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
    elif isinstance(value, (list, tuple)):
        out.list.elements.extend(map(to_wire, value))
        out.list.SetInParent()
    elif isinstance(value, Mapping):
        out.map.keys.extend(map(to_wire, value.keys()))
        out.map.values.extend(map(to_wire, value.values()))
        out.map.SetInParent()
    else:
        raise FloeError("WRONG_TYPE", f"{shown(value)}: {a_type(value)} stands for no column type")
    return out


def rows_to_wire(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> pb.RowBatch:
    return pb.RowBatch(columns=names, rows=[pb.Row(values=map(to_wire, row)) for row in rows])


def _date(days: int) -> date:
    ordinal = days + _EPOCH_DAY
    if not 1 <= ordinal <= _LAST_DAY:  # of which fromordinal says ValueError, and timedelta OverflowError
        raise OverflowError
    return date.fromordinal(ordinal)


def _time(micros: int) -> time:
    seconds, micro = divmod(micros, 1_000_000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, micro)


_SCALARS: Dict[str, Callable[[pb.Value], Any]] = {
    "boolean": lambda value: value.boolean,
    "integer": lambda value: value.integer,
    "floating": lambda value: value.floating,
    "text": lambda value: value.text,
    "binary": lambda value: value.binary,
    "decimal": lambda value: Decimal(value.decimal),
    "uuid": lambda value: UUID(bytes=value.uuid),
    "date": lambda value: _date(value.date),
    "time": lambda value: _time(value.time),
    "timestamp": lambda value: _EPOCH + timedelta(microseconds=value.timestamp),
    "timestamptz": lambda value: _EPOCH_UTC + timedelta(microseconds=value.timestamptz),
}


def from_wire(value: pb.Value, type_: Type) -> Any:
    """The Python value of a column of a result; structs become dicts, maps too where their keys are hashable."""
    kind = value.WhichOneof("kind")
    if kind is None:
        return None
    scalar = _SCALARS.get(kind)
    try:
        if scalar is not None:
            return scalar(value)
        if kind == "list":
            element = type_.element.type if isinstance(type_, ListOf) else type_
            return [from_wire(part, element) for part in value.list.elements]
        if kind == "map":
            return _map(value.map, type_)
        return _struct(value.struct, type_)
    except OverflowError:
        raise out_of_range(kind) from None
    except ValueError as e:
        raise FloeError("WRONG_TYPE", f"the server sent a {kind} that can't be read: {e}") from None


def out_of_range(kind: str) -> FloeError:
    return FloeError(
        "VALUE_OUT_OF_RANGE",
        f"a {kind} of the result is outside of the years 1 to 9999 that Python has",
        hint="cast the column to VARCHAR in the query",
    )


def _map(wire: pb.MapValue, type_: Type) -> Any:
    key_type = type_.key.type if isinstance(type_, MapOf) else type_
    value_type = type_.value.type if isinstance(type_, MapOf) else type_
    pairs = [(from_wire(key, key_type), from_wire(v, value_type)) for key, v in zip(wire.keys, wire.values)]
    try:
        return dict(pairs)
    except TypeError:  # keys that are lists or structs
        return pairs


def _struct(wire: pb.StructValue, type_: Type) -> Dict[str, Any]:
    types = {field.name: field.type for field in type_.fields} if isinstance(type_, StructOf) else {}
    names = list(wire.names) or list(types)
    return {name: from_wire(value, types.get(name, type_)) for name, value in zip(names, wire.values)}


class Row(Tuple[Any, ...]):
    """A row of a result: a tuple whose values also go by name, as ``row.kind`` and as ``row["kind"]``."""

    __slots__ = ()
    _fields: Tuple[str, ...] = ()
    _index: Dict[str, int] = {}

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            try:
                return tuple.__getitem__(self, self._index[key])
            except KeyError:
                raise KeyError(f"{key}: the columns are {', '.join(self._fields)}") from None
        return tuple.__getitem__(self, key)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name}: the columns are {', '.join(self._fields)}")

    def _asdict(self) -> Dict[str, Any]:
        """The row as a dict; of columns with the same name the last."""
        return dict(zip(self._fields, self))

    def __repr__(self) -> str:
        return "Row(" + ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self)) + ")"

    def __reduce__(self) -> Any:
        return (_restored, (self._fields, tuple(self)))


def row_class(names: Sequence[str]) -> type:
    """The class of a result's rows; of columns with the same name the first goes by it."""
    index: Dict[str, int] = {}
    for at, name in enumerate(names):
        index.setdefault(name, at)
    members: Dict[str, Any] = {
        name: property(itemgetter(at)) for name, at in index.items() if name.isidentifier() and name[0] != "_"
    }
    members.update(__slots__=(), _fields=tuple(names), _index=index)
    return type("Row", (Row,), members)


def _restored(names: Tuple[str, ...], values: Tuple[Any, ...]) -> Row:
    made: Row = row_class(names)(values)
    return made


def reader(columns: Sequence[Column]) -> Callable[[pb.Row], Row]:
    """How rows of these columns become Python's."""
    cls = row_class([column.name for column in columns])
    readers = [_column_reader(column.type) for column in columns]

    def read(row: pb.Row) -> Row:
        made: Row = cls([one(value) for one, value in zip(readers, row.values)])
        return made

    return read


# the member of a Value that values of a type come in
_MEMBERS = {"boolean": "boolean", "int": "integer", "long": "integer", "string": "text", "binary": "binary"}
_MEMBERS.update({"float": "floating", "double": "floating"})


def _column_reader(type_: Type) -> Callable[[pb.Value], Any]:
    member = _MEMBERS.get(str(type_))
    if member is None:
        return lambda value: from_wire(value, type_)
    get = attrgetter(member)
    # a member that is not set reads as its zero: only then it takes a second look
    return lambda value: get(value) or from_wire(value, type_)

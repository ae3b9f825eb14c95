"""Columns and their types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Tuple, Union

from floe.errors import FloeError
from floe.v1 import common_pb2

_PRIMITIVES = {
    name.lower(): number
    for name, number in common_pb2.Primitive.items()
    if number != common_pb2.PRIMITIVE_UNSPECIFIED
}
_PRIMITIVE_NAMES = {number: name for name, number in _PRIMITIVES.items()}
_DEPTH_MAX = 16
_PLAIN_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Primitive:
    """A type without parts: boolean, int, long, float, double, string, binary, uuid, date, time, timestamp(tz)."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class DecimalOf:
    """An exact number of at most ``precision`` digits, ``scale`` of them after the point."""

    precision: int
    scale: int

    def __str__(self) -> str:
        return f"decimal({self.precision}, {self.scale})"


@dataclass(frozen=True)
class ListOf:
    element: "Column"

    def __str__(self) -> str:
        return f"list<{_part(self.element)}>"


@dataclass(frozen=True)
class MapOf:
    key: "Column"
    value: "Column"

    def __str__(self) -> str:
        return f"map<{self.key.type}, {_part(self.value)}>"


@dataclass(frozen=True)
class StructOf:
    fields: Tuple["Column", ...]

    def __str__(self) -> str:
        return "struct<" + ", ".join(f"{_quoted(f.name)}: {_part(f)}" for f in self.fields) + ">"


Type = Union[Primitive, DecimalOf, ListOf, MapOf, StructOf]


class Column:
    """A column of a table or of a result: its name, its type, and whether it may be absent.

    The type may be given as text: ``long``, ``decimal(12, 2)``, ``list<string required>``, ``map<string, double>``,
    ``struct<lat: double, lon: double>``.
    """

    __slots__ = ("name", "type", "required", "doc", "id")

    def __init__(
        self, name: str, type: Union[str, Type], required: bool = False, doc: str = "", id: int = 0
    ) -> None:
        self.name = name
        self.type: Type = parse_type(type) if isinstance(type, str) else type
        self.required = required
        self.doc = doc
        self.id = id

    def __eq__(self, other: object) -> bool:
        """Equal in name, type and being required, whatever the id and the documentation."""
        if not isinstance(other, Column):
            return NotImplemented
        return (self.name, self.type, self.required) == (other.name, other.type, other.required)

    def __hash__(self) -> int:
        return hash((self.name, self.type, self.required))

    def __repr__(self) -> str:
        return f"Column({self.name!r}, {str(self.type)!r}{', required=True' if self.required else ''})"


def _part(column: Column) -> str:
    return f"{column.type} required" if column.required else str(column.type)


def _quoted(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def parse_type(text: str) -> Type:
    """The type that a text names; the same grammar as in YAML declarations."""
    return _TypeText(text).whole()


class _TypeText:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def whole(self) -> Type:
        parsed = self.type(1)
        self.space()
        if self.at < len(self.text):
            raise self.unexpected("the end")
        return parsed

    def type(self, depth: int) -> Type:
        if depth > _DEPTH_MAX:
            raise FloeError("INVALID_TABLE", f"the type is nested deeper than {_DEPTH_MAX}")
        self.space()
        start = self.at
        name = self.word()
        if name == "decimal":
            self.expect("(")
            precision = self.number()
            self.expect(",")
            scale = self.number()
            self.expect(")")
            return DecimalOf(precision, scale)
        if name == "list":
            self.expect("<")
            element = Column("element", self.type(depth + 1), self.required())
            self.expect(">")
            return ListOf(element)
        if name == "map":
            self.expect("<")
            key = Column("key", self.type(depth + 1), True)
            self.expect(",")
            value = Column("value", self.type(depth + 1), self.required())
            self.expect(">")
            return MapOf(key, value)
        if name == "struct":
            return self.struct(depth)
        if name not in _PRIMITIVES:
            self.at = start
            raise self.unexpected("a type")
        return Primitive(name)

    def struct(self, depth: int) -> Type:
        self.expect("<")
        fields: List[Column] = []
        while True:
            name = self.field_name()
            self.expect(":")
            type_ = self.type(depth + 1)
            fields.append(Column(name, type_, self.required()))
            if not self.taken(","):
                break
        self.expect(">")
        return StructOf(tuple(fields))

    def required(self) -> bool:
        self.space()
        start = self.at
        word = self.word()
        if word and word != "required":
            self.at = start
            raise self.unexpected("'required', ',' or '>'")
        return bool(word)

    def field_name(self) -> str:
        self.space()
        quoted = re.compile(r'"((?:\\.|[^"\\])*)"').match(self.text, self.at)
        if quoted:
            self.at = quoted.end()
            return re.sub(r"\\(.)", r"\1", quoted.group(1))
        name = self.word()
        if not name:
            raise self.unexpected("a field's name")
        return name

    def number(self) -> int:
        self.space()
        digits = re.compile(r"[0-9]{1,4}").match(self.text, self.at)
        if not digits:
            raise self.unexpected("a number")
        self.at = digits.end()
        return int(digits.group())

    def word(self) -> str:
        found = _PLAIN_NAME.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found.group() if found else ""

    def expect(self, wanted: str) -> None:
        if not self.taken(wanted):
            raise self.unexpected(f"'{wanted}'")

    def taken(self, wanted: str) -> bool:
        self.space()
        hit = self.text.startswith(wanted, self.at)
        self.at += len(wanted) if hit else 0
        return hit

    def space(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def unexpected(self, wanted: str) -> FloeError:
        found = f"there is '{self.text[self.at:self.at + 20]}'" if self.at < len(self.text) else "it ends"
        return FloeError(
            "INVALID_TABLE",
            f"the type '{self.text[:80]}' lacks {wanted} at character {self.at + 1}, where {found}",
            hint=f"types: {', '.join(sorted(_PRIMITIVES))}, decimal(p, s), list<...>, map<..., ...>, struct<name: ...>",
        )


def column_to_wire(column: Column) -> common_pb2.Field:
    return common_pb2.Field(
        id=column.id,
        name=column.name,
        type=type_to_wire(column.type),
        required=column.required,
        doc=column.doc,
    )


def type_to_wire(type_: Type) -> common_pb2.DataType:
    if isinstance(type_, Primitive):
        number = _PRIMITIVES.get(type_.name)
        if number is None:
            raise FloeError("INVALID_TABLE", f"there is no type '{type_.name}'")
        return common_pb2.DataType(primitive=number)
    if isinstance(type_, DecimalOf):
        wire = common_pb2.DecimalType(precision=type_.precision, scale=type_.scale)
        return common_pb2.DataType(decimal=wire)
    if isinstance(type_, ListOf):
        return common_pb2.DataType(list=common_pb2.ListType(element=column_to_wire(type_.element)))
    if isinstance(type_, MapOf):
        wire_map = common_pb2.MapType(key=column_to_wire(type_.key), value=column_to_wire(type_.value))
        return common_pb2.DataType(map=wire_map)
    return common_pb2.DataType(struct=common_pb2.StructType(fields=map(column_to_wire, type_.fields)))


def column_from_wire(field: common_pb2.Field) -> Column:
    return Column(field.name, type_from_wire(field.type), field.required, field.doc, field.id)


def type_from_wire(wire: common_pb2.DataType) -> Type:
    kind = wire.WhichOneof("kind")
    if kind == "primitive" and wire.primitive in _PRIMITIVE_NAMES:
        return Primitive(_PRIMITIVE_NAMES[wire.primitive])
    if kind == "decimal":
        return DecimalOf(wire.decimal.precision, wire.decimal.scale)
    if kind == "list":
        return ListOf(column_from_wire(wire.list.element))
    if kind == "map":
        return MapOf(column_from_wire(wire.map.key), column_from_wire(wire.map.value))
    if kind == "struct":
        return StructOf(tuple(map(column_from_wire, wire.struct.fields)))
    raise FloeError("UNSUPPORTED", "the server has a column type that this client lacks", hint="update the client")

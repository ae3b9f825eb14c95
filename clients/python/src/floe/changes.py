"""Changes of a table's columns and indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence, Union

from floe.schema import Column, Type, column_to_wire, parse_type, type_to_wire
from floe.v1 import catalog_pb2


@dataclass(frozen=True)
class Add:
    """A new column, optional since the rows there are have no value for it.

    It comes last, or ``first``, or ``after`` another; ``parent`` is the struct that it goes into.
    """

    column: str
    type: Union[str, Type]
    after: str = ""
    first: bool = False
    parent: str = ""
    doc: str = ""


@dataclass(frozen=True)
class Drop:
    """The column goes; its values stay in older snapshots."""

    column: str


@dataclass(frozen=True)
class Rename:
    column: str
    name: str


@dataclass(frozen=True)
class Widen:
    """To a type that holds every value: int to long, float to double, decimal to more digits at the same scale."""

    column: str
    type: Union[str, Type]


@dataclass(frozen=True)
class MakeOptional:
    column: str


@dataclass(frozen=True)
class Move:
    """To the end, or ``first``, or ``after`` another column."""

    column: str
    after: str = ""
    first: bool = False


@dataclass(frozen=True)
class AddIndex:
    """A new secondary index: finds rows by values of all its columns."""

    name: str
    columns: Sequence[str]


@dataclass(frozen=True)
class DropIndex:
    """The index goes; its columns stay."""

    name: str


Change = Union[Add, Drop, Rename, Widen, MakeOptional, Move, AddIndex, DropIndex]


def change_to_wire(change: Change) -> catalog_pb2.ColumnChange:
    if isinstance(change, Add):
        return catalog_pb2.ColumnChange(
            add=catalog_pb2.AddColumn(
                column=column_to_wire(Column(change.column, change.type, doc=change.doc)),
                parent=change.parent,
                place=_place(change.after, change.first),
            )
        )
    if isinstance(change, Drop):
        return catalog_pb2.ColumnChange(drop=change.column)
    if isinstance(change, Rename):
        return catalog_pb2.ColumnChange(
            rename=catalog_pb2.RenameColumn(column=change.column, name=change.name)
        )
    if isinstance(change, Widen):
        type_ = parse_type(change.type) if isinstance(change.type, str) else change.type
        return catalog_pb2.ColumnChange(
            widen=catalog_pb2.WidenColumn(column=change.column, type=type_to_wire(type_))
        )
    if isinstance(change, MakeOptional):
        return catalog_pb2.ColumnChange(make_optional=change.column)
    if isinstance(change, AddIndex):
        return catalog_pb2.ColumnChange(add_index=catalog_pb2.IndexSpec(name=change.name, columns=change.columns))
    if isinstance(change, DropIndex):
        return catalog_pb2.ColumnChange(drop_index=change.name)
    return catalog_pb2.ColumnChange(
        move=catalog_pb2.MoveColumn(column=change.column, place=_place(change.after, change.first))
    )


def _place(after: str, first: bool) -> Optional[catalog_pb2.ColumnPlace]:
    if after:
        return catalog_pb2.ColumnPlace(after=after)
    return catalog_pb2.ColumnPlace(first=True) if first else None

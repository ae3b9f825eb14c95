"""Queries, lookups and the rows that come of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

import grpc

from floe.ack import Token
from floe.errors import FloeError, from_rpc, of_change
from floe.flat import a_type, shown
from floe.rpc import Rpc
from floe.schema import Column, column_from_wire
from floe.table import at
from floe.values import Row, reader, rows_to_wire, to_wire
from floe.v1 import query_pb2

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_BLANK = r"(?:\s|\(|--[^\n]*(?:\n|$)|/\*(?:(?!\*/).)*\*/)*"
_READS = re.compile(_BLANK + r"(?:SELECT|WITH|VALUES|TABLE|EXPLAIN)\b", re.IGNORECASE | re.DOTALL)

ReadAt = Union[None, str, Token, int, datetime]
"""The cut a read sees: None or "latest" every row acked before, "committed" the newest snapshot, a Token at least what
was acked with it, an int a snapshot's id, a datetime with a zone the snapshots that were current then."""

Key = Union[Mapping[str, Any], Sequence[Any], Any]


@dataclass(frozen=True)
class TableSnapshot:
    """A table as a read saw it; ``snapshot_id`` 0 where it had none yet."""

    table: str
    snapshot_id: int
    committed_at: datetime
    tail_rows: int = 0
    """Rows of the log after the snapshot, also those that others replaced or deleted."""
    notice: str = ""
    """What kept newer rows from being seen."""


def read_at_to_wire(cut: ReadAt) -> query_pb2.ReadAt:
    out = query_pb2.ReadAt()
    if cut is None or cut == "latest":
        out.latest = True
    elif cut == "committed":
        out.committed = True
    elif isinstance(cut, str):
        raise FloeError("INVALID_ARGUMENT", f'read_at {cut!r} is neither "latest" nor "committed"')
    elif isinstance(cut, Token):
        out.token.value = cut.value
        out.token.SetInParent()
    elif isinstance(cut, datetime):
        if cut.tzinfo is None:
            raise FloeError("INVALID_ARGUMENT", f"read_at {cut} has no time zone")
        out.timestamp_micros = (cut - _EPOCH) // timedelta(microseconds=1)
    elif isinstance(cut, int) and not isinstance(cut, bool):
        if not -(2**63) <= cut < 2**63:
            raise FloeError("INVALID_ARGUMENT", f"read_at {cut} is no snapshot's id, which is a number of 64 bits")
        out.snapshot_id = cut
    else:
        raise FloeError(
            "INVALID_ARGUMENT",
            f"read_at is {a_type(cut)}",
            hint='pass "latest", "committed", a Token, a snapshot\'s id or a datetime with a zone',
        )
    return out


class Rows(Iterator[Row]):
    """Rows of a query, as they come in: an iterator that is read once.

    ``columns`` and ``snapshots`` are there from the start, ``row_count`` and ``elapsed`` after the last row. Leaving
    the ``with`` block, or ``close()``, ends a query that was not read to its end.
    """

    def __init__(self, rpc: Rpc, request: query_pb2.QueryRequest, timeout: Optional[float], reading: bool) -> None:
        self._reading = reading
        self._call = rpc.stream("Query", request, timeout)
        self._batch: Iterator[Row] = iter(())
        self._ended = False
        self.row_count = 0
        self.elapsed: Optional[timedelta] = None
        header = self._response()
        if header is None or header.WhichOneof("part") != "header":
            self.close()
            raise FloeError("DEFECT", "the server sent rows before their header", number=999)
        self.columns: Tuple[Column, ...] = tuple(map(column_from_wire, header.header.columns))
        self.snapshots: Tuple[TableSnapshot, ...] = tuple(map(_snapshot, header.header.snapshots))
        self._read = reader(self.columns)

    def __iter__(self) -> "Rows":
        return self

    def __next__(self) -> Row:
        while True:
            for row in self._batch:
                return row
            self._next_batch()

    def _next_batch(self) -> None:
        response = None if self._ended else self._response()
        if response is None:
            raise StopIteration
        part = response.WhichOneof("part")
        if part == "rows":
            self._batch = map(self._read, response.rows.rows)
        elif part == "trailer":
            self.row_count = response.trailer.row_count
            self.elapsed = timedelta(microseconds=response.trailer.elapsed_micros)

    def _response(self) -> Any:
        try:
            return next(self._call)
        except StopIteration:
            self._ended = True
            return None
        except grpc.RpcError as e:
            self._ended = True
            failure = from_rpc(e, self._reading)
            raise (failure if self._reading else of_change(failure)) from None

    def fetchall(self) -> List[Row]:
        return list(self)

    def dicts(self) -> Iterator[Dict[str, Any]]:
        """The rows as dicts."""
        return (row._asdict() for row in self)

    def to_pandas(self) -> Any:
        """The rest of the rows as a pandas.DataFrame; needs pandas."""
        import pandas

        return pandas.DataFrame.from_records(self.fetchall(), columns=[column.name for column in self.columns])

    def to_arrow(self) -> Any:
        """The rest of the rows as a pyarrow.Table; needs pyarrow."""
        import pyarrow

        columns = list(zip(*self)) or [()] * len(self.columns)
        return pyarrow.table([list(values) for values in columns], names=[column.name for column in self.columns])

    def close(self) -> None:
        self._ended = True
        self._batch = iter(())
        self._call.cancel()

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *unused: Any) -> None:
        self.close()


def _snapshot(wire: query_pb2.TableSnapshot) -> TableSnapshot:
    return TableSnapshot(wire.table, wire.snapshot_id, at(wire.committed_at_micros), wire.tail_rows, wire.notice)


def reads(sql: str) -> bool:
    """Whether a statement surely changes nothing, by the word it begins with."""
    return isinstance(sql, str) and _READS.match(sql) is not None


def query(
    rpc: Rpc, sql: str, params: Optional[Iterable[Any]], read_at: ReadAt, row_limit: int, timeout: Optional[float]
) -> Rows:
    wanted = "one value for each ?, as in [value]"
    values = [] if params is None else listed("params", params, "INVALID_PARAMETER", wanted)
    request = _request(
        query_pb2.QueryRequest,
        sql=sql,
        parameters=[to_wire(value) for value in values],
        format=query_pb2.ROWS,
        read_at=read_at_to_wire(read_at),
        row_limit=row_limit,
    )
    return Rows(rpc, request, timeout, reads(sql))


def get(
    rpc: Rpc,
    table: str,
    key_columns: Sequence[str],
    keys: Sequence[Sequence[Any]],
    columns: Sequence[str],
    read_at: ReadAt,
) -> List[Optional[Row]]:
    request = _request(
        query_pb2.GetRequest,
        table=table,
        keys=rows_to_wire(key_columns, keys),
        columns=columns,
        read_at=read_at_to_wire(read_at),
    )
    response = rpc.call("Get", request)
    read = reader([column_from_wire(column) for column in response.columns])
    return [read(found.row) if found.found else None for found in response.rows]


def _request(cls: Any, **fields: Any) -> Any:
    try:
        return cls(**fields)
    except (TypeError, ValueError) as e:  # protobuf's, about an argument of a wrong type or out of its range
        raise FloeError("INVALID_ARGUMENT", f"an argument can't be sent: {e}") from None


def listed(what: str, given: Any, code: str, wanted: str) -> List[Any]:
    """The elements of an argument that has many, copied, as an iterator gives them only once."""
    one = isinstance(given, (str, bytes, bytearray, memoryview, Mapping))
    if one or not isinstance(given, Iterable):
        raise FloeError(code, f"{what} is {a_type(given)}, not a list", hint=f"pass a list: {wanted}")
    return list(given)


def keys_by_column(keys: Sequence[Any]) -> Tuple[List[str], List[List[Any]]]:
    """Keys given as dicts, as the columns and values of a lookup."""
    names = list(keys[0])
    for row, key in enumerate(keys):
        if not isinstance(key, Mapping):
            raise mixed(row, key, "no dict", "one")
        if key.keys() != keys[0].keys():
            raise FloeError("INVALID_ARGUMENT", "the keys don't have the same columns", row=row)
    for name in names:
        if not isinstance(name, str):
            raise FloeError("INVALID_ARGUMENT", f"{shown(name)} in a key is {a_type(name)}, not the name of a column")
    return names, [[key[name] for name in names] for key in keys]


def mixed(row: int, key: Any, this: str, first: str) -> FloeError:
    return FloeError(
        "INVALID_ARGUMENT",
        f"the key {shown(key)} is {this}, and the first is {first}",
        row=row,
        hint="give all keys as dicts, all as tuples, or all as values",
    )

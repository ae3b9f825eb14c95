"""Client of Floe: writes, queries and looks up rows over gRPC.

    with floe.connect("localhost:7070", api_key=key) as client:
        client.table("events").upsert([{"id": 1, "kind": "open", "amount": 9.5}])
        for row in client.sql("SELECT kind, sum(amount) AS total FROM events GROUP BY kind"):
            print(row.kind, row.total)
"""

try:
    import google.protobuf as _protobuf
    import grpc as _grpc
except ImportError as missing:
    import sys

    raise ImportError(
        f"{missing}: floe needs grpcio and protobuf for this interpreter, {sys.executable}; Debian's packages are for"
        " /usr/bin/python3, others take them from: python3 -m pip install grpcio protobuf"
    ) from missing

from floe.ack import Ack, StreamState, Token
from floe.changes import Add, AddIndex, Drop, DropIndex, MakeOptional, Move, Rename, Widen
from floe.client import Client, Table, connect
from floe.errors import ErrorKind, FloeError, RowError
from floe.query import ReadAt, Rows, TableSnapshot
from floe.rpc import Endpoints
from floe.schema import Column, DecimalOf, ListOf, MapOf, Primitive, StructOf
from floe.stream import OWN_STREAM
from floe.table import KeyInfo, NewKey, TableInfo, TableState
from floe.values import Row
from floe.writer import Operation, Writer

__all__ = [
    "Ack",
    "Add",
    "AddIndex",
    "Client",
    "Column",
    "DecimalOf",
    "Drop",
    "DropIndex",
    "Endpoints",
    "ErrorKind",
    "FloeError",
    "KeyInfo",
    "ListOf",
    "MakeOptional",
    "MapOf",
    "Move",
    "NewKey",
    "OWN_STREAM",
    "Operation",
    "Primitive",
    "ReadAt",
    "Rename",
    "Row",
    "RowError",
    "Rows",
    "StreamState",
    "StructOf",
    "Table",
    "TableInfo",
    "TableSnapshot",
    "TableState",
    "Token",
    "Widen",
    "Writer",
    "connect",
]

"""The client: one object for all services of a server."""

from __future__ import annotations

from typing import Any, Callable, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from floe import query
from floe.ack import Ack, StreamState, stream_from_wire
from floe.changes import Change, change_to_wire
from floe.columnar import Columns, row_count, runs_of_columns, transpose
from floe.errors import FloeError
from floe.query import Key, ReadAt, Rows, listed
from floe.rpc import Endpoints, Rpc, check_key, endpoints_of
from floe.schema import Column
from floe.stream import OWN_STREAM, AppendStream, OwnStream, StreamSettings
from floe.table import (
    KeyInfo,
    NewKey,
    TableInfo,
    key_from_wire,
    roles_from_wire,
    roles_to_wire,
    spec_to_wire,
    table_from_wire,
)
from floe.values import Row
from floe.v1 import catalog_pb2, ingest_pb2
from floe.writer import Encoder, Operation, Writer, check_operation, default_operation

_IN_FLIGHT_BYTES = 32 << 20


def connect(
    endpoint: Union[str, Endpoints],
    api_key: str = "",
    *,
    tls: bool = False,
    ca_certificates: Optional[bytes] = None,
    call_seconds: float = 30.0,
) -> "Client":
    """A client of the server at ``endpoint`` (host:port); it connects with the first call.

    ``tls`` trusts the system's certificate authorities, or those in ``ca_certificates`` (PEM). ``call_seconds`` bounds
    every call but queries and streams.
    """
    check_key(api_key)
    return Client(Rpc(endpoints_of(endpoint), api_key, tls, ca_certificates, call_seconds))


class Client:
    """Writes, queries, lookups and the catalog; a context manager, and safe to use from several threads."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    def close(self) -> None:
        self._rpc.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *unused: Any) -> None:
        self.close()

    def table(self, name: str) -> "Table":
        return Table(self, name)

    # -- writes

    def writer(
        self,
        table: str,
        *,
        batch_rows: int = 10_000,
        in_flight: int = 16,
        on_ack: Optional[Callable[[Ack], None]] = None,
        collect: bool = False,
        stream: Union[str, OwnStream, None] = OWN_STREAM,
        patience: float = 60.0,
    ) -> Writer:
        """A writer of many rows.

        ``on_ack`` is called for each batch in order, in a thread of the writer's own; it must not call the writer.
        ``collect`` gathers refused rows in ``writer.errors`` instead of raising them. After ``patience`` seconds
        without any ack the writer gives up.

        By default the writer has a stream of its own, so that each row is stored once, however often it is sent. A
        ``stream`` with a name (1 to 256 characters) lasts, within its table: a writer that opens it anew, be it in
        another process, goes on at ``writer.next_offset``, and fences a writer that has it still (STREAM_FENCED).
        With None there is no stream, and rows are stored at least once: an append table may get a batch twice that is
        sent again because its ack was lost.
        """
        if stream == "":
            raise ValueError("the name of a stream is empty")
        info = self.describe(table)
        settings = StreamSettings(
            table,
            "" if isinstance(stream, OwnStream) else stream,
            upsert=info.mode == "upsert",
            in_flight=in_flight,
            in_flight_bytes=_IN_FLIGHT_BYTES,
            patience=patience,
        )
        return Writer(
            info,
            lambda: self.describe(table),
            lambda deliver, told: AppendStream(self._rpc, settings, deliver, told),
            lasting=settings.lasting,
            batch_rows=batch_rows,
            on_ack=on_ack,
            collect=collect,
        )

    def get_stream(self, table: str, stream: str) -> StreamState:
        """How far a stream is: where a writer that opens it would go on."""
        request = ingest_pb2.GetStreamRequest(table=table, stream_id=stream)
        return stream_from_wire(self._rpc.call("GetStream", request))

    def write(
        self,
        table: str,
        rows: Union[Iterable[Mapping[str, Any]], Columns],
        operation: Optional[Operation] = None,
        *,
        collect: bool = False,
    ) -> Ack:
        """Writes one batch of rows, given as dicts or as a dict of columns, and waits for its ack.

        Raises RowError for the first refused row, whose ``ack`` has them all; with ``collect`` they are only in the
        ack that is returned. The other rows are stored either way.
        """
        info = self.describe(table)
        operation = default_operation(info) if operation is None else Operation(operation)
        check_operation(info, operation)
        columns = rows if isinstance(rows, Mapping) else _columns(info, list(rows))
        ack = Ack(0, 0, 0, schema_version=info.schema_version)
        requests = list(Encoder(info).requests(columns, operation, b"", 0)) if row_count(columns) else []
        if len(requests) > 1:
            raise FloeError("MESSAGE_TOO_LARGE", "the rows are too many for one request", hint="use a writer")
        for made, sent in requests:
            if len(sent.left_out) == sent.row_count:
                ack = sent.nothing_stored()
                continue
            request = ingest_pb2.WriteRequest(table=table, batch=made.batch, schema_version=info.schema_version)
            response = self._rpc.call("Write", request, repeatable=info.mode == "upsert")
            ack = sent.acked(response.ack)
        for error in ack.row_errors:
            error.ack = ack
        if ack.row_errors and not collect:
            raise ack.row_errors[0]
        return ack

    # -- reads

    def sql(
        self,
        sql: str,
        params: Optional[Iterable[Any]] = None,
        *,
        read_at: ReadAt = None,
        row_limit: int = 0,
        timeout: Optional[float] = None,
    ) -> Rows:
        """Runs a query; ``params`` has a value for each ``?``. Rows come in as they are read."""
        return query.query(self._rpc, sql, params, read_at, row_limit, timeout)

    def get(
        self,
        table: str,
        keys: Iterable[Key],
        *,
        columns: Iterable[str] = (),
        read_at: ReadAt = None,
    ) -> List[Optional[Row]]:
        """Rows of an upsert table by key, in the order of the keys; None where there is none.

        A key is a dict of the key columns, a tuple in the order of the table's key, or, where the key is one column,
        its value. At most 1,000 keys.
        """
        given = listed("keys", keys, "INVALID_ARGUMENT", "one key for each row wanted, as in [key]")
        wanted = listed("columns", columns, "INVALID_ARGUMENT", "the names of columns, as in [name]")
        if not given:
            return []
        names, values = self._keys(table, given)
        return query.get(self._rpc, table, names, values, wanted, read_at)

    def _keys(self, table: str, keys: Sequence[Key]) -> Tuple[Sequence[str], List[Sequence[Any]]]:
        if isinstance(keys[0], Mapping):
            return query.keys_by_column(keys)
        for row, key in enumerate(keys):
            if isinstance(key, Mapping):
                raise query.mixed(row, key, "a dict", "none")
        names = self.describe(table).key
        values = [tuple(key) if isinstance(key, (list, tuple)) else (key,) for key in keys]
        for row, value in enumerate(values):
            if len(value) != len(names):
                wanted = f"the key is ({', '.join(names)})" if names else "the table has no key"
                raise FloeError("INVALID_ARGUMENT", f"the key has {len(value)} values; {wanted}", row=row)
        return names, values

    # -- the catalog

    def create_table(
        self,
        name: str = "",
        columns: Union[Mapping[str, str], Iterable[Column]] = (),
        *,
        key: Sequence[str] = (),
        mode: Optional[str] = None,
        buckets: int = 0,
        partition_by: Sequence[str] = (),
        bad_rows: str = "reject",
        properties: Optional[Mapping[str, str]] = None,
        version: str = "",
        missing: str = "null",
        indexes: Optional[Mapping[str, Sequence[str]]] = None,
        yaml: str = "",
        if_not_exists: bool = False,
        tenant: str = "",
    ) -> TableInfo:
        """Creates a table from its columns (name: type, as in ``{"id": "long required"}``) or from YAML.

        With a ``key`` it is an upsert table unless ``mode`` says otherwise. ``version`` names the column whose greater
        value wins among the rows of a key; with ``missing="keep"`` columns that a row lacks keep their stored values.
        ``indexes`` are secondary ones, such as ``{"by_country": ["country"]}``.
        """
        request = catalog_pb2.CreateTableRequest(tenant=tenant, if_not_exists=if_not_exists)
        if yaml:
            request.yaml = yaml
        else:
            spec = spec_to_wire(
                name, columns, key, mode, buckets, partition_by, bad_rows, properties, version, missing, indexes
            )
            request.spec.CopyFrom(spec)
        return table_from_wire(self._rpc.call("CreateTable", request, repeatable=if_not_exists))

    def describe(self, table: str, *, tenant: str = "") -> TableInfo:
        request = catalog_pb2.DescribeTableRequest(tenant=tenant, table=table)
        return table_from_wire(self._rpc.call("DescribeTable", request))

    def list_tables(self, *, tenant: str = "") -> List[TableInfo]:
        response = self._rpc.call("ListTables", catalog_pb2.ListTablesRequest(tenant=tenant))
        return [table_from_wire(table) for table in response.tables]

    def alter_table(
        self, table: str, changes: Iterable[Change], *, expected_version: int = 0, tenant: str = ""
    ) -> TableInfo:
        """Changes a table's columns and indexes, all of the changes or none, each made to the result of those before.

        Refused where the table is not at the ``expected_version`` of its columns, if one is given.
        """
        request = catalog_pb2.AlterTableRequest(
            tenant=tenant,
            table=table,
            changes=map(change_to_wire, changes),
            expected_schema_version=expected_version,
        )
        return table_from_wire(self._rpc.call("AlterTable", request, repeatable=False))

    def drop_table(self, table: str, *, if_exists: bool = False, tenant: str = "") -> bool:
        """Drops a table; False where there was none."""
        request = catalog_pb2.DropTableRequest(tenant=tenant, table=table, if_exists=if_exists)
        dropped: bool = self._rpc.call("DropTable", request, repeatable=if_exists).dropped
        return dropped

    def create_tenant(self, name: str) -> str:
        created: str = self._rpc.call("CreateTenant", catalog_pb2.CreateTenantRequest(name=name), False).name
        return created

    def list_tenants(self) -> List[str]:
        response = self._rpc.call("ListTenants", catalog_pb2.ListTenantsRequest())
        return [tenant.name for tenant in response.tenants]

    def create_key(self, roles: Iterable[str], label: str = "", *, tenant: str = "") -> NewKey:
        """Makes an API key with the roles reader, writer or admin."""
        request = catalog_pb2.CreateKeyRequest(tenant=tenant, roles=roles_to_wire(roles), label=label)
        response = self._rpc.call("CreateKey", request, repeatable=False)
        return NewKey(key_from_wire(response.key), response.secret)

    def list_keys(self, *, tenant: str = "") -> List[KeyInfo]:
        response = self._rpc.call("ListKeys", catalog_pb2.ListKeysRequest(tenant=tenant))
        return [key_from_wire(key) for key in response.keys]

    def revoke_key(self, id: str) -> KeyInfo:
        return key_from_wire(self._rpc.call("RevokeKey", catalog_pb2.RevokeKeyRequest(id=id)))

    def whoami(self) -> Tuple[str, Tuple[str, ...]]:
        """The caller's tenant and roles."""
        status = self._rpc.call("Status", catalog_pb2.StatusRequest())
        return status.tenant, roles_from_wire(status.roles)


def _columns(table: TableInfo, rows: Sequence[Mapping[str, Any]]) -> Columns:
    if table.missing == "keep" and len(list(runs_of_columns(rows))) > 1:
        raise FloeError(
            "INVALID_ARGUMENT",
            "the rows have different columns, and the table keeps those that a batch lacks",
            hint="give them one by one or all the same columns, or use a writer",
        )
    return transpose(rows)


class Table:
    """One table of a client, by name; nothing is asked of the server until a method is called."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self.name = name

    def append(self, rows: Union[Iterable[Mapping[str, Any]], Columns], *, collect: bool = False) -> Ack:
        """Appends rows as one batch; see Client.write."""
        return self._client.write(self.name, rows, Operation.APPEND, collect=collect)

    def upsert(self, rows: Union[Iterable[Mapping[str, Any]], Columns], *, collect: bool = False) -> Ack:
        return self._client.write(self.name, rows, Operation.UPSERT, collect=collect)

    def delete(self, keys: Union[Iterable[Mapping[str, Any]], Columns], *, collect: bool = False) -> Ack:
        """Deletes the rows of keys, given as dicts of the key columns."""
        return self._client.write(self.name, keys, Operation.DELETE, collect=collect)

    def writer(self, **settings: Any) -> Writer:
        """A writer of many rows; takes what Client.writer takes."""
        return self._client.writer(self.name, **settings)

    def get(self, keys: Iterable[Key], **settings: Any) -> List[Optional[Row]]:
        return self._client.get(self.name, keys, **settings)

    def alter(self, *changes: Change, expected_version: int = 0) -> TableInfo:
        """Changes the columns, as in ``table.alter(floe.Add("zip", "string"), floe.Drop("town"))``."""
        return self._client.alter_table(self.name, changes, expected_version=expected_version)

    def describe(self) -> TableInfo:
        return self._client.describe(self.name)

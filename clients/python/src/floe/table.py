"""Tables, tenants and keys as the catalog describes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from floe.errors import FloeError
from floe.schema import Column, column_from_wire, column_to_wire
from floe.v1 import catalog_pb2

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MODES = {"append": catalog_pb2.TABLE_MODE_APPEND, "upsert": catalog_pb2.TABLE_MODE_UPSERT}
_MODE_NAMES = {number: name for name, number in _MODES.items()}
_POLICIES = {"reject": catalog_pb2.REJECT, "reject_batch": catalog_pb2.REJECT_BATCH}
_POLICY_NAMES = {number: name for name, number in _POLICIES.items()}
_MISSING = {"null": catalog_pb2.MISSING_NULL, "keep": catalog_pb2.MISSING_KEEP}
_MISSING_NAMES = {number: name for name, number in _MISSING.items()}
_ROLES = {"reader": catalog_pb2.READER, "writer": catalog_pb2.WRITER, "admin": catalog_pb2.ADMIN}
_ROLE_NAMES = {number: name for name, number in _ROLES.items()}


def at(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


@dataclass(frozen=True)
class TableState:
    """A table as of its newest snapshot; ``bucket_offsets`` say up to where in the log it is complete."""

    snapshot_id: int
    committed_at: datetime
    row_count: int
    data_files: int
    data_bytes: int
    delete_vectors: int
    bucket_offsets: Dict[int, int]
    location: str


@dataclass(frozen=True)
class TableInfo:
    """What a table is; ``state`` is absent in listings. ``indexes`` are columns by the index's name."""

    tenant: str
    name: str
    mode: str
    columns: Tuple[Column, ...]
    key: Tuple[str, ...]
    buckets: int
    partition_by: Tuple[str, ...]
    bad_rows: str
    properties: Dict[str, str]
    table_id: str
    schema_version: int
    created_at: datetime
    state: Optional[TableState] = None
    version_column: str = ""
    missing: str = "null"
    indexes: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyInfo:
    """An API key without its secret; ``id`` names the key and opens nothing."""

    id: str
    tenant: str
    roles: Tuple[str, ...]
    label: str
    created_at: datetime
    revoked_at: Optional[datetime]


@dataclass(frozen=True)
class NewKey:
    """A key as it was made; ``secret`` is the whole key, shown this once."""

    info: KeyInfo
    secret: str = field(repr=False)


def columns_to_wire(columns: Union[Mapping[str, str], Iterable[Column]]) -> List[Any]:
    if isinstance(columns, Mapping):
        return [column_to_wire(_declared(name, text)) for name, text in columns.items()]
    return [column_to_wire(column) for column in columns]


def _declared(name: str, text: str) -> Column:
    """A column out of its type as text, which may end in ``required``."""
    type_, _, last = text.rpartition(" ")
    return Column(name, type_, required=True) if last == "required" and type_ else Column(name, text)


def spec_to_wire(
    name: str,
    columns: Union[Mapping[str, str], Iterable[Column]],
    key: Sequence[str],
    mode: Optional[str],
    buckets: int,
    partition_by: Sequence[str],
    bad_rows: str,
    properties: Optional[Mapping[str, str]],
    version: str = "",
    missing: str = "null",
    indexes: Optional[Mapping[str, Sequence[str]]] = None,
) -> catalog_pb2.TableSpec:
    mode = mode or ("upsert" if key else "append")
    return catalog_pb2.TableSpec(
        name=name,
        mode=_one_of("mode", mode, _MODES),
        columns=columns_to_wire(columns),
        key=key,
        buckets=buckets,
        partition_by=partition_by,
        bad_rows=_one_of("bad_rows", bad_rows, _POLICIES),
        properties=dict(properties or {}),
        version_column=version,
        missing=_one_of("missing", missing, _MISSING),
        indexes=[catalog_pb2.IndexSpec(name=name_, columns=of) for name_, of in (indexes or {}).items()],
    )


def roles_to_wire(roles: Iterable[str]) -> List[int]:
    return [_one_of("role", role, _ROLES) for role in roles]


def _one_of(what: str, given: str, known: Mapping[str, int]) -> int:
    if given not in known:
        raise FloeError("INVALID_ARGUMENT", f"{what} is {given!r}, not one of {', '.join(known)}")
    return known[given]


def table_from_wire(wire: catalog_pb2.TableDescription) -> TableInfo:
    spec = wire.spec
    return TableInfo(
        tenant=wire.tenant,
        name=spec.name,
        mode=_MODE_NAMES.get(spec.mode, "append"),
        columns=tuple(map(column_from_wire, spec.columns)),
        key=tuple(spec.key),
        buckets=spec.buckets,
        partition_by=tuple(spec.partition_by),
        bad_rows=_POLICY_NAMES.get(spec.bad_rows, "reject"),
        properties=dict(spec.properties),
        table_id=wire.table_id,
        schema_version=wire.schema_version,
        created_at=at(wire.created_at_micros),
        state=_state(wire.state) if wire.HasField("state") else None,
        version_column=spec.version_column,
        missing=_MISSING_NAMES.get(spec.missing, "null"),
        indexes={index.name: tuple(index.columns) for index in spec.indexes},
    )


def _state(wire: catalog_pb2.TableState) -> TableState:
    return TableState(
        snapshot_id=wire.snapshot_id,
        committed_at=at(wire.committed_at_micros),
        row_count=wire.row_count,
        data_files=wire.data_files,
        data_bytes=wire.data_bytes,
        delete_vectors=wire.delete_vectors,
        bucket_offsets=dict(wire.bucket_offsets),
        location=wire.location,
    )


def roles_from_wire(roles: Iterable[int]) -> Tuple[str, ...]:
    """The roles that this client knows; newer ones are left out."""
    return tuple(_ROLE_NAMES[role] for role in roles if role in _ROLE_NAMES)


def key_from_wire(wire: catalog_pb2.ApiKey) -> KeyInfo:
    return KeyInfo(
        id=wire.id,
        tenant=wire.tenant,
        roles=roles_from_wire(wire.roles),
        label=wire.label,
        created_at=at(wire.created_at_micros),
        revoked_at=at(wire.revoked_at_micros) if wire.revoked_at_micros else None,
    )

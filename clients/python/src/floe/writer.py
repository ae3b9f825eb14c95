"""Batches rows and columns and writes them in their order."""

from __future__ import annotations

import enum
from itertools import islice
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from floe import columnar
from floe.ack import ROW_ERRORS_MAX, Ack, Sent
from floe.columnar import Columns
from floe.errors import FloeError, RowError
from floe.stream import AppendStream
from floe.table import TableInfo
from floe.v1 import common_pb2, ingest_pb2

REQUEST_BYTES_MAX = 8 << 20
ROW_BYTES_MAX = (16 << 20) - (4 << 10)
"""Of a row that is alone in its request: what servers take, less what a request has beside it."""


class Operation(enum.IntEnum):
    """What becomes of a row."""

    APPEND = common_pb2.APPEND  # append tables only
    UPSERT = common_pb2.UPSERT  # upsert tables only: the newest row of a key stays
    DELETE = common_pb2.DELETE  # upsert tables only: only the key columns are read


def default_operation(table: TableInfo) -> Operation:
    return Operation.UPSERT if table.mode == "upsert" else Operation.APPEND


def check_operation(table: TableInfo, operation: Operation) -> None:
    if (operation is Operation.APPEND) == (table.mode == "upsert"):
        article = "an upsert" if table.mode == "upsert" else "an append"
        hint = "upsert or delete" if table.mode == "upsert" else "append, or create the table with a key"
        raise FloeError("WRONG_OPERATION", f"{article} table takes no {operation.name}", number=207, hint=hint)


def _too_large(size: int) -> RowError:
    message = f"the row takes {size} bytes, more than the {ROW_BYTES_MAX} that a request may have"
    return RowError("MESSAGE_TOO_LARGE", message, number=102, row=0, hint="send smaller values")


class Encoder:
    """Makes requests of columns, against one version of a table's columns.

    A row that does not fit stays in its batch, marked by an operation that the table does not take: the server refuses
    it like any bad row, and it has its offset like any row.
    """

    def __init__(self, table: TableInfo) -> None:
        self.table = table
        self._schema = columnar.by_name(table.columns)
        self._refused = Operation.APPEND if table.mode == "upsert" else Operation.DELETE

    def requests(
        self, columns: Columns, operation: Operation, operations: bytes, first_row: int, part: bool = False
    ) -> Iterator[Tuple[ingest_pb2.AppendRequest, Sent]]:
        """The columns as requests: one, or halves of it where it is too large.

        ``operations`` has one for each row, or none where it is the same. A row with a value for a column that the
        table lacks is refused; where all or none have one the batch is, unless it is ``part`` of a larger.
        """
        known = columns
        strange: Dict[int, str] = {}
        if self.lacks(columns):
            rest = {name: values for name, values in columns.items() if name in self._schema}
            found = self._strange(columns)
            part = part or (bool(rest) and 0 < len(found) < columnar.row_count(columns))
            if part:
                known, strange = rest, found
        request = ingest_pb2.AppendRequest(schema_version=self.table.schema_version)
        request.batch.operation = operation
        batch = request.batch.columnar
        encoded = columnar.encode(self._schema, known, batch)
        errors = self._refusals(encoded.errors, strange)
        count = batch.row_count
        size = batch.ByteSize()
        if count < 2 and size > ROW_BYTES_MAX:
            batch.Clear()
            columnar.encode(self._schema, {name: [None] for name in known}, batch)
            errors = [_too_large(size)]
        if errors and self.table.bad_rows == "reject_batch":
            first = errors[0]
            raise FloeError(
                "BATCH_REJECTED",
                f"{first.message}; the table refuses a batch with a bad row whole",
                number=205,
                field=first.field,
                row=first_row + first.index,
                hint=first.hint,
            )
        if size <= REQUEST_BYTES_MAX or count < 2:
            batch.operations = self._marked(operation, operations, count, errors)
            for error in errors:
                error.row = first_row + error.index
            yield request, Sent(first_row, count, errors)
            return
        for start, end in ((0, count // 2), (count // 2, count)):
            half = {name: values[start:end] for name, values in columns.items()}
            yield from self.requests(half, operation, operations[start:end], first_row + start, part)

    def lacks(self, columns: Columns) -> bool:
        """Whether the table has not all of the columns, as far as is known."""
        return not self._schema.keys() >= columns.keys()

    def _strange(self, columns: Columns) -> Dict[int, str]:
        """Rows with a value for a column that the table lacks, and its name."""
        found: Dict[int, str] = {}
        for name, values in columns.items():
            if name not in self._schema:
                found.update((row, name) for row, value in enumerate(values) if value is not None)
        return found

    def _refusals(self, errors: List[RowError], strange: Mapping[int, str]) -> List[RowError]:
        if not strange:
            return errors
        refused = {error.index: error for error in errors}
        for row, name in strange.items():
            refused[row] = columnar.unknown_column(RowError, name, self._schema, row)
        return [refused[row] for row in sorted(refused)]

    def _marked(self, operation: Operation, operations: bytes, count: int, errors: Sequence[RowError]) -> bytes:
        if not errors:
            return operations
        marked = bytearray(operations or bytes([operation]) * count)
        for error in errors:
            marked[error.index] = self._refused
        return bytes(marked)


class Writer:
    """Writes rows to one table; a context manager that waits for all acks at its end.

    Rows are gathered into batches of ``batch_rows``; columns go out at once. At most ``in_flight`` batches wait for
    their acks: beyond, calls block. To be used by one thread at a time.

    Refused rows are raised as RowError by the next call after their ack came, or by ``flush`` or the end of the
    ``with`` block at the latest; ``collect`` gathers them in ``errors`` instead. The other rows of their batch are
    stored either way. When the ``with`` block ends by an exception, rows not sent by then are dropped.

    Each row is stored once, whatever breaks and is sent again, unless the writer was opened without a stream. Rows of a
    lasting stream are known by their offset in it, in acks and errors too. So such a writer fails for good where a
    batch is refused whole: the rows behind it would get the offsets of others.
    """

    def __init__(
        self,
        table: TableInfo,
        refreshed: Callable[[], TableInfo],
        open_stream: Callable[[Callable[[Ack], None], Callable[[int], None]], AppendStream],
        *,
        lasting: bool,
        batch_rows: int,
        on_ack: Optional[Callable[[Ack], None]],
        collect: bool,
    ) -> None:
        if batch_rows < 1:
            raise ValueError("batch_rows must be at least 1")
        self._encoder = Encoder(table)
        self._refreshed = refreshed
        self._batch_rows = batch_rows
        self._on_ack = on_ack
        self._collect = collect
        self._default = default_operation(table)
        self._rows: List[Mapping[str, Any]] = []
        self._operations = bytearray()
        self._first = 0
        self._handed = 0
        self._lasting = lasting
        self._stale = False
        self._closed = False
        self._unraised: Optional[FloeError] = None
        self.errors: List[FloeError] = []
        """Refused rows and batches so far; at most 1,000 are kept."""
        self.rows_stored = 0
        self.rows_refused = 0
        self.last_ack: Optional[Ack] = None
        self._refusal: Optional[FloeError] = None
        self._stream = open_stream(self._delivered, self._told)
        if lasting:
            self._first = self._opened()

    def _opened(self) -> int:
        try:
            return self._stream.await_open()
        except BaseException:
            self._stream.close()
            raise

    @property
    def table(self) -> TableInfo:
        return self._encoder.table

    @property
    def rows_handed_over(self) -> int:
        """Rows given to the writer since it was opened, sent or not."""
        return self._handed + len(self._rows)

    @property
    def stream(self) -> Optional[str]:
        """The name of the stream; None without one."""
        return self._stream.name

    @property
    def next_offset(self) -> int:
        """The offset of the row that is handed over next.

        Of a lasting stream, right after it was opened, that is where to resume: every row below it is durable. Else
        rows count from 0.
        """
        return self._first + self.rows_handed_over

    def write(self, row: Mapping[str, Any]) -> None:
        """Appends or upserts a row, as the table has it."""
        self._add(row, self._default)

    def append(self, row: Mapping[str, Any]) -> None:
        self._add(row, Operation.APPEND)

    def upsert(self, row: Mapping[str, Any]) -> None:
        self._add(row, Operation.UPSERT)

    def delete(self, key: Mapping[str, Any]) -> None:
        """Deletes the row of a key; only the key columns are looked at."""
        self._add(key, Operation.DELETE)

    def write_all(self, rows: Iterable[Mapping[str, Any]]) -> None:
        if isinstance(rows, Mapping):
            raise FloeError("WRONG_TYPE", "one row where an iterable of rows is wanted", hint="put it into a list")
        source = iter(rows)
        while True:
            self._send_full()
            some = list(islice(source, self._batch_rows - len(self._rows)))
            if not some:
                return
            self._rows += some
            self._operations += bytes([self._default]) * len(some)

    def write_columns(self, columns: Columns, operation: Optional[Operation] = None) -> None:
        """Writes rows given as columns of the same length, after all rows before; the fastest way in.

        A column is a list, or a buffer of numbers (array.array, a NumPy array) that is taken over as it is: int64
        microseconds for timestamps and times, int32 days for dates.
        """
        operation = self._default if operation is None else Operation(operation)
        check_operation(self.table, operation)
        self._check()
        self._send_rows()
        count = columnar.row_count(columns)
        for start in range(0, count, self._batch_rows):
            part = columns
            if count > self._batch_rows:
                part = {name: values[start : start + self._batch_rows] for name, values in columns.items()}
            self._send(min(count - start, self._batch_rows), lambda part=part: part, operation, b"")

    def flush(self) -> None:
        """Sends what was gathered and waits for all acks."""
        self._check_open()
        self._send_rows()
        self._stream.drain()
        self._check()

    def close(self) -> None:
        """Flushes and ends the stream; once closed, does nothing."""
        if self._closed:
            return
        try:
            if self._refusal is not None:
                self._stream.drain()  # what was handed over before it is on its way
            self.flush()
        finally:
            self._closed = True
            self._stream.close()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        if kind is None:
            self.close()
            return
        self._rows.clear()
        self._operations.clear()
        self._closed = True
        try:
            if issubclass(kind, Exception):
                self._stream.drain()
        except FloeError:
            pass  # what ended the block is on its way already
        finally:
            self._stream.close()

    def _add(self, row: Mapping[str, Any], operation: Operation) -> None:
        if operation is not self._default:
            check_operation(self.table, operation)
        self._rows.append(row)
        self._operations.append(operation)
        self._send_full()

    def _send_full(self) -> None:
        if len(self._rows) >= self._batch_rows:
            self._check()
            self._send_rows()

    def _send_rows(self) -> None:
        if not self._rows:
            return
        rows, operations = self._rows, bytes(self._operations)
        self._rows, self._operations = [], bytearray()
        if self.table.missing != "keep":
            self._send_batch(rows, operations)
            return
        start = 0  # a batch has the columns that all its rows have: what a row lacks is kept as it is stored
        failure: Optional[FloeError] = None
        for run in columnar.runs_of_columns(rows):
            try:
                self._send_batch(run, operations[start : start + len(run)])
            except FloeError as e:
                if self._refusal is not None:
                    raise
                failure = failure or e
            start += len(run)
        if failure is not None:
            raise failure

    def _send_batch(self, rows: List[Mapping[str, Any]], operations: bytes) -> None:
        first = Operation(operations[0])
        if operations.count(operations[0]) == len(operations):
            operations = b""
        self._send(len(rows), lambda: columnar.transpose(rows), first, operations)

    def _send(self, count: int, columns: Callable[[], Columns], operation: Operation, operations: bytes) -> None:
        first_row = self._first + self._handed
        self._handed += count
        try:
            if self._stale:
                self._refresh()
            requests = self._requests(columns(), operation, operations, first_row)
        except FloeError as e:
            end = "on" if self._lasting else f"to {first_row + count - 1}"
            unsent = e.saying(f"{e.message}; nothing of the rows from {first_row} {end} was sent")
            if self._lasting:
                self._refusal = unsent
            raise unsent from e
        for request, part in requests:
            self._stream.enqueue(request, part)

    def _refresh(self) -> None:
        self._stale = False
        try:
            self._encoder = Encoder(self._refreshed())
        except FloeError as e:
            if not e.retryable:
                raise
            self._stale = True  # rows of the older version do until the server can be asked

    def _requests(
        self, columns: Columns, operation: Operation, operations: bytes, first_row: int
    ) -> Iterable[Tuple[ingest_pb2.AppendRequest, Sent]]:
        if self._encoder.lacks(columns):  # unless the table has got it since
            self._encoder = Encoder(self._refreshed())
        return list(self._encoder.requests(columns, operation, operations, first_row))

    def _told(self, schema_version: int) -> None:
        if schema_version > self.table.schema_version:
            self._stale = True

    def _delivered(self, ack: Ack) -> None:
        self.rows_stored += ack.rows_stored
        self.rows_refused += ack.rows_refused
        self.last_ack = ack
        self._told(ack.schema_version)
        if ack.error is not None and ack.error.code == "SCHEMA_VERSION_MISMATCH":
            self._stale = True
        found: Sequence[FloeError] = [ack.error] if ack.error is not None else ack.row_errors
        if found:
            self.errors.extend(found[: ROW_ERRORS_MAX - len(self.errors)])
            for error in ack.row_errors:
                error.ack = ack
            if not self._collect and self._unraised is None:
                self._unraised = found[0]
        if self._on_ack is not None:
            self._on_ack(ack)

    def _check(self) -> None:
        self._check_open()
        unraised = self._unraised
        if unraised is not None:
            self._unraised = None  # the thread of the acks sets it only where there is none
            raise unraised

    def _check_open(self) -> None:
        if self._closed:
            raise FloeError("INVALID_ARGUMENT", "the writer is closed")
        if self._refusal is not None:
            raise self._refusal

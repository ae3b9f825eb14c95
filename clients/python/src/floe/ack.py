"""What came of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional, Sequence

from floe import errors
from floe.errors import FloeError, RowError
from floe.v1 import common_pb2, ingest_pb2

ROW_ERRORS_MAX = 1_000


@dataclass(frozen=True)
class Token:
    """Opaque position in the log; a read at it sees at least the rows acked with it."""

    value: bytes


@dataclass(frozen=True)
class Ack:
    """The rows of a batch that no row error names are durable.

    ``first_row`` and ``row_count`` say which rows the batch had: by their offsets in a lasting stream, else counted
    since the writer was opened. ``row_errors`` lists at most 1,000 of the ``rows_refused``; ``error`` says why where
    the whole batch was refused. ``schema_version`` is the table's current one.

    With a stream, every row below ``next_offset`` is durable, and ``already_exists`` says that all rows of the batch
    were stored by a request before, whose ack was lost: what the server refused of them is not known then.
    """

    first_row: int
    row_count: int
    rows_stored: int
    rows_refused: int = 0
    row_errors: List[RowError] = field(default_factory=list)
    token: Optional[Token] = None
    schema_version: int = 0
    error: Optional[FloeError] = None
    next_offset: Optional[int] = None
    already_exists: bool = False


@dataclass(frozen=True)
class StreamState:
    """How far a stream is: every row below ``next_offset`` is durable.

    A read at ``durable`` sees them all; ``visible`` is what a committed read sees now. ``next_offset`` and
    ``writer_epoch``, which each new writer raises, are 0 where the stream is not known.
    """

    next_offset: int
    writer_epoch: int
    durable: Optional[Token]
    visible: Optional[Token]
    schema_version: int


def stream_from_wire(wire: ingest_pb2.GetStreamResponse) -> StreamState:
    return StreamState(
        wire.next_offset,
        wire.writer_epoch,
        Token(wire.durable.value) if wire.HasField("durable") else None,
        Token(wire.visible.value) if wire.HasField("visible") else None,
        wire.schema_version,
    )


@dataclass(frozen=True)
class Sent:
    """Which rows of the caller's a request holds; those ``left_out`` are in it without their values, to be refused."""

    first_row: int
    row_count: int
    left_out: Sequence[RowError] = ()

    def nothing_stored(self, error: Optional[FloeError] = None) -> Ack:
        """The outcome where the whole batch was refused, or no row of it was worth sending."""
        refused = list(self.left_out[:ROW_ERRORS_MAX])
        return Ack(self.first_row, self.row_count, 0, self.row_count, refused, error=error)

    def stored_before(self, next_offset: int, token: Optional[Token], schema_version: int) -> Ack:
        """The outcome where the stream has the rows by a request whose ack was lost."""
        refused = len(self.left_out)
        return Ack(
            self.first_row,
            self.row_count,
            self.row_count - refused,
            refused,
            list(self.left_out[:ROW_ERRORS_MAX]),
            token,
            schema_version,
            next_offset=next_offset,
            already_exists=True,
        )

    def answered(self, response: ingest_pb2.AppendResponse, next_offset: Optional[int]) -> Ack:
        """The outcome that a request of a stream got; ``next_offset`` is None without one."""
        ack = response.ack
        token = Token(ack.token.value)
        if response.already_exists and next_offset is not None:
            return self.stored_before(next_offset, token, ack.schema_version)
        return self.acked(ack, next_offset)

    def acked(self, ack: ingest_pb2.Ack, next_offset: Optional[int] = None) -> Ack:
        refused = {error.row: errors.row_from_wire(error, self.first_row + error.row) for error in ack.row_errors}
        refused.update((error.index - self.first_row, error) for error in self.left_out)
        listed = [refused[row] for row in sorted(refused)[:ROW_ERRORS_MAX]]
        # of rows sent again in part, the server counts those that it had before with none
        stored = ack.rows_stored if next_offset is None else self.row_count - ack.rows_refused
        return Ack(
            self.first_row,
            self.row_count,
            stored,
            ack.rows_refused,
            listed,
            Token(ack.token.value),
            ack.schema_version,
            next_offset=next_offset,
        )

    def failed(self, error: common_pb2.Error) -> FloeError:
        """The refusal of the whole batch."""
        return errors.from_wire(error, self.first_row)

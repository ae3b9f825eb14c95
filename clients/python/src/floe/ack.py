"""What came of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional, Sequence

from floe import errors
from floe.columnar import Encoded
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

    ``first_row`` and ``row_count`` say which rows the batch had: of a writer, counted since it was opened.
    ``row_errors`` lists at most 1,000 of the ``rows_refused``; ``error`` says why where the whole batch was refused.
    ``schema_version`` is the table's current one.
    """

    first_row: int
    row_count: int
    rows_stored: int
    rows_refused: int = 0
    row_errors: List[RowError] = field(default_factory=list)
    token: Optional[Token] = None
    schema_version: int = 0
    error: Optional[FloeError] = None


@dataclass(frozen=True)
class Sent:
    """What was put into one request: which rows of the caller's, and which of them were left out before it went.

    ``kept`` holds for each row of the request its index in the caller's batch; None where that is the same.
    """

    first_row: int
    row_count: int
    kept: Optional[Sequence[int]] = None
    left_out: Sequence[RowError] = ()

    def row(self, index: int) -> int:
        """The caller's index of a row of the request."""
        if self.kept is not None and 0 <= index < len(self.kept):
            index = self.kept[index]
        return self.first_row + index

    def nothing_stored(self, error: Optional[FloeError] = None) -> Ack:
        """The outcome where the whole batch was refused, or no row of it was worth sending."""
        refused = list(self.left_out[:ROW_ERRORS_MAX])
        return Ack(self.first_row, self.row_count, 0, self.row_count, refused, error=error)

    def acked(self, ack: ingest_pb2.Ack) -> Ack:
        theirs = [errors.row_from_wire(error, self.row(error.row)) for error in ack.row_errors]
        both = sorted([*self.left_out, *theirs], key=lambda error: error.index)
        return Ack(
            self.first_row,
            self.row_count,
            ack.rows_stored,
            ack.rows_refused + len(self.left_out),
            both[:ROW_ERRORS_MAX],
            Token(ack.token.value),
            ack.schema_version,
        )

    def failed(self, error: common_pb2.Error) -> FloeError:
        """The refusal of the whole batch."""
        failure = errors.from_wire(error)
        if failure.row is not None:
            failure.row = self.row(failure.row)
        return failure


def sent(encoded: Encoded, first_row: int, row_count: int) -> Sent:
    """What an encoded batch holds of rows that the caller counts from ``first_row``."""
    for error in encoded.errors:
        error.row = first_row + error.index
    return Sent(first_row, row_count, encoded.kept, encoded.errors)

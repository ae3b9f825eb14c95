"""Errors: what went wrong, where, and what to do."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Any, Optional

import grpc

from floe.v1 import common_pb2

if TYPE_CHECKING:
    from floe.ack import Ack

TRAILER = "floe-error-bin"


class ErrorKind(enum.Enum):
    """What the caller may do next."""

    INVALID = 1  # the request can't succeed as it is: change it
    DENIED = 2  # no such identity, or it may not
    UNAVAILABLE = 3  # try again, after ``retry_after`` where set
    UNKNOWN_OUTCOME = 4  # it may or may not have happened: look before trying again
    INTERNAL = 5  # a defect: report it with its correlation id


class FloeError(Exception):
    """A failure of a call, with a stable code.

    ``code`` is the name (``TABLE_NOT_FOUND``) and ``number`` its number on the wire; ``field`` the path of the value
    to blame (``address.zip``), ``row`` its row in what the caller handed over, from 0; ``hint`` what to do;
    ``retry_after`` the seconds that the server asks to wait.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        kind: ErrorKind = ErrorKind.INVALID,
        number: int = 0,
        field: str = "",
        row: Optional[int] = None,
        hint: str = "",
        retry_after: float = 0.0,
        correlation_id: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.number = number
        self.kind = kind
        self.message = message
        self.field = field
        self.row = row
        self.hint = hint
        self.retry_after = retry_after
        self.correlation_id = correlation_id
        self.answered = False
        """Whether the server itself said so: then it has stored nothing of what the error is about."""

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.kind is ErrorKind.UNAVAILABLE

    @property
    def nothing_done(self) -> bool:
        """Whether the server has refused the request for now, so that it can be sent again without harm."""
        # where the catalog fails, what failed may be the look at the caller's key after the deed
        return self.answered and self.retryable and self.code != "CATALOG_UNAVAILABLE"

    def saying(self, message: str) -> "FloeError":
        """The same in other words."""
        return FloeError(
            self.code,
            message,
            kind=self.kind,
            number=self.number,
            field=self.field,
            row=self.row,
            hint=self.hint,
            correlation_id=self.correlation_id,
        )

    def __str__(self) -> str:
        where = [f"row {self.row}"] if self.row is not None else []
        where += [self.field] if self.field else []
        text = f"{self.code}: " + (f"{', '.join(where)}: " if where else "") + self.message
        if self.correlation_id:
            text += f" (correlation id {self.correlation_id})"
        return f"{text}; {self.hint}" if self.hint else text


class RowError(FloeError):
    """One row that was refused; the others of its batch are stored.

    ``index`` is the row's place in what the caller handed over: the rows of a write, or all rows since a writer was
    opened. ``ack``, where a write raised this, is the whole outcome, with every refused row.
    """

    ack: Optional["Ack"] = None

    @property
    def index(self) -> int:
        return self.row if self.row is not None else -1

    @property
    def reason(self) -> str:
        return self.message


def from_wire(error: common_pb2.Error, row_base: int = 0) -> FloeError:
    """An error out of its message; ``row_base`` is added to its row."""
    return _fill(FloeError, error, error.row + row_base if error.HasField("row") else None)


def row_from_wire(error: common_pb2.Error, row: int) -> RowError:
    """A refused row, under the index that the caller knows it by."""
    return _fill(RowError, error, row)


def _fill(cls: type, error: common_pb2.Error, row: Optional[int]) -> Any:
    try:
        kind = ErrorKind(error.kind)
    except ValueError:  # a kind of a newer server
        kind = ErrorKind.INTERNAL
    made = cls(
        error.name or str(error.code),
        error.message,
        kind=kind,
        number=error.code,
        field=error.field_path,
        row=row,
        hint=error.action,
        retry_after=error.retry_after_millis / 1000,
        correlation_id=error.correlation_id,
    )
    made.answered = True
    return made


_BY_STATUS = {
    grpc.StatusCode.UNAVAILABLE: ("SERVER_UNREACHABLE", 606, ErrorKind.UNAVAILABLE),
    grpc.StatusCode.DEADLINE_EXCEEDED: ("OUTCOME_UNKNOWN", 900, ErrorKind.UNKNOWN_OUTCOME),
    grpc.StatusCode.UNAUTHENTICATED: ("UNAUTHENTICATED", 400, ErrorKind.DENIED),
    grpc.StatusCode.PERMISSION_DENIED: ("PERMISSION_DENIED", 401, ErrorKind.DENIED),
    grpc.StatusCode.RESOURCE_EXHAUSTED: ("MESSAGE_TOO_LARGE", 102, ErrorKind.INVALID),
    grpc.StatusCode.UNIMPLEMENTED: ("UNSUPPORTED", 105, ErrorKind.INVALID),
    grpc.StatusCode.CANCELLED: ("QUERY_CANCELLED", 503, ErrorKind.INVALID),
    grpc.StatusCode.INVALID_ARGUMENT: ("INVALID_ARGUMENT", 100, ErrorKind.INVALID),
    grpc.StatusCode.NOT_FOUND: ("INVALID_ARGUMENT", 100, ErrorKind.INVALID),
    grpc.StatusCode.ALREADY_EXISTS: ("INVALID_ARGUMENT", 100, ErrorKind.INVALID),
    grpc.StatusCode.FAILED_PRECONDITION: ("INVALID_ARGUMENT", 100, ErrorKind.INVALID),
    grpc.StatusCode.OUT_OF_RANGE: ("INVALID_ARGUMENT", 100, ErrorKind.INVALID),
}

_HINTS = {
    grpc.StatusCode.UNAVAILABLE: "check that the server runs and the address is right, then try again",
    grpc.StatusCode.DEADLINE_EXCEEDED: "see whether it happened before trying again, or allow more time",
    grpc.StatusCode.UNAUTHENTICATED: "pass the API key to connect()",
}


def from_rpc(failure: grpc.RpcError, reading: bool = False) -> FloeError:
    """A failed call as an error: what its trailer says, else what its status says.

    A call that is ``reading`` has no outcome to look for, and may be sent again.
    """
    for name, value in failure.trailing_metadata() or ():
        if name == TRAILER:
            wire = common_pb2.Error()
            try:
                wire.ParseFromString(value)
            except Exception:  # protobuf's DecodeError: the status alone has to do
                break
            return from_wire(wire)
    status = failure.code()
    detail = failure.details() or status.name
    if status is grpc.StatusCode.DEADLINE_EXCEEDED:
        detail = "no answer within the time given"
        if reading:
            hint = "ask for less, or allow more time"
            return FloeError("QUERY_TIMEOUT", detail, number=504, kind=ErrorKind.UNAVAILABLE, hint=hint)
    name, number, kind = _BY_STATUS.get(status, ("DEFECT", 999, ErrorKind.INTERNAL))
    return FloeError(name, detail, number=number, kind=kind, hint=_HINTS.get(status, ""))


# what gRPC says where a request never left
_NOT_SENT = re.compile("failed to connect|name resolution|resolution failed", re.IGNORECASE)


def of_change(failure: FloeError) -> FloeError:
    """The same, of a statement that may have changed rows: where the connection broke, nobody knows whether it did."""
    if failure.answered or failure.code != "SERVER_UNREACHABLE" or _NOT_SENT.search(failure.message):
        return failure
    return FloeError(
        "OUTCOME_UNKNOWN",
        f"the connection broke before the answer came: {failure.message}",
        number=900,
        kind=ErrorKind.UNKNOWN_OUTCOME,
        hint="see whether it happened before trying again",
    )

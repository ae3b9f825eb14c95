"""One sequence of batches over the bidirectional call Append, whichever connections it takes.

::

    enqueue ─► unacked ─► queue of the call ─► gRPC ─► server
                  ▲                                      │
               release, in order ◄── outcome ◄── reader ◄┘

Batches wait in ``unacked`` from when they are handed over until their outcome was delivered.

With a stream, a call begins by opening it; the answer says which rows the server has by then, whatever became of the
calls before, and everything after those is sent again: each row is stored once. A call goes on only while the server
takes one batch after the other: what it refuses for now, and what breaks the call, leads to another call. A batch that
is refused for good takes no offsets, so those behind it are sent again under theirs.

Without a stream, a call that breaks is followed by another that gets everything unacked anew, so that a row may be
stored twice, and a batch refused for now is sent again on the same call; in an upsert table with all after it, so that
the last copy of each comes in the order of the first.
"""

from __future__ import annotations

import enum
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Callable, Deque, Iterable, Iterator, Optional, Tuple

import grpc

from floe.ack import Ack, Sent, Token
from floe.errors import ErrorKind, FloeError, from_rpc, from_wire
from floe.rpc import Rpc, backoff
from floe.unacked import Batch, Unacked
from floe.v1 import ingest_pb2

_PASSING = (ErrorKind.UNAVAILABLE, ErrorKind.UNKNOWN_OUTCOME)


class OwnStream(enum.Enum):
    """What stands for a stream of a writer's own."""

    OWN = "own"


OWN_STREAM = OwnStream.OWN


@dataclass(frozen=True)
class StreamSettings:
    """Of a sequence of batches.

    ``stream`` is the name of a lasting stream, empty for one of the writer's own, None for none. ``upsert`` says that
    the table keeps the newest row of a key; ``patience`` is how many seconds without any progress are too many.
    """

    table: str
    stream: Optional[str]
    upsert: bool
    in_flight: int
    in_flight_bytes: int
    patience: float

    @property
    def numbered(self) -> bool:
        return self.stream is not None

    @property
    def lasting(self) -> bool:
        return bool(self.stream)


class _Call:
    """What is to be sent on a call, and what was sent on it and has no response yet."""

    def __init__(self, ready: bool) -> None:
        self.queue: "SimpleQueue[Optional[Tuple[Batch, int, float]]]" = SimpleQueue()
        self.awaiting: Deque[Tuple[Batch, int]] = deque()
        self.over = threading.Event()
        self.ready = ready
        self.rpc: Any = None

    def put(self, batches: Iterable[Batch], not_before: float = 0.0) -> None:
        for batch in batches:
            self.queue.put((batch, batch.version, not_before))


class AppendStream:
    """Sends batches and delivers their outcomes in order.

    ``deliver`` gets the outcomes and ``told`` the table's schema version with each call, both in a thread of the
    stream's own. All failures surface in ``enqueue``, ``drain`` and ``await_open``.
    """

    def __init__(
        self, rpc: Rpc, settings: StreamSettings, deliver: Callable[[Ack], None], told: Callable[[int], None]
    ) -> None:
        self._rpc = rpc
        self._settings = settings
        self._deliver = deliver
        self._told = told
        self._changed = threading.Condition()
        self._unacked = Unacked(settings.numbered, settings.lasting)
        self._name = settings.stream or f"writer-{uuid.uuid4()}"
        self._epoch = 0
        self._outstanding = 0
        self._bytes = 0
        self._attempts = 0
        self._progress_at = time.monotonic()
        self._call: Optional[_Call] = None
        self._cause: Optional[FloeError] = None
        self._failure: Optional[BaseException] = None
        self._closed = False
        self._reader = threading.Thread(target=self._run, name=f"floe-append-{settings.table}", daemon=True)
        self._reader.start()

    @property
    def name(self) -> Optional[str]:
        return self._name if self._settings.numbered else None

    def await_open(self) -> int:
        """Waits until the stream is open for the first time; returns the offset that it goes on at."""
        with self._changed:
            self._await(lambda: self._unacked.placed)
            return self._unacked.next_offset

    def enqueue(self, request: ingest_pb2.AppendRequest, sent: Sent) -> None:
        """Hands a batch over; blocks while as much as is allowed is in flight."""
        body = request.SerializeToString()
        with self._changed:
            self._await(lambda: self._room(len(body)))
            if self._closed:
                raise FloeError("INVALID_ARGUMENT", "the writer is closed")
            if not self._unacked:
                self._progress_at = time.monotonic()
            batch = self._unacked.add(body, sent)
            self._outstanding += 1
            self._bytes += len(body)
            if self._call is not None and self._call.ready:
                self._call.put([batch])
            self._changed.notify_all()

    def drain(self) -> None:
        """Waits until every batch has its outcome delivered."""
        with self._changed:
            self._await(lambda: self._outstanding == 0)

    def close(self) -> None:
        """Ends the stream; what is still unacked may or may not be stored."""
        with self._changed:
            self._closed = True
            call = self._call
            if call is not None:
                call.queue.put(None)
                if call.rpc is not None and (self._unacked or not call.ready):
                    call.rpc.cancel()
            self._changed.notify_all()
        if threading.current_thread() is not self._reader:
            self._reader.join(self._settings.patience)

    def _room(self, size: int) -> bool:
        if self._outstanding == 0:
            return True
        fits = self._bytes + size <= self._settings.in_flight_bytes
        return fits and self._outstanding < self._settings.in_flight

    def _await(self, condition: Callable[[], bool]) -> None:
        while True:
            if self._failure is not None:
                raise self._failure
            if self._closed or condition():
                return
            left = self._progress_at + self._settings.patience - time.monotonic()
            if left <= 0:
                cause = "" if self._cause is None else f" ({self._cause.message})"
                waited = f"no ack for {self._settings.patience:g} s{cause}; {self._unacked.rows()}"
                raise self._unknown_outcome(waited) from self._cause
            self._changed.wait(left)

    # -- the reader's thread

    def _run(self) -> None:
        try:
            while self._await_work():
                self._cause = self._one_call()
                if self._cause is not None and not self._may_continue(self._cause):
                    self._fail(self._cause)
        except BaseException as e:  # raised by on_ack, or a defect: the writer's caller has to see it
            self._fail(e)

    def _await_work(self) -> bool:
        with self._changed:
            while not (self._has_work() or self._closed):
                self._changed.wait()
            return not self._closed and self._failure is None

    def _has_work(self) -> bool:
        return bool(self._unacked) or (self._settings.lasting and not self._unacked.placed)

    def _one_call(self) -> Optional[FloeError]:
        """Runs one call to its end; returns what broke it."""
        call = _Call(ready=not self._settings.numbered)
        with self._changed:
            if self._closed:
                return None
            self._call = call
            if call.ready:
                call.put(self._unacked.again(0))
            call.rpc = self._rpc.append(self._requests(call), wait=self._attempts > 0)
        try:
            for response in call.rpc:
                failure = self._answered(call, response) if call.ready else self._opened(call, response)
                self._release()
                if failure is not None:
                    return failure
        except grpc.RpcError as e:
            return _broken(from_rpc(e))
        finally:
            with self._changed:
                self._call = None
            call.rpc.cancel()
            call.over.set()
            call.queue.put(None)
        if self._closed:
            return None
        return FloeError("SHUTTING_DOWN", "the server ended the call", number=603, kind=ErrorKind.UNAVAILABLE)

    def _requests(self, call: _Call) -> Iterator[bytes]:
        """Runs in a thread of gRPC."""
        opening = ingest_pb2.AppendRequest(table=self._settings.table)
        if self._settings.numbered:
            opening.stream_id = self._name
            opening.writer_epoch = self._epoch
            yield opening.SerializeToString()
            opening.Clear()
        while True:
            item = call.queue.get()
            if item is None:
                return
            batch, version, not_before = item
            wait = not_before - time.monotonic()
            if wait > 0:
                call.over.wait(wait)
            with self._changed:
                if call.over.is_set():
                    return
                if batch.version != version:
                    continue
                batch.went = True
                call.awaiting.append((batch, version))
                request = batch.request(self._settings.numbered)
            yield opening.SerializeToString() + request
            opening.Clear()

    def _opened(self, call: _Call, response: ingest_pb2.AppendResponse) -> Optional[FloeError]:
        """The first answer of a call with a stream."""
        if response.WhichOneof("outcome") == "error":
            return from_wire(response.error)
        with self._changed:
            self._epoch = response.writer_epoch
            stored = self._unacked.opened(response.next_offset)
        version = response.ack.schema_version
        token = self._durable() if stored else None
        self._told(version)
        with self._changed:
            for batch in stored:
                batch.outcome = batch.sent.stored_before(batch.end, token, version)
            if stored:
                self._progressed()
            call.put(self._unacked.again(len(stored)))
            call.ready = True
            self._changed.notify_all()
        return None

    def _durable(self) -> Optional[Token]:
        """A position that shows what the stream has; None where the server does not say."""
        request = ingest_pb2.GetStreamRequest(table=self._settings.table, stream_id=self._name)
        try:
            return Token(self._rpc.call("GetStream", request).durable.value)
        except FloeError:
            return None

    def _answered(self, call: _Call, response: ingest_pb2.AppendResponse) -> Optional[FloeError]:
        """Takes the answer to a batch; returns why the call can't go on, if so."""
        with self._changed:
            if not call.awaiting or call.awaiting[0][0].request_id != response.request_id:
                raise FloeError(
                    "DEFECT",
                    f"the server answered request {response.request_id} out of order",
                    number=999,
                    kind=ErrorKind.INTERNAL,
                )
            batch, version = call.awaiting.popleft()
            if version != batch.version:
                return None  # the answer to an earlier copy
            if response.WhichOneof("outcome") == "error":
                return self._refused(call, batch, batch.sent.failed(response.error), response.next_offset)
            batch.outcome = batch.sent.answered(response, batch.end if self._settings.numbered else None)
            self._progressed()
            return None

    def _refused(self, call: _Call, batch: Batch, failure: FloeError, next_offset: int) -> Optional[FloeError]:
        passing = failure.kind in _PASSING
        if self._settings.numbered:
            if passing or failure.code in ("OFFSET_OUT_OF_RANGE", "STREAM_FENCED"):
                return failure
        elif passing and self._patient():
            self._attempts += 1
            not_before = time.monotonic() + backoff(self._attempts, failure.retry_after)
            count = None if self._settings.upsert else 1
            call.put(self._unacked.again(self._unacked.index(batch), count), not_before)
            return None
        batch.outcome = batch.sent.nothing_stored(failure)
        self._progressed()
        if self._settings.lasting:
            self._unacked.none_went()
            stays = f"the stream stays at offset {batch.offset}, no row from there on was stored"
            return failure.saying(f"{failure.message}; {stays}")
        if self._settings.numbered:
            call.put(self._unacked.without(batch, next_offset))
        return None

    def _progressed(self) -> None:
        self._attempts = 0
        self._progress_at = time.monotonic()

    def _release(self) -> None:
        with self._changed:
            done = self._unacked.released()
        for batch in done:
            assert batch.outcome is not None
            self._deliver(batch.outcome)
            with self._changed:
                self._outstanding -= 1
                self._bytes -= len(batch.body)
                self._changed.notify_all()

    def _patient(self) -> bool:
        return time.monotonic() < self._progress_at + self._settings.patience

    def _may_continue(self, failure: FloeError) -> bool:
        """Whether another call may take over, after a pause."""
        with self._changed:
            if self._closed or (self._has_work() and not self._patient()):
                return False
            if failure.code == "STREAM_FENCED" and self._epoch != 0 and not self._settings.lasting:
                self._epoch = 0  # nobody takes over a writer's own stream: the server has forgotten it
                return True
            if failure.kind not in _PASSING and failure.code != "OFFSET_OUT_OF_RANGE":
                return False
            self._attempts += 1
            pause = backoff(self._attempts, failure.retry_after)
            self._changed.wait_for(lambda: self._closed, timeout=pause)
            return True

    def _fail(self, cause: BaseException) -> None:
        with self._changed:
            failure = cause
            if isinstance(cause, FloeError) and self._unacked.any_went:
                failure = self._unknown(cause)
                failure.__cause__ = cause
            self._failure = failure
            self._unacked.clear()
            self._outstanding = 0
            self._closed = True
            self._changed.notify_all()

    def _unknown(self, cause: FloeError) -> FloeError:
        """What broke the stream, for batches that were on their way."""
        if cause.kind in (ErrorKind.DENIED, ErrorKind.INVALID) and cause.code != "QUERY_CANCELLED":
            return cause.saying(f"{cause.message}; {self._unacked.rows()}")
        return self._unknown_outcome(f"the call broke before the ack ({cause.message}); {self._unacked.rows()}")

    def _unknown_outcome(self, message: str) -> FloeError:
        hint = "see which rows arrived before sending them again"
        if self._settings.lasting:
            hint = "open the stream again: its next offset says which rows arrived"
        elif self._settings.numbered:
            hint = "ask get_stream(table, writer.stream) which rows arrived before sending them again"
        return FloeError("OUTCOME_UNKNOWN", message, number=900, kind=ErrorKind.UNKNOWN_OUTCOME, hint=hint)


def _broken(failure: FloeError) -> FloeError:
    """Why a call ended; what no server has said itself is the way to it."""
    if failure.answered or not (failure.kind is ErrorKind.INTERNAL or failure.code == "QUERY_CANCELLED"):
        return failure
    return FloeError("SERVER_UNREACHABLE", failure.message, number=606, kind=ErrorKind.UNAVAILABLE)

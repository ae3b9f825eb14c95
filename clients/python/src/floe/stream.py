"""One sequence of batches over the bidirectional stream Append, whichever connections it takes.

::

    enqueue ─► pending ─► queue of the stream ─► gRPC ─► server
                  ▲                                        │
               release, in order ◄── outcome ◄── reader ◄──┘

Batches wait in ``pending`` from when they are handed over until their outcome was delivered. A stream that breaks is
opened again and gets everything pending anew, where that is safe; a batch that the server refuses for now is sent
again. In an upsert table the newest row of a key stays, so there all batches after such a batch are sent again too:
the last copy of each comes in the order of the first.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import Any, Callable, Deque, Iterator, List, Optional, Tuple

import grpc

from floe.ack import Ack, Sent
from floe.errors import ErrorKind, FloeError, from_rpc
from floe.rpc import Rpc, backoff
from floe.v1 import ingest_pb2


class _Pending:
    """A batch without a delivered outcome; ``version`` rises with each time it is to be sent again."""

    __slots__ = ("request_id", "data", "sent", "version", "went", "outcome")

    def __init__(self, request_id: int, data: bytes, sent: Sent) -> None:
        self.request_id = request_id
        self.data = data
        self.sent = sent
        self.version = 0
        self.went = False
        self.outcome: Optional[Ack] = None


class _Stream:
    """One call: what is to be sent on it, and what was sent on it and has no response yet."""

    def __init__(self) -> None:
        self.queue: "SimpleQueue[Optional[Tuple[_Pending, int, float]]]" = SimpleQueue()
        self.awaiting: Deque[Tuple[_Pending, int]] = deque()
        self.over = threading.Event()
        self.call: Any = None

    def put(self, pending: _Pending, not_before: float = 0.0) -> None:
        self.queue.put((pending, pending.version, not_before))


class AppendStream:
    """Sends serialized AppendRequests and delivers their outcomes in order.

    ``ordered`` says that the table keeps the newest row of a key; ``resend`` that batches whose fate is unknown may be
    sent again; ``patience`` is how many seconds without any progress are too many. ``deliver`` is called in a thread
    of the stream's own. All failures surface in ``enqueue`` and ``drain``.
    """

    def __init__(
        self,
        rpc: Rpc,
        name: str,
        *,
        in_flight: int,
        in_flight_bytes: int,
        ordered: bool,
        resend: bool,
        patience: float,
        deliver: Callable[[Ack], None],
    ) -> None:
        self._rpc = rpc
        self._in_flight = in_flight
        self._in_flight_bytes = in_flight_bytes
        self._ordered = ordered
        self._resend = resend
        self._patience = patience
        self._deliver = deliver
        self._changed = threading.Condition()
        self._pending: Deque[_Pending] = deque()
        self._outstanding = 0
        self._bytes = 0
        self._last_id = 0
        self._attempts = 0
        self._progress_at = time.monotonic()
        self._stream: Optional[_Stream] = None
        self._failure: Optional[BaseException] = None
        self._closed = False
        self._reader = threading.Thread(target=self._run, name=f"floe-append-{name}", daemon=True)
        self._reader.start()

    def enqueue(self, request: ingest_pb2.AppendRequest, sent: Sent) -> None:
        """Hands a batch over; blocks while as much as is allowed is in flight."""
        with self._changed:
            self._last_id += 1
            request.request_id = self._last_id
            pending = _Pending(self._last_id, request.SerializeToString(), sent)
            self._await(lambda: self._room(len(pending.data)))
            if self._closed:
                raise FloeError("INVALID_ARGUMENT", "the writer is closed")
            if not self._pending:
                self._progress_at = time.monotonic()
            self._pending.append(pending)
            self._outstanding += 1
            self._bytes += len(pending.data)
            if self._stream is not None:
                self._stream.put(pending)
            self._changed.notify_all()

    def drain(self) -> None:
        """Waits until every batch has its outcome delivered."""
        with self._changed:
            self._await(lambda: self._outstanding == 0)

    def close(self) -> None:
        """Ends the stream; what is still pending may or may not be stored."""
        with self._changed:
            self._closed = True
            stream = self._stream
            if stream is not None:
                stream.queue.put(None)
                if self._pending and stream.call is not None:
                    stream.call.cancel()
            self._changed.notify_all()
        if threading.current_thread() is not self._reader:
            self._reader.join(self._patience)

    def _room(self, size: int) -> bool:
        if self._outstanding == 0:
            return True
        return self._outstanding < self._in_flight and self._bytes + size <= self._in_flight_bytes

    def _await(self, condition: Callable[[], bool]) -> None:
        while True:
            if self._failure is not None:
                raise self._failure
            if self._closed or condition():
                return
            left = self._progress_at + self._patience - time.monotonic()
            if left <= 0:
                raise FloeError(
                    "OUTCOME_UNKNOWN",
                    f"no ack for {self._patience:g} s; {self._rows()}",
                    number=900,
                    kind=ErrorKind.UNKNOWN_OUTCOME,
                    hint="see whether the server is overloaded, and which rows arrived",
                )
            self._changed.wait(left)

    def _rows(self) -> str:
        if not self._pending:
            return "no rows wait"
        first, last = self._pending[0].sent, self._pending[-1].sent
        return f"rows {first.first_row} to {last.first_row + last.row_count - 1} may or may not be stored"

    # -- the reader's thread

    def _run(self) -> None:
        try:
            while self._await_work():
                failure = self._one_stream()
                if failure is not None and not self._may_continue(failure):
                    self._fail(failure)
        except BaseException as e:  # raised by on_ack, or a defect: the writer's caller has to see it
            self._fail(e)

    def _await_work(self) -> bool:
        with self._changed:
            while not self._pending and not self._closed:
                self._changed.wait()
            return not self._closed and self._failure is None

    def _one_stream(self) -> Optional[FloeError]:
        """Runs one call to its end; returns what broke it."""
        try:
            self._rpc.await_ingest(max(0.1, self._progress_at + self._patience - time.monotonic()))
        except FloeError as e:
            return e
        stream = _Stream()
        with self._changed:
            if self._closed:
                return None
            self._stream = stream
            for pending in self._pending:
                pending.version += 1
                pending.outcome = None
                stream.put(pending)
            stream.call = self._rpc.append(self._requests(stream))
        try:
            for response in stream.call:
                self._answered(stream, response)
        except grpc.RpcError as e:
            return from_rpc(e)
        finally:
            with self._changed:
                self._stream = None
            stream.call.cancel()
            stream.over.set()
            stream.queue.put(None)
        if self._closed:
            return None
        return FloeError("SHUTTING_DOWN", "the server ended the stream", number=603, kind=ErrorKind.UNAVAILABLE)

    def _requests(self, stream: _Stream) -> Iterator[bytes]:
        """Runs in a thread of gRPC."""
        while True:
            item = stream.queue.get()
            if item is None:
                return
            pending, version, not_before = item
            wait = not_before - time.monotonic()
            if wait > 0:
                stream.over.wait(wait)
            with self._changed:
                if stream.over.is_set():
                    return
                if pending.version != version:
                    continue
                pending.went = True
                stream.awaiting.append((pending, version))
            yield pending.data

    def _answered(self, stream: _Stream, response: ingest_pb2.AppendResponse) -> None:
        with self._changed:
            if not stream.awaiting or stream.awaiting[0][0].request_id != response.request_id:
                raise FloeError(
                    "DEFECT",
                    f"the server answered request {response.request_id} out of order",
                    number=999,
                    kind=ErrorKind.INTERNAL,
                )
            pending, version = stream.awaiting.popleft()
            if version != pending.version:
                return  # the answer to an earlier copy
            if response.WhichOneof("outcome") == "error":
                failure = pending.sent.failed(response.error)
                if failure.retryable and self._patient():
                    self._send_again(stream, pending, failure)
                    return
                pending.outcome = pending.sent.nothing_stored(failure)
            else:
                pending.outcome = pending.sent.acked(response.ack)
                self._attempts = 0
            self._progress_at = time.monotonic()
            done = self._released()
        for released in done:
            assert released.outcome is not None
            self._deliver(released.outcome)
            with self._changed:
                self._outstanding -= 1
                self._bytes -= len(released.data)
                self._changed.notify_all()

    def _released(self) -> List[_Pending]:
        done = []
        while self._pending and self._pending[0].outcome is not None:
            done.append(self._pending.popleft())
        return done

    def _send_again(self, stream: _Stream, refused: _Pending, failure: FloeError) -> None:
        self._attempts += 1
        not_before = time.monotonic() + backoff(self._attempts, failure.retry_after)
        again = [refused]
        if self._ordered:
            again = [pending for pending in self._pending if pending.request_id >= refused.request_id]
        for pending in again:
            pending.version += 1
            pending.outcome = None
            stream.put(pending, not_before)

    def _patient(self) -> bool:
        return time.monotonic() < self._progress_at + self._patience

    def _may_continue(self, failure: FloeError) -> bool:
        """Whether another stream may take over, after a pause."""
        with self._changed:
            passing = failure.kind in (ErrorKind.UNAVAILABLE, ErrorKind.UNKNOWN_OUTCOME)
            unsent = not any(pending.went and pending.outcome is None for pending in self._pending)
            # a server that shuts down answers what it has read, then ends the stream; the rest it never stored
            safe = self._resend or unsent or (failure.answered and failure.code == "SHUTTING_DOWN")
            if not (passing and safe and self._patient()) or self._closed:
                return False
            self._attempts += 1
            pause = backoff(self._attempts, failure.retry_after)
            self._changed.wait_for(lambda: self._closed, timeout=pause)
            return True

    def _fail(self, cause: BaseException) -> None:
        with self._changed:
            failure = cause
            if isinstance(cause, FloeError) and any(pending.went for pending in self._pending):
                failure = self._unknown(cause)
                failure.__cause__ = cause
            self._failure = failure
            self._pending.clear()
            self._outstanding = 0
            self._closed = True
            self._changed.notify_all()

    def _unknown(self, cause: FloeError) -> FloeError:
        """What broke the stream, for batches that were on their way."""
        if cause.kind in (ErrorKind.DENIED, ErrorKind.INVALID) and cause.code != "QUERY_CANCELLED":
            return FloeError(
                cause.code,
                f"{cause.message}; {self._rows()}",
                number=cause.number,
                kind=cause.kind,
                field=cause.field,
                hint=cause.hint,
            )
        return FloeError(
            "OUTCOME_UNKNOWN",
            f"the stream broke before the ack ({cause.message}); {self._rows()}",
            number=900,
            kind=ErrorKind.UNKNOWN_OUTCOME,
            hint="see which rows arrived, or write to an upsert table, before sending again",
        )

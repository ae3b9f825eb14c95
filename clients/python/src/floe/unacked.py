"""Batches without a delivered outcome, in their order, and where each is in the writer's stream."""

from __future__ import annotations

from collections import deque
from typing import Deque, Iterator, List, Optional

from floe.ack import Ack, Sent
from floe.errors import ErrorKind, FloeError
from floe.v1 import ingest_pb2


class Batch:
    """A batch on its way; ``version`` rises with each time that it is to be sent anew."""

    __slots__ = ("request_id", "body", "sent", "offset", "version", "went", "outcome")

    def __init__(self, request_id: int, body: bytes, sent: Sent, offset: int) -> None:
        self.request_id = request_id
        self.body = body
        self.sent = sent
        self.offset = offset
        self.version = 0
        self.went = False
        self.outcome: Optional[Ack] = None

    @property
    def end(self) -> int:
        """The offset after its rows."""
        return self.offset + self.sent.row_count

    def request(self, numbered: bool) -> bytes:
        """The serialized AppendRequest: its fields may come in any order, so the body is serialized once."""
        head = ingest_pb2.AppendRequest(request_id=self.request_id)
        if numbered:
            head.offset = self.offset
        serialized: bytes = head.SerializeToString() + self.body
        return serialized


class Unacked:
    """The batches of a writer that wait for their outcome; not safe for threads.

    Where they are ``numbered``, each batch begins at the offset that the one before ends at. Until the server has told
    where the stream is, the first begins at 0. The numbers of a ``lasting`` stream are its caller's, and never change.
    """

    def __init__(self, numbered: bool, lasting: bool) -> None:
        self._numbered = numbered
        self._lasting = lasting
        self._batches: Deque[Batch] = deque()
        self._last_id = 0
        self.next_offset = 0
        self.placed = not numbered

    def __iter__(self) -> Iterator[Batch]:
        return iter(self._batches)

    def __len__(self) -> int:
        return len(self._batches)

    @property
    def any_went(self) -> bool:
        return any(batch.went for batch in self._batches)

    def add(self, body: bytes, sent: Sent) -> Batch:
        self._last_id += 1
        batch = Batch(self._last_id, body, sent, self.next_offset)
        self.next_offset = batch.end
        self._batches.append(batch)
        return batch

    def opened(self, next_offset: int) -> List[Batch]:
        """The stream goes on at an offset; returns the batches that it has by then."""
        first = self._batches[0].offset if self._batches else self.next_offset
        forgotten = next_offset < first
        if not self.placed or (forgotten and not self._lasting and not self.any_went):
            self.placed = True
            self._number(0, next_offset)
            return []
        if forgotten or next_offset > self.next_offset:
            raise FloeError(
                "OFFSET_OUT_OF_RANGE",
                f"the stream goes on at offset {next_offset}, the writer at {first} to {self.next_offset}",
                number=208,
                kind=ErrorKind.UNKNOWN_OUTCOME,
                hint="see which rows arrived, then write on a new stream",
            )
        return [batch for batch in self._batches if batch.end <= next_offset]

    def without(self, refused: Batch, next_offset: int) -> List[Batch]:
        """A batch takes no offsets; returns those behind it, which have to be sent again under theirs."""
        behind = self._batches.index(refused) + 1
        self._number(behind, max(refused.offset, next_offset))
        return self.again(behind)

    def again(self, first: int, count: Optional[int] = None) -> List[Batch]:
        """The batches from an index on, all or so many, of which copies sent before count no more."""
        batches = list(self._batches)[first : None if count is None else first + count]
        for batch in batches:
            batch.version += 1
            batch.outcome = None
        return batches

    def index(self, batch: Batch) -> int:
        """Its place among those that wait."""
        return self._batches.index(batch)

    def released(self) -> List[Batch]:
        """Takes the batches out that have their outcome, up to the first that has none."""
        done = []
        while self._batches and self._batches[0].outcome is not None:
            done.append(self._batches.popleft())
        return done

    def none_went(self) -> None:
        """The server is known to have stored none of them."""
        for batch in self._batches:
            batch.went = False

    def rows(self) -> str:
        if not self._batches:
            return "no rows wait"
        first, last = self._batches[0].sent, self._batches[-1].sent
        return f"rows {first.first_row} to {last.first_row + last.row_count - 1} may or may not be stored"

    def clear(self) -> None:
        self._batches.clear()

    def _number(self, first: int, offset: int) -> None:
        self.next_offset = offset
        for batch in list(self._batches)[first:]:
            batch.offset = self.next_offset
            self.next_offset = batch.end

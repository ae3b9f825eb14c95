import random
import threading
import time
import unittest

import grpc

import floe
from floe.v1 import common_pb2
from tests import wire
from tests.fake_server import (
    KEY,
    LOG_UNAVAILABLE,
    OUT_OF_RANGE,
    OVERLOADED,
    SHUTTING_DOWN,
    TOO_MANY_ROWS,
    Break,
    FakeServer,
    error,
)

WAIT_SECONDS = 10
OUTCOME_UNKNOWN = error(900, "OUTCOME_UNKNOWN", common_pb2.UNKNOWN_OUTCOME)


def setUpModule():
    unittest.addModuleCleanup(setattr, floe.rpc, "_RETRY_SECONDS", floe.rpc._RETRY_SECONDS)
    floe.rpc._RETRY_SECONDS = 0.02


def first_id(request):
    """The id of a batch's first row."""
    return wire.rows(request.batch.columnar)[0]["id"]


def eventually(condition):
    end = time.monotonic() + WAIT_SECONDS
    while not condition() and time.monotonic() < end:
        threading.Event().wait(0.005)
    return condition()


class StreamCase(unittest.TestCase):
    def setUp(self):
        self.server = FakeServer()
        self.client = floe.connect(self.server.target, api_key=KEY, call_seconds=5)
        self.acks = []

    def tearDown(self):
        self.client.close()
        self.server.close()

    def writer(self, table="events", **settings):
        settings.setdefault("batch_rows", 2)
        settings.setdefault("patience", WAIT_SECONDS)
        return self.client.writer(table, on_ack=self.acks.append, **settings)

    def fill(self, writer, ids):
        for id in ids:
            writer.write({"id": id, "name": f"n{id}"})

    def acked_rows(self):
        return [row for ack in self.acks for row in range(ack.first_row, ack.first_row + ack.row_count)]

    def once(self, *told):
        """Answers the first batches in this way, all others well."""
        answers = iter(told)

        def next_answer(n, request):
            answer = next(answers, None)
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.server.on_append = next_answer


class ExactlyOnceTest(StreamCase):
    def test_an_append_table_gets_each_row_once_whatever_is_lost(self):
        faults = {
            "a break before a batch is stored": Break(),
            "a break after": Break(stored=True),
            "the log's absence": LOG_UNAVAILABLE,
            "an overload": OVERLOADED,
            "an unknown outcome": OUTCOME_UNKNOWN,
            "a server that drains": Break(SHUTTING_DOWN),
            "a stream that is out of step": OUT_OF_RANGE,
            "a proxy that gives up": Break(status=grpc.StatusCode.INTERNAL, stored=True),
            "a proxy that cancels": Break(status=grpc.StatusCode.CANCELLED, stored=True),
        }
        for name, fault in faults.items():
            with self.subTest(name):
                storage_before = len(self.server.stored)
                self.acks.clear()
                self.once(None, fault, None, fault)
                with self.writer(in_flight=4) as writer:
                    self.fill(writer, range(24))
                self.assertEqual(list(range(24)), self.server.ids()[storage_before:])
                self.assertEqual(list(range(24)), self.acked_rows())
                self.assertEqual(24, writer.rows_stored)

    def test_breaks_at_random_lose_and_double_nothing(self):
        for seed in range(6):
            with self.subTest(seed=seed):
                rnd = random.Random(seed)
                left = [8]

                def fate(n, request):
                    refused = {0} if request.offset % 10 == 0 else frozenset()
                    if left[0] and rnd.random() < 0.3:
                        left[0] -= 1
                        if rnd.random() < 0.3:
                            return rnd.choice([OVERLOADED, LOG_UNAVAILABLE, OUTCOME_UNKNOWN])
                        raise Break(stored=rnd.random() < 0.5, refused=refused)
                    return refused

                before = len(self.server.stored)
                self.acks.clear()
                self.server.on_append = fate
                with self.writer(batch_rows=5, in_flight=rnd.randrange(1, 9), collect=True) as writer:
                    self.fill(writer, range(100))
                expected = [id for id in range(100) if id % 10]
                self.assertEqual(expected, self.server.ids()[before:])
                self.assertEqual(list(range(100)), self.acked_rows())
                offsets = [ack.next_offset for ack in self.acks]
                self.assertEqual(sorted(set(offsets)), offsets)

    def test_a_break_while_the_stream_opens_is_survived(self):
        fates = [Break(), Break(stored=True), LOG_UNAVAILABLE, None]

        def open_once(request):
            fate = fates.pop(0)
            if isinstance(fate, Exception):
                raise fate
            return fate

        self.server.on_open = open_once
        with self.writer() as writer:
            self.fill(writer, range(4))
        self.assertEqual([0, 1, 2, 3], self.server.ids())
        self.assertEqual(4, self.server.calls)

    def test_what_the_stream_has_is_acked_with_a_token_and_not_sent_again(self):
        sent = []

        def lose_the_second(n, request):
            sent.append(request.offset)
            if n == 1:
                raise Break(stored=True)

        self.server.on_append = lose_the_second
        with self.writer(in_flight=1) as writer:
            self.fill(writer, range(6))
        self.assertEqual([0, 2, 4], sent)
        self.assertEqual([False, True, False], [ack.already_exists for ack in self.acks])
        self.assertEqual([b"token", b"durable", b"token"], [ack.token.value for ack in self.acks])
        self.assertEqual([2, 4, 6], [ack.next_offset for ack in self.acks])

    def test_rows_that_never_fitted_have_their_offsets(self):
        with self.writer(batch_rows=4, collect=True) as writer:
            for id in [0, "one", "two", 3, 4, 5, 6, "seven"]:
                writer.append({"id": id})
        self.assertEqual([0, 3, 4, 5, 6], self.server.ids())
        self.assertEqual([1, 2, 7], [error.index for error in writer.errors])
        self.assertEqual({"WRONG_TYPE"}, {error.code for error in writer.errors})
        self.assertEqual((5, 3), (writer.rows_stored, writer.rows_refused))
        self.assertEqual(8, self.client.get_stream("events", writer.stream).next_offset)

    def test_batches_behind_a_refused_one_move_up_in_a_stream_of_the_writers_own(self):
        self.server.gate.clear()
        self.server.on_append = lambda n, request: TOO_MANY_ROWS if first_id(request) in (2, 8) else None
        writer = self.writer(in_flight=8, collect=True)
        self.fill(writer, range(12))
        self.server.gate.set()
        writer.close()
        self.assertEqual([2, 8], [ack.first_row for ack in self.acks if ack.error is not None])
        self.assertEqual([0, 1, 4, 5, 6, 7, 10, 11], self.server.ids())
        self.assertEqual(list(range(12)), self.acked_rows())
        self.assertEqual(8, self.client.get_stream("events", writer.stream).next_offset)

    def test_a_refused_batch_whose_refusal_is_lost_is_refused_again(self):
        breaks = [Break()]

        def refuse_two(n, request):
            if first_id(request) != 2:
                return None
            if breaks:
                raise breaks.pop()
            return TOO_MANY_ROWS

        self.server.on_append = refuse_two
        with self.writer(in_flight=8, collect=True) as writer:
            self.fill(writer, range(10))
        self.assertEqual([0, 1, 4, 5, 6, 7, 8, 9], self.server.ids())
        self.assertEqual(list(range(10)), self.acked_rows())

    def test_an_idle_writer_outlives_its_connection_and_its_patience(self):
        with self.writer(patience=0.5) as writer:
            self.fill(writer, range(2))
            writer.flush()
            threading.Event().wait(0.6)
            self.server.close()
            threading.Event().wait(0.3)
            self.server = FakeServer(self.server.port, self.server.storage)
            self.client.describe("events")
            self.fill(writer, range(2, 4))
            writer.flush()
        self.assertEqual([0, 1, 2, 3], self.server.ids())

    def test_a_writers_own_stream_that_the_server_forgot_begins_anew(self):
        with self.writer() as writer:
            self.fill(writer, range(2))
            writer.flush()
            self.server.close()
            self.assertTrue(eventually(lambda: writer._stream._call is None))
            self.server.storage.streams.clear()
            self.server = FakeServer(self.server.port, self.server.storage)
            self.fill(writer, range(2, 4))
        self.assertEqual([0, 1, 2, 3], self.server.ids())
        self.assertEqual([0, 1, 2, 3], self.acked_rows())
        self.assertEqual(2, self.client.get_stream("events", writer.stream).next_offset)

    def test_a_writer_takes_its_own_stream_back_from_a_claim_of_its_own_that_came_late(self):
        with self.writer(in_flight=1) as writer:
            self.fill(writer, range(2))
            writer.flush()
            self.server.storage.streams[("events", writer.stream)].epoch += 1
            self.fill(writer, range(2, 8))
        self.assertEqual(list(range(8)), self.server.ids())

    def test_without_a_stream_rows_are_stored_at_least_once(self):
        self.once(None, Break(stored=True))
        with self.writer(stream=None, in_flight=1) as writer:
            self.fill(writer, range(6))
        self.assertEqual([0, 1, 2, 3, 2, 3, 4, 5], self.server.ids())
        self.assertIsNone(writer.stream)
        self.assertEqual({}, self.server.storage.streams)


class DefectTest(StreamCase):
    def test_a_defect_of_the_server_ends_the_writer(self):
        defect = error(999, "DEFECT", common_pb2.INTERNAL)
        self.once(None, Break(defect, status=grpc.StatusCode.INTERNAL))
        with self.assertRaises(floe.FloeError) as caught:
            with self.writer() as writer:
                self.fill(writer, range(4))
        self.assertEqual("OUTCOME_UNKNOWN", caught.exception.code)
        self.assertEqual("DEFECT", caught.exception.__cause__.code)


class LastingStreamTest(StreamCase):
    def test_a_writer_resumes_where_the_one_before_it_stopped(self):
        with self.writer(stream="import") as writer:
            self.assertEqual(0, writer.next_offset)
            self.fill(writer, range(5))
        self.acks.clear()
        with self.writer(stream="import") as writer:
            self.assertEqual(5, writer.next_offset)
            self.fill(writer, range(writer.next_offset, 9))
            self.assertEqual(9, writer.next_offset)
        self.assertEqual(list(range(9)), self.server.ids())
        self.assertEqual([5, 6, 7, 8], self.acked_rows())
        state = self.client.get_stream("events", "import")
        self.assertEqual((9, 2, floe.Token(b"durable")), (state.next_offset, state.writer_epoch, state.durable))
        self.assertEqual(0, self.client.get_stream("events", "other").next_offset)

    def test_a_crash_of_the_writer_anywhere_leaves_each_row_of_the_source_once(self):
        rnd = random.Random(4)
        source = [{"id": id if id % 13 else "bad", "name": f"n{id}"} for id in range(200)]
        for _ in range(40):
            crash = rnd.randrange(1, 12)
            self.server.on_append = lambda n, request: None
            writer = self.writer(stream="import", batch_rows=rnd.randrange(1, 8), in_flight=4, collect=True)
            lost = self.server.requests + crash

            def lose(n, request, lost=lost):
                if n >= lost:
                    raise Break(stored=rnd.random() < 0.5)

            self.server.on_append = lose
            try:
                for row in source[writer.next_offset :]:
                    writer.append(row)
                    if self.server.requests > lost:
                        raise KeyboardInterrupt
                writer.flush()
                break
            except KeyboardInterrupt:
                writer._stream._failure = KeyboardInterrupt()  # the process is gone
            finally:
                writer._stream.close()
        self.server.on_append = lambda n, request: None
        with self.writer(stream="import", collect=True) as writer:
            writer.write_all(source[writer.next_offset :])
        self.assertEqual([row["id"] for row in source if row["id"] != "bad"], self.server.ids())

    def test_a_newer_writer_fences_the_older(self):
        older = self.writer(stream="import")
        self.fill(older, range(2))
        older.flush()
        with self.writer(stream="import") as newer:
            self.fill(newer, range(newer.next_offset, 4))
            with self.assertRaises(floe.FloeError) as caught:
                self.fill(older, range(2, 4))
                older.close()
        self.assertEqual("STREAM_FENCED", caught.exception.code)
        self.assertEqual(list(range(4)), self.server.ids())

    def test_a_fenced_writer_does_not_take_the_stream_back_by_connecting_again(self):
        older = self.writer(stream="import")
        with self.writer(stream="import") as newer:
            self.once(Break())
            with self.assertRaises(floe.FloeError) as caught:
                self.fill(older, range(2))
                older.close()
            self.assertEqual("STREAM_FENCED", caught.exception.code)
            self.fill(newer, range(2))
        self.assertEqual([0, 1], self.server.ids())

    def test_a_batch_refused_whole_stops_the_writer_so_that_offsets_stay_those_of_the_source(self):
        self.once(None, TOO_MANY_ROWS)
        writer = self.writer(stream="import", in_flight=8, collect=True)
        with self.assertRaises(floe.FloeError) as caught:
            self.fill(writer, range(8))
            writer.flush()
        writer._stream.close()
        self.assertEqual("TOO_MANY_ROWS", caught.exception.code)
        self.assertIn("stays at offset 2", caught.exception.message)
        self.assertEqual([0, 1], self.server.ids())
        with self.writer(stream="import") as again:
            self.assertEqual(2, again.next_offset)

    def test_rows_refused_here_as_a_whole_stop_the_writer_too(self):
        writer = self.writer(stream="import")
        self.fill(writer, range(2))
        with self.assertRaises(floe.FloeError) as caught:
            writer.append({"id": 2, "nmae": "x"})
            writer.append({"id": 3, "nmae": "x"})
        self.assertIn("nothing of the rows from 2 on was sent", caught.exception.message)
        self.assertEqual("UNKNOWN_COLUMN", caught.exception.code)
        with self.assertRaises(floe.FloeError):
            writer.append({"id": 4})
            writer.close()
        self.assertEqual([0, 1], self.server.ids())
        self.assertEqual(2, self.client.get_stream("events", "import").next_offset)

    def test_a_stream_that_lost_rows_is_said_so(self):
        writer = self.writer(stream="import")
        self.fill(writer, range(4))
        writer.flush()
        self.server.storage.streams[("events", "import")].next = 2
        with self.assertRaises(floe.FloeError) as caught:
            self.fill(writer, range(4, 6))
            writer.close()
        self.assertIn("goes on at offset 2", caught.exception.message)
        self.assertEqual("OUTCOME_UNKNOWN", caught.exception.code)

    def test_streams_of_two_tables_are_two(self):
        for table in ("events", "users"):
            with self.writer(table, stream="import") as writer:
                self.assertEqual(0, writer.next_offset)
                self.fill(writer, range(2))

    def test_a_stream_needs_a_name(self):
        with self.assertRaises(ValueError):
            self.writer(stream="")

    def test_no_server_is_said_so(self):
        self.server.on_open = lambda request: LOG_UNAVAILABLE
        with self.assertRaises(floe.FloeError) as caught:
            self.writer(stream="import", patience=0.5)
        self.assertIn(caught.exception.code, ("LOG_UNAVAILABLE", "OUTCOME_UNKNOWN"))


if __name__ == "__main__":
    unittest.main()

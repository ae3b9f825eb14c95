import contextlib
import threading
import time
import unittest
from unittest import mock

import floe
from floe.v1 import catalog_pb2, common_pb2
from tests.fake_server import KEY, OVERLOADED, SHUTTING_DOWN, TOO_MANY_ROWS, Break, FakeServer

WAIT_SECONDS = 10


class WriterTest(unittest.TestCase):
    def setUp(self):
        self.server = FakeServer()
        self.client = floe.connect(self.server.target, api_key=KEY, call_seconds=5)
        self.acks = []

    def tearDown(self):
        self.client.close()
        self.server.close()

    def writer(self, table, **settings):
        settings.setdefault("batch_rows", 2)
        settings.setdefault("patience", WAIT_SECONDS)
        return self.client.writer(table, on_ack=self.acks.append, **settings)

    def fill(self, writer, count):
        for id in range(count):
            writer.write({"id": id, "name": f"n{id}"})

    def acked_rows(self):
        return [row for ack in self.acks for row in range(ack.first_row, ack.first_row + ack.row_count)]

    def test_acks_come_in_order_and_cover_every_row(self):
        with self.writer("events", in_flight=3) as writer:
            self.fill(writer, 101)
        self.assertEqual(list(range(101)), self.server.ids())
        self.assertEqual(list(range(101)), self.acked_rows())
        self.assertEqual(101, writer.rows_stored)
        self.assertEqual(b"token", writer.last_ack.token.value)
        self.assertEqual(1, self.server.calls)

    def test_columns_keep_their_place_between_rows(self):
        with self.writer("events", batch_rows=100) as writer:
            writer.append({"id": 0})
            writer.write_columns({"id": list(range(1, 251))})
            writer.append({"id": 251})
        self.assertEqual(list(range(252)), self.server.ids())
        self.assertEqual([1, 100, 100, 50, 1], [ack.row_count for ack in self.acks])

    def test_a_row_too_large_for_a_request_is_refused_alone(self):
        for settings in ({}, {"stream": "importer"}, {"stream": None}):
            with self.subTest(settings), self.sizes(request=2_000, row=4_000):
                before = len(self.server.stored)
                self.acks.clear()
                with self.writer("events", batch_rows=5, collect=True, **settings) as writer:
                    for id in range(10):
                        writer.append({"id": id, "name": "x" * (5_000 if id == 4 else 3_000 if id == 6 else 5)})
                self.assertEqual([0, 1, 2, 3, 5, 6, 7, 8, 9], self.server.ids()[before:])
                self.assertEqual(list(range(10)), self.acked_rows())
                [refused] = writer.errors
                self.assertIsInstance(refused, floe.RowError)
                self.assertEqual(("MESSAGE_TOO_LARGE", 4), (refused.code, refused.index))
                self.assertRegex(refused.message, "takes 50.. bytes, more than the 4000 ")
                self.assertEqual((9, 1), (writer.rows_stored, writer.rows_refused))
        largest = max(len(row["name"] or "") for row in self.server.stored)
        self.assertEqual(3_000, largest)

    def test_a_value_for_a_column_that_is_gone_refuses_its_row_alone(self):
        for settings in ({}, {"stream": "importer"}):
            with self.subTest(settings), self.sizes(request=200, row=4_000):
                before = len(self.server.stored)
                with self.writer("events", batch_rows=20, collect=True, **settings) as writer:
                    for id in range(20):
                        writer.append({"id": id, "name" if id < 5 or id > 12 else "old": "x" * 20})
                self.assertEqual([*range(5), *range(13, 20)], self.server.ids()[before:])
                refused = [(error.code, error.field, error.index) for error in writer.errors]
                self.assertEqual([("UNKNOWN_COLUMN", "old", id) for id in range(5, 13)], refused)
                self.assertEqual((12, 8), (writer.rows_stored, writer.rows_refused))

    def test_a_batch_that_the_table_has_no_column_for_says_which_rows_were_not_sent(self):
        with self.writer("events", batch_rows=3) as writer:
            self.fill(writer, 3)
            with self.assertRaisesRegex(floe.FloeError, "nothing of the rows from 3 to 5 was sent") as caught:
                for id in range(3, 6):
                    writer.append({"id": id, "old": "x"})
            self.assertEqual("UNKNOWN_COLUMN", caught.exception.code)
            writer.append({"id": 6})
        self.assertEqual([0, 1, 2, 6], self.server.ids())

    @contextlib.contextmanager
    def sizes(self, request, row):
        with mock.patch("floe.writer.REQUEST_BYTES_MAX", request), mock.patch("floe.writer.ROW_BYTES_MAX", row):
            yield

    def test_operations_go_row_by_row(self):
        with self.writer("users", batch_rows=10) as writer:
            writer.upsert({"id": 1, "name": "a"})
            writer.delete({"id": 1})
            writer.upsert({"id": 2, "name": "b"})
        operations = [(row["id"], row["operation"]) for row in self.server.stored]
        upsert, delete = common_pb2.UPSERT, common_pb2.DELETE
        self.assertEqual([(1, upsert), (1, delete), (2, upsert)], operations)

    def test_blocks_while_the_window_is_full(self):
        self.server.gate.clear()
        handed = []

        def fill():
            with self.writer("events", batch_rows=1, in_flight=4) as writer:
                for id in range(20):
                    writer.append({"id": id})
                    handed.append(id)

        thread = threading.Thread(target=fill)
        thread.start()
        self.assertTrue(eventually(lambda: len(handed) == 4))
        thread.join(0.2)
        self.assertEqual(4, len(handed), "more went out than the window allows")
        self.server.gate.set()
        thread.join(WAIT_SECONDS)
        self.assertEqual(list(range(20)), self.server.ids())

    def test_gives_up_when_no_ack_comes(self):
        self.server.gate.clear()
        writer = self.writer("events", in_flight=1, patience=0.3)
        with self.assertRaises(floe.FloeError) as caught:
            self.fill(writer, 10)
        self.assertEqual("OUTCOME_UNKNOWN", caught.exception.code)
        self.server.gate.set()
        writer._stream.close()

    def test_a_refused_row_is_raised_with_its_index_and_the_rest_is_stored(self):
        self.server.on_append = lambda n, request: {1} if n == 2 else None
        with self.assertRaises(floe.RowError) as caught:
            with self.writer("events") as writer:
                self.fill(writer, 10)
        refused = caught.exception
        self.assertEqual((5, "name", "MISSING_VALUE"), (refused.index, refused.field, refused.code))
        self.assertEqual("the required value is missing", refused.reason)
        self.assertEqual(1, refused.ack.rows_refused)
        self.assertNotIn(5, self.server.ids())

    def test_rows_after_a_refused_one_are_sent_all_the_same(self):
        self.server.on_append = lambda n, request: {0} if n == 0 else None
        writer = self.writer("events", batch_rows=3)
        self.fill(writer, 3)
        self.assertTrue(eventually(lambda: writer.rows_refused == 1))
        writer.append({"id": 3})
        with self.assertRaises(floe.RowError):
            writer.close()
        self.assertEqual([1, 2, 3], self.server.ids())

    def test_a_closed_client_ends_its_writers(self):
        self.server.gate.clear()
        writer = self.writer("users", batch_rows=1)
        self.fill(writer, 2)
        self.assertTrue(eventually(lambda: self.server.calls == 1))
        self.client.close()
        with self.assertRaises(floe.FloeError):
            writer.flush()
        writer._stream.close()

    def test_refused_rows_are_collected_with_those_that_never_went(self):
        self.server.on_append = lambda n, request: {0}
        with self.writer("events", batch_rows=5, collect=True) as writer:
            for id in [0, "one", 2, 3, "four"]:
                writer.append({"id": id})
        self.assertEqual([2, 3], self.server.ids())
        refused = [(error.index, error.code) for error in writer.errors]
        self.assertEqual([(0, "MISSING_VALUE"), (1, "WRONG_TYPE"), (4, "WRONG_TYPE")], refused)
        self.assertEqual((2, 3), (writer.rows_stored, writer.rows_refused))

    def test_a_batch_of_nothing_but_bad_rows_is_acked_in_its_turn(self):
        with self.writer("events", batch_rows=1, collect=True) as writer:
            for id in [0, "one", 2]:
                writer.append({"id": id})
        self.assertEqual([0, 1, 2], self.acked_rows())
        self.assertEqual([0, 2], self.server.ids())

    def test_a_refused_batch_does_not_end_the_stream(self):
        self.server.on_append = lambda n, request: TOO_MANY_ROWS if n == 1 else None
        with self.writer("events", collect=True) as writer:
            self.fill(writer, 6)
        self.assertEqual([0, 1, 4, 5], self.server.ids())
        self.assertEqual([None, "TOO_MANY_ROWS", None], [ack.error and ack.error.code for ack in self.acks])
        self.assertEqual(2, writer.rows_refused)

    def test_an_append_table_without_a_stream_is_sent_an_overloaded_batch_again_and_no_other(self):
        self.server.on_append = lambda n, request: OVERLOADED if n == 1 else None
        with self.writer("events", stream=None) as writer:
            self.fill(writer, 10)
        self.assertEqual(list(range(10)), sorted(self.server.ids()))
        self.assertEqual(list(range(10)), self.acked_rows())

    def test_an_upsert_table_ends_with_the_newest_row_of_each_key_after_an_overload(self):
        for stream in (floe.OWN_STREAM, None):
            with self.subTest(stream=stream):
                self.setUp()
                self.addCleanup(self.server.close)
                self.overload(stream)

    def overload(self, stream):
        self.server.on_append = lambda n, request: OVERLOADED if n in (1, 2, 6) else None
        with self.writer("users", in_flight=8, stream=stream) as writer:
            for version in range(40):
                writer.upsert({"id": version % 3, "name": f"v{version}"})
        newest = {row["id"]: row["name"] for row in self.server.stored}
        self.assertEqual({0: b"v39", 1: b"v37", 2: b"v38"}, newest)
        self.assertEqual(list(range(40)), self.acked_rows())

    def test_a_broken_stream_is_opened_again_for_an_upsert_table(self):
        breaks = {3, 9}

        def break_some(n, request):
            if n in breaks:
                raise Break(stored=True)

        self.server.on_append = break_some
        with self.writer("users", in_flight=4) as writer:
            for version in range(60):
                writer.upsert({"id": version % 5, "name": f"v{version}"})
        newest = {row["id"]: row["name"] for row in self.server.stored}
        self.assertEqual({id: f"v{55 + id}".encode() for id in range(5)}, newest)
        self.assertEqual(list(range(60)), self.acked_rows())
        self.assertEqual(3, self.server.calls)

    def test_resent_batches_keep_their_request_ids(self):
        seen = []

        def note(n, request):
            seen.append((request.request_id, request.batch.SerializeToString()))
            if n == 1:
                raise Break()

        self.server.on_append = note
        with self.writer("users", in_flight=4) as writer:
            self.fill(writer, 8)
        self.assertEqual(4, len(set(seen)))
        self.assertEqual(4, len({request_id for request_id, _ in seen}))

    def test_a_server_that_drains_loses_and_doubles_nothing(self):
        def drain(n, request):
            if n == 2:
                raise Break(SHUTTING_DOWN)

        self.server.on_append = drain
        with self.writer("events", in_flight=4) as writer:
            self.fill(writer, 20)
        self.assertEqual(list(range(20)), self.server.ids())

    def test_a_restarted_server_is_found_again(self):
        with self.writer("users") as writer:
            self.fill(writer, 4)
            writer.flush()
            self.server.close()
            writer.upsert({"id": 4})
            writer.upsert({"id": 5})
            self.server = FakeServer(self.server.port, self.server.storage)
        self.assertEqual([0, 1, 2, 3, 4, 5], self.server.ids())

    def test_a_failing_callback_surfaces(self):
        def fail(ack):
            raise ZeroDivisionError("mine")

        with self.assertRaises(ZeroDivisionError):
            with self.client.writer("events", on_ack=fail, batch_rows=1) as writer:
                self.fill(writer, 3)

    def test_an_exception_in_the_block_drops_what_was_not_sent(self):
        with self.assertRaises(KeyError):
            with self.writer("events", batch_rows=2) as writer:
                self.fill(writer, 3)
                raise KeyError("mine")
        self.assertEqual([0, 1], self.server.ids())

    def test_wrong_operations_are_refused_at_once(self):
        with self.writer("events") as writer:
            for wrong in (writer.upsert, writer.delete):
                with self.assertRaises(floe.FloeError) as caught:
                    wrong({"id": 1})
                self.assertEqual("WRONG_OPERATION", caught.exception.code)

    def test_new_columns_of_the_table_are_learned(self):
        with self.writer("events", batch_rows=1) as writer:
            writer.append({"id": 1})
            writer.flush()
            table = self.server.tables["events"]
            table.spec.columns.append(common_pb2.Field(id=4, name="note", type=table.spec.columns[1].type))
            table.schema_version = 2
            writer.append({"id": 2, "note": "new"})
        self.assertEqual([None, b"new"], [row.get("note") for row in self.server.stored])

    def test_rows_go_out_by_the_older_columns_while_nobody_tells_the_new_ones(self):
        with self.writer("events", batch_rows=1) as writer:
            self.server.tables["events"].schema_version = 2
            writer.append({"id": 1})
            writer.flush()
            self.server.outages = 5
            writer.append({"id": 2})
            self.assertEqual(1, writer.table.schema_version)
            writer.append({"id": 3})
            self.assertEqual(2, writer.table.schema_version)
        self.assertEqual([1, 2, 3], self.server.ids())

    def test_rows_of_a_table_that_keeps_go_out_with_their_own_columns(self):
        self.server.tables["users"].spec.missing = catalog_pb2.MISSING_KEEP
        with self.writer("users", batch_rows=10) as writer:
            writer.upsert({"id": 1, "name": "a"})
            writer.upsert({"name": None, "id": 2})
            writer.upsert({"id": 3, "score": 1.0})
            writer.delete({"id": 4})
        sent = [set(row) - {"operation"} for row in self.server.stored[:3]]
        self.assertEqual([{"id", "name"}, {"id", "name"}, {"id", "score"}], sent)
        with self.assertRaises(floe.FloeError) as caught:
            self.client.table("users").upsert([{"id": 1}, {"id": 2, "name": "b"}])
        self.assertEqual("INVALID_ARGUMENT", caught.exception.code)

    def test_rows_of_a_table_that_keeps_go_out_beside_those_whose_column_is_gone(self):
        self.server.tables["users"].spec.missing = catalog_pb2.MISSING_KEEP
        with self.writer("users", batch_rows=3) as writer:
            writer.upsert({"id": 1, "name": "a"})
            writer.upsert({"id": 2, "old": "b"})
            with self.assertRaisesRegex(floe.FloeError, "nothing of the rows from 1 to 1 was sent"):
                writer.upsert({"id": 3, "name": "c"})
        self.assertEqual([1, 3], self.server.ids())

    def test_a_closed_writer_takes_nothing_more(self):
        writer = self.writer("events", batch_rows=1)
        writer.close()
        writer.close()
        with self.assertRaises(floe.FloeError):
            writer.append({"id": 1})

    def test_leaves_no_thread_behind(self):
        before = {thread.name for thread in threading.enumerate()}
        with self.writer("events") as writer:
            self.fill(writer, 10)
        after = {thread.name for thread in threading.enumerate() if thread.name.startswith("floe")}
        self.assertEqual(set(), after - before)


def eventually(condition):
    end = time.monotonic() + WAIT_SECONDS
    while not condition() and time.monotonic() < end:
        threading.Event().wait(0.005)
    return condition()


if __name__ == "__main__":
    unittest.main()

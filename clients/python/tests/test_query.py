import pickle
import threading
import unittest
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import floe
from floe.schema import column_to_wire
from floe.v1 import common_pb2, query_pb2
from floe.values import to_wire
from tests.fake_server import KEY, Break, FakeServer, error


TYPES = {
    "flag": ("boolean", True),
    "small": ("int", -(2**31)),
    "big": ("long", 2**63 - 1),
    "narrow": ("float", 0.5),
    "wide": ("double", -0.25),
    "price": ("decimal(38, 2)", Decimal("-" + "9" * 36 + ".99")),
    "text": ("string", "zürich ✈"),
    "raw": ("binary", b"\x00\xff"),
    "uid": ("uuid", UUID("00112233-4455-6677-8899-aabbccddeeff")),
    "day": ("date", date(1969, 12, 31)),
    "clock": ("time", time(23, 59, 59, 999999)),
    "local": ("timestamp", datetime(9999, 12, 31, 23, 59, 59, 999999)),
    "instant": ("timestamptz", datetime(1, 1, 1, tzinfo=timezone.utc)),
    "numbers": ("list<int>", [1, None, 3]),
    "counts": ("map<string, long>", {"a": 1, "b": None}),
}


class QueryTest(unittest.TestCase):
    def setUp(self):
        self.server = FakeServer()
        self.client = floe.connect(self.server.target, api_key=KEY, call_seconds=5)
        self.request = None

    def tearDown(self):
        self.client.close()
        self.server.close()

    def answer(self, columns, *batches, end=None):
        def parts(request):
            self.request = request
            header = query_pb2.QueryHeader(columns=[column_to_wire(floe.Column(n, t)) for n, t in columns.items()])
            header.snapshots.add(table="t", snapshot_id=5, committed_at_micros=1)
            yield query_pb2.QueryResponse(header=header)
            for batch in batches:
                rows = [common_pb2.Row(values=map(to_wire, row)) for row in batch]
                yield query_pb2.QueryResponse(rows=common_pb2.RowBatch(rows=rows))
            count = sum(map(len, batches))
            yield end or query_pb2.QueryResponse(trailer=query_pb2.QueryTrailer(row_count=count, elapsed_micros=7))

        self.server.on_query = parts

    def test_values_keep_their_types(self):
        values = [value for _, value in TYPES.values()]
        self.answer({name: type_ for name, (type_, _) in TYPES.items()}, [values, [None] * len(values)])
        full, empty = self.client.sql("SELECT * FROM t").fetchall()
        self.assertEqual(tuple(values), full)
        self.assertEqual([type(v) for v in values], [type(v) for v in full])
        self.assertEqual((None,) * len(values), empty)

    def test_structs_are_dicts_and_maps_of_unhashable_keys_pairs(self):
        struct = common_pb2.Value()
        struct.struct.values.extend([to_wire(1), to_wire("a")])
        pairs = common_pb2.Value()
        pairs.map.keys.append(to_wire([1]))
        pairs.map.values.append(to_wire(2))
        columns = {"s": "struct<x: int, y: string>", "m": "map<list<int>, int>"}
        self.answer(columns)
        original = self.server.on_query

        def parts(request):
            header, trailer = original(request)
            yield header
            yield query_pb2.QueryResponse(rows=common_pb2.RowBatch(rows=[common_pb2.Row(values=[struct, pairs])]))
            yield trailer

        self.server.on_query = parts
        self.assertEqual([({"x": 1, "y": "a"}, [([1], 2)])], self.client.sql("SELECT s, m FROM t").fetchall())

    def test_rows_go_by_name_whatever_the_name(self):
        names = ["kind", "count", "EXPR$2", "_asdict", "kind2"]
        self.answer(dict.fromkeys(names, "long") | {"kind": "string"}, [["a", 3, 4, 5, 6]])
        (row,) = self.client.sql("SELECT ...")
        self.assertEqual(("a", 3, 4, 5), (row.kind, row.count, row["EXPR$2"], row["_asdict"]))
        self.assertEqual(["a", 3, 4, 5, 6], list(row))
        self.assertEqual("a", row[0])
        self.assertEqual({"kind": "a", "count": 3, "EXPR$2": 4, "_asdict": 5, "kind2": 6}, row._asdict())
        with self.assertRaises(AttributeError):
            row.nothing
        self.assertEqual(row, pickle.loads(pickle.dumps(row)))

    def test_streams_batches_and_says_what_was_read(self):
        self.answer({"n": "long"}, [[1], [2]], [], [[3]])
        with self.client.sql("SELECT n FROM t WHERE n < ?", [9], row_limit=10) as rows:
            self.assertEqual([floe.Column("n", "long")], list(rows.columns))
            self.assertEqual(5, rows.snapshots[0].snapshot_id)
            self.assertEqual([{"n": 1}, {"n": 2}, {"n": 3}], list(rows.dicts()))
            self.assertEqual((3, timedelta(microseconds=7)), (rows.row_count, rows.elapsed))
            self.assertEqual([], list(rows))
        self.assertEqual(9, self.request.parameters[0].integer)
        self.assertTrue(self.request.read_at.latest)

    def test_a_closed_result_has_no_more_rows(self):
        self.answer({"n": "long"}, [[n] for n in range(3000)], [[3000]])
        rows = self.client.sql("SELECT n FROM t")
        self.assertEqual(0, next(rows).n)
        rows.close()
        self.assertEqual([], list(rows))

    def test_a_read_without_an_answer_in_time_is_a_timeout(self):
        for sql in ("SELECT n FROM t", " -- all\n/* of */ (select 1)", "WITH a AS (SELECT 1) TABLE a", "VALUES 1"):
            late = self.late(sql)
            self.assertEqual(("QUERY_TIMEOUT", 504, True), (late.code, late.number, late.retryable), sql)
            self.assertEqual(floe.ErrorKind.UNAVAILABLE, late.kind)

    def test_the_outcome_of_a_change_without_an_answer_in_time_is_unknown(self):
        for sql in ("/**/" * 50 + "INSERT INTO t SELECT 1", "-- SELECT\nDELETE FROM t", "upsert into t", "DROP TABLE"):
            late = self.late(sql)
            self.assertEqual(("OUTCOME_UNKNOWN", False), (late.code, late.retryable), sql)

    def late(self, sql):
        over = threading.Event()

        def parts(request):
            over.wait(10)
            return []

        self.server.on_query = parts
        try:
            with self.assertRaises(floe.FloeError) as caught:
                self.client.sql(sql, timeout=0.2)
        finally:
            over.set()
        return caught.exception

    def test_what_a_connection_that_breaks_leaves_open_depends_on_the_statement(self):
        self.assertEqual("SERVER_UNREACHABLE", self.broken("SELECT n FROM t").code)
        change = self.broken("INSERT INTO t VALUES 1")
        self.assertEqual(("OUTCOME_UNKNOWN", 900, False), (change.code, change.number, change.retryable))
        with floe.connect("127.0.0.1:1", api_key=KEY) as client, self.assertRaises(floe.FloeError) as caught:
            client.sql("INSERT INTO t VALUES 1")
        self.assertEqual("SERVER_UNREACHABLE", caught.exception.code)

    def broken(self, sql):
        def parts(request):
            raise Break()

        self.server.on_query = parts
        with self.assertRaises(floe.FloeError) as caught:
            self.client.sql(sql)
        return caught.exception

    def test_an_error_after_some_rows_is_raised(self):
        self.answer({"n": "long"}, [[1]], end=error(502, "ROW_LIMIT_EXCEEDED", common_pb2.INVALID))
        rows = self.client.sql("SELECT n FROM t")
        self.assertEqual(1, next(rows).n)
        with self.assertRaises(floe.FloeError) as caught:
            next(rows)
        self.assertEqual("ROW_LIMIT_EXCEEDED", caught.exception.code)

    def test_reads_at_tokens_snapshots_and_times(self):
        self.answer({"n": "long"})
        for cut, kind in (
            (floe.Token(b"t"), "token"),
            (17, "snapshot_id"),
            (datetime(2026, 1, 1, tzinfo=timezone.utc), "timestamp_micros"),
        ):
            list(self.client.sql("SELECT n FROM t", read_at=cut))
            self.assertEqual(kind, self.request.read_at.WhichOneof("cut"))

    def test_cuts_that_cannot_be_are_refused(self):
        self.answer({"n": "long"})
        for cut in (2**70, -(2**63) - 1, True, 1.5, b"t", "yesterday", datetime(2026, 1, 1)):
            with self.assertRaises(floe.FloeError) as caught:
                self.client.sql("SELECT n FROM t", read_at=cut)
            self.assertEqual("INVALID_ARGUMENT", caught.exception.code)
            self.assertIn("read_at", caught.exception.message)

    def test_years_that_python_lacks_are_said_so(self):
        last = date.max.toordinal() - date(1970, 1, 1).toordinal()
        for value, type_ in (
            (common_pb2.Value(timestamp=2**60), "timestamp"),
            (common_pb2.Value(timestamptz=-(2**60)), "timestamptz"),
            (common_pb2.Value(date=last + 1), "date"),
            (common_pb2.Value(date=-800_000), "date"),
        ):
            outside = self.reading(value, type_)
            self.assertEqual("VALUE_OUT_OF_RANGE", outside.code)
            self.assertIn(f"a {type_} of the result is outside of the years 1 to 9999", outside.message)

    def reading(self, value, type_):
        self.answer({"at": type_})
        original = self.server.on_query

        def parts(request):
            header, trailer = original(request)
            yield header
            yield query_pb2.QueryResponse(rows=common_pb2.RowBatch(rows=[common_pb2.Row(values=[value])]))
            yield trailer

        self.server.on_query = parts
        with self.assertRaises(floe.FloeError) as caught:
            self.client.sql("SELECT at FROM t").fetchall()
        return caught.exception

    def test_parameters_of_no_type_are_refused(self):
        for params, why in (
            ([object()], "an object stands for no column type"),
            ([range(1)], "a range stands for no column type"),
            (["\ud800"], "a lone surrogate"),
            ("abc", "params is a str, not a list"),
            ({"a": 1}, "params is a dict, not a list"),
            (5, "params is an int, not a list"),
        ):
            with self.assertRaises(floe.FloeError) as caught:
                self.client.sql("SELECT ?", params)
            self.assertIn(why, str(caught.exception))

    def test_arguments_that_no_request_takes_are_refused(self):
        for wrong in ({"sql": 5}, {"sql": "SELECT 1", "row_limit": 2**70}):
            with self.assertRaises(floe.FloeError) as caught:
                self.client.sql(**wrong)
            self.assertEqual("INVALID_ARGUMENT", caught.exception.code)


if __name__ == "__main__":
    unittest.main()

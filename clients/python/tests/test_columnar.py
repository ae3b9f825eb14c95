import math
import random
import unittest
from array import array
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from floe import Column, FloeError
from floe.columnar import by_name, encode, encode_values, row_count, transpose
from floe.schema import parse_type
from floe.v1 import common_pb2 as pb
from tests import wire

EPOCH = datetime(1970, 1, 1)
UTC = timezone.utc
PLUS_TWO = timezone(timedelta(hours=2))


def encoded(type_, values):
    """The column's values as a reader of the wire form sees them, and its faults."""
    out, faults = pb.Column(), {}
    encode_values(out, parse_type(type_), values, faults)
    return wire.read(out, len(values)), faults, out


class TypesTest(unittest.TestCase):
    def holds(self, type_, values, expected=None):
        read, faults, out = encoded(type_, values)
        self.assertEqual({}, faults)
        self.assertEqual(list(values) if expected is None else expected, read)
        return out

    def refuses(self, type_, value, code, text=""):
        read, faults, _ = encoded(type_, [None, value])
        self.assertEqual([1], list(faults), f"{value!r} was taken as {read[1]!r}")
        self.assertEqual(code, faults[1].code)
        self.assertIn(text, faults[1].reason)

    def test_booleans_are_bits(self):
        self.holds("boolean", [True, False, None, True, True, False, True, True, True])
        self.refuses("boolean", 1, "WRONG_TYPE", "1 is an int, not a boolean")

    def test_integers_keep_their_extremes(self):
        self.holds("int", [-(2**31), 2**31 - 1, 0, None])
        self.holds("long", [-(2**63), 2**63 - 1, 0, None])
        self.refuses("int", 2**31, "VALUE_OUT_OF_RANGE", "2147483648")
        self.refuses("long", -(2**63) - 1, "VALUE_OUT_OF_RANGE")
        self.refuses("long", True, "WRONG_TYPE")
        self.refuses("long", 1.0, "WRONG_TYPE")
        self.refuses("long", "1", "WRONG_TYPE")

    def test_floating_point_takes_infinities_and_nan_and_exact_integers(self):
        values = [1.5, -0.0, math.inf, -math.inf, None, 2**53]
        self.holds("double", values, [1.5, -0.0, math.inf, -math.inf, None, 2.0**53])
        self.assertTrue(math.isnan(encoded("double", [math.nan])[0][0]))
        self.holds("float", [1.5, math.inf, None])
        self.refuses("double", 2**53 + 1, "VALUE_OUT_OF_RANGE", "no exact floating-point number")
        self.refuses("float", 1e300, "VALUE_OUT_OF_RANGE")
        self.holds("float", [2**24, -(2**24), 0])
        self.refuses("float", 2**24 + 1, "VALUE_OUT_OF_RANGE", "no exact floating-point number of 32 bits")
        self.refuses("float", 10**39, "VALUE_OUT_OF_RANGE")
        self.refuses("double", "1.5", "WRONG_TYPE")

    def test_numbers_in_buffers_are_taken_as_they_are(self):
        self.holds("long", array("q", [1, -2]), [1, -2])
        self.holds("int", array("i", [1, -2]), [1, -2])
        self.holds("double", array("d", [0.5]), [0.5])
        self.holds("timestamp", array("q", [10]), [10])
        self.holds("date", array("i", [3]), [3])
        self.holds("int", array("h", [7]), [7])
        self.assertEqual(pb.INT32, self.holds("long", array("i", [5]), [5]).physical_type)

    def test_one_string_is_no_column(self):
        with self.assertRaises(FloeError) as caught:
            encode(by_name([Column("name", "string")]), {"name": "abc"})
        self.assertEqual("WRONG_TYPE", caught.exception.code)

    def test_one_row_is_no_columns(self):
        with self.assertRaises(FloeError) as caught:
            row_count({"id": 10, "kind": "a"})
        self.assertEqual("WRONG_TYPE", caught.exception.code)

    def test_text_is_utf8(self):
        values = ["", "plain", "zürich", "日本", "🛫", None]
        self.holds("string", values, [v.encode() if v is not None else None for v in values])
        self.refuses("string", "\ud800", "INVALID_UTF8")
        self.refuses("string", b"bytes", "WRONG_TYPE")

    def test_repeated_text_gets_a_dictionary(self):
        for distinct, width in ((10, 1), (255, 1), (257, 2), (2000, 2)):
            values = [f"v{i % distinct}" for i in range(distinct * 3)]
            random.Random(distinct).shuffle(values)
            values[5] = None
            out = self.holds("string", values, [v.encode() if v is not None else None for v in values])
            if distinct < 400:  # a sample of the first rows decides
                self.assertGreater(out.dictionary_size, 0)
                self.assertEqual(width, len(out.codes) // len(values))

    def test_distinct_text_gets_no_dictionary(self):
        out = self.holds("string", [f"v{i}" for i in range(3000)], [f"v{i}".encode() for i in range(3000)])
        self.assertEqual(0, out.dictionary_size)

    def test_binary_takes_all_that_holds_bytes(self):
        self.holds("binary", [b"\x00\xff", b"", None, bytearray(b"x")], [b"\x00\xff", b"", None, b"x"])
        self.refuses("binary", "text", "WRONG_TYPE")

    def test_uuids_are_big_endian(self):
        uuid = UUID("00112233-4455-6677-8899-aabbccddeeff")
        out = self.holds("uuid", [uuid, None, str(uuid), uuid.bytes], [uuid.bytes, None, uuid.bytes, uuid.bytes])
        self.assertEqual(16, out.width)
        self.refuses("uuid", "00112233", "WRONG_TYPE", "is no UUID")

    def test_dates_are_days(self):
        days = [date(1970, 1, 1), date(1969, 12, 31), date(2001, 1, 2), None, "1970-01-11"]
        self.holds("date", days, [0, -1, 11324, None, 10])
        self.refuses("date", datetime(2001, 1, 1), "WRONG_TYPE")
        self.refuses("date", "yesterday", "WRONG_TYPE", "no ISO 8601 date")

    def test_times_are_microseconds_since_midnight(self):
        self.holds("time", [time(0), time(23, 59, 59, 999999), None], [0, 86_399_999_999, None])
        self.refuses("time", time(1, tzinfo=UTC), "WRONG_TYPE", "has a time zone")
        self.holds("time", ["12:00:00.123456"], [43_200_123_456])
        self.refuses("time", "12:00:00.1234567", "VALUE_OUT_OF_RANGE", "parts of a microsecond")

    def test_timestamps_are_microseconds_without_rounding(self):
        values = [EPOCH, datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999), None, "2001-01-01 00:01:00"]
        expected = [0, -62_135_596_800_000_000, 253_402_300_799_999_999, None, 978_307_260_000_000]
        self.holds("timestamp", values, expected)
        self.refuses("timestamp", datetime(2001, 1, 1, tzinfo=UTC), "WRONG_TYPE", "has a time zone")
        self.refuses("timestamp", "2001-01-01T00:00:00Z", "WRONG_TYPE", "has a time zone")

    def test_timestamps_with_zone_are_utc(self):
        values = [datetime(1970, 1, 1, 2, tzinfo=PLUS_TWO), "1970-01-01T00:00:01Z", None]
        self.holds("timestamptz", values, [0, 1_000_000, None])
        self.refuses("timestamptz", datetime(2001, 1, 1), "WRONG_TYPE", "has no time zone")
        self.refuses("timestamptz", "2001-01-01T00:00:00.9999999Z", "VALUE_OUT_OF_RANGE", "parts of a microsecond")

    def test_timestamps_of_one_day_and_of_several_are_the_same(self):
        day = 86_400_000_000
        for first in (-day, -1, 0, 20_454 * day + 7):
            for step in (1, 1_000_003, day - 1, -day):
                micros = [first + i * step for i in range(5)]
                times = [EPOCH + timedelta(microseconds=m) for m in micros]
                self.holds("timestamp", times, micros)
                self.holds("timestamptz", [t.replace(tzinfo=UTC).astimezone(PLUS_TWO) for t in times], micros)
        self.holds("timestamptz", [datetime(9999, 12, 31, 23, tzinfo=UTC)], [253_402_297_200_000_000])

    def test_decimals_are_unscaled_and_exact(self):
        values = [Decimal("1.20"), Decimal("-0.01"), 3, "4.5", None, Decimal("1E+3")]
        self.holds("decimal(9, 2)", values, [120, -1, 300, 450, None, 100_000])
        self.holds("decimal(18, 18)", [Decimal("0." + "9" * 18)], [10**18 - 1])
        wide = [Decimal("-" + "9" * 38), Decimal(10) ** 37, None]
        expected = [(-(10**38) + 1).to_bytes(16, "big", signed=True), (10**37).to_bytes(16, "big"), None]
        self.holds("decimal(38, 0)", wide, expected)
        for bad in (Decimal("0.001"), Decimal("1E+7"), Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999")):
            self.refuses("decimal(9, 2)", bad, "VALUE_OUT_OF_RANGE")
        self.refuses("decimal(9, 2)", 1.5, "WRONG_TYPE")
        self.refuses("decimal(9, 2)", "many", "WRONG_TYPE")

    def test_lists_nest(self):
        self.holds("list<list<int>>", [[[1, 2], []], [], None, [None, [3, None]]])
        self.refuses("list<int>", {"a": 1}, "WRONG_TYPE")
        self.refuses("list<int>", "12", "WRONG_TYPE")
        self.refuses("list<int required>", [1, None], "MISSING_VALUE")

    def test_maps_take_dicts_and_pairs(self):
        values = [{"a": 1, "b": None}, {}, None, [("c", 3)]]
        self.holds("map<string, long>", values, [[(b"a", 1), (b"b", None)], [], None, [(b"c", 3)]])
        self.refuses("map<string, long>", {None: 1}, "MISSING_VALUE")
        self.refuses("map<string, long>", {"a": "x"}, "WRONG_TYPE")

    def test_structs_take_dicts_and_tuples(self):
        values = [{"x": 1, "y": 0.5}, {"y": 2.0}, None, (3, None)]
        expected = [{"x": 1, "y": 0.5}, {"x": None, "y": 2.0}, None, {"x": 3, "y": None}]
        self.holds("struct<x: int, y: double>", values, expected)
        self.refuses("struct<x: int>", {"z": 1}, "UNKNOWN_COLUMN")
        self.refuses("struct<x: int required>", {}, "MISSING_VALUE")

    def test_a_column_of_nothing_but_nulls_keeps_its_length(self):
        for type_ in ("boolean", "long", "string", "uuid", "decimal(20, 2)", "list<int>", "struct<x: int>"):
            self.holds(type_, [None] * 20)

    def test_no_rows_is_a_column(self):
        for type_ in ("boolean", "long", "string", "timestamp", "list<int>", "map<string, int>", "struct<x: int>"):
            self.holds(type_, [])


class BatchTest(unittest.TestCase):
    SCHEMA = by_name(
        [Column("id", "long", required=True), Column("name", "string"), Column("tags", "list<struct<n: int>>")]
    )

    def test_says_which_rows_do_not_fit_and_why_and_keeps_the_places_of_the_others(self):
        rows = [{"id": i, "name": "n", "tags": [{"n": 1}]} for i in range(6)]
        rows[1]["id"] = "one"
        rows[4]["tags"] = [{"n": 1}, {"n": "two"}]
        found = encode(self.SCHEMA, transpose(rows))
        self.assertEqual([0, 0, 2, 3, 4, 5], [row["id"] for row in wire.rows(found.batch)])
        self.assertEqual([(1, "id"), (4, "tags[1].n")], [(e.index, e.field) for e in found.errors])
        self.assertEqual(["WRONG_TYPE"] * 2, [e.code for e in found.errors])

    def test_rows_may_lack_columns(self):
        found = encode(self.SCHEMA, transpose([{"id": 1}, {"id": 2, "name": "b"}, {"name": "c", "id": 3}]))
        self.assertEqual([None, b"b", b"c"], [row["name"] for row in wire.rows(found.batch)])

    def test_refuses_columns_the_table_lacks(self):
        with self.assertRaises(FloeError) as caught:
            encode(self.SCHEMA, transpose([{"id": 1, "nmae": "x"}]))
        self.assertEqual("UNKNOWN_COLUMN", caught.exception.code)
        self.assertEqual("nmae", caught.exception.field)

    def test_refuses_columns_of_different_lengths_and_rows_of_nothing(self):
        for columns in (lambda: {"id": [1], "name": []}, lambda: transpose([{}, {}])):
            with self.assertRaises(FloeError) as caught:
                encode(self.SCHEMA, columns())
            self.assertEqual("MALFORMED_BATCH", caught.exception.code)

    def test_random_batches_read_back_as_they_were(self):
        schema = by_name([Column("a", "long"), Column("b", "string"), Column("c", "list<double>")])
        for seed in range(50):
            rnd = random.Random(seed)
            rows = [
                {
                    "a": rnd.choice([None, rnd.getrandbits(63)]),
                    "b": rnd.choice([None, "x" * rnd.randrange(4), "é"]),
                    "c": rnd.choice([None, [rnd.random() for _ in range(rnd.randrange(3))]]),
                }
                for _ in range(rnd.randrange(1, 100))
            ]
            read = wire.rows(encode(schema, transpose(rows)).batch)
            for row in read:
                row["b"] = row["b"].decode() if row["b"] is not None else None
            self.assertEqual(rows, read, f"seed {seed}")


if __name__ == "__main__":
    unittest.main()

import subprocess
import sys
import unittest
from uuid import UUID

import floe
from floe.schema import parse_type, type_from_wire, type_to_wire
from floe.v1 import common_pb2
from floe.values import row_class
from tests.fake_server import KEY, OVERLOADED, TOO_MANY_ROWS, FakeServer


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.server = FakeServer()
        self.client = floe.connect(self.server.target, api_key=KEY, call_seconds=5)

    def tearDown(self):
        self.client.close()
        self.server.close()

    def fails(self, code, call, *args, **kwargs):
        with self.assertRaises(floe.FloeError) as caught:
            call(*args, **kwargs)
        self.assertEqual(code, caught.exception.code)
        return caught.exception

    def test_writes_one_batch_of_rows_or_of_columns(self):
        events = self.client.table("events")
        self.assertEqual(2, events.append([{"id": 1, "name": "a"}, {"id": 2}]).rows_stored)
        self.assertEqual(2, events.append({"id": [3, 4], "score": [0.5, None]}).rows_stored)
        self.assertEqual([1, 2, 3, 4], self.server.ids())
        self.assertEqual(0, events.append([]).rows_stored)

    def test_deletes_by_key(self):
        self.client.table("users").delete([{"id": 7}])
        self.assertEqual([(7, common_pb2.DELETE)], [(row["id"], row["operation"]) for row in self.server.stored])

    def test_a_refused_row_is_raised_and_has_the_whole_outcome(self):
        self.server.on_write = lambda request: {2}
        with self.assertRaises(floe.RowError) as caught:
            self.client.table("events").append([{"id": "x"}, {"id": 1}, {"id": 2}])
        first = caught.exception
        self.assertEqual((0, "id", "WRONG_TYPE"), (first.index, first.field, first.code))
        self.assertEqual([0, 2], [refused.index for refused in first.ack.row_errors])
        self.assertEqual([1], self.server.ids())

    def test_refused_rows_are_collected(self):
        self.server.on_write = lambda request: {0}
        ack = self.client.table("events").append([{"id": 1}, {"id": 2}], collect=True)
        self.assertEqual((1, 1, [0]), (ack.rows_stored, ack.rows_refused, [e.index for e in ack.row_errors]))

    def test_a_batch_of_nothing_but_bad_rows_is_not_sent(self):
        ack = self.client.table("events").append([{"id": "x"}], collect=True)
        self.assertEqual((0, 1), (ack.rows_stored, ack.rows_refused))
        self.assertEqual([], self.server.stored)

    def test_an_overloaded_server_is_asked_again(self):
        answers = [OVERLOADED, OVERLOADED, None]
        self.server.on_write = lambda request: answers.pop(0)
        self.client.table("events").append([{"id": 1}])
        self.assertEqual([1], self.server.ids())

    def test_errors_carry_what_the_server_said(self):
        missing = self.fails("TABLE_NOT_FOUND", self.client.describe, "nothing")
        self.assertEqual((300, floe.ErrorKind.INVALID), (missing.number, missing.kind))
        self.assertEqual("TABLE_NOT_FOUND: no table nothing; list the tables", str(missing))
        self.server.on_write = lambda request: TOO_MANY_ROWS
        self.fails("TOO_MANY_ROWS", self.client.table("events").append, [{"id": 1}])

    def test_a_wrong_key_is_refused(self):
        with floe.connect(self.server.target, api_key="wrong") as client:
            self.assertEqual(floe.ErrorKind.DENIED, self.fails("UNAUTHENTICATED", client.describe, "events").kind)
            self.fails("UNAUTHENTICATED", client.sql, "SELECT 1")

    def test_no_server_is_said_so(self):
        with floe.connect("127.0.0.1:1", api_key=KEY, call_seconds=0.5) as client:
            self.assertTrue(self.fails("SERVER_UNREACHABLE", client.describe, "events").retryable)

    def test_creates_describes_lists_and_drops_tables(self):
        columns = {"id": "long required", "tags": "list<string required>", "price": "decimal(12, 2)"}
        made = self.client.create_table("prices", columns, key=["id"], partition_by=["bucket(4, id)"])
        self.assertEqual("upsert", made.mode)
        expected = (
            floe.Column("id", "long", required=True),
            floe.Column("tags", "list<string required>"),
            floe.Column("price", "decimal(12, 2)"),
        )
        self.assertEqual(expected, self.client.describe("prices").columns)
        self.assertEqual(["events", "prices", "users"], sorted(t.name for t in self.client.list_tables()))
        self.assertTrue(self.client.drop_table("prices"))
        self.assertFalse(self.client.drop_table("prices", if_exists=True))

    def test_declarations_that_cannot_be_are_refused(self):
        self.fails("INVALID_TABLE", self.client.create_table, "t", {"id": "list<long"})
        self.fails("INVALID_TABLE", self.client.create_table, "t", {"id": "longer"})
        self.fails("INVALID_ARGUMENT", self.client.create_table, "t", {"id": "long"}, mode="merge")

    def test_changes_of_columns_go_out_in_their_order(self):
        altered = self.client.table("users").alter(
            floe.Rename("name", "label"),
            floe.Add("name", "decimal(12, 2)", after="label"),
            floe.Add("zip", "string", parent="address", first=True),
            floe.Widen("score", "double"),
            floe.MakeOptional("label"),
            floe.Move("label"),
            floe.Drop("score"),
            floe.AddIndex("by_label", ["label", "zip"]),
            floe.DropIndex("by_name"),
            expected_version=1,
        )
        self.assertEqual(2, altered.schema_version)
        request = self.server.altered[0]
        self.assertEqual(1, request.expected_schema_version)
        kinds = ["rename", "add", "add", "widen", "make_optional", "move", "drop", "add_index", "drop_index"]
        self.assertEqual(kinds, [change.WhichOneof("change") for change in request.changes])
        self.assertEqual("label", request.changes[1].add.place.after)
        self.assertEqual(2, request.changes[1].add.column.type.decimal.scale)
        self.assertEqual("address", request.changes[2].add.parent)
        self.assertTrue(request.changes[2].add.place.first)
        self.assertIsNone(request.changes[5].move.place.WhichOneof("place"))
        self.assertEqual(["label", "zip"], list(request.changes[7].add_index.columns))
        self.assertEqual("by_name", request.changes[8].drop_index)

    def test_keys_may_be_dicts_tuples_or_values(self):
        self.client.table("users").upsert([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])
        for keys in ([{"id": 2}, {"id": 9}], [(2,), (9,)], [2, 9]):
            found, missing = self.client.get("users", keys)
            self.assertEqual("b", found.name)
            self.assertIsNone(missing)
        self.assertEqual([], self.client.get("users", []))
        self.fails("INVALID_ARGUMENT", self.client.get, "users", [(1, 2)])
        self.fails("INVALID_ARGUMENT", self.client.get, "users", [{"id": 1}, {"name": "a"}])

    def test_keys_may_come_from_an_iterator(self):
        self.client.table("users").upsert([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])
        for keys in ((i for i in [1, 2]), iter([{"id": 1}, {"id": 2}]), range(1, 3), {1: "x", 2: "y"}.keys()):
            self.assertEqual(["a", "b"], [row.name for row in self.client.get("users", keys)])
        self.assertEqual(["b"], [row.name for row in self.client.get("users", (i for i in [2]))])
        self.assertEqual([], self.client.get("users", iter([])))

    def test_one_key_is_no_list_of_keys(self):
        for key in (6, {"id": 6}, "ab", b"ab", None, UUID(int=0), object()):
            refused = self.fails("INVALID_ARGUMENT", self.client.get, "users", key)
            self.assertIn("pass a list: one key for each row wanted, as in [key]", str(refused))
        self.assertIn("keys is an int, not a list", str(self.fails("INVALID_ARGUMENT", self.client.get, "users", 6)))
        self.fails("INVALID_ARGUMENT", self.client.get, "users", [1], columns="name")

    def test_keys_of_several_forms_name_the_one_that_differs(self):
        first = self.fails("INVALID_ARGUMENT", self.client.get, "users", [{"id": 6}, 6])
        self.assertEqual(1, first.row)
        self.assertIn("the key 6 is no dict, and the first is one", first.message)
        other = self.fails("INVALID_ARGUMENT", self.client.get, "users", [6, 7, {"id": 6}])
        self.assertEqual(2, other.row)
        self.assertIn("the key {'id': 6} is a dict, and the first is none", other.message)
        self.fails("INVALID_ARGUMENT", self.client.get, "users", [{1: 6}])

    def test_a_lookup_without_an_answer_in_time_is_a_timeout(self):
        with FakeServer() as server:
            server.get_gate.clear()
            with floe.connect(server.target, api_key=KEY, call_seconds=0.3) as client:
                late = self.fails("QUERY_TIMEOUT", client.get, "users", [{"id": 1}])
        self.assertEqual((504, True), (late.number, late.retryable))

    def test_a_key_that_no_header_takes_is_refused_and_never_shown(self):
        for key in ("sec\nret", "secret\n", "s\u00e9cret", "se cret", "sec\x00ret"):
            refused = self.fails("INVALID_ARGUMENT", floe.connect, self.server.target, api_key=key)
            self.assertNotIn("cret", str(refused))
        self.fails("INVALID_ARGUMENT", floe.connect, self.server.target, api_key=b"secret")


class InstallTest(unittest.TestCase):
    def test_an_interpreter_without_grpcio_is_told_which_one_has_it(self):
        for module in ("grpc", "google.protobuf"):
            script = f"import sys; sys.modules[{module!r}] = None; import floe"
            run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
            self.assertEqual(1, run.returncode)
            self.assertIn(f"floe needs grpcio and protobuf for this interpreter, {sys.executable}", run.stderr)
            self.assertIn("Debian's packages are for /usr/bin/python3", run.stderr)


class SchemaTest(unittest.TestCase):
    def test_types_survive_text_and_wire(self):
        for text in (
            "long",
            "decimal(38, 10)",
            "list<list<string required>>",
            "map<string, double required>",
            'struct<lat: double required, "a \\"b\\" c": map<uuid, struct<x-1: int>>>',
        ):
            type_ = parse_type(text)
            self.assertEqual(text, str(type_))
            self.assertEqual(type_, type_from_wire(type_to_wire(type_)))

    def test_names_of_columns_never_shadow_what_a_row_is(self):
        row = row_class(["__class__", "index", "index"])(["x", 1, 2])
        self.assertEqual((1, "x", floe.Row), (row.index, row["__class__"], type(row).__mro__[1]))


if __name__ == "__main__":
    unittest.main()

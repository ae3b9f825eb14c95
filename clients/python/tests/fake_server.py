"""A server in memory behind a real gRPC port: stores batches in the order they came, answers as it is told."""

import queue
import threading
import uuid
from concurrent import futures

import grpc

from floe.v1 import catalog_pb2, common_pb2, ingest_pb2, query_pb2
from tests import wire

KEY = "secret"


def field(id, name, primitive, required=False):
    return common_pb2.Field(
        id=id, name=name, required=required, type=common_pb2.DataType(primitive=primitive)
    )


COLUMNS = [
    field(1, "id", common_pb2.LONG, required=True),
    field(2, "name", common_pb2.STRING),
    field(3, "score", common_pb2.DOUBLE),
]


def error(code, name, kind, message="told so", retry_after_millis=0):
    return common_pb2.Error(
        code=code, name=name, kind=kind, message=message, retry_after_millis=retry_after_millis
    )


OVERLOADED = error(600, "OVERLOADED", common_pb2.UNAVAILABLE, retry_after_millis=20)
SHUTTING_DOWN = error(603, "SHUTTING_DOWN", common_pb2.UNAVAILABLE)
LOG_UNAVAILABLE = error(601, "LOG_UNAVAILABLE", common_pb2.UNAVAILABLE)
OUT_OF_RANGE = error(208, "OFFSET_OUT_OF_RANGE", common_pb2.INVALID)
FENCED = error(209, "STREAM_FENCED", common_pb2.INVALID)
TOO_MANY_ROWS = error(103, "TOO_MANY_ROWS", common_pb2.INVALID)


class Break(Exception):
    """Ends a call, by a status alone or by an error of the server's own; its batch may have been ``stored`` first."""

    def __init__(self, wire_error=None, stored=False, refused=frozenset(), status=grpc.StatusCode.UNAVAILABLE):
        super().__init__("break")
        self.status = status
        self.error = wire_error
        self.stored = stored
        self.refused = refused


class Storage:
    """What servers share: the rows in the order they came, and where each stream is."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rows = []
        self.streams = {}


class Stream:
    def __init__(self):
        self.next = 0
        self.epoch = 0


class Session:
    """One call's hold of a stream."""

    def __init__(self, storage, request):
        self.storage = storage
        self.epoch = request.writer_epoch
        with storage.lock:
            self.stream = storage.streams.setdefault((request.table, request.stream_id), Stream())
            if self.epoch == 0:
                self.stream.epoch += 1
                self.epoch = self.stream.epoch

    @property
    def fenced(self):
        return self.epoch != self.stream.epoch

    def answer(self, response):
        response.writer_epoch = self.epoch
        if not response.next_offset:
            response.next_offset = self.stream.next


class FakeServer:
    """``on_append(n, request)`` decides about the n-th batch of all calls, from 0.

    It returns None to store the batch, an Error to refuse it, a set of rows to refuse those; or it raises Break.
    ``on_open(request)`` does the same for a request that opens a stream.
    """

    def __init__(self, port=0, storage=None):
        self.storage = storage or Storage()
        self.lock = self.storage.lock
        self.tables = {
            "events": self.description("events", catalog_pb2.TABLE_MODE_APPEND, []),
            "users": self.description("users", catalog_pb2.TABLE_MODE_UPSERT, ["id"]),
        }
        self.altered = []
        self.requests = 0
        self.outages = 0  # so many questions about tables get no answer
        self.calls = 0
        self.on_open = lambda request: None
        self.on_append = lambda n, request: None
        self.on_write = lambda request: None
        self.on_query = lambda request: []
        self.gate = threading.Event()
        self.gate.set()
        self.get_gate = threading.Event()
        self.get_gate.set()
        self.server = grpc.server(futures.ThreadPoolExecutor(16), options=[("grpc.so_reuseport", 0)])
        self.server.add_generic_rpc_handlers((_Handlers(self),))
        self.port = self.server.add_insecure_port(f"127.0.0.1:{port}")
        self.server.start()

    @staticmethod
    def description(name, mode, key):
        spec = catalog_pb2.TableSpec(name=name, mode=mode, columns=COLUMNS, key=key, buckets=4)
        return catalog_pb2.TableDescription(
            tenant="default", spec=spec, table_id=str(uuid.uuid4()), schema_version=1
        )

    @property
    def target(self):
        return f"127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.gate.set()
        self.get_gate.set()
        self.server.stop(None).wait()

    def ids(self):
        """The ids stored, in order."""
        with self.lock:
            return [row["id"] for row in self.stored]

    @property
    def stored(self):
        return self.storage.rows

    def store(self, table, batch, refused=frozenset(), skipped=0):
        """Stores the rows of a batch from ``skipped`` on, but those refused or of an operation the table lacks."""
        rows = wire.rows(batch.columnar)
        operations = batch.columnar.operations or bytes([batch.operation]) * len(rows)
        upsert = self.tables[table].spec.mode == catalog_pb2.TABLE_MODE_UPSERT
        wrong = {at for at, number in enumerate(operations) if (number == common_pb2.APPEND) == upsert}
        for at, row in enumerate(rows):
            row["operation"] = operations[at]
        both = wrong | set(refused)
        kept = [row for at, row in enumerate(rows) if at not in both and at >= skipped]
        with self.lock:
            self.stored.extend(kept)
        version = self.tables[table].schema_version
        ack = ingest_pb2.Ack(rows_stored=len(kept), rows_refused=len(both), schema_version=version)
        ack.token.value = b"token"
        for at in sorted(both):
            bad = ack.row_errors.add(row=at, code=203, name="MISSING_VALUE", kind=common_pb2.INVALID)
            bad.message, bad.field_path = "the required value is missing", "name"
            if at in wrong:
                bad.code, bad.name, bad.message = 207, "WRONG_OPERATION", "the table takes no such operation"
        return ack

    def append_batch(self, table, session, request, told):
        """The answer to a batch, in a stream by the rules of streams."""
        response = ingest_pb2.AppendResponse(request_id=request.request_id)
        skipped = 0 if session is None else self.admit(session.stream, session, request, response)
        if response.WhichOneof("outcome") is None:
            if isinstance(told, common_pb2.Error):
                response.error.CopyFrom(told)
            else:
                response.ack.CopyFrom(self.store(table, request.batch, told or frozenset(), skipped))
                if session is not None:
                    session.stream.next = request.offset + request.batch.columnar.row_count
        if session is not None:
            session.answer(response)
        return response

    @staticmethod
    def admit(stream, session, request, response):
        """How many of the rows the stream has; answers where that is all there is to say."""
        end = request.offset + request.batch.columnar.row_count
        if session.fenced:
            response.error.CopyFrom(FENCED)
        elif not request.HasField("offset") or request.offset > stream.next:
            response.error.CopyFrom(OUT_OF_RANGE)
        elif end <= stream.next:
            response.ack.schema_version = 1
            response.already_exists = True
            response.next_offset = end
        return stream.next - request.offset

    # -- calls

    def append(self, requests, context):
        with self.lock:
            self.calls += 1
        table, session, first = "", None, True
        # batches are read while the gate is shut, and answered when it opens, in order
        waiting = queue.Queue()

        def reading():
            try:
                for request in requests:
                    waiting.put(request)
            except Exception:  # the stream is over
                pass
            waiting.put(None)

        threading.Thread(target=reading, daemon=True).start()
        while True:
            request = waiting.get()
            if request is None:
                return
            self.gate.wait()
            table = request.table or table
            opens, first = first and request.stream_id, False
            if opens:
                response, session = self.open(request, context)
                yield response
                if session is None:
                    return
                continue
            with self.lock:
                number = self.requests
                self.requests += 1
            try:
                told = self.on_append(number, request)
            except Break as e:
                if e.stored:
                    self.append_batch(table, session, request, e.refused)
                fail(context, e.error, e.status)
            yield self.append_batch(table, session, request, told)

    def open(self, request, context):
        response = ingest_pb2.AppendResponse()
        try:
            told = self.on_open(request)
        except Break as e:
            if e.stored:
                Session(self.storage, request)
            fail(context, e.error, grpc.StatusCode.UNAVAILABLE)
        session = Session(self.storage, request)
        if told is None and session.fenced:
            told = FENCED
        if told is not None:
            response.error.CopyFrom(told)
            return response, None
        response.ack.schema_version = self.tables[request.table].schema_version
        session.answer(response)
        return response, session

    def get_stream(self, request, context):
        response = ingest_pb2.GetStreamResponse(schema_version=1)
        stream = self.storage.streams.get((request.table, request.stream_id))
        if stream is not None:
            response.next_offset, response.writer_epoch = stream.next, stream.epoch
            response.durable.value = b"durable"
        return response

    def write(self, request, context):
        told = self.on_write(request)
        if isinstance(told, common_pb2.Error):
            fail(context, told, grpc.StatusCode.UNAVAILABLE)
        return ingest_pb2.WriteResponse(ack=self.store(request.table, request.batch, told or frozenset()))

    def describe(self, request, context):
        if self.outages > 0:
            self.outages -= 1
            fail(context, None, grpc.StatusCode.UNAVAILABLE)
        if request.table not in self.tables:
            missing = error(300, "TABLE_NOT_FOUND", common_pb2.INVALID, f"no table {request.table}")
            missing.action = "list the tables"
            fail(context, missing, grpc.StatusCode.NOT_FOUND)
        return self.tables[request.table]

    def create(self, request, context):
        made = self.description(request.spec.name, request.spec.mode, list(request.spec.key))
        made.spec.CopyFrom(request.spec)
        self.tables[request.spec.name] = made
        return made

    def list(self, request, context):
        return catalog_pb2.ListTablesResponse(tables=self.tables.values())

    def alter(self, request, context):
        self.altered.append(request)
        self.tables[request.table].schema_version += 1
        return self.tables[request.table]

    def drop(self, request, context):
        return catalog_pb2.DropTableResponse(dropped=self.tables.pop(request.table, None) is not None)

    def query(self, request, context):
        try:
            parts = self.on_query(request)
        except Break as e:
            fail(context, e.error, e.status)
        for part in parts:
            if isinstance(part, common_pb2.Error):
                fail(context, part, grpc.StatusCode.INVALID_ARGUMENT)
            yield part

    def get(self, request, context):
        """Finds in what was stored by the first key column."""
        self.get_gate.wait()
        rows = {row["id"]: row for row in self.stored}
        response = query_pb2.GetResponse(columns=COLUMNS[:2])
        for key in request.keys.rows:
            found = response.rows.add()
            row = rows.get(key.values[0].integer)
            if row is not None:
                found.found = True
                found.row.values.add().integer = row["id"]
                found.row.values.add().text = row["name"].decode()
        return response


def fail(context, wire_error, status):
    if wire_error is not None:
        context.set_trailing_metadata((("floe-error-bin", wire_error.SerializeToString()),))
    context.abort(status, wire_error.message if wire_error is not None else "broken")


class _Handlers(grpc.GenericRpcHandler):
    def __init__(self, fake):
        self.methods = {
            "/floe.v1.IngestService/Append": ("stream_stream", fake.append, ingest_pb2.AppendRequest),
            "/floe.v1.IngestService/GetStream": ("unary_unary", fake.get_stream, ingest_pb2.GetStreamRequest),
            "/floe.v1.IngestService/Write": ("unary_unary", fake.write, ingest_pb2.WriteRequest),
            "/floe.v1.CatalogService/DescribeTable": ("unary_unary", fake.describe, catalog_pb2.DescribeTableRequest),
            "/floe.v1.CatalogService/CreateTable": ("unary_unary", fake.create, catalog_pb2.CreateTableRequest),
            "/floe.v1.CatalogService/ListTables": ("unary_unary", fake.list, catalog_pb2.ListTablesRequest),
            "/floe.v1.CatalogService/AlterTable": ("unary_unary", fake.alter, catalog_pb2.AlterTableRequest),
            "/floe.v1.CatalogService/DropTable": ("unary_unary", fake.drop, catalog_pb2.DropTableRequest),
            "/floe.v1.QueryService/Query": ("unary_stream", fake.query, query_pb2.QueryRequest),
            "/floe.v1.QueryService/Get": ("unary_unary", fake.get, query_pb2.GetRequest),
        }

    def service(self, details):
        kind, method, request = self.methods[details.method]
        if dict(details.invocation_metadata).get("authorization") != f"Bearer {KEY}":
            method = refused_stream if kind == "unary_stream" else refused
        make = getattr(grpc, f"{kind}_rpc_method_handler")
        return make(method, request.FromString, lambda message: message.SerializeToString())


def refused(request, context):
    fail(context, error(400, "UNAUTHENTICATED", common_pb2.DENIED), grpc.StatusCode.UNAUTHENTICATED)


def refused_stream(request, context):
    refused(request, context)
    yield

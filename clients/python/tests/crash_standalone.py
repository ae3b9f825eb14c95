"""Kills a real server, and a writer, again and again; then compares the tables with what was written.

    PYTHONPATH=src python3 -m tests.crash_standalone --floe ../../floe --data FOLDER [--seconds 60] [--seed 1]

Three writers write at once: rows to an append table and to an upsert table over streams of their own, and a process of
its own that is killed too and resumes a named stream. Each row has to be there once.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import floe

BATCH_ROWS = 200
KEYS = 1_000
PATIENCE = 180.0
STREAM = "importer"
IMPORTS_MAX = 100
TABLES = {"crash_append": [], "crash_upsert": ["id"], "crash_named": []}


def row(id):
    # every hundredth row fits no table, and takes its place in a stream all the same
    return {"id": id, "note": f"note {id}" if id % 100 else 7}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A standalone in a process of its own, on the same port and folder however often it is started."""

    def __init__(self, floe_command, data):
        self.port = free_port()
        self.key_file = os.path.join(data, "admin.key")
        settings = [f"grpc.port={self.port}", "jdbc.port=0", "flink.ui-port=0", "metrics.port=off"]
        self.command = [floe_command, "standalone", "--data-folder", data]
        for setting in settings:
            self.command += ["--set", setting]
        self.log = open(os.path.join(data, "server.log"), "ab")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def client(self):
        """A client, once the server answers."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with open(self.key_file, encoding="utf-8") as file:
                    client = floe.connect(f"127.0.0.1:{self.port}", api_key=file.read().strip())
                client.whoami()
                return client
            except (floe.FloeError, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)


class Writing(threading.Thread):
    """Writes rows in order until it is told to stop; ``count`` of them were acked then."""

    def __init__(self, client, table, make):
        super().__init__()
        self.client, self.table, self.make = client, table, make
        self.stopping = threading.Event()
        self.count = self.repeated = 0
        self.failure = None

    def noted(self, ack):
        self.repeated += ack.already_exists

    def run(self):
        try:
            with self.client.writer(
                self.table, batch_rows=BATCH_ROWS, collect=True, patience=PATIENCE, on_ack=self.noted
            ) as writer:
                while not self.stopping.is_set():
                    writer.write(self.make(self.count))
                    self.count += 1
                    if self.count % (10 * BATCH_ROWS) == 0:
                        self.stopping.wait(0.05)
                writer.flush()
                self.token = writer.last_ack.token
        except Exception as e:
            self.failure = e


def importer(port, key_file, rows):
    """The process that is killed: writes what the stream does not have."""
    with open(key_file, encoding="utf-8") as file:
        key = file.read().strip()
    with floe.connect(f"127.0.0.1:{port}", api_key=key) as client:
        with client.writer(
            "crash_named", stream=STREAM, batch_rows=BATCH_ROWS, collect=True, patience=PATIENCE
        ) as writer:
            for id in range(writer.next_offset, rows):
                writer.write(row(id))
                if id % (10 * BATCH_ROWS) == 0:
                    time.sleep(0.05)


def start_importer(server, rows):
    command = [sys.executable, "-m", "tests.crash_standalone", "--import", str(server.port), server.key_file, str(rows)]
    return subprocess.Popen(command)


def expect(what, expected, found):
    print(f"{what}: {found}" + ("" if expected == found else f", NOT {expected}"), flush=True)
    return expected == found


def check(client, appended, upserted, named_rows):
    good = lambda count: [id for id in range(count) if id % 100]  # noqa: E731
    fine = []
    for table, ids in (
        ("crash_append", good(appended.count)),
        ("crash_upsert", sorted({id % KEYS for id in range(upserted.count) if id % 100})),
        ("crash_named", good(named_rows)),
    ):
        expected = (len(ids), len(ids), sum(ids))
        query = f"SELECT count(*) AS n, count(DISTINCT id) AS d, sum(id) AS s FROM {table}"
        end = time.monotonic() + 120
        while True:  # what is acked is committed a moment later
            found = tuple(client.sql(query).fetchall()[0])
            if found == expected or time.monotonic() > end or found[0] > expected[0]:
                break
            time.sleep(1)
        fine.append(expect(f"{table} (rows, ids, sum)", expected, found))
    newest = max(id for id in range(upserted.count) if id % 100)
    fine.append(expect("newest", f"note {newest}", client.get("crash_upsert", [newest % KEYS])[0].note))
    fine.append(expect("stream", named_rows, client.get_stream("crash_named", STREAM).next_offset))
    return all(fine)


def main():
    if sys.argv[1:2] == ["--import"]:
        return importer(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--floe", required=True)
    parser.add_argument("--data", required=True, help="a folder to be made")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rnd = random.Random(args.seed)
    os.makedirs(args.data)
    server = Server(args.floe, os.path.abspath(args.data))
    server.start()
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(1))
    try:
        client = server.client()
        for table, key in TABLES.items():
            client.create_table(table, {"id": "long required", "note": "string"}, key=key)
        appended = Writing(client, "crash_append", row)
        upserted = Writing(client, "crash_upsert", lambda id: dict(row(id), id=id % KEYS))
        named_rows = int(args.seconds) * 2_000
        threads = [appended, upserted]
        for thread in threads:
            thread.start()
        process = start_importer(server, named_rows)
        kills = imports = 0
        end = time.monotonic() + args.seconds
        while time.monotonic() < end:
            time.sleep(rnd.uniform(1, 6))
            if rnd.random() < 0.5:
                process.kill()
                process.wait()
                process = start_importer(server, named_rows)
                imports += 1
            else:
                server.kill()
                server.start()
                server.client().close()
                kills += 1
        for thread in threads:
            thread.stopping.set()
            thread.join()
            if thread.failure is not None:
                raise thread.failure
        while process.wait() != 0:  # it found no server when it started
            process = start_importer(server, named_rows)
            imports += 1
            if imports > IMPORTS_MAX:
                raise SystemExit("the importer fails")
        repeated = appended.repeated + upserted.repeated
        print(f"seed {args.seed}: {kills} kills of the server, {imports} starts of the importer, {repeated} acks were lost")
        if not check(client, appended, upserted, named_rows):
            raise SystemExit("the tables are not what was written")
        client.close()
    finally:
        server.process.terminate()
        server.process.wait()


if __name__ == "__main__":
    main()

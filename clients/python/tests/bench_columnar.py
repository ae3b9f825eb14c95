"""Measures how fast rows of eight columns are encoded and, given a server, written until they are acked.

    PYTHONPATH=src python3 -m tests.bench_columnar [--target HOST:PORT --key-file admin.key [--rows 5000000]]

The rows are those of workload E of the benchmarks: tenant (10 values), entity_id (a million, skewed), ts, event_type
(20), country (50), amount, quantity, payload (3 of 1,000 words). They are made before the clock runs, and each form is
handed over as it is: rows are dicts, columns are lists of Python's values, buffers have numbers and times in arrays.
"""

import argparse
import random
import time
from array import array
from datetime import datetime, timedelta

import floe
from floe.writer import Encoder, default_operation

BATCH_ROWS = 10_000
BATCHES = 20
ENCODE_SECONDS = 3.0
EPOCH = datetime(1970, 1, 1)
TYPES = {
    "tenant": "string required",
    "entity_id": "long required",
    "ts": "timestamp required",
    "event_type": "string required",
    "country": "string required",
    "amount": "double required",
    "quantity": "int required",
    "payload": "string required",
}
BUFFERS = {"entity_id": "q", "amount": "d", "quantity": "i"}


def batches():
    """The same columns on every run, as lists."""
    rnd = random.Random(42)
    tenants = [f"tenant-{i}" for i in range(10)]
    kinds = [f"event_{i}" for i in range(20)]
    countries = [f"C{i}" for i in range(50)]
    words = [f"word{i}" for i in range(1000)]
    ts = datetime(2026, 1, 1)
    made = []
    for _ in range(BATCHES):
        times = []
        for _ in range(BATCH_ROWS):
            ts += timedelta(microseconds=1 + rnd.randrange(20_000))
            times.append(ts)
        made.append(
            {
                # text as a parser makes it: equal, but not the same object
                "tenant": [str(rnd.choice(tenants).encode(), "ascii") for _ in times],
                "entity_id": [int(rnd.random() ** 2 * 1_000_000) for _ in times],
                "ts": times,
                "event_type": [str(rnd.choice(kinds).encode(), "ascii") for _ in times],
                "country": [str(rnd.choice(countries).encode(), "ascii") for _ in times],
                "amount": [rnd.randrange(1_000_000) / 100 for _ in times],
                "quantity": [1 + rnd.randrange(100) for _ in times],
                "payload": [" ".join(rnd.choices(words, k=3)) for _ in times],
            }
        )
    return made


def buffers(columns):
    micros = array("q", [(at - EPOCH) // timedelta(microseconds=1) for at in columns["ts"]])
    return dict(columns, ts=micros, **{name: array(code, columns[name]) for name, code in BUFFERS.items()})


def dicts(columns):
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def forms():
    """What is handed over, by name, each with how a writer takes it."""
    columns = batches()
    return {
        "rows": ([dicts(one) for one in columns], floe.Writer.write_all),
        "columns": (columns, floe.Writer.write_columns),
        "buffers": ([buffers(one) for one in columns], floe.Writer.write_columns),
    }


class Nowhere:
    """Takes the requests of a writer, and acks none."""

    name = ""

    def __init__(self):
        self.rows = self.bytes = 0

    def enqueue(self, request, sent):
        self.rows += sent.row_count
        self.bytes += len(request.SerializeToString())

    def drain(self):
        pass

    close = drain


def report(name, how, rows, seconds, cpu, size):
    print(
        f"{name:8} {how:8} {rows / seconds:12,.0f} rows/s {cpu / rows * 1e6:6.2f} CPU-s/M  {size / rows:5.1f} B/row",
        flush=True,
    )


def encode(name, given, write):
    info = floe.TableInfo("t", "events", "append", tuple(columns_of()), (), 4, (), "reject", {}, "", 1, EPOCH, None)
    nowhere = Nowhere()
    writer = floe.Writer(
        info,
        lambda: info,
        lambda deliver, told: nowhere,
        lasting=False,
        batch_rows=BATCH_ROWS,
        on_ack=None,
        collect=False,
    )
    cpu, started = time.process_time(), time.perf_counter()
    while time.perf_counter() - started < ENCODE_SECONDS:
        for batch in given:
            write(writer, batch)
    report(name, "encode", nowhere.rows, time.perf_counter() - started, time.process_time() - cpu, nowhere.bytes)


def columns_of():
    for name, text in TYPES.items():
        yield floe.Column(name, text.split()[0], required=True)


def acked(client, table, name, given, write, rows):
    cpu, started = time.process_time(), time.perf_counter()
    sent = 0
    with client.writer(table) as writer:
        while sent < rows:
            for batch in given:
                write(writer, batch)
            sent += BATCH_ROWS * len(given)
        writer.flush()
        seconds, spent = time.perf_counter() - started, time.process_time() - cpu
        assert writer.rows_stored == sent
    report(name, "acked", sent, seconds, spent, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", help="a server; without, rows are only encoded")
    parser.add_argument("--key-file")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--form", choices=("rows", "columns", "buffers"), help="only this one")
    args = parser.parse_args()
    given = {name: form for name, form in forms().items() if args.form in (None, name)}
    for name, (batch, write) in given.items():
        encode(name, batch, write)
    if args.target is None:
        return
    with open(args.key_file, encoding="utf-8") as file:
        key = file.read().strip()
    with floe.connect(args.target, api_key=key) as client:
        client.create_table("bench", TYPES, if_not_exists=True)
        for name, (batch, write) in given.items():
            acked(client, "bench", name, batch, write, args.rows)


if __name__ == "__main__":
    main()

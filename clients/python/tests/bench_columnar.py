"""Measures how fast batches of flight records are encoded: ``PYTHONPATH=src python3 -m tests.bench_columnar``."""

import random
import time
from array import array
from datetime import datetime, timedelta

from floe import Column
from floe.columnar import by_name, encode, transpose

ROWS = 10_000
SECONDS = 2.0


def flights():
    rnd = random.Random(1)
    airports = [f"A{i:02d}" for i in range(200)]
    start = datetime(2001, 1, 1)
    return {
        "date": [start + timedelta(minutes=i) for i in range(ROWS)],
        "delay": [rnd.randrange(-20, 200) for _ in range(ROWS)],
        "distance": [rnd.randrange(100, 2000) for _ in range(ROWS)],
        "origin": [rnd.choice(airports) for _ in range(ROWS)],
        "destination": [rnd.choice(airports) for _ in range(ROWS)],
    }


def main():
    types = {"date": "timestamp", "delay": "long", "distance": "long", "origin": "string", "destination": "string"}
    schema = by_name([Column(name, type_) for name, type_ in types.items()])
    lists = flights()
    buffers = {name: array("q", lists[name]) for name in ("delay", "distance")}
    rows = [dict(zip(lists, row)) for row in zip(*lists.values())]
    forms = {
        "columns of values": lambda: lists,
        "dates as ISO text": lambda: dict(lists, date=texts),
        "numbers in arrays": lambda: dict(lists, date=array("q", range(ROWS)), **buffers),
        "rows as dicts": lambda: transpose(rows),
    }
    texts = [str(date) for date in lists["date"]]
    for name, columns in forms.items():
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            size = len(encode(schema, columns()).batch.SerializeToString())
            done += ROWS
        rate = done / (time.perf_counter() - started)
        print(f"{name:20} {rate:12,.0f} rows/s  {size / ROWS:5.1f} B/row")


if __name__ == "__main__":
    main()

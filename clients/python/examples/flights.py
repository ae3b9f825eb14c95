"""Sends flight records from standard input (CSV with a header) to the tables flights and routes.

    python3 flights.py --target localhost:7070 --key-file admin.key < flights.csv

Rows go out in the order they come in, to both tables: flights keeps every one, routes the newest of each route.
"""

import argparse
import csv
import sys
import time
from itertools import islice

import floe

BATCH_ROWS = 10_000
REPORT_ROWS = 100_000


def batches(lines):
    """Batches of columns; dates stay ISO text, which the client reads."""
    while True:
        rows = list(islice(lines, BATCH_ROWS))
        if not rows:
            return
        date, delay, distance, origin, destination = zip(*rows)
        yield len(rows), {
            "date": date,
            "delay": list(map(int, delay)),
            "distance": list(map(int, distance)),
            "origin": origin,
            "destination": destination,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", default="localhost:7070")
    parser.add_argument("--key-file", required=True)
    args = parser.parse_args()
    with open(args.key_file, encoding="utf-8") as file:
        key = file.read().strip()
    lines = csv.reader(sys.stdin)
    next(lines)
    sent = 0
    started = time.monotonic()
    with floe.connect(args.target, api_key=key) as client:
        with client.writer("flights") as flights, client.writer("routes") as routes:
            for count, columns in batches(lines):
                flights.write_columns(columns)
                routes.write_columns(columns)
                sent += count
                if sent % REPORT_ROWS == 0:
                    rate = 2 * sent / (time.monotonic() - started)
                    print(f"sent {sent:,} records to each table, {rate:,.0f} rows/s", flush=True)
    seconds = time.monotonic() - started
    print(f"acked {2 * sent:,} rows in {seconds:.1f} s: {2 * sent / seconds:,.0f} rows/s", flush=True)


if __name__ == "__main__":
    main()

"""Sends flight records from standard input (CSV with a header) to the tables flights and routes.

    python3 flights.py --target localhost:7070 --key-file admin.key < flights.csv

Rows go out in the order they come in, to both tables: flights keeps every one, routes the newest of each route.
"""

import argparse
import csv
import sys
import time
from datetime import datetime

import floe


def rows(lines):
    for date, delay, distance, origin, destination in lines:
        yield {
            "date": datetime.fromisoformat(date),
            "delay": int(delay),
            "distance": int(distance),
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
    with floe.connect(args.target, key=key) as client:
        with client.table("flights").writer() as flights, client.table("routes").writer() as routes:
            for row in rows(lines):
                flights.append(row)
                routes.upsert(row)
                sent += 1
                if sent % 100_000 == 0:
                    rate = 2 * sent / (time.monotonic() - started)
                    print(f"sent {sent:,} records to each table, {rate:,.0f} rows/s", flush=True)
    seconds = time.monotonic() - started
    print(f"acked {2 * sent:,} rows in {seconds:.1f} s: {2 * sent / seconds:,.0f} rows/s", flush=True)


if __name__ == "__main__":
    main()

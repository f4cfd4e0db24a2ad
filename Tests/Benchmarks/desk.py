#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures screen-pops on a large base, 500 a second.

Usage: Tests/Benchmarks/desk.py [path of the guanxi binary]

The base is that of searches.py, every customer with a phone; BENCH_FOLDER names a folder whose base
is used again. A screen-pop is timed from when it was to be sent.
"""

import http.client
import os
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.parse

import searches

SECONDS = int(os.environ.get("BENCH_SECONDS", "20"))
RATE = 500
CLIENTS = 10


def add_phones(path):
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous = OFF")
    if base.execute("SELECT count(*) FROM customer_phone").fetchone()[0] == 0:
        base.executemany(
            "INSERT INTO customer_phone (customer_id, position, typed, e164, digits)"
            " VALUES (?, 0, ?, ?, ?)",
            (
                (number, f"138{number:08}", f"+86138{number:08}", f"86138{number:08}")
                for number in range(1, searches.CUSTOMERS + 1)
            ),
        )
    base.commit()
    base.close()


def screen_pops(server):
    times, lock = [], threading.Lock()
    address = server.connection.host, server.connection.port
    begin = time.monotonic() + 0.5

    def client(place):
        connection = http.client.HTTPConnection(*address, timeout=60)
        headers = {"Authorization": "Bearer " + server.token}
        mine = []
        for turn in range(SECONDS * RATE // CLIENTS):
            due = begin + (turn + place / CLIENTS) * CLIENTS / RATE
            time.sleep(max(0, due - time.monotonic()))
            number = (turn * 7919 + place * 104_729) % searches.CUSTOMERS + 1
            phone = urllib.parse.quote(f"138 {number:08}")
            connection.request("GET", f"/v1/screen-pop?phone={phone}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            mine.append((time.monotonic() - due) * 1000)
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=client, args=[place]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    searches.report(f"`GET /v1/screen-pop`, {RATE} a second", times)


def main():
    folder = os.environ.get("BENCH_FOLDER")
    with tempfile.TemporaryDirectory() as made:
        os.chdir(folder or made)
        if not os.path.exists("base.sqlite"):
            searches.make("base.sqlite")
        add_phones("base.sqlite")
        searches.read_into_memory("base.sqlite")
        is_to_index = not searches.is_indexed("base.sqlite")
        with searches.Server("base.sqlite") as server:
            if is_to_index:
                server.wait_for_index()
            print("| What | median | p99 | longest |")
            print("| --- | --- | --- | --- |")
            screen_pops(server)


if __name__ == "__main__":
    main()

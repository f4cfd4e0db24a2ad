#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that backups made again and again under load are what clients were answered.

Usage: Tests/Proofs/backups.py [BINARY] [ROUNDS] [SECONDS] [CUSTOMERS]
CUSTOMERS (100,000 if not given) are imported first. Then sixteen clients write without pause while
a backup is asked for every SECONDS (5), ROUNDS times (12). Each is then restored by `guanxi restore`, checked by `guanxi check`, and held
against what the clients know: all that was answered before it was asked for is in it, of each
client the first so many records without a gap, and its journal's head is the service's own entry of
that number. Prints a row of a Markdown table for each property, and what the backups cost the
clients; ends with 1 if one does not hold. All happens on loopback and in a temporary folder.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from service import MIB, Service, check, failures

WRITERS = 16


class Writer(threading.Thread):
    """Makes customers one after the other, and remembers each that was answered."""

    def __init__(self, service, number):
        super().__init__(daemon=True)
        self.client = service.client()
        self.number = number
        self.count = 0
        self.times = []
        self.failure = None
        self.is_over = False

    def run(self):
        while not self.is_over:
            name = f"{self.number}-{self.count}"
            start = time.monotonic()
            status = self.client.post("/v1/customers", {"kind": "individual", "name": name}).status
            if status != 201:
                self.failure = f"{name}: {status}"
                return
            self.count += 1
            self.times.append((start, time.monotonic() - start))


def fill(client, count):
    """Imports customers, so that a backup takes a while."""
    rows = [f"individual,import {place},I-{place},138{place:08}" for place in range(count)]
    text = "\n".join(["kind,name,externalId,phones.0.number", *rows]) + "\n"
    answer = client.ask("POST", "/v1/imports/customers", text, "text/csv")
    if answer.status != 200:
        sys.exit(f"import: {answer.status} {answer.body[:300]}")


def finished(client, place):
    """Asks until a backup runs no more."""
    while (record := client.get_json(place))["status"] == "running":
        time.sleep(0.02)
    return record


def p99(times):
    return sorted(times)[len(times) * 99 // 100] if times else 0


def verify(service, folder, backup, before, after):
    """What is wrong with a backup; nothing if all holds."""
    file = os.path.join(folder, backup["file"])
    restored = file + ".restored"
    for command in (["restore", file, "--database", restored], ["check", "--database", restored]):
        end = subprocess.run([service.binary, *command], capture_output=True, text=True)
        if end.returncode:
            return f"{command[0]}: {end.stderr.strip()}"
    database = sqlite3.connect(f"file:{restored}?mode=ro", uri=True)
    names = [name for (name,) in database.execute("SELECT name FROM customer ORDER BY id")]
    seq, head = database.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    database.close()
    for number in range(WRITERS):
        own = [name for name in names if name.startswith(f"{number}-")]
        if own != [f"{number}-{place}" for place in range(len(own))]:
            return f"client {number}: the {len(own)} records have a gap or another order"
        if not before[number] <= len(own) <= after[number] + 1:
            return f"client {number}: {len(own)}, answered {before[number]}–{after[number]}"
    client = service.client()
    event = client.get_json(f"/v1/events?after={seq - 1}&limit=1")["items"][0]
    client.close()
    if (event["seq"], event["hash"]) != (seq, head.hex()):
        return f"the head at {seq} is not the service's own"
    if (backup["journal"]["seq"], backup["journal"]["head"]) != (seq, head.hex()):
        return "the manifest has another head"
    for suffix in ("", "-lock", "-wal", "-shm"):
        if os.path.exists(restored + suffix):
            os.remove(restored + suffix)
    return None


def main():
    arguments = sys.argv[1:]
    binary = os.path.abspath(arguments[0] if arguments else ".build/release/guanxi")
    rounds = int(arguments[1]) if len(arguments) > 1 else 12
    seconds = float(arguments[2]) if len(arguments) > 2 else 5
    customers = int(arguments[3]) if len(arguments) > 3 else 100_000
    folder = tempfile.mkdtemp(prefix="guanxi-backups-")
    service = Service(binary, "--backup-folder", folder)
    print("| What | Found | Bound | |\n| --- | --- | --- | --- |")
    try:
        client = service.client()
        if customers:
            fill(client, customers)
        writers = [Writer(service, number) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        made, spans = [], []
        for number in range(rounds):
            next_start = time.monotonic() + seconds
            before = [writer.count for writer in writers]
            start = time.monotonic()
            backup = finished(client, client.ask("POST", "/v1/backups").fields["Location"])
            spans.append((start, time.monotonic()))
            made.append((backup, before, [writer.count for writer in writers]))
            if number < rounds - 1:
                time.sleep(max(0, next_start - time.monotonic()))
        for writer in writers:
            writer.is_over = True
        for writer in writers:
            writer.join()
        broken = [writer.failure for writer in writers if writer.failure]
        check("changes that were refused", len(broken), "0", not broken)
        statuses = [backup["status"] for backup, _, _ in made]
        good = statuses.count("finished")
        check("backups made under load", good, rounds, good == rounds)
        faults = [
            fault for backup, before, after in made
            if (fault := verify(service, folder, backup, before, after))
        ]
        for fault in faults:
            print(fault, file=sys.stderr)
        check("that restore to a prefix of what was answered", rounds - len(faults), rounds,
              not faults)
        last = made[-1][0]
        rows, size = last["tables"]["customer"], last["bytes"] / MIB
        print(f"| the last one | {rows:,} customers, {size:.0f} MiB, "
              f"{spans[-1][1] - spans[-1][0]:.2f} s | | |")
        times = [one for writer in writers for one in writer.times]
        during = [t for start, t in times if any(a <= start <= b for a, b in spans)]
        beside = [t for start, t in times if not any(a <= start <= b for a, b in spans)]
        covered = sum(b - a for a, b in spans)
        total = max(start for start, _ in times) - min(start for start, _ in times)
        print(f"| changes a second while one is made | {len(during) / covered:,.0f}, "
              f"otherwise {len(beside) / max(total - covered, 0.001):,.0f} | | |")
        print(f"| 99th percentile while one is made | {p99(during) * 1000:.1f} ms, "
              f"otherwise {p99(beside) * 1000:.1f} ms | | |")
        client.close()
    finally:
        service.kill()
        shutil.rmtree(folder)
    sys.exit(1 if failures else 0)


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the service under load, again and again, and looks for what it had answered.

Usage: Tests/Proofs/durability.py [BINARY] [--rounds N] [--clients N]

Each round, clients write customers, orders, complaints and changes, some with an Idempotency-Key that
is sent again after the restart, until the process is killed with signal 9. Then it is started again:
what was answered must be there, once and whole; what was not may be there, but whole. At the end the
file is checked and the journal counted.
"""

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROUNDS, CLIENTS = 40, 16


class Lost(Exception):
    pass


def start(binary, database):
    """Starts the service; returns it with its port and the seconds until its first answer."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [binary, "serve", "--database", database, "--port", "0", "--rate-limits", "off"]
        + ["--log-level", "error"],
        stdout=subprocess.PIPE, text=True,
    )
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return process, port, time.monotonic() - begin
        except OSError:
            pass
        finally:
            connection.close()


class Writer(threading.Thread):
    """Writes until its connection breaks; remembers what was answered and what was not."""

    def __init__(self, port, token, name, kept):
        super().__init__()
        self.port, self.token, self.name, self.kept = port, token, name, kept
        self.answered, self.open, self.fault = [], None, None

    def send(self, connection, kind, body, key=None):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        self.open = (kind, body, key)
        connection.request("POST", "/v1/" + kind, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status == 503:
            return None
        if answer.status not in (200, 201):
            raise Lost(f"{kind} {body}: {answer.status} {text}")
        self.answered.append((kind, json.loads(text)["id"], body, key))
        self.open = None
        return self.answered[-1][1]

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            # What the last round left without an answer is sent again: it must not be done twice.
            for kind, body, key in self.kept:
                self.send(connection, kind, body, key)
            number = 0
            while True:
                number += 1
                name = f"{self.name}-{number}"
                customer = self.send(
                    connection, "customers",
                    {"kind": "individual", "name": name, "externalId": name,
                     "phones": [{"number": f"138{random.randrange(10**8):08}"}]},
                )
                lines = [{"sku": "A", "quantity": 2, "unitPrice": "3.00"},
                         {"sku": "B", "quantity": 1, "unitPrice": "4.00"}]
                self.send(
                    connection, "orders",
                    {"customerId": customer, "externalId": name,
                     "placedAt": "2026-01-01T00:00:00Z", "lines": lines},
                )
                self.send(
                    connection, "complaints",
                    {"customerId": customer, "channel": "web", "subject": name},
                    key="k-" + name,
                )
        except (OSError, http.client.HTTPException):
            pass
        except Exception as error:
            self.fault = error


def verify(database, answered):
    """Counts what is lost, in parts, or doubled."""
    base = sqlite3.connect(database)
    lost = partial = doubled = 0
    names = {
        "customers": ("customer", "name", "customer.created"),
        "orders": ("customer_order", "external_id", "order.created"),
        "complaints": ("complaint", "subject", "complaint.opened"),
    }
    for kind, (table, column, _) in names.items():
        rows = {}
        for id, name in base.execute(f"SELECT id, {column} FROM {table}"):
            rows.setdefault(name, []).append(id)
        doubled += sum(len(ids) - 1 for ids in rows.values())
        for found, id, body, _ in answered:
            if found == kind and rows.get(body.get("externalId") or body["subject"]) != [id]:
                lost += 1
    one = lambda sql: base.execute(sql).fetchone()[0]
    # Each record with all that belongs to it, and one entry of the journal.
    partial += one("SELECT count(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM customer_phone p"
                   " WHERE p.customer_id = c.id)")
    partial += one("SELECT count(*) FROM customer_order o WHERE (SELECT count(*) FROM order_line l"
                   " WHERE l.order_id = o.id) <> 2")
    partial += one("SELECT count(*) FROM complaint k WHERE (SELECT count(*) FROM complaint_history h"
                   " WHERE h.complaint_id = k.id) <> 1")
    entries = {}
    for kind, id in base.execute("SELECT subject_type, subject_id FROM event"):
        entries[kind, id] = entries.get((kind, id), 0) + 1
    for table, kind in [("customer", "customer"), ("customer_order", "order"),
                        ("complaint", "complaint")]:
        for id, in base.execute(f"SELECT id FROM {table}"):
            partial += entries.get((kind, id)) != 1
    base.close()
    return lost, partial, doubled


def main(arguments):
    rounds, clients, binary = ROUNDS, CLIENTS, ".build/release/guanxi"
    while arguments:
        argument = arguments.pop(0)
        if argument == "--rounds":
            rounds = int(arguments.pop(0))
        elif argument == "--clients":
            clients = int(arguments.pop(0))
        else:
            binary = argument
    binary = os.path.abspath(binary)
    failed = False

    def check(what, figure, bound, holds):
        nonlocal failed
        failed = failed or not holds
        print(f"| {what} | {figure} | {bound} | {'ok' if holds else 'FAILED'} |", flush=True)

    with tempfile.TemporaryDirectory(prefix="guanxi-proof-") as folder:
        database = os.path.join(folder, "guanxi.sqlite")
        create = [binary, "token", "create", "--name", "proof", "--role", "admin"]
        token = subprocess.run(
            create + ["--database", database], capture_output=True, text=True, check=True
        ).stdout.strip()
        print("| What | Figure | Bound | |\n| --- | --- | --- | --- |", flush=True)
        answered, kept, readiness, again = [], [[] for _ in range(clients)], [], 0
        for number in range(rounds):
            process, port, seconds = start(binary, database)
            readiness.append(seconds)
            writers = [Writer(port, token, f"r{number}-{i}", kept[i]) for i in range(clients)]
            for writer in writers:
                writer.start()
            time.sleep(random.uniform(0.05, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
            for i, writer in enumerate(writers):
                writer.join()
                if writer.fault:
                    raise writer.fault
                answered += writer.answered
                # Only what carries a key may be sent again without a thought.
                kept[i] = [writer.open] if writer.open and writer.open[2] else []
                again += len(kept[i])
        process, port, seconds = start(binary, database)
        readiness.append(seconds)
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        unique = {(kind, id): (kind, id, body, key) for kind, id, body, key in answered}
        lost, partial, doubled = verify(database, list(unique.values()))
        result = subprocess.run([binary, "check", "--database", database], capture_output=True,
                                text=True)
        check(f"{rounds} kills under {clients} clients: acknowledged and lost",
              f"{lost} of {len(unique):,}", "0", lost == 0 and len(unique) > rounds)
        check("records in parts", partial, "0", partial == 0)
        check(f"records doubled, {again} sent again", doubled, "0", doubled == 0)
        check("slowest start", f"{max(readiness):.2f} s", "≤ 2 s", max(readiness) <= 2)
        check("guanxi check", result.stdout.strip() or result.stderr.strip(), "sound",
              result.returncode == 0)
        check("exit code on SIGTERM", code, "0", code == 0)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

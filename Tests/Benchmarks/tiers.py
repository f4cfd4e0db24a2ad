#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures tier runs and reports over a large base: beside the bare grouping query, and beside reads
and changes that go on meanwhile.

Usage: Tests/Benchmarks/tiers.py [path of the guanxi binary]

Needs sqlite3 and wrk on the PATH. Customers are imported, orders made by SQL. Everything happens in
a temporary folder, or in BENCH_FOLDER, whose base is used again.
"""

import json
import os
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000000"))
ORDERS = int(os.environ.get("BENCH_ORDERS", "10000000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
GUANXI = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/guanxi")
# The orders are of the two years before this.
END = 1_767_225_600_000
DAY = 86_400_000


def make(path):
    with open("customers.csv", "w") as file:
        file.write("externalId,kind,name\n")
        for number in range(CUSTOMERS):
            file.write(f"C{number:07},individual,Customer {number}\n")
    command = [GUANXI, "import", "customers", "customers.csv", "--database", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA temp_store = MEMORY")
    base.execute("PRAGMA cache_size = -1000000")
    # Indexes are made at the end, sorted, which is quicker.
    indexes = base.execute(
        "SELECT name, sql FROM sqlite_master"
        " WHERE type = 'index' AND tbl_name = 'customer_order' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        base.execute(f"DROP INDEX {name}")
    draw = random.Random(7)
    base.executemany(
        "INSERT INTO customer_order (customer_id, placed_at, total, cost, terms, version,"
        " created_at, updated_at) VALUES (?, ?, ?, ?, 'prepaid', 1, 0, 0)",
        (
            (
                1 + int(CUSTOMERS * draw.random() ** 2),
                END - int(draw.random() * 730 * DAY),
                total := int(2000 / (1.0001 - draw.random())),
                total * 6 // 10,
            )
            for _ in range(ORDERS)
        ),
    )
    for _, sql in indexes:
        base.execute(sql)
    base.commit()
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def bare(path):
    """How long the sqlite3 shell takes for the sums of all customers."""
    query = "SELECT customer_id, sum(total) FROM customer_order GROUP BY customer_id"
    start = time.monotonic()
    subprocess.run(["sqlite3", path, query], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


class Server:
    def __init__(self, path):
        self.process = subprocess.Popen(
            [GUANXI, "serve", "--database", path, "--port", "0", "--log-level", "warning"]
            + ["--rate-limits", "off"],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().split()[-1]
        command = [GUANXI, "token", "create", "--name", "bench", "--role", "admin"]
        self.token = subprocess.run(
            command + ["--database", path], capture_output=True, text=True, check=True
        ).stdout.strip()

    def ask(self, target, body=None):
        request = urllib.request.Request(
            self.url + target,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/json"},
        )
        start = time.monotonic()
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text), time.monotonic() - start

    def tier_run(self, as_of, scope="all"):
        """How long a run takes from its request to its end."""
        start = time.monotonic()
        body = {"asOf": as_of, "windowMonths": 12, "scope": scope}
        run, _ = self.ask("/v1/tier-runs", body)
        while True:
            state, _ = self.ask(f"/v1/tier-runs/{run['id']}")
            if state["status"] != "running":
                assert state["status"] == "finished", state
                self.customers_read = state["customersRead"]
                return time.monotonic() - start
            time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0


class Load:
    """What wrk found: requests a second, and the 99th percentile in milliseconds."""

    UNITS = {"us": 0.001, "ms": 1, "s": 1000}

    def __init__(self, server, connections, script):
        text = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "--latency"]
            + ["-H", "Authorization: Bearer " + server.token, "-s", script, server.url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "Non-2xx" not in text, text
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
        self.p99 = float(number) * self.UNITS[unit]


def write_scripts():
    with open("read.lua", "w") as file:
        file.write(
            "request = function() return wrk.format('GET', '/v1/customers/' .. "
            f"math.random(1, {CUSTOMERS})) end"
        )
    with open("change.lua", "w") as file:
        file.write(
            "wrk.method = 'POST'; wrk.headers['Content-Type'] = 'application/json'; "
            "request = function() return wrk.format(nil, '/v1/complaints', nil, '"
            + '{"customerId":' + f"' .. math.random(1, {CUSTOMERS}) .. '"
            + ',"channel":"hotline","subject":"late"}' + "') end"
        )


class Running:
    """Tier runs, one after the other, for as long as it is entered."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.goes_on = True

        def go():
            while self.goes_on:
                self.server.tier_run("2026-01-01")

        self.thread = threading.Thread(target=go)
        self.thread.start()
        time.sleep(0.5)

    def __exit__(self, *_):
        self.goes_on = False
        self.thread.join()


def report(what, figure, beside="", bound=""):
    print(f"| {what} | {figure} | {beside} | {bound} |", flush=True)


def seconds(times):
    return ", ".join(f"{time:.2f}" for time in times) + " s"


def changed(server, whole):
    """Runs of the next days, each after a thousand orders: the window leaves a day's orders behind."""
    draw = random.Random(11)
    times, read = [], []
    for day in range(2, 2 + ROUNDS):
        for _ in range(1000):
            customer = draw.randint(1, CUSTOMERS)
            placed = f"2026-01-{day - 1:02}T12:00:00+08:00"
            server.ask("/v1/orders", {"customerId": customer, "placedAt": placed, "total": "99"})
        times.append(server.tier_run(f"2026-01-{day:02}", "changed"))
        read.append(f"{server.customers_read:,}")
    report(
        f"the next day's run, which reads {', '.join(read)} customers",
        seconds(times),
        f"over all {whole:.2f} s",
    )


def beside_runs(server, what, connections, script, bound):
    alone = [Load(server, connections, script) for _ in range(ROUNDS)]
    with Running(server):
        beside = [Load(server, connections, script) for _ in range(ROUNDS)]

    def times(figure):
        return statistics.median(map(figure, beside)) / statistics.median(map(figure, alone))

    def figures(loads):
        rates = ", ".join(f"{load.rate:,.0f}" for load in loads)
        return f"{rates}/s, p99 " + ", ".join(f"{load.p99:.2f}" for load in loads) + " ms"

    rate, p99 = times(lambda load: load.rate), times(lambda load: load.p99)
    report(
        f"{what} beside tier runs",
        figures(beside),
        f"alone {figures(alone)}; rate {rate:.2f}, p99 {p99:.1f} times",
        bound,
    )


def measure(path):
    grouping = [bare(path) for _ in range(ROUNDS)]
    server = Server(path)
    # One a year before, beside which the pyramid stands.
    server.tier_run("2025-01-01")
    runs = [server.tier_run("2026-01-01") for _ in range(ROUNDS)]
    ratio = statistics.median(runs) / statistics.median(grouping)
    report(
        f"tier run over {CUSTOMERS:,} customers and {ORDERS:,} orders",
        seconds(runs),
        f"bare GROUP BY {seconds(grouping)}, {ratio:.1f} times",
        "≤ 3 times",
    )
    changed(server, statistics.median(runs))
    beside_runs(server, "GET of customers", 8, "read.lua", "p99 ≤ 2 times")
    beside_runs(server, "durable POST of complaints", 64, "change.lua", "rate ≥ 0.5 times")
    for name in ["retention", "pyramid"]:
        try:
            times = [server.ask(f"/v1/reports/{name}")[1] for _ in range(ROUNDS)]
        except urllib.error.HTTPError as error:
            report(f"GET /v1/reports/{name}", f"{error.code}: {error.read().decode()}", "", "≤ 2 s")
            continue
        report(f"GET /v1/reports/{name}", seconds(times), "", "≤ 2 s")
    server.stop()


def main():
    folder = os.environ.get("BENCH_FOLDER")
    with tempfile.TemporaryDirectory() as made:
        os.chdir(folder or made)
        if not os.path.exists("base.sqlite"):
            make("base.sqlite")
        subprocess.run([GUANXI, "migrate", "--database", "base.sqlite"], check=True)
        write_scripts()
        print("| What | Figure | Beside | Bound |\n| --- | --- | --- | --- |")
        measure("base.sqlite")
        os.chdir("/")


if __name__ == "__main__":
    main()

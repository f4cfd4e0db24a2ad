#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures durable POSTs, one after the other on one connection, beside a look for warnings that
raises cases and asks for steps of the debtor ladder, and beside tier runs that propose endings.

Usage: Tests/Benchmarks/debtors.py [path of the guanxi binary]

BENCH_CUSTOMERS customers have BENCH_INVOICES overdue invoices each, and one more has BENCH_MOST,
whose look and whose run are measured by themselves. Everything happens in a temporary folder.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "5000"))
INVOICES = int(os.environ.get("BENCH_INVOICES", "20"))
MOST = int(os.environ.get("BENCH_MOST", "20000"))
GUANXI = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/guanxi")
HEAD = "customerExternalId,externalId,placedAt,total,terms,dueAt\n"


def rows(customers, invoices):
    draw = random.Random(1)
    for customer in customers:
        for number in range(invoices):
            day = number % 28 + 1
            yield (
                f"{customer},{customer}-{number},2026-0{number % 8 + 1}-{day:02},"
                f"{draw.randint(1, 300)}.00,credit,2026-09-{day:02}\n"
            )


class Server:
    def __init__(self, path):
        token = [GUANXI, "token", "create", "--database", path, "--name", "b", "--role", "admin"]
        self.token = subprocess.run(
            token, check=True, capture_output=True, text=True
        ).stdout.strip()
        self.process = subprocess.Popen(
            [GUANXI, "serve", "--database", path, "--port", "0", "--rate-limits", "off"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        place = self.process.stdout.readline().strip().rsplit("/", 1)[1]
        self.posting, self.asking = (
            http.client.HTTPConnection(place, timeout=600) for _ in range(2)
        )

    def send(self, method, target, body=None, kind="application/json", over=None):
        connection = over or self.asking
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": kind}
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, text
        return json.loads(text)

    def posts(self, is_done):
        """How many milliseconds each POST took until this was so, which is asked now and then."""
        body = json.dumps(
            {"customerId": 1, "amount": "1.00", "spentAt": "2026-11-01T00:00:00Z", "purpose": "x"}
        )
        times, begin, asked = [], time.monotonic(), 0
        while True:
            start = time.monotonic()
            self.send("POST", "/v1/expenses", body, over=self.posting)
            end = time.monotonic()
            times.append((end - start) * 1000)
            if end - asked > 0.1:
                asked = end
                if is_done():
                    return times, end - begin

    def import_orders(self, customers, invoices):
        self.send("POST", "/v1/imports/orders", HEAD + "".join(rows(customers, invoices)), "text/csv")

    def is_looked(self):
        runs = self.send("GET", "/v1/warning-runs?sort=-id&limit=1")["items"]
        return bool(runs) and runs[0]["status"] == "finished"

    def tier_run(self):
        run = self.send("POST", "/v1/tier-runs", json.dumps({"scope": "all"}))["id"]
        return lambda: self.send("GET", f"/v1/tier-runs/{run}")["status"] != "running"

    def count(self, target):
        return self.send("GET", f"/v1/{target}?limit=1&count=exact")["count"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def report(what, found, idle=None):
    times, seconds = found
    times = sorted(times)
    rate = len(times) / seconds
    beside = f"{rate / idle:.2f}" if idle else ""
    print(
        f"| {what} | {rate:,.0f}/s | {beside} | {times[len(times) // 2]:.1f} ms |"
        f" {times[len(times) * 99 // 100]:.1f} ms | {times[-1]:.1f} ms | {seconds:.1f} s |",
        flush=True,
    )
    return rate


def for_seconds(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def main():
    print("| Beside | POSTs | of alone | median | p99 | longest | took |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("orders.csv", "w") as file:
            file.write(HEAD)
            file.writelines(rows((f"D{number}" for number in range(CUSTOMERS)), INVOICES))
        command = [GUANXI, "import", "orders", "orders.csv", "--database", "base.sqlite"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with Server("base.sqlite") as server:
            looked = server.posts(server.is_looked)
            opened = server.count("warnings"), server.count("tasks")
            time.sleep(1)
            idle = report("nothing", server.posts(for_seconds(3)))
            report("a look that raises {:,} cases, with {:,} tasks".format(*opened), looked, idle)
            proposed = server.posts(server.tier_run())
            count = server.count("ending-candidates")
            report(f"a tier run that proposes {count:,} endings", proposed, idle)
            report("the next one, with nothing new", server.posts(server.tier_run()), idle)
            server.import_orders(["MOST"], MOST)
            tasks = opened[1] + MOST
            look = server.posts(lambda: server.count("tasks") >= tasks)
            report(f"the look at one customer with {MOST:,} invoices", look, idle)
            report("a tier run with that one", server.posts(server.tier_run()), idle)


if __name__ == "__main__":
    main()

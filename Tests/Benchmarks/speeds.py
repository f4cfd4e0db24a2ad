#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the service against plain tools in one run, so that the ratios mean something.

Usage: Tests/Benchmarks/speeds.py [path of the guanxi binary]
Needs sqlite3, wrk and nginx on the PATH. Everything happens in a temporary folder; the servers
listen on loopback only.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
ORDERS = int(os.environ.get("BENCH_ORDERS", "1000000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))

GUANXI = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/guanxi")


def timed(command, **options):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    return time.monotonic() - start


def report(what, figure, beside="", bound=""):
    print(f"| {what} | {figure} | {beside} | {bound} |", flush=True)


def write_files():
    draw = random.Random(7)
    with open("customers.csv", "w") as file:
        file.write("externalId,kind,name,phones.0.number\n")
        for number in range(CUSTOMERS):
            file.write(f"C{number:07},individual,Customer {number},138{number:08}\n")
    with open("orders.csv", "w") as file:
        file.write("externalId,customerExternalId,placedAt,total\n")
        for number in range(ORDERS):
            customer = int(CUSTOMERS * draw.random() ** 2)
            day = f"20{24 + number % 2}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
            total = draw.paretovariate(1.3) * 20
            file.write(f"O{number:08},C{customer:07},{day}T10:00:00Z,{total:.2f}\n")


def measure_import():
    timed([GUANXI, "import", "customers", "customers.csv", "--database", "g.sqlite"])
    script = textwrap.dedent(
        """\
        CREATE TABLE t (externalId TEXT, customerExternalId TEXT, placedAt TEXT, total TEXT);
        CREATE UNIQUE INDEX i ON t (externalId);
        .mode csv
        .import --skip 1 orders.csv t
        """
    )
    bare = timed(["sqlite3", "bare.sqlite"], input=script.encode())
    ours = timed([GUANXI, "import", "orders", "orders.csv", "--database", "g.sqlite"])
    report(
        f"import of {ORDERS:,} orders",
        f"{ORDERS / ours:,.0f} rows/s",
        f"sqlite3 .import {ORDERS / bare:,.0f} rows/s, ratio {bare / ours:.2f}",
        "ratio ≥ 0.2",
    )


def measure_tiers():
    query = "SELECT customer_id, sum(total) FROM customer_order GROUP BY customer_id"
    bare = timed(["sqlite3", "g.sqlite", query])
    ours = timed([GUANXI, "tiers", "--as-of", "2026-01-01", "--database", "g.sqlite"])
    report(
        f"tier run over {CUSTOMERS:,} customers",
        f"{ours:.2f} s",
        f"bare GROUP BY {bare:.2f} s",
        f"≤ {3 * bare + 2:.2f} s",
    )


class Server:
    def __init__(self, *options):
        start = time.monotonic()
        self.process = subprocess.Popen(
            [GUANXI, "serve", "--database", "g.sqlite", "--port", "0", "--log-level", "warning"]
            + list(options),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().split()[-1]
        token = subprocess.run(
            [GUANXI, "token", "create", "--name", "bench", "--role", "admin"]
            + ["--database", "g.sqlite"],
            capture_output=True, text=True, check=True,
        ).stdout.strip() if not os.path.exists("token") else open("token").read()
        if not os.path.exists("token"):
            open("token", "w").write(token)
        self.token = token
        self.get("/v1/customers/1")
        self.ready = time.monotonic() - start

    def get(self, target):
        request = urllib.request.Request(
            self.url + target, headers={"Authorization": "Bearer " + self.token}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0


def wrk(url, connections, token=None, script=None):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}"]
    if token:
        command += ["-H", "Authorization: Bearer " + token]
    if script:
        command += ["-s", script]
    text = subprocess.run(command + [url], capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    assert not bad, text
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))


def nginx():
    with open("nginx.conf", "w") as file:
        file.write(
            f"daemon off; pid {os.getcwd()}/nginx.pid; worker_processes 2; error_log stderr crit;"
            "events { worker_connections 1024; } http { access_log off; keepalive_requests"
            " 100000000; server { listen 127.0.0.1:8199; location / { default_type"
            " application/json; return 200 '" + '{"id":1,"name":"constant"}' + "'; } } }"
        )
    process = subprocess.Popen(["nginx", "-p", os.getcwd(), "-c", "nginx.conf"])
    for _ in range(1000):
        try:
            urllib.request.urlopen("http://127.0.0.1:8199/").read()
            return process
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("nginx did not start")


def measure_requests():
    Server().stop()  # makes the token and warms the file cache
    server = Server()
    report(f"first answer with {CUSTOMERS:,} customers", f"{server.ready:.3f} s", "", "≤ 0.3 s")
    constant = nginx()
    with open("get.lua", "w") as file:
        file.write(
            "request = function() return wrk.format('GET', '/v1/customers/' .. "
            f"math.random(1, {CUSTOMERS})) end"
        )
    with open("post.lua", "w") as file:
        file.write(
            "wrk.method = 'POST'; wrk.headers['Content-Type'] = 'application/json'; "
            "wrk.body = '" + '{"customerId":1,"channel":"phone","direction":"inbound",'
            '"content":"information","occurredAt":"2026-01-01T00:00:00Z","summary":"asked"}' + "'"
        )
    baseline = wrk("http://127.0.0.1:8199/", 64)
    point = wrk(server.url, 64, server.token, "get.lua")
    report(
        "point GET, 64 connections",
        f"{point:,.0f}/s",
        f"nginx constant {baseline:,.0f}/s, ratio {point / baseline:.2f}",
        "",
    )
    one = wrk(server.url + "/v1/interactions", 1, server.token, "post.lua")
    many = wrk(server.url + "/v1/interactions", 256, server.token, "post.lua")
    report(
        "durable POST, 256 connections",
        f"{many:,.0f}/s",
        f"one connection {one:,.0f}/s, ratio {many / one:.1f}",
        "",
    )
    constant.terminate()
    constant.wait()
    server.stop()


def main():
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as folder:
        os.chdir(folder)
        print("| What | Figure | Beside | Bound |\n| --- | --- | --- | --- |")
        write_files()
        measure_import()
        measure_tiers()
        measure_requests()
        os.chdir("/")


main()

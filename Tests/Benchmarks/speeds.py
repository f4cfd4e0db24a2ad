#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the service against plain tools in one run, so that the ratios mean something.

Usage: Tests/Benchmarks/speeds.py [path of the guanxi binary] [WHAT…]
WHAT is of import, tiers, requests, commits, lanes, sizes; all but sizes if none is given. Needs sqlite3, wrk
and nginx on the PATH. Everything happens in a temporary folder; the servers listen on loopback only.
"""

import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import urllib.request

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
ORDERS = int(os.environ.get("BENCH_ORDERS", "1000000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))

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
    timed([GUANXI, "import", "customers", "customers.csv", "--database", "customers.sqlite"])
    script = textwrap.dedent(
        """\
        CREATE TABLE t (externalId TEXT, customerExternalId TEXT, placedAt TEXT, total TEXT);
        CREATE UNIQUE INDEX i ON t (externalId);
        .mode csv
        .import --skip 1 orders.csv t
        """
    )
    rounds = []
    for _ in range(ROUNDS):
        for name in ["bare.sqlite", "g.sqlite", "g.sqlite-wal", "g.sqlite-shm"]:
            if os.path.exists(name):
                os.remove(name)
        shutil.copy("customers.sqlite", "g.sqlite")
        bare = timed(["sqlite3", "bare.sqlite"], input=script.encode())
        ours = timed([GUANXI, "import", "orders", "orders.csv", "--database", "g.sqlite"])
        rounds.append((bare / ours, ORDERS / ours, ORDERS / bare))
    for ratio, ours, bare in rounds:
        report(
            f"import of {ORDERS:,} orders",
            f"{ours:,.0f} rows/s",
            f"sqlite3 .import {bare:,.0f} rows/s, ratio {ratio:.2f}",
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
    def __init__(self, database="g.sqlite", preload=None):
        start = time.monotonic()
        self.process = subprocess.Popen(
            [GUANXI, "serve", "--database", database, "--port", "0", "--log-level", "warning"]
            + ["--rate-limits", "off"],
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ, LD_PRELOAD=preload) if preload else None,
        )
        self.url = self.process.stdout.readline().split()[-1]
        name = database + ".token"
        if not os.path.exists(name):
            command = [GUANXI, "token", "create", "--name", "bench", "--role", "admin"]
            with open(name, "w") as file:
                subprocess.run(command + ["--database", database], stdout=file, check=True)
        with open(name) as file:
            self.token = file.read().strip()
        self.get("/v1/customers/1")
        self.ready = time.monotonic() - start

    def get(self, target):
        request = urllib.request.Request(
            self.url + target, headers={"Authorization": "Bearer " + self.token}
        )
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def wait_for_warnings(self):
        """Until it has looked at all customers, as it does once a day."""
        while b'"status":"finished"' not in self.get("/v1/warning-runs"):
            time.sleep(0.5)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0


class Load:
    """What wrk found: requests a second, and the 99th percentile in milliseconds."""

    UNITS = {"us": 0.001, "ms": 1, "s": 1000}

    def __init__(self, url, connections, token=None, script=None, seconds=None):
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds or SECONDS}", "--latency"]
        if token:
            command += ["-H", "Authorization: Bearer " + token]
        if script:
            command += ["-s", script]
        text = subprocess.run(command + [url], capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in text, text
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
        self.p99 = float(number) * self.UNITS[unit]


def warm_up():
    """Makes the token, reads the file into memory and has the day's work done."""
    server = Server()
    server.wait_for_warnings()
    server.stop()


def write_scripts():
    with open("tier.lua", "w") as file:
        file.write(
            "request = function() return wrk.format('GET', '/v1/customers/' .. "
            f"math.random(1, {CUSTOMERS}) .. '/tier') end"
        )
    with open("complaint.lua", "w") as file:
        file.write(
            "wrk.method = 'POST'; wrk.headers['Content-Type'] = 'application/json'; "
            "request = function() return wrk.format(nil, nil, nil, '"
            + '{"customerId":' + f"' .. math.random(1, {CUSTOMERS}) .. '"
            + ',"channel":"hotline","subject":"late"}' + "') end"
        )
    with open("team.lua", "w") as file:
        file.write(
            "math.randomseed(os.time()); wrk.method = 'POST'; "
            "wrk.headers['Content-Type'] = 'application/json'; "
            "request = function() return wrk.format(nil, nil, nil, "
            """'{"name":"' .. math.random(1e9) .. '-' .. math.random(1e9) .. '"}') end"""
        )


class Nginx:
    """Answers everything with one constant body, from two processes and without a log."""

    def __init__(self, body):
        with open("nginx.conf", "w") as file:
            file.write(
                f"daemon off; pid {os.getcwd()}/nginx.pid; worker_processes 2; error_log stderr"
                " crit; events { worker_connections 4096; } http { access_log off;"
                " keepalive_requests 100000000; server { listen 127.0.0.1:8199 backlog=4096;"
                " location / { default_type application/json; return 200 '" + body + "'; } } }"
            )
        self.process = subprocess.Popen(["nginx", "-p", os.getcwd(), "-c", "nginx.conf"])
        self.url = "http://127.0.0.1:8199/"
        for _ in range(1000):
            try:
                urllib.request.urlopen(self.url).read()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError("nginx did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def median(rounds, value):
    return statistics.median(value(one) for one in rounds)


def measure_requests():
    warm_up()
    server = Server()
    report(f"first answer with {CUSTOMERS:,} customers", f"{server.ready:.3f} s", "", "≤ 0.3 s")
    nginx = Nginx(server.get("/v1/customers/1/tier").decode())
    for connections, bound in [(32, "ratio ≥ 0.55, p99 ≤ 2 ×"), (1000, "ratio ≥ 0.5")]:
        rounds = [
            (
                Load(nginx.url, connections, server.token, "tier.lua"),
                Load(server.url, connections, server.token, "tier.lua"),
            )
            for _ in range(ROUNDS)
        ]
        ratios = ", ".join(f"{ours.rate / other.rate:.2f}" for other, ours in rounds)
        report(
            f"GET …/tier, {connections:,} connections",
            f"{median(rounds, lambda one: one[1].rate):,.0f}/s, p99"
            f" {median(rounds, lambda one: one[1].p99):.1f} ms",
            f"nginx constant {median(rounds, lambda one: one[0].rate):,.0f}/s, p99"
            f" {median(rounds, lambda one: one[0].p99):.1f} ms; ratios {ratios}",
            bound,
        )
    nginx.stop()
    target = server.url + "/v1/complaints"
    one = Load(target, 1, server.token, "complaint.lua")
    many = Load(target, 256, server.token, "complaint.lua")
    report(
        "durable POST /v1/complaints, 256 connections",
        f"{many.rate:,.0f}/s, p99 {many.p99:.1f} ms",
        f"one connection {one.rate:,.0f}/s, ratio {many.rate / one.rate:.1f}",
        "p99 < 30 ms",
    )
    server.stop()


def library(name, sync):
    """A library to load before libc, in which `sync`, in C, takes the place of each sync of `f`."""
    with open(name + ".c", "w") as file:
        file.write("#define _GNU_SOURCE\n#include <unistd.h>\n#include <sys/syscall.h>\n")
        file.write(f"int fsync(int f) {{ {sync} }} int fdatasync(int f) {{ {sync} }}")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", name + ".so", name + ".c"], check=True)
    return os.path.abspath(name + ".so")


def measure_commits():
    """What it costs to be durable: many connections beside one, and syncs beside none; of complaints,
    with all their rules, and of teams, which are little more than a row and its entry in the journal.
    Each is measured on a copy of the base, for the base grows meanwhile.
    """
    warm_up()
    none = library("none", "return 0;")
    slow = library("slow", "usleep(1000); return syscall(SYS_fdatasync, f);")

    def rate(kind, connections, preload=None):
        shutil.copy("g.sqlite", "copy.sqlite")
        shutil.copy("g.sqlite.token", "copy.sqlite.token")
        os.sync()
        server = Server("copy.sqlite", preload)
        load = Load(f"{server.url}/v1/{kind}s", connections, server.token, kind + ".lua")
        server.stop()
        return load.rate

    rounds = []
    for _ in range(ROUNDS):
        found = {}
        for kind in ["complaint", "team"]:
            found[kind] = [rate(kind, connections) for connections in [1, 64, 256]]
            found[kind] += [rate(kind, 256, none), rate(kind, 1, slow), rate(kind, 64, slow)]
        rounds.append(found)
    for kind in ["complaint", "team"]:
        what = f"durable POST /v1/{kind}s, "
        for one, some, _, _, _, _ in (found[kind] for found in rounds):
            beside = f"one connection {one:,.0f}/s, ratio {some / one:.1f}"
            report(what + "64 connections", f"{some:,.0f}/s", beside, "ratio ≥ 8")
        for _, _, _, _, one, some in (found[kind] for found in rounds):
            beside = f"one connection {one:,.0f}/s, ratio {some / one:.1f}"
            report(what + "64, each sync 1 ms longer", f"{some:,.0f}/s", beside, "ratio ≥ 8")
        for _, _, many, bare, _, _ in (found[kind] for found in rounds):
            beside = f"without syncs {bare:,.0f}/s, ratio {many / bare:.2f}"
            report(what + "256 connections", f"{many:,.0f}/s", beside, "ratio ≥ 0.8")
    for found in rounds:
        complaints, teams = found["complaint"][2], found["team"][2]
        report(
            "opening complaints, 256 connections",
            f"{complaints:,.0f}/s",
            f"teams {teams:,.0f}/s, ratio {complaints / teams:.2f}",
            "ratio ≥ 0.5",
        )


def measure_lanes():
    """Point reads beside reports that look at every order."""
    server = Server()
    alone = Load(server.url, 8, server.token, "tier.lua")
    target = "/v1/reports/retention"
    start = time.monotonic()
    server.get(target)
    report_time = time.monotonic() - start
    goes_on = True

    def ask():
        while goes_on:
            server.get(target)

    reporter = threading.Thread(target=ask)
    reporter.start()
    beside = Load(server.url, 8, server.token, "tier.lua")
    goes_on = False
    reporter.join()
    report(
        f"GET …/tier beside reports of {report_time:.2f} s, one after the other",
        f"p99 {beside.p99:.2f} ms",
        f"alone {alone.p99:.2f} ms, {beside.p99 / alone.p99:.1f} times",
        "≤ 2 times",
    )
    server.stop()


def measure_sizes():
    """The same reads on a base of 10,000 and one of 1,000,000 customers."""
    rates = {}
    for count in [10_000, 1_000_000]:
        name = f"size-{count}.sqlite"
        with open("size.csv", "w") as file:
            file.write("externalId,kind,name,phones.0.number\n")
            for number in range(count):
                file.write(f"C{number:07},individual,Customer {number},138{number:08}\n")
        timed([GUANXI, "import", "customers", "size.csv", "--database", name])
        timed([GUANXI, "tiers", "--database", name])
        server = Server(name)
        targets = {
            "point GET": f"/v1/customers/{count // 2}",
            "first page of 50": "/v1/customers?sort=id",
            "page of 50 far on": far_page(server, count),
            "list by tier": "/v1/tiers?tier=small",
        }
        for what, target in targets.items():
            load = Load(server.url + target, 16, server.token, seconds=3)
            rates.setdefault(what, []).append(load.rate)
        server.stop()
    for what, (small, large) in rates.items():
        report(
            f"{what}, 1,000,000 customers",
            f"{large:,.0f}/s",
            f"10,000 customers {small:,.0f}/s, {small / large:.2f} times",
            "≤ 1.5 times",
        )


def far_page(server, count):
    """The page that begins behind most of the customers."""
    target = "/v1/customers?sort=-id&limit=500"
    first = json.loads(server.get(target.replace("-id", "id")))
    pages = min(10_000 * 50, count * 9 // 10) // 500
    after = first["next"]
    for _ in range(pages - 1):
        after = json.loads(server.get("/v1/customers?sort=id&limit=500&after=" + after))["next"]
    return "/v1/customers?sort=id&after=" + after


def main():
    parts = {
        "import": measure_import,
        "tiers": measure_tiers,
        "requests": measure_requests,
        "commits": measure_commits,
        "lanes": measure_lanes,
        "sizes": measure_sizes,
    }
    chosen = sys.argv[2:] or ["import", "tiers", "requests", "commits", "lanes"]
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as folder:
        os.chdir(folder)
        print("| What | Figure | Beside | Bound |\n| --- | --- | --- | --- |")
        write_scripts()
        if chosen != ["sizes"]:
            write_files()
            if "import" not in chosen:
                prepare()
        for name in chosen:
            parts[name]()
        os.chdir("/")


def prepare():
    """The base of customers, orders and tiers, where it is not itself measured."""
    for kind in ["customers", "orders"]:
        timed([GUANXI, "import", kind, kind + ".csv", "--database", "g.sqlite"])
    timed([GUANXI, "tiers", "--as-of", "2026-01-01", "--database", "g.sqlite"])


main()

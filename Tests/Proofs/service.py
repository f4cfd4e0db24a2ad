# SPDX-License-Identifier: Apache-2.0
"""The service under proof, what /proc tells of it, and the table of results."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from clients import Client, NormalClient

MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")
# A 99th percentile below this is never held against the service: a busy machine alone makes it.
FLOOR = float(os.environ.get("PROOF_FLOOR_MS", "5")) / 1000

failures = []


def check(what, figure, bound, holds):
    """Prints a row of the table."""
    if not holds:
        failures.append(what)
    print(f"| {what} | {figure} | {bound} | {'ok' if holds else 'FAILED'} |", flush=True)


def eventually(condition, seconds=5):
    """Waits until a condition holds; returns whether it does."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


class Service:
    """The service on a database in a temporary folder, and on a free port."""

    def __init__(self, binary, *options, database=None, descriptors=None):
        self.binary = binary
        self.folder = tempfile.TemporaryDirectory(prefix="guanxi-proof-")
        self.database = os.path.join(self.folder.name, "guanxi.sqlite")
        if database:
            shutil.copyfile(database, self.database)
        self.token = self.run("token", "create", "--name", "proof", "--role", "admin").strip()
        if "--rate-limits" in self.run("serve", "--help", database=False):
            options += ("--rate-limits", "off")
        self.log = open(os.path.join(self.folder.name, "log"), "w+")

        def limit():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        self.process = subprocess.Popen(
            [binary, "serve", "--database", self.database, "--port", "0"]
            + ["--log-level", "warning", "--spool-folder", self.folder.name, *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True, preexec_fn=limit,
        )
        host, port = self.process.stdout.readline().split("//")[-1].split(":")
        self.address = (host, int(port))
        if not database:
            self.add_customer()
        alone(self)
        self.first_descriptors = self.descriptors()
        self.first_memory = self.memory()

    def run(self, *arguments, database=True):
        command = [self.binary, *arguments] + (["--database", self.database] if database else [])
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def client(self):
        return Client(*self.address, self.token)

    def add_customer(self):
        client = self.client()
        status = client.post("/v1/customers", {"kind": "individual", "name": "a"}).status
        client.close()
        return status

    def journal_head(self):
        """The number of the last event."""
        client, head = self.client(), 0
        while events := client.get_json(f"/v1/events?after={head}&limit=500")["items"]:
            head = events[-1]["seq"]
        client.close()
        return head

    def read(self, name):
        with open(f"/proc/{self.process.pid}/{name}") as file:
            return file.read()

    def memory(self):
        """The resident bytes."""
        return int(self.read("status").split("VmRSS:")[1].split()[0]) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_seconds(self):
        fields = self.read("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def end(self, what, memory=32 * MIB):
        """Checks that all has come back and that SIGTERM ends it, if it runs still."""
        if self.process.poll() is None:
            self.check_level(f"after {what}", memory)
            self.process.send_signal(signal.SIGTERM)
            try:
                code = self.process.wait(60)
            except subprocess.TimeoutExpired:
                code = "none in 60 s"
            check(f"after {what}: exit code on SIGTERM", code, "0", code == 0)
        self.report_log(what)

    def check_level(self, what, memory):
        # A refused connection lingers for two seconds.
        most = self.first_descriptors + 2
        eventually(lambda: self.descriptors() <= most)
        count = self.descriptors()
        figure = f"{count}, {self.first_descriptors} before"
        check(f"{what}: open descriptors", figure, f"≤ {most}", count <= most)
        growth = self.memory() - self.first_memory
        bound = f"≤ {memory / MIB:.0f} MiB"
        check(f"{what}: memory kept", f"{growth / MIB:+.1f} MiB", bound, growth <= memory)

    def report_log(self, what):
        """Warnings and errors of the service go to standard error: they are no proof."""
        self.log.seek(0)
        lines = self.log.readlines()
        for line in lines[:5]:
            print(f"log, {what}: {line.rstrip()}", file=sys.stderr)
        if len(lines) > 5:
            print(f"log, {what}: {len(lines) - 5} more lines", file=sys.stderr)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()


def kernel_memory():
    """The bytes that the kernel holds for all TCP connections of the machine."""
    with open("/proc/net/sockstat") as file:
        line = next(line for line in file if line.startswith("TCP:"))
    return int(line.split()[-1]) * os.sysconf("SC_PAGE_SIZE")


class Peak(threading.Thread):
    """Watches how far a figure in bytes grows."""

    def __init__(self, measure):
        super().__init__(daemon=True)
        self.measure = measure
        self.first = self.most = measure()
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.wait(0.05):
            self.most = max(self.most, self.measure())

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.join()

    def check(self, what, bound):
        growth = self.most - self.first
        check(what, f"{growth / MIB:+.1f} MiB", f"≤ {bound / MIB:.0f} MiB", growth <= bound)


def alone(service):
    """The 99th percentile of a normal client with nobody beside it."""
    with NormalClient(service) as normal:
        pass
    return normal.p99


def check_normal(what, normal, quiet):
    """Holds a normal client against what it found when alone, just before and just after."""
    bound = max(3 * quiet, FLOOR)
    check(
        f"{what}: 99th percentile of {normal.count:,} normal requests",
        f"{normal.p99 * 1000:.2f} ms, alone {quiet * 1000:.2f} ms",
        f"≤ {bound * 1000:.1f} ms",
        normal.p99 <= bound,
    )
    failed = len(normal.failures)
    first = f", first {normal.failures[0]}" if failed else ""
    check(f"{what}: normal requests that failed", f"{failed}{first}", "0", failed == 0)


@contextlib.contextmanager
def normal_beside(service, what, memory, renewal=20):
    """What happens inside is beside a normal client, and may take so much memory."""
    before = alone(service)
    with Peak(service.memory) as peak, NormalClient(service, renewal) as normal:
        yield normal
    check_normal(what, normal, max(before, alone(service)))
    peak.check(f"{what}: memory", memory)

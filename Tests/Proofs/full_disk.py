#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that a full disk stops changes alone, that they come back, and that nothing is lost.

Usage: Tests/Proofs/full_disk.py [BINARY]
Needs root, to mount a tmpfs of 64 MiB for itself (PROOF_FOLDER says where, otherwise in /tmp); it
says so and ends with 0 where it may not. Prints a row of a Markdown table for each property and
ends with 1 if one does not hold. Takes two minutes.

Clients create customers and another, in a process of its own, reads. The disk is filled four times: by the customers
themselves, by a file of a stranger that leaves some room, by one that leaves none, and by one that
leaves none while the service is killed and started anew. Each time the stranger's file is removed
and the changes have to come back by themselves. In the end the service is killed, and each customer
that was acknowledged has to be there, once.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

from clients import Client, NormalClient, tally
from service import FLOOR, MIB, check, eventually, failures

SIZE = 64 * MIB
# What the service holds back of it; with more than that left, emptying its log can be enough for
# changes to be made for a moment.
BALLAST = SIZE // 50
WRITERS = 8
# What a change may be answered with while the disk is full.
REFUSALS = {503, 507}
RESUME = 5
PADDING = "x" * 150


@contextlib.contextmanager
def small_disk():
    """A tmpfs that no other process sees."""
    libc = ctypes.CDLL(None, use_errno=True)
    new_namespace, private, recursive = 0x20000, 1 << 18, 1 << 14
    folder = tempfile.mkdtemp(prefix="guanxi-proof-", dir=os.environ.get("PROOF_FOLDER"))

    def call(result):
        if result:
            os.rmdir(folder)
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    call(libc.unshare(new_namespace))
    call(libc.mount(None, b"/", None, private | recursive, None))
    options = f"size={SIZE},mode=700".encode()
    call(libc.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, options))
    try:
        yield folder
    finally:
        libc.umount2(folder.encode(), 2)
        os.rmdir(folder)


class Service:
    """The service on the small disk."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.database = os.path.join(folder, "guanxi.sqlite")
        self.token = self.run("token", "create", "--name", "proof", "--role", "admin").strip()
        self.log = tempfile.TemporaryFile("w+")
        self.start()

    def run(self, *arguments, code=0):
        command = [self.binary, *arguments, "--database", self.database]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != code:
            raise RuntimeError(f"{command}: {result.returncode}, {result.stderr}")
        return result.stdout + result.stderr

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--database", self.database, "--port", "0"]
            + ["--log-level", "notice", "--rate-limits", "off", "--spool-folder", "/tmp"],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            self.report_log()
            raise RuntimeError(f"the service ended with {self.process.wait()}")
        host, port = line.split("//")[-1].split(":")
        self.address = (host, int(port))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def client(self):
        return Client(*self.address, self.token)

    def metric(self, name):
        client = self.client()
        lines = client.get("/metrics").body.decode().splitlines()
        client.close()
        return next((int(one.split()[1]) for one in lines if one.startswith(name + " ")), None)

    def ready(self):
        client = self.client()
        answer = client.get("/readyz")
        client.close()
        return answer.status, answer.body.decode().strip()

    def report_log(self):
        self.log.seek(0)
        for line in self.log.readlines()[-20:]:
            print(f"log: {line.rstrip()}", file=sys.stderr)


class Load:
    """Clients that create customers, until told to stop."""

    def __init__(self, service, prefix="p"):
        self.service, self.prefix = service, prefix
        self.lock = threading.Lock()
        # Acknowledged external ids; (when, status) of changes.
        self.acknowledged, self.changes, self.failed = [], [], []
        self.is_over = threading.Event()
        self.numbers = iter(range(1 << 60))

    def __enter__(self):
        self.threads = [threading.Thread(target=self.write) for _ in range(WRITERS)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def repeat(self, one):
        client = None
        while not self.is_over.is_set():
            try:
                client = client or self.service.client()
                one(client)
            except Exception as error:
                with self.lock:
                    self.failed.append((time.monotonic(), repr(error)))
                if client:
                    client.close()
                client = None
                time.sleep(0.05)
        if client:
            client.close()

    def write(self):
        def one(client):
            with self.lock:
                number = next(self.numbers)
            name = f"{self.prefix}{number}"
            record = {"kind": "individual", "name": name + PADDING, "externalId": name}
            status = client.post("/v1/customers", record).status
            with self.lock:
                self.changes.append((time.monotonic(), status))
                if status == 201:
                    self.acknowledged.append(name)
            time.sleep(0.02)

        self.repeat(one)

    def statuses(self, start, end):
        with self.lock:
            return [status for when, status in self.changes if start <= when < end]

    def is_refused(self):
        now = time.monotonic()
        recent = self.statuses(now - 0.5, now)
        return bool(recent) and all(status in REFUSALS for status in recent)

    def has_gone_on(self, since):
        return 201 in self.statuses(since, time.monotonic())


class Stranger:
    """A file of somebody else's on the same disk."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "stranger")

    def fill(self, leave=0):
        """Takes all room but so many bytes, and goes on where more is given back."""
        with open(self.path, "ab", buffering=0) as file:
            while (free := self.free()) > leave:
                try:
                    file.write(b"s" * min(free - leave, MIB))
                except OSError:
                    return

    def free(self):
        volume = os.statvfs(os.path.dirname(self.path))
        return volume.f_bavail * volume.f_frsize

    def leave(self):
        os.unlink(self.path)


def check_refusals(what, load, start, end):
    """Holds what changes were answered with against what they may be."""
    statuses = load.statuses(start, end)
    good = set(statuses) & REFUSALS and set(statuses) <= REFUSALS | {201}
    check(f"{what}: answers to changes", tally(map(str, statuses)), "201, 503, 507", good)


def check_all_refused(what, load, start, end):
    statuses = load.statuses(start, end)
    good = statuses and set(statuses) <= REFUSALS
    check(f"{what}: answers while it is full", tally(map(str, statuses)), "507 or 503", good)


def check_reads(what, normal, quiet):
    """Holds reads against those beside the same load where there is room, before and after."""
    bound = max(2 * quiet, FLOOR)
    check(
        f"{what}: 99th percentile of {normal.count:,} reads",
        f"{normal.p99 * 1000:.2f} ms, with room {quiet * 1000:.2f} ms",
        f"≤ {bound * 1000:.1f} ms",
        normal.p99 <= bound,
    )
    failed = len(normal.failures)
    check(f"{what}: reads that failed", failed, "0", failed == 0)


def check_resume(what, load, start):
    eventually(lambda: load.has_gone_on(start), 2 * RESUME)
    when = min((at for at, status in list(load.changes) if at >= start and status == 201),
               default=float("inf"))
    check(f"{what}: changes are made again", f"after {when - start:.2f} s", f"≤ {RESUME} s",
          when - start <= RESUME)


def check_alive(service, what):
    code = service.process.poll()
    check(f"{what}: the process", "runs" if code is None else f"ended with {code}", "runs",
          code is None)


def check_ready(service, what):
    status, text = service.ready()
    good = status == 200 and "changes are refused" in text
    check(f"{what}: /readyz", f"{status}, “{text}”", "200, and says so", good)
    metric = service.metric("guanxi_changes_refused")
    check(f"{what}: guanxi_changes_refused", metric, "1", metric == 1)


def check_kept(service, what, acknowledged):
    """Every acknowledged customer is there, once."""
    client, found, cursor = service.client(), [], ""
    while True:
        page = client.get_json(f"/v1/customers?limit=500{cursor}")
        found += [one.get("externalId") for one in page["items"]]
        if not page.get("next"):
            break
        cursor = "&after=" + page["next"]
    client.close()
    lost = set(acknowledged) - set(found)
    doubled = len(found) - len(set(found))
    check(f"{what}: acknowledged and lost, of {len(acknowledged):,}", len(lost), "0", not lost)
    check(f"{what}: doubled", doubled, "0", doubled == 0)


def read_with_room(service):
    with NormalClient(service, 0) as normal:
        time.sleep(4)
    return normal.p99


def refuse(service, load, stranger, what, leave):
    """Fills the disk with a stranger's file, waits, and takes the file away."""
    quiet = read_with_room(service)
    start = time.monotonic()
    stranger.fill(leave)
    eventually(load.is_refused, 10)
    full = time.monotonic()
    with NormalClient(service, 0) as normal:
        while time.monotonic() < full + 5 or not normal.has_enough:
            stranger.fill(leave)
            time.sleep(0.1)
    end = time.monotonic()
    if leave < BALLAST:
        check_all_refused(what, load, full, end)
    check_refusals(what, load, start, end)
    check_ready(service, what)
    check_alive(service, what)
    stranger.leave()
    check_resume(what, load, time.monotonic())
    check_reads(what, normal, max(quiet, read_with_room(service)))


def prove(service):
    stranger = Stranger(service.folder)
    client = service.client()
    client.post("/v1/customers", {"kind": "individual", "name": "first"})
    client.close()
    with Load(service) as load:
        refuse(service, load, stranger, "3 MB left", 3_000_000)
        refuse(service, load, stranger, "1 MB left", 1_000_000)
        refuse(service, load, stranger, "no byte left", 0)
        refuse(service, load, stranger, "no byte left again", 0)

        what = "full of customers"
        quiet = read_with_room(service)
        stranger.fill(6_000_000)
        start = time.monotonic()
        eventually(load.is_refused, 120)
        with NormalClient(service, 0) as normal:
            time.sleep(3)
        check_refusals(what, load, start, time.monotonic())
        check_reads(what, normal, quiet)
        check_ready(service, what)
        stranger.leave()
        check_resume(what, load, time.monotonic())
        check_alive(service, what)
        unanswered = list(load.failed)
    first = f", first {unanswered[0][1]}" if unanswered else ""
    check("requests that failed otherwise", f"{len(unanswered)}{first}", "0", not unanswered)

    # Killed and started where no byte is left.
    with Load(service, "q") as last:
        time.sleep(1)
        stranger.fill()
        eventually(last.is_refused, 10)
        service.kill()
    stranger.fill()
    acknowledged = load.acknowledged + last.acknowledged
    service.start()
    check_kept(service, "started on the full disk", acknowledged)
    check_ready(service, "started on the full disk")
    rows = os.path.join(tempfile.gettempdir(), f"guanxi-proof-{os.getpid()}.csv")
    with open(rows, "w") as file:
        file.write("kind,name\nindividual,x\n")
    try:
        said = service.run("import", "customers", rows, code=74).strip()
        check("an import by command", f"74, “{said}”", "74", True)
    except RuntimeError as error:
        check("an import by command", error, "74", False)
    os.unlink(rows)
    stranger.leave()
    client = service.client()
    start = time.monotonic()
    record = {"kind": "individual", "name": "b", "externalId": "last"}
    while client.post("/v1/customers", record).status in REFUSALS:
        if time.monotonic() - start > 2 * RESUME:
            break
        time.sleep(0.05)
    seconds = time.monotonic() - start
    check("started on the full disk: changes are made again", f"after {seconds:.2f} s",
          f"≤ {RESUME} s", seconds <= RESUME)
    client.close()
    service.kill()
    service.start()
    check_kept(service, "killed and started again", acknowledged + ["last"])
    sound = service.run("check").strip()
    check("guanxi check", sound, "sound", sound.startswith("sound"))


def main():
    binary = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/guanxi")
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(small_disk())
        except (OSError, AttributeError) as error:
            print(f"skipped: no tmpfs of our own can be mounted ({error}); needs root")
            return 0
        print("| property | found | bound | |\n| --- | --- | --- | --- |", flush=True)
        service = Service(binary, folder)
        try:
            prove(service)
        finally:
            service.kill()
            if failures:
                service.report_log()
    print(f"{len(failures)} failed: {', '.join(failures)}" if failures else "all hold")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

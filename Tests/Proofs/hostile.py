#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that the service bears hostile and numerous clients, and serves normal ones meanwhile.

Usage: Tests/Proofs/hostile.py [BINARY] [PROOF…]
Without a PROOF all are done, which takes some five minutes; `--list` names them. Prints a row of a
Markdown table for each property and ends with 1 if one does not hold. All happens on loopback and
in temporary folders; only a database of a million customers is kept for the next run, in
/tmp/guanxi-proofs-UID. Needs slowhttptest and wrk for the proofs that use them.

A normal client asks 2,000 times or more, before, beside and after the hostile ones. Its 99th
percentile beside them may be three times what it is alone, and always PROOF_FLOOR_MS, 5 if unset:
on a busy machine less than that is noise.
"""

import asyncio
import csv
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

from clients import NormalClient, ask, ask_until_end, connect, dial, last_status, read_answer
from clients import read_to_end, request, reset, send_slowly, tally, until_end
from service import MIB, Peak, Service, alone, check, check_normal, eventually, failures
from service import kernel_memory, normal_beside

HEADER_TIMEOUT, BODY_TIMEOUT, WRITE_TIMEOUT, DRAIN_TIMEOUT = 10, 10, 30, 30
CACHE = f"/tmp/guanxi-proofs-{os.getuid()}"
MIGRATIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Migrations")
JSON = ("Content-Type: application/json",)
CSV = ("Content-Type: text/csv",)

PROOFS = {}


def proof(*options, **settings):
    """Names a proof; those without options share one service."""

    def register(function):
        PROOFS[function.__name__.replace("_", "-")] = (function, options, settings)
        return function

    return register


def check_endings(what, endings, earliest, latest, status=None):
    """Holds how and when connections ended against what they should have met."""
    seconds = sorted(one.seconds for one in endings)
    kinds = tally(f"{one.status or 'no answer'}, {one.how}" for one in endings)
    good = all(
        one.how != "open" and one.status == status and earliest <= one.seconds <= latest
        for one in endings
    )
    check(
        what,
        f"{kinds}, after {seconds[0]:.1f}–{seconds[-1]:.1f} s",
        f"{status or 'no answer'}, {earliest}–{latest} s",
        good,
    )


@proof()
def slow_heads(service):
    """500 heads at one byte a second, and 100 connections that say nothing."""
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "

    async def attack():
        slow = [send_slowly(service, head, b"a") for _ in range(500)]
        silent = [send_slowly(service, b"", b"") for _ in range(100)]
        endings = await asyncio.gather(*slow, *silent)
        return endings[:500], endings[500:]

    with normal_beside(service, "500 slow heads", 16 * MIB):
        slow, silent = asyncio.run(attack())
    limits = (HEADER_TIMEOUT - 1, HEADER_TIMEOUT + 3)
    check_endings("500 slow heads: end", slow, *limits, status=408)
    check_endings("100 silent connections: end", silent, *limits)


@proof()
def slow_bodies(service):
    """200 bodies below the least rate, half of them imports, and 5 that are slow but fair."""
    record = request(service, "/v1/customers", "POST", JSON, 100_000)
    rows = request(service, "/v1/imports/customers", "POST", CSV, 100_000_000)
    body = b'{"kind": "individual", "name": "' + b"n" * 20_000 + b'"}'

    async def fair():
        reader, writer = await connect(service)
        writer.write(request(service, "/v1/customers", "POST", JSON, len(body)))
        for place in range(0, len(body), 1300):
            writer.write(body[place : place + 1300])
            await asyncio.sleep(1)
        answer = await read_answer(reader)
        writer.close()
        return answer.status

    async def attack():
        slow = [send_slowly(service, one, b" " * 50) for one in [record, rows] * 100]
        results = await asyncio.gather(*slow, *(fair() for _ in range(5)))
        return results[:200], results[200:]

    with normal_beside(service, "200 slow bodies", 16 * MIB):
        slow, statuses = asyncio.run(attack())
    check_endings("200 slow bodies: end", slow, BODY_TIMEOUT - 1, BODY_TIMEOUT + 4, status=408)
    # The name is too long: that it says so shows that it has read all.
    figure = tally(map(str, statuses))
    check("5 bodies of 1,300 bytes a second", figure, "5 × 422", statuses == [422] * 5)


@proof()
def non_readers(service):
    """200 clients that ask for more than 100 MB of answers each and read nothing."""
    count, questions = 200, request(service, "/openapi.json") * 340

    def attack():
        poller, connections = select.poll(), {}
        for _ in range(count):
            connection = dial(service, receive_buffer=4096)
            connection.sendall(questions)
            connections[connection.fileno()] = connection
            # Errors and hang-ups are told without being asked for.
            poller.register(connection, 0)
        start, times = time.monotonic(), []
        while connections and time.monotonic() - start < 2 * WRITE_TIMEOUT:
            for number, _ in poller.poll(1000):
                times.append(time.monotonic() - start)
                poller.unregister(number)
                connections.pop(number).close()
        return times

    # Each holds one answer, and what it has asked besides.
    answer = len(service.run("openapi", database=False).encode())
    memory = count * answer + 32 * MIB
    with normal_beside(service, "200 non-readers", memory), Peak(kernel_memory) as kernel:
        times = attack()
    kernel.check("200 non-readers: memory of the kernel", 100 * MIB)
    least, most = WRITE_TIMEOUT - 2, WRITE_TIMEOUT + 5
    figure = f"{len(times)} after {times[0]:.1f}–{times[-1]:.1f} s" if times else "none"
    good = len(times) == count and least <= times[0] and times[-1] <= most
    check("200 non-readers: cut", figure, f"{count} after {least}–{most} s", good)


IDLE_TIMEOUT = 30


@proof("--idle-timeout", str(IDLE_TIMEOUT))
def idle_connections(service):
    """10,000 idle connections, each of which has made one request."""
    count = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 500)
    what = f"{count:,} idle connections"
    get = request(service, "/v1/customers/1")

    async def open_one(gate):
        async with gate:
            return *await ask(service, get), time.monotonic()

    async def attack(quiet):
        gate = asyncio.Semaphore(50)
        idle = await asyncio.gather(*(open_one(gate) for _ in range(count)))
        answered = sum(answer.status == 200 for _, _, answer, _ in idle)
        check(f"{what}: answered", f"{answered:,}", f"{count:,}", answered == count)
        growth = service.memory() - service.first_memory
        figure = f"{growth / MIB:+.1f} MiB, {growth / count / 1024:.1f} KiB each"
        check(f"{what}: memory", figure, "≤ 150 MiB", growth <= 150 * MIB)
        before = service.processor_seconds()
        await asyncio.sleep(4)
        share = (service.processor_seconds() - before) / 4
        check(f"{what}: processor", f"{share:.1%}", "≤ 0.5 %", share <= 0.005)
        # They are idle: it does no harm that this blocks the loop.
        with NormalClient(service) as normal:
            pass
        check_normal(what, normal, quiet)
        endings = await asyncio.gather(*(until_end(one, start) for one, _, _, start in idle))
        for _, writer, _, _ in idle:
            writer.close()
        return endings

    endings = asyncio.run(attack(alone(service)))
    check_endings(f"{what}: end", endings, IDLE_TIMEOUT - 1, IDLE_TIMEOUT + 4)


@proof("--max-connections", "200", "--header-timeout", "5")
def connection_flood(service):
    """More connections than the service takes: the oldest idle ones go, then 503."""
    limit, late_count = 200, 60
    get = request(service, "/v1/customers/1")

    async def fill():
        """199 idle connections join the busy client's; 60 more come when it is full."""
        idle = [await ask(service, get) for _ in range(limit - 1)]
        await asyncio.sleep(1.1)  # Until then they count as busy.
        late = []
        for _ in range(late_count):
            try:
                late.append(await ask(service, get))
            except (OSError, EOFError):
                pass  # It counts as not answered.
        await asyncio.sleep(0.5)
        statuses = [answer.status for _, _, answer in late]
        good = statuses == [200] * late_count
        check("60 connections above 200: answers", tally(map(str, statuses)), "60 × 200", good)
        stayed = sum(not reader.at_eof() for reader, _, _ in late)
        check("60 connections above 200: stayed", stayed, late_count, stayed == late_count)
        gone = [number for number, one in enumerate(idle, 1) if one[0].at_eof()]
        figure = f"{len(gone)}, the youngest is number {max(gone, default=0)} of {limit - 1}"
        # Each reactor gives up its own oldest, and not each has half of the older half.
        good = 55 <= len(gone) <= 70 and max(gone) <= 120
        check("idle connections given up for them", figure, "about 60, of the first 120", good)
        return idle + late

    async def flood():
        """400 connections with half a request: none of them is idle."""
        halves = []
        for _ in range(400):
            halves.append(asyncio.create_task(send_slowly(service, get[:-4], b"")))
            await asyncio.sleep(0.002)
        latecomers = []
        for _ in range(20):
            reader, writer = await connect(service)
            writer.write(get)
            latecomers.append(await until_end(reader, time.monotonic()))
            writer.close()
        check_endings("20 connections when all are busy", latecomers, 0, 3, status=503)
        descriptors, most = service.descriptors(), service.first_descriptors + limit + 64
        check("flood of 400: open descriptors", descriptors, f"≤ {most}", descriptors <= most)
        endings = await asyncio.gather(*halves)
        refused = [one for one in endings if one.status != 408]
        # A burst of more than 64 above the limit is cut unheard.
        good = {one.status for one in refused} <= {503, None} and len(refused) >= 200
        figure = tally(f"{one.status or 'no answer'}, {one.how}" for one in refused)
        check("flood of 400: turned away", figure, "≥ 200, 503 or no answer", good)
        taken = len(endings) - len(refused)
        check("flood of 400: taken in, later 408", taken, "190–200", 190 <= taken <= limit)

    async def attack():
        idle = await fill()
        await flood()
        for _, writer, _ in idle:
            writer.close()

    async def newcomers():
        ones = [await ask(service, get) for _ in range(100)]
        for _, writer, _ in ones:
            writer.close()
        return [answer.status for _, _, answer in ones]

    with normal_beside(service, "flood, one connection is busy", 32 * MIB, renewal=0):
        asyncio.run(attack())
    statuses = asyncio.run(newcomers())
    good = statuses == [200] * 100
    check("after the flood: 100 newcomers", tally(map(str, statuses)), "100 × 200", good)


@proof()
def half_closed(service):
    """Connections shut for writing after a request, after half of one, and while waiting."""
    get = request(service, "/openapi.json")
    body = request(service, "/v1/customers", "POST", JSON, 100) + b'{"kind"'
    wait = request(service, f"/v1/events?after={service.journal_head()}&wait=25")

    def shut_after(data):
        connection = dial(service)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        ending = read_to_end(connection)
        connection.close()
        return ending

    whole, parts, waiting = [], [], []
    with normal_beside(service, "half-closed connections", 16 * MIB) as normal:
        while not normal.has_enough:
            whole.append(shut_after(get))
            parts += shut_after(get[:-10]), shut_after(body)
            waiting.append(shut_after(wait))
    check_endings("shut after a request", whole, 0, 1, status=200)
    sizes = {one.count for one in whole}
    check("shut after a request: bytes", sizes, "one size", max(sizes) - min(sizes) < 10)
    check_endings("shut within a request", parts, 0, 1, status=400)
    check_endings("shut while waiting for events", waiting, 0, 1, status=200)


@proof()
def resets(service):
    """Resets within bodies and within answers, and connections opened and closed at once."""
    record = request(service, "/v1/customers", "POST", JSON, 900) + b'{"kind"'
    rows = request(service, "/v1/imports/customers", "POST", CSV, 9000) + b"kind,name\n" * 100
    pages = request(service, "/openapi.json") * 10

    def reset_after(data, read=0):
        connection = dial(service)
        connection.sendall(data)
        if read:
            connection.recv(read)
        reset(connection)

    rounds = 0
    with normal_beside(service, "resets", 16 * MIB) as normal:
        while rounds < 500 or not normal.has_enough:
            rounds += 1
            reset_after(record)
            reset_after(rows)
            reset_after(pages, read=1000)
            for _ in range(10):
                dial(service).close()
    what = f"{2 * rounds:,} resets in bodies, {rounds:,} in answers, {10 * rounds:,} opened"
    service.check_level(what, 16 * MIB)


@proof(descriptors=128)
def descriptor_exhaustion(service):
    """More connections than the process may have descriptors."""
    limit = 128
    old = service.client()
    old.get("/v1/customers/1")
    half = request(service, "/healthz")[:-4]
    with Peak(service.memory) as peak:
        fill = [dial(service) for _ in range(200)]
        for connection in fill:
            connection.sendall(half)
        full = eventually(lambda: service.descriptors() >= limit - 1)
        check("full: descriptors", service.descriptors(), f"≥ {limit - 1}", full)
        before = service.processor_seconds()
        time.sleep(2)
        share = (service.processor_seconds() - before) / 2
        check("full: processor, nobody asks", f"{share:.1%}", "≤ 5 %", share <= 0.05)
        start = time.monotonic()
        good = sum(old.get("/v1/customers/1").status == 200 for _ in range(1000))
        good += old.post("/v1/customers", {"kind": "individual", "name": "full"}).status == 201
        figure = f"{good:,} in {time.monotonic() - start:.1f} s"
        check("full: requests of an old connection", figure, "1,001", good == 1001)
        status = old.ask("POST", "/v1/imports/customers", "kind,name\n", CSV[0]).status
        # The body has no file to go to: it is refused for now, or found one that has come free.
        check("full: answer to an import", status, "200 or 503", status in (200, 503))
    peak.check("full: memory", 16 * MIB)
    for connection in fill:
        connection.close()
    start = time.monotonic()
    newcomers = [service.client() for _ in range(50)]
    count = sum(one.get("/v1/customers/1").status == 200 for one in newcomers)
    seconds = time.monotonic() - start
    good = count == 50 and seconds <= 3
    check("freed: newcomers answered", f"{count} in {seconds:.1f} s", "50 in 3 s", good)
    for one in [old, *newcomers]:
        one.close()


@proof()
def slowhttptest(service):
    """The tool of that name with 300 connections, for heads, bodies and reading."""
    modes = {
        "-H": ("/healthz", 20, "-i", "2", "-x", "24"),
        "-B": ("/v1/customers", 20, "-i", "2", "-x", "10", "-s", "8192"),
        "-X": ("/openapi.json", 40, "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"),
    }
    answer = len(service.run("openapi", database=False).encode())
    for mode, (target, seconds, *options) in modes.items():
        what = f"slowhttptest {mode}"
        with tempfile.TemporaryDirectory() as folder:
            result = os.path.join(folder, "result")
            url = "http://{}:{}{}".format(*service.address, target)
            command = ["slowhttptest", mode, "-c", "300", "-r", "100", "-l", str(seconds)]
            command += ["-p", "3", "-g", "-o", result, "-u", url, *options]
            # In the last mode each holds one answer.
            held = 300 * answer if mode == "-X" else 0
            with normal_beside(service, what, held + 16 * MIB):
                tool = subprocess.Popen(command, stdout=subprocess.DEVNULL)
                start = time.monotonic()
                while tool.poll() is None and time.monotonic() - start < seconds - 2:
                    count, end = service.descriptors(), time.monotonic() - start
                    time.sleep(0.2)
                tool.wait()
            with open(result + ".csv") as file:
                rows = list(csv.DictReader(file))
        # The tool asks by itself once a second; 0 says that it had no answer in 3 s.
        available = sum(row["Service Available"] != "0" for row in rows)
        connected = max(int(row["Connected"]) for row in rows)
        figure = f"{available} of {len(rows)} s, up to {connected} connected"
        check(f"{what}: available", figure, "always", available == len(rows) and connected > 100)
        # The tool itself does not see a cut while bytes are left to read.
        count -= service.first_descriptors
        figure = f"{count} after {end:.0f} s"
        check(f"{what}: left open", figure, f"≤ 30 after {seconds - 2} s", count <= 30)


@proof()
def long_polls(service):
    """1,000 clients wait for an event, which one write makes."""
    count, head = 1000, service.journal_head()
    wait = request(service, f"/v1/events?after={head}&wait=25")

    async def poll():
        _, writer, answer = await ask(service, wait)
        writer.close()
        return time.monotonic(), answer

    async def attack():
        polls = [asyncio.create_task(poll()) for _ in range(count)]
        await asyncio.sleep(4)
        early = sum(one.done() for one in polls)
        check("waiting polls: answered before the write", early, 0, early == 0)
        start = time.monotonic()
        await asyncio.to_thread(service.add_customer)
        answers = await asyncio.gather(*polls)
        return [answer for _, answer in answers], max(end for end, _ in answers) - start

    with normal_beside(service, f"{count:,} waiting polls", 32 * MIB):
        answers, last = asyncio.run(attack())
    told = sum(one.status == 200 and b'"customer.created"' in one.body for one in answers)
    check("waiting polls: told of the write", f"{told:,}", f"{count:,}", told == count)
    check("waiting polls: write to last answer", f"{last * 1000:.0f} ms", "≤ 2,000 ms", last <= 2)
    service.check_level("waiting polls", 32 * MIB)


@proof()
def far_polls(service):
    """1,000 clients wait for an event that is far off, while another client writes."""
    wait = request(service, "/v1/events?after=1000000000&wait=60")
    connections = [dial(service) for _ in range(1000)]
    for connection in connections:
        connection.sendall(wait)
    with normal_beside(service, "1,000 far polls beside writes", 16 * MIB) as normal:
        while not normal.has_enough:
            service.add_customer()
            time.sleep(0.01)
    for connection in connections:
        connection.close()


@proof(memory=128 * MIB)
def full_memory(service):
    """700 bodies of 1 MiB without their last byte: more than all may hold together."""
    size, most = 1 << 20, 512
    data = request(service, "/v1/customers", "POST", JSON, size) + b" " * (size - 1)
    connections, quiet = [], alone(service)

    def state(connection):
        connection.setblocking(False)
        try:
            return str(last_status(connection.recv(1 << 16, socket.MSG_PEEK)))
        except BlockingIOError:
            return "waiting"
        except OSError:
            return "reset"

    with Peak(service.memory) as peak:
        for _ in range(700):
            connections.append(dial(service))
            try:
                connections[-1].sendall(data)
            except OSError:
                pass  # It may be refused before it has sent all.
        eventually(lambda: sum(state(one) == "waiting" for one in connections) <= most)
        statuses = [state(one) for one in connections]
        with NormalClient(service) as normal:
            pass
    good = {*statuses} == {"waiting", "503"} and statuses.count("waiting") <= most
    check("700 bodies of 1 MiB: answers", tally(statuses), f"≤ {most} waiting, else 503", good)
    check_normal("700 bodies of 1 MiB", normal, max(quiet, alone(service)))
    # A quarter more than is counted, for what allocating wastes.
    peak.check("700 bodies of 1 MiB: memory", most * MIB * 5 // 4)
    for connection in connections:
        connection.close()


@proof("--drain-timeout", str(DRAIN_TIMEOUT))
def drain(service):
    """SIGTERM while 64 connections of wrk and 16 of our own ask, one sends a body, one waits."""
    get = request(service, "/v1/customers/1")
    body = b'{"kind": "individual", "name": "last"}'
    wait = request(service, f"/v1/events?after={service.journal_head() + 1}&wait=25")
    outcomes = []

    async def slow():
        reader, writer = await connect(service)
        writer.write(request(service, "/v1/customers", "POST", JSON, len(body)))
        for byte in body:
            writer.write(bytes([byte]))
            await asyncio.sleep(5 / len(body))
        return await until_end(reader, time.monotonic())

    async def waiting():
        reader, writer = await connect(service)
        writer.write(wait)
        return await until_end(reader, time.monotonic())

    async def attack():
        url = "http://{}:{}/v1/customers/1".format(*service.address)
        command = ["wrk", "-t1", "-c64", "-d4", "-H", "Authorization: Bearer " + service.token]
        wrk = subprocess.Popen([*command, url], stdout=subprocess.DEVNULL)
        load = (ask_until_end(service, get, outcomes) for _ in range(16))
        ends = asyncio.gather(slow(), waiting(), *load)
        await asyncio.sleep(2)
        start = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(service.process.wait, 2 * DRAIN_TIMEOUT)
        seconds = time.monotonic() - start
        wrk.wait()
        return code, seconds, *(await ends)[:2]

    code, seconds, slow_end, wait_end = asyncio.run(attack())
    figure, bound = f"{code} after {seconds:.1f} s", f"0 within {DRAIN_TIMEOUT} s"
    check("drain: exit code", figure, bound, code == 0 and seconds <= DRAIN_TIMEOUT)
    good = outcomes.count("whole") > 16 and {*outcomes} <= {"whole", "closed"}
    check("drain: answers to 16 connections", tally(outcomes), "only whole or closed", good)
    # The wait began two seconds before the signal, the body ends three after it.
    check_endings("drain: the poll that waits", [wait_end], 0, 3, status=200)
    check_endings("drain: the slow body", [slow_end], 0, 1, status=201)


def million_customers(binary):
    """The path of a database of 1,000,000 customers, made if there is none of this schema.

    One of an older schema would be brought up to date while it is measured.
    """
    database = os.path.join(CACHE, f"million-{len(os.listdir(MIGRATIONS))}.sqlite")
    if os.path.exists(database):
        return database
    shutil.rmtree(CACHE, ignore_errors=True)
    os.makedirs(CACHE, mode=0o700)
    rows = os.path.join(CACHE, "customers.csv")
    with open(rows, "w") as file:
        file.write("externalId,kind,name,phones.0.number\n")
        for number in range(1_000_000):
            file.write(f"C{number:07},individual,Customer {number},138{number:08}\n")
    made = os.path.join(CACHE, "new.sqlite")
    command = [binary, "import", "customers", rows, "--database", made]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.remove(rows)
    os.rename(made, database)
    return database


@proof(database=million_customers, memory=64 * MIB)
def large_export(service):
    """1,000,000 rows to a fast reader, then to one that takes 64 KiB at a time and pauses."""
    target = "/v1/customers?format=csv"
    with Peak(service.memory) as peak:
        start, lines = time.monotonic(), 0
        client = service.client()
        client.connection.request("GET", target, headers=client.fields)
        response = client.connection.getresponse()
        while piece := response.read(MIB):
            lines += piece.count(b"\n")
        client.close()
        seconds = time.monotonic() - start
    good = lines == 1_000_001
    check("whole export: lines", f"{lines:,} in {seconds:.1f} s", "1,000,001", good)
    # The two connections of the slow lane fill their page caches of 16 MiB.
    peak.check("whole export: memory", 64 * MIB)

    with normal_beside(service, "export to a slow reader", 32 * MIB):
        connection = dial(service, receive_buffer=1 << 16)
        connection.sendall(request(service, target))
        end, count, status = time.monotonic() + 20, 0, None
        while time.monotonic() < end and (piece := connection.recv(1 << 16)):
            status = status or last_status(piece)
            count += len(piece)
            time.sleep(0.05)
        connection.close()
    good = status == 200 and time.monotonic() > end
    check("export to a slow reader: taken", f"{count / MIB:.1f} MiB", "for 20 s", good)


def run(binary, names, options=(), database=None, memory=32 * MIB, **settings):
    """Does some proofs on one service."""
    service = Service(binary, *options, database=database and database(binary), **settings)
    try:
        for name in names:
            try:
                PROOFS[name][0](service)
            except Exception as error:
                traceback.print_exc()
                check(f"{name}: carried out", repr(error), "no error", False)
        service.end(names[0] if len(names) == 1 else f"{len(names)} proofs", memory)
    finally:
        service.kill()


def main(arguments):
    if "--list" in arguments:
        for name, (function, _, _) in PROOFS.items():
            print(f"{name:24}{function.__doc__}")
        return 0
    binary = ".build/release/guanxi"
    if arguments and arguments[0] not in PROOFS:
        binary = arguments.pop(0)
    binary = os.path.abspath(binary)
    unknown = [name for name in arguments if name not in PROOFS]
    if unknown or not os.access(binary, os.X_OK):
        print(f"no such proof or binary: {', '.join(unknown) or binary}", file=sys.stderr)
        return 64
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    chosen = [name for name in PROOFS if name in arguments or not arguments]
    print("| What | Figure | Bound | |\n| --- | --- | --- | --- |", flush=True)
    shared = [name for name in chosen if PROOFS[name][1:] == ((), {})]
    if shared:
        run(binary, shared)
    for name in chosen:
        if name not in shared:
            run(binary, [name], PROOFS[name][1], **PROOFS[name][2])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients of the proofs: a normal one that measures, and what hostile ones are made of.

The normal client runs in a process of its own (`clients.py HOST PORT TOKEN RENEWAL`), so that its
figures are not those of the hostile ones, which share this process with the proof.
"""

import asyncio
import collections
import gc
import http.client
import json
import select
import socket
import struct
import subprocess
import sys
import time

# The fewest requests that a 99th percentile is taken of.
REQUESTS = 2000
# Seconds without an answer after which a client gives up.
PATIENCE = 60

Answer = collections.namedtuple("Answer", "status fields body")
# How a connection ended: after how many seconds, with which last status (None without an answer),
# and how many bytes; `how` is "closed", "reset", or "open" when patience ended first.
Ending = collections.namedtuple("Ending", "seconds status how count")


class Client:
    """A well-behaved client with one connection."""

    def __init__(self, host, port, token):
        self.connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        self.fields = {"Authorization": "Bearer " + token}

    def ask(self, method, target, body=None, media="application/json"):
        fields = dict(self.fields)
        if body is not None:
            fields["Content-Type"] = media
        self.connection.request(method, target, body, fields)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def get(self, target):
        return self.ask("GET", target)

    def get_json(self, target):
        return json.loads(self.get(target).body)

    def post(self, target, value):
        return self.ask("POST", target, json.dumps(value))

    def close(self):
        self.connection.close()


class NormalClient:
    """Asks for one customer every millisecond, until stopped and at least `REQUESTS` times.

    Every `renewal` requests it connects anew; 0 keeps its first connection.
    """

    def __init__(self, service, renewal=20):
        host, port = service.address
        self.process = subprocess.Popen(
            [sys.executable, __file__, host, str(port), service.token, str(renewal)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        )
        self.process.stdout.readline()

    @property
    def has_enough(self):
        return bool(select.select([self.process.stdout], [], [], 0)[0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        result = json.loads(self.process.communicate()[0].splitlines()[-1])
        self.count = result["count"]
        self.failures = result["failures"]
        self.p99 = result["p99"]


def run_normal_client(host, port, token, renewal):
    gc.disable()
    client = Client(host, port, token)
    times, failures = [], []
    is_stopped = False
    while not is_stopped or len(times) < REQUESTS:
        if renewal and len(times) % renewal == 0:
            client.close()
        start = time.monotonic()
        try:
            status = client.get("/v1/customers/1").status
            if status != 200:
                failures.append(str(status))
        except (OSError, http.client.HTTPException) as error:
            failures.append(repr(error))
            client.close()
        times.append(time.monotonic() - start)
        if len(times) in (1, REQUESTS):
            print("ready" if len(times) == 1 else "enough", flush=True)
        is_stopped = is_stopped or bool(select.select([sys.stdin], [], [], 0.001)[0])
    times.sort()
    result = {"count": len(times), "p99": times[len(times) * 99 // 100], "failures": failures}
    print(json.dumps(result))


def request(service, target, method="GET", fields=(), length=None):
    """The bytes of a request's head."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    lines += ["Authorization: Bearer " + service.token, *fields]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def last_status(data):
    """The status of the last answer that begins in some bytes."""
    place = data.rfind(b"HTTP/1.1 ")
    return int(data[place + 9 : place + 12]) if place >= 0 else None


def tally(words):
    """Counts equal words: “3 × this; 1 × that”."""
    counts = collections.Counter(words).most_common()
    return "; ".join(f"{count:,} × {word}" for word, count in counts)


async def connect(service):
    return await asyncio.open_connection(*service.address)


async def read_answer(reader):
    """Reads one whole answer that has a Content-Length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(fields["content-length"]))
    return Answer(int(head[0].split()[1]), fields, body)


async def ask(service, bytes_of_request):
    """Connects and asks; returns the connection and the answer."""
    reader, writer = await connect(service)
    writer.write(bytes_of_request)
    return reader, writer, await read_answer(reader)


async def ask_until_end(service, bytes_of_request, outcomes):
    """Asks again and again, connecting anew where it has to, until nobody listens.

    Counts what came of each request: "whole", "closed" or "reset" before the first byte of an
    answer, "cut" within one, or another status.
    """
    while True:
        try:
            reader, writer = await connect(service)
        except OSError:
            return
        goes_on = True
        while goes_on:
            writer.write(bytes_of_request)
            outcome, goes_on = await read_outcome(reader)
            outcomes.append(outcome)
        writer.close()


async def read_outcome(reader):
    data = b""
    while True:
        try:
            piece = await reader.read(1 << 16)
        except OSError:
            return "cut" if data else "reset", False
        if not piece:
            return "cut" if data else "closed", False
        data += piece
        head, end, body = data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].split(b"\r")[0]
        if end and len(body) >= int(length):
            outcome = "whole" if last_status(head) == 200 else str(last_status(head))
            return outcome, b"connection: close" not in head.lower()


async def until_end(reader, start, patience=PATIENCE):
    """Reads to the end of a connection and tells how it came."""
    data, how, count = b"", "closed", 0
    try:
        async with asyncio.timeout(patience):
            while piece := await reader.read(1 << 16):
                count += len(piece)
                data = (data + piece)[-4096:]
    except TimeoutError:
        how = "open"
    except OSError:
        how = "reset"
    return Ending(time.monotonic() - start, last_status(data), how, count)


async def send_slowly(service, begin, piece, interval=1.0, patience=PATIENCE):
    """Sends `begin`, then `piece` at each interval, until the server ends the connection."""
    start = time.monotonic()
    try:
        reader, writer = await connect(service)
    except OSError:
        return Ending(time.monotonic() - start, None, "reset", 0)
    start = time.monotonic()
    writer.write(begin)
    end = asyncio.create_task(until_end(reader, start, patience))
    while not (await asyncio.wait([end], timeout=interval))[0]:
        writer.write(piece)
    writer.close()
    return end.result()


async def together(*tasks):
    """Runs clients together and returns their results in order."""
    return await asyncio.gather(*tasks)


def dial(service, receive_buffer=None):
    """A plain blocking connection."""
    connection = socket.socket()
    connection.settimeout(PATIENCE)
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.connect(service.address)
    return connection


def reset(connection):
    """Ends a connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_to_end(connection):
    """Reads to the end of a plain connection and tells how it came."""
    start, data, how = time.monotonic(), b"", "closed"
    try:
        while piece := connection.recv(1 << 16):
            data += piece
    except TimeoutError:
        how = "open"
    except OSError:
        how = "reset"
    return Ending(time.monotonic() - start, last_status(data), how, len(data))


if __name__ == "__main__":
    run_normal_client(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))

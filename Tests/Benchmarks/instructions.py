#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions and allocations of a request with valgrind's callgrind.

Usage: Tests/Benchmarks/instructions.py BINARY DATABASE TARGET
Counts repeat themselves where seconds do not. The database must hold what the target names; a copy of
it is served. Needs valgrind and ab; the kernel's part is not counted, nor are other threads than the
one reactor's, whose jobs go on meanwhile.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

REQUESTS = 2000

# What a request goes through: a name, and the functions whose instructions, with all they call, are
# its own.
STAGES = [
    ("all on the reactor's thread", r"PROGRAM TOTALS"),
    ("parse", r"RequestParser\.next\("),
    ("route", r"Router\.match\("),
    ("authorize", r"Dispatcher\.principal\("),
    ("query", r"closure #1 in TierRoutes\.find\.getter"),
    ("encode", r"static JSONWriter\.bytes\("),
    ("tag and fields of the answer", r"static Response\.json\("),
    ("count and log", r"Visit\.finish\(_:on:\)"),
    ("write", r"Reactor\.answer\("),
]


def serve(binary, database, output):
    process = subprocess.Popen(
        ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes"]
        + [f"--callgrind-out-file={output}", binary, "serve", "--database", database, "--port", "0"]
        + ["--reactors", "1", "--log-level", "warning", "--rate-limits", "off"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return process, process.stdout.readline().split()[-1]


def ask(url, token, count):
    text = subprocess.run(
        ["ab", "-q", "-k", "-c", "4", "-n", str(count), "-H", "Authorization: Bearer " + token, url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Non-2xx" not in text and re.search(r"Failed requests:\s+0", text), text


def demangle(lines):
    command = ["swift", "demangle", "--simplified"]
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout


def annotate(output, *options):
    command = ["callgrind_annotate", "--threshold=100", *options, output]
    return demangle(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def reactor(output):
    """The counts of the thread that read requests."""
    for name in sorted(glob.glob(output + "*")):
        with open(name) as file:
            if "RequestParser" in file.read():
                return name
    raise RuntimeError("no thread read a request")


def number(text):
    return int(text.replace(",", ""))


def allocations(output):
    """How often malloc was called."""
    block = []
    for line in annotate(output, "--tree=caller", "--inclusive=yes").splitlines():
        call = re.match(r"\s*[\d,]+ \(.*?\)\s+< .*\(([\d,]+)x\)", line)
        if call:
            block.append(number(call.group(1)))
        elif re.search(r"\* .*:malloc ", line):
            return sum(block)
        else:
            block = []
    return 0


def main():
    binary, database, target = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "guanxi.sqlite")
        shutil.copy(database, copy)
        # Valgrind does not read all of Swift's debug information; the symbols are enough.
        stripped = os.path.join(folder, "guanxi")
        subprocess.run(["strip", "--strip-debug", "-o", stripped, binary], check=True)
        token = subprocess.run(
            [binary, "token", "create", "--name", "b", "--role", "admin", "--database", copy],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        output = os.path.join(folder, "callgrind.out")
        process, url = serve(stripped, copy, output)
        ask(url + target, token, 500)
        subprocess.run(["callgrind_control", "-i", "on", str(process.pid)], capture_output=True)
        ask(url + target, token, REQUESTS)
        subprocess.run(["callgrind_control", "-i", "off", str(process.pid)], capture_output=True)
        process.terminate()
        process.wait()
        output = reactor(output)
        lines = annotate(output, "--inclusive=yes").splitlines()
        print("| Stage | Instructions a request |\n| --- | --- |")
        for name, pattern in STAGES:
            for line in lines:
                count = re.match(r"\s*([\d,]+) \(", line)
                if count and re.search(pattern, line):
                    print(f"| {name} | {number(count.group(1)) / REQUESTS:,.0f} |")
                    break
        print(f"| allocations | {allocations(output) / REQUESTS:.1f} |")


main()

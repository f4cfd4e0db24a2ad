#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pastes what the pages print, word for word, into a shell beside a fresh demo.

Usage: Tests/Proofs/pages.py [path of the guanxi binary] [PAGE…]
Without pages: README.md, docs/api.md and the guides. Of each page the blocks marked `sh` run one
after the other in one bash. A block fails if one of its requests is answered with an error whose
number is not in the text beside it, or if the last of its commands fails.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PAGES = [
    "README.md",
    "docs/api.md",
    "docs/guide-call-center.md",
    "docs/guide-complaints.md",
    "docs/guide-desk.md",
    "docs/guide-warnings.md",
    "docs/guide-tiers.md",
]
# What installs, builds or starts something is not for a shell beside the demo.
ELSEWHERE = re.compile(r"^\s*(apt-get|swift|git|pip|guanxi|docker) ", re.MULTILINE)
CURL = """#!/bin/bash
exec /usr/bin/curl -v "$@" 2>>"$PAGES_LOG"
"""


class Demo:
    """A demo on a free port, with its address and its token."""

    def __init__(self, binary, folder):
        self.process = subprocess.Popen(
            [binary, "demo", "--port", "0", "--customers", "500"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=folder,
        )
        self.url = self.token = None
        for line in self.process.stdout:
            if line.startswith("Token"):
                self.token = line.split()[1]
            if line.startswith("listening on "):
                self.url = line.split()[2]
                return
        sys.exit("the demo did not start")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)


def blocks(text):
    """The blocks of a page that are pasted, each with what stands before and after it."""
    parts = re.split(r"^```sh\n(.*?)^```\n", text, flags=re.MULTILINE | re.DOTALL)
    for before, code, after in zip(parts[0::2], parts[1::2], parts[2::2]):
        if not ELSEWHERE.search(code) and "export TOKEN=" not in code:
            yield code, before + after


def run(page, binary):
    """Runs the blocks of a page; returns what went wrong."""
    with open(os.path.join(ROOT, page)) as file:
        todo = list(blocks(file.read()))
    with tempfile.TemporaryDirectory(prefix="guanxi-pages-") as folder:
        log = os.path.join(folder, "curl.log")
        shim = os.path.join(folder, "bin", "curl")
        os.mkdir(os.path.dirname(shim))
        with open(shim, "w") as file:
            file.write(CURL)
        os.chmod(shim, 0o755)
        demo = Demo(binary, folder)
        script = ""
        for number, (code, _) in enumerate(todo):
            script += f'echo "== {number}" >>"$PAGES_LOG"\n{code}echo "== end $?" >>"$PAGES_LOG"\n'
        environment = dict(
            os.environ,
            PATH=os.path.dirname(shim) + ":" + os.environ["PATH"],
            PAGES_LOG=log,
            URL=demo.url,
            TOKEN=demo.token,
        )
        shell = subprocess.run(
            ["bash"], input=script, text=True, env=environment, cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
        )
        demo.stop()
        with open(log, errors="replace") as file:
            told = file.read()
    faults = [] if shell.returncode == 0 else [f"the shell ended with {shell.returncode}"]
    seen = re.split(r"^== (\d+)\n", told, flags=re.MULTILINE)
    requests = 0
    for number, part in zip(seen[1::2], seen[2::2]):
        code, prose = todo[int(number)]
        status = re.findall(r"^< HTTP/1.1 (\d+)", part, flags=re.MULTILINE)
        requests += len(status)
        for one in status:
            if int(one) >= 400 and one not in prose:
                faults.append(f"{one} unannounced of: {code.strip()}")
        # A request that ran in the background may still be under way at the end.
        ends = re.findall(r"^== end (\d+)", part, flags=re.MULTILINE)
        if ends != ["0"]:
            faults.append(f"ended with {ends} of: {code.strip()}")
    if len(seen) // 2 != len(todo):
        faults.append(f"{len(seen) // 2} of {len(todo)} blocks ran; {shell.stdout[-500:]}")
    print(f"| {page} | {len(todo)} blocks, {requests} requests | {len(faults)} faults |", flush=True)
    for fault in faults:
        print(f"  {fault}")
    return faults


def main():
    binary = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/guanxi")
    faults = [fault for page in sys.argv[2:] or PAGES for fault in run(page, binary)]
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

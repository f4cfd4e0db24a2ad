#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has deadlines pass while the service is down, and looks for their alarms.

Usage: Tests/Proofs/deadlines.py [BINARY] [--complaints N]

Complaints of a month ago are imported while nothing runs: each has six alarms that are overdue.
The service is started, killed in the middle of raising the alarms, and started again. Each alarm must
be in the journal once, and the last one no more than ten seconds after the service was ready.
"""

import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter

from durability import start

ALARMS = ["answer-due-soon", "answer-escalated", "answer-overdue"]
ALARMS += ["remedy-due-soon", "remedy-escalated", "remedy-overdue"]
BOUND = 10


def alarms(port, token, wanted, seconds):
    """The alarms in the journal, and the seconds until so many were there."""
    begin, after, found = time.monotonic(), 0, Counter()
    while found.total() < wanted and time.monotonic() - begin < seconds:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/events?after={after}&limit=500&wait=1",
            headers={"Authorization": f"Bearer {token}"},
        )
        for event in json.load(urllib.request.urlopen(request))["items"]:
            after = event["seq"]
            if event["action"].removeprefix("complaint.") in ALARMS:
                found[event["action"], event["subject"]["id"]] += 1
    return found, time.monotonic() - begin


def main():
    arguments = sys.argv[1:]
    count = 1700
    if "--complaints" in arguments:
        place = arguments.index("--complaints")
        count = int(arguments[place + 1])
        del arguments[place : place + 2]
    binary = os.path.abspath(arguments[0] if arguments else ".build/release/guanxi")
    with tempfile.TemporaryDirectory(prefix="guanxi-deadlines-") as folder:
        os.chdir(folder)

        def run(*command):
            command = [binary, *command, "--database", "guanxi.sqlite"]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        received = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=30)
        with open("customers.csv", "w") as file:
            file.write("externalId,kind,name\nC,individual,李雷\n")
        with open("complaints.csv", "w") as file:
            file.write("externalId,customerExternalId,channel,subject,receivedAt\n")
            for number in range(count):
                file.write(f"K{number},C,hotline,late,{received:%Y-%m-%dT%H:%M:%SZ}\n")
        run("import", "customers", "customers.csv")
        run("import", "complaints", "complaints.csv")
        token = run("token", "create", "--name", "proof", "--role", "admin").strip()
        wanted = count * len(ALARMS)
        process, port, _ = start(binary, "guanxi.sqlite")
        early, _ = alarms(port, token, wanted // 6, 30)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process, port, _ = start(binary, "guanxi.sqlite")
        found, seconds = alarms(port, token, wanted, 60)
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        run("check")
    twice = sum(1 for times in found.values() if times > 1)
    print(
        f"{wanted} deadlines passed: {len(found)} alarms raised, {twice} of them twice, "
        f"{early.total()} seen before a kill, all {seconds:.1f} s after it was ready again"
    )
    sys.exit(len(found) != wanted or twice > 0 or seconds > BOUND or code != 0)


if __name__ == "__main__":
    main()

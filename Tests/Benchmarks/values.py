#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the models of customer value: the BG/NBD fit beside Python's `lifetimes` in the same run,
and scoring a large base.

Usage: Tests/Benchmarks/values.py SUMMARY

SUMMARY is the summary of CDNOW as CSV (ID, x, t_x and T, in weeks). Needs swiftc,
and `lifetimes` 0.11.3 in the Python that runs it; without that, the fit stands alone.
BENCH_CUSTOMERS are scored.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000000"))
NAMES = ["r", "alpha", "a", "b"]
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..", "Sources", "Statistics")


def ours(summary):
    """What the compiled program tells, by name."""
    with tempfile.TemporaryDirectory() as folder:
        main = os.path.join(folder, "main.swift")
        with open(os.path.join(HERE, "values.swift")) as source, open(main, "w") as file:
            file.write(source.read())
        program = os.path.join(folder, "values")
        files = [os.path.join(SOURCES, name) for name in sorted(os.listdir(SOURCES))]
        subprocess.run(
            ["swiftc", "-O", "-wmo", "-package-name", "guanxi", "-o", program, main] + files,
            check=True,
        )
        command = [program, summary, str(ROUNDS), str(CUSTOMERS)]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures = {}
    for line in text.splitlines():
        name, value = line.split()
        figures.setdefault(name, []).append(float(value))
    return figures


def theirs(summary):
    """How long `lifetimes` takes, and the parameters that it finds; None where it is missing."""
    try:
        import pandas
        from lifetimes import BetaGeoFitter
    except ImportError as error:
        print(f"lifetimes is not there: {error}", file=sys.stderr)
        return None
    warnings.simplefilter("ignore")
    table = pandas.read_csv(summary)
    x, recency, age = (table.iloc[:, place] for place in [1, 2, 3])
    times = []
    for _ in range(ROUNDS):
        fitter = BetaGeoFitter(penalizer_coef=0.0)
        start = time.monotonic()
        fitter.fit(x, recency, age)
        times.append(time.monotonic() - start)
    return times, [fitter.params_[name] for name in NAMES]


def told(parameters):
    return ", ".join(f"{name} {value:.4f}" for name, value in zip(NAMES, parameters))


def milliseconds(times):
    return ", ".join(f"{1000 * seconds:.1f}" for seconds in times) + " ms"


def main():
    summary = sys.argv[1]
    known = theirs(summary)
    figures = ours(summary)
    print("| What | Figure | Beside | Bound |\n| --- | --- | --- | --- |")
    beside = "lifetimes is missing"
    if known:
        times, parameters = known
        ratio = statistics.median(times) / statistics.median(figures["fit"])
        beside = f"lifetimes {milliseconds(times)}, {told(parameters)}; {ratio:.0f} times"
    fit = f"{milliseconds(figures['fit'])}, {told(figures[name][0] for name in NAMES)}"
    print(f"| BG/NBD fit on the summary of CDNOW | {fit} | {beside} | ≥ 20 times |")
    scored = ", ".join(f"{seconds:.2f}" for seconds in figures["score"]) + " s"
    print(f"| value of {CUSTOMERS:,} customers scored | {scored} | | ≤ 2 s |")


if __name__ == "__main__":
    main()

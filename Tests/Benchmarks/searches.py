#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures searches on a large base: how long each takes, one after the other.

Usage: Tests/Benchmarks/searches.py [path of the guanxi binary]

The base is made by SQL, with texts of words of which some stand in nearly every text and most in a
few; interactions follow each other in time, complaints do not. The service then indexes the texts
as those of before its index. Everything happens in a temporary folder, or in BENCH_FOLDER, whose
base is used again. It is read into the system's memory first.
"""

import http.client
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000000"))
INTERACTIONS = int(os.environ.get("BENCH_INTERACTIONS", "3000000"))
COMPLAINTS = int(os.environ.get("BENCH_COMPLAINTS", "300000"))
SEARCHES = int(os.environ.get("BENCH_SEARCHES", "2000"))
GUANXI = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/guanxi")
NOW = int(time.time() * 1000)

COMMON = (
    "的 了 我 是 不 很 在 有 也 都 客户 服务 快递 退款 投诉 质量 发货 收到 包装 价格 态度 电话 处理 回复 订单 "
    "物流 换货 维修 发票 酒店 房间 前台 早餐 电脑 手机 充电器 屏幕 电池 安装 师傅 预约 上门 超时 破损 少件 "
    "优惠 积分 会员 合同 报价 样品 交期 验收 对账 付款 逾期 催款 拜访 会议 需求 方案"
).split()
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘"
DRAW = random.Random(7)


def han():
    return chr(DRAW.randrange(0x4E00, 0x9FA6))


WORDS = COMMON + [han() + han() for _ in range(30_000)]
# By Zipf: the second word half as often as the first, and so on.
WEIGHTS = [1 / (rank + 1) for rank in range(len(WORDS))]


def texts(count):
    """Texts of twelve words."""
    while count > 0:
        words = iter(DRAW.choices(WORDS, WEIGHTS, k=12 * min(count, 10_000)))
        for _ in range(min(count, 10_000)):
            group = [next(words) for _ in range(12)]
            yield "".join(group[:7]) + "，" + "".join(group[7:])
        count -= 10_000


def make(path):
    subprocess.run([GUANXI, "migrate", "--database", path], check=True, stdout=subprocess.DEVNULL)
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous = OFF")
    names = [DRAW.choice(SURNAMES) + han() + han() for _ in range(50_000)]

    def customers():
        for number in range(1, CUSTOMERS + 1):
            name = DRAW.choice(names)
            if number % 3 == 0:
                name = han() + han() + name[1:] + "贸易有限公司"
            code, digits = f"c{number:07}", f"86138{number:08}"
            lines = [name, code, digits]
            if number % 5 < 2:
                lines.insert(2, f"box{number}@example.com")
            yield number, code.upper(), name, "\n".join(lines)

    base.executemany(
        "INSERT INTO customer (id, external_id, kind, role, name, lifecycle, search_text, version,"
        " created_at, updated_at) VALUES (?, ?, 'individual', 'end', ?, 'active', ?, 1, 0, 0)",
        customers(),
    )
    base.executemany(
        "INSERT INTO interaction (customer_id, direction, content, channel, occurred_at, summary,"
        " search_text, version, created_at, updated_at)"
        " VALUES (?, 'inbound', 'opinion', 'phone', ?, ?, ?, 1, 0, 0)",
        (
            (
                DRAW.randrange(1, CUSTOMERS + 1),
                NOW - (INTERACTIONS - number) * 30_000,
                text,
                text.replace("，", ","),
            )
            for number, text in enumerate(texts(INTERACTIONS))
        ),
    )
    base.executemany(
        "INSERT INTO complaint (customer_id, channel, subject, severity, status, step, received_at,"
        " answer_due_at, remedy_due_at, closed_at, search_text, version, created_at, updated_at)"
        " VALUES (?, 'web', ?, 'normal', 'closed', 'done', ?, 0, 0, 0, ?, 1, 0, 0)",
        (
            (
                DRAW.randrange(1, CUSTOMERS + 1),
                text,
                NOW - DRAW.randrange(3 * 365 * 86_400_000),
                text.replace("，", ","),
            )
            for text in texts(COMPLAINTS)
        ),
    )
    for table in ["customer", "interaction", "complaint"]:
        base.execute(
            f"INSERT INTO search_backlog SELECT '{table}', min(id), max(id) FROM {table}"
        )
    base.commit()
    base.close()


def is_indexed(path):
    base = sqlite3.connect(path)
    try:
        return base.execute("SELECT count(*) FROM search_backlog").fetchone()[0] == 0
    finally:
        base.close()


def read_into_memory(path):
    with open(path, "rb") as base:
        while base.read(1 << 24):
            pass


class Server:
    def __init__(self, path):
        self.process = subprocess.Popen(
            [GUANXI, "serve", "--database", path, "--port", "0", "--rate-limits", "off"],
            stdout=subprocess.PIPE,
            stderr=open("serve.log", "w"),
            text=True,
        )
        try:
            self.connect(path)
        except BaseException:
            self.process.kill()
            raise

    def connect(self, path):
        url = self.process.stdout.readline().split()[-1]
        command = [GUANXI, "token", "create", "--name", "bench", "--role", "admin"]
        self.token = subprocess.run(
            command + ["--database", path], capture_output=True, text=True, check=True
        ).stdout.strip()
        self.connection = http.client.HTTPConnection(re.sub("^http://", "", url), timeout=60)

    def wait_for_index(self):
        start = time.monotonic()
        while "are indexed" not in open("serve.log").read():
            time.sleep(0.5)
        return time.monotonic() - start

    def milliseconds(self, path, text, more=""):
        query = urllib.parse.quote(text)
        start = time.monotonic()
        self.connection.request(
            "GET", f"{path}?q={query}{more}", headers={"Authorization": "Bearer " + self.token}
        )
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, text, body)
        return (time.monotonic() - start) * 1000

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.process.send_signal(signal.SIGTERM)
        # What went wrong before is told, not that it ended otherwise than it should.
        assert self.process.wait(60) == 0 or error


def words():
    """What is looked for: words of all frequencies alike, characters, and two words."""
    while True:
        word = WORDS[int(len(WORDS) ** DRAW.random()) - 1]
        yield DRAW.choice([word, word, word[0], word + " " + DRAW.choice(COMMON)])


def names():
    """What customers are looked for by."""
    while True:
        number = DRAW.randrange(1, CUSTOMERS + 1)
        yield DRAW.choice(
            [
                DRAW.choice(SURNAMES),
                DRAW.choice(SURNAMES) + han(),
                "贸易",
                f"138{number:08}",
                f"{number:08}"[-5:],
                f"C{number:07}",
                f"box{number}",
                "example.com",
            ]
        )


def report(what, figures):
    figures.sort()
    middle, most = figures[len(figures) // 2], figures[len(figures) * 99 // 100]
    print(f"| {what} | {middle:.1f} ms | {most:.1f} ms | {figures[-1]:.1f} ms |", flush=True)


def measure(server):
    for what, path, looked_for, more in [
        ("`GET /v1/search`", "/v1/search", words(), ""),
        ("`GET /v1/search`, of customers", "/v1/search", names(), ""),
        ("`GET /v1/customers?q=`", "/v1/customers", names(), ""),
        ("`GET /v1/customers?q=`, by name", "/v1/customers", names(), "&sort=name"),
        ("`GET /v1/interactions?q=`", "/v1/interactions", words(), ""),
        ("`GET /v1/complaints?q=`", "/v1/complaints", words(), ""),
    ]:
        figures = [
            server.milliseconds(path, next(looked_for), more) for _ in range(SEARCHES)
        ]
        report(what, figures)
    figures = [server.milliseconds("/v1/search", "的") for _ in range(SEARCHES // 10)]
    report("`GET /v1/search?q=的`, in nearly every text", figures)


def main():
    folder = os.environ.get("BENCH_FOLDER")
    with tempfile.TemporaryDirectory() as made:
        os.chdir(folder or made)
        if not os.path.exists("base.sqlite"):
            make("base.sqlite")
        read_into_memory("base.sqlite")
        is_to_index = not is_indexed("base.sqlite")
        with Server("base.sqlite") as server:
            if is_to_index:
                seconds = server.wait_for_index()
                count = CUSTOMERS + INTERACTIONS + COMPLAINTS
                print(f"indexed {count:,} texts in {seconds:.0f} s, {count / seconds:,.0f}/s")
            print("| Search | median | p99 | longest |")
            print("| --- | --- | --- | --- |")
            measure(server)


if __name__ == "__main__":
    main()

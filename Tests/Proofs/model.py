#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the service against a model of it: random operations, the same answers, the same state.

Usage: Tests/Proofs/model.py [BINARY] [--operations N] [--seed N] [--kill-every N]

The model is a few dictionaries. Each answer is compared with the model's, and at intervals, after the
process was killed and started again, all that the service holds. The seed is printed; a run with it is
the same run.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time


class Mismatch(Exception):
    pass


class Service:
    def __init__(self, binary, database):
        self.binary, self.database, self.process = binary, database, None
        create = [binary, "token", "create", "--name", "proof", "--role", "admin"]
        self.token = subprocess.run(
            create + ["--database", database], capture_output=True, text=True, check=True
        ).stdout.strip()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--database", self.database, "--port", "0"]
            + ["--rate-limits", "off", "--log-level", "error"],
            stdout=subprocess.PIPE, text=True,
        )
        port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.connection.close()

    def ask(self, method, target, body=None, **fields):
        headers = {"Authorization": "Bearer " + self.token}
        headers |= {name.replace("_", "-"): value for name, value in fields.items()}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self.connection.request(method, target, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, text


class Model:
    """What the service should hold, and how it should answer."""

    def __init__(self):
        self.customers, self.orders, self.complaints = {}, {}, {}
        self.kept = {}

    def by_external_id(self, kind, name):
        return next((id for id, one in kind.items() if one.get("externalId") == name), None)

    def create(self, body):
        if self.by_external_id(self.customers, body.get("externalId")) and "externalId" in body:
            return 409, None
        id = len(self.customers) + 1
        self.customers[id] = dict(body, version=1, archived=False)
        return 201, id

    def details(self, id):
        return {k: v for k, v in self.customers[id].items() if k not in ("version", "archived")}

    def change(self, id, details, match):
        """Replaces a customer's details under a condition."""
        one = self.customers[id]
        if match is not None and match != one["version"]:
            return 412, id
        other = self.by_external_id(self.customers, details.get("externalId"))
        if details == self.details(id):
            return 200, id
        if one["archived"]:
            return 409, id
        if details.get("externalId") is not None and other not in (None, id):
            return 409, id
        self.customers[id] = dict(details, version=one["version"] + 1, archived=False)
        return 200, id

    def patch(self, id, patch, match):
        if id not in self.customers:
            return 404, None
        details = self.details(id) | patch
        return self.change(id, {k: v for k, v in details.items() if v is not None}, match)

    def put(self, name, body, match, only_new):
        id = self.by_external_id(self.customers, name)
        if id is None:
            return (412, None) if match is not None else self.create(dict(body, externalId=name))
        if only_new:
            return 412, id
        return self.change(id, dict(body, externalId=name), match)

    def archive(self, id, match):
        if id not in self.customers:
            return 404, None
        one = self.customers[id]
        if match is not None and match != one["version"]:
            return 412, id
        if not one["archived"]:
            one["archived"], one["version"] = True, one["version"] + 1
        return 204, id

    def add(self, kind, body, owner):
        if "externalId" in body and self.by_external_id(kind, body["externalId"]):
            return 409, None
        if owner not in self.customers or self.customers[owner]["archived"]:
            return 422, None
        id = len(kind) + 1
        kind[id] = dict(body, version=1)
        return 201, id


class Run:
    def __init__(self, service, seed):
        self.service, self.model, self.draw = service, Model(), random.Random(seed)
        self.step = 0

    def expect(self, what, status, expected, text):
        if status != expected:
            raise Mismatch(f"step {self.step}: {what}: {status}, the model says {expected}: {text}")

    def details(self):
        body = {"kind": self.draw.choice(["individual", "enterprise"]),
                "name": f"n{self.draw.randrange(1000)}"}
        if self.draw.random() < 0.5:
            body["tags"] = [f"t{n}" for n in sorted(self.draw.sample(range(5), 2))]
        return body

    def some(self, kind):
        return self.draw.randrange(1, len(kind) + 2)

    def condition(self, id):
        """Mostly none, else the right version or a wrong one."""
        if self.draw.random() < 0.6:
            return None, {}
        one = self.model.customers.get(id)
        version = one["version"] if one and self.draw.random() < 0.7 else 77
        return version, {"If_Match": f'"{version}.x"'}

    def create(self):
        body = self.details()
        if self.draw.random() < 0.5:
            body["externalId"] = f"E{self.draw.randrange(400)}"
        fields = {}
        if self.draw.random() < 0.2:
            # A key that is new, or one that was used, with the same body or another.
            key = f"k{self.draw.randrange(200)}"
            fields["Idempotency_Key"] = key
            if key in self.model.kept:
                old, status, text = self.model.kept[key]
                if self.draw.random() < 0.5:
                    body = old
                got = self.service.ask("POST", "/v1/customers", body, **fields)
                expected = status if body == old else 422
                self.expect(f"POST again {body}", got[0], expected, got[1])
                if body == old and got[1] != text:
                    raise Mismatch(f"step {self.step}: another answer to a key: {got[1]}")
                return
        status, text = self.service.ask("POST", "/v1/customers", body, **fields)
        expected, id = self.model.create(body)
        self.expect(f"POST {body}", status, expected, text)
        if status == 201:
            if json.loads(text)["id"] != id:
                raise Mismatch(f"step {self.step}: id {text}, the model says {id}")
            if fields:
                self.model.kept[key] = (body, status, text)

    def patch(self):
        id = self.some(self.model.customers)
        patch = {"name": f"n{self.draw.randrange(1000)}"}
        if self.draw.random() < 0.3:
            patch = {"externalId": f"E{self.draw.randrange(400)}"}
        elif self.draw.random() < 0.2:
            patch = {"externalId": None}
        match, fields = self.condition(id)
        status, text = self.service.ask("PATCH", f"/v1/customers/{id}", patch, **fields)
        self.expect(f"PATCH {id} {patch} {match}", status, self.model.patch(id, patch, match)[0], text)

    def put(self):
        name, body = f"E{self.draw.randrange(400)}", self.details()
        match, fields = self.condition(self.model.by_external_id(self.model.customers, name))
        only_new = match is None and self.draw.random() < 0.2
        if only_new:
            fields["If_None_Match"] = "*"
        status, text = self.service.ask(
            "PUT", f"/v1/customers/by-external-id/{name}", body, **fields
        )
        expected, _ = self.model.put(name, body, match, only_new)
        self.expect(f"PUT {name} {body} {match} {only_new}", status, expected, text)

    def archive(self):
        id = self.some(self.model.customers)
        match, fields = self.condition(id)
        status, text = self.service.ask("DELETE", f"/v1/customers/{id}", **fields)
        self.expect(f"DELETE {id} {match}", status, self.model.archive(id, match)[0], text)

    def order(self):
        owner = self.some(self.model.customers)
        body = {"customerId": owner, "placedAt": "2026-01-01T00:00:00.000Z",
                "total": f"{self.draw.randrange(10000)}.00"}
        if self.draw.random() < 0.5:
            body["externalId"] = f"O{self.draw.randrange(2000)}"
        status, text = self.service.ask("POST", "/v1/orders", body)
        self.expect(f"POST order {body}", status, self.model.add(self.model.orders, body, owner)[0], text)

    def complain(self):
        owner = self.some(self.model.customers)
        body = {"customerId": owner, "channel": "web", "subject": f"s{self.draw.randrange(100)}"}
        if self.draw.random() < 0.5:
            body["externalId"] = f"K{self.draw.randrange(2000)}"
        status, text = self.service.ask("POST", "/v1/complaints", body)
        expected, _ = self.model.add(self.model.complaints, body, owner)
        self.expect(f"POST complaint {body}", status, expected, text)

    def read(self):
        id = self.some(self.model.customers)
        status, text = self.service.ask("GET", f"/v1/customers/{id}")
        one = self.model.customers.get(id)
        self.expect(f"GET {id}", status, 200 if one else 404, text)
        if one:
            self.compare_customer(id, json.loads(text))

    def compare_customer(self, id, found):
        one = self.model.customers[id]
        for name in ("kind", "name", "externalId", "version"):
            if found.get(name) != one.get(name):
                raise Mismatch(f"step {self.step}: customer {id} {name}: {found}, the model: {one}")
        if found["tags"] != one.get("tags", []) or ("archivedAt" in found) != one["archived"]:
            raise Mismatch(f"step {self.step}: customer {id}: {found}, the model: {one}")

    def compare(self):
        """All that the service holds, the archived by their ids."""
        def lines(target):
            status, text = self.service.ask("GET", target)
            self.expect(target, status, 200, text)
            return [json.loads(line) for line in text.splitlines()]

        listed = {one["id"]: one for one in lines("/v1/customers?format=ndjson")}
        for id, one in self.model.customers.items():
            if one["archived"]:
                if id in listed:
                    raise Mismatch(f"step {self.step}: archived customer {id} is listed")
                continue
            if id not in listed:
                raise Mismatch(f"step {self.step}: customer {id} is not listed")
            self.compare_customer(id, listed.pop(id))
        if listed:
            raise Mismatch(f"step {self.step}: unknown customers {list(listed)[:5]}")
        for kind, model in [("orders", self.model.orders), ("complaints", self.model.complaints)]:
            found = {one["id"]: one for one in lines(f"/v1/{kind}?format=ndjson")}
            if found.keys() != model.keys():
                raise Mismatch(f"step {self.step}: {kind}: {len(found)}, the model {len(model)}")
            for id, one in model.items():
                owner = found[id].get("customerId") or found[id]["customer"]["id"]
                if owner != one["customerId"] or found[id].get("externalId") != one.get("externalId"):
                    raise Mismatch(f"step {self.step}: {kind} {id}: {found[id]}, the model: {one}")

    def go(self, operations, kill_every):
        weighted = [(self.create, 4), (self.patch, 4), (self.put, 2), (self.archive, 1),
                    (self.order, 3), (self.complain, 3), (self.read, 3)]
        acts, weights = zip(*weighted)
        for self.step in range(1, operations + 1):
            self.draw.choices(acts, weights)[0]()
            if self.step % kill_every == 0:
                self.service.kill()
                self.service.start()
                self.compare()
        self.compare()


def main(arguments):
    binary, operations, kill_every = ".build/release/guanxi", 100_000, 10_000
    seed = random.randrange(1 << 32)
    while arguments:
        argument = arguments.pop(0)
        if argument == "--operations":
            operations = int(arguments.pop(0))
        elif argument == "--seed":
            seed = int(arguments.pop(0))
        elif argument == "--kill-every":
            kill_every = int(arguments.pop(0))
        else:
            binary = argument
    print(f"seed {seed}", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guanxi-proof-") as folder:
        service = Service(os.path.abspath(binary), os.path.join(folder, "guanxi.sqlite"))
        try:
            Run(service, seed).go(operations, kill_every)
        except Mismatch as mismatch:
            print(f"FAILED {mismatch}")
            return 1
        finally:
            service.kill()
        check = subprocess.run(
            [service.binary, "check", "--database", service.database], capture_output=True, text=True
        )
        print(f"{operations:,} operations in {time.monotonic() - begin:.0f} s, as the model says;"
              f" {check.stdout.strip() or check.stderr.strip()}")
        return check.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

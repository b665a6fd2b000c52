# SPDX-License-Identifier: GPL-3.0-or-later
"""A shop's till, and the sandbox on the other side, as a script uses them: by commands."""

import itertools
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request

COMMAND_TIMEOUT_S = 200

# A busy machine is no bad network.
PATIENCE = "\nconnect-timeout=60\ntotal-timeout=120"

PAID = ("paid",)
NOT_PAID = ("failed", "closed", "reversed")
UNPAID = NOT_PAID + ("open", "unscanned")
ENDED_BY_US = ("expired", "cancelled", "other-paid", "reversed")


class Mismatch(AssertionError):
    """What a test found, in words."""


def check(holds, *words):
    if not holds:
        raise Mismatch(" ".join(str(word) for word in words))


def equal(found, expected, *words):
    check(found == expected, *words, f"found {found!r}, expected {expected!r}")


class Result:
    """What one command said."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sale(self):
        lines = self.lines
        check(lines and "event" not in lines[-1], "the last line is no sale:", self)
        return lines[-1]

    @property
    def codes(self):
        return [line for line in self.lines if line.get("event") == "code"]

    def __str__(self):
        return f"exit {self.code}\n{self.out}{self.err}"


class World:
    """The program under test, a temporary folder, and all that was said in it."""

    def __init__(self, till, folder):
        self.till = till
        self.folder = folder
        self.said = []          # stdout and stderr of every command
        self.paycodes = []
        self.shops = []
        self.sandboxes = []
        self.env = dict(os.environ, HOME=folder, XDG_DATA_HOME=folder, XDG_CACHE_HOME=folder,
                        XDG_RUNTIME_DIR=folder, LC_ALL="C.UTF-8")
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "LANGUAGE"):
            self.env.pop(name, None)
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        self.making = threading.Lock()
        self.template = None

    def get_template(self):
        """A profile as init makes it, to be copied: that is quicker than to make each."""
        with self.making:
            if not self.template:
                self.template = os.path.join(self.folder, "template")
                made = self.run("--profile", self.template, "init", "--demo")
                equal(made.code, 0, "init:", made)
        return self.template

    def next_number(self):
        with self.lock:
            return next(self.numbers)

    def order(self):
        return f"CLI{self.next_number():017d}"

    def paycode(self, brand, digits=0):
        """A fresh payment code whose last two digits choose the scenario."""
        prefix = {"wechat": "13", "alipay": "28", "unionpay": "620", "jd": "18"}[brand]
        code = f"{prefix}{self.next_number():014d}{digits:02d}"
        with self.lock:
            self.paycodes.append(code)
        return code

    def start(self, *words, **options):
        return self.start_program([self.till, *words], **options)

    def start_program(self, words, **options):
        """Without a buffer, so that who reads some lines leaves the rest for finish()."""
        return subprocess.Popen(words, **{
            "bufsize": 0, "env": self.env, "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})

    def finish(self, process):
        try:
            out, err = process.communicate(timeout=COMMAND_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise Mismatch(f"still running after {COMMAND_TIMEOUT_S} s:\n{out}{err}") from None
        # None is what went elsewhere.
        out, err = (out or b"").decode(), (err or b"").decode()
        with self.lock:
            self.said += [out, err]
        return Result(process.returncode, out, err)

    def run(self, *words, **options):
        return self.finish(self.start(*words, **options))

    def close(self):
        for sandbox in self.sandboxes:
            sandbox.stop()


class Sandbox:
    """`till sandbox` on a port of its own."""

    def __init__(self, world, *words):
        self.world = world
        self.process = world.start("sandbox", "--listen", "127.0.0.1:0", *words)
        ready = json.loads(self.process.stdout.readline())
        self.url = ready["listening"]
        self.tls = ssl.create_default_context(cafile=ready["ca"])
        world.sandboxes.append(self)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            result = self.world.finish(self.process)
            equal(result.code, 0, "the sandbox's end:", result)

    def ask(self, path, body=None):
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=self.tls, timeout=100) as reply:
            return json.load(reply)

    def plan(self, scenario, call, **numbers):
        self.ask("/sandbox/control", {"scenario": scenario, "call": call, **numbers})

    def customer(self, act, **facts):
        return self.ask("/sandbox/customer", {"do": act, **facts})

    def refused_customer(self, act, **facts):
        """What the phone shows of an act that fails."""
        try:
            done = self.customer(act, **facts)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["error"]
        raise Mismatch(f"{act} {facts} was done: {done}")

    def scenarios(self):
        return self.ask("/sandbox/scenarios")["scenarios"]

    def ledger(self):
        return {entry["order"]: entry for entry in self.ask("/sandbox/ledger")["orders"]}


def only(ini, *contracts):
    """The profile without all contracts but these."""
    return "".join(
        section for section in re.split(r"(?m)^(?=\[)", ini)
        if not section.startswith("[acquirer ") or
        section[len("[acquirer "):section.index("]")] in contracts)


class Shop:
    """A profile of its own, on a sandbox: with the two contracts that most cases are about, or,
    where there is more of it, with all of the demo's and those."""

    def __init__(self, world, sandbox, more_ini=None):
        self.world = world
        self.sandbox = sandbox
        self.dir = tempfile.mkdtemp(prefix="shop-", dir=world.folder)
        shutil.copytree(world.get_template(), self.dir, dirs_exist_ok=True)
        if more_ini is None:
            self.edit(lambda ini: only(ini, "wechat", "alipay"))
        more_ini = re.sub(r"(?m)^type=.*", lambda line: line.group() + PATIENCE, more_ini or "")
        self.edit(lambda ini: (re.sub(r"(?m)^limit-.*", lambda line: line.group() + PATIENCE, ini)
                               + more_ini).replace("https://127.0.0.1:8443", sandbox.url))
        world.shops.append(self)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def edit(self, change):
        with open(self.path("profile.ini"), encoding="utf-8") as file:
            ini = file.read()
        with open(self.path("profile.ini"), "w", encoding="utf-8") as file:
            file.write(change(ini))

    def words(self, *words):
        return ("--profile", self.dir, "--json", *words)

    def till(self, *words, **options):
        return self.world.run(*self.words(*words), **options)

    def start(self, *words, **options):
        return self.world.start(*self.words(*words), **options)

    def text(self, *words):
        """The same as a person sees it."""
        return self.world.run("--profile", self.dir, *words)

    def charge(self, brand, digits=0, amount="12.34", *more):
        return self.till("charge", amount, "--code", self.world.paycode(brand, digits), *more)

    def list(self, *filters):
        listed = self.till("list", *filters)
        equal(listed.code, 0, "list:", listed)
        return listed.lines

    def rows(self):
        exported = self.till("journal", "export")
        equal(exported.code, 0, "export:", exported)
        return exported.lines


def expect(result, code, state=None, reason=None):
    """The exit code, and where the sale is."""
    equal(result.code, code, result)
    if state:
        equal((result.sale["state"], result.sale.get("reason")), (state, reason), result)
    if code in (2, 4):
        check(result.err.startswith("till: "), "nothing was said:", result)
    return result


def _same_payment(payment, entry):
    state, number = payment["state"], payment["order"]
    if state == "paid":
        check(entry, number, "is paid here and unknown there")
        equal((entry["state"] in PAID, entry["paid_fen"], entry["amount_fen"]),
              (True, payment["amount_fen"], payment["amount_fen"]), number)
        equal(payment["acquirer_ref"], entry["acquirer_ref"], number)
    elif state == "failed":
        # A code that never came back was shown to nobody: there it may stay open, and unpaid.
        unseen = payment["kind"] == "collect" and payment["reason"] not in ENDED_BY_US
        check(not entry or entry["state"] in (UNPAID if unseen else NOT_PAID), number,
              "failed here, there", entry)
        check(not entry or entry["paid_fen"] == entry["given_back_fen"], number, "keeps", entry)
    elif state == "paid-late":
        equal((entry["paid_fen"], entry["given_back_fen"]),
              (payment["amount_fen"], payment["amount_fen"]), number, "came late and stays")
    else:
        raise Mismatch(f"{number} is open: {payment}")


def _same_refunds(sale, ledger):
    given_back = {}
    for refund in (p for p in sale["payments"] if p["kind"] == "refund"):
        entry = ledger[refund["of"]]
        twin = {r["refund"]: r for r in entry["refunds"]}.get(refund["order"])
        if refund["state"] == "paid":
            equal((twin["state"], twin["amount_fen"]), ("success", refund["amount_fen"]), twin)
            given_back[refund["of"]] = given_back.get(refund["of"], 0) + refund["amount_fen"]
        else:
            equal(refund["state"], "failed", refund)
            check(not twin or twin["state"] == "closed", "failed here, there", twin)
    for payment in sale["payments"]:
        entry = ledger.get(payment["order"])
        if payment["state"] == "paid" and payment["kind"] != "refund":
            equal(entry["given_back_fen"], given_back.get(payment["order"], 0), entry)
            equal(len(entry["refunds"]), sum(p.get("of") == payment["order"]
                                             for p in sale["payments"] if p["state"] == "paid"),
                  "refunds of", entry)
    equal(sale["refunded_fen"], sum(given_back.values()), sale)


def settled(shop):
    """Nothing is open, journal = ledger, the chain is whole; the rows say the same as the list."""
    ledger = shop.sandbox.ledger()
    last = {}
    for row in shop.rows():
        last[row["payment"]] = row["state"]
    for sale in shop.list():
        for payment in sale["payments"]:
            equal(last[payment["order"]], payment["state"], payment)
            if payment["kind"] != "refund":
                _same_payment(payment, ledger.get(payment["order"]))
        _same_refunds(sale, ledger)
    whole = shop.till("journal", "verify")
    equal((whole.code, whole.lines[-1]["whole"]), (0, True), whole)

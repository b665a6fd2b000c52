#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-tap.py TILL PN532_SIM: taps, as a script makes them: the real program, the real till-reader,
a simulated chip with virtual cards, the sandbox. Says in TAP what held."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

NUMBERS = ("6210948000000029", "6210948000000011", "6210948000000052", "6210948000000037")

TERMINALS = """
[acquirer cards]
type=iso8583
base-url={url}/unp/webtrans/WPOS
ca-file=keys/sandbox-ca.pem
terminal-no=10000159
merchant-no=880210010210160
"""

# What the card is, and what becomes of it: exit code, reason.
REFUSALS = (
    ("pin", "card-pin"),
    ("signature", "card-signature"),
    ("aac", "card-declined"),
    ("tc", "card-offline"),
    ("foreign", "card-foreign"),
    ("locked", "card-locked"),
    ("expired", "card-expired"),
    ("blocked", "card-blocked"),
)


class Shop:
    """A profile, the sandbox and a reader."""

    def __init__(self, till, sim, way):
        self.till = till
        self.dir = tempfile.mkdtemp(prefix="till-tap-")
        self.profile = os.path.join(self.dir, "profile")
        self.port = os.path.join(self.dir, "port")
        self.sim = subprocess.Popen([sim, "--link", self.port], stdin=subprocess.PIPE,
                                    stdout=subprocess.DEVNULL, text=True)
        self.sandbox = subprocess.Popen([till, "sandbox", "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True)
        self.url = json.loads(self.sandbox.stdout.readline())["listening"]
        self.make_profile(way)
        while not os.path.exists(self.port):
            time.sleep(0.05)

    def make_profile(self, way):
        self.run("init", "--demo")
        path = os.path.join(self.profile, "profile.ini")
        with open(path, encoding="utf-8") as file:
            text = file.read().replace("https://127.0.0.1:8443", self.url)
        text = text.replace("mode=sandbox", f"mode=sandbox\nreader=pn532_uart:{self.port}:115200")
        if way == "iso8583":
            begin = text.index("[acquirer cards]")
            text = text[:begin] + TERMINALS.format(url=self.url) + "\n" + text[text.index("[nfc]"):]
            keys = os.path.join(self.profile, "keys")
            shutil.copy(os.path.join(keys, "iso8583.tmk.secret"),
                        os.path.join(keys, "cards.tmk.secret"))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, *words):
        done = subprocess.run([self.till, "--profile", self.profile, "--json", *words],
                              capture_output=True, text=True, timeout=120, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return done.returncode, lines

    def hold(self, card):
        self.sim.stdin.write(f"card {card}\n" if card else "remove\n")
        self.sim.stdin.flush()
        time.sleep(0.3)

    def kill_in_mid_tap(self, amount):
        """The program dies as soon as the row of the asking is there."""
        dying = subprocess.Popen([self.till, "--profile", self.profile, "--json", "tap", amount],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in dying.stdout:
            told = json.loads(line)
            if told.get("state") == "asked":
                dying.kill()
                dying.wait()
                return told["order"]
        raise AssertionError("it was over before it could be killed")

    def files(self):
        for folder, _, names in os.walk(self.dir):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    yield path

    def close(self):
        self.sandbox.terminate()
        self.sandbox.wait()
        self.sim.stdin.close()
        self.sim.wait()
        shutil.rmtree(self.dir)


def equal(found, expected, *words):
    assert found == expected, f"{words}: found {found!r}, expected {expected!r}"


def test_read(shop):
    shop.hold("debit")
    code, lines = shop.run("nfc", "--timeout", "10")
    equal((code, lines[-1]["would"], lines[-1]["number"], lines[-1]["cryptogram"]),
          (0, "charge", "621094******0029", "arqc"))


def test_paid_and_refunded(shop):
    shop.hold("debit")
    code, lines = shop.run("tap", "12.50", "--timeout", "10")
    equal((code, lines[-1]["state"], lines[-1]["kind"], lines[-1]["amount_fen"]),
          (0, "paid", "tap", 1250))
    order = lines[-1]["order"]
    code, lines = shop.run("refund", order, "2.50")
    equal((code, lines[-1]["refunded_fen"]), (0, 250))
    code, lines = shop.run("tap", "12.50", "--order", order)
    equal((code, lines[-1]["order"], lines[-1]["refunded_fen"]), (0, order, 250))


def test_refusals(shop):
    _, before = shop.run("list")
    for card, reason in REFUSALS:
        shop.hold(card)
        begun = time.monotonic()
        code, lines = shop.run("tap", "1.00", "--timeout", "10")
        equal((code, lines[-1]["state"], lines[-1]["reason"]), (1, "failed", reason), card)
        assert time.monotonic() - begun < 60, card   # a busy machine takes its time
    shop.hold(None)
    code, lines = shop.run("tap", "1.00", "--timeout", "1")
    equal((code, lines[-1]["reason"]), (1, "card-absent"))
    _, after = shop.run("list")
    equal(len(after), len(before), "what a card refuses is written nowhere")


def test_no_reader(shop):
    reader = "pn532_uart:/dev/no-such-port:115200"
    code, _ = shop.run("tap", "1.00", "--timeout", "5", "--reader", reader)
    equal(code, 4)


def test_lost_answer(shop):
    """Booked, and the answer lost: known paid where one can ask, reversed where one cannot."""
    shop.hold("credit")
    code, lines = shop.run("tap", "88.60", "--timeout", "10")
    equal((code, lines[-1]["state"]), (0, "paid") if shop.way == "sealed" else (1, "failed"))


def test_restart(shop):
    """Nobody is charged again, and a card's key is kept as long as a reversal may need it. A host
    that knows no sale is told to reverse it for a while yet: it may be on its way."""
    shop.hold("debit")
    order = shop.kill_in_mid_tap("3.00")
    shop.run("resume")
    _, lines = shop.run("show", order)
    state = lines[-1]["state"]
    assert state in (("paid", "failed") if shop.way == "sealed" else ("failed", "closing")), state
    keys = [path for path in shop.files() if path.endswith(order + ".key")]
    equal(len(keys), 1 if state == "closing" else 0, "keys of", state)


def test_nothing_kept(shop):
    for path in shop.files():
        with open(path, "rb") as file:
            content = file.read()
        for number in NUMBERS:
            packed = bytes.fromhex(number)
            assert number.encode() not in content and packed not in content, path


TESTS = (test_read, test_paid_and_refunded, test_refusals, test_no_reader, test_lost_answer,
         test_restart, test_nothing_kept)


def main():
    till, sim = sys.argv[1:]
    ways = ("sealed", "iso8583")
    failed = 0
    print(f"1..{len(ways) * len(TESTS)}", flush=True)
    for w, way in enumerate(ways):
        shop = Shop(till, sim, way)
        shop.way = way
        for t, test in enumerate(TESTS):
            fault = None
            try:
                test(shop)
            except (AssertionError, KeyError, IndexError, subprocess.TimeoutExpired) as error:
                fault = error
                failed += 1
            number = w * len(TESTS) + t + 1
            print(f"{'not ' if fault else ''}ok {number} {way} {test.__name__}", flush=True)
            if fault:
                print(f"# {fault}", flush=True)
        shop.close()
    sys.exit(1 if failed else 0)


main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the till at random moments, or at the k-th call to the disk, again and again over one
journal; then what the journal says is what the other side booked.

Usage: kills.py TILL CALLS.SO; TILL_CRASH_SEED=N draws the same moments."""

import random
import signal
import sys
import time

from crash import all_known, draw_seed, in_world
from shop import Mismatch, Sandbox, Shop, check, equal, expect, settled

KILLS = 100
RESUMES_MOST = 3

# What the payment code asks of the sandbox: approved, refused, booked and never answered, neither.
DIGITS = (0, 0, 0, 0, 0, 0, 23, 67, 67, 61)

# Which call the program dies in, and up to the how-manieth.
CALLS = (("write", 45), ("write", 45), ("sync", 6), ("truncate", 3), ("commit", 4))


class Killer:
    def __init__(self, world, seed):
        self.world = world
        self.shop = Shop(world, Sandbox(world))
        self.rand = random.Random(seed)
        self.calls = sys.argv[2]
        self.took_s = 0              # about so long a charge takes when it is let be
        self.orders = []
        self.n_kills = 0
        self.found = {}              # what was killed, and where the journal then was → how often

    def strike(self, *words):
        """Starts a command and kills it. Returns whether it was still there to be killed."""
        result = self.rand.choice((self._at_any_time, self._after_a_word, self._in_a_call))(words)
        was_there = result.code == -signal.SIGKILL
        check(was_there or result.code in (0, 1, 3), result)
        self.n_kills += was_there
        return was_there

    def _at_any_time(self, words):
        return self._kill_within(self.shop.start(*words), 1.2 * self.took_s)

    def _after_a_word(self, words):
        """Soon after it has said something, which it does when a row is on the disk."""
        process = self.shop.start(*words)
        process.stdout.readline()
        return self._kill_within(process, 0.5 * self.took_s)

    def _kill_within(self, process, patience_s):
        moment = time.monotonic() + self.rand.uniform(0, patience_s)
        while process.poll() is None and time.monotonic() < moment:
            time.sleep(0.0005)
        process.kill()
        return self.world.finish(process)

    def _in_a_call(self, words):
        """Or, where there are fewer such calls, while it waits for an answer."""
        call, most = self.rand.choice(CALLS)
        env = dict(self.world.env, LD_PRELOAD=self.calls, TILL_CRASH_UNDER=self.shop.dir,
                   TILL_CRASH_FAULT=f"{call} {self.rand.randint(1, most)} 0 kill")
        return self._kill_within(self.shop.start(*words, env=env), 10 * self.took_s)

    def note(self, what, order):
        shown = self.shop.till("show", order)
        state = shown.sale["state"] if shown.code == 0 else "no row"
        self.found[what, state] = self.found.get((what, state), 0) + 1

    def sell(self):
        """A sale that nobody disturbs, not even a program that dies beside it."""
        begun = time.monotonic()
        expect(self.shop.charge("wechat"), 0, "paid")
        self.took_s = time.monotonic() - begun

    def beside(self):
        process = self.shop.start("charge", "9", "--code", self.world.paycode("alipay"))
        self.charge()
        expect(self.world.finish(process), 0, "paid")

    def charge(self):
        order = self.world.order()
        self.orders.append(order)
        code = self.world.paycode(self.rand.choice(("wechat", "alipay")), self.rand.choice(DIGITS))
        if self.strike("charge", "7", "--code", code, "--order", order):
            self.note("charge", order)

    def refund(self):
        paid = [sale["order"] for sale in self.shop.list("--state", "paid")
                if sale["refunded_fen"] == 0]
        number = self.world.order()
        if paid and self.strike("refund", self.rand.choice(paid), "0.1", "--order", number):
            self.note("refund", number)

    def resume(self):
        if self.strike("resume"):
            self.found["resume", ""] = self.found.get(("resume", ""), 0) + 1

    def run(self):
        acts = (self.charge, self.charge, self.charge, self.beside, self.refund, self.resume)
        while self.n_kills < KILLS:
            if self.n_kills % 10 == 0:
                self.sell()
            self.rand.choice(acts)()
        for left in reversed(range(RESUMES_MOST)):
            if self.shop.till("resume").code == 0:
                break
            check(left, "something stays open")


def _orders_once(shop, ledger):
    sales = shop.list()
    numbers = [payment["order"] for sale in sales for payment in sale["payments"]]
    equal(len(numbers), len(set(numbers)), "a number was used twice")
    for sale in sales:
        kept = [ledger[p["order"]]["paid_fen"] for p in sale["payments"]
                if p["kind"] != "refund" and p["order"] in ledger]
        check(sum(amount > 0 for amount in kept) <= 1, sale["order"], "was charged twice")
    return len(sales)


def play(world):
    seed = draw_seed()
    killer = Killer(world, seed)
    print(f"1..1\n# seed {seed}", flush=True)
    try:
        killer.run()
        ledger = killer.shop.sandbox.ledger()
        all_known(killer.shop, ledger, killer.orders)
        n_sales = _orders_once(killer.shop, ledger)
        settled(killer.shop)
    except Mismatch as mismatch:
        print("not ok 1 - kills")
        print("\n".join(f"# {line}" for line in str(mismatch).splitlines()))
        return 1
    for (what, state), number in sorted(killer.found.items()):
        print(f"# {number} {what} killed: {state}")
    print(f"# kills {killer.n_kills}/{killer.n_kills} over one journal of {n_sales} sales, "
          f"journal = ledger; seed {seed}")
    print("ok 1 - kills")
    return 0


if __name__ == "__main__":
    sys.exit(in_world(sys.argv[1], play))

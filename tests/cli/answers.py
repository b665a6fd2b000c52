# SPDX-License-Identifier: GPL-3.0-or-later
"""Acquirers that take several wallets, and UnionPay: what each call may be answered. Good, refused,
torn and badly signed answers, and none at all: the till and the acquirer agree in the end."""

import json

from collects import next_code
from later import refund_of
from modes import one_contract
from shop import check, equal, expect, settled

# A contract of modes-profile.ini → a wallet of it, and the calls by which its codes and its
# charges end.
ACQUIRERS = {
    # Nothing but its time ends a code, and no paid charge.
    "unionpay": ("unionpay", "query", None),
    "shouqianba": ("wechat", "reverse", "reverse"),
    "chinaums": ("alipay", "close", "reverse"),
    "cmb": ("alipay", "close", "reverse"),
}

GOOD = ("approve", "slow")
REFUSED = ("no-auth", "param-error", "sign-error", "clock-slow")
TORN = ("cut-off", "not-json", "too-large", "error-page-booked", "error-page-unbooked", "redirect")
BADLY_SIGNED = ("bad-signature", "no-signature", "unknown-key", "other-order")
SILENT = ("lost-booked", "lost-unbooked", "system-error-booked", "system-error-unbooked",
          "unheard-of")
DOUBTFUL = TORN + BADLY_SIGNED + SILENT

SOME = 8    # so many commands at once on one journal


def _some(words):
    return [words[at:at + SOME] for at in range(0, len(words), SOME)]


def _orders(world, acquirer, scenarios):
    """A code that is not shown ends at once, and one that is shown when its time is over."""
    shop = one_contract(world, acquirer)
    wallet = ACQUIRERS[acquirer][0]
    for some in _some(scenarios):
        running = {}
        for scenario in some:
            shop.sandbox.plan(scenario, "order", after_ms=500)
            process = shop.start("collect", "8", "--brand", wallet, "--wait", "1")
            heard = []
            for line in process.stdout:          # until the plan is used up
                heard.append(json.loads(line))
                if heard[-1].get("event") == "code":
                    break
            running[scenario] = (process, heard)
        for scenario, (process, heard) in running.items():
            result = world.finish(process)
            last = result.sale if result.out else heard[-1]
            shown = any(line.get("event") == "code" for line in heard)
            check(result.code in (1, 4), acquirer, scenario, result)
            equal((last["state"], shown), ("failed", last["reason"] == "expired"), scenario, last)
            equal(result.code == 4, last["reason"] in ("config", "clock"), scenario, last)
            check(scenario not in GOOD or shown, scenario, last)
            check(scenario not in REFUSED or not shown, scenario, last)
    settled(shop)


def _queries(world, acquirer):
    """A query that is answered badly changes nothing about the money."""
    shop = one_contract(world, acquirer)
    wallet = ACQUIRERS[acquirer][0]
    for some in _some(DOUBTFUL + ("absent", "rate-limited", "sign-error")):
        running = []
        for scenario in some:
            shop.sandbox.plan(scenario, "query")
            process = shop.start("collect", "8", "--brand", wallet, "--wait", "100")
            shop.sandbox.customer("pay", text=next_code(process)["text"], wallet=wallet)
            running.append(process)
        for process in running:
            expect(world.finish(process), 0, "paid")
        shop.sandbox.ask("/sandbox/control", {"clear": True})
    settled(shop)


def _ends(world, acquirer):
    """What ends a code, or a paid charge, is asked for until it is confirmed."""
    shop = one_contract(world, acquirer)
    wallet, ends_code, ends_charge = ACQUIRERS[acquirer]
    for some in _some(("lost-booked", "lost-unbooked", "cut-off", "system-error-unbooked",
                       "not-json", "other-order")):
        orders = [shop.charge(wallet).sale["order"] for _ in some] if ends_charge else []
        for scenario in some:
            shop.sandbox.plan(scenario, ends_code)
        running = [shop.start("collect", "8", "--brand", wallet, "--wait", "1") for _ in some]
        for process in running:
            expect(world.finish(process), 1, "failed", "expired")
        for scenario in some if ends_charge else ():
            shop.sandbox.plan(scenario, ends_charge)
        for process in [shop.start("cancel", order) for order in orders]:
            expect(world.finish(process), 0, "failed", "cancelled")
    if ends_charge:
        kept = shop.charge(wallet).sale["order"]
        shop.sandbox.plan("reverse-refused", ends_charge)
        check("Refund it" in expect(shop.till("cancel", kept), 1, "paid").err, kept)
    settled(shop)


# CMB's manual: any word but those for a fault of the system refuses for good.
FOR_GOOD = (("cmb", "unheard-of"),)


def _refunds(world, acquirer, call, scenarios):
    """Money is given back once, whatever becomes of the answers to the refund, or to its query."""
    shop = one_contract(world, acquirer)
    wallet = ACQUIRERS[acquirer][0]
    orders = [shop.charge(wallet, 0, "10").sale["order"] for _ in scenarios]
    for scenario in scenarios:
        if call == "query-refund":
            shop.sandbox.plan("lost-booked", "refund")
        shop.sandbox.plan(scenario, call)
    for process in [shop.start("refund", order, "4") for order in orders]:
        check(world.finish(process).code in (0, 3), acquirer, call, scenarios)
    shop.sandbox.ask("/sandbox/control", {"clear": True})
    expect(shop.till("resume"), 0)
    equal({sale["refunded_fen"] for sale in shop.list()}, {400})
    settled(shop)


# What it says of a shop without money.
POOR = {"chinaums": "refund-refused"}


def _refused_refunds(world, acquirer):
    """What is refused for good moves no money, and another try gives it back."""
    shop = one_contract(world, acquirer)
    wallet = ACQUIRERS[acquirer][0]
    order = shop.charge(wallet, 0, "10").sale["order"]
    poor = POOR.get(acquirer, "merchant-balance")
    for scenario, code, reason in (("sign-error", 4, "config"), ("refund-not-enough", 1, poor)):
        shop.sandbox.plan(scenario, "refund")
        refused = expect(shop.till("refund", order, "4"), code)
        refund = refund_of(refused)
        equal((refund["state"], refund["reason"]), ("failed", reason), refused)
    expect(shop.till("refund", order, "4"), 0)
    shop.sandbox.plan("refund-processing", "refund", queries=2)
    late = expect(shop.till("refund", order, "3", "--order", world.order()), 0)
    equal(late.sale["refunded_fen"], 700, late)
    settled(shop)


def add(plan, world, _sandbox):
    answers = GOOD + REFUSED + DOUBTFUL
    for acquirer in ACQUIRERS:
        for part in range(2):
            plan.add(f"answers {acquirer} to an order {part + 1}/2", _orders, world, acquirer,
                     answers[part::2], waits_s=50)
        plan.add(f"answers {acquirer} to queries", _queries, world, acquirer, waits_s=60)
        plan.add(f"answers {acquirer} to an end", _ends, world, acquirer, waits_s=50)
        doubtful = [word for word in DOUBTFUL if (acquirer, word) not in FOR_GOOD]
        for call in ("refund", "query-refund"):
            for part in range(2):
                plan.add(f"answers {acquirer} to a {call} {part + 1}/2", _refunds, world, acquirer,
                         call, doubtful[part::2], waits_s=50)
        plan.add(f"answers {acquirer} that refuse a refund", _refused_refunds, world, acquirer,
                 waits_s=30)

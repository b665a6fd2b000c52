# SPDX-License-Identifier: GPL-3.0-or-later
"""collect: codes that the customer scans, and what can go wrong with each call of their lives."""

import json
import os

from shop import Sandbox, Shop, check, equal, expect, settled

EXPIRED = (1, "failed", "expired")

BAD_QUERIES = ("bad-signature", "no-signature", "cut-off", "lost-unbooked", "error-page-booked",
               "other-order", "other-amount", "rate-limited", "absent", "unheard-of")
BAD_CLOSES = ("lost-booked", "lost-unbooked", "bad-signature", "rate-limited-booked",
              "system-error-unbooked")

def next_code(process):
    """The next code event of a collect that runs."""
    for line in process.stdout:
        event = json.loads(line)
        if event.get("event") == "code":
            return event
    raise AssertionError(f"no code was shown: {process.stderr.read()}")


def _pay_one(plan, world, sandbox, wallet):
    with plan.setup:
        shop = Shop(world, sandbox)
    process = shop.start("collect", "8", "--brand", wallet, "--wait", "60", "--png",
                         shop.path("exports", "code.png"))
    code = next_code(process)
    equal(set(code), {"event", "brand", "acquirer", "text", "order", "expires_us"}, code)
    equal((code["brand"], code["acquirer"]), (wallet, wallet), code)
    with open(shop.path("exports", "code.png"), "rb") as file:
        equal(file.read(8), b"\x89PNG\r\n\x1a\n", "the picture")
    sandbox.customer("scan", text=code["text"])
    sandbox.customer("pay", text=code["text"])
    result = expect(world.finish(process), 0, "paid")
    equal((result.sale["kind"], result.sale["brand"], result.sale["payer_total_fen"]),
          ("collect", wallet, 800), result)
    settled(shop)


def _two_codes(world, twice):
    """The first that is paid closes the other; a second success is given back, by a refund or by
    the other's reversal."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    sandbox.plan("lost-unbooked", "query", times=1000)      # the till sees both at once, or one
    process = shop.start("collect", "8", "--brand", "all", "--wait", "60")
    codes = {}
    while len(codes) < 2:
        code = next_code(process)
        codes[code["brand"]] = code
    sandbox.customer("pay", text=codes["alipay"]["text"])
    if twice:
        sandbox.customer("pay", text=codes["wechat"]["text"])
    sandbox.ask("/sandbox/control", {"clear": True})
    sale = expect(world.finish(process), 0, "paid").sale
    settled(shop)
    ledger = sandbox.ledger()
    entries = [ledger[payment["order"]] for payment in sale["payments"]
               if payment["kind"] == "collect"]
    equal(sum(entry["paid_fen"] for entry in entries), 1600 if twice else 800, entries)
    equal(sum(entry["paid_fen"] - entry["given_back_fen"] for entry in entries), 800, entries)
    if not twice:
        equal((sale["brand"], sale["acquirer"]), ("alipay", "alipay"), sale)
        equal([p.get("reason") for p in sale["payments"]], ["other-paid", None], sale)


def _not_paid(plan, world, sandbox, wallet):
    with plan.setup:
        shop = Shop(world, sandbox)
    result = expect(shop.till("collect", "8", "--brand", wallet, "--wait", "2"), *EXPIRED)
    check(len(result.codes) == 1, "one code was to be shown:", result)
    settled(shop)


def _order_scenarios(world, wallet, scenarios):
    """What may be answered when a code is ordered. Nobody pays: a code that is not shown ends at
    once, one that is shown is closed."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    for scenario in scenarios:
        sandbox.plan(scenario, "order", after_ms=500)
        result = shop.till("collect", "8", "--brand", wallet, "--wait", "1")
        check(result.code in (1, 4), scenario, result)
        equal(result.sale["state"], "failed", scenario, result)
        equal(bool(result.codes), result.sale["reason"] == "expired", scenario, result)
        if not result.codes:
            equal(result.code == 4, result.sale["reason"] in ("config", "clock"), scenario, result)
        settled(shop)


def _bad_queries(world, wallet, scenarios):
    """A query that gets a bad answer changes nothing about the money."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    for scenario in scenarios:
        sandbox.plan(scenario, "query")
        process = shop.start("collect", "8", "--brand", wallet, "--wait", "60")
        sandbox.customer("pay", text=next_code(process)["text"])
        expect(world.finish(process), 0, "paid")
    settled(shop)


def _bad_closes(world, wallet, scenarios):
    """A close that gets a bad answer is asked for again."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    for scenario in scenarios:
        sandbox.plan(scenario, {"wechat": "close", "alipay": "reverse"}[wallet])
        expect(shop.till("collect", "8", "--brand", wallet, "--wait", "1"), *EXPIRED)
    settled(shop)


def _cancelled(plan, world, sandbox, wallet):
    """A second command cancels; the first one hears of it."""
    with plan.setup:
        shop = Shop(world, sandbox)
    process = shop.start("collect", "8", "--brand", wallet, "--wait", "60")
    order = next_code(process)["order"]
    expect(shop.till("cancel", order), 0, "failed", "cancelled")
    expect(world.finish(process), 1, "failed", "cancelled")
    settled(shop)


def _pictures(world):
    """Each code is a picture of its own, that of all wallets too, whatever the folder is called."""
    shop = Shop(world, Sandbox(world), "")
    folder = shop.path("exports", "of today.d")
    os.mkdir(folder)
    shown = expect(shop.till("collect", "8", "--brand", "all", "--wait", "1", "--png",
                             os.path.join(folder, "code")), 1, "failed", "expired")
    check(any("brand" not in code for code in shown.codes), "no code of all wallets:", shown)
    equal(sorted(os.listdir(folder)),
          sorted("code-" + code.get("brand", code["acquirer"]) for code in shown.codes), shown)


def _refused(world, sandbox):
    """Bad input costs nothing: no row, no request."""
    shop = Shop(world, sandbox)
    for words, reason in (
            (("collect", "8", "--brand", "unionpay"), "brand-not-taken"),
            (("collect", "8", "--brand", "gold"), "wallet"),
            (("collect", "8", "--wait", "0"), "--wait"),
            (("collect", "8", "--wait", "7201"), "--wait"),
            (("collect", "8", "--wait", "soon"), "--wait"),
            (("collect", "8", "--png", os.path.join(world.folder, "no", "x.png")), "--png"),
            (("collect", "0"), "zero"),
            (("collect", "50000.01", "--brand", "wechat"), "merchant-limit")):
        result = expect(shop.till(*words), 2)
        check(reason in result.err and not result.out, words, result)
    equal(shop.rows(), [])


def add(plan, world, sandbox):
    words = [row["scenario"] for row in sandbox.scenarios() if "order" in row["calls"]]
    for wallet in ("wechat", "alipay"):
        plan.add(f"collect {wallet} paid", _pay_one, plan, world, sandbox, wallet, waits_s=10)
        plan.add(f"collect {wallet} not paid", _not_paid, plan, world, sandbox, wallet, waits_s=10)
        plan.add(f"collect {wallet} cancelled", _cancelled, plan, world, sandbox, wallet,
                 waits_s=10)
        for part in range(4):
            plan.add(f"collect {wallet} every answer to the order {part + 1}/4", _order_scenarios,
                     world, wallet, words[part::4], waits_s=10)
            plan.add(f"collect {wallet} bad answers to queries {part + 1}/4", _bad_queries, world,
                     wallet, BAD_QUERIES[part::4], waits_s=10)
        plan.add(f"collect {wallet} bad answers to the close", _bad_closes, world, wallet,
                 BAD_CLOSES, waits_s=10)
    plan.add("collect two codes, one paid", _two_codes, world, False, waits_s=10)
    plan.add("collect two codes, both paid", _two_codes, world, True, waits_s=10)
    plan.add("collect pictures", _pictures, world)
    plan.add("collect refused", _refused, world, sandbox)

# SPDX-License-Identifier: GPL-3.0-or-later
"""refund, cancel, query: what comes after a sale."""

import json

from shop import Sandbox, Shop, check, equal, expect, settled

WALLETS = ("wechat", "alipay")


def refund_of(result, number=None):
    """The newest refund of the sale that a command printed, or the one with this number."""
    refunds = [p for p in result.sale["payments"]
               if p["kind"] == "refund" and number in (None, p["order"])]
    check(refunds, "no refund:", result)
    return refunds[-1]


def _refunds(world, sandbox, wallet):
    """In whole or part, never more than is left; the same number gives back once."""
    shop = Shop(world, sandbox)
    order = shop.charge(wallet, 0, "10").sale["order"]
    number = world.order()

    part = expect(shop.till("refund", order, "3.50", "--reason", "太咸", "--order", number), 0)
    equal((refund_of(part)["order"], refund_of(part)["of"], refund_of(part)["amount_fen"]),
          (number, order, 350), part)
    equal((part.sale["state"], part.sale["refunded_fen"]), ("paid", 350), part)
    again = expect(shop.till("refund", order, "3.50", "--order", number), 0)
    equal(again.sale["refunded_fen"], 350, again)
    check("duplicate" in expect(shop.till("refund", order, "2", "--order", number), 2).err, number)
    check("too-much" in expect(shop.till("refund", order, "6.51"), 2).err, order)
    check("zero" in expect(shop.till("refund", order, "0"), 2).err, order)

    other = shop.charge(wallet, 0, "10").sale["order"]
    check("duplicate" in expect(shop.till("refund", other, "3.50", "--order", number), 2).err,
          "the number of another sale's refund:")

    check("duplicate" in expect(shop.till("refund", order, "--order", number), 2).err, number)
    whole = world.order()
    for _ in range(2):
        rest = expect(shop.till("refund", order, "--order", whole), 0)
        equal((refund_of(rest)["order"], refund_of(rest)["amount_fen"], rest.sale["refunded_fen"]),
              (whole, 650, 1000), rest)
    check("all-given-back" in expect(shop.till("refund", order), 2).err, order)
    expect(shop.till("refund", refund_of(rest)["order"], "1"), 2)
    unpaid = shop.charge(wallet, 23).sale["order"]
    check("not-paid" in expect(shop.till("refund", unpaid), 2).err, unpaid)
    check("no-sale" in expect(shop.till("refund", world.order()), 2).err)
    settled(shop)


def _slow_refunds(world):
    """WeChat Pay asks for a minute between queries: the command ends, the refund stays open."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    for scenario, state, reason, code in (
            ("refund-processing", "paid", None, 0),
            ("refund-closed", "failed", "refund-refused", 1),
            ("refund-abnormal", "waiting", "refund-abnormal", 3)):
        order = shop.charge("wechat", 0, "10").sale["order"]
        sandbox.plan(scenario, "refund", queries=2)
        begun = expect(shop.till("refund", order, "4"), 3)
        refund = refund_of(begun)
        equal((refund["state"], begun.sale["refunded_fen"]), ("waiting", 0), scenario, begun)
        check("¥4.00 is on its way back" in shop.text("list", "--limit", "1").out, scenario)
        expect(shop.till("query", refund["order"]), 3)
        asked = expect(shop.till("query", refund["order"]), code)
        refund = refund_of(asked)
        equal((refund["state"], refund.get("reason")), (state, reason), scenario, asked)
        if scenario == "refund-abnormal":
            check("too-much" in expect(shop.till("refund", order, "7"), 2).err, "4 of 10 are stuck")
            expect(shop.till("resume"), 3)
        elif scenario == "refund-closed":
            expect(shop.till("refund", order), 0)
    equal(shop.till("journal", "verify").code, 0)


def _settled_by_hand(world):
    """A refund that the payer's bank refuses: the owner settles it, with name and reason."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    equal((shop.till("settle").code, shop.till("settle").out), (0, ""))
    order = shop.charge("wechat", 0, "10").sale["order"]
    sandbox.plan("refund-abnormal", "refund", queries=0)
    refund = refund_of(expect(shop.till("refund", order, "4"), 3))["order"]
    shop.till("query", refund)

    for words, why in ((("settle", order), "--given-back"),
                       (("settle", order, "--paid", "--unpaid", "--reason", "x"), "--given-back"),
                       (("settle", order, "--given-back"), "no-evidence"),
                       (("settle", order, "--given-back", "--reason", " "), "no-evidence"),
                       (("settle", order, "--paid", "--reason", "seen"), "cannot-be"),
                       (("settle", world.order(), "--paid", "--reason", "seen"), "no-sale")):
        check(why in expect(shop.till(*words), 2).err, words)
    work, = shop.till("settle").lines
    equal([(p["order"], p.get("work")) for p in work["payments"]],
          [(order, None), (refund, "refund-silent")], work)
    said = shop.text("settle").out
    check(refund in said and order in said and "merchant web page" in said, said)

    done = expect(shop.till("settle", order, "--given-back", "--reason", "bank transfer arrived",
                            "--clerk", "boss"), 0)
    equal((refund_of(done)["state"], refund_of(done)["reason"], done.sale["refunded_fen"]),
          ("paid", "owner-given-back", 400), done)
    last = shop.rows()[-1]
    equal((last["event"], last["clerk"], last["note"]),
          ("owner-given-back", "boss", "bank transfer arrived"), last)
    told = shop.text("show", order).out
    check("boss" in told and "bank transfer arrived" in told, told)
    equal(shop.till("settle").out, "")
    settled = shop.till("settle", order, "--unpaid", "--reason", "x")
    check("settles-itself" in expect(settled, 2).err)
    equal(shop.till("journal", "verify").code, 0)


def _settled_too_early(world):
    """While the till may settle it by itself nobody else may, and it says until when."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    process = shop.start("charge", "12.34", "--code", world.paycode("wechat", 11))
    news = json.loads(process.stdout.readline())
    while news["state"] != "waiting" or "gives_up_us" not in news:
        news = json.loads(process.stdout.readline())
    process.terminate()
    expect(world.finish(process), 130)
    order = shop.list()[0]["order"]
    for word in ("--paid", "--unpaid", "--given-back"):
        check("settles-itself" in
              expect(shop.till("settle", order, word, "--reason", "seen"), 2).err, word)
    check("Do not charge it again" in shop.text("show", order).out)
    equal(shop.list()[0]["state"], "waiting")
    sandbox.customer("password", order=order)
    expect(shop.till("resume"), 0)
    settled(shop)


def _slow_refund_at_alipay(world):
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    order = shop.charge("alipay", 0, "10").sale["order"]
    sandbox.plan("refund-processing", "refund", queries=1)
    equal(expect(shop.till("refund", order, "4"), 0).sale["refunded_fen"], 400)
    settled(shop)


def _refund_without_end(world, wallet):
    """Nobody says what became of a refund: the command ends, later all is well."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    order = shop.charge(wallet, 0, "10").sale["order"]
    for call in ("refund", "query-refund"):
        sandbox.plan("lost-unbooked", call, times=1000)
    result = expect(shop.till("refund", order, "4"), 3)
    equal(refund_of(result)["state"], "unsure", result)
    sandbox.ask("/sandbox/control", {"clear": True})
    expect(shop.till("resume"), 0)
    equal(shop.list()[0]["refunded_fen"], 400)
    settled(shop)


def _refund_of_poor_shop(world, wallet):
    """Too little money at the acquirer: later, the same refund goes out under the same number."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    order = shop.charge(wallet, 0, "10").sale["order"]
    sandbox.plan("refund-not-enough", "refund")
    poor = expect(shop.till("refund", order, "4"), 1)
    equal((refund_of(poor)["state"], refund_of(poor)["reason"]), ("failed", "merchant-balance"))
    rich = expect(shop.till("refund", order, "4"), 0)
    equal(refund_of(rich)["order"], refund_of(poor)["order"], rich)
    settled(shop)


def _bad_refund_answers(world, wallet, scenarios):
    """Money is given back once, whatever becomes of the answer."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    for scenario in scenarios:
        order = shop.charge(wallet, 0, "10").sale["order"]
        sandbox.plan(scenario, "refund", after_ms=500)
        result = expect(shop.till("refund", order, "4"), 0, "paid")
        equal((len(result.sale["payments"]), result.sale["refunded_fen"]), (2, 400), scenario)
    settled(shop)


def _refused_refunds(world, wallet):
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    order = shop.charge(wallet, 0, "10").sale["order"]
    for scenario, code, reason in (("sign-error", 4, "config"), ("clock-slow", 4, "clock")):
        sandbox.plan(scenario, "refund")
        result = expect(shop.till("refund", order, "4"), code)
        refund = refund_of(result)
        equal((refund["state"], refund["reason"]), ("failed", reason), scenario)
    settled(shop)


def _cancels(world, wallet):
    """What is paid is reversed where the rules allow, what is not stays so."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    order = shop.charge(wallet).sale["order"]
    expect(shop.till("cancel", order), 0, "failed", "cancelled")
    expect(shop.till("cancel", order), 0, "failed", "cancelled")
    expect(shop.till("query", order), 1, "failed", "cancelled")
    equal(sandbox.ledger()[order]["state"], "reversed")

    declined = shop.charge(wallet, 23).sale["order"]
    expect(shop.till("cancel", declined), 0, "failed", "balance")

    again = shop.charge(wallet).sale["order"]
    sandbox.plan("reverse-again", "reverse")
    expect(shop.till("cancel", again), 0, "failed", "cancelled")

    kept = shop.charge(wallet).sale["order"]
    sandbox.plan("reverse-refused", "reverse")
    check("Refund it" in expect(shop.till("cancel", kept), 1, "paid").err, kept)

    partly = shop.charge(wallet, 0, "10").sale["order"]
    refund = refund_of(expect(shop.till("refund", partly, "1"), 0))["order"]
    check("paid-no-cancel" in shop.till("cancel", partly).err, partly)
    expect(shop.till("cancel", partly), 1)
    check("refund-no-cancel" in expect(shop.till("cancel", refund), 2).err, refund)
    check("no-sale" in expect(shop.till("cancel", world.order()), 2).err)
    settled(shop)


def _cancel_without_end(world, wallet):
    """Nobody confirms the reversal: the command ends unsure, and resume asks for it again."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    order = shop.charge(wallet).sale["order"]
    sandbox.plan("lost-unbooked", "reverse", times=1000)
    expect(shop.till("cancel", order), 3, "closing", "ending")
    check("not-paid" in expect(shop.till("refund", order, "1"), 2).err, "it is being reversed")
    sandbox.ask("/sandbox/control", {"clear": True})
    expect(shop.till("resume"), 0, "failed", "cancelled")
    settled(shop)


def _cancel_while_waiting(plan, world, sandbox, wallet):
    """The customer is asked for a password and walks away; the clerk cancels in another window."""
    with plan.setup:
        shop = Shop(world, sandbox)
    order = world.order()
    process = shop.start("charge", "7", "--code", world.paycode(wallet, 11), "--order", order)
    for line in process.stdout:
        if b'"waiting"' in line:
            break
    expect(shop.till("cancel", order), 0, "failed", "cancelled")
    expect(world.finish(process), 1, "failed", "cancelled")
    settled(shop)


def _queries(world, wallet):
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    paid = shop.charge(wallet).sale["order"]
    declined = shop.charge(wallet, 23).sale["order"]
    refund = refund_of(expect(shop.till("refund", paid, "1"), 0))["order"]
    expect(shop.till("query", paid), 0, "paid")
    expect(shop.till("query", refund), 0, "paid")
    expect(shop.till("query", declined), 1, "failed", "balance")
    check("no-sale" in expect(shop.till("query", world.order()), 2).err)
    settled(shop)

    # Without an answer the journal's word must not pass for the wallet's.
    for scenario in ("lost-unbooked", "bad-signature", "error-page-booked"):
        sandbox.plan(scenario, "query")
        check("asking" in expect(shop.till("query", paid), 4, "paid").err, scenario)
    sandbox.stop()
    check("No network" in expect(shop.till("query", paid), 4, "paid").err)
    check("No network" in expect(shop.till("query", refund), 4, "paid").err)


def add(plan, world, sandbox):
    bad = ("lost-booked", "lost-unbooked", "error-page-booked", "error-page-unbooked", "slow",
           "system-error-booked", "system-error-unbooked", "cut-off", "bad-signature",
           "no-signature", "other-order", "other-amount", "rate-limited", "rate-limited-booked",
           "not-json", "unheard-of")
    plan.add("refund wechat under way", _slow_refunds, world)
    plan.add("settled by hand", _settled_by_hand, world)
    plan.add("settled too early", _settled_too_early, world)
    plan.add("refund alipay under way", _slow_refund_at_alipay, world, waits_s=10)
    for wallet in WALLETS:
        plan.add(f"refund {wallet}", _refunds, world, sandbox, wallet)
        plan.add(f"refund {wallet} without an answer", _refund_without_end, world, wallet,
                 waits_s=45)
        plan.add(f"refund {wallet} shop without money", _refund_of_poor_shop, world, wallet)
        plan.add(f"refund {wallet} refused", _refused_refunds, world, wallet)
        for part in range(4):
            plan.add(f"refund {wallet} bad answers {part + 1}/4", _bad_refund_answers, world,
                     wallet, bad[part::4], waits_s=10)
        plan.add(f"cancel {wallet}", _cancels, world, wallet, waits_s=10)
        plan.add(f"cancel {wallet} without an answer", _cancel_without_end, world, wallet,
                 waits_s=45)
        plan.add(f"cancel {wallet} while waiting", _cancel_while_waiting, plan, world, sandbox,
                 wallet, waits_s=10)
        plan.add(f"query {wallet}", _queries, world, wallet, waits_s=10)

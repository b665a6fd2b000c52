# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that is killed, interrupted, or not alone on its profile."""

import signal

from collects import next_code
from later import refund_of
from shop import Sandbox, Shop, check, equal, expect, settled


def _read_until(process, word):
    for line in process.stdout:
        if word in line.decode():
            return
    raise AssertionError(f"{word} never came: {process.stderr.read()}")


def _kill(process):
    process.kill()
    process.communicate()


def _open(shop):
    """What the journal has open, read without touching anything."""
    return [sale for sale in shop.list() if sale["state"] not in ("paid", "failed")]


def _kill_charge(plan, world, sandbox, wallet, digits):
    """kill -9 between the intent and the answer: the shop and the order."""
    with plan.setup:
        shop = Shop(world, sandbox)
    order = world.order()
    process = shop.start("charge", "7", "--code", world.paycode(wallet, digits), "--order", order)
    _read_until(process, '"asked"' if digits == 67 else '"unsure"')
    while digits == 67 and order not in sandbox.ledger():
        pass
    _kill(process)

    return shop, order


def _killed_charge(plan, world, sandbox, wallet, digits, code, outcome):
    """Killed, then resume: charged once, or not at all."""
    for _ in range(4):
        shop, order = _kill_charge(plan, world, sandbox, wallet, digits)
        # On a busy machine the answer may come before the kill.
        if _open(shop):
            break
    equal([sale["order"] for sale in _open(shop)], [order])

    # The same number again sends nothing while the first is open.
    again = shop.till("charge", "7", "--code", world.paycode(wallet), "--order", order)
    equal((again.code, again.sale["order"]), (3, order), again)

    result = expect(shop.till("resume"), 0)
    equal((result.sale["state"], result.sale.get("reason")), outcome, result)
    equal(expect(shop.till("charge", "7", "--code", world.paycode(wallet), "--order", order),
                 code).sale["order"], order)
    expect(shop.till("resume"), 0)
    equal(len(shop.list()), 1)
    settled(shop)


def _killed_collect(plan, world, sandbox, wallet, pays):
    with plan.setup:
        shop = Shop(world, sandbox)
    process = shop.start("collect", "7", "--brand", wallet, "--wait", "30" if pays else "3")
    text = next_code(process)["text"]
    _kill(process)
    if pays:
        sandbox.customer("pay", text=text)
    result = expect(shop.till("resume"), 0)
    equal((result.sale["state"], result.sale.get("reason")),
          ("paid", None) if pays else ("failed", "expired"), result)
    settled(shop)


def _killed_refund(world, wallet):
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    order = shop.charge(wallet, 0, "7").sale["order"]
    sandbox.plan("slow", "refund")
    process = shop.start("refund", order, "3")
    _read_until(process, '"asked"')
    while not sandbox.ledger()[order]["refunds"]:
        pass
    _kill(process)
    check("too-much" in expect(shop.till("refund", order, "5"), 2).err, "3 of 7 are on their way")
    expect(shop.till("resume"), 0)
    equal(shop.list()[0]["refunded_fen"], 300)
    settled(shop)


def _interrupted(plan, world, sandbox, wallet, number):
    """Ctrl-C: the payment stays open in the journal, and resume settles it."""
    with plan.setup:
        shop = Shop(world, sandbox)
    process = shop.start("charge", "7", "--code", world.paycode(wallet, 11))
    _read_until(process, '"waiting"')
    process.send_signal(number)
    result = world.finish(process)
    equal((result.code, result.sale["state"]), (130, "waiting"), result)
    equal([sale["order"] for sale in shop.list("--state", "waiting")], [result.sale["order"]])
    sandbox.customer("password", acquirer=wallet, order=result.sale["order"])
    expect(shop.till("resume"), 0, "paid")
    settled(shop)


def _same_order_at_once(world, sandbox):
    """Five programs with one number charge once."""
    shop = Shop(world, sandbox)
    order = world.order()
    processes = [shop.start("charge", "7", "--code", world.paycode("wechat"), "--order", order)
                 for _ in range(5)]
    for process in processes:
        result = world.finish(process)
        check(result.code in (0, 3), result)
        equal(result.sale["order"], order, result)
    equal(len(shop.list()), 1)
    settled(shop)


def _many_at_once(world, sandbox):
    """Ten sales, and five refunds of one sale, on one profile at once."""
    shop = Shop(world, sandbox)
    processes = [shop.start("charge", "7", "--code", world.paycode("alipay")) for _ in range(10)]
    orders = {expect(world.finish(process), 0, "paid").sale["order"] for process in processes}
    equal(len(orders), 10)

    order = orders.pop()
    processes = [shop.start("refund", order, "1") for _ in range(5)]
    numbers = {refund_of(expect(world.finish(process), 0))["order"] for process in processes}
    equal(shop.till("show", order).sale["refunded_fen"], 500, numbers)
    settled(shop)


def _same_order_later(world, sandbox):
    """The first one's outcome when amount and kind agree, else a refusal; nothing is sent."""
    shop = Shop(world, sandbox)
    order = world.order()
    code = world.paycode("wechat")
    first = expect(shop.till("charge", "7", "--code", code, "--order", order), 0).sale
    equal(expect(shop.till("charge", "7", "--code", world.paycode("alipay"), "--order", order),
                 0).sale, first)
    for words in (("charge", "8", "--code", world.paycode("wechat")), ("collect", "7")):
        check("duplicate" in expect(shop.till(*words, "--order", order), 2).err, words)
    for number in ("short", "lowercase0123456789ab", "WITH BLANKS0123456789", "X" * 27):
        check("number" in expect(shop.till("charge", "7", "--code", world.paycode("wechat"),
                                           "--order", number), 2).err, number)
    # A code is good for one payment: the wallet refuses the second, under its own number.
    expect(shop.till("charge", "7", "--code", code), 1, "failed", "code-invalid")
    settled(shop)


def add(plan, world, sandbox):
    paid, gone = ("paid", None), ("failed", "never-booked")
    for wallet in ("wechat", "alipay"):
        plan.add(f"killed {wallet} booked", _killed_charge, plan, world, sandbox, wallet, 67, 0,
                 paid, waits_s=10)
        plan.add(f"killed {wallet} not booked", _killed_charge, plan, world, sandbox, wallet, 61, 1,
                 gone, waits_s=45)
        plan.add(f"killed {wallet} collect paid", _killed_collect, plan, world, sandbox, wallet,
                 True, waits_s=10)
        plan.add(f"killed {wallet} collect not paid", _killed_collect, plan, world, sandbox, wallet,
                 False, waits_s=10)
        plan.add(f"killed {wallet} refund", _killed_refund, world, wallet, waits_s=10)
        for number in (signal.SIGINT, signal.SIGTERM):
            plan.add(f"interrupted {wallet} {number.name}", _interrupted, plan, world, sandbox,
                     wallet, number, waits_s=10)
    plan.add("one order five times at once", _same_order_at_once, world, sandbox)
    plan.add("many commands at once", _many_at_once, world, sandbox)
    plan.add("one order again", _same_order_later, world, sandbox)

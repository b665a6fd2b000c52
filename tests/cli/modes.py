# SPDX-License-Identifier: GPL-3.0-or-later
"""The other ways of being a merchant: certificates, partner, encrypted content."""

from collects import next_code
from shop import Sandbox, Shop, check, equal, expect, only, settled

MODES = {
    "wechat-certificates": "wechat",
    "wechat-partner": "wechat",
    "alipay-certificates": "alipay",
    "alipay-aes": "alipay",
    "shouqianba": "wechat",
    "chinaums": "alipay",
    "unionpay": "unionpay",
    "unionpay-keyed": "unionpay",
    "unionpay-sm2": "unionpay",
    "cmb": "alipay",
}


# What a contract says of a customer without money, where it says no more than "declined".
DECLINED = {"chinaums": "payer-refused"}


def _read_modes(world):
    with open(world.modes_path, encoding="utf-8") as file:
        return "\n" + file.read()


def one_contract(world, mode, sandbox=None):
    """A shop with that contract alone, and a sandbox of its own unless one is given."""
    shop = Shop(world, sandbox or Sandbox(world), _read_modes(world))
    shop.edit(lambda ini: only(ini, mode))
    return shop


def _sale(world, mode):
    wallet = MODES[mode]
    shop = one_contract(world, mode)
    doctor = shop.till("doctor")
    equal((doctor.code, [line["acquirer"] for line in doctor.lines if line["check"] == "acquirer"]),
          (0, [mode]), doctor)

    sale = expect(shop.charge(wallet, 0, "10"), 0, "paid").sale
    equal((sale["acquirer"], sale["brand"]), (mode, wallet), sale)
    expect(shop.till("refund", sale["order"], "4"), 0)
    expect(shop.till("query", sale["order"]), 0)
    expect(shop.till("refund", sale["order"]), 0)

    process = shop.start("collect", "8", "--wait", "60")
    shop.sandbox.customer("pay", text=next_code(process)["text"])
    expect(world.finish(process), 0, "paid")
    # Whatever it has, one code is live at a time unless more are asked for.
    equal(len(expect(shop.till("collect", "8", "--wait", "1"), 1, "failed", "expired").codes), 1)
    paid = expect(shop.charge(wallet), 0).sale["order"]
    if wallet == "unionpay":            # a paid one is voided, which a refund of all of it is
        expect(shop.till("cancel", paid), 1)
        expect(shop.till("refund", paid), 0)
    else:
        expect(shop.till("cancel", paid), 0)
    expect(shop.charge(wallet, 23), 1, "failed", DECLINED.get(mode, "balance"))
    expect(shop.charge(wallet, 72), 0, "paid")          # a wrong signature, then a query
    settled(shop)


def _rotation(world):
    """WeChat Pay begins to sign with a certificate that the till does not have yet."""
    shop = one_contract(world, "wechat-certificates")
    expect(shop.charge("wechat"), 0, "paid")
    expect(shop.charge("wechat", 84), 0, "paid")
    expect(shop.charge("wechat"), 0, "paid")
    settled(shop)

    # No certificates to be had: nothing is believed, and nothing is charged twice.
    shop.sandbox.plan("no-certificates", "keys", times=1000)
    order = world.order()
    process = shop.start("charge", "7", "--code", world.paycode("wechat"), "--order", order)
    for line in process.stdout:
        if b'"unknown-key"' in line:
            break
    shop.sandbox.ask("/sandbox/control", {"clear": True})
    expect(world.finish(process), 0, "paid")
    equal(shop.sandbox.ledger()[order]["paid_fen"], 700)
    settled(shop)


def _chosen(world):
    """--acquirer chooses among contracts for one wallet; one for another wallet is refused."""
    shop = Shop(world, Sandbox(world), _read_modes(world))
    for mode, wallet in MODES.items():
        sale = expect(shop.charge(wallet, 0, "10", "--acquirer", mode), 0, "paid").sale
        equal(sale["acquirer"], mode)
    for acquirer, reason in (("alipay", "brand-not-taken"), ("gold", "no-acquirer")):
        result = expect(shop.charge("wechat", 0, "10", "--acquirer", acquirer), 2)
        check(reason in result.err, result)
    settled(shop)


def add(plan, world, _sandbox):
    for mode in MODES:
        plan.add(f"mode {mode}", _sale, world, mode, waits_s=10)
    plan.add("mode new certificate", _rotation, world, waits_s=10)
    plan.add("mode chosen", _chosen, world)

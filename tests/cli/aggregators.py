# SPDX-License-Identifier: GPL-3.0-or-later
"""Acquirers that take several wallets, and UnionPay: every scenario at once, brands, activation."""

import datetime
import glob
import os
import re

from collects import next_code
from modes import one_contract
from shop import check, equal, expect, settled

# The contract of modes-profile.ini → the wallets whose payment codes it is shown. UnionPay takes
# its own alone; all else holds for it too.
AGGREGATORS = {
    "unionpay": ("unionpay",),
    "shouqianba": ("wechat", "alipay"),
    "chinaums": ("wechat", "alipay"),
    "cmb": ("wechat", "alipay"),
}

# Whose payment codes JD's app may show there.
SHOWN_FOR_JD = {
    "unionpay": ("unionpay",),
    "shouqianba": ("unionpay", "jd"),
    "chinaums": ("unionpay",),
    "cmb": ("unionpay",),
}

# What it says of a customer without money.
DECLINED = {
    "unionpay": "balance",
    "shouqianba": "balance",
    "chinaums": "payer-refused",
    "cmb": "balance",
}

N_TILLS = 9       # so that eight commands at most are at one journal
WAITS_S = 60      # the longest that one of them gives a payer


def _begin_scenarios(world, shops, wallets):
    """Each till gets every so manieth of the rows."""
    rows = [row for row in shops[0].sandbox.scenarios() if "digits" in row]
    running = {}
    for number, row in enumerate(rows):
        wallet = wallets[row["digits"] % len(wallets)]
        running[row["scenario"]] = shops[number % len(shops)].start(
            "charge", "12.34", "--code", world.paycode(wallet, row["digits"]))
    return running


def play_scenarios(world, acquirer):
    """Charges that begin together; in the end the till says paid where the acquirer has the money.
    They are dealt out to several tills, since commands on one journal wait for each other."""
    first = one_contract(world, acquirer)
    shops = [first, *(one_contract(world, acquirer, first.sandbox) for _ in range(N_TILLS - 1))]
    running = _begin_scenarios(world, shops, AGGREGATORS[acquirer])
    results = {name: world.finish(process) for name, process in running.items()}

    for shop in shops:
        expect(shop.till("resume"), 0)
    ledger = first.sandbox.ledger()
    for name, result in results.items():
        check(result.code in (0, 1, 4), name, result)
        entry = ledger.get(result.sale["order"])
        kept = entry["paid_fen"] - entry["given_back_fen"] if entry else 0
        equal(kept, 1234 if result.code == 0 else 0, name, result)
        equal(result.sale["state"], "paid" if result.code == 0 else "failed", name, result)
    equal(results["approve"].code, 0, results["approve"])
    equal(results["lost-booked"].code, 0, results["lost-booked"])
    equal(results["not-enough"].sale["reason"], DECLINED[acquirer], results["not-enough"])
    flawed = results["paid-to-check"]
    equal(flawed.sale.get("reason"), "paid-to-check" if acquirer == "unionpay" else None, flawed)
    for shop in shops:
        settled(shop)


def play_brands(world, acquirer, refunds=True):
    """Whose wallet paid is what the acquirer says."""
    shop = one_contract(world, acquirer)
    for wallet in AGGREGATORS[acquirer]:
        sale = expect(shop.charge(wallet, 0, "10"), 0, "paid").sale
        equal((sale["acquirer"], sale["brand"]), (acquirer, wallet), sale)
        process = shop.start("collect", "8", "--brand", wallet, "--wait", "60")
        shop.sandbox.customer("pay", text=next_code(process)["text"], wallet=wallet)
        sale = expect(world.finish(process), 0, "paid").sale
        equal((sale["acquirer"], sale["brand"]), (acquirer, wallet), sale)
        if refunds:
            expect(shop.till("refund", sale["order"], "3"), 0)
            expect(shop.till("refund", sale["order"]), 0)
    settled(shop)


def _baitiao(world, acquirer):
    """JD's credit is what the answer says, whatever the digits are; and nothing else is."""
    shop = one_contract(world, acquirer)
    asked = [wallet for wallet in ("unionpay", "jd") if wallet in SHOWN_FOR_JD[acquirer]]
    for wallet in asked:
        plain = expect(shop.charge(wallet, 0, "10"), 0, "paid").sale
        check(plain["brand"] in ("unionpay", "jd"), plain)
        told = expect(shop.charge(wallet, 91, "10"), 0, "paid").sale
        equal((told["brand"], told["payments"][0]["brand"]), ("baitiao", "baitiao"), told)
        expect(shop.till("refund", told["order"], "4"), 0)
        for words in (("list", "--brand", "baitiao"), ("show", told["order"])):
            check("JD Baitiao" in shop.text(*words).out, words)
        check("Baitiao" not in shop.text("show", plain["order"]).out, plain)
        equal({row.get("brand") for row in shop.rows() if row["sale"] == told["order"]}
              - {None, "unionpay"}, {"baitiao"}, told)
    if acquirer != "shouqianba":
        process = shop.start("collect", "8", "--brand", "unionpay", "--wait", "60")
        shop.sandbox.customer("pay", text=next_code(process)["text"], wallet="baitiao")
        equal(expect(world.finish(process), 0, "paid").sale["brand"], "baitiao")
    equal([sale["brand"] for sale in shop.list("--brand", "baitiao")],
          ["baitiao"] * (len(asked) + (acquirer != "shouqianba")))
    # It is no wallet: no code is for it, and no contract has it.
    check("baitiao" in expect(shop.till("collect", "8", "--brand", "baitiao"), 2).err)
    settled(shop)
    shop.edit(lambda ini: ini.replace(f"type={acquirer}", f"type={acquirer}\nbrands=baitiao"))
    check("brands" in expect(shop.till("list"), 4).err)


def _statement(world):
    """UnionPay's statement of a day is the ledger's; what does not come is told as that."""
    shop = one_contract(world, "unionpay")
    # A clearing day ends at 23:00 in China.
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=9)).date()
    words = ("statement", "--acquirer", "unionpay", "--date", str(day))
    empty = expect(shop.till(*words), 0)
    equal(empty.lines[0]["state"], "absent", empty)

    kept = shop.charge("unionpay", 0, "10").sale["order"]
    part = shop.charge("unionpay", 0, "20").sale["order"]
    whole = shop.charge("unionpay", 0, "30").sale["order"]
    shop.charge("unionpay", 23, "40")
    expect(shop.till("refund", part, "5"), 0)
    expect(shop.till("refund", whole), 0)
    here = expect(shop.till(*words), 0)
    *lines, end = here.lines
    equal(sorted((line["kind"], line["amount_fen"]) for line in lines),
          [("refund", 500), ("sale", 1000), ("sale", 2000), ("sale", 3000), ("void", 3000)], here)
    equal({line["order"] for line in lines if line["kind"] == "sale"}, {kept, part, whole})
    equal((end["state"], end["acquirer"], end["date"]), ("here", "unionpay", str(day)))
    equal((end["sale"]["count"], end["sale"]["amount_fen"]), (3, 6000), end)
    equal(end["sale"]["settle_fen"], 6000 - end["sale"]["fee_fen"], end)
    text = shop.text(*words)
    equal((text.code, text.out.count(kept), "60.00" in text.out), (0, 1, True), text)

    for wrong, code in ((("statement",), 2), ((*words[:3], "--date", "today"), 2),
                        (("statement", "--acquirer", "gold", *words[3:]), 2),
                        ((*words[:3], "--date", "2020-01-01"), 4), ((*words, "more"), 2)):
        equal(expect(shop.till(*wrong), code).out, "", wrong)
    other = one_contract(world, "chinaums")
    check("no-statement" in expect(other.till("statement", "--acquirer", "chinaums", "--date",
                                              str(day)), 2).err)
    shop.sandbox.stop()
    silent = expect(shop.till(*words), 4)
    equal((silent.lines[0]["state"], silent.lines[0]["reason"]), ("lost", "no-network"), silent)


def _secret(shop, name):
    with open(shop.path("keys", f"shouqianba.{name}.secret"), encoding="utf-8") as file:
        return file.read().strip()


def _activation(world):
    """A code becomes a key; the key is renewed on its first day, lost answers and all."""
    shop = one_contract(world, "shouqianba")
    for path in glob.glob(shop.path("keys", "shouqianba.terminal-*.secret")):
        os.unlink(path)
    for words in (("charge", "5", "--code", world.paycode("wechat")),
                  ("charge", "5", "--code", "44" + world.paycode("wechat")[2:]),
                  ("collect", "5"), ("collect", "5", "--brand", "jd")):
        refused = expect(shop.till(*words), 4)
        check("not-active" in refused.err and "Call the technician" in refused.err, refused)
    equal((shop.rows(), shop.sandbox.ledger()), ([], {}))
    check("no-acquirer" in expect(shop.till("activate", "gold", "38271946"), 2).err)
    expect(shop.till("activate", "shouqianba"), 2)
    check("activation-code" in expect(shop.till("activate", "shouqianba", "38 27"), 2).err)
    check("refused" in expect(shop.till("activate", "shouqianba", "08271946"), 4).err)
    equal(glob.glob(shop.path("keys", "*activating*")), [])

    done = expect(shop.till("activate", "shouqianba", "38271946"), 0)
    equal(done.lines, [{"acquirer": "shouqianba", "active": True}])
    equal(_secret(shop, "terminal-sn"), "138271946")
    first = _secret(shop, "terminal-key")
    check(re.fullmatch("[0-9a-f]{32} [0-9]{8}", first), "the key is kept with its day")
    check(first.split()[0] not in done.out + done.err, "the key is shown")
    check("refused" in expect(shop.till("activate", "shouqianba", "38271946"), 4).err)
    equal(_secret(shop, "terminal-key"), first)

    # Another day: check-in comes first, and its lost answer costs nothing.
    with open(shop.path("keys", "shouqianba.terminal-key.secret"), "w", encoding="utf-8") as file:
        file.write(first.split()[0] + " 20260101")
    shop.sandbox.plan("lost-booked", "keys")
    expect(shop.charge("wechat"), 0, "paid")
    equal(_secret(shop, "terminal-key"), first.split()[0] + " 20260101")
    expect(shop.charge("wechat"), 0, "paid")
    second = _secret(shop, "terminal-key")
    check(second.split()[0] != first.split()[0], "no new key")
    equal(second.split()[1], first.split()[1])
    expect(shop.charge("wechat"), 0, "paid")
    equal(_secret(shop, "terminal-key"), second, "a second check-in on one day")
    settled(shop)


def add(plan, world, _sandbox):
    for acquirer in AGGREGATORS:
        plan.add(f"aggregator {acquirer} scenarios", play_scenarios, world, acquirer,
                 waits_s=WAITS_S)
        plan.add(f"aggregator {acquirer} brands", play_brands, world, acquirer, waits_s=10)
        plan.add(f"aggregator {acquirer} says Baitiao", _baitiao, world, acquirer, waits_s=10)
    plan.add("aggregator statement of a day", _statement, world, waits_s=10)
    plan.add("aggregator activation", _activation, world)

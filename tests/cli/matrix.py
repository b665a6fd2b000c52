# SPDX-License-Identifier: GPL-3.0-or-later
"""Every wallet, every kind of code, both directions, every type of acquirer: each cell ends in
paid, with the brand that the acquirer said, or in the right refusal and its sentence. A new
acquirer is a section of the demo or modes profile and a row of ACQUIRERS."""

from collects import next_code
from modes import one_contract
from shop import Sandbox, Shop, check, equal, expect, settled

# What a customer can show: the digits of each, and whose they seem to be. Banks' apps and JD show
# UnionPay's, and nobody can tell them apart.
CODES = {
    "wechat": lambda n: f"13{n:014d}00",
    "alipay": lambda n: f"28{n:014d}00",
    "alipay, 16 digits": lambda n: f"25{n:012d}00",
    "alipay, 24 digits": lambda n: f"30{n:020d}00",
    "alipay, face": lambda n: f"fp{n:031d}00",
    "unionpay": lambda n: f"62{n:015d}00",
    "a bank's app": lambda n: f"6225{n:013d}00",
    "jd, by UnionPay": lambda n: f"6210{n:013d}00",
    "ecny": lambda n: f"01{n:015d}00",
    "jd": lambda n: f"18{n:014d}00",
    "qq": lambda n: f"91{n:014d}00",
    "bestpay": lambda n: f"51{n:014d}00",
    "nobody's digits": lambda n: f"44{n:015d}00",
    "foreign card": lambda n: "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=",
}

# The same for every acquirer: nobody may be sent these.
NO_PAYMENT_CODES = {
    "weixin://wxpay/bizpayurl?pr=abc": "shop-code",
    "https://qr.95516.com/00010000/62": "shop-code",
    "https://qr.95516.com/48020000/62": "shop-code",
    "000201010211153120310418005204464600001000000010000": "shop-code",
    "wxp://f2f0abc": "receive-code",
    "https://qr.alipay.com/fkx0123": "receive-code",
    "https://example.org/": "web-code",
    "WIFI:S:shop;;": "other-code",
    "6901234567892": "goods-code",
    "110101199003070011": "identity-code",
}

SENTENCES = {
    "brand-not-taken": "This shop does not take this wallet. Ask for another one.",
    "unknown-code": "No wallet known here has such a code. "
                    "Ask the customer to open the payment code.",
    "card-code": "This shop cannot take this foreign card code. Ask for another wallet.",
    "shop-code": "This is a shop's collection code. Ask the customer to open the payment code.",
    "receive-code": "This is a code for receiving money. Ask the customer to open the payment code "
                    "instead.",
    "web-code": "This is a web address, not a payment code. Ask the customer to open the payment "
                "code.",
    "other-code": "Ask the customer to open the payment code.",
    "goods-code": "This is a goods barcode. Scan the customer's payment code.",
    "identity-code": "This looks like an identity number. Scan the payment code, or confirm to "
                     "charge it.",
}

WECHAT = {"wechat": "wechat"}
ALIPAY = {"alipay": "alipay", "alipay, 16 digits": "alipay", "alipay, 24 digits": "alipay"}
UNIONPAY = {"unionpay": "unionpay", "a bank's app": "unionpay", "jd, by UnionPay": "unionpay"}
MEMBERS = ("unionpay", "bank-app", "jd")        # of UnionPay's: who pays its codes

# scanned: what a payment code becomes, by the brand that the answer names. What is left out is
# refused before anything is sent: of a wallet as not taken, of digits as nobody's, of a card so.
# in_vain: sent, for only the acquirer knows, and refused there without moving money.
# shown: the brands whose codes it makes, and which wallets then pay.
# lets_in: whose wallet pays another's code, which is shown to it.
# one_code: the code itself names no wallet, since all pay it.
ACQUIRERS = {
    "wechat": {"scanned": WECHAT, "shown": {"wechat": ("wechat",)}},
    "alipay": {"scanned": {**ALIPAY, "alipay, face": "alipay"}, "shown": {"alipay": ("alipay",)}},
    "unionpay": {"scanned": UNIONPAY, "shown": {"unionpay": MEMBERS}, "lets_in": ("jd",)},
    "shouqianba": {
        "scanned": {**WECHAT, **ALIPAY, **UNIONPAY, "jd": "jd", "bestpay": "bestpay"},
        "in_vain": {"nobody's digits": "code-invalid"},
        "shown": {"wechat": ("wechat",), "alipay": ("alipay",), "unionpay": MEMBERS, "jd": ("jd",),
                  "bestpay": ("bestpay",)}},
    "chinaums": {
        "scanned": {**WECHAT, **ALIPAY, **UNIONPAY},
        # Its words for that are not public: unsure, asked about, reversed.
        "in_vain": {"nobody's digits": "never-booked"},
        "shown": {"wechat": ("wechat",), "alipay": ("alipay",), "unionpay": MEMBERS},
        "lets_in": ("jd",), "one_code": True},
    "cmb": {
        "scanned": {**WECHAT, **ALIPAY, **UNIONPAY, "ecny": "ecny"},
        "in_vain": {"nobody's digits": "code-invalid"},
        "shown": {"wechat": ("wechat",), "alipay": ("alipay",), "unionpay": MEMBERS,
                  "ecny": ("ecny",)},
        "lets_in": ("jd",), "one_code": True},
}
BRANDS = ("wechat", "alipay", "unionpay", "ecny", "jd", "qq", "bestpay")
BRAND_OF = {"bank-app": "unionpay"}             # of wallets that are no brand of ours

# Who has digital yuan only where the contract says so: the brands of such a contract.
WITH_ECNY = {"chinaums": "wechat,ecny", "cmb": "wechat,ecny"}


def _refused(result, reason):
    expect(result, 2)
    check(result.err.startswith(f"till: {reason}: ") and SENTENCES[reason] in result.err, result)
    equal(result.out, "", result)


def _scan(world, acquirer):
    shop = one_contract(world, acquirer)
    row = ACQUIRERS[acquirer]
    for kind, make in CODES.items():
        code = make(world.next_number())
        world.paycodes.append(code)
        result = shop.till("charge", "12.34", "--code", code)
        if kind in row["scanned"]:
            sale = expect(result, 0, "paid").sale
            equal((sale["brand"], sale["acquirer"]), (row["scanned"][kind], acquirer), kind, sale)
        elif kind in row.get("in_vain", {}):
            sale = expect(result, 1, "failed", row["in_vain"][kind]).sale
            equal(sale.get("brand"), None, kind, sale)
        else:
            _refused(result, {"nobody's digits": "unknown-code",
                              "foreign card": "card-code"}.get(kind, "brand-not-taken"))
    before = len(shop.rows())
    for code, reason in NO_PAYMENT_CODES.items():
        _refused(shop.till("charge", "12.34", "--code", code), reason)
    equal(len(shop.rows()), before, "refusals are not journaled")
    settled(shop)
    _reports(shop, row["scanned"].values())


def _reports(shop, brands):
    """What the journal says of each brand is what the answers said."""
    paid = [sale["brand"] for sale in shop.list("--state", "paid")]
    equal(sorted(paid), sorted(brands))
    for brand in set(paid):
        equal(len([sale for sale in shop.list("--brand", brand) if sale["state"] == "paid"]),
              paid.count(brand), brand)


def _shows_no_other(world, acquirer):
    shop = one_contract(world, acquirer)
    for brand in BRANDS:
        if brand not in (*ACQUIRERS[acquirer]["shown"], *ACQUIRERS[acquirer].get("lets_in", ())):
            _refused(shop.till("collect", "8", "--brand", brand), "brand-not-taken")
    equal((shop.rows(), shop.sandbox.ledger()), ([], {}))


def _try_others(world, shop, text, wallet):
    """Whoever cannot pay is told what to do, here as on the till; whoever does can."""
    payers = expect(world.run("--json", "identify", text), 0).lines[0].get("payers", [])
    for other in payers:
        pays, name = other["pays"], other["wallet"]
        equal("advice" in other, pays != "yes", other)
        check(pays != "unsure" or "not certain" in other["advice"], other)
        if pays == "no":
            equal(shop.sandbox.refused_customer("pay", text=text, wallet=name),
                  (403, other["advice"]), name)
        check(pays == "yes" or name != wallet, "cannot pay", other)


def _show(world, acquirer, brand, wallet):
    shop = one_contract(world, acquirer)
    one_code = ACQUIRERS[acquirer].get("one_code") and brand != "ecny"
    made_for = "unionpay" if brand in ACQUIRERS[acquirer].get("lets_in", ()) else brand
    process = shop.start("collect", "8", "--brand", brand, "--wait", "60")
    code = next_code(process)
    equal((code.get("brand"), code["acquirer"]), (None if one_code else made_for, acquirer), code)
    _try_others(world, shop, code["text"], wallet)
    shop.sandbox.customer("pay", text=code["text"], wallet=wallet)
    sale = expect(world.finish(process), 0, "paid").sale
    named = "unionpay" if made_for == "unionpay" else BRAND_OF.get(wallet, wallet)
    equal((sale["brand"], sale["acquirer"]), (named, acquirer), sale)
    settled(shop)


def _ecny(world, acquirer):
    """Digital yuan both ways where the profile says that the contract has it, and not else. Where
    the answer does not name it, the brand is unknown, and nothing else."""
    shop = one_contract(world, acquirer)
    brands = WITH_ECNY[acquirer]
    shop.edit(lambda ini: ini.replace("brands=wechat,alipay,unionpay,ecny\n", "").replace(
        f"type={acquirer}", f"type={acquirer}\nbrands=wechat"))
    _refused(shop.till("charge", "5", "--code", CODES["ecny"](1)), "brand-not-taken")
    _refused(shop.till("collect", "5", "--brand", "ecny"), "brand-not-taken")
    shop.edit(lambda ini: ini.replace("brands=wechat\n", f"brands={brands}\n"))
    code = CODES["ecny"](world.next_number())
    world.paycodes.append(code)
    equal(expect(shop.till("charge", "5", "--code", code), 0, "paid").sale["brand"], "ecny")
    process = shop.start("collect", "8", "--brand", "ecny", "--wait", "60")
    text = next_code(process)["text"]
    shop.sandbox.customer("pay", text=text, wallet="ecny")
    sale = expect(world.finish(process), 0, "paid").sale
    check(sale.get("brand") in (None, "ecny"), sale)
    settled(shop)


# Whom a shop with every contract asks, one after the other: the wallet's own, then who takes
# several.
DEMO_ORDER = {
    "wechat": ["wechat"],
    "alipay": ["alipay"],
    "jd, by UnionPay": ["unionpay"],
    "jd": ["shouqianba"],
    "bestpay": ["shouqianba"],
    "ecny": ["cmb"],
    # Shouqianba says for certain that it is nobody's; Chinaums does not, so there it ends.
    "nobody's digits": ["shouqianba", "chinaums"],
}


def _demo_order(world):
    shop = Shop(world, Sandbox(world), "")
    for kind, acquirers in DEMO_ORDER.items():
        code = CODES[kind](world.next_number())
        world.paycodes.append(code)
        sale = shop.till("charge", "12.34", "--code", code).sale
        equal([payment["acquirer"] for payment in sale["payments"]], acquirers, kind, sale)
        equal(sale["state"], "failed" if kind == "nobody's digits" else "paid", kind, sale)
    settled(shop)


def add(plan, world, _sandbox):
    plan.add("matrix: whom the demo asks", _demo_order, world, waits_s=50)
    for acquirer, row in ACQUIRERS.items():
        plan.add(f"matrix: {acquirer} scans", _scan, world, acquirer, waits_s=50)
        plan.add(f"matrix: {acquirer} shows no other", _shows_no_other, world, acquirer)
        for wallet in row.get("lets_in", ()):
            plan.add(f"matrix: {acquirer} lets {wallet} in", _show, world, acquirer, wallet, wallet,
                     waits_s=4)
        for brand, wallets in row["shown"].items():
            for wallet in wallets:
                plan.add(f"matrix: {acquirer} shows {brand} to {wallet}", _show, world, acquirer,
                         brand, wallet, waits_s=4)
    for acquirer in WITH_ECNY:
        plan.add(f"matrix: {acquirer} with digital yuan", _ecny, world, acquirer, waits_s=5)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Every wallet, every kind of code, both directions, every type of acquirer: each cell ends in paid,
with the brand that the acquirer said, or in the right refusal and its sentence. A new acquirer is a
section of the demo or modes profile and a row of each table."""

from collects import next_code
from modes import one_contract
from shop import check, equal, expect, settled

# What the customer shows, and what the digits say.
CODES = {
    "wechat": lambda n: f"13{n:014d}00",
    "alipay": lambda n: f"28{n:014d}00",
    "alipay, 16 digits": lambda n: f"25{n:012d}00",
    "alipay, 24 digits": lambda n: f"30{n:020d}00",
    "alipay, face": lambda n: f"fp{n:031d}00",
    "unionpay": lambda n: f"62{n:015d}00",
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
    "wxp://f2f0abc": "receive-code",
    "https://qr.alipay.com/fkx0123": "receive-code",
    "https://example.org/": "web-code",
    "WIFI:S:shop;;": "other-code",
    "6901234567892": "goods-code",
    "110101199003070011": "identity-code",
}

NOT_TAKEN = "brand-not-taken"
NOBODYS = "unknown-code"
CARD = "card-code"

# What each acquirer takes when we scan: the brand of the answer. What is left out is refused: of a
# wallet as not taken, of digits as nobody's, of a card as that.
SCANNED = {
    "wechat": {"wechat": "wechat"},
    "alipay": {"alipay": "alipay", "alipay, 16 digits": "alipay", "alipay, 24 digits": "alipay",
               "alipay, face": "alipay"},
    "shouqianba": {"wechat": "wechat", "alipay": "alipay", "alipay, 16 digits": "alipay",
                   "alipay, 24 digits": "alipay", "unionpay": "unionpay", "jd": "jd",
                   "bestpay": "bestpay"},
    "chinaums": {"wechat": "wechat", "alipay": "alipay", "alipay, 16 digits": "alipay",
                 "alipay, 24 digits": "alipay", "unionpay": "unionpay"},
}

# Digits that only the acquirer knows: sent, and refused there without moving money.
SENT_IN_VAIN = {
    "shouqianba": {"nobody's digits": "code-invalid"},
    # Its words for that are not public: unsure, asked about, reversed.
    "chinaums": {"nobody's digits": "never-booked"},
}

# Which wallets' codes each acquirer makes when the customer scans.
SHOWN = {
    "wechat": ("wechat",),
    "alipay": ("alipay",),
    "shouqianba": ("wechat", "alipay", "unionpay", "jd", "bestpay"),
    "chinaums": ("wechat", "alipay", "unionpay"),
}
# Whose code is one for all of its wallets: the code itself names none.
ONE_CODE = ("chinaums",)
# Who has digital yuan where the contract, and so the profile, says so.
WITH_ECNY = ("chinaums",)
BRANDS = ("wechat", "alipay", "unionpay", "ecny", "jd", "qq", "bestpay")


def _refusal(kind):
    return {"nobody's digits": NOBODYS, "foreign card": CARD}.get(kind, NOT_TAKEN)


def _scan(world, acquirer):
    shop = one_contract(world, acquirer)
    for kind, make in CODES.items():
        code = make(world.next_number())
        world.paycodes.append(code)
        result = shop.till("charge", "12.34", "--code", code)
        brand = SCANNED[acquirer].get(kind)
        reason = SENT_IN_VAIN.get(acquirer, {}).get(kind)
        if brand:
            sale = expect(result, 0, "paid").sale
            equal((sale["brand"], sale["acquirer"]), (brand, acquirer), kind, sale)
        elif reason:
            sale = expect(result, 1, "failed", reason).sale
            equal(sale.get("brand"), None, kind, sale)
        else:
            expect(result, 2)
            check(f"till: {_refusal(kind)}: " in result.err, kind, result)
            equal(result.out, "", kind, result)
    before = len(shop.rows())
    for code, reason in NO_PAYMENT_CODES.items():
        result = expect(shop.till("charge", "12.34", "--code", code), 2)
        check(f"till: {reason}: " in result.err, code, result)
    equal(len(shop.rows()), before, "refusals are not journaled")
    settled(shop)
    _reports(shop, acquirer)


def _reports(shop, acquirer):
    """What the journal says of each brand is what the answers said."""
    paid = [sale["brand"] for sale in shop.list("--state", "paid")]
    equal(sorted(paid), sorted(SCANNED[acquirer].values()))
    for brand in set(paid):
        equal(len([sale for sale in shop.list("--brand", brand) if sale["state"] == "paid"]),
              paid.count(brand), brand)


def _show(world, acquirer, brand):
    shop = one_contract(world, acquirer)
    if brand not in SHOWN[acquirer]:
        result = expect(shop.till("collect", "8", "--brand", brand), 2)
        check(f"till: {NOT_TAKEN}: " in result.err, result)
        equal((shop.rows(), shop.sandbox.ledger()), ([], {}))
        return
    process = shop.start("collect", "8", "--brand", brand, "--wait", "60")
    code = next_code(process)
    equal((code.get("brand"), code["acquirer"]),
          (None if acquirer in ONE_CODE else brand, acquirer), code)
    shop.sandbox.customer("pay", text=code["text"], wallet=brand)
    sale = expect(world.finish(process), 0, "paid").sale
    equal((sale["brand"], sale["acquirer"]), (brand, acquirer), sale)
    settled(shop)


def _ecny(world, acquirer):
    """Digital yuan both ways, once the profile says that the contract has it. Where the answer does
    not name it, the brand is unknown, and nothing else."""
    shop = one_contract(world, acquirer)
    shop.edit(lambda ini: ini.replace(f"type={acquirer}", f"type={acquirer}\nbrands=wechat,ecny"))
    code = CODES["ecny"](world.next_number())
    world.paycodes.append(code)
    equal(expect(shop.till("charge", "5", "--code", code), 0, "paid").sale["brand"], "ecny")
    process = shop.start("collect", "8", "--brand", "ecny", "--wait", "60")
    shop.sandbox.customer("pay", text=next_code(process)["text"], wallet="ecny")
    sale = expect(world.finish(process), 0, "paid").sale
    check(sale.get("brand") in (None, "ecny"), sale)
    settled(shop)


def add(plan, world, _sandbox):
    for acquirer in SCANNED:
        plan.add(f"matrix: {acquirer} scans", _scan, world, acquirer, waits_s=50)
        for brand in BRANDS:
            plan.add(f"matrix: {acquirer} shows {brand}", _show, world, acquirer, brand, waits_s=4)
    for acquirer in WITH_ECNY:
        plan.add(f"matrix: {acquirer} with digital yuan", _ecny, world, acquirer, waits_s=5)

# SPDX-License-Identifier: GPL-3.0-or-later
"""charge: every scenario that a payment code can ask for, at both wallets."""

from shop import Shop, check, equal, expect, settled

PAID = (0, "paid", None)


def _failed(reason):
    return (1, "failed", reason)


def _fault(reason):
    return (4, "failed", reason)


NEVER_BOOKED = _failed("never-booked")
REFUSED = _failed("payer-refused")
CONFIG = _fault("config")

# What the sandbox's scenario becomes: at both wallets, or at WeChat Pay and at Alipay.
OUTCOMES = {
    "approve": PAID,
    "password-paid": PAID,
    "password": _failed("reversed"),
    "password-refused": (REFUSED, _failed("closed")),
    "password-error": PAID,
    "code-expired": (_failed("code-expired"), _failed("code-invalid")),
    "code-invalid": _failed("code-invalid"),
    "code-error": (_failed("code-invalid"), _failed("code-expired")),
    "not-enough": _failed("balance"),
    "card-not-enough": _failed("balance"),
    "account-abnormal": REFUSED,
    "account-error": (REFUSED, _failed("payer-limit")),
    "risk": REFUSED,
    "trade-error": (REFUSED, _failed("code-expired")),
    "no-instrument": REFUSED,
    "balance-disabled": REFUSED,
    "day-limit": _failed("payer-limit"),
    "month-limit": _failed("payer-limit"),
    "mobile-off": REFUSED,
    "face-off": REFUSED,
    "buyer-is-seller": REFUSED,
    "buyer-mismatch": (REFUSED, _failed("closed")),
    "rule-limit": (_failed("payer-limit"), _failed("merchant-limit")),
    "receipt-limit": (_failed("payer-limit"), _failed("merchant-limit")),
    "shop-limit": (_failed("payer-limit"), _failed("merchant-limit")),
    "no-auth": CONFIG,
    "shop-blocked": (CONFIG, _failed("merchant-refused")),
    "shop-status": (CONFIG, _failed("merchant-refused")),
    "partner-error": CONFIG,
    "app-mismatch": CONFIG,
    "param-error": CONFIG,
    "invalid-request": (CONFIG, _failed("merchant-limit")),
    "forbidden-word": CONFIG,
    "expired": CONFIG,
    "risk-ip": (CONFIG, _failed("merchant-refused")),
    "order-closed": (_failed("closed"), NEVER_BOOKED),
    "order-reversed": (_failed("reversed"), NEVER_BOOKED),
    "number-used": NEVER_BOOKED,
    "says-paid": PAID,
    "unheard-of": NEVER_BOOKED,
    "sign-error": CONFIG,
    "lost-booked": PAID,
    "lost-unbooked": NEVER_BOOKED,
    "error-page-booked": PAID,
    "error-page-unbooked": NEVER_BOOKED,
    "system-error-booked": PAID,
    "system-error-unbooked": NEVER_BOOKED,
    "bank-error": PAID,
    "slow": PAID,
    "cut-off": PAID,
    "too-large": PAID,
    "not-json": NEVER_BOOKED,
    "redirect": NEVER_BOOKED,
    "bad-signature": PAID,
    "no-signature": PAID,
    "old-signature": PAID,
    "unknown-key": PAID,
    "signtest": PAID,
    "other-order": PAID,
    "other-amount": PAID,
    "booked-late": PAID,
    "absent-at-first": PAID,
    "query-lags": PAID,
    "rate-limited": NEVER_BOOKED,
    "rate-limited-booked": PAID,
    "new-key": PAID,
    "sign-first": PAID,
    "decoy-sign": PAID,
    "error-unsigned": PAID,
    "rolled-back": (PAID, _failed("closed")),
    "clock-slow": _fault("clock"),
    "clock-fast": _fault("clock"),
    "baitiao": PAID,
    "paid-to-check": PAID,
}

GIVE_UP_S = 45
QUERY_S = 10

# Scenarios that end by themselves, but only after a query or two.
QUERIED = {
    "password-paid", "password-refused", "password-error", "buyer-mismatch", "says-paid", "slow",
    "booked-late", "absent-at-first", "query-lags", "error-unsigned",
}


def _waits_s(scenario, digits):
    outcome = OUTCOMES.get(scenario, PAID)
    if scenario == "password" or NEVER_BOOKED in (outcome, outcome[1]):
        return GIVE_UP_S
    return QUERY_S if scenario in QUERIED or 60 <= digits < 84 else 0


def _charge(shop, wallet, scenario, digits):
    outcome = OUTCOMES.get(scenario)
    check(outcome, f"the sandbox has a new scenario, {scenario}: say here what it becomes")
    if isinstance(outcome[0], tuple):
        outcome = outcome[("wechat", "alipay").index(wallet)]

    result = expect(shop.charge(wallet, digits), *outcome)
    equal((result.sale["kind"], result.sale["amount_fen"], result.sale["acquirer"]),
          ("charge", 1234, wallet), result)
    equal(result.sale["verified"], outcome[0] == 0, result)
    equal(all(line["event"] == "state" for line in result.lines[:-1]), True, result)
    if outcome[2] == "clock":
        side = "behind" if scenario == "clock-slow" else "ahead of"
        for words in ("clock is 10 minutes " + side, "timedatectl"):
            check(words in result.err, f"“{words}” is missing:", result)


def _patient_charge(plan, world, sandbox, wallet, row):
    """One that waits has a shop for itself."""
    with plan.setup:
        shop = Shop(world, sandbox)
    _charge(shop, wallet, *row)
    settled(shop)


def _quick_charges(world, sandbox, wallet, rows):
    """Those that are answered at once follow one another in one shop."""
    shop = Shop(world, sandbox)
    for row in rows:
        _charge(shop, wallet, *row)
    equal(len(shop.list()), len(rows))
    settled(shop)


def add(plan, world, sandbox):
    rows = [(row["scenario"], row["digits"]) for row in sandbox.scenarios() if "digits" in row]
    quick = [row for row in rows if not _waits_s(*row)]
    for wallet in ("wechat", "alipay"):
        for row in rows:
            if row not in quick:
                plan.add(f"charge {wallet} {row[0]}", _patient_charge, plan, world, sandbox, wallet,
                         row, waits_s=_waits_s(*row))
        for part in range(3):
            plan.add(f"charge {wallet} answered at once {part + 1}/3", _quick_charges, world,
                     sandbox, wallet, quick[part::3])

# SPDX-License-Identifier: GPL-3.0-or-later
"""What one can type: help, usage, lists, proofs, journal, whose code is this."""

import hashlib
import json
import os
import subprocess

from later import refund_of
from shop import Sandbox, Shop, check, equal, expect, settled

COMMANDS = ("init", "sandbox", "charge", "collect", "query", "cancel", "refund", "resume", "list",
            "show", "journal", "emv-qr", "identify", "decode", "doctor")

# All rows of the wallets' ranges, their edges, and what is none: code, kind, brand, reason.
CODES = (
    ("100000000000000000", "payment-code", "wechat", None),
    ("159999999999999999", "payment-code", "wechat", None),
    (" 1345 6789 0123 4567 89 ", "payment-code", "wechat", None),
    ("110101199003070012", "payment-code", "wechat", None),
    ("110101199003070011", "payment-code", "wechat", "identity-code"),
    ("fp" + "0aZ" * 11, "payment-code", "alipay", None),
    ("0112345678901234567", "payment-code", "ecny", None),
    ("6288888888888888888", "payment-code", "unionpay", None),
    ("2500000000000000", "payment-code", "alipay", None),
    ("300000000000000000000000", "payment-code", "alipay", None),
    ("2888888888888888888888", "payment-code", "alipay", None),
    ("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=", "emv-cpm", "unionpay", "card-code"),
    ("188888888888888888", "payment-code", "jd", None),
    ("918888888888888888", "payment-code", "qq", None),
    ("518888888888888888", "payment-code", "bestpay", None),
    ("weixin://wxpay/bizpayurl?pr=abc", "collection-code", "wechat", "shop-code"),
    ("WXP://F2F0ABC", "collection-code", "wechat", "receive-code"),
    ("https://qr.alipay.com/abc", "collection-code", "alipay", "receive-code"),
    ("https://qr.alipay.com/bax00000", "collection-code", "alipay", "shop-code"),
    ("https://qr.95516.com/abc", "collection-code", "unionpay", "shop-code"),
    ("https://example.org/", "url", None, "web-code"),
    ("00020101021215310102290000520446898310100000001520454115303156540512.305802CN5909TEST SHOP"
     "6008SHANGHAI62440117202601011200000010507REF000107080000000164200002ZH0104测试商店0202上海6304A910",
     "emv-mpm", None, "shop-code"),
    ("6901234567892", "goods", None, "goods-code"),
    ("96385074", "goods", None, "goods-code"),
    ("160000000000000000", "unknown", None, "unknown-code"),
    ("099999999999999999", "unknown", None, "unknown-code"),
    ("13456789012345678", "unknown", None, "unknown-code"),
    ("1345678901234567890", "unknown", None, "unknown-code"),
    ("250000000000000", "unknown", None, "unknown-code"),
    ("3100000000000000", "unknown", None, "unknown-code"),
    ("fp0aZ", "unknown", None, "unknown-code"),
    ("WIFI:S:shop;;", "unknown", None, "other-code"),
    ("-5", "unknown", None, "unknown-code"),
    ("hello", "unknown", None, "unknown-code"),
)
NO_CODES = ("", "   ", "你好", "a\nb", "7" * 4097)


def _identify(world):
    for code, kind, brand, reason in CODES:
        result = world.run("--json", "identify", "--", code)
        equal(result.code, 0, code, result)
        found = result.lines[0]
        equal((found["kind"], found.get("brand"), found.get("reason")), (kind, brand, reason), code)
        equal(found["valid"], kind != "unknown", code)
        check(code.strip() not in result.out, "the code is repeated:", result)
        text = world.run("identify", "--", code)
        equal((text.code, bool(text.out.strip())), (0, True), text)
    for code in NO_CODES:
        result = expect(world.run("--json", "identify", code), 2)
        equal(result.out, "", result)


# What the book's own example says, and a code made for one sale of an acquirer's.
EMV = ("00020101021115310102290000520446898310100000001520454115303156"
       "5802CN5909TEST SHOP6008SHANGHAI64200002ZH0104测试商店0202上海63043805")
EMV_OF_SALE = ("00020101021215310102290000520446898310100000001520454115303156540512.305802CN"
               "5909TEST SHOP6008SHANGHAI62230507REF0001070800000001"
               "64200002ZH0104测试商店0202上海6304")


def _emv_qr(world):
    found = expect(world.run("--json", "emv-qr", "decode", EMV), 0).lines[0]
    equal((found["valid"], found["errors"], found["warnings"]), (True, [], []), found)
    equal(found["objects"]["64"], {"00": "ZH", "01": "测试商店", "02": "上海"}, found)
    made = expect(world.run("--json", "emv-qr", "encode", "--template", EMV, "--amount", "12.3",
                            "--reference", "REF0001", "--terminal", "00000001"), 0)
    payload = made.lines[0]["payload"]
    equal(payload[:-4], EMV_OF_SALE, made)
    found = expect(world.run("--json", "emv-qr", "decode", payload), 0).lines[0]
    equal((found["valid"], found["amount_fen"]), (True, 1230), found)
    check("TEST SHOP" in expect(world.run("emv-qr", "decode", payload), 0).out)

    for payload, error in (("00020", "00: past-end"), (EMV.replace("SHOP", "STOP"), "63: checksum"),
                           ("0002015403" + "1", "54: past-end"), ("hello", "id")):
        found = expect(world.run("--json", "emv-qr", "decode", payload), 2).lines[0]
        equal((found["valid"], error in found["errors"]), (False, True), payload, found)
    for words in ((), ("decode",), ("decode", EMV, EMV), ("recode", EMV), ("encode",),
                  ("encode", "--template", EMV + "0"),
                  ("encode", "--template", EMV, "--amount", "x"),
                  ("encode", "--template", EMV, "--set", "52=bread"),
                  ("encode", "--template", EMV, "--set", "nothing"),
                  ("encode", "--template", EMV, "--set", "15=0102290000520446898310100000002")):
        equal(expect(world.run("emv-qr", *words), 2).out, "", words)


def _refused_codes(world):
    """What is no payment code of a wallet that this shop takes costs nothing."""
    shop = Shop(world, Sandbox(world))
    for code, kind, brand, reason in CODES:
        if kind == "payment-code" and brand in ("wechat", "alipay") and not reason:
            continue
        result = expect(shop.till("charge", "5", f"--code={code}"), 2)
        check(f"till: {reason or 'brand-not-taken'}: " in result.err, code, result)
        equal(result.out, "", result)
    for code in NO_CODES:
        expect(shop.till("charge", "5", f"--code={code}"), 2)
    equal((shop.rows(), shop.sandbox.ledger()), ([], {}))

    # A person who names the acquirer has looked at the code.
    code = "999" + world.paycode("wechat")[3:]
    expect(shop.till("charge", "5", "--code", code), 2)
    expect(shop.till("charge", "5", "--code", code, "--acquirer", "wechat"), 1, "failed",
           "code-invalid")
    settled(shop)


def _usage(world):
    shop = Shop(world, Sandbox(world))
    code = world.paycode("wechat")
    for words in (
            ("gold",), (code,), ("--gold", "list"), ("--profile",), ("list", "--gold"),
            ("list", "--state", "gold"), ("list", "--brand", "gold"),
            ("list", "--date", "2026-13-01"), ("list", "--limit", "0"),
            ("list", "--limit", "-1"), ("list", "--limit", "few"), ("list", "more"),
            ("charge",), ("charge", "5"), ("charge", "--code", code), ("charge", "5", "--code"),
            ("charge", "5", "6", "--code", code), ("charge", "-5", "--code", code),
            ("charge", "0", "--code", code), ("charge", "1.234", "--code", code),
            ("charge", "five", "--code", code), ("charge", "100000000", "--code", code),
            ("charge", "¥5", "--code", code), ("charge", "", "--code", code),
            ("charge", "50000.01", "--code", code),
            ("query",), ("cancel",), ("refund",), ("show",), ("resume", "now"), ("doctor", "now"),
            ("journal",), ("journal", "gold"), ("journal", "verify", "--from", "0"),
            ("journal", "verify", "--anchor", shop.path("none")),
            ("journal", "verify", "--anchor", shop.path("profile.ini")),
            ("journal", "export", "--format", "xml"), ("journal", "export", "--from", "today"),
            ("journal", "export", "--from", "2026-11-23", "--to", "2026-11-22"),
            ("journal", "backup"), ("journal", "backup", shop.path("profile.ini")),
            ("activate", "wechat", "38271946"), ("activate", "shouqianba", "38 27"),
            ("init",), ("init", "--shop", ""), ("init", "--shop", "two\nlines"),
            ("sandbox", "--listen", "0.0.0.0:0"), ("sandbox", "--script", shop.path("none"))):
        result = expect(shop.till(*words), 2)
        equal(result.out, "", words, result)
    equal((shop.rows(), shop.sandbox.ledger()), ([], {}))
    check("no screen" in expect(shop.text(), 4).err, "a window without a display")


def _help(world):
    told = world.run("--help")
    equal(told.code, 0, told)
    for command in COMMANDS:
        check(f"\n  {command}" in told.out, command, "is missing:", told)
        result = world.run(command, "--help")
        equal((result.code, command in result.out, result.err), (0, True, ""), result)
    equal(world.run("--version").code, 0)


def _init(world):
    """A profile is for its owner alone, and never overwritten."""
    folder = os.path.join(world.folder, "new", "shop")
    made = expect(world.run("--profile", folder, "init", "--shop", "晨光 “二店”"), 0)
    check(folder in made.out and "till doctor" in made.out, made)
    for name, mode in ((".", 0o700), ("keys", 0o700), ("profile.ini", 0o600),
                       ("journal.db", 0o600)):
        equal(os.stat(os.path.join(folder, name)).st_mode & 0o777, mode, name)
    with open(os.path.join(folder, "profile.ini"), encoding="utf-8") as file:
        ini = file.read()
    check("name=晨光 “二店”\n" in ini, ini)
    for words in (("init",), ("init", "--demo"), ("init", "--shop", "other")):
        check("already" in expect(world.run("--profile", folder, *words), 2).err, words)
    with open(os.path.join(folder, "profile.ini"), encoding="utf-8") as file:
        equal(file.read(), ini)
    equal(os.listdir(os.path.join(folder, "keys")), [])
    doctor = world.run("--profile", folder, "doctor")
    equal((doctor.code, "no such acquirer" in doctor.out), (4, True), doctor)


def _sales(world):
    """list with its filters, show with every row."""
    shop = Shop(world, Sandbox(world))
    paid = shop.charge("wechat", 0, "12.50", "--clerk", "li", "--note", "两碗面").sale
    equal((paid["clerk"], paid["note"], paid["currency"], paid["amount_fen"]),
          ("li", "两碗面", "CNY", 1250), paid)
    failed = shop.charge("alipay", 23, "12.34", "--note",
                         f"码 {world.paycode('alipay')}").sale["order"]
    refund = refund_of(shop.till("refund", paid["order"], "2.50", "--clerk", "wang",
                                 "--reason", "太咸"))["order"]

    equal([sale["order"] for sale in shop.list()], [failed, paid["order"]])
    equal([sale["order"] for sale in shop.list("--state", "paid")], [paid["order"]])
    equal([sale["order"] for sale in shop.list("--brand", "alipay")], [failed])
    equal([sale["order"] for sale in shop.list("--limit", "1")], [failed])
    equal(shop.list("--state", "unsure"), [])
    equal(shop.list("--date", "2020-01-01"), [])
    row = shop.rows()[0]
    day = f"{row['day'] // 10000}-{row['day'] // 100 % 100:02d}-{row['day'] % 100:02d}"
    equal(len(shop.list("--date", day)), 2)

    for number in (paid["order"], refund):
        shown = expect(shop.till("show", number), 0, "paid")
        rows = [line for line in shown.lines if line.get("event") == "row"]
        equal([row["seq"] for row in rows],
              [row["seq"] for row in shop.rows() if row["sale"] == paid["order"]], shown)
        check(all(row["text"] for row in rows), shown)
    text = expect(shop.text("show", paid["order"]), 0).out
    for words in (paid["order"], refund, "¥12.50", "¥2.50", "WeChat Pay", "li: “两碗面”",
                  "wang: “太咸”"):
        check(words in text, words, "is missing:", text)
    check("no-sale" in expect(shop.till("show", world.order()), 2).err)
    text = expect(shop.text("refund", paid["order"], "1"), 0).out
    check("  ¥1.00  Given back" in text, text)
    check("¥12.50" in expect(shop.text("list"), 0).out)
    equal(expect(shop.text("list", "--date", "2020-01-01"), 0).out, "No sales.\n")
    settled(shop)


def _journal(world):
    """Rows for strangers: whole, exported, copied; a change of one letter is found."""
    shop = Shop(world, Sandbox(world))
    order = shop.charge("wechat", 0, "12.50").sale["order"]
    shop.till("refund", order, "1")
    rows = shop.rows()
    equal([row["seq"] for row in rows], list(range(1, len(rows) + 1)))
    whole = expect(shop.till("journal", "verify"), 0).lines[-1]
    equal((whole["rows"], whole["head"]), (len(rows), rows[-1]["hash"]))
    part = expect(shop.till("journal", "verify", "--from", "2"), 0).lines[-1]
    equal((part["rows"], part["head_seq"], part["head"]),
          (len(rows) - 1, len(rows), rows[-1]["hash"]))
    noted = expect(shop.text("journal", "verify", "--from", "2"), 0).out.splitlines()[-1]
    with open(shop.path("noted"), "w", encoding="ascii") as file:
        file.write(noted)
    expect(shop.till("journal", "verify", "--anchor", shop.path("noted")), 0)

    table = expect(shop.till("journal", "export", "--format", "csv"), 0).out.splitlines()
    equal(len(table), len(rows) + 1)
    equal(expect(shop.till("journal", "export", "--to", "2020-01-01"), 0).out, "")

    anchor = shop.path("anchor")
    with open(anchor, "w", encoding="ascii") as file:
        file.write(f"# noted\n{rows[1]['seq']} {rows[1]['hash']}\n")
    expect(shop.till("journal", "verify", "--anchor", anchor), 0)
    with open(anchor, "a", encoding="ascii") as file:
        file.write(f"{rows[2]['seq']} {hashlib.sha256().hexdigest()}\n")
    equal(expect(shop.till("journal", "verify", "--anchor", anchor), 5).lines[-1]["whole"], False)

    copy = shop.path("backups", "copy.db")
    expect(shop.till("journal", "backup", copy), 0)
    os.rename(copy, shop.path("journal.db"))
    for end in ("-wal", "-shm"):
        os.unlink(shop.path("journal.db" + end))
    equal(shop.rows(), rows)
    settled(shop)

    with open(shop.path("journal.db"), "r+b") as file:
        data = file.read()
        file.seek(data.index(b"HTTP 200 SUCCESS"))
        file.write(b"HTTP 200 SUCCEED")
    changed = expect(shop.till("journal", "verify"), 5).lines[-1]
    equal((changed["whole"], changed["first_bad_seq"] in (2, 4)), (False, True), changed)
    check("NOT whole" in shop.text("journal", "verify").out, "for people")


def _pipe(world):
    """Who has read enough closes the pipe."""
    shop = Shop(world, Sandbox(world))
    for _ in range(3):
        shop.charge("wechat")
    with shop.start("journal", "export") as process:
        head = subprocess.run(["head", "-n", "1"], stdin=process.stdout, capture_output=True,
                              text=True, check=True)
        process.stdout.close()
        equal((process.wait(20), process.stderr.read()), (0, b""))
    equal(json.loads(head.stdout)["seq"], 1)


def _unprintable(world):
    """A full disk takes no list; a sale is none the less paid for it."""
    shop = Shop(world, Sandbox(world))
    with open("/dev/full", "w", encoding="ascii") as full:
        order = world.order()
        told = world.finish(shop.start("charge", "5", "--code", world.paycode("wechat"),
                                       "--order", order, stdout=full))
        check(told.code == 0 and "not written whole" in told.err, told)
        for words in (("list",), ("show", order), ("doctor",)):
            told = world.finish(shop.start(*words, stdout=full))
            check(told.code == 4 and "not written whole" in told.err, words, told)
    with shop.start("show", order) as process:
        process.stdout.close()
        equal((process.wait(20), process.stderr.read()), (0, b""))

    # Without any of the three there is nobody to tell, and a payment is a payment.
    closed = ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", world.till]
    told = world.finish(world.start_program(
        [*closed, *shop.words("charge", "5", "--code", world.paycode("wechat"))]))
    equal((told.code, [sale["state"] for sale in shop.list()]), (0, ["paid", "paid"]), told)
    settled(shop)


def _no_language(world):
    """Names and notes are Chinese and codes are drawn, also where no language is set, as in cron,
    or one that this computer has not."""
    sandbox = Sandbox(world)
    for locale in ("C", "POSIX", "zh_XX.UTF-8"):
        env = {**world.env, "LC_ALL": locale}
        folder = os.path.join(world.folder, "shop of " + locale)
        expect(world.run("--profile", folder, "init", "--shop", "晨光便利店", env=env), 0)
        shop = Shop(world, sandbox)
        paid = expect(shop.till("charge", "5", "--code", world.paycode("wechat"), "--note", "两碗面",
                                env=env), 0).sale
        equal(paid["note"], "两碗面", paid)
        check("¥5.00" in world.run("--profile", shop.dir, "list", env=env).out, locale)
        code = world.run("--profile", shop.dir, "collect", "5", "--wait", "1", env=env).out
        check("█▀▀▀▀▀█" in code, code)
    check(expect(shop.till("charge", "5", "--code", world.paycode("wechat"), "--note", b"\xff"), 2))


def _log(world):
    """A till that logs all it can keeps stdout for the sale; leaks.py looks at what it says."""
    shop = Shop(world, Sandbox(world))
    for wallet in ("wechat", "alipay"):
        result = shop.till("charge", "5", "--code", world.paycode(wallet),
                           env={**world.env, "G_MESSAGES_DEBUG": "all"})
        equal((result.code, result.sale["state"]), (0, "paid"), result)
        check("DEBUG" in result.err, result)


def add(plan, world, _sandbox):
    for name, func in (("identify", _identify), ("emv-qr", _emv_qr),
                       ("no payment codes", _refused_codes), ("usage", _usage), ("help", _help),
                       ("init", _init),
                       ("list and show", _sales), ("journal", _journal),
                       ("journal export | head", _pipe), ("nothing printed", _unprintable),
                       ("no language", _no_language), ("log", _log)):
        plan.add(f"words: {name}", func, world)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What is broken at the shop: a message with what to do, an exit code, nothing sent or lost."""

import contextlib
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess

from plan import Skip
from shop import Sandbox, Shop, check, equal, expect, settled


def _finding(shop, name):
    """What the doctor finds bad, which must be this."""
    result = shop.till("doctor")
    equal(result.code, 4, result)
    bad = [line for line in result.lines if line["health"] == "bad"]
    check(name in [line["check"] for line in bad], f"{name} is not bad:", result)
    return " ".join(line["text"] for line in bad)


def _shut(shop, name, *words):
    """The shop does not open: every command says why, and nothing is sent."""
    for command in (("charge", "5", "--code", shop.world.paycode("wechat")),
                    ("collect", "5", "--wait", "1"), ("list",), ("resume",), ("journal", "verify")):
        result = expect(shop.till(*command), 4)
        equal(result.out, "", result)
        for word in words:
            check(word in result.err, f"“{word}” is missing:", result)
    text = _finding(shop, name)
    for word in words:
        check(word in text, f"“{word}” is missing:", text)
    equal(shop.sandbox.ledger(), {})


def _write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _missing_key(shop):
    os.unlink(shop.path("keys", "wechat-merchant-key.pem"))


def _junk_key(shop):
    _write(shop.path("keys", "wechat-merchant-key.pem"), "not a key\n")


def _junk_authority(shop):
    _write(shop.path("keys", "sandbox-ca.pem"), "not a certificate\n")


def _folder_for_key(shop):
    _missing_key(shop)
    os.mkdir(shop.path("keys", "wechat-merchant-key.pem"))


def _public_for_private(shop):
    shutil.copy(shop.path("keys", "alipay-gateway-pub.pem"),
                shop.path("keys", "alipay-app-key.pem"))


def _other_certificate(shop):
    shutil.copy(shop.path("keys", "wechat-merchant-key.pem"),
                shop.path("keys", "alipay-app-key.pem"))
    shop.edit(lambda ini: ini + "\n".join((
        "[acquirer third]", "type=alipay", "app-id=2026112200000002",
        "private-key-file=keys/alipay-app-key.pem", "app-cert-file=keys/alipay-app-cert.pem",
        "alipay-cert-file=keys/alipay-cert.pem",
        "alipay-root-cert-file=keys/alipay-root-cert.pem", "")))


def _empty_secret(shop):
    shop.edit(lambda ini: re.sub(r"(?m)^public-key-.*", "", ini))
    _write(shop.path("keys", "wechat.api-v3-key.secret"), "\n")


def _edit(old, new):
    return lambda shop: shop.edit(lambda ini: ini.replace(old, new, 1))


def _no_profile(shop):
    os.unlink(shop.path("profile.ini"))


def _no_journal(shop):
    os.unlink(shop.path("journal.db"))


def _junk_journal(shop):
    _write(shop.path("journal.db"), "not a journal\n" * 10)


SHUT = {
    "missing key": (_missing_key, "keys", "profile.ini:16", "private-key-file",
                    "put the file there"),
    "key that is none": (_junk_key, "keys", "profile.ini:16", "PEM"),
    "folder in place of a key": (_folder_for_key, "keys", "private-key-file", "put the file there"),
    "authority that is none": (_junk_authority, "keys", "profile.ini:11", "ca-file",
                               "holds no certificate"),
    "public in place of private": (_public_for_private, "keys", "is a public key"),
    "certificate of another key": (_other_certificate, "keys", "app-cert-file", "does not fit"),
    "empty secret": (_empty_secret, "keys", "api-v3-key.secret", "write the secret into it"),
    "line that is none": (_edit("register=01", "nonsense"), "profile", "profile.ini:3",
                          "key=value"),
    "key with a typing error": (_edit("mchid=", "mchi="), "profile", "profile.ini:13", "mchi"),
    "type that is none": (_edit("type=wechat-pay", "type=wechatpay"), "profile", "profile.ini:9",
                          "no acquirer that this till knows"),
    "value that cannot be": (_edit("fee-rate=0.0038", "fee-rate=much"), "profile", "fee-rate",
                             "0.0038"),
    "secret in the profile": (_edit("mode=direct", "api-v3-key=0123"), "profile", "keys folder"),
    "no profile": (_no_profile, "profile", "till init"),
    "no journal": (_no_journal, "journal", "backups"),
    "journal that is none": (_junk_journal, "journal", "not a journal", "backups"),
}


def _broken(world, name):
    break_it, check_name, *words = SHUT[name]
    shop = Shop(world, Sandbox(world))
    break_it(shop)
    _shut(shop, check_name, *words)


def _unsent(shop, code, reason, words):
    """The sale is journaled as failed; nothing reached the other side."""
    for command in (("charge", "5", "--code", shop.world.paycode("wechat")),
                    ("charge", "5", "--code", shop.world.paycode("alipay")),
                    ("collect", "5", "--wait", "1")):
        result = expect(shop.till(*command), code, "failed", reason)
        check(words in result.err, f"“{words}” is missing:", result)
    check(words in _finding(shop, "acquirer"), words)
    expect(shop.till("resume"), 0)


def _refused_port(world):
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    sandbox.stop()
    _unsent(shop, 4, "no-network", "Check the cable or Wi-Fi")
    equal(shop.till("journal", "verify").code, 0)


def _wrong_authority(world, change):
    shop = Shop(world, Sandbox(world))
    change(shop)
    _unsent(shop, 4, "untrusted-server", "The server is not the wallet's")
    settled(shop)
    equal(shop.sandbox.ledger(), {})


def _own_authority(shop):
    shutil.copy(shop.path("keys", "alipay-root-cert.pem"), shop.path("keys", "sandbox-ca.pem"))


def _no_authority(shop):
    shop.edit(lambda ini: ini.replace("ca-file=", "# ca-file="))


def _unknown_to_the_wallet(world):
    """A key that loads, and that the wallet has never seen."""
    shop = Shop(world, Sandbox(world))
    shutil.copy(shop.path("keys", "wechat-partner-key.pem"),
                shop.path("keys", "wechat-merchant-key.pem"))
    check("technician" in expect(shop.charge("wechat"), 4, "failed", "config").err)
    check("Compare numbers and key files" in _finding(shop, "acquirer"), "what to do is missing")
    expect(shop.charge("alipay"), 0, "paid")
    settled(shop)


def _clock(world):
    """The doctor too tells how far the clock is off; the sale's sentence is among the charges."""
    sandbox = Sandbox(world)
    shop = Shop(world, sandbox)
    for scenario, words, skew_s in (("clock-slow", "10 minutes behind", 600),
                                    ("clock-fast", "10 minutes ahead of", -600)):
        sandbox.plan(scenario, "query", times=2)
        text = _finding(shop, "clock")
        check(words in text and "timedatectl" in text, text)
        sandbox.plan(scenario, "query", times=2)
        skew_us = [line["skew_us"] for line in shop.till("doctor").lines if "skew_us" in line]
        check(abs(skew_us[0] - skew_s * 1000000) < 10000000, skew_us)
    equal(shop.till("doctor").code, 0)


@contextlib.contextmanager
def _holding(path):
    journal = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    journal.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        journal.execute("ROLLBACK")
        journal.close()


def _locked(world):
    """Another program holds the journal: a command waits, and gives up before it sends anything."""
    shop = Shop(world, Sandbox(world))
    expect(shop.charge("wechat"), 0)
    with _holding(shop.path("journal.db")):
        result = expect(shop.charge("wechat"), 4)
        check("another program holds the journal" in result.err, result)
    with _holding(shop.path("journal.db")):
        process = shop.start("charge", "5", "--code", world.paycode("alipay"))
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            pass            # it waits, as it should
    expect(world.finish(process), 0, "paid")
    equal(len(shop.list()), 2)
    settled(shop)


def _small_files(n_bytes):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))
    return limit


def _full_disk(world):
    shop = Shop(world, Sandbox(world))
    expect(shop.charge("wechat"), 0)
    before = shop.rows()
    result = expect(shop.till("charge", "5", "--code", world.paycode("wechat"),
                              preexec_fn=_small_files(4096)), 4)
    check("the disk is full; free some space" in result.err, result)
    result = shop.till("journal", "backup", shop.path("copy.db"), preexec_fn=_small_files(4096))
    check("the disk is full" in expect(result, 4).err, result)
    check(not os.path.exists(shop.path("copy.db")), "half a copy was left")
    equal(shop.rows(), before)
    equal(len(shop.sandbox.ledger()), 1)
    settled(shop)

    # A profile that could not be made whole can be made again.
    folder = shop.path("second")
    made = world.run("--profile", folder, "init", "--demo", preexec_fn=_small_files(4096))
    check("the disk is full" in expect(made, 4).err, made)
    expect(world.run("--profile", folder, "init", "--demo"), 0)
    expect(world.run("--profile", folder, "journal", "verify"), 0)


def _read_only(world):
    """The folder can only be read: root too is told so, by a mount of its own."""
    shop = Shop(world, Sandbox(world))
    expect(shop.charge("wechat"), 0)
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
             'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && "$@"', "sh",
             shop.dir]
    try:
        if subprocess.run([*mount, "true"], capture_output=True, check=False).returncode != 0:
            raise Skip("this computer lets nobody mount")
    except FileNotFoundError:
        raise Skip("unshare is missing") from None
    for command in (("charge", "5", "--code", world.paycode("wechat")), ("list",)):
        process = world.start_program([*mount, world.till, *shop.words(*command)])
        result = expect(world.finish(process), 4)
        check("writable for this user" in result.err and not result.out, result)
    equal(len(shop.sandbox.ledger()), 1)
    settled(shop)


def add(plan, world, _sandbox):
    for name in SHUT:
        plan.add(f"fault: {name}", _broken, world, name)
    plan.add("fault: no network", _refused_port, world)
    plan.add("fault: another authority", _wrong_authority, world, _own_authority)
    plan.add("fault: no authority", _wrong_authority, world, _no_authority)
    plan.add("fault: a key unknown to the wallet", _unknown_to_the_wallet, world)
    plan.add("fault: the clock", _clock, world)
    plan.add("fault: journal locked", _locked, world, waits_s=10)
    plan.add("fault: full disk", _full_disk, world)
    plan.add("fault: read-only folder", _read_only, world)

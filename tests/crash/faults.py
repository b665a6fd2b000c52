#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The k-th write, sync, rename … of the real program fails: it says what and what to do, and once
the disk is well again the journal is what the other side booked.

Usage: faults.py TILL CALLS.SO [NAME…]; TILL_CRASH_SEED=N draws the same faults."""

import errno
import os
import random
import sys
import threading

from crash import all_known, draw_seed, in_world
from plan import Plan
from shop import Sandbox, Shop, check, equal, expect, settled

WORKERS = 40
CALLS_MOST = 9         # of a command's writes so many fail, and the last; of syncs … so many, too

# How each call fails: the number that the system gives, and for how long.
WAYS = {
    "write": ((errno.EIO, "once"), (errno.ENOSPC, "ever"), (errno.ENOSPC, "short"), (0, "short")),
    "sync": ((errno.EIO, "once"), (errno.EIO, "ever"), (errno.ENOSPC, "once")),
    "truncate": ((errno.EIO, "once"), (errno.ENOSPC, "ever")),
    "create": ((errno.EIO, "once"), (errno.ENOSPC, "ever")),
    "rename": ((errno.EIO, "once"), (errno.ENOSPC, "ever")),
    "remove": ((errno.EIO, "once"),),
    "mkdir": ((errno.EIO, "once"), (errno.ENOSPC, "ever")),
    "commit": ((errno.EIO, "once"),),
}

# One of these stands in each message: what a person can do now.
ADVICE = ("free some space", "check the disk", "try again", "choose another", "writable for this",
          "backups folder", "till resume", "till init", "start the till again", "again")


class Bench:
    """What all faults share."""

    def __init__(self, world, calls):
        self.world = world
        self.calls = calls
        self.sandbox = Sandbox(world)
        self.lock = threading.Lock()
        self.n_faults = 0
        self.codes = {}

    def run(self, under, fault, *words, **options):
        """Runs the till with @fault. Returns its result, and what the library noted."""
        hits = os.path.join(self.world.folder, f"hits-{self.world.next_number()}")
        env = dict(self.world.env, LD_PRELOAD=self.calls, TILL_CRASH_UNDER=under,
                   TILL_CRASH_FAULT=fault, TILL_CRASH_HITS=hits)
        result = self.world.run(*words, env=env, **options)
        if not os.path.exists(hits):
            return result, []
        with open(hits, encoding="utf-8") as file:
            return result, [line.split()[0] for line in file]

    def count(self, word, code):
        with self.lock:
            self.n_faults += 1
            self.codes[word, code] = self.codes.get((word, code), 0) + 1


class Charge:
    """A payment code is charged."""

    def __init__(self, bench):
        self.bench = bench
        self.shop = Shop(bench.world, bench.sandbox)
        expect(self.shop.charge("wechat"), 0, "paid")
        self.order = bench.world.order()
        self.under = self.shop.dir

    def words(self):
        return self.shop.words("charge", "7", "--code", self.bench.world.paycode("alipay"),
                               "--order", self.order)

    def charged(self):
        return self.order in self.bench.sandbox.ledger()

    def after(self, result):
        """Nothing was sent where it says so, and no sale is lost or there twice."""
        check(result.code in (0, 3, 4), result)
        if result.code == 4:
            check(not self.charged(), "it said that nothing was sent, and it was:", result)
        if result.code == 0:
            equal(result.sale["state"], "paid", result)
        expect(self.shop.till("resume"), 0)
        if result.code == 4:
            again = self.shop.till(*self.words()[3:])
            check(again.code == 0 or again.sale["state"] == "failed", again)
        all_known(self.shop, self.bench.sandbox.ledger(), [self.order])
        equal(len(self.shop.list()), 2)
        settled(self.shop)


class Refund(Charge):
    """A paid sale is given back in part."""

    def __init__(self, bench):
        super().__init__(bench)
        self.sale = expect(self.shop.charge("wechat"), 0, "paid").sale["order"]

    def words(self):
        return self.shop.words("refund", self.sale, "3", "--order", self.order)

    def charged(self):
        refunds = self.bench.sandbox.ledger()[self.sale]["refunds"]
        return self.order in [refund["refund"] for refund in refunds]


class Resume(Charge):
    """A payment is open when the program starts: booked, and the answer never came."""

    def __init__(self, bench):
        super().__init__(bench)
        code = bench.world.paycode("wechat", 67)
        process = self.shop.start("charge", "7", "--code", code, "--order", self.order)
        while self.order not in bench.sandbox.ledger():
            check(process.poll() is None, "it ended before it was killed")
        process.kill()
        bench.world.finish(process)

    def words(self):
        return self.shop.words("resume")

    def charged(self):
        return False


class Init:
    """A profile is made."""

    def __init__(self, bench):
        self.bench = bench
        self.under = os.path.join(bench.world.folder, f"init-{bench.world.next_number()}")
        os.mkdir(self.under)
        self.dir = os.path.join(self.under, "shop")

    def words(self):
        return ("--profile", self.dir, "init", "--demo")

    def _same_files(self):
        template = self.bench.world.get_template()
        for folder, _folders, names in os.walk(template):
            for name in names:
                path = os.path.join(folder, name)
                twin = os.path.join(self.dir, os.path.relpath(path, template))
                check(os.path.exists(twin), twin, "is missing")
                if not name.startswith("journal.db"):
                    with open(path, "rb") as one, open(twin, "rb") as other:
                        check(one.read() == other.read(), twin, "is another")

    def after(self, result):
        check(result.code in (0, 4), result)
        again = self.bench.world.run(*self.words())
        equal(again.code, 2 if result.code == 0 else 0, "init again:", again)
        self._same_files()
        whole = self.bench.world.run("--profile", self.dir, "journal", "verify")
        equal(whole.code, 0, whole)


class Backup(Charge):
    """The journal is copied."""

    def copy(self):
        return self.shop.path("copy.db")

    def words(self):
        return self.shop.words("journal", "backup", self.copy())

    def charged(self):
        return False

    def after(self, result):
        check(result.code in (0, 4), result)
        if result.code == 4:
            check(not os.path.exists(self.copy()), "half a copy was left:", result)
            expect(self.shop.till(*self.words()[3:]), 0)
        rows = self.shop.rows()
        settled(self.shop)
        for name in ("journal.db-wal", "journal.db-shm"):
            os.unlink(self.shop.path(name))
        os.replace(self.copy(), self.shop.path("journal.db"))
        equal(self.shop.rows(), rows)
        settled(self.shop)


class Export(Charge):
    """The rows are written to a file."""

    def words(self):
        return self.shop.words("journal", "export")

    def charged(self):
        return False

    def path(self):
        return self.shop.path("rows.jsonl")

    def after(self, result):
        check(result.code in (0, 4), result)
        if result.code == 0:
            with open(self.path(), encoding="utf-8") as file:
                equal(len(file.readlines()), len(self.shop.rows()), result)
        settled(self.shop)


COMMANDS = {
    "charge": Charge, "refund": Refund, "resume": Resume, "init": Init, "backup": Backup,
    "export": Export,
}
MONEY = ("charge", "refund", "resume")


def _run(bench, command, fault):
    if not isinstance(command, Export):
        return bench.run(command.under, fault, *command.words())
    with open(command.path(), "wb") as out:
        return bench.run(command.under, fault, *command.words(),
                         preexec_fn=lambda: os.dup2(out.fileno(), 1))


def _fault(bench, name, call, number, way):
    """One fault: what is said, and what is there afterwards."""
    code, how = way
    command = COMMANDS[name](bench)
    result, hits = _run(bench, command, f"{call} {number} {code} {how}")
    if not hits:
        return                                   # this time there were fewer such calls
    check(result.code >= 0, "it crashed:", result)
    if result.code:
        check(any(line.startswith("till: ") for line in result.err.splitlines()),
              "nothing was said:", result)
        check(any(advice in result.err for advice in ADVICE), "what to do is missing:", result)
    if code == 0:
        equal(result.code, 0, "half a write is no fault:", result)
    command.after(result)
    bench.count(name, result.code)


def _commits(bench):
    """A commit that was done and told as failed is found in the journal, and the sale goes on;
    one that was not done is not there, and nothing is sent."""
    for way, outcome in (("commit 1", 0), ("sync 1", 4)):
        command = Charge(bench)
        result, hits = _run(bench, command, f"{way} {errno.EIO} once")
        equal((hits, result.code), ([way.split()[0]], outcome), way, result)
        entry = bench.sandbox.ledger().get(command.order)
        equal(entry and entry["paid_fen"], 700 if outcome == 0 else None, way, result)
        states = [row["state"] for row in command.shop.rows() if row["payment"] == command.order]
        equal((states[:1], states[-1:]), (["asked"], ["paid"]) if outcome == 0 else ([], []), way)
        command.after(result)


def _init_over_sales(bench):
    """A journal with sales and no profile.ini is never touched by init."""
    shop = Charge(bench).shop
    rows = shop.rows()
    os.rename(shop.path("profile.ini"), shop.path("kept.ini"))
    expect(bench.world.run("--profile", shop.dir, "init", "--demo"), 2)
    os.rename(shop.path("kept.ini"), shop.path("profile.ini"))
    equal(shop.rows(), rows)


def _draw(noted, rand, moves_money):
    """Which of a command's calls shall fail, and how: where money moves in each way."""
    for call, ways in WAYS.items():
        last = noted.count(call)
        drawn = rand.sample(range(1, last), min(last - 1, CALLS_MOST)) if last > 1 else []
        for number in sorted(drawn) + [last][:last]:
            for way in ways if moves_money and call != "write" else (rand.choice(ways),):
                yield call, number, way


def play(world):
    calls, *names = sys.argv[2:]
    seed = draw_seed()
    rand = random.Random(seed)
    bench = Bench(world, calls)
    plan = Plan(WORKERS)
    for name, kind in COMMANDS.items():
        result, noted = _run(bench, kind(bench), "write 0 0 once")
        equal(result.code, 0, name, result)
        for call, number, way in _draw(noted, rand, name in MONEY):
            error = errno.errorcode.get(way[0], "no error")
            plan.add(f"{name}: {call} {number}, {error}, {way[1]}", _fault, bench, name, call,
                     number, way)
    plan.add("a commit that failed is read again", _commits, bench)
    plan.add("init leaves sales alone", _init_over_sales, bench)
    plan.cases = [case for case in plan.cases
                  if not names or any(name in case.name for name in names)]

    failed = plan.run(sys.stdout)
    for (name, code), number in sorted(bench.codes.items()):
        print(f"# {name}: {number} ended with {code}")
    print(f"# faults {bench.n_faults}/{bench.n_faults + failed}; seed {seed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(in_world(sys.argv[1], play))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An acquirer that was added in few lines sells: every scenario of the sandbox, both ways, on the
command line. Usage: test-made-up.py TILL TESTS-FOLDER"""

import glob
import os
import shutil
import sys
import tempfile

LINES_MOST = 250        # acquirer, sandbox side, contract and vectors together


def _count(tests):
    counts = {}
    for path in (glob.glob(f"{tests}/made-up/*.c") + glob.glob(f"{tests}/made-up/*.ini") +
                 glob.glob(f"{tests}/vectors/made-up/*")):
        with open(path, encoding="utf-8") as file:
            counts[os.path.relpath(path, tests)] = len(file.readlines())
    check(len([path for path in counts if path.endswith(".c")]) == 2, "two files:", counts)
    check(len([path for path in counts if path.endswith(".reply")]) == 16, "vectors:", counts)
    check(sum(counts.values()) <= LINES_MOST, sum(counts.values()), "lines:", counts)


def _give_key(folder):
    path = os.path.join(folder, "keys", "made-up.key.secret")
    with open(path, "w", encoding="utf-8") as file:
        file.write("a key that both know")
    os.chmod(path, 0o600)


def _cancelled(world):
    """What it has no call for is said, and costs nothing; a cancel gives back."""
    shop = one_contract(world, "made-up")
    order = expect(shop.charge("alipay", 0, "10"), 0, "paid").sale["order"]
    check("refund-too-late" in expect(shop.till("refund", order), 1).err, "a refund it has not")
    expect(shop.till("cancel", order), 0)
    equal(shop.sandbox.ledger()[order]["given_back_fen"], 1000)
    settled(shop)


def main():
    till, tests = sys.argv[1:]
    folder = tempfile.mkdtemp(prefix="till-made-up-")
    world = World(till, folder)
    world.modes_path = os.path.join(tests, "made-up", "profile.ini")
    plan = Plan()
    try:
        _give_key(world.get_template())
        aggregators.AGGREGATORS = {"made-up": ("wechat", "alipay")}
        aggregators.DECLINED = {"made-up": "balance"}
        plan.add("it took few lines", _count, tests)
        plan.add("every scenario", aggregators.play_scenarios, world, "made-up", waits_s=60)
        plan.add("both ways, by the wallet's name", aggregators.play_brands, world, "made-up",
                 False, waits_s=10)
        plan.add("cancel and refund", _cancelled, world)
        failed = plan.run(sys.stdout)
    finally:
        world.close()
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.path.insert(0, os.path.join(sys.argv[2], "cli"))
    # pylint: disable=wrong-import-position
    import aggregators
    from modes import one_contract
    from plan import Plan
    from shop import World, check, equal, expect, settled
    sys.exit(main())

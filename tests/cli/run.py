#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays a shop's days on the command line against the sandbox, side by side, and compares the
journal with what the other side booked. Usage: run.py TILL MODES-PROFILE.INI [NAME…]"""

import shutil
import sys
import tempfile

import aggregators
import answers
import charges
import collects
import crashes
import faults
import later
import leaks
import matrix
import modes
import pictures
import words
from plan import Plan
from shop import Sandbox, World

PARTS = (charges, collects, later, crashes, modes, aggregators, answers, matrix, faults, words,
         pictures, leaks)


def main():
    till, modes_path, *names = sys.argv[1:]
    folder = tempfile.mkdtemp(prefix="till-cli-")
    world = World(till, folder)
    world.modes_path = modes_path
    plan = Plan()
    try:
        sandbox = Sandbox(world)
        for part in PARTS:
            part.add(plan, world, sandbox)
        plan.cases = [case for case in plan.cases
                      if not names or any(name in case.name for name in names)]
        failed = plan.run(sys.stdout)
    finally:
        world.close()
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

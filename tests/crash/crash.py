# SPDX-License-Identifier: GPL-3.0-or-later
"""What the programs here share: the command line's shops, and the library that makes calls fail."""

import os
import random
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

# pylint: disable=wrong-import-position
from shop import World, check  # noqa: E402


def draw_seed():
    """From the environment, to draw the same again, or a new one."""
    return int(os.environ.get("TILL_CRASH_SEED") or random.randrange(2 ** 32))


def all_known(shop, ledger, orders):
    """What the other side booked of these numbers, the journal has: written, then sent."""
    known = {row["payment"] for row in shop.rows()}
    for order in orders:
        check(order not in ledger or order in known, order, "was sent and is not in the journal")


def in_world(till, play):
    """Calls play(world) in a temporary folder, and ends all sandboxes."""
    folder = tempfile.mkdtemp(prefix="till-crash-")
    world = World(till, folder)
    try:
        return play(world)
    finally:
        world.close()
        shutil.rmtree(folder)

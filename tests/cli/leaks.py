# SPDX-License-Identifier: GPL-3.0-or-later
"""No whole payment code, key or secret is in any output, journal, backup or export."""

import os
import re

from shop import Mismatch, check


def _needles(world):
    """Payment codes, and the lines of every private key and secret of the shops' keys folders."""
    needles = {code.encode() for code in world.paycodes}
    for shop in world.shops:
        for key in os.scandir(shop.path("keys")):
            if not key.is_file():
                continue
            with open(key.path, "rb") as file:
                text = file.read()
            if b"PRIVATE KEY" in text:
                needles |= {line for line in text.splitlines() if len(line) > 40}
            elif key.name.endswith(".secret") and text.strip():
                needles.add(text.strip())
    return needles


def _texts(world):
    for number, said in enumerate(world.said):
        yield f"output {number}", said.encode()
    for folder, folders, names in os.walk(world.folder):
        if "keys" in folders:
            folders.remove("keys")
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                yield path, file.read()


def _leaks(world):
    needles = sorted(_needles(world))
    pattern = re.compile(b"|".join(re.escape(needle) for needle in needles))
    check(len(needles) > 20 and world.said, "there is nothing to look for, or nowhere")
    for where, text in _texts(world):
        hit = pattern.search(text)
        # What leaked is not told again.
        check(not hit, where, "has", hit and f"{hit.group()[:2]!r}… of {len(hit.group())} bytes")


def _finds_leaks(world):
    """The search itself: what lies open is found."""
    path = os.path.join(world.folder, "leak")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"code {world.paycode('wechat')}.")
    try:
        _leaks(world)
    except Mismatch:
        return
    finally:
        os.unlink(path)
    raise Mismatch("a whole payment code was not found")


def add(plan, world, _sandbox):
    plan.add("no code, key or secret lies open", _leaks, world, last=True)
    plan.add("what lies open is found", _finds_leaks, world, last=True)

# SPDX-License-Identifier: GPL-3.0-or-later
"""No whole payment code, key or secret is in any output, journal, backup or export."""

import os
import subprocess

from shop import Mismatch, check, equal


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


def _leaks(world):
    """grep looks for thousands of texts at once, and tells the files alone: what leaked is not told
    again."""
    needles = _needles(world)
    check(len(needles) > 20 and world.said, "there is nothing to look for, or nowhere")
    said = os.path.join(world.folder, "said")
    with open(said, "w", encoding="utf-8") as file:
        file.writelines(world.said)
    found = subprocess.run(
        ["grep", "-rlaF", "--exclude-dir=keys", "-f", "-", world.folder], check=False,
        input=b"\n".join(sorted(needles)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=dict(os.environ, LC_ALL="C"))
    os.unlink(said)
    equal((found.returncode, found.stderr), (1, b""), "in", found.stdout.decode())


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

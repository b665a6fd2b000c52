# SPDX-License-Identifier: GPL-3.0-or-later
"""decode: pictures by the very path of the camera's frames."""

import os
import re

from shop import check, equal, expect

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors", "scan")
KINDS = {"qr": ("qr",), "c128": ("code-128",), "both": ("qr", "code-128")}


def _truth():
    with open(os.path.join(VECTORS, "truth.tsv"), encoding="utf-8") as file:
        for line in file.read().splitlines()[1:]:
            name, kind, text, _ = line.split("\t")
            yield os.path.join(VECTORS, name), kind, text


def _decode(world):
    """One line a file, in order; all codes that are there, and no others."""
    truth = list(_truth())
    result = expect(world.run("--json", "decode", "--all", *(path for path, _, _ in truth)), 0)
    equal([line["file"] for line in result.lines], [path for path, _, _ in truth])
    equal(result.err, "")
    for line, (_, kind, text) in zip(result.lines, truth):
        check(line["ms"] > 0 and "error" not in line, line)
        equal({code["text"] for code in line["codes"]}, set() if kind == "none" else {text}, line)
        check(all(code["type"] in KINDS[kind] for code in line["codes"]), line)


def _first(world):
    """Without --all there is one code or none; the picture is read as a camera's frame is."""
    path, _, text = next(row for row in _truth() if "photos" in row[0] and row[1] == "qr")
    none = next(row[0] for row in _truth() if row[1] == "none")
    for _ in range(2):
        lines = expect(world.run("--json", "decode", path, none, path), 0).lines
        equal([[code["text"] for code in line["codes"]] for line in lines], [[text], [], [text]])
    shown = expect(world.run("decode", path, none), 0).out.splitlines()
    check(re.fullmatch(r".*: qr +" + re.escape(text), shown[0]), shown)
    check(none in shown[1] and len(shown) == 2, shown)


def _no_pictures(world):
    """What is no picture has no codes and an error, and the run goes on."""
    picture, _, text = next(row for row in _truth() if "photos" in row[0] and row[1] == "qr")
    with open(picture, "rb") as file:
        head = file.read(900)
    files = {"text.png": b"no picture", "empty.jpg": b"", "cut.png": b"\x89PNG\r\n\x1a\n" + head,
             "huge.pgm": b"P5 16000 16000 255\n\0", "line\nbreak.png": b""}
    paths = [os.path.join(world.folder, name) for name in files]
    for path, content in zip(paths, files.values()):
        with open(path, "wb") as file:
            file.write(content)
    paths += [os.path.join(world.folder, "absent.png"), world.folder]
    result = expect(world.run("--json", "decode", *paths, picture), 0)
    equal([line["file"] for line in result.lines], paths + [picture])
    for line in result.lines[:-1]:
        check(line["codes"] == [] and line["error"], line)
    equal([code["text"] for code in result.lines[-1]["codes"]], [text])
    shown = expect(world.run("decode", paths[0]), 0)
    check("picture" in shown.out, shown)


def _usage(world):
    for words in ((), ("--gold", "a.png"), ("--all",)):
        equal(expect(world.run("decode", *words), 2).out, "")


def add(plan, world, _sandbox):
    for name, func in (("decode --all", _decode), ("decode", _first),
                       ("decode: no pictures", _no_pictures), ("decode: usage", _usage)):
        plan.add(f"pictures: {name}", func, world)

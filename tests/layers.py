#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks who includes whom: layers.py SRC, or layers.py --self-test.

Arrows between layers go down, as the first table says; a library's header is included only by the
layer that stands for it, as the second says; our own are written "layer/file.h"; no header leads
back to itself. Only files directly under SRC (main.c) may know everything.
"""
import os
import re
import sys
import tempfile

LAYERS = {  # a layer: the layers below it that it may include
    'app': ('core', 'code', 'port', 'desk'),
    'cli': ('core', 'code', 'port', 'desk'),
    'desk': ('core', 'code', 'port', 'acquirer', 'store'),
    'acquirer': ('core', 'code', 'port'),
    'store': ('core', 'port'),
    'device': ('core', 'code', 'port'),
    'port': ('core',),
    'code': ('core',),
    'core': (),
    'reader': ('core', 'code'),
    'sandbox': ('core', 'code'),
}

LIBRARIES = {  # how a header's name begins: the layers that may include it
    'adwaita.h': ('app',),
    'archive': ('store',),
    'curl/': ('device', 'reader'),
    'gdk': ('app', 'device'),
    'gio/': ('port', 'store', 'device', 'desk', 'app', 'cli', 'reader', 'sandbox'),
    'glib/gi18n': ('core', 'acquirer', 'store', 'device', 'desk', 'app', 'cli', 'sandbox'),
    'gst/': ('device',),
    'gtk/': ('app',),
    'json-glib/': ('acquirer', 'store', 'desk', 'cli', 'sandbox'),
    'libintl.h': (),
    'libpq': ('store',),
    'libsecret/': ('device',),
    'libsoup/': ('sandbox',),
    'nfc/': ('reader',),
    'openssl/': ('acquirer', 'code', 'store', 'sandbox', 'reader'),
    'png.h': ('code',),
    'qrencode.h': ('code',),
    'sqlite3.h': ('store',),
    'winscard.h': ('reader',),
    'xlsxwriter': ('desk',),
    'zbar': ('code',),
    'zlib.h': ('acquirer',),
    'ZXing/': ('code',),
}

# Made by the build; they lie in no layer.
GENERATED = ('acquirer-list.h', 'bank-list.h', 'config.h', 'till-resources.h')

INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def included(path):
    """Yields number, name of ours or None, name of a library's or None, for each include."""
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match[1], match[2]


def fault_of_ours(layer, name):
    if name in GENERATED:
        return None
    if '/' not in name:
        return f'"{name}" is not written "layer/file.h"'
    other = name.split('/')[0]
    if other not in LAYERS:
        return f'"{name}" is in no layer'
    if layer and other != layer and other not in LAYERS[layer]:
        return f'{layer} may not include {other}'
    return None


def fault_of_library(layer, name):
    for beginning, layers in LIBRARIES.items():
        if layer and name.startswith(beginning) and layer not in layers:
            return f'{layer} may not include <{name}>'
    return None


def find_circles(edges):
    """Yields each way back to itself that a walk over the headers meets, as text."""
    walked = set()

    def walk(name, way):
        if name in way:
            yield 'a circle: ' + ' > '.join(way[way.index(name):] + [name])
        elif name not in walked:
            for other in edges.get(name, ()):
                yield from walk(other, way + [name])
            walked.add(name)

    for name in sorted(edges):
        yield from walk(name, [])


def sources(src):
    for folder, folders, names in os.walk(src):
        folders.sort()
        for name in sorted(names):
            if name.endswith(('.c', '.h')):
                yield os.path.relpath(os.path.join(folder, name), src)


def check(src):
    """Returns the number of files and the list of faults."""
    faults, edges = [], {}
    for path in sources(src):
        layer = path.split('/')[0] if '/' in path else ''
        edges[path] = []
        if layer and layer not in LAYERS:
            faults.append(f'{path}: {layer} is no layer')
            continue
        for number, ours, library in included(os.path.join(src, path)):
            fault = fault_of_ours(layer, ours) if ours else fault_of_library(layer, library)
            if fault:
                faults.append(f'{path}:{number}: {fault}')
            if ours:
                edges[path].append(ours)
    return len(edges), faults + list(find_circles(edges))


# Trees that must pass, with None, or fail with just one fault, which begins so.
SELF_TEST = [
    (None, {'core/a.h': '', 'core/a.c': '#include "core/a.h"\n#include <glib.h>'}),
    (None, {'core/a.c': '#include "config.h"'}),
    (None, {'desk/a.c': '#include "store/a.h"', 'store/a.h': '#include <sqlite3.h>'}),
    (None, {'main.c': '#include "app/a.h"\n#include "device/a.h"\n#include <gtk/gtk.h>'}),
    (None, {'core/a.h': '#include "core/b.h"', 'core/b.h': '#include "core/c.h"',
            'core/c.h': '', 'core/d.h': '#include "core/c.h"\n#include "core/a.h"'}),
    ('core/a.c:1: core may not include port', {'core/a.c': '#include "port/a.h"'}),
    ('core/a.c:2: core may not include <gio/gio.h>', {'core/a.c': '\n  #  include <gio/gio.h>'}),
    ('app/a.c:1: app may not include store', {'app/a.c': '#include "store/journal.h"'}),
    ('app/a.c:1: app may not include <sqlite3.h>', {'app/a.c': '#include <sqlite3.h>'}),
    ('store/a.h:1: store may not include acquirer', {'store/a.h': '#include "acquirer/a.h"'}),
    ('acquirer/a.c:1: acquirer may not include device', {'acquirer/a.c': '#include "device/a.h"'}),
    ('acquirer/a.c:1: acquirer may not include <curl/curl.h>',
     {'acquirer/a.c': '#include<curl/curl.h>'}),
    ('device/a.c:1: device may not include <openssl/ssl.h>',
     {'device/a.c': '#include <openssl/ssl.h>'}),
    ('cli/a.c:1: cli may not include <gtk/gtk.h>', {'cli/a.c': '#include <gtk/gtk.h>'}),
    ('sandbox/a.c:1: sandbox may not include acquirer', {'sandbox/a.c': '#include "acquirer/a.h"'}),
    ('core/a.c:1: "a.h" is not written', {'core/a.c': '#include "a.h"'}),
    ('core/a.c:1: "../port/a.h" is in no layer', {'core/a.c': '#include "../port/a.h"'}),
    ('main.c:1: "misc/a.h" is in no layer', {'main.c': '#include "misc/a.h"'}),
    ('misc/a.c: misc is no layer', {'misc/a.c': ''}),
    ('a circle: core/a.h > core/b.h > core/a.h',
     {'core/a.h': '#include "core/b.h"', 'core/b.h': '#include "core/a.h"'}),
]


def self_test():
    wrong = 0
    for expected, files in SELF_TEST:
        with tempfile.TemporaryDirectory() as src:
            for name, text in files.items():
                path = os.path.join(src, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(text + '\n')
            faults = check(src)[1]
        as_expected = (not faults if expected is None
                       else len(faults) == 1 and faults[0].startswith(expected))
        if not as_expected:
            print(f'expected {expected or "nothing"}, found {faults}')
            wrong += 1
    print(f'{len(SELF_TEST) - wrong} of {len(SELF_TEST)} trees as expected')
    return wrong != 0


def main(argument):
    if argument == '--self-test':
        return self_test()
    n_files, faults = check(argument)
    if n_files == 0:
        faults = [f'{argument}: no sources here']
    print('\n'.join(faults) if faults else f'{n_files} files keep the layers')
    return bool(faults)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 2 else __doc__)

# SPDX-License-Identifier: GPL-3.0-or-later
"""A till in a window, and what a clerk and a customer do with it: for test-*.py beside this file.

The window is read through AT-SPI, keys are pressed by xdotool, the customer is played over the
sandbox's own control address. Nothing sleeps: each step waits for what it wants to see. Texts are
given in English and looked up in the language that the till runs in."""

import ctypes
import gettext
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings

try:
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi, GLib
except (ImportError, ValueError):
    print('1..0 # SKIP no AT-SPI for Python')
    sys.exit(0)

warnings.simplefilter('ignore', DeprecationWarning)   # AT-SPI's own, not ours

LIMIT_S = 60       # a step that takes longer has failed; a busy machine needs some
POLL_S = 0.02
# What a client of a busy application meets while a page is being built.
PASSING = (GLib.Error, AttributeError)


def text_of(entry):
    return Atspi.Text.get_text(entry, 0, Atspi.Text.get_character_count(entry))


class Failed(Exception):
    pass


class Scanner:
    """A scanner that types. All its keys go to the display in one write, so that they come as fast
    as a scanner's however busy the machine is; a program that types key by key may be put to sleep
    between two of them."""

    SHIFTED = dict(zip('?:ABCDEFGHIJKLMNOPQRSTUVWXYZ', '/;abcdefghijklmnopqrstuvwxyz'))

    def __init__(self):
        self.x11 = ctypes.CDLL('libX11.so.6')
        self.xtst = ctypes.CDLL('libXtst.so.6')
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self.x11.XFlush.argtypes = [ctypes.c_void_p]
        self.xtst.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int,
                                                ctypes.c_ulong]
        self.display = self.x11.XOpenDisplay(None)

    def tap(self, keysym):
        key = self.x11.XKeysymToKeycode(self.display, keysym)
        self.xtst.XTestFakeKeyEvent(self.display, key, 1, 0)
        self.xtst.XTestFakeKeyEvent(self.display, key, 0, 0)

    def type(self, text):
        shift = self.x11.XKeysymToKeycode(self.display, 0xffe1)
        for char in text:
            if char == '\n':
                self.tap(0xff0d)
            elif char in self.SHIFTED:
                self.xtst.XTestFakeKeyEvent(self.display, shift, 1, 0)
                self.tap(ord(self.SHIFTED[char]))
                self.xtst.XTestFakeKeyEvent(self.display, shift, 0, 0)
            else:
                self.tap(ord(char))
        self.x11.XFlush(self.display)


def wait(what, condition, limit_s=LIMIT_S):
    """The first true value of condition()."""
    end = time.monotonic() + limit_s
    while True:
        try:
            value = condition()
        except PASSING:
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f'{what}: not within {limit_s} s')
        time.sleep(POLL_S)


class Till:
    """The program on a training shop of its own, with its sandbox beside it."""

    def __init__(self, program, locale_dir, size='1024 700'):
        self.program = program
        self.size = size.split()
        self.dir = tempfile.mkdtemp(prefix='till-e2e-')
        self.profile = os.path.join(self.dir, 'shop')
        self.log_path = os.path.join(self.dir, 'log')
        self.language = os.environ.get('TILL_E2E_LANGUAGE', '')
        languages = [self.language] if self.language else ['C']
        words = gettext.translation('till', locale_dir, languages, fallback=not self.language)
        self._ = words.gettext
        self.words = words
        self.shots = 0
        self.scanner = Scanner()
        self.sandbox = None
        self.window = None
        self.ini = os.path.join(self.profile, 'profile.ini')

    def run(self, *words):
        """One command of the till; what it prints, as lines of JSON."""
        done = subprocess.run([self.program, '--profile', self.profile, '--json', *words],
                              capture_output=True, text=True, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def start_sandbox(self):
        self.sandbox = subprocess.Popen([self.program, 'sandbox', '--listen', '127.0.0.1:0'],
                                        stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.sandbox.stdout.readline())
        self.url = ready['listening']
        self.tls = ssl.create_default_context(cafile=ready['ca'])
        subprocess.run([self.program, '--profile', self.profile, 'init', '--demo'], check=True,
                       stdout=subprocess.DEVNULL)
        self.edit_profile('https://127.0.0.1:8443', self.url)

    def edit_profile(self, old, new):
        text = open(self.ini, encoding='utf-8').read()
        with open(self.ini, 'w', encoding='utf-8') as out:
            out.write(text.replace(old, new))

    def keep_contracts(self, *ids):
        """The profile without all contracts but these."""
        text = open(self.ini, encoding='utf-8').read()
        sections = re.split(r'(?m)^(?=\[)', text)
        self.edit_profile(text, ''.join(
            section for section in sections
            if not section.startswith('[acquirer ') or
            section[len('[acquirer '):section.index(']')] in ids))

    def start(self):
        if not self.sandbox:
            self.start_sandbox()
        self.log = open(self.log_path, 'ab')
        self.window = subprocess.Popen(
            [self.program, '--profile', self.profile],
            env={**os.environ, 'TILL_UNINSTALLED': '1', 'GTK_A11Y': 'atspi',
                 'G_DEBUG': 'fatal-criticals'},
            stderr=self.log)
        self.app = wait('the application on the accessibility bus', self.find_app)
        self.x_window = wait('the window on the display', self.find_window)
        self.xdotool('windowsize', self.x_window, *self.size)
        self.focus()

    def find_app(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app and app.get_process_id() == self.window.pid and app.get_child_count() > 0:
                return app
        return None

    def find_window(self):
        done = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.window.pid)],
                              capture_output=True, text=True, check=False)
        found = done.stdout.split()
        return found[-1] if found else None

    def focus(self):
        self.xdotool('windowfocus', '--sync', self.x_window)

    def stop_window(self):
        self.window.terminate()
        self.window.wait(LIMIT_S)

    def stop(self):
        for process in (self.window, self.sandbox):
            if process and process.poll() is None:
                process.terminate()
                process.wait(LIMIT_S)

    def start_again(self):
        """A second start on the same profile, which ends at once."""
        subprocess.run([self.program, '--profile', self.profile], check=True, timeout=LIMIT_S,
                       stderr=self.log)

    def kill(self):
        """The power goes."""
        self.window.kill()
        self.window.wait(LIMIT_S)

    def warnings(self):
        text = open(self.log_path, encoding='utf-8', errors='replace').read()
        return [line for line in text.splitlines() if 'WARNING' in line or 'CRITICAL' in line]

    # Keys.

    def xdotool(self, *words):
        subprocess.run(['xdotool', *words], check=True, stdout=subprocess.DEVNULL)

    def type(self, text, shows=None):
        """As a person types."""
        self.xdotool('type', '--delay', '80', text)
        if shows:
            self.wait_name(shows)

    def scan(self, text, enter=True):
        """As a scanner types, with Enter at the end."""
        self.scanner.type(text + ('\n' if enter else ''))

    def key(self, *keys):
        self.xdotool('key', *keys)

    # Reading.

    def walk(self, node=None):
        node = node or self.app
        yield node
        try:
            for i in range(node.get_child_count()):
                child = node.get_child_at_index(i)
                if child:
                    yield from self.walk(child)
        except PASSING:
            return

    def nodes(self, name=None, description=None, focused=False):
        """Pages that are hidden stay in the tree of GTK 4.8 as if they were visible. So a step asks
        for a text that only its page has, or for the focus: each page sets it where it begins."""
        for node in self.walk():
            try:
                if ((name is None or node.get_name() == name) and
                        (description is None or node.get_description() == description) and
                        (not focused or
                         node.get_state_set().contains(Atspi.StateType.FOCUSED))):
                    yield node
            except PASSING:
                continue

    def find(self, **what):
        return next(self.nodes(**what), None)

    def find_containing(self, text):
        return next((node for node in self.nodes() if text in node.get_name()), None)

    def wait_name(self, text):
        """Something is called @text, which is not translated here."""
        return wait(f'“{text}” in the window', lambda: self.find(name=text))

    def wait_text(self, text):
        """A sentence of the till's, which comes only when it is true."""
        return self.wait_name(self._(text))

    def wait_focused(self, text):
        """A page that begins with @text, as a screen reader says it."""
        word = self._(text)
        return wait(f'the focus on “{word}”', lambda: self.find(name=word, focused=True))

    def wait_entry(self, name, content):
        return wait(f'“{content}” in the entry “{name}”', lambda: next(
            (node for node in self.nodes(name=self._(name)) if text_of(node) == content), None))

    def wait_question(self, no):
        """A question over the window: its button for no has the focus."""
        word = self._(no).replace('_', '')
        return wait(f'the question with “{word}”', lambda: next(
            (node for node in self.nodes(focused=True) if word in node.get_name()), None))

    def wait_state(self, text, context='result'):
        """The state of the sale, by the description that the templates give it, with the focus."""
        word = self.words.pgettext(context, text) if context else self._(text)
        return wait(f'the state “{word}”', lambda: self.find(
            name=word, description=self._('State of the sale'), focused=True))

    def wait_amount(self, amount):
        return wait(f'the amount {amount}', lambda: self.find(
            name=amount, description=self._('Amount of the sale')))

    def click(self, text):
        """Presses the button of this name."""
        def pressed():
            for node in self.nodes(name=self._(text)):
                for i in range(Atspi.Action.get_n_actions(node)):
                    if Atspi.Action.get_action_name(node, i) == 'click':
                        return Atspi.Action.do_action(node, i)
            return False
        wait(f'the button “{text}”', pressed)

    # The customer, and the bank's books.

    def control(self, path, body=None):
        request = urllib.request.Request(
            self.url + path, data=json.dumps(body).encode() if body is not None else None,
            headers={'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, context=self.tls, timeout=LIMIT_S) as answer:
            return json.loads(answer.read())

    def customer(self, act, **subject):
        return self.control('/sandbox/customer', {'do': act, **subject})

    def ledger(self):
        return self.control('/sandbox/ledger')['orders']

    def sales(self):
        return self.run('list')[1]

    # Pictures, kept where TILL_E2E_OUTPUT says.

    def shot(self, name):
        path = os.environ.get('TILL_E2E_OUTPUT')
        if not path:
            return None
        os.makedirs(path, exist_ok=True)
        self.shots += 1
        file = os.path.join(path, f'{self.language or "en"}-{self.shots:02}-{name}.png')
        subprocess.run(['import', '-window', 'root', file], check=True)
        return file

    def read_code(self):
        """The text of the QR code in a picture of the whole screen, as a phone's camera sees it."""
        picture = os.path.join(self.dir, 'code.png')

        def decoded():
            subprocess.run(['import', '-window', 'root', picture], check=True)
            done = subprocess.run(['zbarimg', '--nodbus', '--quiet', '--raw', picture],
                                  capture_output=True, text=True, check=False)
            return done.stdout.split()
        return wait('a code that a camera can read', decoded)


def main(tests):
    """Runs each test with a till of its own, as TAP. A test's .prepare is called with a profile
    that no till has opened yet, its .clean_up in every case."""
    program, locale_dir = sys.argv[1], sys.argv[2]
    Atspi.init()
    print(f'1..{len(tests)}', flush=True)
    n_failed = 0
    for number, test in enumerate(tests, 1):
        till = Till(program, locale_dir)
        problem = None
        try:
            till.start_sandbox()
            getattr(test, 'prepare', lambda till: None)(till)
            till.start()
            test(till)
        except (Failed, AssertionError, subprocess.CalledProcessError) as error:
            problem = f'{type(error).__name__}: {error}'
            till.shot('failed-' + test.__name__)
        finally:
            till.stop()
            getattr(test, 'clean_up', lambda: None)()
        if not problem and till.warnings():
            problem = 'the till warned: ' + till.warnings()[0]
        if problem:
            n_failed += 1
            print('# ' + problem.replace('\n', '\n# '))
        print(f'{"not ok" if problem else "ok"} {number} {test.__name__}', flush=True)
        subprocess.run(['rm', '-rf', till.dir], check=True)
    sys.exit(1 if n_failed else 0)

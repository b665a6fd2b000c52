#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-tap-window.py TILL LOCALES PN532_SIM: cards and phones at a reader, end to end: the real
window, the real till-reader, a simulated chip on a pseudo-terminal, the sandbox's bank."""

import os
import shutil
import subprocess
import sys

from till_e2e import LIMIT_S, main, wait

PREFIXES = {0: '', 3: 'http://', 4: 'https://'}   # of links on a tag


class Reader:
    """A chip, and what lies at its antenna."""

    def __init__(self, folder):
        self.port = os.path.join(folder, 'port')
        self.process = subprocess.Popen([sys.argv[3], '--link', self.port], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        self.read = None

    def say(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        for answer in self.process.stdout:
            if answer.startswith('read '):
                self.read = bytes.fromhex(answer[len('read '):])
            else:
                assert answer.strip() == 'ok', line
                return

    def tap_phone(self):
        """What a phone reads that is held there; None where there is no tag."""
        self.read = None
        self.say('phone')
        self.say('remove')
        return self.read

    def close(self):
        self.process.stdin.close()
        self.process.wait(LIMIT_S)


def with_reader(line=''):
    """A till with a reader, and one more line in its profile's [nfc]."""
    def wrap(test):
        readers = []

        def tapped(till):
            test(till, readers[0])

        def prepare(till):
            readers.append(Reader(till.dir))
            till.edit_profile('mode=sandbox', 'mode=sandbox\n'
                              f'reader=pn532_uart:{readers[0].port}:115200\n{line}')

        tapped.__name__ = test.__name__
        tapped.prepare = prepare
        tapped.clean_up = lambda: [reader.close() for reader in readers]
        return tapped
    return wrap


def readers_of(till):
    """The till-readers that the window has now."""
    path = f'/proc/{till.window.pid}/task/{till.window.pid}/children'
    with open(path, encoding='ascii') as file:
        pids = file.read().split()
    names = []
    for pid in pids:
        try:
            with open(f'/proc/{pid}/comm', encoding='utf-8') as file:
                names.append(file.read().strip())
        except FileNotFoundError:
            continue
    return [name for name in names if name.startswith('till-reader')]


TERMINAL = """[acquirer cards]
type=iso8583
base-url={url}/unp/webtrans/WPOS
ca-file=keys/sandbox-ca.pem
terminal-no=10000159
merchant-no=880210010210160

"""


def by_terminal(test):
    """The contract for cards is one of ISO 8583."""
    prepare = test.prepare

    def prepared(till):
        prepare(till)
        keys = os.path.join(till.profile, 'keys')
        shutil.copy(os.path.join(keys, 'iso8583.tmk.secret'),
                    os.path.join(keys, 'cards.tmk.secret'))
        text = open(till.ini, encoding='utf-8').read()
        till.edit_profile(text[text.index('[acquirer cards]'):text.index('[nfc]')],
                          TERMINAL.format(url=till.url))

    test.prepare = prepared
    return test


def count_in_memory(pid, needles):
    """How often any of some bytes is in what a process has mapped."""
    count = 0
    overlap = max(map(len, needles)) - 1
    with open(f'/proc/{pid}/maps', encoding='utf-8') as maps, \
            open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
        for line in maps:
            begin, end = (int(part, 16) for part in line.split()[0].split('-'))
            if line.split()[1][0] != 'r' or '[v' in line:
                continue
            tail = b''
            for at in range(begin, end, 1 << 22):
                memory.seek(at)
                try:
                    chunk = tail + memory.read(min(1 << 22, end - at))
                except OSError:
                    break
                count += sum(chunk.count(needle) for needle in needles)
                tail = chunk[-overlap:]
    return count


def count_in_files(folder, needles):
    count = 0
    for path, _, names in os.walk(folder):
        for name in names:
            whole = os.path.join(path, name)
            if os.path.isfile(whole) and not os.path.islink(whole):
                with open(whole, 'rb') as file:
                    text = file.read()
                count += sum(text.count(needle) for needle in needles)
    return count


def wait_reader_idle(till):
    wait('the reader to be left', lambda: not readers_of(till))


@with_reader()
def tap_page(till, reader):
    """F12, a card, green; a card that wants a PIN is refused with the reason, and the next is
    taken."""
    till.type('12.50', shows='¥12.50')
    till.shot('amount')
    till.key('F12')
    till.wait_focused('Hold the card or the phone to the reader.')
    till.shot('tap')
    reader.say('card pin')
    till.wait_text('The card wants a PIN, which cannot be typed here. Ask for a payment code, or '
                   "use the bank's terminal.")
    reader.say('remove')
    till.wait_text('Hold the card or the phone to the reader.')
    till.shot('tap-refused')
    reader.say('card debit')
    till.wait_state('Paid')
    till.wait_amount('¥12.50')
    till.shot('tap-paid')
    sale, = till.sales()
    assert (sale['kind'], sale['state'], sale['amount_fen']) == ('tap', 'paid', 1250), sale
    order, = till.ledger()
    assert order['paid_fen'] == 1250, order
    wait_reader_idle(till)


@with_reader()
def tap_beside_code(till, reader):
    """A code is on the screen, the customer taps: the code is closed, the card is charged."""
    till.type('20', shows='¥20')
    till.key('F5')
    till.wait_text('Scan with WeChat')
    till.wait_text('Or hold a card or a phone to the reader.')
    till.read_code()
    till.shot('code-or-tap')
    reader.say('card credit')
    till.wait_state('Paid')
    till.wait_amount('¥20.00')
    till.shot('code-tapped')
    sale, = till.sales()
    assert (sale['state'], sale['amount_fen'], sale['brand']) == ('paid', 2000, 'unionpay'), sale
    code, card = till.ledger()
    assert (code['acquirer'], code['paid_fen']) == ('wechat', 0), code
    assert (card['acquirer'], card['paid_fen']) == ('sealed', 2000), card
    reader.say('remove')
    wait_reader_idle(till)


@with_reader()
def code_left(till, reader):
    """Who cancels the code leaves the reader alone: a card that comes then is not charged."""
    till.type('20', shows='¥20')
    till.key('F5')
    till.wait_text('Or hold a card or a phone to the reader.')
    till.key('Escape')
    till.wait_state('Not paid')
    wait_reader_idle(till)
    reader.say('card debit')
    assert not sum(order['paid_fen'] for order in till.ledger())


@with_reader('beside-code=link')
def link_beside_code(till, reader):
    """A phone at the reader opens the very code of the screen, and nothing once that is over."""
    till.type('20', shows='¥20')
    till.key('F5')
    till.wait_text('Hold the phone to the reader to open the code.')
    text, = till.read_code()
    till.shot('code-or-link')
    tag = wait('a phone that reads the tag', reader.tap_phone)
    assert tag[:2] == b'\xd1\x01' and tag[3:4] == b'U', tag
    assert PREFIXES[tag[4]] + tag[5:].decode() == text, (tag, text)
    till.wait_text('A phone has opened the code. The customer pays there.')
    till.shot('link-opened')
    till.customer('pay', text=text)
    till.wait_state('Paid')
    wait_reader_idle(till)
    assert reader.tap_phone() is None


@by_terminal
@with_reader()
def number_nowhere(till, reader):
    """After some taps the card's number is nowhere in the window's memory and in no file: not as
    digits, and not as cards and messages pack it. Its first six and last four are."""
    number = b'6210948000000029'
    needles = [number, bytes.fromhex(number.decode())]
    for _ in range(2):
        till.type('12.50')
        till.wait_focused('¥12.50')
        till.key('F12')
        till.wait_focused('Hold the card or the phone to the reader.')
        reader.say('card debit')
        till.wait_state('Paid')
        reader.say('remove')
        till.key('Return')
        till.wait_focused('¥0')
        wait_reader_idle(till)
    assert sum(order['paid_fen'] for order in till.ledger()) == 2 * 1250
    masked = [b'621094******0029']
    assert count_in_memory(till.window.pid, masked) > 0
    assert count_in_files(till.dir, masked) > 0
    assert count_in_memory(till.window.pid, needles) == 0
    assert count_in_files(till.dir, needles) == 0


main([tap_page, tap_beside_code, code_left, link_beside_code, number_nowhere])

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts bugs into a copy of the tree, one at a time, and says after how many lives the simulator
catches each. Fails where one gets away.

    bugs.py [SOURCE [LIVES]]     SOURCE: the project's folder; LIVES: at most so many, 20000
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

# What is put in: a name, the file, the text that stands there, what takes its place.
BUGS = [
    ('send before the row is written', 'src/desk/effect.c',
     '  make_request (self, sale, payment, first_call (payment->kind));\n',
     '  make_request (self, sale, payment, first_call (payment->kind));\n'
     '  till_request_send (self->request, answer_cb, self);\n'),
    ('silence is failure', 'src/core/payment.c',
     '    [TILL_EVENT_ABSENT]        = TO (UNSURE),\n    [TILL_EVENT_LOST]          = TO (UNSURE),\n'
     '    [TILL_EVENT_UNSENT]        = TO (FAILED),\n    [TILL_EVENT_CANCEL]        = TO (CLOSING),',
     '    [TILL_EVENT_ABSENT]        = TO (UNSURE),\n    [TILL_EVENT_LOST]          = TO (FAILED),\n'
     '    [TILL_EVENT_UNSENT]        = TO (FAILED),\n    [TILL_EVENT_CANCEL]        = TO (CLOSING),'),
    ('a 5xx is declined', 'src/acquirer/wechat-codes.c',
     '{ TILL_ON_ALL, 5, NULL, TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT }',
     '{ TILL_ON_ALL, 5, NULL, TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED }'),
    ('an error answer is final', 'src/acquirer/wechat-codes.c',
     '{ TILL_ON_ALL, 429, NULL, TILL_EVENT_LOST, TILL_REASON_BUSY }',
     '{ TILL_ON_ALL, 429, NULL, TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED }'),
    ('unknown there is failed', 'src/acquirer/wechat-codes.c',
     '{ TILL_ON (QUERY), 404, "ORDER_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER }',
     '{ TILL_ON (QUERY), 404, "ORDER_NOT_EXIST", TILL_EVENT_REFUSED, TILL_REASON_NEVER_BOOKED }'),
    ('the amount is not compared', 'src/acquirer/acquirer.c',
     'else if (says_paid && amount_differs (ask, answer, names))', 'else if (FALSE)'),
    ('the order is not compared', 'src/acquirer/acquirer.c',
     '  if (answer->order ? strcmp (answer->order, ask->order) != 0', '  if (answer->order ? FALSE'),
    ('an unsigned answer is accepted', 'src/acquirer/wechat-keys.c',
     '  if (!serial || !timestamp || !nonce || !signature)\n    return TILL_REASON_UNSIGNED;',
     '  if (!serial || !timestamp || !nonce || !signature)\n    return TILL_REASON_NONE;'),
    ('the time of an answer is not checked', 'src/acquirer/wechat-keys.c',
     '  if (!is_fresh (timestamp, ask->now_us))', '  if (FALSE && !is_fresh (timestamp, ask->now_us))'),
    ('reversed too early', 'src/acquirer/wechat-pay.c',
     '.reverse_not_before_ms = 15 * 1000', '.reverse_not_before_ms = 0'),
    ('the second code is not closed', 'src/desk/desk.c',
     '  close_other_codes (self, item);\n', '  if (FALSE)\n    close_other_codes (self, item);\n'),
    ('a second success is not given back', 'src/desk/entry.c',
     'if (is_second_success (sale, payment_number, payment, happening))', 'if (FALSE)'),
    ('paid after failed is ignored', 'src/core/sale.c',
     '    return row->event == TILL_EVENT_ABSENT;\n', '    return FALSE;\n'),
    ('resume forgets what was asked', 'src/core/payment.c',
     '    [TILL_EVENT_GIVE_UP]       = TO (CLOSING),\n    [TILL_EVENT_RESUME]        = TO (UNSURE),\n'
     '  },\n  [TILL_PAYMENT_WAITING] = {\n    [TILL_EVENT_ACCEPTED]      = TO (WAITING),\n'
     '    [TILL_EVENT_PAID]          = TO (PAID),\n    [TILL_EVENT_PAID_AGAIN]',
     '    [TILL_EVENT_GIVE_UP]       = TO (CLOSING),\n    [TILL_EVENT_RESUME]        = TO (FAILED),\n'
     '  },\n  [TILL_PAYMENT_WAITING] = {\n    [TILL_EVENT_ACCEPTED]      = TO (WAITING),\n'
     '    [TILL_EVENT_PAID]          = TO (PAID),\n    [TILL_EVENT_PAID_AGAIN]'),
    ('a lagging query is believed after a reversal', 'src/core/payment.c',
     '    [TILL_EVENT_PAID]          = TO (REVERSING),', '    [TILL_EVENT_PAID]          = TO (PAID),'),
    ('paid is believed while a reversal is on its way', 'src/desk/timing.c',
     'if (payment && is_paid_in_doubt (payment, event, may_arrive))', 'if (FALSE)'),
    ('a refund fails while another sending may arrive', 'src/desk/timing.c',
     'if (payment && is_failure_in_doubt (payment, event, may_arrive))', 'if (FALSE)'),
    ('a late cancel undoes a payment', 'src/core/payment.c',
     '    [TILL_EVENT_UNDO]          = TO (CLOSING),',
     '    [TILL_EVENT_UNDO]          = TO (CLOSING),\n    [TILL_EVENT_CANCEL]        = TO (FAILED),'),
    ('deadlines by the wall clock', 'src/desk/shop.c',
     'return till_clock_mono_us (shop->ports->clock) / 1000;',
     'return till_clock_now_us (shop->ports->clock) / 1000;'),
    ('commits are not synced', 'src/store/db.c',
     '"PRAGMA synchronous = FULL;"\n                              "PRAGMA wal_auto',
     '"PRAGMA synchronous = OFF;"\n                              "PRAGMA wal_auto'),
    ('more is refunded than is left', 'src/desk/refund.c',
     '  return MAX (till_sale_get_refundable (sale, paid->order) -\n'
     '                till_desk_get_asking (self, item, paid->order), 0);',
     '  return sale->amount_fen;'),
    ('a lost refund goes out under a new number', 'src/core/payment.c',
     '    [TILL_EVENT_ABSENT]        = TO (ASKED),\n    [TILL_EVENT_LOST]          = TO (UNSURE),',
     '    [TILL_EVENT_ABSENT]        = TO (FAILED),\n    [TILL_EVENT_LOST]          = TO (FAILED),'),
]

# A guard in depth that would hide a bug: it is taken out together with it.
ALSO = {
    'more is refunded than is left': [('src/core/sale.c',
                                       '  return refund_fits (sale, payment, row, error);',
                                       '  return row || refund_fits (sale, payment, row, error);')],
}


def replace(path, old, new):
    text = open(path, encoding='utf-8').read()
    if text.count(old) != 1:
        sys.exit(f'{path} has {text.count(old)} places for a bug, not one: {old!r}')
    open(path, 'w', encoding='utf-8').write(text.replace(old, new))


def build(build_dir):
    made = subprocess.run(['ninja', '-C', build_dir, 'tests/simulation/simulation'],
                          capture_output=True, text=True)
    if made.returncode:
        sys.exit('the bug does not build:\n' + made.stdout[-3000:])


def hunt(build_dir, lives):
    run = subprocess.run([f'{build_dir}/tests/simulation/simulation', '--lives', str(lives),
                          '--quiet'], capture_output=True, text=True)
    found = re.search(r'after (\d+) lives: (.*)', run.stdout)
    if found:
        return found.group(1), found.group(2)
    if run.returncode:
        return '?', (run.stderr.strip().splitlines() or ['it stopped'])[-1]
    return None


def main():
    source = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                             os.path.join(os.path.dirname(__file__), '..', '..'))
    lives = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    escaped = 0
    with tempfile.TemporaryDirectory(prefix='till-bugs-') as scratch:
        tree, build_dir = f'{scratch}/tree', f'{scratch}/build'
        shutil.copytree(source, tree, ignore=shutil.ignore_patterns('.git', 'build*', '_build*'))
        subprocess.run(['meson', 'setup', '-Doptimization=2', build_dir, tree], check=True,
                       stdout=subprocess.DEVNULL)
        for name, path, old, new in BUGS:
            changes = [(path, old, new)] + ALSO.get(name, [])
            kept = {p: open(f'{tree}/{p}', encoding='utf-8').read() for p, _, _ in changes}
            for p, a, b in changes:
                replace(f'{tree}/{p}', a, b)
            build(build_dir)
            caught = hunt(build_dir, lives)
            print(f'{name}: ' + (f'caught after {caught[0]} lives: {caught[1]}' if caught
                                 else 'GOT AWAY'), flush=True)
            escaped += not caught
            for p, text in kept.items():
                open(f'{tree}/{p}', 'w', encoding='utf-8').write(text)
    print(f'{len(BUGS) - escaped} of {len(BUGS)} bugs caught')
    return escaped != 0


if __name__ == '__main__':
    sys.exit(main())

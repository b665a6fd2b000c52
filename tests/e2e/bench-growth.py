#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-growth.py TILL LOCALES [SALES]: what the window's memory grows by over the second half of
some hundred sales, by codes that are scanned, refused, shown and cancelled.

Nobody looks at the list of sales meanwhile: it makes rows, 60 KiB each, until it has two hundred."""

import sys

from till_e2e import main

N_SALES = 200
GOAL_KIB = 1024


def memory_kib(till):
    with open(f'/proc/{till.window.pid}/status', encoding='ascii') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('RssAnon:'))


def paycode(number, scenario):
    return f'13{number:014}{scenario}'


def sell(till, number):
    """One customer, who pays in the end."""
    till.type('5', shows='¥5')
    if number % 10 == 0:
        till.scan(paycode(number, '23'))
        till.wait_state('Not paid')
    if number % 10 == 5:
        till.key('F5')
        till.wait_text('Scan with WeChat')
        till.key('Escape')
        till.wait_state('Not paid')
    till.scan(paycode(number, '00'))
    till.wait_state('Paid')
    till.key('Return')
    till.wait_focused('¥0')


def window_growth(till):
    n_sales = int(sys.argv[3]) if len(sys.argv) > 3 else N_SALES
    half_kib = 0
    for number in range(1, n_sales + 1):
        sell(till, number)
        if number % (n_sales // 10) == 0:
            print(f'# {number} sales: {memory_kib(till)} KiB', flush=True)
        if number == n_sales // 2:
            half_kib = memory_kib(till)
    grown_kib = memory_kib(till) - half_kib
    print(f'# grown by {grown_kib} KiB over the second half (goal {GOAL_KIB})')
    assert len([order for order in till.ledger() if order['paid_fen'] == 500]) == n_sales
    assert grown_kib <= GOAL_KIB, grown_kib


main([window_growth])

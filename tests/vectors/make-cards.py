#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/vectors/sealed/*.request and *.reply, as make.py does for the wallets."""
from make import (AMOUNT, BACK, MERCHANT, NONCE, NOW, ORDER, PLATFORM, REFUND, SUBJECT, compact, reply, sign,
                  write)

CARD = 'VGhpcyBzdGFuZHMgZm9yIGEgc2VhbGVkIGNhcmQ='
NUMBER = '621094******0029'


def sealed_request(name, path, content):
    body = compact({'merchant': 'till-0001', **content})
    text = f'POST\n/v1/card/{path}\n{NOW}\n{NONCE}\n{body}\n'
    write('sealed', name + '.request', '\n'.join([
        f'POST https://cards.invalid/v1/card/{path}', 'Accept: application/json', 'User-Agent: Till/@VERSION@',
        'Content-Type: application/json; charset=utf-8', 'Till-Merchant: till-0001', f'Till-Time: {NOW}',
        f'Till-Nonce: {NONCE}', f'Till-Signature: {sign(MERCHANT, text)}']) + '\n\n' + body)


def sealed_reply(name, expect, content, signature=None):
    body = content if isinstance(content, str) else compact(content)
    reply('sealed', name, expect, 200, {
        'Content-Type': 'application/json', 'Till-Time': NOW + 1, 'Till-Nonce': NONCE,
        'Till-Signature': signature or sign(PLATFORM, f'{NOW + 1}\n{NONCE}\n{body}\n')}, body)


def sealed_call(name, path, content, good, refused, lost='lost'):
    sealed_request(name, path, content)
    sealed_reply(name + '.good', *good)
    sealed_reply(name + '.refused', *refused)
    sealed_reply(name + '.malformed', f'event={lost}; reason=bad-answer', compact(good[1])[:-3])
    sealed_reply(name + '.badly-signed', f'event={lost}; reason=bad-signature', good[1],
                 sign(MERCHANT, 'something else'))


def sealed():
    trade = {'result': 'OK', 'order': ORDER, 'amount': AMOUNT, 'currency': 'CNY', 'state': 'PAID',
             'reference': 'C20260520000001', 'paid': '2026-05-20T13:29:36+08:00', 'brand': 'unionpay'}
    paid = (f'event=paid; reason=; order={ORDER}; amount_fen={AMOUNT}; currency=CNY; '
            'acquirer_ref=C20260520000001; brand=unionpay; paid_us=1779254976000000; said=HTTP 200 OK PAID')
    back = {'result': 'OK', 'order': REFUND, 'amount': BACK, 'currency': 'CNY', 'state': 'PAID',
            'reference': 'R20260520000001', 'paid': '2026-05-20T13:29:36+08:00'}
    given = f'event=paid; reason=; order={REFUND}; amount_fen={BACK}; acquirer_ref=R20260520000001'

    sealed_call('tap', 'pay',
                {'terminal': '01', 'order': ORDER, 'amount': AMOUNT, 'currency': 'CNY', 'subject': SUBJECT,
                 'number': NUMBER, 'card': CARD},
                (paid, trade),
                ('event=refused; reason=balance; said=HTTP 200 INSUFFICIENT_FUNDS',
                 {'result': 'INSUFFICIENT_FUNDS', 'order': ORDER}))
    sealed_call('query', 'query', {'order': ORDER}, (paid, trade),
                ('event=absent; reason=no-answer', {'result': 'NOT_FOUND', 'order': ORDER}))
    sealed_call('reverse', 'reverse', {'order': ORDER},
                (f'event=reverse-done; reason=; order={ORDER}', {**trade, 'state': 'REVERSED'}),
                ('event=close-refused; reason=paid-no-cancel', {'result': 'NOT_ALLOWED', 'order': ORDER}),
                lost='close-lost')
    sealed_call('refund', 'refund', {'order': REFUND, 'of': ORDER, 'amount': BACK, 'currency': 'CNY'},
                (given, back),
                ('event=refused; reason=merchant-balance', {'result': 'INSUFFICIENT_FUNDS', 'order': REFUND}))
    sealed_call('query-refund', 'query-refund', {'order': REFUND, 'of': ORDER}, (given, back),
                ('event=absent; reason=no-answer', {'result': 'NOT_FOUND', 'order': REFUND}))


if __name__ == '__main__':
    sealed()

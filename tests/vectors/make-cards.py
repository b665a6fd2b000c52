#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/vectors/{sealed,iso8583}/*.request and *.reply, as make.py does for the wallets."""
from cryptography.hazmat.primitives.ciphers import Cipher, modes
try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

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


# --- ISO 8583 ---------------------------------------------------------------------------------------

TMK = bytes.fromhex('31313131323232323333333334343434')
MAK = bytes.fromhex('0123456789ABCDEFFEDCBA9876543210')
PIK = bytes.fromhex('11111111111111112222222222222222')
OTHER = bytes.fromhex('99999999999999998888888888888888')
TERMINAL, SHOP, BATCH, TRACE = '10000159', '880210010210160', '000007', '000079'
PACKED = {3: 0, 4: 0, 11: 0, 12: 0, 13: 0, 22: 0, 25: 0, 53: 0, 60: 3, 61: 3}  # digits of a length
BYTES = {37: 0, 39: 0, 41: 0, 42: 0, 49: 0, 62: 3, 63: 3, 64: 0}


def des(key, block):
    return Cipher(TripleDES(key + key[:8]), modes.ECB()).encryptor().update(block)


def length_of(value, digits):
    return bytes.fromhex(str(len(value)).zfill(4)) if digits else b''


def field(number, value):
    if number in PACKED:
        return length_of(value, PACKED[number]) + bytes.fromhex(value + '0' * (len(value) % 2))
    value = value if isinstance(value, bytes) else value.encode()
    return length_of(value, BYTES[number]) + value


def mac_of(key, message):
    folded = bytes(8)
    for i in range(0, len(message), 8):
        folded = bytes(a ^ b for a, b in zip(folded, message[i:i + 8].ljust(8, b'\0')))
    text = folded.hex().upper().encode()
    block = des(key, text[:8])
    return des(key, bytes(a ^ b for a, b in zip(block, text[8:])))[:4].hex().upper().encode()


def message(mti, fields, key=None):
    bits = sum(1 << (64 - number) for number in fields)
    body = bytes.fromhex(mti) + bits.to_bytes(8, 'big')
    body += b''.join(field(number, fields[number]) for number in sorted(fields) if number != 64)
    if 64 in fields:
        body += mac_of(key, body) if key else b'00000000'
    whole = bytes.fromhex('6000030000' '603100311312') + body
    return (len(whole).to_bytes(2, 'big') + whole).hex().upper()


def iso_request(name, mti, fields, key=None, card=False):
    tail = f'\ncard: {CARD}\nmac-key: {MAK.hex().upper()}' if card else ''
    write('iso8583', name + '.request', '\n'.join([
        'POST https://terminals.invalid/unp/webtrans/WPOS', 'Accept: */*', 'User-Agent: Till/@VERSION@',
        'Cache-Control: no-cache', 'Content-Type: x-ISO-TPDU/x-auth']) + '\n\n' +
        message(mti, fields, key) + tail)


def iso_reply(name, expect, body):
    reply('iso8583', name, expect, 200, {'Content-Type': 'x-ISO-TPDU/x-auth'}, body)


def iso_call(name, mti, good, refused, fields, lost='lost'):
    whole = message(mti, {**fields, 39: good[1], 64: ''}, MAK)
    iso_reply(name + '.good', good[0], whole)
    iso_reply(name + '.refused', refused[0], message(mti, {**fields, 39: refused[1], 64: ''}, MAK))
    iso_reply(name + '.malformed', f'event={lost}; reason=bad-answer', whole[:-2])
    iso_reply(name + '.badly-signed', f'event={lost}; reason=bad-signature',
              message(mti, {**fields, 39: good[1], 64: ''}, OTHER))


def working(mak=MAK):
    return b''.join(des(TMK, key) + des(key, bytes(8))[:4] for key in (PIK, mak))


def iso8583():
    own = {11: TRACE, 41: TERMINAL, 42: SHOP}
    money = {**own, 4: str(AMOUNT).zfill(12), 25: '00', 49: '156', 64: ''}
    sale = {**money, 3: '000000', 22: '072', 53: '0600000000000000', 60: f'22{BATCH}00060'}
    answer = {**own, 3: '000000', 4: str(AMOUNT).zfill(12), 12: '132936', 13: '0520', 25: '00',
              37: '260520000001', 49: '156', 60: f'22{BATCH}00060'}
    paid = (f'event=paid; reason=; order={ORDER}; amount_fen={AMOUNT}; acquirer_ref=260520000001; '
            'brand=unionpay; paid_us=1779254976000000; said=HTTP 200 00')
    iso_request('tap', '0200', sale, card=True)
    iso_call('tap', '0210', (paid, '00'), ('event=refused; reason=balance; said=HTTP 200 51', '51'), answer)

    undo = {**sale, 39: '98', 61: f'{BATCH}{TRACE}0520'}
    del undo[53]
    iso_request('reverse', '0400', undo, card=True)
    iso_call('reverse', '0410', (f'event=closed; reason=reversed; order={ORDER}', '00'),
             ('event=close-lost; reason=unknown-answer', '30'), answer, lost='close-lost')

    back = {**sale, 3: '200000', 4: str(BACK).zfill(12), 22: '012', 37: '260520000001',
            60: f'25{BATCH}00060', 61: f'{BATCH}{TRACE}0520', 63: '000'}
    iso_request('refund', '0220', back, MAK)
    iso_call('refund', '0230',
             (f'event=paid; reason=; order={REFUND}; amount_fen={BACK}; acquirer_ref=260520000001', '00'),
             ('event=refused; reason=refund-refused', '25'), {**answer, 4: str(BACK).zfill(12)})

    iso_request('keys', '0800', {11: '000001', 41: TERMINAL, 42: SHOP, 60: f'00{BATCH}003',
                                 62: 'Sequence No163150SXX-4C304119', 63: '01 '})
    signed_in = {11: '000001', 12: '132936', 13: '0520', 37: '260520000001', 41: TERMINAL, 42: SHOP,
                 60: '00000008003'}
    iso_reply('keys.good', 'taken', message('0810', {**signed_in, 39: '00', 62: working(OTHER)}))
    iso_reply('keys.refused', 'error=97', message('0810', {**signed_in, 39: '97'}))
    iso_reply('keys.malformed', 'error=not answered',
              message('0810', {**signed_in, 39: '00', 62: working()})[:-2])
    iso_reply('keys.badly-signed', 'error=not for this terminal',
              message('0810', {**signed_in, 39: '00', 62: working()[:-1] + b'x'}))


if __name__ == '__main__':
    sealed()
    iso8583()

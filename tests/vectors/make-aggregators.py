#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/vectors/{shouqianba}/*.request and *.reply, as make.py does for the wallets' own
interfaces. Keys are made up, or those of the published samples."""
import hashlib

from make import (AMOUNT, BACK, CLERK, NOW, ORDER, REFUND, SUBJECT, compact, reply, write)


# --- Shouqianba -----------------------------------------------------------------------------------

SQB_SN, SQB_KEY = '10298371039', '68d499beda5f72116592f5c527465656'
SQB_VENDOR_SN, SQB_VENDOR_KEY = '91800000', 'b7c1f0e93d524a6d8f2e11c4a7905d36'


def json_request(folder, name, url, headers, body):
    lines = [f'POST {url}', 'Accept: application/json', 'User-Agent: Till/@VERSION@',
             'Content-Type: application/json; charset=utf-8', *headers]
    write(folder, name + '.request', '\n'.join(lines) + '\n\n' + body)


def sqb_request(name, path, content, signer=(SQB_SN, SQB_KEY)):
    body = compact(content)
    sign_ = hashlib.md5((body + signer[1]).encode()).hexdigest()
    json_request('shouqianba', name, 'https://vsi-api.shouqianba.com' + path,
                 [f'Authorization: {signer[0]} {sign_}'], body)


def sqb_reply(name, expect, content):
    reply('shouqianba', name, expect, 200, {'Content-Type': 'application/json;charset=UTF-8'},
          compact(content) if isinstance(content, dict) else content)


def sqb_call(name, path, content, good, refused, lost='lost', unsigned='lost'):
    """Answers carry no signature; badly signed is what they say of a request."""
    sqb_request(name, path, content)
    expect, biz = good
    sqb_reply(name + '.good', expect, {'result_code': '200', 'biz_response': biz})
    expect, biz = refused
    sqb_reply(name + '.refused', expect, {'result_code': '200', 'biz_response': biz})
    sqb_reply(name + '.malformed', f'event={lost}; reason=bad-answer',
              compact({'result_code': '200', 'biz_response': biz})[:-3])
    sqb_reply(name + '.badly-signed',
              f'event={unsigned}; reason=config; said=HTTP 200 400 ILLEGAL_SIGN',
              {'result_code': '400', 'error_code': 'ILLEGAL_SIGN', 'error_message': '签名错误'})


def sqb_keys(name, path, content, signer):
    sqb_request(name, path, content, signer)
    new = {'terminal_sn': SQB_SN, 'terminal_key': '0123456789abcdef0123456789abcdef'}
    sqb_reply(name + '.good', 'taken', {'result_code': '200', 'biz_response': new})
    sqb_reply(name + '.refused', 'error=500 UNKNOWN_SYSTEM_ERROR',
              {'result_code': '500', 'error_code': 'UNKNOWN_SYSTEM_ERROR'})
    sqb_reply(name + '.malformed', 'error=wrong form',
              {'result_code': '200', 'biz_response': {'terminal_sn': SQB_SN}})
    sqb_reply(name + '.badly-signed', 'error=400 ILLEGAL_SIGN',
              {'result_code': '400', 'error_code': 'ILLEGAL_SIGN'})


def sqb_data(**changes):
    return {'sn': '7894259244061958', 'client_sn': ORDER, 'trade_no': '4200002600202605201234567890',
            'status': 'SUCCESS', 'order_status': 'PAID', 'payway': '3', 'sub_payway': '1',
            'total_amount': str(AMOUNT), 'net_amount': str(AMOUNT),
            'finish_time': f'{NOW + 1}300', 'channel_finish_time': f'{NOW + 1}000', **changes}


def shouqianba():
    terminal = {'terminal_sn': SQB_SN}
    number = {**terminal, 'client_sn': ORDER}
    ref = 'acquirer_ref=7894259244061958'
    money = f'order={ORDER}; amount_fen={AMOUNT}; {ref}; brand=wechat; paid_us=1779254976000000'
    words = {'subject': SUBJECT, 'operator': CLERK}

    sqb_call('charge', '/upay/v2/pay',
             {**number, 'total_amount': str(AMOUNT), 'dynamic_id': '134567890123456789', **words},
             (f'event=paid; reason=; {money}; said=HTTP 200 PAID',
              {'result_code': 'PAY_SUCCESS', 'data': sqb_data()}),
             (f'event=refused; reason=balance; {ref}; said=HTTP 200 PAY_FAIL INSUFFICIENT_FUND',
              {'result_code': 'PAY_FAIL', 'error_code': 'INSUFFICIENT_FUND',
               'error_message': '账户金额不足', 'data': sqb_data(order_status='PAY_CANCELED')}),
             unsigned='refused')
    sqb_call('order', '/upay/v2/precreate',
             {**number, 'total_amount': str(AMOUNT), 'payway': '3', **words},
             (f'event=wait; reason=not-scanned; order={ORDER}; {ref}; '
              'code_text=https://qr.alipay.com/bax8z75ihyoqpgkv5f; expires_us='
              f'{NOW + 240}000000; said=HTTP 200 PRECREATE_SUCCESS',
              {'result_code': 'PRECREATE_SUCCESS',
               'data': {'sn': '7894259244061958', 'client_sn': ORDER, 'status': 'IN_PROG',
                        'order_status': 'CREATED', 'total_amount': str(AMOUNT),
                        'net_amount': str(AMOUNT),
                        'qr_code': 'https://qr.alipay.com/bax8z75ihyoqpgkv5f'}}),
             ('event=refused; reason=config',
              {'result_code': 'PRECREATE_FAIL', 'error_code': 'UPAY_TERMINAL_STATUS_ABNORMAL'}),
             unsigned='refused')
    sqb_call('query', '/upay/v2/query', number,
             (f'event=paid; reason=; {money}; said=HTTP 200 PAID',
              {'result_code': 'SUCCESS', 'data': sqb_data()}),
             ('event=absent; reason=no-answer; said=HTTP 200 FAIL UPAY_ORDER_NOT_EXISTS',
              {'result_code': 'FAIL', 'error_code': 'UPAY_ORDER_NOT_EXISTS'}))
    sqb_call('reverse', '/upay/v2/cancel', number,
             (f'event=reverse-done; reason=; order={ORDER}; {ref}; said=HTTP 200 CANCELED',
              {'result_code': 'CANCEL_SUCCESS',
               'data': sqb_data(order_status='CANCELED', net_amount='0')}),
             ('event=close-refused; reason=paid-no-cancel',
              {'result_code': 'CANCEL_ERROR', 'error_code': 'UPAY_TCP_ORDER_NOT_REFUNDABLE',
               'error_message': '订单参与了活动并且无法撤销'}),
             lost='close-lost', unsigned='close-lost')
    back = sqb_data(order_status='PARTIAL_REFUNDED', net_amount=str(AMOUNT - BACK),
                    client_tsn=f'{ORDER}-{REFUND[-20:]}')
    sqb_call('query-refund', '/upay/v2/query', number,
             (f'event=paid; reason=; {ref}; said=HTTP 200 PARTIAL_REFUNDED',
              {'result_code': 'SUCCESS', 'data': back}),
             ('event=absent; reason=no-answer', {'result_code': 'SUCCESS', 'data': sqb_data()}))
    sqb_call('refund', '/upay/v2/refund',
             {**number, 'refund_request_no': REFUND[-20:], 'operator': CLERK, 'refund_amount': str(BACK)},
             (f'event=paid; reason=; order={REFUND}; {ref}; paid_us=1779254976000000',
              {'result_code': 'REFUND_SUCCESS', 'data': back}),
             ('event=refused; reason=merchant-balance',
              {'result_code': 'REFUND_FAIL', 'error_code': 'ACCOUNT_BALANCE_NOT_ENOUGH'}),
             unsigned='refused')
    sqb_keys('keys', '/terminal/checkin', {**terminal, 'device_id': 'till-demo-01'},
             (SQB_SN, SQB_KEY))
    sqb_keys('activate', '/terminal/activate',
             {'app_id': '2026112200000001', 'code': '38271946', 'device_id': 'till-demo-01'},
             (SQB_VENDOR_SN, SQB_VENDOR_KEY))


if __name__ == '__main__':
    shouqianba()

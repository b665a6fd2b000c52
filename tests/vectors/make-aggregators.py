#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/vectors/{shouqianba,chinaums,cmb}/*.request and *.reply, as make.py does for the wallets' own
interfaces. Keys are made up, or those of the published samples."""
import base64
import hashlib
import hmac
import os
import subprocess
import tempfile

from make import (AMOUNT, BACK, CLERK, EXPIRES, HERE, NONCE, NOW, ORDER, REFUND, SUBJECT, china, compact,
                  reply, write)


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


# --- Chinaums -------------------------------------------------------------------------------------

UMS_ID, UMS_KEY = '12345678901234567890123456789012', '67890123456789012345678901234567'
UMS_SOURCE = '3194'


def ums_request(name, path, content):
    body, time = compact(content), china(NOW, '%Y%m%d%H%M%S')
    text = UMS_ID + time + NONCE + hashlib.sha256(body.encode()).hexdigest()
    signature = base64.b64encode(hmac.digest(UMS_KEY.encode(), text.encode(), 'sha256')).decode()
    json_request('chinaums', name, 'https://api-mop.chinaums.com' + path,
                 [f'Authorization: OPEN-BODY-SIG AppId="{UMS_ID}", Timestamp="{time}", '
                  f'Nonce="{NONCE}", Signature="{signature}"'], body)


def ums_call(name, path, content, good, refused, lost='lost', unsigned='lost'):
    """Answers carry no signature; badly signed is what they say of a request."""
    def say(kind, expect, answer):
        reply('chinaums', f'{name}.{kind}', expect, 200, {'Content-Type': 'application/json'}, answer)

    ums_request(name, path, content)
    say('good', good[0], compact(good[1]))
    say('refused', refused[0], compact({'errCode': refused[1]}))
    say('malformed', f'event={lost}; reason=bad-answer', compact(good[1])[:-2])
    say('badly-signed', f'event={unsigned}; reason=config; said=HTTP 200 BAD_SIGN',
        compact({'errCode': 'BAD_SIGN', 'errMsg': '签名错误'}))


def chinaums():
    bill = {'requestTimestamp': china(NOW, '%Y-%m-%d %H:%M:%S'), 'mid': '898340149000005',
            'tid': '88880001', 'instMid': 'QRPAYDEFAULT'}
    number = {'merchantCode': '898340149000005', 'terminalCode': '88880001',
              'merchantOrderId': ORDER}
    code = 'https://qr.95516.com/48020000/11691805149375636612341234'
    ref = '20260520132936190033303567'

    ums_call('charge', '/v6/poslink/transaction/pay',
             {**number, 'transactionAmount': AMOUNT, 'transactionCurrencyCode': '156',
              'merchantRemark': SUBJECT, 'payMode': 'CODE_SCAN', 'payCode': '28763443825664394',
              'deviceType': '11', 'ip': '127.0.0.1'},
             (f'event=accepted; reason=processing; acquirer_ref={ref}; brand=alipay; said=HTTP 200 00',
              {'errCode': '00', 'errInfo': '成功', 'amount': AMOUNT, 'orderId': ref,
               'thirdPartyName': '支付宝', 'thirdPartyOrderId': '2026052022001412345678901234'}),
             ('event=refused; reason=merchant-refused; said=HTTP 200 INACTIVE_MERCHANT',
              'INACTIVE_MERCHANT'), unsigned='refused')
    ums_call('order', '/v1/netpay/bills/get-qrcode',
             {**bill, 'billNo': UMS_SOURCE + ORDER, 'billDate': china(NOW, '%Y-%m-%d'),
              'billDesc': SUBJECT, 'totalAmount': AMOUNT,
              'expireTime': china(EXPIRES + 60, '%Y-%m-%d %H:%M:%S'), 'walletOption': 'MULTIPLE'},
             (f'event=wait; reason=not-scanned; order={ORDER}; code_text={code}; '
              f'expires_us={EXPIRES}000000; said=HTTP 200 SUCCESS',
              {'errCode': 'SUCCESS', 'billNo': UMS_SOURCE + ORDER, 'billQRCode': code,
               'qrCodeId': '11691805149375636612341234'}),
             ('event=refused; reason=config', 'NO_MERCHANT'), unsigned='refused')
    ums_call('query', '/v6/poslink/transaction/query', number,
             (f'event=paid; reason=; amount_fen={AMOUNT}; acquirer_ref={ref}; payer_total_fen=1200; '
              'brand=alipay; said=HTTP 200 0',
              {'errCode': '00', 'queryResCode': '0', 'originalTransactionAmount': AMOUNT,
               'amount': 1200, 'orderId': ref, 'thirdPartyName': '支付宝'}),
             ('event=absent; reason=no-answer', 'NO_ORDER'))
    ums_call('close', '/v1/netpay/bills/close-qrcode',
             {**bill, 'qrCodeId': '0000000000000001', 'systemId': '3194',
              'attachRefund': 'false'},
             ('event=close-done; reason=; said=HTTP 200 SUCCESS',
              {'errCode': 'SUCCESS', 'billStatus': 'CLOSED'}),
             ('event=close-refused; reason=paid-no-cancel', 'OPERATION_NOT_ALLOWED'),
             lost='close-lost', unsigned='close-lost')
    ums_call('reverse', '/v6/poslink/transaction/voidpayment', number,
             (f'event=reverse-done; reason=; acquirer_ref={ref}; said=HTTP 200 00',
              {'errCode': '00', 'orderId': ref}),
             ('event=close-refused; reason=paid-no-cancel', 'NO_CROSS_DAY_TRADING'),
             lost='close-lost', unsigned='close-lost')
    ums_call('refund', '/v6/poslink/transaction/refund',
             {**number, 'refundRequestId': REFUND, 'transactionAmount': BACK,
              'transactionCurrencyCode': '156'},
             ('event=paid; reason=; said=HTTP 200 00', {'errCode': '00', 'errInfo': '成功'}),
             ('event=refused; reason=refund-refused', 'OPERATION_NOT_ALLOWED'), unsigned='refused')
    ums_call('query-refund', '/v6/poslink/transaction/query-refund',
             {**number, 'refundRequestId': REFUND},
             ('event=paid; reason=; said=HTTP 200 00', {'errCode': '00', 'queryResCode': '00'}),
             ('event=absent; reason=no-answer', 'NO_ORDER'))


# --- China Merchants Bank -------------------------------------------------------------------------

CMB_ID = '8ab74856-8772-45c9-96db-54cb30ab9f74'


def sm2_sign(text):
    """Differs from run to run: so SM2 is."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        made = subprocess.run(
            ['openssl', 'pkeyutl', '-sign', '-rawin', '-digest', 'sm3', '-in', file.name,
             '-inkey', os.path.join(HERE, 'own', 'sm2-key.pem'),
             '-pkeyopt', 'distid:1234567812345678'], check=True, capture_output=True)
    return base64.b64encode(made.stdout).decode()


def cmb_request(name, path, content):
    body = {'biz_content': compact(content), 'encoding': 'UTF-8', 'signMethod': '02',
            'version': '0.0.1', 'sign': '@SIGN@'}
    json_request('cmb', name, 'https://api.cmbchina.com/polypay/v1.0/mchorders/' + path,
                 [f'appid: {CMB_ID}', f'timestamp: {NOW}', 'apisign: @APISIGN@'], compact(body))


def cmb_body(content, error='', signed=None):
    outer = {'biz_content': content, 'encoding': 'UTF-8', 'errCode': error,
             'respCode': 'FAIL' if error else 'SUCCESS', 'returnCode': 'SUCCESS',
             'signMethod': '02', 'version': '0.0.1'}
    text = '&'.join(f'{key}={outer[key]}' for key in sorted(outer)).replace('/', '\\/')
    return compact({**outer, 'sign': sm2_sign(signed or text)})


def cmb_call(name, path, content, good, refused, lost='lost'):
    def say(kind, expect, answer):
        reply('cmb', f'{name}.{kind}', expect, 200, {'Content-Type': 'application/json'}, answer)

    cmb_request(name, path, content)
    body = cmb_body(compact(good[1]))
    say('good', good[0], body)
    say('refused', refused[0], cmb_body('', refused[1]))
    say('malformed', f'event={lost}; reason=bad-answer', body[:-5])
    say('badly-signed', f'event={lost}; reason=bad-signature',
        cmb_body(compact(good[1]), signed='another text'))


def cmb():
    mer = {'merId': '3089991701207QT'}
    number = {**mer, 'orderId': ORDER, 'userId': 'N003525013'}
    end = {**mer, 'origOrderId': ORDER, 'userId': 'N003525013'}
    money = {**number, 'txnAmt': str(AMOUNT), 'notifyUrl': 'https://shop.example/cmb'}
    ref, code = '100426052013293601234567', 'https://qr.95516.com/03080000/123456789'
    trade = {'merId': '3089991701207QT', 'orderId': ORDER, 'cmbOrderId': ref, 'tradeState': 'S',
             'payType': 'WX', 'txnAmt': str(AMOUNT), 'endDate': '20260520', 'endTime': '132936'}
    paid = (f'event=paid; reason=; order={ORDER}; amount_fen={AMOUNT}; acquirer_ref={ref}; '
            'brand=wechat; paid_us=1779254976000000; said=HTTP 200 S')
    back = {**trade, 'orderId': REFUND, 'refundAmt': str(BACK)}

    cmb_call('charge', 'pay', {**money, 'authCode': '134567890123456789', 'body': SUBJECT},
             (paid, trade), ('event=refused; reason=balance', 'NOT_ENOUGH'))
    cmb_call('order', 'qrcodeapply', {**money, 'payValidTime': '360', 'body': SUBJECT},
             (f'event=wait; reason=not-scanned; order={ORDER}; code_text={code}; '
              f'expires_us={EXPIRES}000000',
              {'merId': '3089991701207QT', 'orderId': ORDER, 'cmbOrderId': ref, 'qrCode': code}),
             ('event=refused; reason=config', 'MERCHANT_NOT_EXIST'))
    cmb_call('query', 'orderquery', number, (paid, trade),
             ('event=absent; reason=no-answer', 'CMBORDERID_NOT_EXIST'))
    cmb_call('close', 'close', end,
             ('event=close-done; reason=', {'orderId': ORDER, 'tradeState': 'C'}),
             ('event=close-refused; reason=ending', 'NOT_ALLOWED'), 'close-lost')
    cmb_call('reverse', 'cancel', end,
             ('event=reverse-done; reason=', {'orderId': ORDER, 'tradeState': 'D'}),
             ('event=close-refused; reason=ending', 'NOT_ALLOWED'), 'close-lost')
    cmb_call('refund', 'refund',
             {**mer, 'orderId': REFUND, 'userId': 'N003525013', 'origOrderId': ORDER,
              'txnAmt': str(AMOUNT), 'refundAmt': str(BACK), 'notifyUrl': 'https://shop.example/cmb'},
             (f'event=paid; reason=; order={REFUND}; amount_fen={BACK}', back),
             ('event=refused; reason=merchant-balance', 'NOT_ENOUGH'))
    cmb_call('query-refund', 'refundquery',
             {**mer, 'orderId': REFUND, 'userId': 'N003525013'},
             (f'event=paid; reason=; order={REFUND}; amount_fen={BACK}', back),
             ('event=absent; reason=no-answer', 'CMBORDERID_NOT_EXIST'))


if __name__ == '__main__':
    shouqianba()
    chinaums()
    cmb()

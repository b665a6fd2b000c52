#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/vectors/{wechat-pay,alipay,unionpay}/*.request and *.reply.

A second writing of both wire formats, by another hand than the C code's: the walk through the
registry compares the two byte for byte. Needs python3-cryptography. Signs with the published test
keys only:

  merchant of WeChat Pay   wx_doc_mch_key      the platform's public key    wx_go_signer_key
  platform certificate     wx_java_plat_*      application of Alipay        ali_app-private-key
  Alipay's own key         wx_go_signer_key    merchant of UnionPay   wx_doc_mch_key
  UnionPay's own key       wx_go_signer_key    its authorities   wx_java_plat_key, wx_java_mch_key

Run it after a change of a request's form, and read the difference before it is committed.
"""
import base64, datetime, hashlib, io, json, os, urllib.parse, zipfile, zlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = os.path.dirname(os.path.abspath(__file__))
MADE = 'Made by tests/vectors/make.py with the published test keys.'

# The ask of every case; tests/wire-case.c fills a TillAsk with the same.
NOW = 1779254975
NONCE = '593BEC0C930BF1AFEB40B4A08C8FB242'
ORDER = '7K2M9PQ4XW8ZT3VB6NHD5C'
REFUND = 'R7K2M9PQ4XW8ZT3VB6NHD5'
AMOUNT, BACK = 1250, 500
SUBJECT, NOTE, REGISTER, CLERK = '晨光便利店', '退货', '01', '1001'
EXPIRES = NOW + 300

API_V3_KEY = b'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb'
PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000072912024101500000001'
MCHID, APPID = '1900007291', 'wxd678efh567hg6787'
SERIAL = '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB'


def published(name):
    with open(os.path.join(HERE, 'published', name), 'rb') as file:
        return file.read()


def private(name):
    return serialization.load_der_private_key(base64.b64decode(published(name + '.der.b64')), None)


def sign(key, text):
    data = text if isinstance(text, bytes) else text.encode()
    return base64.b64encode(key.sign(data, padding.PKCS1v15(), hashes.SHA256())).decode()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))


def china(at, form):
    zone = datetime.timezone(datetime.timedelta(hours=8))
    return datetime.datetime.fromtimestamp(at, zone).strftime(form)


def write(folder, name, text):
    with open(os.path.join(HERE, folder, name), 'w', encoding='utf-8', newline='') as file:
        file.write(f'# {MADE}\n{text}\n')


def reply(folder, name, expect, status, headers, body):
    head = ''.join(f'{key}: {value}\n' for key, value in headers.items())
    write(folder, name + '.reply', f'# expect {expect}\n{status}\n{head}\n{body}')


# --- WeChat Pay ---------------------------------------------------------------------------------

MERCHANT = private('wx_doc_mch_key')
PLATFORM = private('wx_go_signer_key')
CERTIFIED = private('wx_java_plat_key')
CERTIFIED_SERIAL = '440024045C4A427599D09BB4E3DE0279F2E813FD'


def wx_request(name, method, path, body=None):
    text = compact(body) if body else ''
    signature = sign(MERCHANT, f'{method}\n{path}\n{NOW}\n{NONCE}\n{text}\n')
    lines = [f'{method} https://api.mch.weixin.qq.com{path}',
             f'Authorization: WECHATPAY2-SHA256-RSA2048 mchid="{MCHID}",nonce_str="{NONCE}",'
             f'signature="{signature}",timestamp="{NOW}",serial_no="{SERIAL}"',
             'Accept: application/json', 'User-Agent: Till/@VERSION@',
             f'Wechatpay-Serial: {PUBLIC_KEY_ID}']
    if body:
        lines.append('Content-Type: application/json')
    write('wechat-pay', name + '.request', '\n'.join(lines) + '\n\n' + text)


def wx_headers(body, key=PLATFORM, serial=PUBLIC_KEY_ID, at=NOW + 1, signature=None):
    nonce = 'd824f2e086d3c1df967785d13fcd22ef'
    return {'Request-ID': '08F7E2A6B906', 'Wechatpay-Serial': serial, 'Wechatpay-Timestamp': at,
            'Wechatpay-Nonce': nonce,
            'Wechatpay-Signature': signature or sign(key, f'{at}\n{nonce}\n{body}\n')}


def wx_call(name, good, expect, refused, cases=None, status=200, lost='lost'):
    """The four replies that every call has. @cases: text → expectation, signed as they are."""
    body = compact(good) if good is not None else ''
    reply('wechat-pay', name + '.good', expect, status, wx_headers(body), body)
    code_status, code, refused_expect = refused
    error = compact({'code': code, 'message': '见错误码'})
    reply('wechat-pay', name + '.refused', f'{refused_expect}; said=HTTP {code_status} {code}',
          code_status, {'Request-ID': '08F7E2A6B907'}, error)
    page = '<html><body>登录</body></html>' if good is not None else ''
    if good is None:
        reply('wechat-pay', name + '.malformed', f'event={lost}; reason=bad-answer', 302,
              {'Location': 'http://192.168.1.1/login'}, '<html></html>')
    else:
        reply('wechat-pay', name + '.malformed', f'event={lost}; reason=bad-answer', status,
              wx_headers(page), page)
    reply('wechat-pay', name + '.badly-signed', f'event={lost}; reason=bad-signature', status,
          wx_headers(body, signature=sign(PLATFORM, 'another text')), body)


def wx_trade(**changes):
    trade = {'amount': {'currency': 'CNY', 'payer_currency': 'CNY', 'payer_total': 1200,
                        'total': AMOUNT},
             'appid': APPID, 'attach': ORDER, 'bank_type': 'OTHERS', 'mchid': MCHID,
             'out_trade_no': ORDER, 'payer': {'openid': 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'},
             'promotion_detail': [], 'success_time': '2026-05-20T13:29:36+08:00',
             'trade_state': 'SUCCESS', 'trade_state_desc': '支付成功', 'trade_type': 'MICROPAY',
             'transaction_id': '4200002600202605201234567890'}
    trade.update(changes)
    return trade


def wx_ids(with_appid=True):
    return {'appid': APPID, 'mchid': MCHID} if with_appid else {'mchid': MCHID}


def wx_certificates():
    nonce = b'uluk4a9R25RW'
    sealed = AESGCM(API_V3_KEY).encrypt(nonce, published('wx_java_plat_cert.pem'), b'certificate')
    return {'data': [{'effective_time': '2022-05-10T10:04:03+08:00',
                      'encrypt_certificate': {'algorithm': 'AEAD_AES_256_GCM',
                                              'associated_data': 'certificate',
                                              'ciphertext': base64.b64encode(sealed).decode(),
                                              'nonce': nonce.decode()},
                      'expire_time': '2025-05-09T10:04:03+08:00',
                      'serial_no': CERTIFIED_SERIAL}]}


def wechat_pay():
    base = '/v3/pay/transactions'
    order = {**wx_ids(), 'description': SUBJECT, 'out_trade_no': ORDER, 'attach': ORDER}
    total = {'total': AMOUNT, 'currency': 'CNY'}
    paid = (f'event=paid; reason=; order={ORDER}; amount_fen={AMOUNT}; currency=CNY; brand=wechat; '
            'acquirer_ref=4200002600202605201234567890; payer_total_fen=1200; '
            'paid_us=1779254976000000; said=HTTP 200 SUCCESS')

    wx_request('charge', 'POST', base + '/codepay',
               {**order, 'payer': {'auth_code': '134567890123456789'}, 'amount': total,
                'scene_info': {'device_id': REGISTER, 'store_info': {'out_id': REGISTER}}})
    wx_call('charge', wx_trade(), paid, (403, 'NOT_ENOUGH', 'event=refused; reason=balance'))

    wx_request('order', 'POST', base + '/native',
               {**order, 'time_expire': china(EXPIRES, '%Y-%m-%dT%H:%M:%S+08:00'),
                'notify_url': 'https://till.invalid/notify', 'amount': total})
    wx_call('order', {'code_url': 'weixin://wxpay/bizpayurl?pr=JyC91EIz1'},
            f'event=wait; reason=not-scanned; code_text=weixin://wxpay/bizpayurl?pr=JyC91EIz1; '
            f'expires_us={EXPIRES}000000; brand=wechat; said=HTTP 200',
            (403, 'NO_AUTH', 'event=refused; reason=config'))

    wx_request('query', 'GET', f'{base}/out-trade-no/{ORDER}?mchid={MCHID}')
    wx_call('query', wx_trade(), paid, (404, 'ORDER_NOT_EXIST', 'event=absent; reason=no-answer'))

    wx_request('close', 'POST', f'{base}/out-trade-no/{ORDER}/close', wx_ids(False))
    wx_call('close', None, 'event=close-done; reason=; said=HTTP 204',
            (400, 'ORDERPAID', 'event=close-refused; reason=paid-no-cancel'), status=204,
            lost='close-lost')

    wx_request('reverse', 'POST', f'{base}/out-trade-no/{ORDER}/reverse', wx_ids())
    wx_call('reverse', {**wx_ids(), 'out_trade_no': ORDER},
            f'event=reverse-done; reason=; order={ORDER}; said=HTTP 200',
            (403, 'NOT_ENOUGH', 'event=close-refused; reason=merchant-balance'), lost='close-lost')

    refund = {'amount': {'currency': 'CNY', 'discount_refund': 0, 'payer_refund': BACK,
                         'payer_total': AMOUNT, 'refund': BACK, 'settlement_refund': BACK,
                         'settlement_total': AMOUNT, 'total': AMOUNT},
              'channel': 'ORIGINAL', 'create_time': '2026-05-20T13:29:36+08:00',
              'funds_account': 'AVAILABLE', 'out_refund_no': REFUND, 'out_trade_no': ORDER,
              'promotion_detail': [], 'refund_id': '50200207182018070300011301001',
              'status': 'PROCESSING', 'transaction_id': '4200002600202605201234567890',
              'user_received_account': '支付用户零钱'}
    known = (f'order={REFUND}; amount_fen={BACK}; currency=CNY; brand=wechat; payer_total_fen={BACK}; '
             'acquirer_ref=50200207182018070300011301001')
    wx_request('refund', 'POST', '/v3/refund/domestic/refunds',
               {'out_trade_no': ORDER, 'out_refund_no': REFUND, 'reason': NOTE,
                'amount': {'refund': BACK, 'total': AMOUNT, 'currency': 'CNY'}})
    wx_call('refund', refund, f'event=wait; reason=processing; {known}; said=HTTP 200 PROCESSING',
            (403, 'NOT_ENOUGH', 'event=refused; reason=merchant-balance'))

    wx_request('query-refund', 'GET', f'/v3/refund/domestic/refunds/{REFUND}')
    wx_call('query-refund', {**refund, 'status': 'SUCCESS', 'success_time': '2026-05-20T13:29:36+08:00'},
            f'event=paid; reason=; {known}; paid_us=1779254976000000; said=HTTP 200 SUCCESS',
            (404, 'RESOURCE_NOT_EXISTS', 'event=absent; reason=no-answer'))

    wx_request('keys', 'GET', '/v3/certificates')
    body = compact(wx_certificates())
    reply('wechat-pay', 'keys.good', 'taken', 200, wx_headers(body, CERTIFIED, CERTIFIED_SERIAL), body)
    reply('wechat-pay', 'keys.refused', 'error=public-key-file', 404, {'Request-ID': '08F7E2A6B907'},
          compact({'code': 'RESOURCE_NOT_EXISTS', 'message': '无可用的平台证书'}))
    broken = compact({'data': [{'serial_no': CERTIFIED_SERIAL}]})
    reply('wechat-pay', 'keys.malformed', 'error=wrong form', 200,
          wx_headers(broken, CERTIFIED, CERTIFIED_SERIAL), broken)
    reply('wechat-pay', 'keys.badly-signed', 'error=not signed', 200,
          wx_headers(body, PLATFORM, CERTIFIED_SERIAL), body)


# --- Alipay -------------------------------------------------------------------------------------

APP = private('ali_app-private-key')
GATEWAY = private('wx_go_signer_key')
APP_ID = '2021000000000001'
QUERY_NAMES = ('app_id', 'method', 'format', 'charset', 'sign_type', 'timestamp', 'version', 'sign')


def encode(values):
    return '&'.join(f'{key}={urllib.parse.quote(values[key], safe="-._~")}' for key in sorted(values))


def ali_request(name, method, content):
    values = {'app_id': APP_ID, 'method': method, 'format': 'JSON', 'charset': 'utf-8',
              'sign_type': 'RSA2', 'timestamp': china(NOW, '%Y-%m-%d %H:%M:%S'), 'version': '1.0',
              'biz_content': compact(content)}
    values['sign'] = sign(APP, '&'.join(f'{key}={values[key]}' for key in sorted(values)))
    query = encode({key: values[key] for key in QUERY_NAMES})
    body = encode({'biz_content': values['biz_content']})
    write('alipay', name + '.request',
          f'POST https://openapi.alipay.com/gateway.do?{query}\nAccept: application/json\n'
          'User-Agent: Till/@VERSION@\n'
          f'Content-Type: application/x-www-form-urlencoded;charset=utf-8\n\n{body}')


def ali_body(method, node, signature=None):
    text = compact(node).replace('/', '\\/')
    signature = signature or sign(GATEWAY, text)
    return f'{{"{method.replace(".", "_")}_response":{text},"sign":"{signature}"}}'


def ali_call(name, method, content, good, expect, refused, lost='lost'):
    headers = {'Content-Type': 'text/html;charset=utf-8'}
    node = {'code': '10000', 'msg': 'Success', **good}
    sub_code, refused_expect = refused
    ali_request(name, method, content)
    reply('alipay', name + '.good', f'{expect}; brand=alipay', 200, headers, ali_body(method, node))
    error = {'code': '40004', 'msg': 'Business Failed', 'sub_code': sub_code, 'sub_msg': '业务失败'}
    reply('alipay', name + '.refused', f'{refused_expect}; brand=alipay; said=40004 {sub_code}', 200,
          headers, ali_body(method, error))
    reply('alipay', name + '.malformed', f'event={lost}; reason=bad-answer', 200, headers,
          ali_body(method, node)[:-40])
    reply('alipay', name + '.badly-signed', f'event={lost}; reason=bad-signature', 200, headers,
          ali_body(method, node, sign(GATEWAY, 'another text')))


def alipay():
    trade = {'out_trade_no': ORDER, 'trade_no': '2026052022001412345678901234'}
    ref = f'order={ORDER}; acquirer_ref=2026052022001412345678901234'
    order = {'out_trade_no': ORDER, 'total_amount': '12.50', 'subject': SUBJECT,
             'terminal_id': REGISTER, 'operator_id': CLERK}
    paid = {**trade, 'buyer_logon_id': '158****1562', 'total_amount': '12.50',
            'receipt_amount': '12.50', 'buyer_pay_amount': '12.00', 'point_amount': '0.00',
            'invoice_amount': '12.00', 'buyer_user_id': '2088101117955611'}
    money = f'{ref}; amount_fen={AMOUNT}; payer_total_fen=1200; paid_us=1779254976000000'

    ali_call('charge', 'alipay.trade.pay',
             {**order, 'auth_code': '28763443825664394', 'scene': 'bar_code',
              'product_code': 'FACE_TO_FACE_PAYMENT', 'timeout_express': '5m'},
             {**paid, 'gmt_payment': '2026-05-20 13:29:36'},
             f'event=accepted; reason=processing; {money}; said=10000',
             ('ACQ.BUYER_BALANCE_NOT_ENOUGH', 'event=refused; reason=balance'))
    ali_call('order', 'alipay.trade.precreate',
             {**order, 'product_code': 'QR_CODE_OFFLINE', 'timeout_express': '5m',
              'qr_code_timeout_express': '5m'},
             {'out_trade_no': ORDER, 'qr_code': 'https://qr.alipay.com/bax00000'},
             f'event=wait; reason=not-scanned; order={ORDER}; '
             f'code_text=https://qr.alipay.com/bax00000; expires_us={EXPIRES}000000; said=10000',
             ('ACQ.ACCESS_FORBIDDEN', 'event=refused; reason=config'))
    ali_call('query', 'alipay.trade.query', {'out_trade_no': ORDER},
             {**paid, 'trade_status': 'TRADE_SUCCESS', 'send_pay_date': '2026-05-20 13:29:36'},
             f'event=paid; reason=; {money}; said=10000 TRADE_SUCCESS',
             ('ACQ.TRADE_NOT_EXIST', 'event=absent; reason=no-answer'))
    ali_call('close', 'alipay.trade.close', {'out_trade_no': ORDER}, trade,
             f'event=close-done; reason=; {ref}; said=10000',
             ('ACQ.TRADE_STATUS_ERROR', 'event=close-refused; reason=paid-no-cancel'), 'close-lost')
    ali_call('reverse', 'alipay.trade.cancel', {'out_trade_no': ORDER},
             {**trade, 'retry_flag': 'N', 'action': 'close'},
             f'event=reverse-done; reason=; {ref}; said=10000',
             ('ACQ.TRADE_CANCEL_TIME_OUT', 'event=close-refused; reason=paid-no-cancel'), 'close-lost')
    ali_call('refund', 'alipay.trade.refund',
             {'out_trade_no': ORDER, 'refund_amount': '5.00', 'out_request_no': REFUND,
              'refund_reason': NOTE},
             {**trade, 'buyer_logon_id': '158****1562', 'fund_change': 'Y', 'refund_fee': '5.00',
              'gmt_refund_pay': '2026-05-20 13:29:36'},
             'event=paid; reason=; acquirer_ref=2026052022001412345678901234; '
             'paid_us=1779254976000000; said=10000',
             ('ACQ.SELLER_BALANCE_NOT_ENOUGH', 'event=refused; reason=merchant-balance'))
    ali_call('query-refund', 'alipay.trade.fastpay.refund.query',
             {'out_trade_no': ORDER, 'out_request_no': REFUND},
             {**trade, 'out_request_no': REFUND, 'refund_amount': '5.00', 'total_amount': '12.50',
              'refund_status': 'REFUND_SUCCESS'},
             f'event=paid; reason=; order={REFUND}; amount_fen={BACK}; '
             'acquirer_ref=2026052022001412345678901234; said=10000',
             ('ACQ.TRADE_NOT_EXIST', 'event=absent; reason=no-answer'))


# --- UnionPay -----------------------------------------------------------------------------------

UP_KEY = private('wx_doc_mch_key')
UP_ROOT = private('wx_java_plat_key')
UP_MIDDLE = private('wx_java_mch_key')
UP_SIGNER = private('wx_go_signer_key')
UP_NAME = '041@Z2026-5-1@中国银联股份有限公司@00000001'
MER_ID, CERT_ID = '777290058110097', '68759663125'
QUERY_ID = '202605201329351234568'


def certify(name, serial, key, by_name, by, authority, until=2120):
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
             for text in (name, by_name)]
    return (x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1])
            .public_key(key.public_key()).serial_number(serial)
            .not_valid_before(datetime.datetime(2020, 1, 1))
            .not_valid_after(datetime.datetime(until, 1, 1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), True)
            .sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode())


UP_CHAIN = {
    'root': certify('Till test root', 1, UP_ROOT, 'Till test root', UP_ROOT, True),
    'middle': certify('Till test middle', 2, UP_MIDDLE, 'Till test root', UP_ROOT, True),
    'signer': certify(UP_NAME, 3, UP_SIGNER, 'Till test middle', UP_MIDDLE, False),
    # Somebody else of the same authority; one whose time is over; one that nobody vouches for.
    'other': certify('041@Z2026-5-1@某某有限公司@00000001', 4, UP_SIGNER, 'Till test middle',
                     UP_MIDDLE, False),
    'old': certify(UP_NAME, 5, UP_SIGNER, 'Till test middle', UP_MIDDLE, False, 2025),
    'stranger': certify(UP_NAME, 6, UP_SIGNER, 'Till test middle', UP_KEY, False),
}


def up_sign(key, values):
    text = '&'.join(f'{name}={values[name]}' for name in sorted(values) if values[name])
    return sign(key, hashlib.sha256(text.encode()).hexdigest())


def up_request(name, path, trade, number, values, url=None):
    values = {'version': '5.1.0', 'encoding': 'UTF-8', 'bizType': '000000', 'channelType': '08',
              'accessType': '0', 'merId': MER_ID, 'txnType': trade[:2], 'txnSubType': trade[2:],
              'orderId': number, 'txnTime': china(NOW, '%Y%m%d%H%M%S'), 'signMethod': '01',
              'certId': CERT_ID, **values}
    values = {name: value for name, value in values.items() if value}
    values['signature'] = up_sign(UP_KEY, values)
    url = url or f'https://gateway.95516.com/gateway/api/{path}.do'
    write('unionpay', name + '.request',
          f'POST {url}\nAccept: */*\n'
          'User-Agent: Till/@VERSION@\n'
          f'Content-Type: application/x-www-form-urlencoded;charset=utf-8\n\n{encode(values)}')


def up_body(trade, number, values, signer=UP_SIGNER):
    values = {'accessType': '0', 'bizType': '000000', 'encoding': 'UTF-8', 'merId': MER_ID,
              'orderId': number, 'signMethod': '01', 'signPubKeyCert': UP_CHAIN['signer'],
              'txnSubType': trade[2:], 'txnTime': china(NOW, '%Y%m%d%H%M%S'), 'txnType': trade[:2],
              'version': '5.1.0', **values}
    values = {name: value for name, value in values.items() if value}
    values['signature'] = up_sign(signer, values)
    return '&'.join(f'{name}={values[name]}' for name in sorted(values))


def up_call(name, trade, number, sent, good, expect, refused, path='backTransReq', lost='lost'):
    headers = {'Content-Type': 'text/html;charset=UTF-8'}
    code, refused_expect = refused
    up_request(name, path, trade, number, sent)
    body = up_body(trade, number, {'respCode': '00', 'respMsg': '成功[0000000]', **good})
    reply('unionpay', name + '.good', f'{expect}; order={number}; brand=unionpay', 200, headers, body)
    error = up_body(trade, number, {'respCode': code, 'respMsg': f'失败[26000{code}]'})
    reply('unionpay', name + '.refused', f'{refused_expect}; brand=unionpay; said=HTTP 200 {code}',
          200, headers, error)
    reply('unionpay', name + '.malformed', f'event={lost}; reason=bad-answer', 200, headers,
          body.replace('&respCode=', '&respcode='))
    reply('unionpay', name + '.badly-signed', f'event={lost}; reason=bad-signature', 200, headers,
          up_body(trade, number, {'respCode': '00', 'respMsg': '成功[0000000]', **good}, UP_KEY))


def unionpay():
    money = {'txnAmt': str(AMOUNT), 'currencyCode': '156', 'backUrl': 'http://www.specialUrl.com'}
    paid = {'txnAmt': str(AMOUNT), 'currencyCode': '156', 'queryId': QUERY_ID,
            'origRespCode': '00', 'origRespMsg': '成功[0000000]', 'traceNo': '123456',
            'traceTime': '0520132936', 'settleAmt': str(AMOUNT), 'settleDate': '0520',
            'settleCurrencyCode': '156', 'accNo': '6221********0004', 'payCardType': '01'}
    up_call('charge', '0106', ORDER, {**money, 'qrNo': '6220123456789012345', 'termId': '00000001'},
            {'queryId': QUERY_ID, 'txnAmt': str(AMOUNT), 'currencyCode': '156'},
            f'event=wait; reason=processing; acquirer_ref={QUERY_ID}; said=HTTP 200 00',
            ('64', 'event=refused; reason=balance'))
    up_call('order', '0107', ORDER,
            {**money, 'termId': '00000001', 'payTimeout': china(EXPIRES, '%Y%m%d%H%M%S')},
            {'qrCode': 'https://qr.95516.com/00010000/01116734936470044423094034227630'},
            'event=wait; reason=not-scanned; expires_us=%d000000; said=HTTP 200 00; '
            'code_text=https://qr.95516.com/00010000/01116734936470044423094034227630' % EXPIRES,
            ('32', 'event=refused; reason=config'))
    up_call('query', '0000', ORDER, {}, paid,
            f'event=paid; reason=; amount_fen={AMOUNT}; currency=CNY; acquirer_ref={QUERY_ID}; '
            'paid_us=1779254976000000; said=HTTP 200 00 00',
            ('34', 'event=absent; reason=no-answer'), 'queryTrans')
    up_call('close', '0000', ORDER, {}, paid,
            f'event=close-refused; reason=; acquirer_ref={QUERY_ID}; said=HTTP 200 00 00',
            ('34', 'event=close-done; reason='), 'queryTrans', 'close-lost')
    up_call('reverse', '9901', ORDER, {}, {'queryId': QUERY_ID},
            f'event=reverse-done; reason=; acquirer_ref={QUERY_ID}; said=HTTP 200 00',
            ('36', 'event=close-refused; reason='), lost='close-lost')
    up_call('refund', '0400', REFUND,
            {'txnAmt': str(BACK), 'backUrl': 'http://www.specialUrl.com', 'origOrderId': ORDER,
             'origTxnTime': china(NOW - 60, '%Y%m%d%H%M%S')},
            {'queryId': QUERY_ID, 'txnAmt': str(BACK)},
            f'event=wait; reason=processing; acquirer_ref={QUERY_ID}; said=HTTP 200 00',
            ('36', 'event=refused; reason=refund-refused'))
    up_call('query-refund', '0000', REFUND, {}, {**paid, 'txnAmt': str(BACK)},
            f'event=paid; reason=; amount_fen={BACK}; currency=CNY; acquirer_ref={QUERY_ID}; '
            'paid_us=1779254976000000; said=HTTP 200 00 00',
            ('34', 'event=absent; reason=no-answer'), 'queryTrans')


# Columns of a record of 607 bytes: lyonliyang/demo, UnionField; behind the fortieth blanks.
ZM_WIDTHS = (3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32,
             1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1)


def zm_record(code, time, amount, query_id, order, fee, settle, kind, original=''):
    cells = dict.fromkeys(range(1, 41), '')
    cells.update({1: code, 2: '00010000', 3: '00010000', 4: '000079', 5: time,
                  6: '622800*********0001', 7: f'{amount:012d}', 8: '5411', 9: '08', 10: query_id,
                  11: '01', 12: order, 16: fee, 17: settle, 18: '0001', 20: kind, 21: '06',
                  22: '000000', 23: '01', 26: '0', 27: original, 28: MER_ID, 29: '0',
                  31: SUBJECT, 33: settle, 34: '49000002'})
    row = b' '.join(cells[n].encode('gbk').ljust(width) for n, width in enumerate(ZM_WIDTHS, 1))
    return row.ljust(607) + b'\r\n'


def up_statement():
    rows = (zm_record('S22', '0519233000', 1800, '202605192330001234567', '6K2M9PQ4XW8ZT3VB6NHD5C',
                      'D000000000007', 'C000000001793', '01')
            + zm_record('S22', '0520132936', AMOUNT, QUERY_ID, ORDER, 'D000000000005',
                        'C000000001245', '01')
            + zm_record('S30', '0520133036', BACK, '202605201330361234569', REFUND, 'C000000000002',
                        'D000000000498', '04', QUERY_ID))
    memory = io.BytesIO()
    names = [f'INN26052088{kind}_{MER_ID}' for kind in ('ZM', 'ZME')]
    with zipfile.ZipFile(memory, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in zip(names, (rows, b'')):
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 21, 8, 0, 0)), data,
                             zipfile.ZIP_DEFLATED)
    content = base64.b64encode(zlib.compress(memory.getvalue())).decode()
    headers = {'Content-Type': 'text/html;charset=UTF-8'}
    asked = {'orderId': '', 'channelType': '', 'fileType': '00', 'settleDate': '0520'}
    good = {'orderId': '', 'respCode': '00', 'respMsg': '成功[0000000]', 'settleDate': '0520',
            'fileName': f'{MER_ID}_20260520.zip', 'fileContent': content}
    up_request('statement', None, '7601', '', asked, 'https://filedownload.95516.com/')
    reply('unionpay', 'statement.good', 'state=here; reason=; said=HTTP 200 00; '
          f'files={",".join(names)}; sale=2/3050/12/3038; refund=1/500/-2/-498; void=0/0/0/0; '
          'other=0/0/0/0', 200, headers, up_body('7601', '', good))
    reply('unionpay', 'statement.refused', 'state=absent; reason=; said=HTTP 200 98', 200, headers,
          up_body('7601', '', {'respCode': '98', 'respMsg': '文件不存在[2600098]'}))
    reply('unionpay', 'statement.malformed',
          'state=lost; reason=bad-answer; fault=the archive cannot be unpacked', 200, headers,
          up_body('7601', '', {**good, 'fileContent': content[:len(content) // 8 * 4]}))
    reply('unionpay', 'statement.badly-signed', 'state=lost; reason=bad-signature', 200, headers,
          up_body('7601', '', good, UP_KEY))


def own_chain():
    for name, pem in UP_CHAIN.items():
        write('own', f'unionpay-{name}.pem', pem.strip())


def own_keys():
    public = PLATFORM.public_key().public_bytes(serialization.Encoding.PEM,
                                                serialization.PublicFormat.SubjectPublicKeyInfo)
    write('own', 'answers-pub.pem', 'The public half of wx_go_signer_key.\n' + public.decode().strip())


if __name__ == '__main__':
    own_keys()
    own_chain()
    wechat_pay()
    alipay()
    unionpay()
    up_statement()

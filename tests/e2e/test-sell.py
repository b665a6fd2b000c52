#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sales, end to end: the real program, the real keyboard, the sandbox's bank."""

from till_e2e import main, text_of, wait

PAYCODE = '1345678901234567'   # and two digits that choose the sandbox's scenario


def sale_by_wedge(till):
    """An amount, a scan, green; the journal and the bank have the same payment."""
    till.type('12.50', shows='¥12.50')
    till.shot('amount')
    till.key('Return')
    till.wait_focused("Scan the customer's payment code")
    till.shot('scan')
    till.scan(PAYCODE + '00')
    till.wait_state('Paid')
    till.wait_amount('¥12.50')
    till.shot('paid')
    sale, = till.sales()
    assert (sale['state'], sale['amount_fen'], sale['brand']) == ('paid', 1250, 'wechat'), sale
    order, = till.ledger()
    assert (order['order'], order['paid_fen']) == (sale['order'], 1250), order
    till.key('Return')
    till.wait_focused('¥0')


def scan_from_any_focus(till):
    """A scan while the search has the focus charges the amount and leaves no digit in the entry; a
    person's digits stay there; a scanner without Enter is recognised by its pause."""
    till.type('12.50', shows='¥12.50')
    till.key('ctrl+f')
    entry = wait('the search', lambda: till.find(name=till._('Search sales by number')))
    till.type('42')
    wait('the digits in the search', lambda: text_of(entry) == '42')
    till.scan('28' + PAYCODE + '00', enter=False)
    till.wait_state('Paid')
    assert text_of(entry) == '42', text_of(entry)
    assert till.sales()[0]['brand'] == 'alipay'


def refused(till):
    """Red with the reason; the next code charges the same amount as another payment."""
    till.type('20', shows='¥20')
    till.wait_name('¥20')
    till.scan(PAYCODE + '23')
    till.wait_state('Not paid')
    till.wait_text('Not enough money there. Ask for another card or another wallet.')
    till.shot('not-paid')
    till.scan(PAYCODE + '00')
    till.wait_state('Paid')
    states = sorted(sale['state'] for sale in till.sales())
    assert states == ['failed', 'paid'], states


def wrong_codes(till):
    """What is no payment code says what it is, and nothing is sent."""
    till.type('20', shows='¥20')
    for text, sentence in (
            ('6901234567892', 'This is a goods barcode. Scan the customer\'s payment code.'),
            ('https://qr.alipay.com/fkx012345',
             'This is a code for receiving money. Ask the customer to open the payment code '
             'instead.')):
        till.scan(text)
        till.wait_text(sentence)
    till.shot('wrong-code')
    assert not till.sales() and not till.ledger()


def password_and_power_cut(till):
    """Amber while the customer types; a power cut; the till takes it up; then green."""
    till.type('30', shows='¥30')
    till.scan(PAYCODE + '11')
    till.wait_state('Waiting for the customer', context=None)
    till.shot('asking')
    order = till.sales()[0]['order']

    till.kill()
    till.start()
    open_one = till.words.ngettext('%u open payment', '%u open payments', 1) % 1
    till.wait_name(open_one)
    till.shot('taken-up')
    till.key('alt+1')
    till.wait_state('Waiting for the customer', context=None)
    till.customer('password', order=order)
    till.key('ctrl+r')
    till.wait_state('Paid')
    assert [o['paid_fen'] for o in till.ledger()] == [3000]


def displayed_code(till):
    """The code on the screen is one that a camera reads; the customer pays; green."""
    till.type('88', shows='¥88')
    till.key('F5')
    till.wait_text('Scan with WeChat')
    text, = till.read_code()
    till.shot('code')
    till.customer('pay', text=text)
    till.wait_state('Paid')
    till.wait_amount('¥88.00')
    sale, = till.sales()
    assert (sale['kind'], sale['state'], sale['amount_fen']) == ('collect', 'paid', 8800), sale


def one_code_for_all(till):
    """One code is headed by the wallets of its contract; whose it was, the acquirer says."""
    till.type('88', shows='¥88')
    till.key('F2')
    apps = ' / '.join(till._(app) for app in ('WeChat', 'Alipay', 'UnionPay / bank apps'))
    till.wait_name(till._('Scan with %s') % apps)
    text, = till.read_code()
    till.shot('one-code')
    till.customer('pay', text=text, wallet='alipay')
    till.wait_state('Paid')
    till.wait_amount('¥88.00')
    sale, = till.sales()
    assert (sale['acquirer'], sale['brand']) == ('chinaums', 'alipay'), sale
    order, = till.ledger()
    assert (order['acquirer'], order['paid_fen']) == ('chinaums', 8800), order


def which_wallet(till):
    """Where each wallet has its own code the customer is asked, and the answer is a number; another
    wallet's key closes the first code before the second is live."""
    till.stop_window()
    till.keep_contracts('wechat', 'alipay', 'unionpay')
    till.start()
    till.type('88', shows='¥88')
    till.key('F2')
    till.wait_focused('Which wallet does the customer use?')
    till.shot('which-wallet')
    till.key('1')
    till.wait_text('Scan with WeChat')
    till.read_code()
    till.key('F6')
    till.wait_text('Scan with Alipay')
    text, = wait('one code', lambda: [code for code in till.read_code() if 'alipay' in code])
    till.customer('pay', text=text)
    till.wait_state('Paid')
    assert sorted(order['state'] for order in till.ledger()) == ['closed', 'paid'], till.ledger()


def both_codes(till):
    """Where the owner allows it two codes are live for one sale: Alipay's is paid, WeChat's is
    closed at the bank."""
    till.stop_window()
    till.keep_contracts('wechat', 'alipay')
    till.edit_profile('currency=CNY', 'currency=CNY\ncodes-at-once=yes')
    till.start()
    till.type('66', shows='¥66')
    till.key('F2')
    till.wait_text('Scan with Alipay')
    codes = wait('two codes', lambda: two_of(till.read_code()))
    till.shot('both-codes')
    till.customer('pay', text=next(code for code in codes if 'alipay' in code))
    till.wait_state('Paid')
    wait('the other code closed', lambda: sorted(
        order['state'] for order in till.ledger()) == ['closed', 'paid'])


def cancelled_code(till):
    """Esc closes the code at the bank before the till says so."""
    till.type('5', shows='¥5')
    till.key('F6')
    till.wait_text('Scan with Alipay')
    till.key('Escape')
    till.wait_state('Not paid')
    till.shot('cancelled')
    assert till.sales()[0]['state'] == 'failed'
    till.key('Escape')
    till.wait_focused('¥0')


def refund(till):
    """Found by digits, refunded in part: the bank and the proof have it."""
    till.type('12.50', shows='¥12.50')
    till.scan(PAYCODE + '00')
    till.wait_state('Paid')
    order = till.sales()[0]['order']
    till.key('ctrl+f')
    till.type(order[-6:])
    till.key('Return')
    till.wait_state('Paid', context='sale')
    till.shot('sale')
    till.key('ctrl+t')
    till.wait_entry('Amount in yuan', '12.50')
    till.shot('refund')
    till.scan(PAYCODE + '00')
    till.key('ctrl+a')
    till.type('5')
    till.wait_entry('Amount in yuan', '5')
    till.key('Return')
    till.focus()
    till.wait_state('Partly given back', context=None)
    wait('the end of the question', lambda: not till.find(name=till._('Give money back?')))
    till.shot('refunded')
    sale, = till.sales()
    assert sale['refunded_fen'] == 500, sale
    assert till.ledger()[0]['given_back_fen'] == 500
    code, lines = till.run('journal', 'verify')
    assert code == 0, lines


def settled_by_hand(till):
    """The payer's bank refuses a refund: the owner finds it with its evidence, and settles it with
    name and reason, by keyboard alone."""
    till.type('12.50', shows='¥12.50')
    till.scan(PAYCODE + '00')
    till.wait_state('Paid')
    order = till.sales()[0]['order']
    till.control('/sandbox/control',
                 {'scenario': 'refund-abnormal', 'call': 'refund', 'queries': 0})
    till.run('refund', order, '4')
    number = till.sales()[0]['payments'][1]['order']
    till.run('query', number)
    till.stop_window()
    till.start()
    till.wait_text('Needs the owner: Ctrl+3')
    till.key('ctrl+3')
    till.wait_focused('Only a person can settle these')
    wait('the refund\'s number', lambda: till.find_containing(number))
    till.shot('to-settle')
    till.click('Settle…')
    till.wait_focused('The money was not given back')
    till.key('Down')
    till.wait_focused('The money was given back')
    till.key('space')
    till.key('Tab')
    till.type('boss')
    till.wait_entry('Your name', 'boss')
    till.key('Tab')
    till.type('seen on the merchant page')
    till.wait_entry('How do you know?', 'seen on the merchant page')
    till.wait_text('The money counts as given back. The till asks the wallet for no refund.')
    till.shot('settle')
    till.key('Return')
    wait('the journal', lambda: till.sales()[0]['refunded_fen'] == 400)
    till.focus()
    till.wait_focused('¥0')
    last = till.run('journal', 'export')[1][-1]
    assert (last['event'], last['clerk'], last['note']) == (
        'owner-given-back', 'boss', 'seen on the merchant page'), last
    till.shot('settled')


def bad_profile(till):
    """A bad profile stops the till with its line; mended, the same window goes on."""
    till.stop_window()
    till.edit_profile('[shop]', '[shop]\nnmae=x')
    till.start()
    till.wait_text('This till cannot take money yet')
    wait('the line', lambda: till.find_containing('profile.ini:2'))
    till.shot('bad-profile')
    till.type('5')
    till.edit_profile('nmae=x\n', '')
    till.click('Try again')
    till.wait_focused('¥0')
    till.type('5', shows='¥5')


def second_start(till):
    """A second start on the same profile raises the first window and makes none of its own."""
    till.start_again()
    assert till.window.poll() is None
    till.type('7', shows='¥7')
    till.key('ctrl+q')
    wait('the end', lambda: till.window.poll() is not None)
    assert till.window.returncode == 0, till.window.returncode


def closed_with_an_open_payment(till):
    """Closing says what becomes of the open payment, and lets the clerk think again."""
    till.type('30', shows='¥30')
    till.scan(PAYCODE + '11')
    till.wait_state('Waiting for the customer', context=None)
    till.key('ctrl+q')
    till.wait_question('_Keep it open')
    till.shot('close')
    till.key('Escape')
    till.focus()
    till.wait_state('Waiting for the customer', context=None)
    till.key('ctrl+q')
    till.wait_question('_Keep it open')
    till.key('alt+c')
    wait('the end', lambda: till.window.poll() is not None)
    assert till.window.returncode == 0, till.window.returncode
    assert till.sales()[0]['state'] == 'waiting'


def two_of(codes):
    return codes if len(codes) == 2 else None


main([sale_by_wedge, scan_from_any_focus, refused, wrong_codes, password_and_power_cut,
      displayed_code, one_code_for_all, which_wallet, both_codes, cancelled_code, refund,
      settled_by_hand, bad_profile, second_start, closed_with_an_open_payment])

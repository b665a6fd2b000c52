#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sales by camera, end to end: a camera of PipeWire's, the real program, the sandbox's bank."""

from till_e2e import main, wait
from virtual_camera import start_or_skip

PAYCODE = '1345678901234567'   # and two digits that choose the sandbox's scenario
PICTURE = 'What the camera sees'

camera = start_or_skip()


def assert_nowhere(till, code):
    """A whole payment code is neither on the screen nor in the log."""
    assert not till.find_containing(code), 'the code is on the screen'
    with open(till.log_path, encoding='utf-8', errors='replace') as log:
        assert code not in log.read(), 'the code is in the log'


def wait_states(till, *states):
    """By the journal: a busy machine may not see the green page while it is there. PipeWire gives
    up a camera that does not answer after half a minute only."""
    wait(f'sales that are {states}', lambda: sorted(s['state'] for s in till.sales()) == [*states],
         limit_s=150)


def sale_by_camera(till):
    """The code that lies before the camera is charged when the clerk asks for it, once; the camera
    is on only then."""
    camera.plug_in(PAYCODE + '00')
    till.type('12.50', shows='¥12.50')
    assert not camera.is_in_use()
    till.key('Return')
    wait_states(till, 'paid')
    wait('the camera to be off', lambda: not camera.is_in_use())
    sale, = till.sales()
    assert (sale['state'], sale['amount_fen'], sale['brand']) == ('paid', 1250, 'wechat'), sale
    order, = till.ledger()
    assert (order['order'], order['paid_fen']) == (sale['order'], 1250), order
    assert_nowhere(till, PAYCODE + '00')


def pulled_out_and_back(till):
    """The camera goes and comes back while a customer waits: said, and then the sale is made."""
    camera.plug_in('')
    till.type('30', shows='¥30')
    till.key('Return')
    till.wait_text(PICTURE)
    wait('the camera to be on', camera.is_in_use)
    till.shot('camera')
    camera.pull_out()
    till.wait_text('No camera is plugged in. Plug one in, or use the scanner.')
    till.shot('camera-gone')
    camera.plug_in(PAYCODE + '00')
    wait_states(till, 'paid')
    assert till.sales()[0]['amount_fen'] == 3000, till.sales()


def declined_code_stays(till):
    """The code of a declined payment stays before the camera: it is not charged again, the clerk is
    told, and the scanner that types goes on."""
    camera.plug_in(PAYCODE + '23')
    till.type('20', shows='¥20')
    till.key('Return')
    till.wait_state('Not paid')
    till.key('Return')
    till.wait_text('This code was tried already. Ask the customer to refresh it.')
    till.shot('tried')
    assert len(till.ledger()) == 1, till.ledger()
    assert_nowhere(till, PAYCODE + '23')
    till.scan('28' + PAYCODE + '00')
    wait_states(till, 'failed', 'paid')


def shop_code(till):
    """A shop's code before the camera is said to be one; nothing is sent."""
    camera.plug_in('https://qr.alipay.com/fkx012345')
    till.type('20', shows='¥20')
    till.key('Return')
    till.wait_text('This is a code for receiving money. Ask the customer to open the payment code '
                   'instead.')
    till.shot('shop-code')
    assert not till.sales() and not till.ledger()


def doctor(till):
    """The doctor reads with it."""
    camera.plug_in('')
    line = next(line for line in till.run('doctor')[1] if line['check'] == 'camera')
    assert (line['health'], line['state']) == ('good', 'reading'), line
    assert line['rate'] > 5 and line['device'] and line['modes'], line


def alone(test):
    def run(till):
        try:
            test(till)
        finally:
            camera.pull_out()
    run.__name__ = test.__name__
    return run


try:
    main([alone(test) for test in (sale_by_camera, pulled_out_and_back, declined_code_stays,
                                   shop_code, doctor)])
finally:
    camera.stop()

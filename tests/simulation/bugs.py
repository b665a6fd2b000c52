#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts bugs into a copy of the tree, one at a time, and says after how many lives the simulator
catches each. Fails where one gets away.

    bugs.py [SOURCE [LIVES [WORD]]]  SOURCE: the project's folder; LIVES: at most so many, 20000;
                                     WORD: only those bugs whose names have it
    bugs.py --check [SOURCE]         only looks whether each bug's place is still there
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

PAYMENT = 'src/core/payment.c'
TIMING = 'src/desk/timing.c'
WECHAT = 'src/acquirer/wechat-codes.c'
UNIONPAY = 'src/acquirer/unionpay.c'
UNIONPAY_CODES = 'src/acquirer/unionpay-codes.c'
SHOUQIANBA = 'src/acquirer/shouqianba.c'
SHOUQIANBA_CODES = 'src/acquirer/shouqianba-codes.c'
CHINAUMS_CODES = 'src/acquirer/chinaums-codes.c'
CMB = 'src/acquirer/cmb.c'
EFFECT = 'src/desk/effect.c'
TAPPING = 'src/desk/tapping.c'

# What is put in: a name, then the places. A place is a file, the texts that lead to it, one after
# the other, the text that stands there, and what takes its place.
BUGS = [
    ('send before the row is written',
     ('src/desk/effect.c', ['till_run_prepare ('],
      '  make_request (self, sale, payment, first_call (payment->kind));\n',
      '  make_request (self, sale, payment, first_call (payment->kind));\n'
      '  till_request_send (self->request, answer_cb, self);\n')),
    ('silence is failure',
     (PAYMENT, ['charge_next[', '[TILL_PAYMENT_ASKED]', '[TILL_EVENT_LOST]'],
      'TO (UNSURE)', 'TO (FAILED)')),
    ('a query that cannot leave ends the payment',
     ('src/acquirer/acquirer.c', ['read_silence ('],
      'moves_money (ask->call) ? TILL_EVENT_UNSENT : TILL_EVENT_LOST', 'TILL_EVENT_REFUSED')),
    ('a 5xx is declined',
     (WECHAT, ['{ TILL_ON_ALL, 5, NULL, '], 'TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT',
      'TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED')),
    ('an error answer is final',
     (WECHAT, ['{ TILL_ON_ALL, 429, NULL, '], 'TILL_EVENT_LOST, TILL_REASON_BUSY',
      'TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED')),
    ('unknown there is failed',
     (WECHAT, ['{ TILL_ON (QUERY), 404, "ORDER_NOT_EXIST", '],
      'TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER',
      'TILL_EVENT_REFUSED, TILL_REASON_NEVER_BOOKED')),
    ('the amount is not compared',
     ('src/acquirer/acquirer.c', ['\ncross_check ('],
      'says_paid && amount_differs (', 'FALSE && amount_differs (')),
    ('the order is not compared',
     ('src/acquirer/acquirer.c', ['\ncross_check ('],
      'answer->order ? strcmp (answer->order, ask->order) != 0', 'answer->order ? FALSE')),
    ('an unsigned answer is accepted',
     ('src/acquirer/wechat-keys.c', ['if (!serial || !timestamp || !nonce || !signature)'],
      'return TILL_REASON_UNSIGNED;', 'return TILL_REASON_NONE;')),
    ('the time of an answer is not checked',
     ('src/acquirer/wechat-keys.c', ['\nis_fresh ('],
      'if (!is_fresh (timestamp, ask->now_us))',
      'if (FALSE && !is_fresh (timestamp, ask->now_us))')),
    ('an unknown key is never fetched',
     ('src/desk/request.c', ['\ntake_reply ('], 'answer.wants_keys &&', 'FALSE &&')),
    ('reversed too early',
     ('src/acquirer/wechat-pay.c', ['.reverse_not_before_ms = '], '15 * 1000', '0')),
    ('the second code is not closed',
     ('src/desk/desk.c', ['\ncommitted_cb ('], 'till_desk_close_others (self, item);', '')),
    ('a second code stays open after a start',
     ('src/desk/settle.c', ['\ntill_desk_resume ('], 'till_desk_close_others (self, item);', '')),
    ('a second success is not given back',
     ('src/desk/entry.c', ['\ntill_entry_step ('],
      'if (is_second_success (sale, payment_number, payment, happening))', 'if (FALSE)')),
    ('paid after failed is ignored',
     ('src/core/sale.c', ['\nbegins_or_goes_on_watching ('],
      'return row->event == TILL_EVENT_ABSENT && till_kind_is_pushed (payment->kind);',
      'return FALSE;')),
    ('resume forgets what was asked',
     (PAYMENT, ['charge_next[', '[TILL_PAYMENT_ASKED]', '[TILL_EVENT_RESUME]'],
      'TO (UNSURE)', 'TO (FAILED)')),
    ('resume charges again',
     (PAYMENT, ['charge_next[', '[TILL_PAYMENT_ASKED]', '[TILL_EVENT_RESUME]'],
      'TO (UNSURE)', 'TO (ASKED)'),
     (PAYMENT, ['on_resume[', '[TILL_PAYMENT_ASKED]'], 'TILL_EFFECT_NONE', 'TILL_EFFECT_SEND')),
    ('another try is another number',
     ('src/desk/take.c', ['\ntill_desk_charge ('],
      '  if (item)\n    return item;\n', ''),
     ('src/desk/take.c', ['\ntill_desk_charge (', 'order = '],
      'ticket && ticket->order ? g_strdup (ticket->order)', 'FALSE ? NULL')),
    ('the same code is charged in each frame',
     ('src/desk/take.c', ['\ntill_desk_charge ('],
      'if (till_desk_is_charging (self, code))', 'if (FALSE)')),
    ('numbers from the clock',
     ('src/desk/shop.c', ['\ntill_shop_new_number ('],
      '  till_random_fill (shop->ports->random, bytes, sizeof bytes);\n',
      '  for (guint i = 0; i < sizeof bytes; i++)\n'
      '    bytes[i] = (guint8) (till_shop_now_us (shop) >> (5 * MIN (i, 12)));\n')),
    ('asked without a pause',
     (TIMING, ['\ntill_timing_plan_query ('], '  if (self->ask_now)\n    delay_ms = 0;\n',
      '  delay_ms = 0;\n')),
    ('a lagging query is believed after a reversal',
     (PAYMENT, ['charge_next[', '[TILL_PAYMENT_REVERSED]', '[TILL_EVENT_PAID]'],
      'TO (REVERSING)', 'TO (PAID)')),
    ('paid is believed while a reversal is on its way',
     (TIMING, ['\ntill_timing_believe ('],
      'payment && is_paid_in_doubt (', 'FALSE && is_paid_in_doubt (')),
    ('a refund fails while another sending may arrive',
     (TIMING, ['\ntill_timing_believe ('],
      'payment && is_failure_in_doubt (', 'FALSE && is_failure_in_doubt (')),
    ('a late cancel undoes a payment',
     (PAYMENT, ['charge_next[', '[TILL_PAYMENT_PAID] = {'],
      '    [TILL_EVENT_UNDO]          = TO (CLOSING),\n',
      '    [TILL_EVENT_UNDO]          = TO (CLOSING),\n'
      '    [TILL_EVENT_CANCEL]        = TO (FAILED),\n')),
    ('deadlines by the wall clock',
     ('src/desk/shop.c', ['\ntill_shop_mono_ms ('],
      'till_clock_mono_us (shop->ports->clock)', 'till_clock_now_us (shop->ports->clock)')),
    ('the day of the computer\'s own zone',
     ('src/core/day.c', [], 'g_time_zone_new_identifier (time_zone)', 'g_time_zone_new_local ()')),
    ('commits are not synced',
     ('src/store/db.c', ['\ntill_db_open ('], 'PRAGMA synchronous = FULL;',
      'PRAGMA synchronous = OFF;')),
    ('the takings are not written',
     ('src/store/append.c', ['\nwrite_caches ('], '!moves ||', 'TRUE ||')),
    ('more is refunded than is left',
     ('src/desk/refund.c', ['\nget_left ('],
      '  return MAX (till_sale_get_refundable (sale, paid->order) -\n'
      '                till_desk_get_asking (self, item, paid->order), 0);',
      '  return sale->amount_fen;'),
     # A guard in depth would hide it.
     ('src/core/sale.c', ['\nrow_fits ('], 'return refund_fits (sale, payment, row, error);',
      'return row || refund_fits (sale, payment, row, error);')),
    ('a lost refund goes out under a new number',
     (PAYMENT, ['refund_next[', '[TILL_PAYMENT_UNSURE]', '[TILL_EVENT_ABSENT]'],
      'TO (ASKED)', 'TO (FAILED)')),
    ('a refund that is under way is done',
     ('src/acquirer/alipay.c', ['"fund_change"), "Y") != 0)'],
      'TILL_EVENT_WAIT', 'TILL_EVENT_PAID')),

    # UnionPay and the aggregators.
    ('a second route after an unsure answer',
     ('src/desk/run.c', ['\nleads_on ('],
      'row->state == TILL_PAYMENT_FAILED &&\n'
      '         (row->event == TILL_EVENT_REFUSED || row->event == TILL_EVENT_UNSENT) &&\n',
      '(row->state == TILL_PAYMENT_FAILED || row->state == TILL_PAYMENT_UNSURE) &&\n')),
    ('the limit of a sale is not kept',
     ('src/desk/route.c', ['\nis_within_limit ('],
      'return merchant->limit_per_sale_fen == 0 ||',
      'return TRUE || merchant->limit_per_sale_fen == 0 ||')),
    ('what waits for a key leaves though it was cancelled',
     (EFFECT, ['\ntake_back ('], 'if (!self->is_sent ||', 'if (TRUE || !self->is_sent ||'),
     (EFFECT, ['\nsend ('], '  till_request_set_gate (self->request, may_leave_cb);\n', '')),
    ('reversed before the row says so',
     ('src/desk/effect.c', ['\ntill_run_plan_query ('],
      'till_run_happen (self, TILL_EVENT_GIVE_UP);\n',
      'till_run_happen (self, TILL_EVENT_GIVE_UP);\n'
      '    send (self, till_run_close_call (self));\n')),
    ('the time of what is unpaid is its payment\'s',
     ('src/acquirer/acquirer.c', ['\ntill_acquirer_read ('], 'if (!is_money (answer->event))',
      'if (FALSE && !is_money (answer->event))')),
    ('UnionPay: accepted is paid',
     (UNIONPAY_CODES, ['ROW (TILL_ON (CHARGE), "00", '], 'WAIT, PROCESSING', 'PAID, NONE')),
    ('UnionPay: unclear is declined',
     (UNIONPAY_CODES, ['ROW (calls, "04", '], 'LOST, ACQUIRER_FAULT', 'REFUSED, PAYER_REFUSED')),
    ('UnionPay: a transaction is named by the moment of asking about it',
     ('src/acquirer/unionpay-request.c', ['\nadd_common ('],
      'add_time (form, "txnTime", ask->asked_us);', 'add_time (form, "txnTime", ask->now_us);')),
    ('UnionPay: a code ends by our own clock',
     (UNIONPAY, ['\nget_time ('], 'return reply->date_us ? reply->date_us :', 'return')),
    ('UnionPay: whoever has a certificate is believed',
     ('src/acquirer/unionpay-keys.c', ['\nis_signers_name ('], 'return is_test_host (',
      'return TRUE || is_test_host (')),
    ('Shouqianba: unknown is failed',
     (SHOUQIANBA_CODES, ['"PAY_FAIL_ERROR", NULL, '],
      'TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT',
      'TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED')),
    ('Shouqianba: another refund stands for this one',
     (SHOUQIANBA, ['\nparse_query_refund ('], 'ask->pending_fen +', '0 +')),
    ('Chinaums: what the wallet\'s side says is final',
     (CHINAUMS_CODES, ['"TARGET_FAIL", '], 'TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT',
      'TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED')),
    ('Chinaums: accepted is paid',
     (CHINAUMS_CODES, ['{ TILL_ON (CHARGE), 0, "0000", '], 'TILL_EVENT_WAIT, TILL_REASON_PAYER',
      'TILL_EVENT_PAID, TILL_REASON_NONE')),
    ('Chinaums: unknown there is failed',
     (CHINAUMS_CODES, ['"NO_ORDER", TILL_EVENT_REFUSED', '"NO_ORDER", '], 'TILL_EVENT_ABSENT',
      'TILL_EVENT_REFUSED')),
    ('CMB: a fault of the system is a refusal',
     (CMB, ['"SYSTERM_MAINTAINING", '], 'TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT',
      'TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED')),
    ('CMB: anybody\'s signature is as good',
     (CMB, ['\nread_trusted ('], 'else if (trust != TILL_REASON_NONE ||', 'else if (')),
    ('CMB: unknown there is failed',
     (CMB, ['{ ON_QUERY, 0, "CMBORDERID_NOT_EXIST", '],
      'TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER', 'TILL_EVENT_REFUSED, TILL_REASON_NEVER_BOOKED')),

    # Cards.
    ('a card\'s sale leaves before its reversal is written',
     (EFFECT, ['\ntill_run_prepare ('],
      '  make_request (self, sale, payment, first_call (payment->kind));\n',
      '  make_request (self, sale, payment, first_call (payment->kind));\n'
      '  if (payment->kind == TILL_KIND_TAP)\n'
      '    till_request_send (self->request, answer_cb, self);\n')),
    ('a card is forgotten once its sale has left',
     ('src/desk/card-keys.c', ['\nis_over ('],
      '(till_payment_is_final (payment->state) && !payment->is_watched)',
      'payment->state != TILL_PAYMENT_ASKED')),
    ('a reversal is given up when it is not answered',
     ('src/acquirer/acquirer.c', ['\ntill_acquirer_read ('],
      '    read_silence (ask, reply, answer);\n',
      '    read_silence (ask, reply, answer);\n'
      '  if (reply->outcome != TILL_HTTP_OK && ask->call == TILL_CALL_REVERSE &&\n'
      '      ask->kind == TILL_KIND_TAP)\n'
      '    till_answer_set (answer, TILL_EVENT_CLOSED, TILL_REASON_NO_ANSWER);\n'
      '  if (reply->outcome != TILL_HTTP_OK)\n    return;\n')),
    ('nothing to reverse is the end of it',
     (TIMING, ['\nis_never_booked ('],
      'now_ms - self->sent_ms >= self->pace->arrives_within_ms', 'now_ms >= self->sent_ms')),
    ('a card is charged while the code may be paid',
     (TAPPING, ['\ntake_online ('], 'else if (self->onto)', 'else if (FALSE && self->onto)')),
    ('a code that is being ended is over',
     (TAPPING, ['\nhas_open_code ('], 'if (!till_payment_is_final (payment->state))',
      'if (!till_payment_is_final (payment->state) && !till_payment_is_ending (payment->state))')),
    ('a tap that was not answered is sent again',
     (EFFECT, ['\ndo_without_asking ('],
      '  if (payment->state == TILL_PAYMENT_UNSURE && payment->paid_us != 0)\n',
      '  if (payment->state == TILL_PAYMENT_UNSURE && self->call == TILL_CALL_TAP)\n'
      '    send (self, TILL_CALL_TAP);\n'
      '  else if (payment->state == TILL_PAYMENT_UNSURE && payment->paid_us != 0)\n')),
    ('what a card approves by itself is charged',
     ('src/code/emv-card.c', ['case TILL_EMV_CRYPTOGRAM_TC:'], 'TILL_REASON_CARD_OFFLINE',
      'TILL_REASON_NONE')),
    ('trace numbers are drawn at random',
     ('src/desk/ticket.c', ['\nnext_trace (', '  return till_taps_next_trace ('], ';\n',
      ' && (*trace = 1 + bytes[0]) != 0;\n')),

    # Two programs on one journal.
    ('what another program has brought to its end is ended again',
     (EFFECT, ['\nis_wanted ('], 'return effect == TILL_EFFECT_CLOSE;', 'return TRUE;')),
]


def find(text, leads, old):
    """Where @old stands behind the last of @leads; −1 where it does not, or not soon."""
    at = 0
    for lead in leads:
        at = text.find(lead, at)
        if at < 0:
            return -1
        at += len(lead)
    found = text.find(old, at)
    return found if found < at + 4000 else -1


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def check(source):
    lost = [(name, place[0]) for name, *places in BUGS for place in places
            if find(read(f'{source}/{place[0]}'), place[1], place[2]) < 0]
    for name, path in lost:
        print(f'{path} has no place any more for the bug "{name}"')
    return lost


def put_in(tree, place):
    path, leads, old, new = place
    text = read(f'{tree}/{path}')
    at = find(text, leads, old)
    write(f'{tree}/{path}', text[:at] + new + text[at + len(old):])


def build(build_dir):
    made = subprocess.run(['ninja', '-C', build_dir, 'tests/simulation/simulation'],
                          capture_output=True, text=True)
    if made.returncode:
        sys.exit('the bug does not build:\n' + made.stdout[-3000:])


def hunt(build_dir, lives):
    run = subprocess.run([f'{build_dir}/tests/simulation/simulation', '--lives', str(lives),
                          '--quiet'], capture_output=True, text=True)
    found = re.search(r'^not ok 1 (seed \d+, )?after (\d+) lives: (.*)', run.stdout, re.MULTILINE)
    if found:
        return found[2], f'{found[1] or ""}{found[3]}'
    if run.returncode:
        return '?', (run.stderr.strip().splitlines() or run.stdout.strip().splitlines() or
                     ['it stopped'])[-1]
    return None


def try_each(tree, build_dir, lives, bugs):
    escaped = 0
    for name, *places in bugs:
        kept = {place[0]: read(f'{tree}/{place[0]}') for place in places}
        for place in places:
            put_in(tree, place)
        build(build_dir)
        caught = hunt(build_dir, lives)
        print(f'{name}: ' + (f'caught after {caught[0]} lives: {caught[1]}' if caught
                             else 'GOT AWAY'), flush=True)
        escaped += not caught
        for path, text in kept.items():
            write(f'{tree}/{path}', text)
    return escaped


def main():
    args = [arg for arg in sys.argv[1:] if arg != '--check']
    source = os.path.abspath(args[0] if args else
                             os.path.join(os.path.dirname(__file__), '..', '..'))
    lost = check(source)
    bugs = [bug for bug in BUGS if len(args) < 3 or args[2] in bug[0]]
    if lost or '--check' in sys.argv:
        return bool(lost)

    with tempfile.TemporaryDirectory(prefix='till-bugs-') as scratch:
        tree, build_dir = f'{scratch}/tree', f'{scratch}/build'
        shutil.copytree(source, tree, ignore=shutil.ignore_patterns('.git', 'build*', '_build*'))
        subprocess.run(['meson', 'setup', '-Doptimization=2', build_dir, tree], check=True,
                       stdout=subprocess.DEVNULL)
        escaped = try_each(tree, build_dir, int(args[1]) if len(args) > 1 else 20000, bugs)
    print(f'{len(bugs) - escaped} of {len(bugs)} bugs caught')
    return escaped != 0


if __name__ == '__main__':
    sys.exit(main())

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-codes.h"

#include "acquirer/verdict.h"

/* What UnionPay's two-character codes mean. Sources: unionpay-keys.h, [codes]. A code that is not
 * here is not known, and nothing is concluded from it. */

#define ON_MONEY (TILL_ON_PAY | TILL_ON (REFUND))
#define ON_ASKING (TILL_ON (QUERY) | TILL_ON (QUERY_REFUND) | TILL_ON (CLOSE))
#define ROW(calls, code, event, reason) \
  { calls, 0, code, TILL_EVENT_##event, TILL_REASON_##reason }

/* What is wrong with the payer's card or wallet, as the answer to a payment and as its result. */
#define PAYERS(calls) \
  ROW (calls, "30", REFUSED, PAYER_REFUSED), \
  ROW (calls, "38", REFUSED, PAYER_REFUSED), \
  ROW (calls, "60", REFUSED, PAYER_REFUSED), \
  ROW (calls, "61", REFUSED, PAYER_REFUSED), \
  ROW (calls, "62", REFUSED, PAYER_REFUSED), \
  ROW (calls, "63", REFUSED, PAYER_REFUSED), \
  ROW (calls, "64", REFUSED, BALANCE), \
  ROW (calls, "65", REFUSED, PAYER_REFUSED), \
  ROW (calls, "66", REFUSED, PAYER_REFUSED), \
  ROW (calls, "67", REFUSED, PAYER_REFUSED), \
  ROW (calls, "68", REFUSED, PAYER_REFUSED), \
  ROW (calls, "69", REFUSED, PAYER_LEFT), \
  ROW (calls, "77", REFUSED, PAYER_REFUSED), \
  ROW (calls, "78", REFUSED, PAYER_LIMIT), \
  ROW (calls, "79", REFUSED, PAYER_REFUSED), \
  ROW (calls, "80", REFUSED, PAYER_REFUSED), \
  ROW (calls, "86", REFUSED, CODE_EXPIRED), \
  ROW (calls, "87", REFUSED, CODE_INVALID), \
  ROW (calls, "88", REFUSED, CODE_INVALID)

/* What is wrong with the shop, or with what it sent. */
#define SHOPS(calls) \
  ROW (calls, "10", REFUSED, CONFIG), \
  ROW (calls, "11", REFUSED, CONFIG), \
  ROW (calls, "13", REFUSED, CONFIG), \
  ROW (calls, "31", REFUSED, MERCHANT_REFUSED), \
  ROW (calls, "32", REFUSED, CONFIG), \
  ROW (calls, "33", REFUSED, MERCHANT_LIMIT), \
  ROW (calls, "39", REFUSED, MERCHANT_REFUSED)

/* "Ask what became of it": never a failure. */
#define UNCERTAIN(calls) \
  ROW (calls, "02", LOST, ACQUIRER_FAULT), \
  ROW (calls, "03", LOST, ACQUIRER_FAULT), \
  ROW (calls, "04", LOST, ACQUIRER_FAULT), \
  ROW (calls, "06", LOST, BUSY), \
  ROW (calls, "37", LOST, BUSY), \
  ROW (calls, "42", LOST, ACQUIRER_FAULT), \
  ROW (calls, "74", LOST, ACQUIRER_FAULT), \
  ROW (calls, "75", LOST, ACQUIRER_FAULT), \
  ROW (calls, "98", LOST, ACQUIRER_FAULT), \
  ROW (calls, "99", LOST, ACQUIRER_FAULT)

/* respCode: how the request itself went. 00 of a payment is "accepted": its result is asked for. */
static const TillVerdict verdicts[] = {
  ROW (TILL_ON (CHARGE), "00", WAIT, PROCESSING),
  ROW (TILL_ON (ORDER), "00", WAIT, NOT_SCANNED),
  ROW (TILL_ON (REFUND), "00", WAIT, PROCESSING),
  ROW (TILL_ON (REVERSE), "00", REVERSE_DONE, NONE),

  ROW (TILL_ON (CHARGE) | TILL_ON (REFUND), "05", WAIT, PROCESSING),
  ROW (TILL_ON (CHARGE), "70", WAIT, PAYER),
  ROW (TILL_ON (CHARGE) | TILL_ON (REFUND), "83", WAIT, PROCESSING),
  /* Defective success: the result says more. */
  ROW (TILL_ON (CHARGE) | TILL_ON (REFUND), "A2", WAIT, PROCESSING),
  ROW (TILL_ON (CHARGE) | TILL_ON (REFUND), "A4", WAIT, PROCESSING),
  ROW (TILL_ON (CHARGE) | TILL_ON (REFUND), "A5", WAIT, PROCESSING),
  ROW (TILL_ON (CHARGE) | TILL_ON (REFUND), "A6", WAIT, PROCESSING),

  /* No file of that day: nothing was booked, or it is not made yet. One code says both. */
  ROW (TILL_ON (STATEMENT), "98", ABSENT, NONE),

  UNCERTAIN (TILL_ON_ALL),
  ROW (TILL_ON_ALL, "12", LOST, UNKNOWN_ANSWER),
  SHOPS (ON_MONEY | TILL_ON (STATEMENT)),
  PAYERS (TILL_ON_PAY),

  ROW (TILL_ON (REFUND), "35", REFUSED, REFUND_REFUSED),
  ROW (TILL_ON (REFUND), "36", REFUSED, REFUND_REFUSED),
  ROW (TILL_ON (REFUND), "38", REFUSED, REFUND_REFUSED),
  ROW (TILL_ON (REFUND), "45", REFUSED, REFUND_REFUSED),
  ROW (TILL_ON (REFUND), "46", REFUSED, REFUND_REFUSED),
  ROW (TILL_ON (REFUND), "64", REFUSED, MERCHANT_BALANCE),

  /* What nobody knows is undone; the query after it settles whether that holds. */
  ROW (TILL_ON (REVERSE), "34", REVERSE_DONE, NONE),
  ROW (TILL_ON (REVERSE), "35", REVERSE_DONE, NONE),
  ROW (TILL_ON (REVERSE), "46", REVERSE_DONE, NONE),
  ROW (TILL_ON (REVERSE), "36", CLOSE_REFUSED, NONE),
  ROW (TILL_ON (REVERSE), "45", CLOSE_REFUSED, NONE),

  ROW (ON_ASKING, "34", ABSENT, NO_ANSWER),
};

/* origRespCode: what became of the transaction that was asked about. */
static const TillVerdict results[] = {
  ROW (ON_ASKING, "00", PAID, NONE),
  /* Defective success: to be looked at on the next day. */
  ROW (ON_ASKING, "A2", PAID, PAID_TO_CHECK),
  ROW (ON_ASKING, "A4", PAID, PAID_TO_CHECK),
  ROW (ON_ASKING, "A5", PAID, PAID_TO_CHECK),
  ROW (ON_ASKING, "A6", PAID, PAID_TO_CHECK),
  ROW (ON_ASKING, "05", WAIT, PROCESSING),
  ROW (ON_ASKING, "70", WAIT, PAYER),
  ROW (ON_ASKING, "83", WAIT, PROCESSING),
  UNCERTAIN (ON_ASKING),

  ROW (ON_ASKING, "34", ABSENT, NO_ANSWER),
  ROW (ON_ASKING, "01", REFUSED, PAYER_REFUSED),
  ROW (ON_ASKING, "45", CLOSED, CLOSED),
  ROW (ON_ASKING, "46", CLOSED, REVERSED),
  ROW (ON_ASKING, "35", REFUSED, REFUND_REFUSED),
  ROW (ON_ASKING, "36", REFUSED, REFUND_REFUSED),
  SHOPS (ON_ASKING),
  PAYERS (ON_ASKING),
};

static void
read_code (const TillVerdict *rows,
           guint              n_rows,
           const TillAsk     *ask,
           const char        *code,
           TillAnswer        *answer)
{
  const TillVerdict *row = till_verdict_find (rows, n_rows, TILL_MATCH_EQUAL, ask->call, 0, code);

  till_answer_follow (answer, row, TILL_REASON_UNKNOWN_ANSWER);

  /* A refund that did not come about is told as that. */
  if (ask->call == TILL_CALL_QUERY_REFUND && answer->event == TILL_EVENT_REFUSED)
    answer->reason = TILL_REASON_REFUND_REFUSED;
}

/**
 * till_unionpay_codes_read:
 * @code: respCode
 *
 * Says what the answer to the request itself means.
 */
void
till_unionpay_codes_read (const TillAsk *ask,
                          const char    *code,
                          TillAnswer    *answer)
{
  read_code (verdicts, G_N_ELEMENTS (verdicts), ask, code, answer);
}

/**
 * till_unionpay_codes_read_orig:
 * @code: origRespCode
 *
 * Says what became of the transaction that was asked about.
 */
void
till_unionpay_codes_read_orig (const TillAsk *ask,
                               const char    *code,
                               TillAnswer    *answer)
{
  read_code (results, G_N_ELEMENTS (results), ask, code, answer);
}

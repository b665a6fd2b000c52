/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/post.h"
#include "acquirer/unionpay-codes.h"
#include "acquirer/unionpay-keys.h"
#include "acquirer/unionpay-request.h"
#include "acquirer/unionpay-statement.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"

/* UnionPay's full-channel interface 5.1.0. Sources: unionpay-keys.h. */

/* [sdk]: no sooner than after 5 s, then at doubled intervals, five to seven times. Somebody waits
 * at the till: they are doubled once, which makes seven in a minute; 37 would be "too often". */
static const TillBackoffStep charge_query[] = { { 10 * 1000, 5000 }, { 0, 10 * 1000 } };
static const TillBackoffStep order_query[] = { { 60 * 1000, 5000 }, { 0, 10 * 1000 } };
/* [acp] 795: a refund is accepted, and done within minutes or days. */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 5000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
static const TillBackoffStep close_again[] = {
  { 10 * 1000, 2000 }, { 60 * 1000, 5000 }, { 0, 10 * 1000 },
};

/* [acp]: what is paid after payTimeout goes back by itself. A payment that was just under way then
 * is waited for so long. */
#define UNDER_WAY_US (10 * 60 * (gint64) G_USEC_PER_SEC)

/* What was paid in a code's last moment is known so soon. No page says it: seconds, and some to
 * spare. */
#define SPARE_US (20 * (gint64) G_USEC_PER_SEC)

static const char *const settings_keys[] = {
  "sign-method",    "sign-pfx-file",    "private-key-file", "cert-id",
  "root-cert-file", "middle-cert-file", "sm2-form",         NULL,
};
static const char *const secret_names[] = { "pfx-password", NULL };

/* Whose transaction the answer is about: three fields together. */
static gboolean
check_trade (const TillMerchant *merchant,
             const TillAsk      *ask,
             const TillForm     *form,
             TillAnswer         *answer)
{
  const TillUnionpayKeys *keys = merchant->keys;
  const char *merchant_id = till_form_get (form, "merId");
  const char *time = till_form_get (form, "txnTime");
  g_autofree char *asked = till_unionpay_format_time (ask->asked_us);

  answer->order = g_strdup (till_form_get (form, "orderId"));
  if ((!merchant_id || strcmp (merchant_id, keys->mer_id) == 0) &&
      (!time || strcmp (time, asked) == 0))
    return TRUE;

  till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  return FALSE;
}

/* "1250" → 1250; anything else is no amount. */
static void
read_amount (const TillForm *form,
             TillAnswer     *answer)
{
  const char *text = till_form_get (form, "txnAmt");
  const char *currency = till_form_get (form, "currencyCode");

  if (text && till_wire_is_made_of (text, "0123456789", 1, 12))
    answer->amount_fen = g_ascii_strtoll (text, NULL, 10);
  if (currency)
    answer->currency = g_strdup (strcmp (currency, "156") == 0 ? "CNY" : currency);
}

/* traceTime is MMDDhhmmss; its year is that of the transaction, or the next one at its end. */
static gint64
read_paid_time (const TillAsk  *ask,
                const TillForm *form)
{
  const char *trace = till_form_get (form, "traceTime");
  g_autofree char *asked = till_unionpay_format_time (ask->asked_us);
  g_autofree char *text = NULL;
  int year;

  if (!trace || !till_wire_is_made_of (trace, "0123456789", 10, 10))
    return 0;

  year = (int) (g_ascii_strtoll (asked, NULL, 10) / G_GINT64_CONSTANT (10000000000));
  year += strncmp (trace, "01", 2) == 0 && strncmp (asked + 4, "12", 2) == 0;
  text = g_strdup_printf ("%04d-%.2s-%.2s %.2s:%.2s:%.2s", year, trace, trace + 2, trace + 4,
                          trace + 6, trace + 8);
  return till_wire_parse_gmt8 (text);
}

static gboolean
is_code (const char *code)
{
  return code && till_wire_is_made_of (code, TILL_WIRE_LETTERS_AND_DIGITS, 2, 2);
}

/* The one door: the form of an answer that UnionPay signed and that is about this transaction. Else
 * @answer says what came instead. */
static TillForm *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (TillForm) form = NULL;
  const char *code;
  TillReason trust;

  if (!till_post_check (reply, answer))
    return NULL;

  trust = till_unionpay_keys_open (merchant, reply, ask->now_us, &form);
  code = form ? till_form_get (form, "respCode") : NULL;
  answer->said = till_wire_said ("HTTP 200", is_code (code) ? code : NULL);
  if (trust != TILL_REASON_NONE) {
    till_answer_set (answer, TILL_EVENT_LOST, trust);
    return NULL;
  }
  if (!check_trade (merchant, ask, form, answer))
    return NULL;

  answer->brand = TILL_BRAND_UNIONPAY;
  /* [acp]: the card's name, where the shop's contract has it sent. */
  till_answer_attribute (answer, till_form_get (form, "payCardIssueName"));
  answer->acquirer_ref = g_strdup (till_form_get (form, "queryId"));
  till_unionpay_codes_read (ask, code, answer);
  /* What is signed at a wrong time is refused as a wrong form, or a wrong signature. */
  if (answer->event == TILL_EVENT_REFUSED && answer->reason == TILL_REASON_CONFIG &&
      till_reply_clock_is_off (reply))
    answer->reason = TILL_REASON_CLOCK;

  return g_steal_pointer (&form);
}

static void
parse_plain (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (TillForm) form = read_trusted (merchant, ask, reply, answer);
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (TillForm) form = read_trusted (merchant, ask, reply, answer);
  const char *text = form ? till_form_get (form, "qrCode") : NULL;

  if (form && answer->event == TILL_EVENT_WAIT)
    till_answer_show (answer, merchant, ask, text);
}

/* What came of the transaction, once UnionPay says that it knows it. */
static void
read_result (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (TillForm) form = read_trusted (merchant, ask, reply, answer);
  const char *code = form ? till_form_get (form, "respCode") : NULL;
  const char *orig = form ? till_form_get (form, "origRespCode") : NULL;

  if (!form || answer->reason == TILL_REASON_OTHER_ORDER || strcmp (code, "00") != 0)
    return;

  g_clear_pointer (&answer->said, g_free);
  answer->said = till_wire_said ("HTTP 200 00", is_code (orig) ? orig : NULL);
  if (!orig) {
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
    return;
  }

  till_unionpay_codes_read_orig (ask, orig, answer);
  read_amount (form, answer);
  answer->paid_us = read_paid_time (ask, form);
}

static gboolean
is_unpaid (TillPaymentEvent event)
{
  return event == TILL_EVENT_ABSENT || event == TILL_EVENT_REFUSED || event == TILL_EVENT_WAIT;
}

/* UnionPay's own time, by which payTimeout ends; ours may have jumped since the code was made. */
static gint64
get_time (const TillAsk       *ask,
          const TillHttpReply *reply)
{
  return reply->date_us ? reply->date_us : ask->now_us;
}

/* A card that is declined does not end a code: another one may pay it, until its time is over. */
static void
read_code_state (const TillAsk *ask,
                 gint64         time_us,
                 TillAnswer    *answer)
{
  gint64 since_us = ask->expires_us > 0 ? time_us - ask->expires_us : 0;
  gboolean is_over = since_us > (answer->event == TILL_EVENT_WAIT ? UNDER_WAY_US : SPARE_US);

  if (answer->event == TILL_EVENT_REFUSED)
    till_answer_set (answer, TILL_EVENT_WAIT, TILL_REASON_PAYER);
  if (answer->event == TILL_EVENT_WAIT && is_over)
    till_answer_set (answer, TILL_EVENT_CLOSED, TILL_REASON_EXPIRED);
  if (answer->event == TILL_EVENT_ABSENT)
    answer->reason = TILL_REASON_NOT_SCANNED;
}

static void
parse_query (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  read_result (merchant, ask, reply, answer);
  if (ask->kind == TILL_KIND_COLLECT)
    read_code_state (ask, get_time (ask, reply), answer);
}

/* There is no call that closes a code: it ends by its payTimeout alone. Until then the till goes on
 * asking; who pays in the meantime has paid. */
static void
parse_close (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  read_result (merchant, ask, reply, answer);

  if (answer->event == TILL_EVENT_PAID)
    till_answer_set (answer, TILL_EVENT_CLOSE_REFUSED, TILL_REASON_NONE);
  else if (answer->event == TILL_EVENT_CLOSED)
    till_answer_set (answer, TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE);
  else if (is_unpaid (answer->event) &&
           get_time (ask, reply) > ask->expires_us + SPARE_US)
    till_answer_set (answer, TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE);
  else if (is_unpaid (answer->event))
    till_answer_set (answer, TILL_EVENT_CLOSE_LOST, TILL_REASON_ENDING);
}

static TillStatementState
state_of (TillPaymentEvent event)
{
  return event == TILL_EVENT_ABSENT    ? TILL_STATEMENT_ABSENT
         : event == TILL_EVENT_REFUSED ? TILL_STATEMENT_REFUSED
                                       : TILL_STATEMENT_LOST;
}

static void
read_statement (const TillMerchant  *merchant,
                const TillAsk       *ask,
                const TillHttpReply *reply,
                TillStatement       *statement)
{
  const TillUnionpayKeys *keys = merchant->keys;
  g_auto (TillAnswer) answer = { 0 };
  g_autoptr (TillForm) form = read_trusted (merchant, ask, reply, &answer);
  const char *code = form ? till_form_get (form, "respCode") : NULL;
  const char *day = form ? till_form_get (form, "settleDate") : NULL;

  statement->said = g_steal_pointer (&answer.said);
  if (answer.reason != TILL_REASON_OTHER_ORDER && g_strcmp0 (code, "00") == 0) {
    if (day && strcmp (day, ask->day + 4) != 0)
      till_statement_fail (statement, "the answer is about another day");
    else
      till_unionpay_statement_read (keys->mer_id, ask->day, till_form_get (form, "fileContent"),
                                    statement);
    return;
  }

  statement->state = state_of (answer.event);
  statement->reason = answer.reason;
}

#define NAMES_TRADE (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT)

const TillAcquirer till_acquirer_unionpay = {
  .id = "unionpay",
  .name = N_("UnionPay"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY),
  .base_url = "https://gateway.95516.com",
  .texts = till_unionpay_texts,
  .settings = settings_keys,
  .secrets = secret_names,
  .load = till_unionpay_keys_load,
  .unload = till_unionpay_keys_unload,
  .list_keys = till_unionpay_keys_list,
  .read_statement = read_statement,
  .calls = {
    [TILL_CALL_CHARGE]       = { till_unionpay_build, parse_plain, 30000, 0 },
    [TILL_CALL_ORDER]        = { till_unionpay_build, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { till_unionpay_build, parse_query, 15000, NAMES_TRADE },
    [TILL_CALL_CLOSE]        = { till_unionpay_build, parse_close, 15000, 0 },
    [TILL_CALL_REVERSE]      = { till_unionpay_build, parse_plain, 30000, 0 },
    [TILL_CALL_REFUND]       = { till_unionpay_build, parse_plain, 30000, 0 },
    [TILL_CALL_QUERY_REFUND] = { till_unionpay_build, read_result, 15000, NAMES_TRADE },
    [TILL_CALL_STATEMENT]    = { till_unionpay_build, NULL, 60000, 0 },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .busy_ms = 30 * 1000,         /* [codes] 37 */
    /* [sdk]: after five to seven questions it is unknown; those are over by then. */
    .give_up_ms = 60 * 1000,
    /* A payment code lives for about a minute; what is stuck for longer comes to nothing. */
    .late_ms = 5 * 60 * 1000,
    /* No page says how soon one may reverse; WeChat Pay's rule is kept here too. */
    .reverse_not_before_ms = 15 * 1000,
    .close_not_before_ms = 0,
    .order_life_max_ms = 15 * 60 * 1000,   /* [sdk]: its own payTimeout */
    .refund_days = 330,                    /* [acp] 795; only 30 of them are promised for codes */
    /* A paid one is given back by a void, which the refund of its whole amount is on that day. */
    .cancel_paid_ms = 0,
  },
  .order_close_call = TILL_CALL_CLOSE,
  .codes_stay = TRUE,
  /* [acp]: its number and its moment name a refund, and neither may be used again; a moment that
   * was wrong, or is long ago, stays so. */
  .refund_is_once = TRUE,
};

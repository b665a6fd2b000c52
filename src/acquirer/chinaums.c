/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/chinaums-codes.h"
#include "acquirer/chinaums-request.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"

/* Chinaums (银联商务): one code that every wallet scans, and payment codes of all of them.
 * Sources: chinaums-request.h. */

#define CODE_LIFE_MS (2 * 60 * 60 * 1000) /* no document says it; that of the wallets behind */

/* No document says it: as the wallets behind want it. */
static const TillBackoffStep charge_query[] = { { 60 * 1000, 3000 }, { 0, 10 * 1000 } };
static const TillBackoffStep order_query[] = { { 60 * 1000, 3000 }, { 0, 5000 } };
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 10 * 1000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

/* The door to all answers: an object with an errCode, which @answer then says. */
static JsonNode *
read_code (const TillAsk       *ask,
           const TillHttpReply *reply,
           TillAnswer          *answer,
           const char         **code)
{
  JsonNode *root = till_post_read (reply, answer);

  if (!root)
    return NULL;

  *code = till_wire_get_text (json_node_get_object (root), "errCode");
  till_post_said (answer, *code, NULL);
  till_chinaums_codes_error (ask, *code, answer);

  return root;
}

/* The same for answers that say more than "done": NULL where @answer is complete without. */
static JsonNode *
read_done (const TillAsk       *ask,
           const TillHttpReply *reply,
           TillAnswer          *answer)
{
  static const char *const done[] = { "00", "0000", "SUCCESS", NULL };
  const char *code = NULL;
  g_autoptr (JsonNode) root = read_code (ask, reply, answer, &code);

  return root && code && g_strv_contains (done, code) ? g_steal_pointer (&root) : NULL;
}

/* "bills" puts the source's word before our numbers. Another word, another shop. */
static char *
read_number (const TillMerchant *merchant,
             JsonObject         *object,
             const char         *name)
{
  const TillChinaumsKeys *keys = merchant->keys;
  const char *number = till_wire_get_text (object, name);

  return g_strdup (number && g_str_has_prefix (number, keys->msg_src_id)
                     ? number + strlen (keys->msg_src_id) : number);
}

static void
read_system (const char *name,
             TillAnswer *answer)
{
  answer->brand = till_chinaums_codes_brand (name);
  till_answer_attribute (answer, name);
}

static void
read_trade (JsonObject *object,
            TillAnswer *answer)
{
  answer->order = g_strdup (till_wire_get_text (object, "merchantOrderId"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (object, "orderId"));
  read_system (till_wire_get_text (object, "thirdPartyName"), answer);
}

/* "00" names neither our number nor, but for discounts, our amount: a query does. */
static void
parse_trade (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  const char *code = NULL;
  g_autoptr (JsonNode) root = read_code (ask, reply, answer, &code);

  if (root)
    read_trade (json_node_get_object (root), answer);
}

/* What closes it later: given, or the last part of the code's address. */
static char *
read_code_id (JsonObject *object,
              const char *text)
{
  const char *id = till_wire_get_text (object, "qrCodeId");
  const char *slash = strrchr (text, '/');

  return g_strdup (id ? id : slash ? slash + 1 : text);
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_done (ask, reply, answer);
  JsonObject *bill = root ? json_node_get_object (root) : NULL;
  const char *text = till_wire_get_text (bill, "billQRCode");

  if (!bill)
    return;

  answer->order = read_number (merchant, bill, "billNo");
  answer->keep = text ? read_code_id (bill, text) : NULL;
  till_answer_show (answer, merchant, ask, text);
}

static void
read_bill (const TillMerchant *merchant,
           JsonObject         *bill,
           TillAnswer         *answer)
{
  JsonObject *payment = till_wire_get_object (bill, "billPayment");
  const char *word = till_wire_get_text (bill, "billStatus");
  const char *status = till_wire_get_text (payment, "status");

  till_post_said (answer, word, status);
  till_chinaums_codes_bill (word, answer);
  if (answer->event == TILL_EVENT_PAID && status && strcmp (status, "TRADE_SUCCESS") != 0 &&
      strcmp (status, "TRADE_REFUND") != 0)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER);

  answer->order = read_number (merchant, bill, "billNo");
  answer->acquirer_ref = g_strdup (till_wire_get_text (payment, "targetOrderId"));
  read_system (till_wire_get_text (payment, "targetSys"), answer);
  answer->paid_us = till_wire_parse_gmt8 (till_wire_get_text (payment, "payTime"));
  till_post_get_fen (bill, "totalAmount", &answer->amount_fen);
  till_post_get_fen (payment, "buyerPayAmount", &answer->payer_total_fen);
}

static void
read_transaction (const TillAsk *ask,
                  JsonObject    *trade,
                  TillAnswer    *answer)
{
  const char *word = till_wire_get_text (trade, "queryResCode");

  till_post_said (answer, word, NULL);
  till_chinaums_codes_trade (word, answer);
  read_trade (trade, answer);
  till_post_get_fen (trade, "originalTransactionAmount", &answer->amount_fen);
  till_post_get_fen (trade, "amount", &answer->payer_total_fen);

  /* Our number is not in each version's answer; theirs is, and it must be the one that we know. */
  if (answer->event == TILL_EVENT_PAID && !answer->order && ask->acquirer_ref &&
      g_strcmp0 (answer->acquirer_ref, ask->acquirer_ref) != 0)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
}

static void
parse_query (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_done (ask, reply, answer);
  JsonObject *object = root ? json_node_get_object (root) : NULL;

  if (!object)
    return;

  if (till_chinaums_is_bill (ask))
    read_bill (merchant, object, answer);
  else
    read_transaction (ask, object, answer);
  if (answer->event == TILL_EVENT_PAID && !answer->order && till_chinaums_is_bill (ask))
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
}

static void
parse_close (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_done (ask, reply, answer);
  const char *word = root ? till_wire_get_text (json_node_get_object (root), "billStatus") : NULL;

  if (!root)
    return;

  if (!word || strcmp (word, "CLOSED") == 0)
    till_answer_set (answer, TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE);
  else if (strcmp (word, "PAID") == 0)
    till_answer_set (answer, TILL_EVENT_CLOSE_REFUSED, TILL_REASON_PAID_NO_CANCEL);
  else
    till_answer_set (answer, TILL_EVENT_CLOSE_LOST, TILL_REASON_UNKNOWN_ANSWER);
}

static void
read_bill_refund (const TillMerchant *merchant,
                  JsonObject         *refund,
                  TillAnswer         *answer)
{
  const char *word = till_wire_get_text (refund, "refundStatus");

  till_post_said (answer, word, NULL);
  till_chinaums_codes_refund (word, answer);
  answer->order = read_number (merchant, refund, "refundOrderId");
  answer->acquirer_ref = g_strdup (till_wire_get_text (refund, "refundTargetOrderId"));
  till_post_get_fen (refund, "refundAmount", &answer->amount_fen);
  if (answer->event == TILL_EVENT_PAID && !answer->order)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
}

/* [poslink]: its answer to a refund is the whole truth, "00". */
static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_done (ask, reply, answer);
  JsonObject *refund = root ? json_node_get_object (root) : NULL;

  if (!refund)
    return;

  if (till_chinaums_is_bill (ask))
    read_bill_refund (merchant, refund, answer);
  else
    answer->order = g_strdup (till_wire_get_text (refund, "refundRequestId"));
}

static void
parse_query_refund (const TillMerchant  *merchant,
                    const TillAsk       *ask,
                    const TillHttpReply *reply,
                    TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_done (ask, reply, answer);
  JsonObject *refund = root ? json_node_get_object (root) : NULL;
  const char *word = till_wire_get_text (refund, "queryResCode");

  if (!refund)
    return;
  if (till_chinaums_is_bill (ask)) {
    read_bill_refund (merchant, refund, answer);
    return;
  }

  till_post_said (answer, word, NULL);
  till_chinaums_codes_refund (word, answer);
  answer->order = g_strdup (till_wire_get_text (refund, "refundRequestId"));
}

/* [bills] and [poslink] name the amount of a payment; of a number, see the parsers. */
const TillAcquirer till_acquirer_chinaums = {
  .id = "chinaums",
  .name = N_("Chinaums"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) |
            TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_ECNY),
  .takes = TILL_TAKES_ANY_DIGITS,
  .base_url = "https://api-mop.chinaums.com",
  .texts = till_chinaums_texts,
  .keys_size = sizeof (TillChinaumsKeys),
  .calls = {
    [TILL_CALL_CHARGE]       = { till_chinaums_build, parse_trade, 30000, 0 },
    [TILL_CALL_ORDER]        = { till_chinaums_build, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { till_chinaums_build, parse_query, 15000, TILL_NAMES_AMOUNT },
    [TILL_CALL_CLOSE]        = { till_chinaums_build, parse_close, 15000, 0 },
    [TILL_CALL_REVERSE]      = { till_chinaums_build, parse_trade, 30000, 0 },
    [TILL_CALL_REFUND]       = { till_chinaums_build, parse_refund, 30000, 0 },
    [TILL_CALL_QUERY_REFUND] = { till_chinaums_build, parse_query_refund, 15000, 0 },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .give_up_ms = 50 * 1000,           /* no document says it: as the wallets behind */
    /* A payment code is renewed about every minute and refused soon after; what is stuck for longer
     * comes to nothing. */
    .late_ms = 5 * 60 * 1000,
    .reverse_not_before_ms = 15 * 1000, /* the same: WeChat Pay's rule */
    .close_not_before_ms = 0,
    .order_life_max_ms = CODE_LIFE_MS,
    .refund_days = 180,                /* no document says it; what all wallets behind allow */
    /* [errors] NO_CROSS_DAY_TRADING: on the same day only. Ten minutes are within it but for the
     * day's last ten; there it refuses, and the sale is refunded instead. */
    .cancel_paid_ms = 10 * 60 * 1000,
  },
  .order_close_call = TILL_CALL_CLOSE,
};

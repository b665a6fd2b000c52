/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/alipay-codes.h"
#include "acquirer/alipay-keys.h"
#include "acquirer/alipay-request.h"
#include "acquirer/post.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"

/* Alipay's gateway.do, protocol 2.0. Sources: alipay-keys.h. */

/* [guide]: first after 5 s, then each 3–5 s. */
static const TillBackoffStep charge_query[] = { { 5000, 5000 }, { 0, 3000 } };
/* [guide]: each 3–5 s while the code is shown. */
static const TillBackoffStep order_query[] = { { 60 * 1000, 3000 }, { 0, 5000 } };
/* [refund-query]: not earlier than 10 s after the refund. */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 10 * 1000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
/* [guide]: repeat while retry_flag says so or no answer comes. */
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

static const char *const settings_keys[] = {
  "private-key-file", "alipay-public-key-file", "app-cert-file", "alipay-cert-file",
  "alipay-root-cert-file", NULL,
};

static const TillAlipayKeys *
keys_of (const TillMerchant *merchant)
{
  return merchant->keys;
}

static gboolean
is_about_refund (const TillAsk *ask)
{
  return ask->call == TILL_CALL_REFUND || ask->call == TILL_CALL_QUERY_REFUND;
}

/* Whose trade the node is about. A refund's answer names the trade, and only its query the
 * refund. */
static gboolean
read_trade (const TillAsk *ask,
            JsonObject    *node,
            TillAnswer    *answer)
{
  const char *trade = till_wire_get_text (node, "out_trade_no");

  if (!is_about_refund (ask)) {
    answer->order = g_strdup (trade);
    return TRUE;
  }

  if (!trade || strcmp (trade, ask->of) == 0)
    return TRUE;

  till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  return FALSE;
}

/* The one door to a success: the node of an answer that says 10000 and that Alipay signed. Where
 * there is none, @answer says what came instead. */
static JsonNode *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *node;
  const char *code;
  TillReason trust;

  if (!till_post_check (reply, answer))
    return NULL;

  trust = till_alipay_keys_open (keys_of (merchant), till_alipay_get_method (ask->call), reply,
                                 &root);
  node = root ? json_node_get_object (root) : NULL;
  code = till_wire_get_text (node, "code");
  answer->said = till_wire_said (code && strlen (code) == 5 ? code : "HTTP 200",
                                 till_wire_get_text (node, "sub_code"));
  answer->brand = TILL_BRAND_ALIPAY;

  if (!code || trust != TILL_REASON_NONE)
    till_answer_set (answer, TILL_EVENT_LOST, trust ? trust : TILL_REASON_BAD_ANSWER);
  if (!code || !read_trade (ask, node, answer))
    return NULL;
  if (trust == TILL_REASON_NONE)
    answer->acquirer_ref = g_strdup (till_wire_get_text (node, "trade_no"));
  if (strcmp (code, "10000") != 0) {
    till_alipay_codes_read (ask, reply, trust, node, answer);
    return NULL;
  }

  return trust == TILL_REASON_NONE ? g_steal_pointer (&root) : NULL;
}

static void
read_amounts (JsonObject *node,
              const char *paid_at,
              TillAnswer *answer)
{
  answer->paid_us = till_wire_parse_gmt8 (till_wire_get_text (node, paid_at));
  till_wire_get_yuan (node, "total_amount", &answer->amount_fen);
  till_wire_get_yuan (node, "buyer_pay_amount", &answer->payer_total_fen);
}

/* [guide]: paid, but it can still be rolled back; one is to query before one believes it. */
static void
parse_charge (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);

  if (!root)
    return;

  till_answer_set (answer, TILL_EVENT_ACCEPTED, TILL_REASON_PROCESSING);
  read_amounts (json_node_get_object (root), "gmt_payment", answer);
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  const char *text = root ? till_wire_get_text (json_node_get_object (root), "qr_code") : NULL;

  if (!root)
    return;

  till_answer_show (answer, merchant, ask, text);
}

static void
parse_query (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *node = root ? json_node_get_object (root) : NULL;
  const char *word = till_wire_get_text (node, "trade_status");

  if (answer->event == TILL_EVENT_ABSENT && ask->kind == TILL_KIND_COLLECT)
    answer->reason = TILL_REASON_NOT_SCANNED;
  if (!node)
    return;

  till_alipay_codes_read_trade (word, answer);
  read_amounts (node, "send_pay_date", answer);
}

/* [cancel]: Y, or no flag at all, asks for a repetition until it says N. */
static void
parse_cancel (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  const char *again = root ? till_wire_get_text (json_node_get_object (root), "retry_flag") : NULL;

  if (!root)
    return;

  if (g_strcmp0 (again, "N") == 0)
    till_answer_set (answer, TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE);
  else
    till_answer_set (answer, TILL_EVENT_CLOSE_LOST, TILL_REASON_ACQUIRER_FAULT);
}

static void
parse_close (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);

  if (root)
    till_answer_set (answer, TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE);
}

/* [refund]: the answer repeats neither the refund's number nor its amount. It names the trade,
 * and in refund_fee what was given back of it in all, this refund with it. */
static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *node = root ? json_node_get_object (root) : NULL;
  gint64 given_back_fen = -1;

  if (!node)
    return;

  if (g_strcmp0 (till_wire_get_text (node, "fund_change"), "Y") != 0) {
    till_answer_set (answer, TILL_EVENT_WAIT, TILL_REASON_PROCESSING);
    return;
  }

  till_wire_get_yuan (node, "refund_fee", &given_back_fen);
  if (!till_wire_get_text (node, "out_trade_no"))
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  else if (given_back_fen < ask->given_back_fen + ask->amount_fen)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_AMOUNT);
  else
    till_answer_set (answer, TILL_EVENT_PAID, TILL_REASON_NONE);
  answer->paid_us = till_wire_parse_gmt8 (till_wire_get_text (node, "gmt_refund_pay"));
}

/* [refund-query]: success without a status means not refunded, or a number that is not known
 * there. */
static void
parse_query_refund (const TillMerchant  *merchant,
                    const TillAsk       *ask,
                    const TillHttpReply *reply,
                    TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *node = root ? json_node_get_object (root) : NULL;
  const char *word = till_wire_get_text (node, "refund_status");

  if (!node)
    return;

  if (!word)
    till_answer_set (answer, TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER);
  else if (strcmp (word, "REFUND_SUCCESS") == 0)
    till_answer_set (answer, TILL_EVENT_PAID, TILL_REASON_NONE);
  else
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_UNKNOWN_ANSWER);

  answer->order = g_strdup (till_wire_get_text (node, "out_request_no"));
  till_wire_get_yuan (node, "refund_amount", &answer->amount_fen);
}

#define NAMES_TRADE (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT)

/* Complaint of merchants abroad and on slow lines: 15 s were too few for pay. */
const TillAcquirer till_acquirer_alipay = {
  .id = "alipay",
  .name = N_("Alipay"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_ALIPAY),
  .takes = TILL_TAKES_FACE_CODES,
  .base_url = "https://openapi.alipay.com/gateway.do",
  .texts = till_alipay_texts,
  .settings = settings_keys,
  .load = till_alipay_keys_load,
  .unload = till_alipay_keys_unload,
  .list_keys = till_alipay_keys_list,
  .calls = {
    [TILL_CALL_CHARGE]       = { till_alipay_build, parse_charge, 30000, NAMES_TRADE },
    [TILL_CALL_ORDER]        = { till_alipay_build, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { till_alipay_build, parse_query, 15000, NAMES_TRADE },
    [TILL_CALL_CLOSE]        = { till_alipay_build, parse_close, 15000, 0 },
    [TILL_CALL_REVERSE]      = { till_alipay_build, parse_cancel, 30000, 0 },
    [TILL_CALL_REFUND]       = { till_alipay_build, parse_refund, 30000, 0 },
    [TILL_CALL_QUERY_REFUND] = { till_alipay_build, parse_query_refund, 15000, NAMES_TRADE },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .give_up_ms = 45 * 1000,           /* [guide]: 30 s says the guide, 60 s another page */
    /* A payment code is renewed about every minute and refused soon after; what is stuck for longer
     * comes to nothing. */
    .late_ms = 5 * 60 * 1000,
    .reverse_not_before_ms = 0,
    .close_not_before_ms = 0,
    .order_life_max_ms = TILL_ALIPAY_CODE_LIFE_MS,
    .refund_days = 365,                /* [refund]: 12 months */
    /* [cancel]: on the same day only, and that day is Alipay's. Ten minutes are within it but for
     * the last ten of the day; there Alipay refuses, and the sale is refunded instead. */
    .cancel_paid_ms = 10 * 60 * 1000,
  },
  .order_close_call = TILL_CALL_REVERSE,
};

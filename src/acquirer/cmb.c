/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/cmb-request.h"
#include "acquirer/post.h"
#include "acquirer/wire.h"

/* China Merchants Bank (招商银行), polypay. Sources: cmb-request.h. */

#define CODE_LIFE_MS (2 * 60 * 60 * 1000) /* [manual]: payValidTime, as much as we ask for */
#define ON_MONEY (TILL_ON_PAY | TILL_ON (REFUND))
#define ON_QUERY (TILL_ON (QUERY) | TILL_ON (QUERY_REFUND))

/* [manual]: first after 15 s, then each 5–10 s. */
static const TillBackoffStep charge_query[] = { { 15 * 1000, 15 * 1000 }, { 0, 5000 } };
static const TillBackoffStep order_query[] = {
  { 15 * 1000, 15 * 1000 }, { 60 * 1000, 5000 }, { 0, 10 * 1000 },
};
/* [manual]: a refund may be under way for a day or two. */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 10 * 1000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
/* No document says it. */
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

static const char *const settings_keys[] = { "public-key-file", NULL };

/* [manual], appendix 4, the rows with respCode FAIL. The two faults of the system, as they are
 * spelled there, say nothing; every other answer to a payment is final, and its code only says why
 * (names from memory). */
static const TillVerdict failures[] = {
  { TILL_ON_ALL, 0, "SYSTERM_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "SYSTERM_MAINTAINING", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "SYSTEM_ERROR", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "SYSTEM_MAINTAINING", TILL_EVENT_LOST, TILL_REASON_ACQUIRER_FAULT },
  { TILL_ON_ALL, 0, "OPERATING_FREQUENTLY", TILL_EVENT_LOST, TILL_REASON_BUSY },

  { ON_QUERY, 0, "CMBORDERID_NOT_EXIST", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON (QUERY), 0, "UNPAIED_ORDER", TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED },
  { TILL_ON (QUERY), 0, "ORDERID_INVALID", TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED },
  { TILL_ON (REVERSE), 0, "CMBORDERID_NOT_EXIST", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (CLOSE), 0, "CMBORDERID_NOT_EXIST", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },

  { TILL_ON_PAY, 0, "AUTH_CODE_EXPIRE", TILL_EVENT_REFUSED, TILL_REASON_CODE_EXPIRED },
  { TILL_ON_PAY, 0, "AUTH_CODE", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 0, "AUTHCODE", TILL_EVENT_REFUSED, TILL_REASON_CODE_INVALID },
  { TILL_ON_PAY, 0, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { TILL_ON_PAY, 0, "LIMIT", TILL_EVENT_REFUSED, TILL_REASON_PAYER_LIMIT },
  { ON_MONEY, 0, "MERCHANT", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { TILL_ON (REFUND), 0, "NOT_ENOUGH", TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_BALANCE },
  { TILL_ON (CHARGE), 0, NULL, TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { TILL_ON (ORDER), 0, NULL, TILL_EVENT_REFUSED, TILL_REASON_MERCHANT_REFUSED },
  { TILL_ON (REFUND), 0, NULL, TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
  /* A code that UnionPay's side made cannot be closed at all; whether it is paid, a query says. */
  { TILL_ON_END, 0, NULL, TILL_EVENT_CLOSE_REFUSED, TILL_REASON_ENDING },
};

/* returnCode FAIL: not taken at all. A query and an ending leave things as they are. */
static const TillVerdict not_taken[] = {
  { ON_MONEY, 0, NULL, TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_QUERY, 0, NULL, TILL_EVENT_LOST, TILL_REASON_CONFIG },
  { TILL_ON_END, 0, NULL, TILL_EVENT_CLOSE_LOST, TILL_REASON_CONFIG },
};

/* tradeState of a payment: S paid, P under way, F failed, C closed, D cancelled, R refunded. */
static const TillStateRow trade_states[] = {
  { "S", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "P", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { "F", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { "C", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
  { "D", TILL_EVENT_CLOSED, TILL_REASON_REVERSED },
  { "R", TILL_EVENT_PAID, TILL_REASON_NONE },
};

static const TillStateRow refund_states[] = {
  { "S", TILL_EVENT_PAID, TILL_REASON_NONE },
  { "P", TILL_EVENT_WAIT, TILL_REASON_PROCESSING },
  { "F", TILL_EVENT_REFUSED, TILL_REASON_REFUND_REFUSED },
};

static const TillStateRow cancel_states[] = {
  { "D", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { "C", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { "P", TILL_EVENT_CLOSE_LOST, TILL_REASON_PROCESSING },
  { "F", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_ENDING },
  { "S", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_ENDING },
};

static const TillStateRow close_states[] = {
  { "C", TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE },
  { "P", TILL_EVENT_CLOSE_LOST, TILL_REASON_PROCESSING },
  { "F", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_ENDING },
  { "S", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_ENDING },
};

/* [manual]: payType. */
static const struct {
  const char *pay_type;
  TillBrand   brand;
} pay_types[] = {
  { "ZF", TILL_BRAND_ALIPAY }, { "WX", TILL_BRAND_WECHAT }, { "YL", TILL_BRAND_UNIONPAY },
  { "EC", TILL_BRAND_ECNY },
};

static TillBrand
brand_of (const char *pay_type)
{
  for (guint i = 0; pay_type && i < G_N_ELEMENTS (pay_types); i++)
    if (strcmp (pay_types[i].pay_type, pay_type) == 0)
      return pay_types[i].brand;

  return TILL_BRAND_NONE;
}

static void
read_failure (const TillAsk     *ask,
              const TillVerdict *rows,
              guint              n_rows,
              const char        *code,
              TillAnswer        *answer)
{
  const TillVerdict *verdict =
    till_verdict_find (rows, n_rows, TILL_MATCH_CONTAINS, ask->call, 0, code);

  till_answer_follow (answer, verdict, TILL_REASON_UNKNOWN_ANSWER);

  /* An order that has expired can be paid no more; until then it waits. */
  if (answer->event == TILL_EVENT_WAIT && g_strcmp0 (code, "ORDERID_INVALID") == 0 &&
      ask->expires_us > 0 && ask->now_us >= ask->expires_us)
    till_answer_set (answer, TILL_EVENT_CLOSED, TILL_REASON_EXPIRED);
}

/* The one door to a success. An answer that refuses a request as a whole may come unsigned; it
 * cannot say more than that nothing was made of it. NULL where @answer is complete. */
static JsonNode *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = till_post_read (reply, answer);
  JsonObject *envelope = root ? json_node_get_object (root) : NULL;
  const char *done = till_wire_get_text (envelope, "returnCode");
  const char *response = till_wire_get_text (envelope, "respCode");
  const char *code = till_wire_get_text (envelope, "errCode");
  const char *content = till_wire_get_text (envelope, "biz_content");
  TillReason trust;

  if (!envelope)
    return NULL;

  till_post_said (answer, response ? response : done, code);
  trust = till_cmb_verify (merchant->keys, reply, envelope);
  if (g_strcmp0 (done, "FAIL") == 0 &&
      (trust == TILL_REASON_NONE || trust == TILL_REASON_UNSIGNED))
    read_failure (ask, not_taken, G_N_ELEMENTS (not_taken), code, answer);
  else if (trust != TILL_REASON_NONE || g_strcmp0 (done, "SUCCESS") != 0)
    till_answer_set (answer, TILL_EVENT_LOST, trust && done ? trust : TILL_REASON_BAD_ANSWER);
  else if (g_strcmp0 (response, "FAIL") == 0)
    read_failure (ask, failures, G_N_ELEMENTS (failures), code, answer);
  else if (g_strcmp0 (response, "SUCCESS") == 0 && content)
    return till_wire_parse_object (content, strlen (content));

  return NULL;
}

static JsonObject *
object_of (JsonNode *node)
{
  return node ? json_node_get_object (node) : NULL;
}

static gint64
read_end (JsonObject *trade)
{
  const char *day = till_wire_get_text (trade, "endDate");
  const char *time = till_wire_get_text (trade, "endTime");
  g_autofree char *text = NULL;

  if (!till_wire_is_made_of (day, "0123456789", 8, 8) ||
      !till_wire_is_made_of (time, "0123456789", 6, 6))
    return 0;

  text = g_strdup_printf ("%.4s-%.2s-%.2s %.2s:%.2s:%.2s", day, day + 4, day + 6, time, time + 2,
                          time + 4);
  return till_wire_parse_gmt8 (text);
}

static void
read_trade (JsonObject *trade,
            TillAnswer *answer)
{
  answer->order = g_strdup (till_wire_get_text (trade, "orderId"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (trade, "cmbOrderId"));
  answer->brand = brand_of (till_wire_get_text (trade, "payType"));
  till_answer_attribute (answer, till_wire_get_text (trade, "payBank"));
  answer->paid_us = read_end (trade);
}

/* tradeState missing: never book ([gopay]). */
static void
parse_trade (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *trade = object_of (root);
  const char *word = till_wire_get_text (trade, "tradeState");
  gint64 discount_fen;

  if (!trade)
    return;

  till_post_said (answer, word, NULL);
  till_post_state (trade_states, G_N_ELEMENTS (trade_states), word, answer);
  if (answer->reason == TILL_REASON_PAYER && ask->kind == TILL_KIND_COLLECT)
    answer->reason = TILL_REASON_NOT_SCANNED;
  read_trade (trade, answer);
  if (till_post_get_fen (trade, "txnAmt", &answer->amount_fen) &&
      till_post_get_fen (trade, "dscAmt", &discount_fen) && discount_fen < answer->amount_fen)
    answer->payer_total_fen = answer->amount_fen - discount_fen;
}

/* [practice] the bank's test host makes codes of the real one's; its own payer opens these. */
#define TEST_BASE_URL "https://api.cmburl.cn:8065"
#define REAL_CODES "https://qr.95516.com"
#define TEST_CODES "http://payment-uat.cs.cmburl.cn"

static char *
shown_text (const TillMerchant *merchant,
            const char         *text)
{
  if (text && g_str_has_prefix (text, REAL_CODES "/") &&
      strcmp (merchant->base_url, TEST_BASE_URL) == 0)
    return g_strconcat (TEST_CODES, text + strlen (REAL_CODES), NULL);

  return g_strdup (text);
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *order = object_of (root);
  g_autofree char *text = shown_text (merchant, till_wire_get_text (order, "qrCode"));

  if (!order)
    return;

  read_trade (order, answer);
  till_answer_show (answer, merchant, ask, text);
}

static void
parse_end (const TillMerchant  *merchant,
           const TillAsk       *ask,
           const TillHttpReply *reply,
           TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  const char *word = root ? till_wire_get_text (json_node_get_object (root), "tradeState") : NULL;
  gboolean closes = ask->call == TILL_CALL_CLOSE;

  if (!root)
    return;

  till_post_said (answer, word, NULL);
  if (closes)
    till_post_state (close_states, G_N_ELEMENTS (close_states), word, answer);
  else
    till_post_state (cancel_states, G_N_ELEMENTS (cancel_states), word, answer);
}

static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *refund = object_of (root);
  const char *word = till_wire_get_text (refund, "tradeState");

  if (!refund)
    return;

  till_post_said (answer, word, NULL);
  till_post_state (refund_states, G_N_ELEMENTS (refund_states), word, answer);
  read_trade (refund, answer);
  till_post_get_fen (refund, "refundAmt", &answer->amount_fen);
}

#define NAMES_TRADE (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT)

const TillAcquirer till_acquirer_cmb = {
  .id = "cmb",
  .name = N_("China Merchants Bank"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) |
            TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_ECNY),
  .takes = TILL_TAKES_ANY_DIGITS,
  .own_codes = TILL_BRAND_BIT (TILL_BRAND_ECNY),
  .base_url = "https://api.cmbchina.com",
  .texts = till_cmb_texts,
  .settings = settings_keys,
  .load = till_cmb_load,
  .unload = till_cmb_unload,
  .calls = {
    [TILL_CALL_CHARGE]       = { till_cmb_build, parse_trade, 30000, NAMES_TRADE },
    [TILL_CALL_ORDER]        = { till_cmb_build, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { till_cmb_build, parse_trade, 15000, NAMES_TRADE },
    [TILL_CALL_CLOSE]        = { till_cmb_build, parse_end, 15000, 0 },
    [TILL_CALL_REVERSE]      = { till_cmb_build, parse_end, 30000, 0 },
    [TILL_CALL_REFUND]       = { till_cmb_build, parse_refund, 30000, NAMES_TRADE },
    [TILL_CALL_QUERY_REFUND] = { till_cmb_build, parse_refund, 15000, NAMES_TRADE },
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
    .reverse_not_before_ms = 15 * 1000, /* [manual]: the first query after 15 s */
    .close_not_before_ms = 0,
    .order_life_max_ms = CODE_LIFE_MS,
    .refund_days = 180,                /* no document says it; what all wallets behind allow */
    .cancel_paid_ms = 10 * 60 * 1000,  /* the same: the wallets' same day, but its last minutes */
  },
  .order_close_call = TILL_CALL_CLOSE,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/verdict.h"
#include "acquirer/wechat-codes.h"
#include "acquirer/wechat-keys.h"
#include "acquirer/wechat-request.h"
#include "acquirer/wire.h"

/* WeChat Pay API v3, direct and partner. Sources: wechat-keys.h. */

#define CODE_LIFE_MS (2 * 60 * 60 * 1000) /* [native]: the code_url lives 2 h */

/* [reverse]: query 5 s after the charge, then each 5–10 s. */
static const TillBackoffStep charge_query[] = { { 0, 5000 } };
/* [reverse]: a shown code each 2 s up to 60 s, then 5 s, 30 s, 1, 3, 5, 10, 30 min. */
static const TillBackoffStep order_query[] = {
  { 60 * 1000, 2000 },        { 5 * 60 * 1000, 5000 },          { 15 * 60 * 1000, 30 * 1000 },
  { 30 * 60 * 1000, 60000 },  { 60 * 60 * 1000, 3 * 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
/* [refund]: after 1 min, then 5, 10, 20, 30. */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 60 * 1000 },            { 6 * 60 * 1000, 5 * 60 * 1000 },
  { 16 * 60 * 1000, 10 * 60 * 1000 },  { 36 * 60 * 1000, 20 * 60 * 1000 },
  { 0, 30 * 60 * 1000 },
};
/* [reverse]: repeat until an answer arrives; [errors]: back off 1–2–4 s. */
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

static const char *const settings_keys[] = {
  "mode",             "mchid",         "appid",             "sub-mchid", "sub-appid",
  "serial-no",        "private-key-file", "public-key-file", "public-key-id",
  "certificate-files", "store-id",     "store-out-id",      "notify-url", NULL,
};
static const char *const secret_names[] = { "api-v3-key", NULL };

static const TillWechatKeys *
keys_of (const TillMerchant *merchant)
{
  return merchant->keys;
}

/* The one door to a success: returns whether @reply is one that WeChat Pay signed, and else says in
 * @answer what it is. */
static gboolean
is_trusted (const TillMerchant  *merchant,
            const TillAsk       *ask,
            const TillHttpReply *reply,
            TillAnswer          *answer)
{
  const char *request_id = till_http_reply_header (reply, "request-id");
  TillReason reason;

  g_debug ("wechat-pay: HTTP %u, Request-ID %s", reply->status, request_id ? request_id : "none");
  till_wechat_codes_say (answer, reply, NULL);

  if (reply->status >= 400) {
    till_wechat_codes_read_error (ask, reply, answer);
    return FALSE;
  }
  if (reply->status != 200 && reply->status != 204) {
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
    return FALSE;
  }

  reason = till_wechat_keys_verify (keys_of (merchant), ask, reply, &answer->wants_keys);
  if (reason == TILL_REASON_NONE)
    return TRUE;

  till_answer_set (answer, TILL_EVENT_LOST, reason);
  return FALSE;
}

/* The same for answers with a body; NULL where there is nothing to read. */
static JsonNode *
read_trusted (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  JsonNode *root;

  if (!is_trusted (merchant, ask, reply, answer))
    return NULL;

  root = till_wechat_codes_parse (reply);
  if (!root)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);

  return root;
}

/* [code-pay]: an answer for another shop is not for us. */
static gboolean
names_us (const TillWechatKeys *keys,
          JsonObject           *trade)
{
  const char *mchid = till_wire_get_text (trade, keys->is_partner ? "sp_mchid" : "mchid");

  return g_strcmp0 (mchid, keys->mchid) == 0 &&
         (!keys->is_partner ||
          g_strcmp0 (till_wire_get_text (trade, "sub_mchid"), keys->sub_mchid) == 0);
}

static void
parse_trade (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *trade = root ? json_node_get_object (root) : NULL;
  JsonObject *amount = till_wire_get_object (trade, "amount");

  if (!trade)
    return;

  till_wechat_codes_read_trade (reply, till_wire_get_text (trade, "trade_state"), answer);
  if (!names_us (keys_of (merchant), trade))
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);

  if (answer->reason == TILL_REASON_NOT_SCANNED && ask->kind == TILL_KIND_CHARGE)
    answer->reason = TILL_REASON_PAYER;

  answer->brand = TILL_BRAND_WECHAT;
  answer->order = g_strdup (till_wire_get_text (trade, "out_trade_no"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (trade, "transaction_id"));
  answer->currency = g_strdup (till_wire_get_text (amount, "currency"));
  answer->paid_us = till_wire_parse_rfc3339 (till_wire_get_text (trade, "success_time"));
  till_wire_get_fen (amount, "total", &answer->amount_fen);
  till_wire_get_fen (amount, "payer_total", &answer->payer_total_fen);
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  const char *text = root ? till_wire_get_text (json_node_get_object (root), "code_url") : NULL;

  if (!root)
    return;

  answer->brand = TILL_BRAND_WECHAT;
  till_answer_show (answer, merchant, ask, text);
}

/* 204, and signed like any other success, over an empty body. */
static void
parse_close (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  if (is_trusted (merchant, ask, reply, answer))
    till_answer_set (answer, TILL_EVENT_CLOSE_DONE, TILL_REASON_NONE);
}

static void
parse_reverse (const TillMerchant  *merchant,
               const TillAsk       *ask,
               const TillHttpReply *reply,
               TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);

  if (!root)
    return;

  till_answer_set (answer, TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE);
  answer->order = g_strdup (till_wire_get_text (json_node_get_object (root), "out_trade_no"));
}

static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = read_trusted (merchant, ask, reply, answer);
  JsonObject *refund = root ? json_node_get_object (root) : NULL;
  JsonObject *amount = till_wire_get_object (refund, "amount");
  gint64 total_fen = -1;

  if (!refund)
    return;

  till_wechat_codes_read_refund (reply, till_wire_get_text (refund, "status"), answer);
  till_wire_get_fen (amount, "total", &total_fen);
  if (g_strcmp0 (till_wire_get_text (refund, "out_trade_no"), ask->of) != 0)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  else if (total_fen != ask->of_amount_fen)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_AMOUNT);

  answer->brand = TILL_BRAND_WECHAT;
  answer->order = g_strdup (till_wire_get_text (refund, "out_refund_no"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (refund, "refund_id"));
  answer->currency = g_strdup (till_wire_get_text (amount, "currency"));
  answer->paid_us = till_wire_parse_rfc3339 (till_wire_get_text (refund, "success_time"));
  till_wire_get_fen (amount, "refund", &answer->amount_fen);
  till_wire_get_fen (amount, "payer_refund", &answer->payer_total_fen);
}

#define NAMES_ALL (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT | TILL_NAMES_CURRENCY)

/* [rules]: total 15–30 s. */
const TillAcquirer till_acquirer_wechat_pay = {
  .id = "wechat-pay",
  .name = N_("WeChat Pay"),
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT),
  .base_url = "https://api.mch.weixin.qq.com",
  .backup_base_url = "https://api2.mch.weixin.qq.com",
  .settings = settings_keys,
  .secrets = secret_names,
  .load = till_wechat_keys_load,
  .unload = till_wechat_keys_unload,
  .take_keys = till_wechat_keys_take,
  .list_keys = till_wechat_keys_list,
  .calls = {
    [TILL_CALL_CHARGE]       = { till_wechat_build, parse_trade, 30000, NAMES_ALL },
    [TILL_CALL_ORDER]        = { till_wechat_build, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { till_wechat_build, parse_trade, 15000, NAMES_ALL },
    [TILL_CALL_CLOSE]        = { till_wechat_build, parse_close, 15000, 0 },
    [TILL_CALL_REVERSE]      = { till_wechat_build, parse_reverse, 30000, 0 },
    [TILL_CALL_REFUND]       = { till_wechat_build, parse_refund, 30000, NAMES_ALL },
    [TILL_CALL_QUERY_REFUND] = { till_wechat_build, parse_refund, 15000, NAMES_ALL },
    [TILL_CALL_KEYS]         = { till_wechat_build, NULL, 15000, 0 },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    .give_up_ms = 45 * 1000,              /* [reverse]: the platform gives up at about 45 s */
    /* A payment code is renewed about every minute and refused soon after; what is stuck for longer
     * comes to nothing. */
    .late_ms = 5 * 60 * 1000,
    .reverse_not_before_ms = 15 * 1000,   /* [reverse] */
    .close_not_before_ms = 0,
    .order_life_max_ms = CODE_LIFE_MS,
    .refund_days = 365,                   /* [refund] */
    .cancel_paid_ms = 7 * G_GINT64_CONSTANT (24) * 60 * 60 * 1000, /* [reverse]: within 7 days */
  },
  .order_close_call = TILL_CALL_CLOSE,
};

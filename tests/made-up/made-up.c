/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/post.h"
#include "acquirer/wire.h"

/* An aggregator that nobody has: JSON both ways, signed with a key that both know. */
typedef struct { char *shop; TillWiped *key; } Keys;

static const TillSettingRow texts[] = {
  { "shop", "^[0-9a-z]{1,16}$", TRUE, G_STRUCT_OFFSET (Keys, shop), NULL },
  { "key", NULL, TRUE, G_STRUCT_OFFSET (Keys, key), NULL },
  { NULL, NULL, FALSE, 0, NULL },
};
static const TillBackoffStep every[] = { { 0, 2000 } };
static const char *const paths[] = {
  [TILL_CALL_CHARGE] = "/made-up/charge", [TILL_CALL_ORDER] = "/made-up/order",
  [TILL_CALL_QUERY] = "/made-up/query",   [TILL_CALL_REVERSE] = "/made-up/reverse",
};

#define ON_TRADE (TILL_ON_PAY | TILL_ON (QUERY))
static const TillVerdict verdicts[] = {
  { TILL_ON (REVERSE), 0, "gone", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 0, "unknown", TILL_EVENT_REVERSE_DONE, TILL_REASON_NONE },
  { TILL_ON (REVERSE), 0, "barred", TILL_EVENT_CLOSE_REFUSED, TILL_REASON_NONE },
  { TILL_ON (QUERY), 0, "unknown", TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER },
  { TILL_ON_PAY, 0, "unsigned", TILL_EVENT_REFUSED, TILL_REASON_CONFIG },
  { ON_TRADE, 0, "poor", TILL_EVENT_REFUSED, TILL_REASON_BALANCE },
  { ON_TRADE, 0, "failed", TILL_EVENT_REFUSED, TILL_REASON_PAYER_REFUSED },
  { ON_TRADE, 0, "gone", TILL_EVENT_CLOSED, TILL_REASON_CLOSED },
  { ON_TRADE, 0, "open", TILL_EVENT_WAIT, TILL_REASON_PAYER },
  { ON_TRADE, 0, "paid", TILL_EVENT_PAID, TILL_REASON_NONE },
};

static TillHttpRequest *
build (const TillMerchant *merchant,
       const TillAsk      *ask,
       GError            **error)
{
  const Keys *keys = merchant->keys;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (TillWiped) body = NULL;
  g_autofree char *signature = NULL;
  TillHttpRequest *request;

  json_builder_begin_object (builder);
  till_wire_put_text (builder, "shop", keys->shop);
  till_wire_put_text (builder, "number", ask->order);
  till_wire_put_int (builder, "amount", ask->amount_fen);
  till_wire_put_text (builder, "code", ask->paycode);
  json_builder_end_object (builder);
  body = till_wire_take_json (builder);
  signature = till_hmac_hex ("SHA256", keys->key, body);
  request = till_post_json (till_merchant_get_host (merchant, ask), paths[ask->call], body);
  till_http_request_header (request, "Signature", signature);
  return request;
}

static void
parse (const TillMerchant  *merchant,
       const TillAsk       *ask,
       const TillHttpReply *reply,
       TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = till_post_read (reply, answer);
  JsonObject *object = root ? json_node_get_object (root) : NULL;
  const char *word = till_wire_get_text (object, "state");

  if (!object)
    return;

  till_post_said (answer, word, NULL);
  till_answer_follow (answer, till_verdict_find (verdicts, G_N_ELEMENTS (verdicts),
                                                 TILL_MATCH_EQUAL, ask->call, 0, word),
                      TILL_REASON_ACQUIRER_FAULT);
  till_brand_from_word (till_wire_get_text (object, "wallet"), &answer->brand);
  answer->order = g_strdup (till_wire_get_text (object, "number"));
  answer->acquirer_ref = g_strdup (till_wire_get_text (object, "ref"));
  answer->code_text = g_strdup (till_wire_get_text (object, "text"));
  answer->expires_us = ask->expires_us;
  till_post_get_fen (object, "amount", &answer->amount_fen);
}

const TillAcquirer till_acquirer_made_up = {
  .id = "made-up", .name = "Made up",
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY),
  .base_url = "https://made-up.example",
  .texts = texts, .keys_size = sizeof (Keys), .order_close_call = TILL_CALL_REVERSE,
  .calls = {
    [TILL_CALL_CHARGE]  = { build, parse, 30000, TILL_NAMES_ORDER | TILL_NAMES_AMOUNT },
    [TILL_CALL_ORDER]   = { build, parse, 15000, 0 },
    [TILL_CALL_QUERY]   = { build, parse, 15000, TILL_NAMES_ORDER | TILL_NAMES_AMOUNT },
    [TILL_CALL_REVERSE] = { build, parse, 30000, 0 },
  },
  .pace = { .charge_query = every, .order_query = every, .refund_query = every,
            .close_again = every, .give_up_ms = 20000, .late_ms = 30000, .cancel_paid_ms = 600000 },
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/acquirer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/post.h"
#include "acquirer/shouqianba-codes.h"
#include "acquirer/shouqianba-keys.h"
#include "acquirer/shouqianba-request.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"

/* Shouqianba (收钱吧), "Upay v2". Sources: shouqianba-keys.h. */

#define CODE_LIFE_MS (4 * 60 * 1000) /* [manual] precreate: about four minutes, then cancelled */

/* [skills] polling: each 3 s up to 60 s, then each 10 s. */
static const TillBackoffStep charge_query[] = { { 60 * 1000, 3000 }, { 0, 10 * 1000 } };
/* [manual] precreate: each 2 s up to 30 s, then each 5 s. */
static const TillBackoffStep order_query[] = { { 30 * 1000, 2000 }, { 0, 5000 } };
/* No document says it: as often as Alipay wants it. */
static const TillBackoffStep refund_query[] = {
  { 60 * 1000, 10 * 1000 }, { 10 * 60 * 1000, 60 * 1000 }, { 0, 10 * 60 * 1000 },
};
/* The same. */
static const TillBackoffStep close_again[] = {
  { 1000, 1000 }, { 3000, 2000 }, { 7000, 4000 }, { 0, 8000 },
};

/* The key first: a number without its key is refused there, and nothing is booked. */
static const char *const kept_secrets[] = { "terminal-key", "terminal-sn", NULL };

static gint64
read_ms (JsonObject *data,
         const char *name)
{
  const char *text = till_wire_get_text (data, name);

  return till_wire_is_made_of (text, "0123456789", 13, 13)
           ? g_ascii_strtoll (text, NULL, 10) * 1000 : 0;
}

/* [manual] pay, payment_list: what the wallet was paid from, "ALIPAY_HUABEI". */
static void
read_sources (JsonObject *data,
              TillAnswer *answer)
{
  JsonNode *node = json_object_get_member (data, "payment_list");
  JsonArray *list = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; list && i < json_array_get_length (list); i++) {
    JsonNode *source = json_array_get_element (list, i);

    if (JSON_NODE_HOLDS_OBJECT (source))
      till_answer_attribute (answer, till_wire_get_text (json_node_get_object (source), "type"));
  }
}

/* [manual] annex payway: its name stands beside the number. */
static void
read_data (const TillAsk *ask,
           JsonObject    *data,
           TillAnswer    *answer)
{
  answer->acquirer_ref = g_strdup (till_wire_get_text (data, "sn"));
  answer->brand = till_shouqianba_codes_brand (till_wire_get_text (data, "payway"));
  till_answer_attribute (answer, till_wire_get_text (data, "payway_name"));
  read_sources (data, answer);
}

/* The doors to all answers: the three layers, one after the other. NULL where @answer is complete
 * without the third. */
static JsonNode *
read_layers (const TillAsk       *ask,
             const TillHttpReply *reply,
             JsonObject         **data,
             TillAnswer          *answer)
{
  g_autoptr (JsonNode) root = till_post_read (reply, answer);
  JsonObject *biz = root ? till_shouqianba_codes_open (ask, json_node_get_object (root), answer)
                         : NULL;

  if (!biz)
    return NULL;

  *data = till_wire_get_object (biz, "data");
  if (!till_shouqianba_codes_result (ask, biz, answer)) {
    if (*data)
      read_data (ask, *data, answer);
    return NULL;
  }
  if (!*data) {
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
    return NULL;
  }

  read_data (ask, *data, answer);
  return g_steal_pointer (&root);
}

static void
parse_trade (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  JsonObject *data = NULL;
  g_autoptr (JsonNode) root = read_layers (ask, reply, &data, answer);
  const char *word;

  if (!root)
    return;

  word = till_wire_get_text (data, "order_status");
  till_post_said (answer, word, NULL);
  till_shouqianba_codes_order (ask, word, answer);
  till_shouqianba_codes_status (till_wire_get_text (data, "status"), answer);
  answer->order = g_strdup (till_wire_get_text (data, "client_sn"));
  till_post_get_fen (data, "total_amount", &answer->amount_fen);
  if (answer->event == TILL_EVENT_PAID)
    answer->paid_us = read_ms (data, "channel_finish_time");
}

static void
parse_order (const TillMerchant  *merchant,
             const TillAsk       *ask,
             const TillHttpReply *reply,
             TillAnswer          *answer)
{
  JsonObject *data = NULL;
  g_autoptr (JsonNode) root = read_layers (ask, reply, &data, answer);

  if (!root)
    return;

  answer->order = g_strdup (till_wire_get_text (data, "client_sn"));
  if (answer->event == TILL_EVENT_WAIT)
    till_answer_show (answer, merchant, ask, till_wire_get_text (data, "qr_code"));
}

/* "Done" is believed when the order is in a state that can be paid no more. */
static void
parse_cancel (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  JsonObject *data = NULL;
  g_autoptr (JsonNode) root = read_layers (ask, reply, &data, answer);
  const char *word;

  if (!root)
    return;

  word = till_wire_get_text (data, "order_status");
  answer->order = g_strdup (till_wire_get_text (data, "client_sn"));
  till_post_said (answer, word, NULL);
  if (g_strcmp0 (word, "CANCELED") != 0 && g_strcmp0 (word, "PAY_CANCELED") != 0)
    till_answer_set (answer, TILL_EVENT_CLOSE_LOST, TILL_REASON_ACQUIRER_FAULT);
}

/* [manual] query: net_amount is what is left of total_amount after all refunds. −1: not said. */
static gint64
read_given_back (JsonObject *data)
{
  gint64 total_fen = -1;
  gint64 net_fen = -1;

  if (!till_post_get_fen (data, "total_amount", &total_fen) ||
      !till_post_get_fen (data, "net_amount", &net_fen) || net_fen > total_fen)
    return -1;

  return total_fen - net_fen;
}

/* [manual] refund: client_tsn is the payment's number, "-", and the refund's. */
static char *
read_refund_number (const TillAsk *ask,
                    JsonObject    *data)
{
  g_autofree char *ours = g_strconcat (ask->of, "-", till_shouqianba_refund_number (ask), NULL);
  const char *tsn = till_wire_get_text (data, "client_tsn");

  return g_strdup (g_strcmp0 (tsn, ours) == 0 ? ask->order : tsn);
}

static gboolean
is_about (const TillAsk *ask,
          JsonObject    *data,
          TillAnswer    *answer)
{
  gint64 total_fen = -1;

  till_post_get_fen (data, "total_amount", &total_fen);
  if (g_strcmp0 (till_wire_get_text (data, "client_sn"), ask->of) != 0)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_ORDER);
  else if (total_fen != ask->of_amount_fen)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_AMOUNT);
  else
    return TRUE;

  return FALSE;
}

static void
parse_refund (const TillMerchant  *merchant,
              const TillAsk       *ask,
              const TillHttpReply *reply,
              TillAnswer          *answer)
{
  JsonObject *data = NULL;
  g_autoptr (JsonNode) root = read_layers (ask, reply, &data, answer);

  if (!root || !is_about (ask, data, answer))
    return;

  till_shouqianba_codes_status (till_wire_get_text (data, "status"), answer);
  answer->order = read_refund_number (ask, data);
  answer->paid_us = read_ms (data, "channel_finish_time");
  if (read_given_back (data) < ask->given_back_fen + ask->amount_fen)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_OTHER_AMOUNT);
}

/* There is no query of a refund: the payment's says how much of it went back in all. Where that may
 * be so without this refund, it is sent again: the same number is the same refund, and the answer
 * names it. */
static void
parse_query_refund (const TillMerchant  *merchant,
                    const TillAsk       *ask,
                    const TillHttpReply *reply,
                    TillAnswer          *answer)
{
  JsonObject *data = NULL;
  g_autoptr (JsonNode) root = read_layers (ask, reply, &data, answer);
  gint64 given_back_fen;
  const char *word;

  if (!root || !is_about (ask, data, answer))
    return;

  word = till_wire_get_text (data, "order_status");
  given_back_fen = read_given_back (data);
  till_post_said (answer, word, NULL);
  till_shouqianba_codes_order (ask, word, answer);
  if (answer->event != TILL_EVENT_PAID)
    return;
  if (given_back_fen < 0)
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
  else if (given_back_fen < ask->given_back_fen + ask->pending_fen + ask->amount_fen)
    till_answer_set (answer, TILL_EVENT_ABSENT, TILL_REASON_NO_ANSWER);
}

#define BRANDS (TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) | \
                TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_JD) | \
                TILL_BRAND_BIT (TILL_BRAND_BESTPAY))
#define NAMES_TRADE (TILL_NAMES_ORDER | TILL_NAMES_AMOUNT)

const TillAcquirer till_acquirer_shouqianba = {
  .id = "shouqianba",
  .name = N_("Shouqianba"),
  .brands = BRANDS,
  .takes = TILL_TAKES_ANY_DIGITS,
  .own_codes = BRANDS,
  .base_url = "https://vsi-api.shouqianba.com", /* [skills]; [manual]: api.shouqianba.com */
  .texts = till_shouqianba_texts,
  .load = till_shouqianba_keys_load,
  .unload = till_shouqianba_keys_unload,
  .take_keys = till_shouqianba_keys_take,
  .keys_are_due = till_shouqianba_keys_are_due,
  .kept_secrets = kept_secrets,
  .tell_secret = till_shouqianba_keys_tell,
  .read_kept = till_shouqianba_keys_read_kept,
  .calls = {
    [TILL_CALL_CHARGE]       = { till_shouqianba_build, parse_trade, 30000, NAMES_TRADE },
    [TILL_CALL_ORDER]        = { till_shouqianba_build, parse_order, 15000, 0 },
    [TILL_CALL_QUERY]        = { till_shouqianba_build, parse_trade, 15000, NAMES_TRADE },
    [TILL_CALL_REVERSE]      = { till_shouqianba_build, parse_cancel, 30000, 0 },
    [TILL_CALL_REFUND]       = { till_shouqianba_build, parse_refund, 30000, 0 },
    [TILL_CALL_QUERY_REFUND] = { till_shouqianba_build, parse_query_refund, 15000, 0 },
    [TILL_CALL_KEYS]         = { till_shouqianba_build, NULL, 15000, 0 },
    [TILL_CALL_ACTIVATE]     = { till_shouqianba_build, NULL, 15000, 0 },
  },
  .pace = {
    .charge_query = charge_query,
    .order_query = order_query,
    .refund_query = refund_query,
    .close_again = close_again,
    /* [manual] pay: 40–50 s. [skills] allow 120 s, for which no queue waits. */
    .give_up_ms = 50 * 1000,
    /* A payment code is renewed about every minute and refused soon after; what is stuck for longer
     * comes to nothing. */
    .late_ms = 5 * 60 * 1000,
    .reverse_not_before_ms = 0,
    .close_not_before_ms = 0,
    .order_life_max_ms = CODE_LIFE_MS,
    .refund_days = 90,                 /* [manual] refund: three months */
    /* [manual] revoke&cancel: on the same day only, and that day is theirs. Ten minutes are within
     * it but for the day's last ten; there they refuse, and the sale is refunded instead. */
    .cancel_paid_ms = 10 * 60 * 1000,
  },
  .order_close_call = TILL_CALL_REVERSE,
};

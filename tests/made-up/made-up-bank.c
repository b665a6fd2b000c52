/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sandbox/fields.h"
#include "sandbox/teller.h"
#include "sandbox/text.h"

/* The made-up aggregator's side. */
#define KEY "a key that both know"

static const TillSaying says[] = {
  { "NOT_ENOUGH", "poor" }, { "SIGN_ERROR", "unsigned" }, { "USERPAYING", "open" },
  { "ORDER_NOT_EXIST", "unknown" }, { "TRADE_ERROR", "barred" },
};

static void
say (TillTeller *teller,
     const char *state)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "state", state);
  if (teller->entry) {
    till_json_add_text (json, "number", till_teller_order (teller));
    till_json_add_text (json, "ref", teller->entry->ref);
    till_json_add_text (json, "wallet", till_brand_to_word (teller->entry->brand));
    till_json_add_int (json, "amount", till_teller_fen (teller, teller->entry->amount_fen));
    if (teller->call == TILL_SANDBOX_ORDER)
      till_json_add_text (json, "text", teller->code_text);
  }
  json_builder_end_object (json);
  till_exchange_answer (teller->exchange, 200, "application/json", till_json_to_text (json));
}

static void
tell (gpointer teller,
      TillTold told)
{
  static const char *const states[] = { "open", "open", "open", "paid", "gone", "gone", "failed" };
  static const char *const errors[] = { "", "unknown", "used", "failed", "barred", "", "" };

  say (teller, told ? errors[told] : states[((TillTeller *) teller)->state]);
}

static void
overrule (gpointer    teller,
          const char *wechat_code)
{
  say (teller, till_teller_translate (says, G_N_ELEMENTS (says), wechat_code, "trouble"));
}

static const TillTongue tongue = { tell, overrule };

static void
serve (TillExchange *exchange)
{
  const char *signature = soup_message_headers_get_one (exchange->headers, "Signature");
  g_autofree char *right = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guint8 *) KEY,
                                                      strlen (KEY), exchange->body, -1);
  g_autofree char *text = till_sandbox_random_text (20);
  g_autoptr (JsonNode) root = json_from_string (exchange->body, NULL);
  TillTeller teller = { .exchange = exchange, .acquirer = "made-up", .merchant = "shop",
                        .code_text = text, .life_us = G_TIME_SPAN_HOUR };
  guint calls = 0;

  if (!root || g_strcmp0 (right, signature) != 0 ||
      !till_sandbox_call_from_word (exchange->path + strlen ("/made-up/"), &calls)) {
    say (&teller, "unsigned");
    return;
  }

  teller.call = (TillSandboxCall) g_bit_nth_lsf (calls, -1);
  teller.order = till_fields_get_text (json_node_get_object (root), "number");
  teller.amount_fen = till_fields_get_int (json_node_get_object (root), "amount");
  teller.paycode = till_fields_get_text (json_node_get_object (root), "code");
  till_teller_serve (&teller, &tongue, &teller);
}

const TillSandboxBank till_sandbox_made_up = {
  .id = "made-up", .paycode_prefix = "28", .paycode_digits = 18,
  .path_prefix = "/made-up/", .serve = serve,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/exchange.h"
#include "sandbox/text.h"

#include "code/shown.h"

#include <openssl/rand.h>
#include <string.h>

/* The customer's phone: POST /sandbox/customer {"do": WORD, …}. */


typedef struct {
  TillExchange *exchange;
  JsonObject   *wish;
} Act;

static const char *
text_of (const Act  *act,
         const char *name)
{
  JsonNode *node = json_object_get_member (act->wish, name);

  if (!node || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

static void
tell_entry (const Act       *act,
            const TillEntry *entry)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "acquirer", entry->acquirer);
  till_json_add_text (json, "order", entry->order);
  till_json_add_int (json, "amount_fen", entry->amount_fen);
  till_json_add_text (json, "state", till_entry_state_to_word (entry->state));
  json_builder_end_object (json);
  till_exchange_answer (act->exchange, 200, "application/json", till_json_to_text (json));
}

/* The order that the wish names by its number, or by its code's text; which is scanned thereby. */
static TillEntry *
find_entry (const Act *act)
{
  TillExchange *exchange = act->exchange;
  TillSandboxLedger *ledger = exchange->world->ledger;
  const char *text = text_of (act, "text"), *order = text_of (act, "order");
  TillEntry *entry = NULL;

  if (text)
    entry = till_sandbox_ledger_find_code (ledger, text, exchange->now_us);
  else if (order)
    entry = till_sandbox_ledger_find (ledger, text_of (act, "acquirer"), NULL, order);

  if (!entry)
    till_exchange_fault (exchange, text || order ? 404 : 400,
                         text ? "no wallet knows this code" :
                         order ? "no such order" : "say which: text or order");
  return entry;
}

static gboolean
scan_entry (const Act *act,
            TillEntry *entry)
{
  if (entry->state != TILL_ENTRY_UNSCANNED && entry->state != TILL_ENTRY_OPEN) {
    g_autofree char *error = g_strdup_printf ("this order is %s",
                                              till_entry_state_to_word (entry->state));

    till_exchange_fault (act->exchange, 409, error);
    return FALSE;
  }
  if (entry->expires_us && act->exchange->now_us >= entry->expires_us) {
    till_exchange_fault (act->exchange, 409, "this code has expired");
    return FALSE;
  }

  entry->state = TILL_ENTRY_OPEN;
  return TRUE;
}

static void
scan (const Act *act)
{
  TillEntry *entry = find_entry (act);

  if (entry && scan_entry (act, entry))
    tell_entry (act, entry);
}

/* What the app shows that scanned a code which it cannot pay. Where nobody knows, it pays. */
static gboolean
wallet_pays (const Act       *act,
             const TillEntry *entry,
             TillWallet       wallet)
{
  const char *text = text_of (act, "text");
  TillShown shown;

  if (entry->brand == TILL_BRAND_ECNY)
    shown = TILL_SHOWN_ECNY;
  else if (!text || !till_shown_identify (text, &shown))
    return TRUE;
  if (till_interop_get (wallet, shown)->pays != TILL_PAYS_NO)
    return TRUE;

  till_exchange_fault (act->exchange, 403, till_interop_get_advice (wallet, shown));
  return FALSE;
}

/* JD is a member of UnionPay's: at one of its codes it is known as UnionPay alone. */
static TillBrand
brand_at (const Act *act,
          TillWallet wallet)
{
  const char *text = text_of (act, "text");

  if (wallet == TILL_WALLET_JD && text && g_str_has_prefix (text, "https://qr.95516.com/"))
    return TILL_BRAND_UNIONPAY;

  return till_wallet_get_brand (wallet);
}

static void
pay (const Act *act)
{
  TillEntry *entry = find_entry (act);
  const char *word = text_of (act, "wallet");
  TillWallet wallet;

  if (!entry || !scan_entry (act, entry))
    return;

  if (till_wallet_from_word (word, &wallet)) {
    if (!wallet_pays (act, entry, wallet))
      return;
    entry->brand = brand_at (act, wallet);
  } else {
    till_brand_from_word (word, &entry->brand);
  }
  till_entry_pay (entry, act->exchange->now_us);
  tell_entry (act, entry);
}

/* Ends a charge that waits for the payer, one way or the other. */
static void
end_charge (const Act *act,
            gboolean   is_paid)
{
  TillEntry *entry = find_entry (act);

  if (!entry)
    return;
  if (entry->state != TILL_ENTRY_TYPING) {
    till_exchange_fault (act->exchange, 409, "nobody is asked for a password here");
    return;
  }

  if (is_paid)
    till_entry_pay (entry, act->exchange->now_us);
  else
    till_entry_fail (entry);
  tell_entry (act, entry);
}

static void
type_password (const Act *act)
{
  end_charge (act, TRUE);
}

/* A collection code that a customer declines stays as it is: another customer may scan it. */
static void
decline (const Act *act)
{
  TillEntry *entry = find_entry (act);

  if (!entry)
    return;
  if (entry->state == TILL_ENTRY_UNSCANNED || entry->state == TILL_ENTRY_OPEN)
    tell_entry (act, entry);
  else
    end_charge (act, FALSE);
}

/* Whatever was to happen by itself does not. */
static void
walk_away (const Act *act)
{
  TillEntry *entry = find_entry (act);

  if (!entry)
    return;

  if (entry->state == TILL_ENTRY_TYPING)
    entry->booking = TILL_BOOK_TYPING;
  tell_entry (act, entry);
}

/* What each wallet's payment code looks like: code/paycode has the sources. */
static const struct {
  TillBrand   brand;
  const char *prefix;
  guint       n_digits;
} paycodes[] = {
  { TILL_BRAND_WECHAT, "13", 18 },   { TILL_BRAND_ALIPAY, "28", 18 },
  { TILL_BRAND_UNIONPAY, "62", 19 }, { TILL_BRAND_ECNY, "01", 19 },
  { TILL_BRAND_JD, "18", 18 },       { TILL_BRAND_QQ, "91", 18 },
  { TILL_BRAND_BESTPAY, "51", 18 },
};

/* By the customer's wallet, or by an acquirer, whose own kind of code it then is. */
static gboolean
find_paycode (const Act   *act,
              const char **prefix,
              guint       *n_digits)
{
  const char *acquirer = text_of (act, "acquirer");
  const TillSandboxBank *bank = acquirer ? till_sandbox_bank_find (acquirer) : NULL;
  TillBrand brand = TILL_BRAND_NONE;

  till_brand_from_word (text_of (act, "wallet"), &brand);
  for (guint i = 0; i < G_N_ELEMENTS (paycodes); i++) {
    if (paycodes[i].brand == brand) {
      *prefix = paycodes[i].prefix;
      *n_digits = paycodes[i].n_digits;
      return TRUE;
    }
  }
  if (!bank || !bank->paycode_prefix)
    return FALSE;

  *prefix = bank->paycode_prefix;
  *n_digits = bank->paycode_digits;
  return TRUE;
}

static char *
make_paycode (const char         *prefix,
              guint               n_digits,
              const TillScenario *row)
{
  GString *code = g_string_new (prefix);
  guint8 random[32];

  if (RAND_bytes (random, sizeof random) != 1)
    g_error ("sandbox: no random bytes");
  g_assert (n_digits <= sizeof random);
  while (code->len < n_digits - 2)
    g_string_append_c (code, (char) ('0' + random[code->len] % 10));
  g_string_append_printf (code, "%02d", row->digits);

  return g_string_free (code, FALSE);
}

static void
show_paycode (const Act *act)
{
  const char *word = text_of (act, "scenario");
  const TillScenario *row = till_scenario_find (word ? word : "approve");
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *code = NULL;
  const char *prefix;
  guint n_digits;

  if (!find_paycode (act, &prefix, &n_digits)) {
    till_exchange_fault (act->exchange, 400, "say which wallet, or an acquirer with payment codes");
    return;
  }
  if (!row || row->digits < 0) {
    till_exchange_fault (act->exchange, 400, "no payment code asks for this scenario");
    return;
  }

  code = make_paycode (prefix, n_digits, row);
  json_builder_begin_object (json);
  till_json_add_text (json, "code", code);
  json_builder_end_object (json);
  till_exchange_answer (act->exchange, 200, "application/json", till_json_to_text (json));
}

static const struct {
  const char *word;
  void      (*run) (const Act *act);
} acts[] = {
  { "scan", scan },
  { "pay", pay },
  { "password", type_password },
  { "decline", decline },
  { "walk-away", walk_away },
  { "code", show_paycode },
};

static void
serve (TillExchange *exchange)
{
  g_autoptr (JsonNode) node = json_from_string (exchange->body, NULL);
  Act act = { .exchange = exchange };
  const char *word;

  if (strcmp (exchange->method, "POST") != 0 || !node || !JSON_NODE_HOLDS_OBJECT (node)) {
    till_exchange_fault (exchange, 400, "POST one JSON object");
    return;
  }

  act.wish = json_node_get_object (node);
  word = text_of (&act, "do");
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    if (g_strcmp0 (acts[i].word, word) == 0) {
      acts[i].run (&act);
      return;
    }
  }

  till_exchange_fault (exchange, 400, "do is scan, pay, password, decline, walk-away or code");
}

static const char *const paths[] = { "/sandbox/customer" };

const TillSandboxBank till_sandbox_customer = {
  .id = "customer",
  TILL_ROUTES (paths),
  .serve = serve,
};

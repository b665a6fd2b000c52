/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include <string.h>

#include "scratch.h"

/* The shop's section is the last: lines are added to it. */
static const char ini[] = "[nfc]\nmode=acquirer-approved\n"
                          "[shop]\nname=Test shop\nregister=01\nday-starts=04:00\n";

static const char *const call_names[TILL_N_CALLS] = {
  [TILL_CALL_CHARGE]       = "CHARGE",
  [TILL_CALL_ORDER]        = "ORDER",
  [TILL_CALL_QUERY]        = "QUERY",
  [TILL_CALL_CLOSE]        = "CLOSE",
  [TILL_CALL_REVERSE]      = "REVERSE",
  [TILL_CALL_REFUND]       = "REFUND",
  [TILL_CALL_QUERY_REFUND] = "ASK-REFUND",
  [TILL_CALL_KEYS]         = "KEYS",
  [TILL_CALL_ACTIVATE]     = "ACTIVATE",
  [TILL_CALL_TAP]          = "TAP",
};

static TillHttpRequest *
build (const TillMerchant *merchant,
       const TillAsk      *ask,
       GError            **error)
{
  TillHttpRequest *request = till_http_request_new ("POST",
                                                    till_merchant_get_host (merchant, ask));
  g_autofree char *body = g_strdup_printf ("%s %s %" G_GINT64_FORMAT " of=%s code=%s brand=%s",
                                           call_names[ask->call], ask->order, ask->amount_fen,
                                           ask->of ? ask->of : "-", ask->paycode ? "yes" : "no",
                                           till_brand_to_word (ask->brand));

  till_http_request_body (request, body);

  return request;
}

/* Of a card's token the first row keeps "TRACE token:…"; all but refunds are completed by it. */
static char *
first_keep (const TillMerchant *merchant,
            const TillAsk      *ask,
            GError            **error)
{
  g_assert_cmpuint (ask->trace, >, 0);
  if (ask->call == TILL_CALL_REFUND)
    return g_strdup_printf ("%06u", ask->trace);

  g_assert_nonnull (ask->card);
  return g_strdup_printf ("%06u %s", ask->trace, ask->card);
}

/* A terminal's first rows say whether it had signed in. */
static char *
signed_keep (const TillMerchant *merchant,
             const TillAsk      *ask,
             GError            **error)
{
  g_autofree char *keep = first_keep (merchant, ask, error);

  return g_strconcat (merchant->keys ? "signed " : "unsigned ", keep, NULL);
}

static TillHttpRequest *
build_card (const TillMerchant *merchant,
            const TillAsk      *ask,
            GError            **error)
{
  TillHttpRequest *request = till_http_request_new ("POST",
                                                    till_merchant_get_host (merchant, ask));
  /* What was paid is undone by its acquirer's number, without the card. */
  const char *token = ask->keep && !ask->acquirer_ref ? strstr (ask->keep, "token:") : NULL;
  g_autofree char *body = g_strdup_printf ("%s %s %" G_GINT64_FORMAT " of=%s card=%s number=%s",
                                           call_names[ask->call], ask->order, ask->amount_fen,
                                           ask->of ? ask->of : "-", ask->card ? ask->card : "-",
                                           ask->card_number ? ask->card_number : "-");

  till_http_request_body (request, body);
  if (token) {
    request->card_token = g_strdup (token);
    request->card_mac_key = g_bytes_new_static ("12345678", 8);
  }

  return request;
}

static const TillCardTerms *
get_card_terms (gconstpointer keys)
{
  static const TillCardTerms terms = { .certificate = (char *) "PEM", .no_pin_limit_fen = 100000 };

  return &terms;
}

/* "counted=500": so much went back of the sale, by all refunds together. */
static void
count_refunds (const TillAsk *ask,
               gint64         given_back_fen,
               TillAnswer    *answer)
{
  if (given_back_fen < ask->given_back_fen + ask->pending_fen + ask->amount_fen)
    answer->event = TILL_EVENT_ABSENT;
}

static void
read_fact (const TillAsk *ask,
           const char    *word,
           TillAnswer    *answer)
{
  if (g_str_has_prefix (word, "ref="))
    answer->acquirer_ref = g_strdup (word + 4);
  else if (g_str_has_prefix (word, "text="))
    answer->code_text = g_strdup (word + 5);
  else if (g_str_has_prefix (word, "order="))
    answer->order = g_strdup (word + 6);
  else if (g_str_has_prefix (word, "amount="))
    answer->amount_fen = g_ascii_strtoll (word + 7, NULL, 10);
  else if (g_str_has_prefix (word, "counted="))
    count_refunds (ask, g_ascii_strtoll (word + strlen ("counted="), NULL, 10), answer);
  else if (g_str_has_prefix (word, "brand="))
    g_assert_true (till_brand_from_word (word + 6, &answer->brand));
  else
    g_assert_true (till_reason_from_word (word, &answer->reason));
}

static void
parse (const TillMerchant  *merchant,
       const TillAsk       *ask,
       const TillHttpReply *reply,
       TillAnswer          *answer)
{
  g_autofree char *body = g_strndup (g_bytes_get_data (reply->body, NULL),
                                     g_bytes_get_size (reply->body));
  g_auto (GStrv) words = g_strsplit (body, " ", -1);

  /* "sealed:paid" is signed with a key that must be fetched first. */
  if (g_str_has_prefix (words[0], "sealed:") && !merchant->keys) {
    answer->event = TILL_EVENT_LOST;
    answer->reason = TILL_REASON_UNKNOWN_KEY;
    answer->wants_keys = TRUE;
    return;
  }

  g_assert_true (till_payment_event_from_string (
    words[0] + (g_str_has_prefix (words[0], "sealed:") ? strlen ("sealed:") : 0), &answer->event));
  for (guint i = 1; words[i]; i++) {
    if (g_str_has_prefix (words[i], "cause="))
      answer->keep = g_strdup_printf ("%s %s", words[i] + strlen ("cause="), ask->keep);
    else
      read_fact (ask, words[i], answer);
  }
}

static gboolean
take_keys (TillMerchant        *merchant,
           const TillAsk       *ask,
           const TillHttpReply *reply,
           GError             **error)
{
  if (reply->status == 200) {
    merchant->keys = GINT_TO_POINTER (1);
    return TRUE;
  }

  g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER, "no keys");
  return FALSE;
}

static gboolean
keys_are_due (gconstpointer keys,
              gint64        now_us)
{
  return keys == NULL;
}

static char *
tell_secret (gconstpointer keys,
             const char   *name)
{
  return keys ? g_strdup ("secret") : NULL;
}

static const char *const kept_secrets[] = { "key", NULL };

static const TillBackoffStep every_5_s[] = { { 0, 5000 } };
static const TillBackoffStep every_2_s[] = { { 0, 2000 } };
static const TillBackoffStep every_min[] = { { 0, 60000 } };
static const TillBackoffStep growing[] = { { 5000, 1000 }, { 30000, 4000 }, { 0, 8000 } };

#define ALL_CALLS \
  { \
    [TILL_CALL_CHARGE] = { build, parse, 15000, 0 }, \
    [TILL_CALL_ORDER] = { build, parse, 15000, 0 }, \
    [TILL_CALL_QUERY] = { build, parse, 15000, 0 }, \
    [TILL_CALL_CLOSE] = { build, parse, 15000, 0 }, \
    [TILL_CALL_REVERSE] = { build, parse, 15000, 0 }, \
    [TILL_CALL_REFUND] = { build, parse, 15000, 0 }, \
    [TILL_CALL_QUERY_REFUND] = { build, parse, 15000, 0 }, \
    [TILL_CALL_KEYS] = { build, NULL, 15000, 0 }, \
    [TILL_CALL_ACTIVATE] = { build, NULL, 15000, 0 }, \
  }

#define PACE \
  { \
    .charge_query = every_5_s, .order_query = every_2_s, .refund_query = every_min, \
    .close_again = growing, .give_up_ms = 45000, .reverse_not_before_ms = 15000, \
    .late_ms = 300000, .order_life_max_ms = 7200000, .refund_days = 365, \
    .cancel_paid_ms = 3600000, \
  }

#define CARD_CALLS \
    [TILL_CALL_TAP] = { build_card, parse, 15000, 0 }, \
    [TILL_CALL_REVERSE] = { build_card, parse, 15000, 0 }, \
    [TILL_CALL_REFUND] = { build_card, parse, 15000, 0 }

#define ALL_BRANDS \
  (TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) | \
   TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_ECNY) | \
   TILL_BRAND_BIT (TILL_BRAND_JD))

static const TillAcquirer acquirers[] = {
  { .id = "wechat-words", .name = "WeChat in words", .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT),
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE, .take_keys = take_keys },
  { .id = "alipay-words", .name = "Alipay in words", .brands = TILL_BRAND_BIT (TILL_BRAND_ALIPAY),
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_REVERSE },
  { .id = "all-words", .name = "An aggregator in words", .brands = ALL_BRANDS,
    .takes = TILL_TAKES_ANY_DIGITS,
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "codes-words", .name = "One code a wallet in words", .brands = ALL_BRANDS,
    .own_codes = ALL_BRANDS,
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "mixed-words", .name = "One code for all but one in words", .brands = ALL_BRANDS,
    .own_codes = TILL_BRAND_BIT (TILL_BRAND_ECNY),
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "begun-words", .name = "One that begins with a code in words", .brands = ALL_BRANDS,
    .takes = TILL_TAKES_ANY_DIGITS,
    .take_keys = take_keys, .kept_secrets = kept_secrets, .tell_secret = tell_secret,
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "cards-words", .name = "One for foreign cards in words",
    .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY), .takes = TILL_TAKES_CARD_CODES,
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "once-words", .name = "One whose refunds are tried once, in words",
    .brands = TILL_BRAND_BIT (TILL_BRAND_ECNY), .refund_is_once = TRUE,
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "daily-words", .name = "One whose own key must be fetched first, in words",
    .brands = TILL_BRAND_BIT (TILL_BRAND_JD), .take_keys = take_keys,
    .keys_are_due = keys_are_due,
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "stays-words", .name = "One whose codes end by their time alone, in words",
    .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY), .codes_stay = TRUE,
    .calls = ALL_CALLS, .pace = PACE, .order_close_call = TILL_CALL_CLOSE },
  { .id = "sealed-words", .name = "Sealed cards in words",
    .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_JD),
    .card_way = TILL_CARD_SEALED, .get_card_terms = get_card_terms,
    .calls = { CARD_CALLS, [TILL_CALL_QUERY] = { build_card, parse, 15000, 0 },
               [TILL_CALL_QUERY_REFUND] = { build_card, parse, 15000, 0 } },
    .pace = PACE, .order_close_call = TILL_CALL_REVERSE },
  { .id = "token-words", .name = "A terminal's messages in words",
    .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY),
    .card_way = TILL_CARD_TOKEN, .get_card_terms = get_card_terms, .first_keep = first_keep,
    .calls = { CARD_CALLS }, .pace = PACE, .order_close_call = TILL_CALL_REVERSE },
  { .id = "terminal-words", .name = "A terminal that signs in, in words",
    .brands = TILL_BRAND_BIT (TILL_BRAND_UNIONPAY), .take_keys = take_keys,
    .keys_are_due = keys_are_due,
    .card_way = TILL_CARD_TOKEN, .get_card_terms = get_card_terms, .first_keep = signed_keep,
    .calls = { CARD_CALLS, [TILL_CALL_KEYS] = { build, NULL, 15000, 0 } },
    .pace = PACE, .order_close_call = TILL_CALL_REVERSE },
};

static TillMerchant *
make_merchant (const TillAcquirer *acquirer,
               const char         *id)
{
  TillMerchant *merchant = g_new0 (TillMerchant, 1);

  merchant->acquirer = acquirer;
  merchant->id = g_strdup (id);
  merchant->base_url = g_strdup_printf ("https://%s.example", id);
  merchant->brands = acquirer->brands;
  merchant->fee_ppm = 3800;
  merchant->limit_per_sale_fen = 5000000;

  return merchant;
}

static void
merchant_free (TillMerchant *merchant)
{
  g_free (merchant->id);
  g_free (merchant->base_url);
  g_free (merchant->backup_base_url);
  g_free (merchant);
}

static void
open_desk (DeskFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->shop = till_shop_open (fixture->dir, &fixture->ports, TILL_JOURNAL_INLINE, &error);
  g_assert_no_error (error);
  g_ptr_array_set_free_func (fixture->shop->merchants, (GDestroyNotify) merchant_free);
  g_ptr_array_add (fixture->shop->merchants, make_merchant (&acquirers[0], "wechat"));
  g_ptr_array_add (fixture->shop->merchants, make_merchant (&acquirers[1], "alipay"));
  fixture->desk = till_desk_new (fixture->shop);
}

/**
 * desk_fixture_set_up:
 *
 * Makes a shop with an empty journal.
 */
void
desk_fixture_set_up (DeskFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *journal = NULL;

  fixture->dir = g_dir_make_tmp ("till-desk-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_true (till_profile_create (fixture->dir, ini, &error));
  journal = g_build_filename (fixture->dir, "journal.db", NULL);
  g_assert_true (till_journal_create (journal, &error));

  fixture->clock = till_fake_clock_new ();
  fixture->http = till_fake_http_new (fixture->clock);
  fixture->tap = till_wired_tap_new (TILL_HTTP (fixture->http));
  till_fake_random_init (&fixture->random, 1);
  fixture->ports = (TillPorts) {
    .clock = till_fake_clock_get_port (fixture->clock),
    .random = &fixture->random.port,
    .http = TILL_HTTP (fixture->http),
    .tap = TILL_TAP (fixture->tap),
  };
  open_desk (fixture);
}

/**
 * desk_fixture_tear_down:
 *
 * Every request of the script must have been made; the chain must be whole.
 */
void
desk_fixture_tear_down (DeskFixture *fixture)
{
  desk_fixture_settle ();
  g_assert_cmpuint (till_fake_http_get_n_left (fixture->http), ==, 0);
  till_desk_close (fixture->desk);
  g_clear_object (&fixture->desk);
  desk_fixture_settle ();
  g_clear_object (&fixture->tap);
  g_clear_object (&fixture->http);
  g_clear_pointer (&fixture->clock, till_fake_clock_free);
  scratch_remove (fixture->dir);
  g_clear_pointer (&fixture->dir, g_free);
}

/**
 * desk_fixture_add:
 * @type: "all-words", "cards-words" …
 * @brands: what stands in the contract; 0: all that the type takes
 *
 * Adds a contract behind those that are there.
 *
 * Returns: (transfer none): the contract, to be changed at will
 */
TillMerchant *
desk_fixture_add (DeskFixture *fixture,
                  const char  *type,
                  const char  *id,
                  TillBrandSet brands)
{
  TillMerchant *merchant = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (acquirers); i++) {
    if (strcmp (acquirers[i].id, type) == 0)
      merchant = make_merchant (&acquirers[i], id);
  }
  g_assert_nonnull (merchant);
  if (brands)
    merchant->brands = brands;
  g_ptr_array_add (fixture->shop->merchants, merchant);

  return merchant;
}

/**
 * desk_fixture_restart:
 *
 * The program is killed and started again: what it had in memory is gone.
 */
void
desk_fixture_restart (DeskFixture *fixture)
{
  till_desk_close (fixture->desk);
  g_clear_object (&fixture->desk);
  desk_fixture_settle ();
  open_desk (fixture);
}

/**
 * desk_fixture_configure:
 * @line: "key=value", of the profile's [shop]; or lines that take the place of its [nfc]
 *
 * The owner changes the profile, and the program starts again.
 */
void
desk_fixture_configure (DeskFixture *fixture,
                        const char  *line)
{
  g_autofree char *path = g_build_filename (fixture->dir, "profile.ini", NULL);
  g_autofree char *text = g_str_has_prefix (line, "[nfc]")
                            ? g_strdup_printf ("%s\n%s", line, strstr (ini, "[shop]"))
                            : g_strdup_printf ("%s%s\n", ini, line);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  desk_fixture_restart (fixture);
}

/**
 * desk_fixture_settle:
 *
 * Runs the main loop until nothing is left to do without time passing.
 */
void
desk_fixture_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/**
 * desk_fixture_pass:
 *
 * Lets time pass, timer by timer.
 */
void
desk_fixture_pass (DeskFixture *fixture,
                   gint64       ms)
{
  desk_fixture_settle ();
  do {
    gint64 next_ms = till_fake_clock_get_next_ms (fixture->clock);
    gint64 step_ms = next_ms >= 0 ? MIN (next_ms, ms) : ms;

    till_fake_clock_advance (fixture->clock, step_ms);
    desk_fixture_settle ();
    ms -= step_ms;
  } while (ms > 0 || till_fake_clock_get_next_ms (fixture->clock) == 0);
}

/**
 * desk_fixture_answer:
 * @call: begins the request's body, "CHARGE"
 * @answer: "paid ref=42"
 *
 * Expects the next request and answers it at once.
 */
void
desk_fixture_answer (DeskFixture *fixture,
                     const char  *call,
                     const char  *answer)
{
  const TillFakeExchange exchange = { .body = call, .status = 200, .answer = answer };

  till_fake_http_expect (fixture->http, &exchange);
}

/**
 * desk_fixture_late:
 *
 * The same, after @after_ms.
 */
void
desk_fixture_late (DeskFixture *fixture,
                   const char  *call,
                   const char  *answer,
                   gint64       after_ms)
{
  const TillFakeExchange exchange = {
    .body = call, .status = 200, .answer = answer, .after_ms = after_ms,
  };

  till_fake_http_expect (fixture->http, &exchange);
}

/**
 * desk_fixture_silence:
 * @unsent: nothing left this computer; else a time-out
 *
 * Expects the next request and answers nothing.
 */
void
desk_fixture_silence (DeskFixture *fixture,
                      const char  *call,
                      gboolean     unsent)
{
  const TillFakeExchange exchange = {
    .body = call,
    .outcome = unsent ? TILL_HTTP_NO_NETWORK : TILL_HTTP_TIMEOUT,
    .unsent = unsent,
    .after_ms = unsent ? 0 : 15000,
  };

  till_fake_http_expect (fixture->http, &exchange);
}

/**
 * assert_is:
 *
 * What the clerk would be told of a sale.
 */
void
assert_is (TillSaleItem     *item,
           TillPaymentState  state,
           TillReason        reason)
{
  g_assert_cmpstr (till_payment_state_to_string (till_sale_item_get_state (item)), ==,
                   till_payment_state_to_string (state));
  g_assert_cmpstr (till_reason_to_word (till_sale_item_get_reason (item)), ==,
                   till_reason_to_word (reason));
}

/**
 * payment_at:
 *
 * Returns: (transfer none): a payment of a sale, the oldest first
 */
const TillPayment *
payment_at (TillSaleItem *item,
            guint         index)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  g_assert_cmpuint (sale->payments->len, >, index);

  return g_ptr_array_index (sale->payments, index);
}

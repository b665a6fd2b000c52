/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include <string.h>

#include "desk/codes.h"
#include "desk/route.h"

/* Who is asked, in which order; and that a second is asked only after the first has moved no
 * money for certain. */

typedef DeskFixture F;

#define W TILL_BRAND_BIT (TILL_BRAND_WECHAT)
#define A TILL_BRAND_BIT (TILL_BRAND_ALIPAY)
#define U TILL_BRAND_BIT (TILL_BRAND_UNIONPAY)
#define E TILL_BRAND_BIT (TILL_BRAND_ECNY)
#define J TILL_BRAND_BIT (TILL_BRAND_JD)

#define UNIONPAY_CODE "6212345678901234567"
#define ECNY_CODE     "0112345678901234567"
#define NOBODYS_CODE  "4412345678901234567"
#define FACE_CODE     "fp0123456789abcdefghijklmnopqrstuvw"
#define IDENTITY_CODE "110101199003072316"
#define CARD_CODE     "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8="
#define TORN_CARD     "hQVDUFYwMWEaTwegAAAAVVVV"

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (f);
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  desk_fixture_tear_down (f);
}

static TillSaleItem *
charge (F          *f,
        const char *paycode)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item = till_desk_charge (f->desk, 1250, paycode, NULL, NULL, &error);

  g_assert_no_error (error);
  desk_fixture_settle ();

  return item;
}

static void
assert_refused (F          *f,
                const char *paycode,
                const char *acquirer,
                TillReason  reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (till_desk_charge (f->desk, 1250, paycode, acquirer, NULL, &error));
  g_assert_error (error, TILL_REFUSAL, (int) reason);
}

static void
expect_at (F          *f,
           const char *host,
           const char *call,
           const char *answer)
{
  const TillFakeExchange exchange = {
    .url = host, .body = call, .status = 200, .answer = answer,
  };

  till_fake_http_expect (f->http, &exchange);
}

static const char *
acquirer_of (TillSaleItem *item,
             guint         index)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  g_assert_cmpuint (index, <, sale->payments->len);

  return ((const TillPayment *) g_ptr_array_index (sale->payments, index))->acquirer;
}

/* The profile's contracts: W "wechat", A "alipay", then by the row: a all wallets but digital
 * yuan, e with digital yuan, c foreign cards, b one like a that is not activated yet. */
static const struct {
  const char *more;
  const char *paycode;
  const char *named;
  gint64      amount_fen;
  const char *asked;   /* ids in their order; NULL where it is refused */
  TillReason  why;
} routes[] = {
  { "", WECHAT_CODE, NULL, 1, "wechat", 0 },
  { "", ALIPAY_CODE, NULL, 1, "alipay", 0 },
  { "a", WECHAT_CODE, NULL, 1, "wechat a", 0 },
  { "a", WECHAT_CODE, "a", 1, "a", 0 },
  { "a", WECHAT_CODE, "wechat", 1, "wechat", 0 },
  { "a", UNIONPAY_CODE, NULL, 1, "a", 0 },
  { "ac", UNIONPAY_CODE, NULL, 1, "a c", 0 },
  { "e", ECNY_CODE, NULL, 1, "e", 0 },
  { "a", NOBODYS_CODE, NULL, 1, "a", 0 },
  { "", NOBODYS_CODE, "alipay", 1, "alipay", 0 },
  { "", IDENTITY_CODE, "wechat", 1, "wechat", 0 },
  { "c", CARD_CODE, NULL, 1, "c", 0 },
  { "a", WECHAT_CODE, NULL, 5000000, "wechat a", 0 },
  { "b", WECHAT_CODE, NULL, 1, "wechat", 0 },
  { "ba", WECHAT_CODE, NULL, 1, "wechat a", 0 },
  { "ba", UNIONPAY_CODE, NULL, 1, "a", 0 },
  { "ba", NOBODYS_CODE, NULL, 1, "a", 0 },

  { "a", FACE_CODE, NULL, 1, NULL, TILL_REASON_BRAND_NOT_TAKEN },
  { "", WECHAT_CODE, "nobody", 1, NULL, TILL_REASON_NO_ACQUIRER },
  { "", WECHAT_CODE, "alipay", 1, NULL, TILL_REASON_BRAND_NOT_TAKEN },
  { "", UNIONPAY_CODE, NULL, 1, NULL, TILL_REASON_BRAND_NOT_TAKEN },
  { "a", ECNY_CODE, NULL, 1, NULL, TILL_REASON_BRAND_NOT_TAKEN },
  { "", NOBODYS_CODE, NULL, 1, NULL, TILL_REASON_UNKNOWN_CODE },
  { "a", "441234567890123", NULL, 1, NULL, TILL_REASON_UNKNOWN_CODE },
  { "a", "4412345678901234567890123", NULL, 1, NULL, TILL_REASON_UNKNOWN_CODE },
  { "a", "44123456789012345X", NULL, 1, NULL, TILL_REASON_UNKNOWN_CODE },
  { "a", IDENTITY_CODE, NULL, 1, NULL, TILL_REASON_IDENTITY_CODE },
  { "a", CARD_CODE, NULL, 1, NULL, TILL_REASON_CARD_CODE },
  { "c", TORN_CARD, NULL, 1, NULL, TILL_REASON_CODE_INVALID },
  { "a", TORN_CARD, NULL, 1, NULL, TILL_REASON_CARD_CODE },
  { "a", "6901234567892", NULL, 1, NULL, TILL_REASON_GOODS_CODE },
  { "a", "wxp://f2f0abc", NULL, 1, NULL, TILL_REASON_RECEIVE_CODE },
  { "a", "weixin://wxpay/bizpayurl?pr=1", NULL, 1, NULL, TILL_REASON_SHOP_CODE },
  { "a", "https://example.com/", NULL, 1, NULL, TILL_REASON_WEB_CODE },
  { "a", "https://example.com/", "a", 1, NULL, TILL_REASON_WEB_CODE },
  { "a", "WIFI:S:x;;", NULL, 1, NULL, TILL_REASON_OTHER_CODE },
  { "", WECHAT_CODE, NULL, 5000001, NULL, TILL_REASON_MERCHANT_LIMIT },
  { "a", WECHAT_CODE, "wechat", 5000001, NULL, TILL_REASON_MERCHANT_LIMIT },
  { "b", WECHAT_CODE, "b", 1, NULL, TILL_REASON_NOT_ACTIVE },
  { "b", UNIONPAY_CODE, NULL, 1, NULL, TILL_REASON_NOT_ACTIVE },
  { "b", NOBODYS_CODE, NULL, 1, NULL, TILL_REASON_NOT_ACTIVE },
  { "b", ECNY_CODE, NULL, 1, NULL, TILL_REASON_BRAND_NOT_TAKEN },
  { "b", WECHAT_CODE, NULL, 5000001, NULL, TILL_REASON_MERCHANT_LIMIT },
  { "ba", UNIONPAY_CODE, NULL, 5000001, NULL, TILL_REASON_MERCHANT_LIMIT },
};

static void
add_contracts (F          *f,
               const char *letters)
{
  for (; *letters; letters++) {
    if (*letters == 'b')
      desk_fixture_add (f, "begun-words", "b", W | A | U | J);
    else if (*letters == 'a')
      desk_fixture_add (f, "all-words", "a", W | A | U | J);
    else if (*letters == 's')
      desk_fixture_add (f, "codes-words", "s", A | U | J);
    else if (*letters == 'm')
      desk_fixture_add (f, "mixed-words", "m", W | A | U | E);
    else if (*letters == 'n')
      desk_fixture_add (f, "mixed-words", "n", E);
    else if (*letters == 'e')
      desk_fixture_add (f, "all-words", "e", E);
    else
      desk_fixture_add (f, "cards-words", "c", 0);
  }
}

static void
append_offer (GString         *text,
              const char      *before,
              const TillOffer *offer)
{
  g_string_append_printf (text, "%s%s", before, offer->merchant->id);
  if (offer->brand != TILL_BRAND_NONE)
    g_string_append_printf (text, ":%s", till_brand_to_word (offer->brand));
}

static char *
join_ids (const GPtrArray *offers)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < offers->len; i++)
    append_offer (text, i ? " " : "", g_ptr_array_index (offers, i));

  return g_string_free (text, FALSE);
}

static void
test_routes (F            *f,
             gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
    TillRouting routing = { f->shop, NULL, routes[i].amount_fen };
    g_autoptr (GPtrArray) merchants = NULL;
    g_autofree char *asked = NULL;
    TillReason why = TILL_REASON_NONE;

    g_test_message ("%u", i);
    g_ptr_array_set_size (f->shop->merchants, 2);
    add_contracts (f, routes[i].more);
    merchants = till_route_charge (&routing, routes[i].paycode, routes[i].named, &why);
    g_assert_cmpint (merchants != NULL, ==, routes[i].asked != NULL);
    if (!merchants) {
      g_assert_cmpstr (till_reason_to_word (why), ==, till_reason_to_word (routes[i].why));
      continue;
    }
    asked = join_ids (merchants);
    g_assert_cmpstr (asked, ==, routes[i].asked);
  }
}

/* A limit is the contract's: what is above one's goes to the next. */
static void
test_limits (F            *f,
             gconstpointer data)
{
  TillMerchant *all = desk_fixture_add (f, "all-words", "a", W | A | U);
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  all->limit_per_sale_fen = 0;
  expect_at (f, "a.example", "CHARGE", "paid");
  item = till_desk_charge (f->desk, 5000001, WECHAT_CODE, NULL, NULL, &error);
  desk_fixture_settle ();
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);

  all->limit_per_sale_fen = 6000000;
  g_assert_null (till_desk_charge (f->desk, 6000001, WECHAT_CODE, NULL, NULL, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_MERCHANT_LIMIT);
  g_clear_error (&error);
  g_assert_null (till_desk_collect (f->desk, 6000001, W | A, 60000, NULL, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_MERCHANT_LIMIT);
}

/* Each reason for which the first acquirer may refuse for good, and whether the next is asked. */
static const struct {
  const char *paycode;
  const char *answer;   /* NULL: the request never left */
  gboolean    goes_on;
} refusals[] = {
  { WECHAT_CODE, "refused config", TRUE },
  { WECHAT_CODE, "refused merchant-limit", TRUE },
  { WECHAT_CODE, "refused merchant-refused", TRUE },
  { WECHAT_CODE, "refused brand-not-taken", TRUE },
  { WECHAT_CODE, "refused busy", TRUE },
  { WECHAT_CODE, "refused acquirer-fault", TRUE },
  { WECHAT_CODE, NULL, TRUE },
  { NOBODYS_CODE, "refused code-invalid", TRUE },
  { UNIONPAY_CODE, "refused code-invalid", TRUE },

  { WECHAT_CODE, "refused code-invalid", FALSE },
  { WECHAT_CODE, "refused code-expired", FALSE },
  { UNIONPAY_CODE, "refused code-expired", FALSE },
  { WECHAT_CODE, "refused balance", FALSE },
  { WECHAT_CODE, "refused payer-limit", FALSE },
  { WECHAT_CODE, "refused payer-refused", FALSE },
  { WECHAT_CODE, "refused payer-left", FALSE },
  { WECHAT_CODE, "refused duplicate", FALSE },
  { WECHAT_CODE, "refused clock", FALSE },
  { WECHAT_CODE, "closed closed", FALSE },
};

static void
note_state (TillSaleItem *item,
            GParamSpec   *pspec,
            gpointer      user_data)
{
  *(gboolean *) user_data |= till_sale_item_get_state (item) == TILL_PAYMENT_FAILED ||
                             !till_sale_item_is_open (item);
}

static void
test_second_route (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  F f = { 0 };
  gboolean seemed_failed = FALSE;
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_set_up (&f);
  g_ptr_array_set_size (f.shop->merchants, 0);
  desk_fixture_add (&f, "all-words", "one", 0);
  desk_fixture_add (&f, "all-words", "two", 0);
  if (refusals[i].answer)
    expect_at (&f, "one.example", "CHARGE", refusals[i].answer);
  else
    desk_fixture_silence (&f, "CHARGE", TRUE);
  if (refusals[i].goes_on)
    expect_at (&f, "two.example", "CHARGE", "wait payer");

  item = till_desk_charge (f.desk, 1250, refusals[i].paycode, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (item, "notify::state", G_CALLBACK (note_state), &seemed_failed);
  desk_fixture_settle ();
  g_assert_cmpint (seemed_failed, ==, !refusals[i].goes_on);
  if (refusals[i].goes_on) {
    const TillSale *sale = till_sale_item_get_sale (item);
    const TillPayment *first = g_ptr_array_index (sale->payments, 0);
    const TillPayment *second = g_ptr_array_index (sale->payments, 1);

    assert_is (item, TILL_PAYMENT_WAITING, TILL_REASON_PAYER);
    g_assert_cmpstr (first->order, ==, sale->order);
    g_assert_cmpint (first->state, ==, TILL_PAYMENT_FAILED);
    g_assert_cmpstr (second->order, !=, first->order);
    g_assert_cmpstr (second->acquirer, ==, "two");
    g_assert_cmpint (second->amount_fen, ==, 1250);
    expect_at (&f, "two.example", "QUERY", "paid brand=jd");
    desk_fixture_pass (&f, 5000);
    assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
    g_assert_cmpint (till_sale_item_get_brand (item), ==, TILL_BRAND_JD);
  }
  g_assert_false (till_desk_is_busy (f.desk, item));
  g_assert_cmpuint (g_list_model_get_n_items (till_desk_get_open (f.desk)), ==, 0);
  desk_fixture_tear_down (&f);
}

/* What was unsure, or waited, for however short a time, stays with its acquirer: the second is
 * never asked, whatever comes later. */
static const struct {
  const char *first;    /* NULL: a time-out */
  const char *later;
  TillReason  ends;
} doubts[] = {
  { NULL, "refused merchant-refused", TILL_REASON_MERCHANT_REFUSED },
  { NULL, "refused config", TILL_REASON_CONFIG },
  { "lost busy", "refused busy", TILL_REASON_BUSY },
  { "lost bad-signature", "refused acquirer-fault", TILL_REASON_ACQUIRER_FAULT },
  { "lost acquirer-fault", "refused config", TILL_REASON_CONFIG },
  { "wait payer", "refused merchant-limit", TILL_REASON_MERCHANT_LIMIT },
  { "wait processing", "closed closed", TILL_REASON_CLOSED },
};

static void
test_unsure_stays (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  F f = { 0 };
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_set_up (&f);
  desk_fixture_add (&f, "all-words", "two", 0);
  if (doubts[i].first)
    expect_at (&f, "wechat.example", "CHARGE", doubts[i].first);
  else
    desk_fixture_silence (&f, "CHARGE", FALSE);
  expect_at (&f, "wechat.example", "QUERY", doubts[i].later);
  item = charge (&f, WECHAT_CODE);
  desk_fixture_pass (&f, 30000);
  assert_is (item, TILL_PAYMENT_FAILED, doubts[i].ends);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 1);
  desk_fixture_tear_down (&f);
}

/* Silence to the end: asked, reversed, asked; nobody else hears of it. */
static void
test_silence_stays (F            *f,
                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_add (f, "all-words", "two", 0);
  desk_fixture_silence (f, "CHARGE", FALSE);
  item = charge (f, WECHAT_CODE);
  for (guint i = 0; i < 3; i++)
    expect_at (f, "wechat.example", "QUERY", "lost no-answer");
  desk_fixture_pass (f, 30000);
  assert_is (item, TILL_PAYMENT_UNSURE, TILL_REASON_NO_ANSWER);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 1);
}

/* A clerk who has cancelled wants no other acquirer. */
static void
test_cancelled_meanwhile (F            *f,
                          gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) again = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_add (f, "all-words", "two", 0);
  desk_fixture_late (f, "CHARGE", "refused config", 3000);
  item = charge (f, WECHAT_CODE);
  again = till_desk_cancel (f->desk, till_sale_item_get_order (item), &error);
  g_assert_no_error (error);
  desk_fixture_pass (f, 3000);
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 1);
  g_assert_cmpint (till_sale_item_get_state (item), ==, TILL_PAYMENT_FAILED);
}

/* A person who named the acquirer gets no other; and when all have refused, the last reason
 * stands. */
static void
test_ends (F            *f,
           gconstpointer data)
{
  g_autoptr (TillSaleItem) named = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_add (f, "all-words", "two", 0);
  expect_at (f, "wechat.example", "CHARGE", "refused merchant-limit");
  named = till_desk_charge (f->desk, 1250, WECHAT_CODE, "wechat", NULL, &error);
  desk_fixture_settle ();
  assert_is (named, TILL_PAYMENT_FAILED, TILL_REASON_MERCHANT_LIMIT);

  expect_at (f, "wechat.example", "CHARGE", "refused merchant-limit");
  expect_at (f, "two.example", "CHARGE", "refused balance");
  item = charge (f, WECHAT_CODE);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_BALANCE);
  g_assert_cmpstr (acquirer_of (item, 1), ==, "two");
}

/* A code that cannot be made is made by another contract. */
static void
test_second_code (F            *f,
                  gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;
  gint64 expires_us;

  desk_fixture_add (f, "all-words", "two", 0);
  expect_at (f, "wechat.example", "ORDER", "refused merchant-refused");
  expect_at (f, "two.example", "ORDER", "wait not-scanned text=https://two");
  item = till_desk_collect (f->desk, 1250, W, 120000, NULL, &error);
  expires_us = till_desk_get_now_us (f->desk) + 120 * G_USEC_PER_SEC;
  g_assert_no_error (error);
  desk_fixture_settle ();
  g_assert_cmpstr (till_sale_item_get_code_text (item), ==, "https://two");
  g_assert_cmpint (till_sale_item_get_expires_us (item), ==, expires_us);
  expect_at (f, "two.example", "QUERY", "paid brand=wechat");
  desk_fixture_pass (f, 2000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* Where a code is for one wallet the acquirer is told which, and the code is that wallet's. */
static void
test_code_per_wallet (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_set_size (f->shop->merchants, 0);
  desk_fixture_add (f, "codes-words", "s", W | A);
  desk_fixture_answer (f, "brand=wechat", "wait not-scanned text=https://w");
  desk_fixture_answer (f, "brand=alipay", "wait not-scanned text=https://a");
  item = till_desk_collect (f->desk, 1250, W | A, 120000, NULL, &error);
  g_assert_no_error (error);
  desk_fixture_settle ();
  g_assert_cmpuint (till_sale_item_get_sale (item)->payments->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const TillPayment *payment =
      g_ptr_array_index (till_sale_item_get_sale (item)->payments, i);

    g_assert_cmpint (payment->brand, ==, i == 0 ? TILL_BRAND_WECHAT : TILL_BRAND_ALIPAY);
  }
}

/* The fewest codes: one that all can pay, where somebody makes one. */
static void
test_fewest_codes (F            *f,
                   gconstpointer data)
{
  static const struct {
    const char   *more;
    TillBrandSet  wanted;
    const char   *chosen;   /* NULL: refused */
  } cases[] = {
    { "", W, "wechat" },
    { "", W | A, "wechat alipay" },
    { "a", W, "wechat" },
    { "a", W | A, "a" },
    { "a", W | A | U, "a" },
    { "ae", W | A | U | E, "a e" },
    { "c", U | J, "c" },
    { "s", U, "s:unionpay" },
    { "s", J, "s:jd" },
    { "cs", J, "s:jd" },
    { "s", A | U, "alipay s:unionpay" },
    { "s", W | A | U | J, "wechat alipay s:unionpay" },
    { "sa", W | A | U | J, "a" },
    { "c", W | J, "wechat c" },
    { "m", W | A | U | E, "m m:ecny" },
    { "m", W | A | U, "m" },
    { "m", E, "m:ecny" },
    { "m", J, "m" },
    { "n", E, "n:ecny" },
    { "n", W | E, "wechat n:ecny" },
    { "ma", W | A | U | J | E, "m m:ecny" },
    { "b", W | A, "wechat alipay" },
    { "ba", W | A | U, "a" },
    { "", U, NULL },
    { "a", E, NULL },
    { "a", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillRouting routing = { f->shop, NULL, 1 };
    g_autoptr (GPtrArray) chosen = NULL;
    g_autofree char *ids = NULL;
    TillReason why = TILL_REASON_NONE;

    g_test_message ("%u", i);
    g_ptr_array_set_size (f->shop->merchants, 2);
    add_contracts (f, cases[i].more);
    chosen = till_route_collect (&routing, cases[i].wanted, &why);
    ids = chosen ? join_ids (chosen) : NULL;
    g_assert_cmpstr (ids, ==, cases[i].chosen);
    g_assert_cmpint (why, ==, chosen ? TILL_REASON_NONE : TILL_REASON_BRAND_NOT_TAKEN);
  }
}

/* A contract that waits for its code is offered to nobody, until it has it. */
static void
test_not_active (F            *f,
                 gconstpointer data)
{
  const TillRouting routing = { f->shop, NULL, 1 };
  TillMerchant *begun = desk_fixture_add (f, "begun-words", "b", U | J);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *ids = NULL;
  TillReason why = TILL_REASON_NONE;

  none = till_route_collect (&routing, W | U, &why);
  g_assert_null (none);
  g_assert_cmpint (why, ==, TILL_REASON_NOT_ACTIVE);
  g_assert_cmphex (till_route_get_payers (&routing, W | U | J), ==, W);
  g_assert_cmphex (till_desk_get_brands (f->desk, TILL_KIND_COLLECT), ==, W | A);
  g_assert_null (till_desk_get_route (f->desk, TILL_BRAND_JD, TILL_KIND_CHARGE));
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_JD, TILL_KIND_CHARGE), ==,
                   TILL_REASON_NOT_ACTIVE);
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_ECNY, TILL_KIND_CHARGE), ==,
                   TILL_REASON_BRAND_NOT_TAKEN);
  assert_refused (f, UNIONPAY_CODE, NULL, TILL_REASON_NOT_ACTIVE);

  begun->keys = GINT_TO_POINTER (1);
  all = till_route_collect (&routing, W | U, &why);
  ids = join_ids (all);
  g_assert_cmpstr (ids, ==, "wechat b");
  g_assert_cmphex (till_desk_get_brands (f->desk, TILL_KIND_COLLECT), ==, W | A | U | J);
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_JD, TILL_KIND_CHARGE), ==,
                   TILL_REASON_NONE);
}

/* What is shown when nobody asked for the customer's wallet: one code, or a question. */
static void
test_propose (F            *f,
              gconstpointer data)
{
  static const struct {
    const char   *more;
    gboolean      has_first;   /* the profile's two contracts, W and A */
    gint64        amount_fen;
    TillBrandSet  brands;
    gboolean      is_certain;
  } cases[] = {
    { "", TRUE, 1, W, FALSE },
    { "s", TRUE, 1, W, FALSE },
    { "s", FALSE, 1, A, FALSE },
    { "a", TRUE, 1, W | A | U | J, TRUE },
    { "ca", FALSE, 1, W | A | U | J, TRUE },
    { "m", FALSE, 1, W | A | U, TRUE },
    { "ma", TRUE, 1, W | A | U, TRUE },
    { "e", FALSE, 1, E, TRUE },
    { "", FALSE, 1, 0, TRUE },
    { "", TRUE, 5000001, 0, TRUE },
    { "a", TRUE, 5000001, 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillBrandSet brands = U;

    g_test_message ("%u", i);
    g_ptr_array_set_size (f->shop->merchants, 2);
    add_contracts (f, cases[i].more);
    if (!cases[i].has_first)
      g_ptr_array_remove_range (f->shop->merchants, 0, 2);
    g_assert_cmpint (till_codes_propose (f->desk, cases[i].amount_fen, &brands), ==,
                     cases[i].is_certain);
    g_assert_cmphex (brands, ==, cases[i].brands);
    if (!cases[i].has_first)
      desk_fixture_restart (f);
  }
}

/* Where the owner allows it, all codes are shown at once. */
static void
test_at_once (F            *f,
              gconstpointer data)
{
  TillBrandSet brands = 0;

  desk_fixture_configure (f, "codes-at-once=yes");
  g_assert_true (till_codes_propose (f->desk, 1, &brands));
  g_assert_cmphex (brands, ==, W | A);
}

/* Each code that a contract makes has the names of those who pay it over it; digital yuan's own
 * code is asked for as that. */
static void
test_names_of_codes (F            *f,
                     gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) digital = NULL;
  g_autoptr (GPtrArray) plan = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_set_size (f->shop->merchants, 0);
  add_contracts (f, "m");
  plan = till_codes_plan (f->desk, 1, W | A | E);
  g_assert_cmpuint (plan->len, ==, 2);
  g_assert_cmphex (((TillCodeFacts *) plan->pdata[0])->brands, ==, W | A | U);
  g_assert_cmphex (((TillCodeFacts *) plan->pdata[1])->brands, ==, E);

  desk_fixture_answer (f, "brand=", "wait not-scanned text=https://m");
  item = till_desk_collect (f->desk, 1250, W, 120000, NULL, &error);
  desk_fixture_settle ();
  g_assert_cmphex (till_codes_get_brands (f->desk, till_sale_item_get_sale (item)
                                                     ->payments->pdata[0]), ==, W | A | U);
  desk_fixture_answer (f, "brand=ecny", "wait not-scanned text=https://e");
  digital = till_desk_collect (f->desk, 1251, E, 120000, NULL, &error);
  desk_fixture_settle ();
  g_assert_cmphex (till_codes_get_brands (f->desk, till_sale_item_get_sale (digital)
                                                     ->payments->pdata[0]), ==, E);
  g_ptr_array_set_size (f->shop->merchants, 0);
  g_assert_cmphex (till_codes_get_brands (f->desk, till_sale_item_get_sale (item)
                                                     ->payments->pdata[0]), ==, 0);
}

/* Who does not answer is asked behind those who do, and first again after two minutes. */
static void
test_health_orders (F            *f,
                    gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) next = NULL;
  g_autoptr (TillSaleItem) later = NULL;
  g_autoptr (GPtrArray) pulses = NULL;
  const TillPulseFacts *facts;
  guint worst = 0;

  desk_fixture_add (f, "all-words", "two", 0);
  desk_fixture_silence (f, "CHARGE", TRUE);
  expect_at (f, "two.example", "CHARGE", "paid");
  item = charge (f, WECHAT_CODE);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);

  pulses = till_desk_list_pulses (f->desk);
  g_assert_cmpuint (pulses->len, ==, 3);
  facts = g_ptr_array_index (pulses, 0);
  g_assert_cmpstr (facts->acquirer, ==, "wechat");
  g_assert_cmpuint (facts->grade, ==, TILL_PULSE_WEAK);
  g_assert_cmpuint (facts->n_silences, ==, 1);
  g_assert_cmpint (facts->trouble, ==, TILL_REASON_NO_NETWORK);
  facts = g_ptr_array_index (pulses, 2);
  g_assert_cmpuint (facts->grade, ==, TILL_PULSE_GOOD);
  g_assert_cmpuint (facts->n_answers, ==, 1);
  g_assert_cmpint (facts->answered_us, ==, till_desk_get_now_us (f->desk));
  g_object_get (f->desk, "worst-pulse", &worst, NULL);
  g_assert_cmpuint (worst, ==, TILL_PULSE_WEAK);

  expect_at (f, "two.example", "CHARGE", "paid");
  next = charge (f, WECHAT_CODE);
  assert_is (next, TILL_PAYMENT_PAID, TILL_REASON_NONE);

  desk_fixture_pass (f, 120000);
  expect_at (f, "wechat.example", "CHARGE", "paid");
  later = charge (f, WECHAT_CODE);
  assert_is (later, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* What answers make of an acquirer's health. */
static void
test_grades (void)
{
  static const struct {
    TillHttpOutcome outcome;
    guint           status;
    TillReason      reason;
    guint           n_times;
    TillPulseGrade  grade;
  } cases[] = {
    { TILL_HTTP_OK, 200, TILL_REASON_NONE, 1, TILL_PULSE_GOOD },
    { TILL_HTTP_OK, 200, TILL_REASON_BALANCE, 5, TILL_PULSE_GOOD },
    { TILL_HTTP_OK, 403, TILL_REASON_CODE_INVALID, 5, TILL_PULSE_GOOD },
    { TILL_HTTP_OK, 200, TILL_REASON_BUSY, 1, TILL_PULSE_WEAK },
    { TILL_HTTP_OK, 200, TILL_REASON_BAD_SIGNATURE, 3, TILL_PULSE_WEAK },
    { TILL_HTTP_OK, 500, TILL_REASON_ACQUIRER_FAULT, 1, TILL_PULSE_NONE },
    { TILL_HTTP_OK, 200, TILL_REASON_CONFIG, 1, TILL_PULSE_NONE },
    { TILL_HTTP_OK, 200, TILL_REASON_MERCHANT_REFUSED, 1, TILL_PULSE_NONE },
    { TILL_HTTP_TIMEOUT, 0, TILL_REASON_NO_ANSWER, 1, TILL_PULSE_WEAK },
    { TILL_HTTP_TIMEOUT, 0, TILL_REASON_NO_ANSWER, 2, TILL_PULSE_NONE },
    { TILL_HTTP_NO_NETWORK, 0, TILL_REASON_NO_NETWORK, 2, TILL_PULSE_NONE },
    { TILL_HTTP_OK, 503, TILL_REASON_BAD_ANSWER, 2, TILL_PULSE_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillPulse *pulse = till_pulse_new ("one");
    g_autoptr (TillHttpReply) reply = till_http_reply_new (cases[i].outcome);
    g_autoptr (TillHttpReply) good = till_http_reply_new (TILL_HTTP_OK);
    const TillAnswer answer = { .event = TILL_EVENT_LOST, .reason = cases[i].reason };
    const TillAnswer paid = { .event = TILL_EVENT_PAID };
    const TillHeard heard = { reply, &answer, 10, FALSE };
    const TillHeard well = { good, &paid, 10, FALSE };

    g_test_message ("%u", i);
    reply->status = cases[i].status;
    good->status = 200;
    for (guint n = 0; n < cases[i].n_times; n++)
      till_pulse_take (pulse, &heard, 1, 1000);
    g_assert_cmpint (till_pulse_get_grade (pulse, 2000), ==, cases[i].grade);
    g_assert_cmpint (till_pulse_get_grade (pulse, 121000), ==, TILL_PULSE_GOOD);
    till_pulse_take (pulse, &well, 1, 3000);
    g_assert_cmpint (till_pulse_get_grade (pulse, 3000), ==, TILL_PULSE_GOOD);
    till_pulse_free (pulse);
  }
}

/* After the first host was silent the second is asked first, for five minutes; a charge itself is
 * never sent to both. */
static void
test_standby_host (F            *f,
                   gconstpointer data)
{
  TillMerchant *wechat = g_ptr_array_index (f->shop->merchants, 0);
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) next = NULL;
  g_autoptr (TillSaleItem) later = NULL;
  g_autoptr (GPtrArray) pulses = NULL;

  wechat->backup_base_url = g_strdup ("https://second.example");
  desk_fixture_silence (f, "CHARGE", FALSE);
  expect_at (f, "second.example", "QUERY", "paid");
  item = charge (f, WECHAT_CODE);
  desk_fixture_pass (f, 20000);
  assert_is (item, TILL_PAYMENT_PAID, TILL_REASON_NONE);

  pulses = till_desk_list_pulses (f->desk);
  g_assert_true (((TillPulseFacts *) g_ptr_array_index (pulses, 0))->on_backup);
  expect_at (f, "second.example", "CHARGE", "paid");
  next = charge (f, WECHAT_CODE);
  assert_is (next, TILL_PAYMENT_PAID, TILL_REASON_NONE);

  desk_fixture_pass (f, 300000);
  expect_at (f, "wechat.example", "CHARGE", "paid");
  later = charge (f, WECHAT_CODE);
  assert_is (later, TILL_PAYMENT_PAID, TILL_REASON_NONE);
}

/* Whose money it was is the acquirer's word: no digits and no contract for several say it. */
static void
test_attribution (F            *f,
                  gconstpointer data)
{
  static const struct {
    const char *paycode;
    const char *answer;
    TillBrand   brand;
  } cases[] = {
    { UNIONPAY_CODE, "paid brand=jd", TILL_BRAND_JD },
    { UNIONPAY_CODE, "paid brand=unionpay", TILL_BRAND_UNIONPAY },
    { UNIONPAY_CODE, "paid", TILL_BRAND_NONE },
    { WECHAT_CODE, "paid", TILL_BRAND_NONE },
    { WECHAT_CODE, "paid brand=wechat", TILL_BRAND_WECHAT },
    { WECHAT_CODE, "paid brand=alipay", TILL_BRAND_ALIPAY },
    { NOBODYS_CODE, "paid brand=jd", TILL_BRAND_JD },
    { UNIONPAY_CODE, "refused balance", TILL_BRAND_NONE },
  };

  g_ptr_array_set_size (f->shop->merchants, 0);
  desk_fixture_add (f, "all-words", "a", W | A | U);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillSaleItem) item = NULL;
    g_autoptr (TillSale) sale = NULL;

    g_test_message ("%u", i);
    desk_fixture_answer (f, "CHARGE", cases[i].answer);
    item = charge (f, cases[i].paycode);
    g_assert_cmpint (till_sale_item_get_brand (item), ==, cases[i].brand);
    sale = till_journal_load_sale (f->shop->journal, till_sale_item_get_order (item), NULL);
    g_assert_cmpint (sale->brand, ==, cases[i].brand);
  }

  /* A profile that narrows an aggregator to one wallet does not make it that wallet's own. */
  g_ptr_array_set_size (f->shop->merchants, 0);
  desk_fixture_add (f, "all-words", "a", U);
  {
    g_autoptr (TillSaleItem) item = NULL;

    desk_fixture_answer (f, "CHARGE", "paid");
    item = charge (f, UNIONPAY_CODE);
    g_assert_cmpint (till_sale_item_get_brand (item), ==, TILL_BRAND_NONE);
  }
}

/* A contract whose code for digital yuan is another one says so without network too. */
static void
test_ecny_code (F            *f,
                gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_add (f, "mixed-words", "m", W | E);
  desk_fixture_silence (f, "ORDER", TRUE);
  item = till_desk_collect (f->desk, 1250, E, 60000, NULL, &error);
  g_assert_no_error (error);
  desk_fixture_settle ();
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_ECNY_OFFLINE);
}

/* Digital yuan: off without the contract, and off without network, in its own words; back by
 * itself. */
static void
test_ecny (F            *f,
           gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) after = NULL;
  g_autoptr (GError) error = NULL;

  assert_refused (f, ECNY_CODE, NULL, TILL_REASON_BRAND_NOT_TAKEN);
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_ECNY, TILL_KIND_CHARGE), ==,
                   TILL_REASON_BRAND_NOT_TAKEN);
  desk_fixture_add (f, "all-words", "e", W | E);
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_ECNY, TILL_KIND_CHARGE), ==,
                   TILL_REASON_NONE);

  desk_fixture_silence (f, "CHARGE", TRUE);
  item = charge (f, ECNY_CODE);
  assert_is (item, TILL_PAYMENT_FAILED, TILL_REASON_ECNY_OFFLINE);
  assert_refused (f, ECNY_CODE, NULL, TILL_REASON_ECNY_OFFLINE);
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_ECNY, TILL_KIND_CHARGE), ==,
                   TILL_REASON_ECNY_OFFLINE);
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_WECHAT, TILL_KIND_CHARGE), ==,
                   TILL_REASON_NONE);

  g_assert_null (till_desk_collect (f->desk, 1250, E, 60000, NULL, &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_ECNY_OFFLINE);

  desk_fixture_pass (f, 10000);
  expect_at (f, "e.example", "CHARGE", "paid brand=ecny");
  after = charge (f, ECNY_CODE);
  assert_is (after, TILL_PAYMENT_PAID, TILL_REASON_NONE);
  g_assert_cmpint (till_desk_get_block (f->desk, TILL_BRAND_ECNY, TILL_KIND_CHARGE), ==,
                   TILL_REASON_NONE);
}

/* A program that is killed between the two routes leaves a failed sale: nothing is charged at
 * start. */
static void
test_restart_between (F            *f,
                      gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (GError) error = NULL;

  desk_fixture_add (f, "all-words", "two", 0);
  expect_at (f, "wechat.example", "CHARGE", "refused config");
  expect_at (f, "two.example", "CHARGE", "wait payer");
  item = charge (f, WECHAT_CODE);
  desk_fixture_restart (f);
  desk_fixture_add (f, "all-words", "two", 0);
  expect_at (f, "two.example", "QUERY", "paid");
  g_assert_true (till_desk_resume (f->desk, &error));
  desk_fixture_pass (f, 5000);
}

#define ADD(name, func) g_test_add ("/route/" name, F, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("routes", test_routes);
  ADD ("limits", test_limits);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strdup_printf ("/route/second/%u", i);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_second_route);
  }
  for (guint i = 0; i < G_N_ELEMENTS (doubts); i++) {
    g_autofree char *path = g_strdup_printf ("/route/unsure-stays/%u", i);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_unsure_stays);
  }
  ADD ("silence-stays", test_silence_stays);
  ADD ("cancelled-meanwhile", test_cancelled_meanwhile);
  ADD ("ends", test_ends);
  ADD ("second-code", test_second_code);
  ADD ("code-per-wallet", test_code_per_wallet);
  ADD ("fewest-codes", test_fewest_codes);
  ADD ("not-active", test_not_active);
  ADD ("propose", test_propose);
  ADD ("at-once", test_at_once);
  ADD ("names-of-codes", test_names_of_codes);
  ADD ("health-orders", test_health_orders);
  g_test_add_func ("/route/grades", test_grades);
  ADD ("standby-host", test_standby_host);
  ADD ("attribution", test_attribution);
  ADD ("ecny", test_ecny);
  ADD ("ecny-code", test_ecny_code);
  ADD ("restart-between", test_restart_between);

  return g_test_run ();
}

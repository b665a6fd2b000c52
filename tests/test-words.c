/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/backoff.h"
#include "core/brand.h"
#include "core/order-number.h"
#include "core/reason.h"
#include "core/story.h"

/* The small tables of core: brands, reasons, numbers, paces, stories. */

/* Each reason has a word of its own and a sentence of its own that ends as sentences do. */
static void
test_reasons (void)
{
  g_autoptr (GHashTable) words = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  TillReason back;

  for (guint i = TILL_REASON_NONE + 1; i < TILL_N_REASONS; i++) {
    const char *word = till_reason_to_word (i);
    const char *text = till_reason_get_text (i);

    g_test_message ("%s", word);
    g_assert_true (g_hash_table_add (words, (gpointer) word));
    g_assert_true (g_hash_table_add (texts, (gpointer) text));
    g_assert_true (g_str_has_suffix (text, "."));
    g_assert_cmpuint (strspn (word, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen (word));
    g_assert_true (till_reason_from_word (word, &back));
    g_assert_cmpint (back, ==, i);
  }

  g_assert_false (till_reason_from_word ("nonsense", &back));
  g_assert_false (till_reason_from_word (NULL, &back));
}

/* What the shop must mend is a fault; what the customer's wallet says is not. */
static void
test_faults (void)
{
  g_assert_true (till_reason_is_fault (TILL_REASON_NO_NETWORK));
  g_assert_true (till_reason_is_fault (TILL_REASON_CLOCK));
  g_assert_true (till_reason_is_fault (TILL_REASON_CONFIG));
  g_assert_false (till_reason_is_fault (TILL_REASON_BALANCE));
  g_assert_false (till_reason_is_fault (TILL_REASON_NONE));
}

static void
test_brands (void)
{
  static const struct {
    const char   *words;
    TillBrandSet  brands;   /* 0 where refused */
  } cases[] = {
    { "wechat", TILL_BRAND_BIT (TILL_BRAND_WECHAT) },
    { "wechat,alipay", TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY) },
    { " jd; ecny ", TILL_BRAND_BIT (TILL_BRAND_JD) | TILL_BRAND_BIT (TILL_BRAND_ECNY) },
    { "", 0 }, { ",", 0 }, { "paypal", 0 }, { "wechat,paypal", 0 }, { "WeChat", 0 },
    { "baitiao", 0 }, { "jd,baitiao", 0 },
  };
  TillBrand brand;

  for (guint i = TILL_BRAND_NONE + 1; i < TILL_N_BRANDS; i++) {
    g_assert_true (till_brand_from_word (till_brand_to_word (i), &brand));
    g_assert_cmpint (brand, ==, i);
  }
  g_assert_false (till_brand_from_word ("", &brand));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillBrandSet set = 0;

    g_assert_cmpint (till_brand_set_parse (cases[i].words, &set), ==, cases[i].brands != 0);
    g_assert_cmpuint (set, ==, cases[i].brands);
  }
}

/* A number is 20 of [0-9A-Z], its random part is all of the bytes, and what is no number is
 * refused. */
static void
test_order_numbers (void)
{
  static const char *const bad[] = {
    "", "1234567890123456789", "123456789012345678901234567", "1234567890123456789a",
    "12345678901234567-90", "１２３４５６７８９０１２３４５６７８９０",
  };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (till_order_number_is_valid (bad[i]));
  g_assert_true (till_order_number_is_valid ("01234567890123456789"));
  g_assert_true (till_order_number_is_valid ("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));

  for (guint i = 0; i < TILL_ORDER_NUMBER_RANDOM_BYTES * 32; i++) {
    guint8 bytes[TILL_ORDER_NUMBER_RANDOM_BYTES] = { 0 };
    g_autofree char *number = NULL;

    bytes[i / 32] = (guint8) (i % 32);
    number = till_order_number_new (20261122, bytes);
    g_assert_true (till_order_number_is_valid (number));
    g_assert_true (g_str_has_prefix (number, "261122"));
    g_assert_cmpuint (strlen (number), ==, TILL_ORDER_NUMBER_CHARS);
    if (i % 32)
      g_assert_true (g_hash_table_add (seen, g_steal_pointer (&number)));
  }
}

static void
test_backoff (void)
{
  static const TillBackoffStep steps[] = { { 60000, 2000 }, { 120000, 5000 }, { 0, 30000 } };
  static const gint64 cases[][2] = {
    { 0, 2000 }, { 59999, 2000 }, { 60000, 5000 }, { 119999, 5000 }, { 120000, 30000 },
    { G_MAXINT64, 30000 }, { -5, 2000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (till_backoff_ms (steps, cases[i][0]), ==, cases[i][1]);
}

/* Who asked, and why, is part of the proof. */
static void
test_askers (void)
{
  static const struct {
    const char *clerk;
    const char *note;
    const char *said;
  } cases[] = {
    { "li", "太咸", "li: “太咸”" },
    { "li", NULL, "li" },
    { NULL, "太咸", "“太咸”" },
    { NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillRow row = { .seq = 7, .event = TILL_EVENT_ASK, .payment = (char *) "P",
                          .clerk = (char *) cases[i].clerk, .note = (char *) cases[i].note };
    TillStoryLine *line = till_story_line_new (&row, TILL_KIND_REFUND, 1250);

    g_assert_cmpstr (line->said, ==, cases[i].said);
    till_story_line_free (line);
  }
}

/* Every event of every kind has a sentence, with the amount where it is asked. */
static void
test_stories (void)
{
  for (guint kind = 0; kind < TILL_N_KINDS; kind++) {
    for (guint event = 0; event < TILL_N_EVENTS; event++) {
      TillRow row = { .seq = 7, .event = event, .payment = (char *) "P",
                     .said = (char *) "HTTP 200" };
      TillStoryLine *line = till_story_line_new (&row, kind, 1250);

      g_assert_true (g_str_has_suffix (line->text, ".") || strstr (line->text, ". "));
      g_assert_cmpint (strstr (line->text, "¥12.50") != NULL, ==, event == TILL_EVENT_ASK);
      g_assert_cmpstr (line->said, ==, "HTTP 200");
      till_story_line_free (line);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reason/words-and-sentences", test_reasons);
  g_test_add_func ("/reason/faults", test_faults);
  g_test_add_func ("/brand/words", test_brands);
  g_test_add_func ("/order-number/shape", test_order_numbers);
  g_test_add_func ("/backoff/steps", test_backoff);
  g_test_add_func ("/story/sentences", test_stories);
  g_test_add_func ("/story/askers", test_askers);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/belief.h"

#define PAYMENT "134567890123456789"
#define OTHER   "TILL-128"

static const TillScanPass zbar = { TILL_SCAN_BY_ZBAR, TILL_SCAN_OF_REGION_1, 0.5, 0 };
static const TillScanPass zbar_frame = { TILL_SCAN_BY_ZBAR_2, TILL_SCAN_OF_FRAME, 0.5, 0 };
static const TillScanPass zbar_large = { TILL_SCAN_BY_ZBAR, TILL_SCAN_OF_REGION_1, 1, 0 };
static const TillScanPass zbar_turned = { TILL_SCAN_BY_ZBAR, TILL_SCAN_OF_REGION_1, 0.5, 30 };
static const TillScanPass zbar_bars = { TILL_SCAN_BY_ZBAR, TILL_SCAN_OF_BARS_1, 0.5, 0 };
static const TillScanPass zxing = { TILL_SCAN_BY_ZXING, TILL_SCAN_OF_REGION_1, 0.5, 0 };
static const TillScanPass drawn = {
  TILL_SCAN_BY_DRAWN, TILL_SCAN_OF_BARS_1, 2, 0, TILL_SCAN_SHARPENED,
};

typedef struct {
  const TillScanPass *pass;
  const char         *text;
  guint               n_lines;
  gboolean            is_whole;
  gboolean            counts;
  gboolean            is_next_frame;
} Look;

/* What is read one after another, until there is no pass. */
static const struct {
  const char *what;
  TillSymbol  symbol;
  Look        looks[4];
} cases[] = {
  { "a QR code counts", TILL_SYMBOL_QR, { { &zbar, OTHER, 0, FALSE, TRUE } } },
  { "an empty one does not", TILL_SYMBOL_QR, { { &zbar, "", 0, TRUE, FALSE } } },
  { "a payment code in four lines of zbar's", TILL_SYMBOL_CODE_128,
    { { &zbar, PAYMENT, 4, TRUE, TRUE } } },
  { "three lines are not enough", TILL_SYMBOL_CODE_128,
    { { &zbar, PAYMENT, 3, TRUE, FALSE }, { &zbar_large, PAYMENT, 1, TRUE, TRUE } } },
  { "two of ZXing's are", TILL_SYMBOL_CODE_128, { { &zxing, PAYMENT, 2, TRUE, TRUE } } },
  { "three of what was drawn anew are", TILL_SYMBOL_CODE_128,
    { { &drawn, PAYMENT, 3, TRUE, TRUE } } },
  { "but not two", TILL_SYMBOL_CODE_128, { { &drawn, PAYMENT, 2, TRUE, FALSE } } },
  { "nor all of them where it is no payment code", TILL_SYMBOL_CODE_128,
    { { &drawn, OTHER, 12, TRUE, FALSE }, { &drawn, OTHER, 12, TRUE, FALSE } } },
  { "one is not", TILL_SYMBOL_CODE_128,
    { { &zxing, PAYMENT, 1, TRUE, FALSE }, { &zxing, PAYMENT, 1, TRUE, FALSE } } },
  { "one that is cut off is not", TILL_SYMBOL_CODE_128,
    { { &zbar, PAYMENT, 40, FALSE, FALSE }, { &zbar_large, PAYMENT, 40, FALSE, FALSE },
      { &zbar, PAYMENT, 40, FALSE, FALSE, TRUE } } },
  { "but where it was seen whole before", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, TRUE, FALSE }, { &zbar_large, OTHER, 9, FALSE, TRUE } } },
  { "or is afterwards", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, FALSE, FALSE }, { &zbar_large, OTHER, 1, TRUE, TRUE } } },
  { "the same pixels say the same", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, TRUE, FALSE }, { &zbar_frame, OTHER, 9, TRUE, FALSE },
      { &zbar, OTHER, 9, TRUE, FALSE } } },
  { "they are others when turned", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, TRUE, FALSE }, { &zbar_turned, OTHER, 9, TRUE, TRUE } } },
  { "or summed up", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, TRUE, FALSE }, { &zbar_bars, OTHER, 9, TRUE, TRUE } } },
  { "another reader is another way", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, TRUE, FALSE }, { &zxing, OTHER, 2, TRUE, TRUE } } },
  { "so is the next frame", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, TRUE, FALSE }, { &zbar, OTHER, 9, TRUE, TRUE, TRUE } } },
  { "something else in between", TILL_SYMBOL_CODE_128,
    { { &zbar, OTHER, 9, TRUE, FALSE }, { &zxing, OTHER "!", 9, TRUE, FALSE },
      { &zbar_large, OTHER, 9, TRUE, FALSE }, { &zxing, OTHER, 9, TRUE, TRUE } } },
  { "a short one never", TILL_SYMBOL_CODE_128,
    { { &zbar, "128", 9, TRUE, FALSE }, { &zxing, "128", 9, TRUE, FALSE },
      { &zbar, "128", 9, TRUE, FALSE, TRUE } } },
};

static void
test_counts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillBelief belief = { 0 };

    g_test_message ("%s", cases[i].what);
    for (guint j = 0; j < G_N_ELEMENTS (cases[i].looks) && cases[i].looks[j].pass; j++) {
      const Look *look = &cases[i].looks[j];
      g_autoptr (TillBarcode) code = till_barcode_new (cases[i].symbol, look->text, -1);

      code->n_lines = look->n_lines;
      code->is_whole = look->is_whole;
      belief.n_frames += (guint) look->is_next_frame;
      g_assert_cmpint (till_belief_counts (&belief, code, look->pass), ==, look->counts);
    }
    till_belief_clear (&belief);
    g_assert_null (belief.unsure);
  }
}

/* Bars that were read now, and are unsure; nothing else. */
static void
test_wants_more (void)
{
  TillBelief belief = { 0 };
  g_autoptr (TillBarcode) code = till_barcode_new (TILL_SYMBOL_CODE_128, OTHER, -1);

  code->is_whole = TRUE;
  g_assert_false (till_belief_wants_more (&belief, &drawn));
  g_assert_false (till_belief_counts (&belief, code, &drawn));
  g_assert_true (till_belief_wants_more (&belief, &drawn));
  g_assert_false (till_belief_wants_more (&belief, &zbar_bars));
  belief.n_frames++;
  g_assert_false (till_belief_wants_more (&belief, &drawn));
  till_belief_clear (&belief);

  g_assert_false (till_belief_counts (&belief, code, &zbar));
  g_assert_true (till_belief_wants_more (&belief, &zbar));
  g_assert_false (till_belief_wants_more (&belief, &zbar_large));
  g_assert_false (till_belief_wants_more (&belief, &zbar_turned));
  till_belief_clear (&belief);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/belief/counts", test_counts);
  g_test_add_func ("/belief/wants-more", test_wants_more);

  return g_test_run ();
}

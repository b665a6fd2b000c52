/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/work.h"

#include <string.h>

/* Which payments need a person, and what that person may say of them. */

#define MINUTE_US (60 * G_GINT64_CONSTANT (1000000))
#define DAY_US    (24 * 60 * MINUTE_US)
#define ASKED_US  (1000 * DAY_US)

static TillPayment *
add_payment (TillSale        *sale,
             const char      *order,
             TillKind         kind,
             TillPaymentState state)
{
  TillPayment *payment = g_new0 (TillPayment, 1);

  payment->order = g_strdup (order);
  payment->kind = kind;
  payment->state = state;
  payment->amount_fen = 1000;
  payment->asked_us = ASKED_US;
  payment->changed_us = ASKED_US;
  g_ptr_array_add (sale->payments, payment);

  return payment;
}

static TillSale *
make_sale (TillKind         kind,
           TillPaymentState state)
{
  TillSale *sale = till_sale_new ();

  sale->order = g_strdup ("S");
  add_payment (sale, "S", kind, state);

  return sale;
}

static void
test_when (void)
{
  static const struct {
    TillKind         kind;
    TillPaymentState state;
    TillReason       reason;
    gint64           after_us;
    TillWork         work;
  } cases[] = {
    { TILL_KIND_CHARGE, TILL_PAYMENT_NEW, 0, DAY_US, TILL_WORK_NONE },
    { TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 0, 0, TILL_WORK_NONE },
    { TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 0, 15 * MINUTE_US, TILL_WORK_NONE },
    { TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 0, 15 * MINUTE_US + 1, TILL_WORK_SILENT },
    { TILL_KIND_CHARGE, TILL_PAYMENT_ASKED, 0, DAY_US, TILL_WORK_SILENT },
    { TILL_KIND_COLLECT, TILL_PAYMENT_WAITING, 0, DAY_US, TILL_WORK_SILENT },
    { TILL_KIND_CHARGE, TILL_PAYMENT_CLOSING, 0, 14 * MINUTE_US, TILL_WORK_NONE },
    { TILL_KIND_CHARGE, TILL_PAYMENT_CLOSING, 0, 16 * MINUTE_US, TILL_WORK_NOT_CLOSED },
    { TILL_KIND_CHARGE, TILL_PAYMENT_REVERSED, 0, 16 * MINUTE_US, TILL_WORK_NOT_CLOSED },
    { TILL_KIND_CHARGE, TILL_PAYMENT_PAID, 0, 9 * DAY_US, TILL_WORK_NONE },
    { TILL_KIND_CHARGE, TILL_PAYMENT_FAILED, 0, 9 * DAY_US, TILL_WORK_NONE },
    { TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, 0, -DAY_US, TILL_WORK_NONE },
    { TILL_KIND_REFUND, TILL_PAYMENT_UNSURE, 0, 16 * MINUTE_US, TILL_WORK_REFUND_SILENT },
    { TILL_KIND_REFUND, TILL_PAYMENT_WAITING, TILL_REASON_PROCESSING, 6 * DAY_US, TILL_WORK_NONE },
    { TILL_KIND_REFUND, TILL_PAYMENT_WAITING, TILL_REASON_PROCESSING, 8 * DAY_US,
      TILL_WORK_REFUND_SILENT },
    { TILL_KIND_REFUND, TILL_PAYMENT_WAITING, TILL_REASON_REFUND_ABNORMAL, MINUTE_US,
      TILL_WORK_REFUND_SILENT },
    { TILL_KIND_REFUND, TILL_PAYMENT_FAILED, TILL_REASON_REFUND_REFUSED, DAY_US, TILL_WORK_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillSale) sale = make_sale (cases[i].kind, cases[i].state);
    TillPayment *payment = g_ptr_array_index (sale->payments, 0);

    payment->reason = cases[i].reason;
    g_test_message ("%u", i);
    g_assert_cmpint (till_work_of (sale, payment, ASKED_US + cases[i].after_us), ==,
                     cases[i].work);
    g_assert_true (till_work_find (sale, ASKED_US + cases[i].after_us) ==
                   (cases[i].work == TILL_WORK_NONE ? NULL : payment));
  }
}

/* A code lives longer than a charge: its time counts from its end. */
static void
test_code_counts_from_its_end (void)
{
  g_autoptr (TillSale) sale = make_sale (TILL_KIND_COLLECT, TILL_PAYMENT_WAITING);
  TillPayment *payment = g_ptr_array_index (sale->payments, 0);

  payment->expires_us = ASKED_US + 120 * MINUTE_US;
  g_assert_cmpint (till_work_of (sale, payment, ASKED_US + 130 * MINUTE_US), ==, TILL_WORK_NONE);
  g_assert_cmpint (till_work_of (sale, payment, ASKED_US + 136 * MINUTE_US), ==, TILL_WORK_SILENT);
}

/* Late money: the till gives it back; when that failed for good, or cannot begin, a person does. */
static void
test_late (void)
{
  g_autoptr (TillSale) sale = make_sale (TILL_KIND_CHARGE, TILL_PAYMENT_PAID_LATE);
  TillPayment *late = g_ptr_array_index (sale->payments, 0);
  TillPayment *refund;

  g_assert_cmpint (till_work_of (sale, late, ASKED_US), ==, TILL_WORK_NONE);
  g_assert_cmpint (till_work_of (sale, late, ASKED_US + 16 * MINUTE_US), ==,
                   TILL_WORK_NOT_GIVEN_BACK);
  refund = add_payment (sale, "R", TILL_KIND_REFUND, TILL_PAYMENT_UNSURE);
  refund->of = g_strdup ("S");
  g_assert_cmpint (till_work_of (sale, late, ASKED_US + DAY_US), ==, TILL_WORK_NONE);
  refund->state = TILL_PAYMENT_FAILED;
  g_assert_cmpint (till_work_of (sale, late, ASKED_US), ==, TILL_WORK_NOT_GIVEN_BACK);
  refund->state = TILL_PAYMENT_PAID;
  g_assert_cmpint (till_work_of (sale, late, ASKED_US + DAY_US), ==, TILL_WORK_NONE);
}

static void
assert_allows (const TillSale    *sale,
               const TillPayment *payment,
               const char        *letters)
{
  static const TillPaymentEvent words[] = {
    TILL_EVENT_OWNER_PAID, TILL_EVENT_OWNER_UNPAID, TILL_EVENT_OWNER_GIVEN_BACK,
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_cmpint (till_work_allows (sale, payment, words[i]), ==, letters[i] != '.');
  g_assert_false (till_work_allows (sale, payment, TILL_EVENT_PAID));
  g_assert_false (till_work_allows (sale, payment, TILL_EVENT_CANCEL));
}

/* P paid, U not paid, G given back; '.' is not for the owner to say. */
static void
test_what_may_be_said (void)
{
  static const struct {
    TillKind         kind;
    TillPaymentState state;
    gboolean         is_disputed;
    const char      *letters;
  } cases[] = {
    { TILL_KIND_CHARGE, TILL_PAYMENT_UNSURE, FALSE, "PUG" },
    { TILL_KIND_CHARGE, TILL_PAYMENT_REVERSING, FALSE, "PUG" },
    { TILL_KIND_COLLECT, TILL_PAYMENT_WAITING, FALSE, "PUG" },
    { TILL_KIND_CHARGE, TILL_PAYMENT_PAID, FALSE, "..." },
    { TILL_KIND_CHARGE, TILL_PAYMENT_PAID, TRUE, "PU." },
    { TILL_KIND_CHARGE, TILL_PAYMENT_FAILED, FALSE, "..." },
    { TILL_KIND_CHARGE, TILL_PAYMENT_PAID_LATE, FALSE, "..G" },
    { TILL_KIND_REFUND, TILL_PAYMENT_UNSURE, FALSE, ".UG" },
    { TILL_KIND_REFUND, TILL_PAYMENT_FAILED, FALSE, "..." },
    { TILL_KIND_REFUND, TILL_PAYMENT_PAID, TRUE, ".UG" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillSale) sale = make_sale (cases[i].kind, cases[i].state);
    TillPayment *payment = g_ptr_array_index (sale->payments, 0);

    payment->is_disputed = cases[i].is_disputed;
    g_test_message ("%u", i);
    assert_allows (sale, payment, cases[i].letters);
  }
}

/* One sale is paid once; and what was refunded in part was paid. */
static void
test_beside_others (void)
{
  g_autoptr (TillSale) sale = make_sale (TILL_KIND_COLLECT, TILL_PAYMENT_PAID);
  TillPayment *paid = g_ptr_array_index (sale->payments, 0);
  TillPayment *other = add_payment (sale, "T", TILL_KIND_COLLECT, TILL_PAYMENT_UNSURE);
  TillPayment *refund;

  assert_allows (sale, other, ".UG");
  paid->is_disputed = TRUE;
  assert_allows (sale, paid, "PU.");
  refund = add_payment (sale, "R", TILL_KIND_REFUND, TILL_PAYMENT_PAID);
  refund->of = g_strdup ("S");
  refund->amount_fen = 1;
  assert_allows (sale, paid, "P..");
}

static void
test_words (void)
{
  for (guint i = TILL_WORK_NONE + 1; i < TILL_N_WORKS; i++)
    g_assert_cmpuint (strlen (till_work_to_word (i)), >, 3);
  g_assert_cmpstr (till_work_to_word (TILL_WORK_NONE), ==, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/work-list/when", test_when);
  g_test_add_func ("/work-list/code-counts-from-its-end", test_code_counts_from_its_end);
  g_test_add_func ("/work-list/late", test_late);
  g_test_add_func ("/work-list/what-may-be-said", test_what_may_be_said);
  g_test_add_func ("/work-list/beside-others", test_beside_others);
  g_test_add_func ("/work-list/words", test_words);

  return g_test_run ();
}

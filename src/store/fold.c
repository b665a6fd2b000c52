/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fold.h"

#include <string.h>

/* What TillPayment does not tell, and the takings need. */
typedef struct {
  char   *clerk;        /* who asked for this payment */
  gint64  counted_fen;  /* the fee that was counted when the money came; it goes with it */
} Extra;

static void
extra_clear (gpointer data)
{
  Extra *extra = data;

  g_free (extra->clerk);
}

TillFold *
till_fold_new (void)
{
  TillFold *self = g_new0 (TillFold, 1);

  self->sale = till_sale_new ();
  self->payments = g_array_new (FALSE, TRUE, sizeof (Extra));
  g_array_set_clear_func (self->payments, extra_clear);

  return self;
}

void
till_fold_free (TillFold *self)
{
  if (!self)
    return;

  till_sale_free (self->sale);
  g_array_unref (self->payments);
  g_free (self);
}

static guint
find_index (const TillSale    *sale,
            const TillPayment *payment)
{
  guint index = 0;
  gboolean is_there = g_ptr_array_find (sale->payments, payment, &index);

  g_assert (is_there);
  return index;
}

/* A refund is told apart like the payment that it gives back, unless it says otherwise itself. */
static void
set_keys (const TillFold    *self,
          const TillPayment *payment,
          const Extra       *extra,
          TillMove          *move)
{
  const TillPayment *of = payment->of ? till_sale_find_payment (self->sale, payment->of) : NULL;

  move->brand = payment->brand;
  if (move->brand == TILL_BRAND_NONE && of)
    move->brand = of->brand;
  move->acquirer = payment->acquirer ? payment->acquirer : of ? of->acquirer : NULL;
  move->clerk = extra->clerk ? extra->clerk : self->sale->clerk;
}

/**
 * till_fold_apply:
 * @row: the sale's next row
 * @move: (out): what it adds to the takings; its takings are all zero where no money moves
 * @error: set to a #TillSaleError
 *
 * Returns: %FALSE where @row does not follow; the fold is then as it was
 */
gboolean
till_fold_apply (TillFold      *self,
                 const TillRow *row,
                 TillMove      *move,
                 GError       **error)
{
  TillPayment *payment = till_sale_find_payment (self->sale, row->payment);
  TillPaymentState before = payment ? payment->state : TILL_PAYMENT_NEW;
  Extra *extra;

  *move = (TillMove) { .day = row->day, .hour = row->hour };
  if (!till_sale_apply (self->sale, row, error))
    return FALSE;

  if (self->id == 0)
    self->id = row->seq;
  self->changed_us = row->at_us;
  if (!payment) {
    payment = g_ptr_array_index (self->sale->payments, self->sale->payments->len - 1);
    g_array_set_size (self->payments, self->sale->payments->len);
    extra = &g_array_index (self->payments, Extra, self->payments->len - 1);
    extra->clerk = g_strdup (row->clerk);
  }

  extra = &g_array_index (self->payments, Extra, find_index (self->sale, payment));
  if (!till_ledger_delta (payment->kind, before, row->state, payment->amount_fen,
                          row->fee_fen, &move->takings))
    return TRUE;

  if (move->takings.n > 0)
    extra->counted_fen = row->fee_fen;
  else if (move->takings.n < 0)
    move->takings.fee_fen = -extra->counted_fen;
  set_keys (self, payment, extra, move);

  return TRUE;
}

static void
append_capitals (GString    *numbers,
                 const char *number)
{
  gsize n_before = numbers->len;

  g_string_append (numbers, number);
  for (gsize i = n_before; i < numbers->len; i++)
    if (numbers->str[i] >= 'a' && numbers->str[i] <= 'z')
      numbers->str[i] = (char) (numbers->str[i] - 'a' + 'A');
}

/**
 * till_fold_numbers:
 *
 * Returns: (transfer full): every number by which somebody may ask for the sale, ours and the
 *   acquirers', in capitals, with blanks between
 */
char *
till_fold_numbers (const TillFold *self)
{
  GString *numbers = g_string_sized_new (64);

  for (guint i = 0; i < self->sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (self->sale->payments, i);

    if (i > 0)
      g_string_append_c (numbers, ' ');
    append_capitals (numbers, payment->order);
    if (payment->acquirer_ref) {
      g_string_append_c (numbers, ' ');
      append_capitals (numbers, payment->acquirer_ref);
    }
  }

  return g_string_free (numbers, FALSE);
}

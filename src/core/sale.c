/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/sale.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (till-sale-error-quark, till_sale_error)

static void
payment_free (TillPayment *payment)
{
  g_free (payment->order);
  g_free (payment->acquirer);
  g_free (payment->of);
  g_free (payment->acquirer_ref);
  g_free (payment->code_text);
  g_free (payment->keep);
  g_free (payment->note);
  g_free (payment->owner);
  g_free (payment->owners_note);
  g_free (payment);
}

static TillPayment *
payment_copy (const TillPayment *payment)
{
  TillPayment *copy = g_memdup2 (payment, sizeof *payment);

  copy->order = g_strdup (payment->order);
  copy->acquirer = g_strdup (payment->acquirer);
  copy->of = g_strdup (payment->of);
  copy->acquirer_ref = g_strdup (payment->acquirer_ref);
  copy->code_text = g_strdup (payment->code_text);
  copy->keep = g_strdup (payment->keep);
  copy->note = g_strdup (payment->note);
  copy->owner = g_strdup (payment->owner);
  copy->owners_note = g_strdup (payment->owners_note);

  return copy;
}

TillSale *
till_sale_new (void)
{
  TillSale *sale = g_new0 (TillSale, 1);

  sale->payments = g_ptr_array_new_with_free_func ((GDestroyNotify) payment_free);

  return sale;
}

/**
 * till_sale_copy:
 *
 * Returns: (transfer full): a sale of its own
 */
TillSale *
till_sale_copy (const TillSale *sale)
{
  TillSale *copy = g_memdup2 (sale, sizeof *sale);

  copy->order = g_strdup (sale->order);
  copy->currency = g_strdup (sale->currency);
  copy->clerk = g_strdup (sale->clerk);
  copy->note = g_strdup (sale->note);
  copy->acquirer = g_strdup (sale->acquirer);
  copy->acquirer_ref = g_strdup (sale->acquirer_ref);
  copy->payments = g_ptr_array_new_with_free_func ((GDestroyNotify) payment_free);
  for (guint i = 0; i < sale->payments->len; i++)
    g_ptr_array_add (copy->payments, payment_copy (g_ptr_array_index (sale->payments, i)));

  return copy;
}

void
till_sale_free (TillSale *sale)
{
  if (!sale)
    return;

  g_free (sale->order);
  g_free (sale->currency);
  g_free (sale->clerk);
  g_free (sale->note);
  g_free (sale->acquirer);
  g_free (sale->acquirer_ref);
  g_ptr_array_unref (sale->payments);
  g_free (sale);
}

static void
set_text (char      **field,
          const char *text)
{
  if (g_strcmp0 (*field, text) != 0) {
    g_free (*field);
    *field = g_strdup (text);
  }
}

static void
take_text (char      **field,
           const char *text)
{
  if (text)
    set_text (field, text);
}

/* The first row of a payment states what it is. */
static TillPayment *
start_payment (TillSale      *sale,
               const TillRow *row)
{
  TillPayment *payment = g_new0 (TillPayment, 1);

  payment->order = g_strdup (row->payment);
  payment->kind = row->kind;
  payment->state = TILL_PAYMENT_NEW;
  payment->amount_fen = row->amount_fen;
  payment->acquirer = g_strdup (row->acquirer);
  payment->of = g_strdup (row->of);
  payment->note = g_strdup (row->note);
  payment->asked_us = row->at_us;
  g_ptr_array_add (sale->payments, payment);

  return payment;
}

/* Why a payment is being closed is what its end will be told by. */
static TillReason
cause_of (const TillSale    *sale,
          const TillPayment *payment,
          const TillRow     *row)
{
  const TillPayment *paid = till_sale_get_paid (sale);

  if (payment->cause != TILL_REASON_NONE)
    return payment->cause;
  if (row->event == TILL_EVENT_GIVE_UP)
    return payment->kind == TILL_KIND_COLLECT ? TILL_REASON_EXPIRED : TILL_REASON_REVERSED;
  if (row->event == TILL_EVENT_UNDO)
    return TILL_REASON_CANCELLED;
  if (row->event == TILL_EVENT_CANCEL)
    return paid && paid != payment ? TILL_REASON_OTHER_PAID : TILL_REASON_CANCELLED;

  return TILL_REASON_NONE;
}

/* A charge that the acquirer never knew may be stuck on its way, and be booked after all: it is
 * asked about until its payment code cannot be valid any more. What ended by the owner's word is
 * asked about until the acquirer says a word of its own. */
static gboolean
begins_or_goes_on_watching (const TillPayment *payment,
                            const TillRow     *row)
{
  if (payment->kind == TILL_KIND_REFUND)
    return FALSE;
  if (row->event == TILL_EVENT_OWNER_PAID || row->event == TILL_EVENT_OWNER_UNPAID)
    return TRUE;
  if (row->state == TILL_PAYMENT_PAID)
    return row->event == TILL_EVENT_WAIT && payment->is_watched;
  if (row->state != TILL_PAYMENT_FAILED)
    return FALSE;
  if (payment->state != TILL_PAYMENT_FAILED)
    return row->event == TILL_EVENT_ABSENT && till_kind_is_pushed (payment->kind);

  return till_kind_is_pushed (payment->kind)
           ? row->event == TILL_EVENT_WAIT ||
               (row->event == TILL_EVENT_ABSENT && payment->is_watched)
           : payment->is_watched &&
               (row->event == TILL_EVENT_WAIT || row->event == TILL_EVENT_ABSENT);
}

/* The owner's word stands until the acquirer's is heard; where they differ a person must look
 * again. That the money came is no difference where the owner gave it back. */
static void
take_word (TillPayment   *payment,
           const TillRow *row)
{
  static const gboolean denies[TILL_N_EVENTS] = {
    [TILL_EVENT_REFUSED] = TRUE, [TILL_EVENT_CLOSED] = TRUE, [TILL_EVENT_ABSENT] = TRUE,
  };
  gboolean has_moved = row->state == TILL_PAYMENT_PAID || row->state == TILL_PAYMENT_PAID_LATE;

  if (till_payment_event_is_owners (row->event)) {
    payment->is_owners = TRUE;
    payment->is_disputed = FALSE;
    payment->was_given = row->event == TILL_EVENT_OWNER_GIVEN_BACK;
    take_text (&payment->owner, row->clerk);
    take_text (&payment->owners_note, row->note);
  } else if (payment->is_owners && has_moved && denies[row->event]) {
    payment->is_disputed = TRUE;
  } else if (row->event == TILL_EVENT_PAID || row->event == TILL_EVENT_PAID_AGAIN ||
             (payment->state == TILL_PAYMENT_FAILED && denies[row->event])) {
    payment->is_owners = FALSE;
    payment->is_disputed = FALSE;
  }
}

/* What an answer says stays until another answer says otherwise. */
static void
take_facts (const TillSale *sale,
            TillPayment    *payment,
            const TillRow  *row)
{
  payment->cause = cause_of (sale, payment, row);
  payment->is_watched = begins_or_goes_on_watching (payment, row);
  take_word (payment, row);
  payment->state = row->state;
  payment->reason = row->reason;
  payment->changed_us = row->at_us;
  payment->last_seq = row->seq;
  if (row->state == TILL_PAYMENT_ASKED)
    payment->n_sent++;
  if (row->brand != TILL_BRAND_NONE)
    payment->brand = row->brand;
  if (row->payer_total_fen)
    payment->payer_total_fen = row->payer_total_fen;
  if (row->paid_us)
    payment->paid_us = row->paid_us;
  if (row->expires_us)
    payment->expires_us = row->expires_us;
  take_text (&payment->acquirer_ref, row->acquirer_ref);
  take_text (&payment->code_text, row->code_text);
  take_text (&payment->keep, row->keep);
}

/* Which of a sale's payments speaks for it: the paid one, else the one that is least settled. */
static guint
weight (const TillPayment *payment)
{
  static const guint weights[TILL_PAYMENT_N_STATES] = {
    [TILL_PAYMENT_NEW]         = 0,
    [TILL_PAYMENT_FAILED]      = 1,
    [TILL_PAYMENT_PAID_LATE]   = 2,
    [TILL_PAYMENT_ASKED]       = 3,
    [TILL_PAYMENT_WAITING]     = 4,
    [TILL_PAYMENT_REVERSED]    = 5,
    [TILL_PAYMENT_REVERSING]   = 5,
    [TILL_PAYMENT_CLOSED_ONCE] = 6,
    [TILL_PAYMENT_CLOSING]     = 7,
    [TILL_PAYMENT_UNSURE]      = 8,
    [TILL_PAYMENT_PAID]        = 9,
  };

  return weights[payment->state];
}

static void
speak_for (TillSale          *sale,
           const TillPayment *payment)
{
  sale->state = payment->state;
  sale->reason = payment->reason;
  sale->brand = payment->brand;
  sale->payer_total_fen = payment->payer_total_fen;
  sale->paid_us = payment->paid_us;
  set_text (&sale->acquirer, payment->acquirer);
  set_text (&sale->acquirer_ref, payment->acquirer_ref);
}

static void
add_up (TillSale *sale)
{
  const TillPayment *speaker = NULL;

  sale->refunded_fen = 0;
  sale->refunding_fen = 0;
  sale->is_open = FALSE;
  sale->is_watched = FALSE;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->kind != TILL_KIND_REFUND) {
      if (!speaker || weight (payment) >= weight (speaker))
        speaker = payment;
    } else if (payment->state == TILL_PAYMENT_PAID) {
      sale->refunded_fen += payment->amount_fen;
    } else if (!till_payment_is_final (payment->state)) {
      sale->refunding_fen += payment->amount_fen;
    }
  }

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    sale->is_open |= till_payment_needs_care (sale, payment);
    sale->is_watched |= payment->is_watched;
  }

  if (speaker)
    speak_for (sale, speaker);
}

/* Whoever asks, and however many at once: no row can make refunds exceed what was paid. */
static gboolean
refund_fits (const TillSale    *sale,
             const TillPayment *payment,
             const TillRow     *row,
             GError           **error)
{
  TillKind kind = payment ? payment->kind : row->kind;
  const char *of = payment ? payment->of : row->of;
  gint64 fen = payment ? payment->amount_fen : row->amount_fen;

  if (kind != TILL_KIND_REFUND ||
      (row->event != TILL_EVENT_ASK && row->event != TILL_EVENT_AGAIN &&
       (payment || row->event != TILL_EVENT_OWNER_GIVEN_BACK)))
    return TRUE;
  if (of && fen <= till_sale_get_refundable (sale, of))
    return TRUE;

  g_set_error (error, TILL_SALE_ERROR, TILL_SALE_ERROR_TOO_MUCH,
               _("row %lld: more than is left to give back"), (long long) row->seq);
  return FALSE;
}

static gboolean
row_fits (const TillSale    *sale,
          const TillPayment *payment,
          const TillRow     *row,
          GError           **error)
{
  TillPaymentState from = payment ? payment->state : TILL_PAYMENT_NEW;
  TillKind kind = payment ? payment->kind : row->kind;
  TillPaymentState next;

  if (row->before_seq != sale->last_seq || row->seq <= sale->last_seq ||
      (sale->order && strcmp (sale->order, row->sale) != 0)) {
    g_set_error (error, TILL_SALE_ERROR, TILL_SALE_ERROR_FOREIGN_ROW,
                 _("row %lld does not follow row %lld of its sale"), (long long) row->seq,
                 (long long) sale->last_seq);
    return FALSE;
  }
  if (!till_payment_step (kind, from, row->event, &next) || next != row->state) {
    g_set_error (error, TILL_SALE_ERROR, TILL_SALE_ERROR_BAD_STEP,
                 /* Translators: the words are the journal's own: "asked", "paid", "failed" */
                 _("row %lld: no step from %s by %s to %s"), (long long) row->seq,
                 till_payment_state_to_string (from), till_payment_event_to_string (row->event),
                 till_payment_state_to_string (row->state));
    return FALSE;
  }

  return refund_fits (sale, payment, row, error);
}

/**
 * till_sale_apply:
 * @row: the sale's next row, with its number
 * @error: set to a #TillSaleError
 *
 * Folds @row into @sale. The first row makes the sale.
 *
 * Returns: %FALSE where @row does not follow; @sale is then as it was
 */
gboolean
till_sale_apply (TillSale      *sale,
                 const TillRow *row,
                 GError       **error)
{
  TillPayment *payment = till_sale_find_payment (sale, row->payment);

  if (!row_fits (sale, payment, row, error))
    return FALSE;

  if (!sale->order) {
    sale->order = g_strdup (row->sale);
    sale->kind = row->kind;
    sale->amount_fen = row->amount_fen;
    sale->currency = g_strdup (row->currency);
    sale->clerk = g_strdup (row->clerk);
    sale->note = g_strdup (row->note);
    sale->day = row->day;
    sale->created_us = row->at_us;
  }
  if (!payment)
    payment = start_payment (sale, row);

  take_facts (sale, payment, row);
  sale->last_seq = row->seq;
  add_up (sale);

  return TRUE;
}

/**
 * till_sale_find_payment:
 *
 * Returns: (transfer none) (nullable): the sale's payment with this number
 */
TillPayment *
till_sale_find_payment (const TillSale *sale,
                        const char     *order)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (strcmp (payment->order, order) == 0)
      return payment;
  }

  return NULL;
}

/**
 * till_sale_get_paid:
 *
 * Returns: (transfer none) (nullable): the payment that pays the sale
 */
TillPayment *
till_sale_get_paid (const TillSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->kind != TILL_KIND_REFUND && payment->state == TILL_PAYMENT_PAID)
      return payment;
  }

  return NULL;
}

/**
 * till_sale_get_refundable:
 * @of: the number of a payment of @sale
 *
 * Returns: what is left to give back of it, in fen: its amount without the refunds that are paid
 *   or under way; 0 where it is not paid
 */
gint64
till_sale_get_refundable (const TillSale *sale,
                          const char     *of)
{
  const TillPayment *paid = till_sale_find_payment (sale, of);
  gint64 left_fen;

  if (!paid || paid->kind == TILL_KIND_REFUND ||
      (paid->state != TILL_PAYMENT_PAID && paid->state != TILL_PAYMENT_PAID_LATE))
    return 0;

  left_fen = paid->amount_fen;
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    if (refund->kind == TILL_KIND_REFUND && g_strcmp0 (refund->of, of) == 0 &&
        refund->state != TILL_PAYMENT_FAILED)
      left_fen -= refund->amount_fen;
  }

  return MAX (left_fen, 0);
}

/**
 * till_refund_may_go_again:
 *
 * Returns: whether @payment is a refund that failed for something that can change: it may be
 *   asked for again under its number
 */
gboolean
till_refund_may_go_again (const TillPayment *payment)
{
  return payment->kind == TILL_KIND_REFUND && payment->state == TILL_PAYMENT_FAILED &&
         (payment->reason == TILL_REASON_MERCHANT_BALANCE ||
          till_reason_is_fault (payment->reason));
}

/**
 * till_payment_needs_care:
 *
 * Returns: whether a starting till must take up @payment: it is not final, or it came late and was
 *   not given back whole yet, or the acquirer contradicts the owner
 */
gboolean
till_payment_needs_care (const TillSale    *sale,
                         const TillPayment *payment)
{
  if (payment->state == TILL_PAYMENT_PAID_LATE)
    return payment->is_disputed || till_sale_get_refundable (sale, payment->order) > 0;

  return payment->is_disputed || !till_payment_is_final (payment->state);
}

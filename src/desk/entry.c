/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/entry.h"

#include <string.h>

#include "core/money.h"
#include "core/work.h"

/**
 * till_happening_new:
 * @answer: (nullable): copied
 *
 * Returns: (transfer full): what happened
 */
TillHappening *
till_happening_new (TillPaymentEvent  event,
                    const TillAnswer *answer)
{
  TillHappening *happening = g_new0 (TillHappening, 1);

  happening->event = event;
  happening->answer.amount_fen = -1;
  if (answer) {
    happening->answer = *answer;
    happening->answer.order = g_strdup (answer->order);
    happening->answer.currency = g_strdup (answer->currency);
    happening->answer.acquirer_ref = g_strdup (answer->acquirer_ref);
    happening->answer.code_text = g_strdup (answer->code_text);
    happening->answer.keep = g_strdup (answer->keep);
    happening->answer.said = g_strdup (answer->said);
  }

  return happening;
}

void
till_happening_free (TillHappening *happening)
{
  till_answer_clear (&happening->answer);
  till_row_free (happening->first);
  g_free (happening->clerk);
  g_free (happening->note);
  g_free (happening);
}

static TillKind
kind_of (const TillPayment   *payment,
         const TillHappening *happening)
{
  return payment ? payment->kind : happening->first->kind;
}

/* A second success of one sale is money to give back, whatever the payment waited for. */
static gboolean
is_second_success (const TillSale      *sale,
                   const char          *number,
                   const TillPayment   *payment,
                   const TillHappening *happening)
{
  const TillPayment *paid = till_sale_get_paid (sale);

  return happening->event == TILL_EVENT_PAID && payment && payment->kind != TILL_KIND_REFUND &&
         paid && strcmp (paid->order, number) != 0;
}

/* What was paid, by an acquirer's own word, is not unpaid by another; only the owner's word is
 * compared with the acquirer's. And the owner's word is for what needs it. A sale of which something
 * is given back meanwhile is not undone as well. */
static gboolean
is_meant (const TillSale      *sale,
          const TillPayment   *payment,
          const TillHappening *happening)
{
  static const gboolean denies[TILL_N_EVENTS] = {
    [TILL_EVENT_WAIT] = TRUE, [TILL_EVENT_REFUSED] = TRUE, [TILL_EVENT_CLOSED] = TRUE,
    [TILL_EVENT_ABSENT] = TRUE,
  };

  if (!payment)
    return TRUE;
  if (till_payment_event_is_owners (happening->event))
    return till_work_allows (sale, payment, happening->event);
  if (happening->event == TILL_EVENT_UNDO)
    return till_sale_get_refundable (sale, payment->order) == payment->amount_fen;

  return !denies[happening->event] || payment->is_owners ||
         (payment->state != TILL_PAYMENT_PAID && payment->state != TILL_PAYMENT_PAID_LATE);
}

/**
 * till_entry_step:
 * @payment: the payment's number; the sale may not know it yet
 * @happening: (inout): PAID becomes PAID_AGAIN where the sale is paid already
 * @next: (out): the payment's state after it
 *
 * Returns: %FALSE where the machine has no such step, or it is not meant for such a payment
 */
gboolean
till_entry_step (const TillSale   *sale,
                 const char       *payment_number,
                 TillHappening    *happening,
                 TillPaymentState *next)
{
  const TillPayment *payment = till_sale_find_payment (sale, payment_number);

  g_return_val_if_fail (payment || happening->first, FALSE);

  if (is_second_success (sale, payment_number, payment, happening))
    happening->event = TILL_EVENT_PAID_AGAIN;
  if (!is_meant (sale, payment, happening))
    return FALSE;

  return till_payment_step (kind_of (payment, happening),
                            payment ? payment->state : TILL_PAYMENT_NEW, happening->event, next);
}

/* A payment that ends while it is being closed is told by why it was closed. */
static TillReason
reason_of_failure (const TillPayment   *payment,
                   const TillHappening *happening)
{
  TillReason said = happening->answer.reason;

  if (happening->event == TILL_EVENT_OWNER_UNPAID)
    return payment->kind == TILL_KIND_REFUND ? TILL_REASON_OWNER_NOT_GIVEN_BACK
                                             : TILL_REASON_OWNER_UNPAID;
  if (happening->event == TILL_EVENT_REFUSED || happening->event == TILL_EVENT_UNSENT)
    return said;
  if (happening->event == TILL_EVENT_ABSENT && payment->cause == TILL_REASON_REVERSED)
    return TILL_REASON_NEVER_BOOKED;
  if (payment->cause != TILL_REASON_NONE)
    return payment->cause;
  if (happening->event == TILL_EVENT_CANCEL)
    return TILL_REASON_CANCELLED;
  if (happening->event == TILL_EVENT_CLOSED)
    return said != TILL_REASON_NONE ? said : TILL_REASON_CLOSED;

  return TILL_REASON_NEVER_SHOWN;
}

/* A wrong clock says "then charge again" where nothing was booked; while it is unsure nobody
 * may. */
static TillReason
reason_of_doubt (const TillHappening *happening)
{
  TillReason said = happening->answer.reason;

  return said == TILL_REASON_CLOCK ? TILL_REASON_STALE_SIGNATURE : said;
}

/* What the acquirer is not sure of stays to be checked until it says "paid" without that. */
static TillReason
reason_of_paid (const TillPayment   *payment,
                const TillHappening *happening)
{
  const gboolean is_said_now = happening->event == TILL_EVENT_PAID ||
                               happening->event == TILL_EVENT_PAID_AGAIN ||
                               happening->event == TILL_EVENT_ACCEPTED;
  TillReason reason = is_said_now ? happening->answer.reason : payment->reason;

  return reason == TILL_REASON_PAID_TO_CHECK ? reason : TILL_REASON_NONE;
}

/* Money that moved needs no reason, but where a person has said so. */
static TillReason
reason_of_success (const TillPayment   *payment,
                   const TillHappening *happening)
{
  switch (happening->event) {
  case TILL_EVENT_OWNER_PAID:
    return TILL_REASON_OWNER_PAID;
  case TILL_EVENT_OWNER_GIVEN_BACK:
    return TILL_REASON_OWNER_GIVEN_BACK;
  case TILL_EVENT_REFUSED:
  case TILL_EVENT_CLOSED:
  case TILL_EVENT_ABSENT:
    return TILL_REASON_DISPUTED;
  case TILL_EVENT_WAIT:
    return payment->reason;
  case TILL_EVENT_ASK:
  case TILL_EVENT_AGAIN:
  case TILL_EVENT_ACCEPTED:
  case TILL_EVENT_PAID:
  case TILL_EVENT_PAID_AGAIN:
  case TILL_EVENT_LOST:
  case TILL_EVENT_UNSENT:
  case TILL_EVENT_CLOSE_DONE:
  case TILL_EVENT_REVERSE_DONE:
  case TILL_EVENT_CLOSE_REFUSED:
  case TILL_EVENT_CLOSE_LOST:
  case TILL_EVENT_CANCEL:
  case TILL_EVENT_UNDO:
  case TILL_EVENT_GIVE_UP:
  case TILL_EVENT_RESUME:
  case TILL_EVENT_OWNER_UNPAID:
    return TILL_REASON_NONE;
  }
  g_assert_not_reached ();
}

/* A payment that came late tells whether it was a second one, also when that is said again. */
static TillReason
reason_of_late (const TillPayment   *payment,
                const TillHappening *happening)
{
  TillReason owners = reason_of_success (payment, happening);

  if (owners != TILL_REASON_NONE)
    return owners;

  return happening->event == TILL_EVENT_PAID_AGAIN ? TILL_REASON_PAID_TWICE
                                                   : TILL_REASON_PAID_LATE;
}

static TillReason
reason_of (const TillPayment   *payment,
           const TillHappening *happening,
           TillPaymentState     next)
{
  TillReason reason;

  switch (next) {
  case TILL_PAYMENT_NEW:
  case TILL_PAYMENT_ASKED:
    return TILL_REASON_NONE;
  case TILL_PAYMENT_PAID:
    reason = reason_of_success (payment, happening);
    return reason != TILL_REASON_NONE ? reason : reason_of_paid (payment, happening);
  case TILL_PAYMENT_WAITING:
  case TILL_PAYMENT_UNSURE:
    return happening->event == TILL_EVENT_RESUME ? TILL_REASON_INTERRUPTED
                                                 : reason_of_doubt (happening);
  case TILL_PAYMENT_CLOSING:
  case TILL_PAYMENT_CLOSED_ONCE:
  case TILL_PAYMENT_REVERSED:
  case TILL_PAYMENT_REVERSING:
    return TILL_REASON_ENDING;
  case TILL_PAYMENT_FAILED:
    return payment->state == TILL_PAYMENT_FAILED ? payment->reason
                                                 : reason_of_failure (payment, happening);
  case TILL_PAYMENT_PAID_LATE:
    return reason_of_late (payment, happening);
  }
  g_assert_not_reached ();
}

/**
 * till_entry_is_news:
 *
 * Returns: whether it must be written: another "not yet" that changes nothing and brings no fact
 *   need not
 */
gboolean
till_entry_is_news (const TillSale      *sale,
                    const char          *payment_number,
                    const TillHappening *happening,
                    TillPaymentState     next)
{
  const TillPayment *payment = till_sale_find_payment (sale, payment_number);
  const TillAnswer *answer = &happening->answer;

  if (!payment || payment->state != next || next == TILL_PAYMENT_ASKED ||
      happening->event == TILL_EVENT_GIVE_UP || happening->event == TILL_EVENT_RESUME ||
      till_payment_event_is_owners (happening->event) ||
      (next == TILL_PAYMENT_FAILED && happening->event != TILL_EVENT_ABSENT))
    return TRUE;
  if (payment->reason != reason_of (payment, happening, next))
    return TRUE;

  if (happening->event == TILL_EVENT_LOST || happening->event == TILL_EVENT_CLOSE_LOST)
    return FALSE;

  return (answer->acquirer_ref && g_strcmp0 (answer->acquirer_ref, payment->acquirer_ref) != 0) ||
         (answer->code_text && g_strcmp0 (answer->code_text, payment->code_text) != 0) ||
         (answer->keep && g_strcmp0 (answer->keep, payment->keep) != 0);
}

/* What an answer says that is not trusted is not written down: it may be another order's, or
 * nobody's. Where our own first row kept something for a reversal, it now says why that comes. */
static void
take_answer (TillRow             *row,
             const TillMerchant  *merchant,
             const TillHappening *happening)
{
  const TillAnswer *answer = &happening->answer;

  row->said = g_strdup (answer->said);
  if (happening->event == TILL_EVENT_LOST && merchant && merchant->acquirer->first_keep)
    row->keep = g_strdup (answer->keep);
  if (happening->event == TILL_EVENT_LOST || happening->event == TILL_EVENT_CLOSE_LOST ||
      happening->event == TILL_EVENT_UNSENT)
    return;

  row->brand = answer->brand;
  row->acquirer_ref = g_strdup (answer->acquirer_ref);
  row->payer_total_fen = answer->payer_total_fen;
  row->paid_us = answer->paid_us;
  row->code_text = g_strdup (answer->code_text);
  row->expires_us = answer->expires_us;
  row->keep = g_strdup (answer->keep);
}

/* Where the acquirer does not say when it was paid, the moment at which we learned it stands. */
static void
take_success (TillRow            *row,
              const TillPayment  *payment,
              const TillMerchant *merchant)
{
  if (row->paid_us == 0 && payment->paid_us == 0)
    row->paid_us = row->at_us;
  if (payment->kind != TILL_KIND_REFUND && merchant)
    row->fee_fen = till_money_fee (payment->amount_fen, merchant->fee_ppm);
}

static void
stamp (const TillShop *shop,
       TillRow        *row)
{
  const TillDay *day = till_profile_get_day (shop->profile);
  g_autofree char *hour = NULL;

  if (row->at_us == 0)
    row->at_us = till_shop_now_us (shop);
  row->day = till_day_of (day, row->at_us);
  hour = till_day_format (day, row->at_us, "%H");
  row->hour = (int) g_ascii_strtoll (hour, NULL, 10);
}

/**
 * till_entry_make_row:
 * @merchant: (nullable): %NULL where the profile has the contract no more
 * @next: as till_entry_step() gave it
 *
 * Returns: (transfer full): the row that says it, ready for the journal
 */
TillRow *
till_entry_make_row (const TillShop      *shop,
                     const TillMerchant  *merchant,
                     const TillSale      *sale,
                     const char          *payment_number,
                     const TillHappening *happening,
                     TillPaymentState     next)
{
  const TillPayment *payment = till_sale_find_payment (sale, payment_number);
  TillRow *row = happening->first ? till_row_copy (happening->first) : till_row_new ();

  stamp (shop, row);
  if (!row->sale)
    row->sale = g_strdup (sale->order ? sale->order : payment_number);
  row->payment = g_strdup (payment_number);
  row->before_seq = sale->last_seq;
  row->event = happening->event;
  row->state = next;
  row->reason = reason_of (payment, happening, next);
  if (!happening->first)
    take_answer (row, merchant, happening);
  if (happening->clerk)
    row->clerk = g_strdup (happening->clerk);
  if (happening->note)
    row->note = g_strdup (happening->note);
  if (payment && (next == TILL_PAYMENT_PAID || next == TILL_PAYMENT_PAID_LATE))
    take_success (row, payment, merchant);

  return row;
}

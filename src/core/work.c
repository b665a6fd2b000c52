/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/work.h"

#include <string.h>

/* By then every acquirer's rules are over and every answer could have come: so long after it was
 * asked, or after its code expired, a person may look. The till goes on asking. */
#define SILENT_US (15 * 60 * G_GINT64_CONSTANT (1000000))

/* A bank may take days to give money back; acquirers speak of three. */
#define REFUND_US (7 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000000))

static const char *const words[TILL_N_WORKS] = {
  [TILL_WORK_NONE]           = "",
  [TILL_WORK_SILENT]         = "silent",
  [TILL_WORK_NOT_CLOSED]     = "not-closed",
  [TILL_WORK_NOT_GIVEN_BACK] = "not-given-back",
  [TILL_WORK_REFUND_SILENT]  = "refund-silent",
  [TILL_WORK_DISPUTED]       = "disputed",
};

static gboolean
has_outlasted (const TillPayment *payment,
               gint64             patience_us,
               gint64             now_us)
{
  return now_us - MAX (payment->asked_us, payment->expires_us) > patience_us;
}

/* A refund that was refused for good; or none could begin, and the moment for it is over. */
static gboolean
cannot_be_given_back (const TillSale    *sale,
                      const TillPayment *paid,
                      gint64             now_us)
{
  gboolean has_failed = FALSE;

  if (till_sale_get_refundable (sale, paid->order) == 0)
    return FALSE;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    if (refund->kind == TILL_KIND_REFUND && g_strcmp0 (refund->of, paid->order) == 0)
      has_failed |= refund->state == TILL_PAYMENT_FAILED;
  }

  return has_failed || now_us - paid->changed_us > SILENT_US;
}

/**
 * till_work_of:
 * @now_us: wall time; a wrong clock makes a person look early, or late, and nothing else
 *
 * Returns: what a person must do about @payment; %TILL_WORK_NONE while the till settles it by
 *   itself
 */
TillWork
till_work_of (const TillSale    *sale,
              const TillPayment *payment,
              gint64             now_us)
{
  if (payment->is_disputed)
    return TILL_WORK_DISPUTED;
  if (payment->state == TILL_PAYMENT_PAID_LATE)
    return cannot_be_given_back (sale, payment, now_us) ? TILL_WORK_NOT_GIVEN_BACK
                                                        : TILL_WORK_NONE;
  if (payment->state == TILL_PAYMENT_NEW || till_payment_is_final (payment->state))
    return TILL_WORK_NONE;

  if (payment->kind == TILL_KIND_REFUND) {
    gint64 patience_us = payment->state != TILL_PAYMENT_WAITING ? SILENT_US
                         : payment->reason == TILL_REASON_REFUND_ABNORMAL ? 0 : REFUND_US;

    return has_outlasted (payment, patience_us, now_us) ? TILL_WORK_REFUND_SILENT : TILL_WORK_NONE;
  }
  if (!has_outlasted (payment, SILENT_US, now_us))
    return TILL_WORK_NONE;

  return till_payment_is_ending (payment->state) ? TILL_WORK_NOT_CLOSED : TILL_WORK_SILENT;
}

/**
 * till_work_find:
 * @now_us: wall time
 *
 * Returns: (transfer none) (nullable): the first payment of @sale that needs a person
 */
const TillPayment *
till_work_find (const TillSale *sale,
                gint64          now_us)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (till_work_of (sale, payment, now_us) != TILL_WORK_NONE)
      return payment;
  }

  return NULL;
}

/* Of a final payment a person may only say again, or otherwise, what the acquirer denies. */
static gboolean
may_say_again (const TillSale    *sale,
               const TillPayment *payment,
               TillPaymentEvent   event)
{
  if (!till_payment_is_final (payment->state) || event == TILL_EVENT_OWNER_GIVEN_BACK)
    return TRUE;

  return payment->is_disputed &&
         (event != TILL_EVENT_OWNER_UNPAID || payment->kind == TILL_KIND_REFUND ||
          till_sale_get_refundable (sale, payment->order) == payment->amount_fen);
}

/**
 * till_work_allows:
 * @event: the owner's word
 *
 * One sale is paid once: what was paid beside another payment can only have been given back.
 *
 * Returns: whether the owner may say so of @payment
 */
gboolean
till_work_allows (const TillSale    *sale,
                  const TillPayment *payment,
                  TillPaymentEvent   event)
{
  const TillPayment *paid = till_sale_get_paid (sale);
  TillPaymentState next;

  if (!till_payment_event_is_owners (event) ||
      !till_payment_step (payment->kind, payment->state, event, &next) ||
      !may_say_again (sale, payment, event))
    return FALSE;

  return event != TILL_EVENT_OWNER_PAID || !paid || strcmp (paid->order, payment->order) == 0;
}

/**
 * till_work_to_word:
 *
 * Returns: the word of the command line's JSON; "" for %TILL_WORK_NONE
 */
const char *
till_work_to_word (TillWork work)
{
  g_return_val_if_fail ((guint) work < TILL_N_WORKS, "");

  return words[work];
}

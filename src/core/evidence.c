/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/evidence.h"

#include <glib/gi18n.h>

#include "core/money.h"

#define MOMENT "%Y-%m-%d %H:%M:%S"

static const char *const problems[TILL_N_WORKS] = {
  [TILL_WORK_NONE]           = NULL,
  [TILL_WORK_SILENT]         =
    N_("The wallet does not say whether this was paid. Look on its merchant web page, then settle "
       "it here."),
  [TILL_WORK_NOT_CLOSED]     =
    N_("The wallet does not confirm that this was cancelled. Look on its merchant web page whether "
       "it was paid, then settle it here."),
  [TILL_WORK_NOT_GIVEN_BACK] =
    N_("This money came too late or twice, and the wallet does not give it back. Give it back on "
       "its merchant web page or in cash, then settle it here."),
  [TILL_WORK_REFUND_SILENT]  =
    N_("The wallet does not say whether this refund arrived. Look on its merchant web page, then "
       "settle it here."),
  [TILL_WORK_DISPUTED]       =
    N_("It was settled by hand, and the wallet says otherwise. Look on its merchant web page once "
       "more, then settle it again."),
};

static char *
what_was_asked (const TillPayment *payment,
                const char        *acquirer,
                const TillDay     *day)
{
  g_autofree char *amount = till_money_to_text (payment->amount_fen);
  g_autofree char *time = till_day_format (day, payment->asked_us, MOMENT);

  switch (payment->kind) {
  case TILL_KIND_CHARGE:
    /* Translators: a time, "2026-11-22 14:03:10"; an amount, "¥12.50"; a wallet, "WeChat Pay" */
    return g_strdup_printf (_("%s: %s asked of the customer's payment code, at %s."), time, amount,
                            acquirer);
  case TILL_KIND_COLLECT:
    /* Translators: a time, "2026-11-22 14:03:10"; an amount, "¥12.50"; a wallet, "WeChat Pay" */
    return g_strdup_printf (_("%s: a code for %s shown to the customer, by %s."), time, amount,
                            acquirer);
  case TILL_KIND_REFUND:
    /* Translators: a time, "2026-11-22 14:03:10"; an amount, "¥12.50"; a wallet, "WeChat Pay" */
    return g_strdup_printf (_("%s: %s to be given back, at %s."), time, amount, acquirer);
  case TILL_KIND_TAP:
    /* Translators: a time, "2026-11-22 14:03:10"; an amount, "¥12.50"; an acquirer */
    return g_strdup_printf (_("%s: %s asked of a tapped card or phone, at %s."), time, amount,
                            acquirer);
  }
  g_assert_not_reached ();
}

/* A late payment is told by its last refund: that is what went wrong. */
static const TillPayment *
find_speaker (const TillSale    *sale,
              const TillPayment *payment)
{
  const TillPayment *speaker = payment;

  for (guint i = 0; payment->state == TILL_PAYMENT_PAID_LATE && i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    if (g_strcmp0 (refund->of, payment->order) == 0)
      speaker = refund;
  }

  return speaker;
}

static char *
last_answer (const TillSale    *sale,
             const TillPayment *payment,
             const TillDay     *day)
{
  const TillPayment *speaker = find_speaker (sale, payment);
  g_autofree char *time = till_day_format (day, speaker->changed_us, MOMENT);

  if (speaker->reason == TILL_REASON_NONE)
    /* Translators: %s is a time, "2026-11-22 14:03:10" */
    return g_strdup_printf (_("%s: nothing was heard since."), time);

  /* Translators: a time, "2026-11-22 14:03:10", and a sentence */
  return g_strdup_printf (_("%s: %s"), time, till_reason_get_text (speaker->reason));
}

static char *
what_to_search (const TillPayment *payment,
                const char        *acquirer)
{
  if (payment->kind == TILL_KIND_REFUND && payment->of)
    /* Translators: a wallet, "WeChat Pay"; a refund's number; the number of what it gives back */
    return g_strdup_printf (_("On the merchant web page of %s, search for the refund number %s, of "
                              "the merchant's order number %s."),
                            acquirer, payment->order, payment->of);
  if (payment->acquirer_ref)
    /* Translators: a wallet, "WeChat Pay"; our number of an order; the wallet's number of it */
    return g_strdup_printf (_("On the merchant web page of %s, search for the merchant's order "
                              "number %s, or the wallet's own number %s."),
                            acquirer, payment->order, payment->acquirer_ref);

  /* Translators: a wallet, "WeChat Pay"; our number of an order */
  return g_strdup_printf (_("On the merchant web page of %s, search for the merchant's order "
                            "number %s."),
                          acquirer, payment->order);
}

/**
 * till_evidence_new:
 * @payment: a payment of @sale
 * @work: what till_work_of() says of it; not %TILL_WORK_NONE
 * @acquirer: its name for people
 *
 * Returns: (transfer full): what is known about it, in plain words, translated
 */
TillEvidence *
till_evidence_new (const TillSale    *sale,
                   const TillPayment *payment,
                   TillWork           work,
                   const char        *acquirer,
                   const TillDay     *day)
{
  TillEvidence *evidence;

  g_return_val_if_fail (work != TILL_WORK_NONE && (guint) work < TILL_N_WORKS, NULL);

  evidence = g_new (TillEvidence, 1);
  evidence->what = _(problems[work]);
  evidence->asked = what_was_asked (payment, acquirer, day);
  evidence->answer = last_answer (sale, payment, day);
  evidence->search = what_to_search (payment, acquirer);

  return evidence;
}

void
till_evidence_free (TillEvidence *evidence)
{
  if (!evidence)
    return;

  g_free (evidence->asked);
  g_free (evidence->answer);
  g_free (evidence->search);
  g_free (evidence);
}

/**
 * till_evidence_get_word:
 * @event: the owner's word
 *
 * Returns: what the owner says by it of @payment, translated
 */
const char *
till_evidence_get_word (const TillPayment *payment,
                        TillPaymentEvent   event)
{
  gboolean is_refund = payment->kind == TILL_KIND_REFUND;

  g_return_val_if_fail (till_payment_event_is_owners (event), NULL);

  if (event == TILL_EVENT_OWNER_PAID)
    return _("It was paid");
  if (event == TILL_EVENT_OWNER_GIVEN_BACK)
    return is_refund || payment->state == TILL_PAYMENT_PAID_LATE
             ? _("The money was given back") : _("It was paid, and given back by hand");

  return is_refund ? _("The money was not given back") : _("It was not paid");
}

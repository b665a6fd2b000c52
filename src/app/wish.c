/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/wish.h"

#include <glib/gi18n.h>

#include "app/outcome.h"
#include "app/question.h"
#include "code/paycode.h"
#include "core/money.h"

#define CODE_LIFE_MS (5 * 60 * 1000)

/* A wish that waits for the clerk's answer. */
typedef struct {
  TillWish  wish;
  char     *paycode;
  char     *acquirer_id;  /* NULL: the first that takes the wallet */
} Kept;

static Kept *
keep (const TillWish *wish,
      const char     *acquirer_id)
{
  Kept *kept = g_new (Kept, 1);

  kept->wish = *wish;
  kept->paycode = g_strdup (wish->paycode);
  kept->acquirer_id = g_strdup (acquirer_id);
  kept->wish.paycode = kept->paycode;
  g_object_ref (kept->wish.desk);
  g_object_ref (kept->wish.over);
  g_object_ref (kept->wish.wisher);

  return kept;
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_object_unref (kept->wish.desk);
  g_object_unref (kept->wish.over);
  g_object_unref (kept->wish.wisher);
  g_free (kept->paycode);
  g_free (kept->acquirer_id);
  g_free (kept);
}

static void fulfil (const TillWish *wish,
                    const char     *acquirer_id);

static void
fulfil_cb (gpointer user_data)
{
  const Kept *kept = user_data;

  fulfil (&kept->wish, kept->acquirer_id);
}

static void
ask_about_identity (const TillWish *wish)
{
  const TillQuestion question = {
    .heading = _("Is this a payment code?"),
    .body = till_reason_get_text (TILL_REASON_IDENTITY_CODE),
    .no = _("_Back"),
    .yes = _("_Charge it"),
    .is_grave = TRUE,
  };
  TillPaycode code;

  till_paycode_identify (wish->paycode, &code);
  till_question_ask (wish->over, &question, fulfil_cb,
                     keep (wish, till_desk_get_route (wish->desk, code.brand, TILL_KIND_CHARGE)),
                     kept_free);
}

static void
fulfil (const TillWish *wish,
        const char     *acquirer_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item = NULL;

  if (wish->paycode)
    item = till_desk_charge (wish->desk, wish->amount_fen, wish->paycode, acquirer_id, NULL,
                             &error);
  else
    item = till_desk_collect (wish->desk, wish->amount_fen, wish->brands, CODE_LIFE_MS, NULL,
                              &error);

  if (g_error_matches (error, TILL_REFUSAL, TILL_REASON_IDENTITY_CODE))
    ask_about_identity (wish);
  else
    wish->done (item, error, wish->wisher);
}

/* A hasty clerk charges twice when the first answer is late: the same amount, while one is open, is
 * asked about. */
static gboolean
is_open_already (const TillWish *wish)
{
  GListModel *open = till_desk_get_open (wish->desk);

  for (guint i = 0; i < g_list_model_get_n_items (open); i++) {
    g_autoptr (TillSaleItem) item = g_list_model_get_item (open, i);

    if (till_sale_item_get_amount (item) == wish->amount_fen &&
        till_outcome_of (item) == TILL_OUTCOME_ASKING)
      return TRUE;
  }

  return FALSE;
}

/**
 * till_wish_start:
 *
 * Starts the sale, after the questions that it raises.
 */
void
till_wish_start (const TillWish *wish)
{
  g_autofree char *amount = till_money_to_text (wish->amount_fen);
  g_autofree char *heading = NULL;

  if (!is_open_already (wish)) {
    fulfil (wish, NULL);
    return;
  }

  /* Translators: %s is an amount, "¥12.50" */
  heading = g_strdup_printf (_("%s is still being asked about"), amount);
  till_question_ask (wish->over,
                     &(TillQuestion) {
                       .heading = heading,
                       .body = _("A payment of the same amount is not settled yet. Charge again "
                                 "only if this is another customer."),
                       .no = _("_Wait"),
                       .yes = _("_Another customer"),
                       .is_grave = TRUE,
                     },
                     fulfil_cb, keep (wish, NULL), kept_free);
}

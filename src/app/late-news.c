/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/late-news.h"

#include <glib/gi18n.h>

#include "core/money.h"

struct _TillLateNews
{
  TillDesk         *desk;
  GHashTable       *told;       /* numbers of payments */
  TillLateNewsFunc  tell;
  gpointer          user_data;
};

static void
tell_of (TillLateNews      *self,
         const TillPayment *payment)
{
  g_autofree char *amount = till_money_to_text (payment->amount_fen);
  g_autofree char *time = till_day_format (till_desk_get_day (self->desk), payment->asked_us,
                                           "%H:%M:%S");
  /* Translators: an amount, "¥12.50"; a wallet, "WeChat Pay"; a time, "14:03:10"; a sentence */
  g_autofree char *sentence =
    g_strdup_printf (_("%s by %s, asked at %s: %s"), amount, till_brand_get_name (payment->brand),
                     time, till_reason_get_text (payment->reason));

  self->tell (sentence, self->user_data);
}

static void
changed_cb (TillDesk     *desk,
            TillSaleItem *item,
            TillLateNews *self)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->state == TILL_PAYMENT_PAID_LATE && !payment->is_owners &&
        g_hash_table_add (self->told, g_strdup (payment->order)))
      tell_of (self, payment);
  }
}

/**
 * till_late_news_new:
 * @tell: called with a sentence for the clerk
 *
 * Returns: (transfer full): what listens to @desk
 */
TillLateNews *
till_late_news_new (TillDesk         *desk,
                    TillLateNewsFunc  tell,
                    gpointer          user_data)
{
  TillLateNews *self = g_new0 (TillLateNews, 1);

  self->desk = g_object_ref (desk);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->tell = tell;
  self->user_data = user_data;
  g_signal_connect (desk, "sale-changed", G_CALLBACK (changed_cb), self);

  return self;
}

void
till_late_news_free (TillLateNews *self)
{
  if (!self)
    return;

  g_signal_handlers_disconnect_by_func (self->desk, changed_cb, self);
  g_object_unref (self->desk);
  g_hash_table_unref (self->told);
  g_free (self);
}

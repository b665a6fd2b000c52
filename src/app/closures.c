/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/closures.h"

#include <glib/gi18n.h>

#include "app/current.h"
#include "app/format.h"
#include "core/brand.h"
#include "core/work.h"

/* The first argument is the page, further ones are there to be watched. */

static char *
amount_text (gpointer self,
             gint64   amount_fen)
{
  return amount_fen > 0 ? till_money_to_text (amount_fen) : g_strdup ("");
}

static char *
wallet_name (gpointer self,
             guint    brand)
{
  return g_strdup (till_brand_get_name ((TillBrand) brand));
}

static char *
wallet_icon (gpointer self,
             guint    brand)
{
  return g_strdup (till_brand_get_facts ((TillBrand) brand)->icon_name);
}

static GStrv
wallet_styles (gpointer self,
               guint    brand)
{
  const char *word = till_brand_to_word ((TillBrand) brand);
  const char *const styles[] = { "brand-chip", word[0] ? word : "all", NULL };

  return g_strdupv ((char **) styles);
}

static char *
countdown (gpointer self,
           gint64   until_us,
           gint64   now_us)
{
  return until_us > 0 ? till_format_span (until_us, now_us) : g_strdup ("");
}

static char *
clock_time (gpointer  self,
            TillDesk *desk,
            gint64    at_us)
{
  return desk && at_us > 0 ? till_day_format (till_desk_get_day (desk), at_us, "%H:%M:%S")
                           : g_strdup ("");
}

static char *
asking_title (gpointer self,
              guint    state,
              guint    reason)
{
  if (reason == TILL_REASON_CARD_NEXT)
    return g_strdup (_("Card read — the code is being ended"));

  return g_strdup (till_format_asking_title ((TillPaymentState) state));
}

static char *
asking_reason (gpointer self,
               guint    state,
               guint    reason)
{
  if (reason != TILL_REASON_NONE)
    return g_strdup (till_reason_get_text ((TillReason) reason));

  return g_strdup (_("The wallet is being asked. Wait for its answer."));
}

static char *
asking_next (gpointer self,
             guint    state,
             guint    brand,
             gint64   next_us,
             gint64   now_us)
{
  return till_format_asking_next ((TillPaymentState) state, (TillBrand) brand, next_us, now_us);
}

static char *
asking_deadline (gpointer      self,
                 TillDesk     *desk,
                 TillSaleItem *item,
                 guint         state,
                 gint64        gives_up_us)
{
  g_autofree char *time = clock_time (self, desk, gives_up_us);

  if (item && till_payment_is_ending ((TillPaymentState) state))
    return g_strdup (_("It is over as soon as the wallet confirms that."));
  if (!item || gives_up_us == 0)
    return g_strdup ("");
  if (till_sale_item_get_sale (item)->kind == TILL_KIND_COLLECT)
    /* Translators: %s is a time, "14:03:10" */
    return g_strdup_printf (_("If unpaid at %s, the till closes the code by itself."), time);

  /* Translators: %s is a time, "14:03:10" */
  return g_strdup_printf (_("If unpaid at %s, the till reverses it by itself."), time);
}

static char *
sale_word (gpointer      self,
           TillSaleItem *item,
           guint         state,
           gint64        refunded_fen)
{
  return g_strdup (item ? till_format_word (till_format_look (till_sale_item_get_sale (item)))
                        : "");
}

static char *
sale_icon (gpointer      self,
           TillSaleItem *item,
           guint         state,
           gint64        refunded_fen)
{
  return g_strdup (item ? till_format_look (till_sale_item_get_sale (item))->icon : NULL);
}

static GStrv
sale_styles (gpointer      self,
             TillSaleItem *item,
             guint         state,
             gint64        refunded_fen)
{
  const char *const styles[] = {
    "state-chip", item ? till_format_look (till_sale_item_get_sale (item))->style : NULL, NULL,
  };

  return g_strdupv ((char **) styles);
}

static char *
sale_moment (gpointer      self,
             TillDesk     *desk,
             TillSaleItem *item)
{
  const TillSale *sale = item ? till_sale_item_get_sale (item) : NULL;

  if (!desk || !sale || sale->created_us == 0)
    return g_strdup ("");

  return till_day_format (till_desk_get_day (desk), sale->created_us,
                          sale->day == till_desk_get_today (desk) ? "%H:%M:%S" : "%Y-%m-%d %H:%M");
}

static char *
open_since (gpointer      self,
            TillDesk     *desk,
            TillSaleItem *item,
            guint         brand,
            const char   *order)
{
  g_autofree char *since = sale_moment (self, desk, item);

  if (!order)
    return g_strdup (till_brand_get_name ((TillBrand) brand));

  /* Translators: a wallet, "WeChat Pay", and the time since when its payment is open, "14:03:10" */
  return g_strdup_printf (_("%s, since %s"), till_brand_get_name ((TillBrand) brand), since);
}

static char *
open_next (gpointer      self,
           TillSaleItem *item,
           guint         state,
           gint64        next_us,
           const char   *fault,
           gint64        now_us)
{
  const TillSale *sale = item ? till_sale_item_get_sale (item) : NULL;

  if (!item)
    return g_strdup ("");
  if (till_work_find (sale, now_us))
    return g_strdup (_("Needs the owner: Ctrl+3"));
  if (fault)
    return till_sale_item_get_fault (item)->domain == TILL_REFUSAL
             ? g_strdup (fault) : g_strdup (_("The journal cannot be written"));
  if (state == TILL_PAYMENT_PAID && till_sale_item_get_sale (item)->refunding_fen == 0)
    return g_strdup (_("Paid; the other code is being closed"));
  if (state == TILL_PAYMENT_PAID || state == TILL_PAYMENT_PAID_LATE)
    return g_strdup (_("The money is on its way back"));

  return till_format_asking_next ((TillPaymentState) state, sale->brand, next_us, now_us);
}

/* A journal that cannot be written is told above all pages; anything else that keeps a sale from
 * going on is told by the sale. */
static char *
fault_text (gpointer      self,
            TillSaleItem *item,
            const char   *fault)
{
  const GError *error = item ? till_sale_item_get_fault (item) : NULL;

  return g_strdup (error && error->domain == TILL_REFUSAL ? error->message : "");
}

static gboolean
has_fault (gpointer      self,
           TillSaleItem *item,
           const char   *fault)
{
  g_autofree char *text = fault_text (self, item, fault);

  return text[0] != '\0';
}

static const struct {
  const char *name;
  GCallback   func;
} closures[] = {
  { "amount_text", G_CALLBACK (amount_text) },
  { "asking_deadline", G_CALLBACK (asking_deadline) },
  { "asking_next", G_CALLBACK (asking_next) },
  { "asking_reason", G_CALLBACK (asking_reason) },
  { "asking_title", G_CALLBACK (asking_title) },
  { "clock_time", G_CALLBACK (clock_time) },
  { "countdown", G_CALLBACK (countdown) },
  { "fault_text", G_CALLBACK (fault_text) },
  { "has_fault", G_CALLBACK (has_fault) },
  { "open_next", G_CALLBACK (open_next) },
  { "open_since", G_CALLBACK (open_since) },
  { "sale_icon", G_CALLBACK (sale_icon) },
  { "sale_moment", G_CALLBACK (sale_moment) },
  { "sale_styles", G_CALLBACK (sale_styles) },
  { "sale_word", G_CALLBACK (sale_word) },
  { "wallet_icon", G_CALLBACK (wallet_icon) },
  { "wallet_name", G_CALLBACK (wallet_name) },
  { "wallet_styles", G_CALLBACK (wallet_styles) },
};

/**
 * till_closures_bind:
 *
 * Makes the closures, and the types that they look at, known to the template of @widget_class.
 * After the template is set.
 */
void
till_closures_bind (GtkWidgetClass *widget_class)
{
  g_type_ensure (TILL_TYPE_CURRENT);
  g_type_ensure (TILL_TYPE_DESK);
  g_type_ensure (TILL_TYPE_SALE_ITEM);
  g_type_ensure (TILL_TYPE_TICKER);
  for (guint i = 0; i < G_N_ELEMENTS (closures); i++)
    gtk_widget_class_bind_template_callback_full (widget_class, closures[i].name,
                                                  closures[i].func);
}

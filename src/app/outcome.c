/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/outcome.h"

#include <glib/gi18n.h>

#include "core/interop.h"
#include "desk/codes.h"

#define SECOND_US G_GINT64_CONSTANT (1000000)

static const struct {
  const char *title;   /* N_(), in the context "result" */
  const char *icon;
  const char *style;
} ends[TILL_N_OUTCOMES] = {
  [TILL_OUTCOME_ASKING]  = { NC_("result", "Being asked"), "till-asking-symbolic", "asking" },
  [TILL_OUTCOME_PAID]    = { NC_("result", "Paid"), "till-paid-symbolic", "paid" },
  [TILL_OUTCOME_UNPAID]  = { NC_("result", "Not paid"), "till-unpaid-symbolic", "unpaid" },
  [TILL_OUTCOME_LATE]    = { NC_("result", "Paid too late"), "till-late-symbolic", "late" },
  [TILL_OUTCOME_UNASKED] = { NC_("result", "Not charged"), "till-unpaid-symbolic", "unpaid" },
};

static const TillOutcome outcomes[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_PAID]      = TILL_OUTCOME_PAID,
  [TILL_PAYMENT_FAILED]    = TILL_OUTCOME_UNPAID,
  [TILL_PAYMENT_PAID_LATE] = TILL_OUTCOME_LATE,
};

/**
 * till_outcome_of:
 *
 * Returns: where @item stands; by its rows alone, so nothing is paid before the journal has it
 */
TillOutcome
till_outcome_of (TillSaleItem *item)
{
  if (!till_sale_item_get_order (item) && till_sale_item_get_fault (item))
    return TILL_OUTCOME_UNASKED;

  return outcomes[till_sale_item_get_state (item)];
}

/* Closures. */

static char *
result_title (gpointer      self,
              TillSaleItem *item,
              guint         state,
              const char   *fault)
{
  if (!item)
    return g_strdup ("");

  return g_strdup (g_dpgettext2 (NULL, "result", ends[till_outcome_of (item)].title));
}

static char *
result_icon (gpointer      self,
             TillSaleItem *item,
             guint         state,
             const char   *fault)
{
  return g_strdup (item ? ends[till_outcome_of (item)].icon : NULL);
}

static GStrv
result_styles (gpointer      self,
               TillSaleItem *item,
               guint         state,
               const char   *fault)
{
  const char *const styles[] = {
    "vertical", "page", "outcome", item ? ends[till_outcome_of (item)].style : NULL, NULL,
  };

  return g_strdupv ((char **) styles);
}

static char *
result_time (gpointer      self,
             TillDesk     *desk,
             TillSaleItem *item,
             guint         state)
{
  gint64 paid_us = item ? till_sale_item_get_sale (item)->paid_us : 0;

  if (!desk || paid_us == 0)
    return g_strdup ("");

  return till_day_format (till_desk_get_day (desk), paid_us, "%H:%M:%S");
}

static char *
result_reason (gpointer      self,
               TillSaleItem *item,
               guint         reason,
               guint         state,
               const char   *fault)
{
  if (!item)
    return g_strdup ("");
  if (till_outcome_of (item) == TILL_OUTCOME_UNASKED)
    return g_strdup (_("The journal could not be written; nothing was sent. Charge again once it "
                       "can be written."));
  if (till_outcome_of (item) == TILL_OUTCOME_PAID)
    return g_strdup ("");

  return g_strdup (till_reason_get_text ((TillReason) reason));
}

/* A code that was not paid may be one that the customer's app could not scan. */
static char *
code_hint (gpointer      self,
           TillDesk     *desk,
           TillSaleItem *item,
           guint         state)
{
  const TillSale *sale = item ? till_sale_item_get_sale (item) : NULL;
  const TillPayment *payment;

  if (!desk || !sale || sale->kind != TILL_KIND_COLLECT || sale->payments->len == 0 ||
      (sale->reason != TILL_REASON_EXPIRED && sale->reason != TILL_REASON_CANCELLED))
    return g_strdup ("");

  payment = g_ptr_array_index (sale->payments, 0);

  return till_interop_tell (till_codes_get_brands (desk, payment));
}

static char *
result_reset (gpointer self,
              gint64   resets_us,
              gint64   now_us)
{
  guint seconds = (guint) ((MAX (resets_us - now_us, 0) + SECOND_US - 1) / SECOND_US);

  if (resets_us == 0)
    return g_strdup ("");

  return g_strdup_printf (ngettext ("Ready for the next customer in %u second",
                                    "Ready for the next customer in %u seconds", seconds),
                          seconds);
}

static gboolean
may_try_again (gpointer      self,
               TillSaleItem *item,
               guint         state,
               const char   *fault)
{
  TillOutcome outcome = item ? till_outcome_of (item) : TILL_OUTCOME_ASKING;

  return outcome == TILL_OUTCOME_UNPAID || outcome == TILL_OUTCOME_UNASKED;
}

static gboolean
is_settled (gpointer      self,
            TillSaleItem *item,
            guint         state,
            const char   *fault)
{
  return item && !may_try_again (self, item, state, fault);
}

static const struct {
  const char *name;
  GCallback   func;
} closures[] = {
  { "code_hint", G_CALLBACK (code_hint) },
  { "is_settled", G_CALLBACK (is_settled) },
  { "may_try_again", G_CALLBACK (may_try_again) },
  { "result_icon", G_CALLBACK (result_icon) },
  { "result_reason", G_CALLBACK (result_reason) },
  { "result_reset", G_CALLBACK (result_reset) },
  { "result_styles", G_CALLBACK (result_styles) },
  { "result_time", G_CALLBACK (result_time) },
  { "result_title", G_CALLBACK (result_title) },
};

/**
 * till_outcome_bind:
 *
 * Makes the closures known to the template of @widget_class. After the template is set.
 */
void
till_outcome_bind (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (closures); i++)
    gtk_widget_class_bind_template_callback_full (widget_class, closures[i].name,
                                                  closures[i].func);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "desk/desk-private.h"

/* What the desk is at. */

/**
 * till_desk_is_busy:
 *
 * Returns: whether something is under way or planned for @item. To look now and then whether a
 *   failed charge is booked late is not
 */
gboolean
till_desk_is_busy (TillDesk     *self,
                   TillSaleItem *item)
{
  const GPtrArray *runs;

  g_return_val_if_fail (TILL_IS_DESK (self), FALSE);

  runs = till_desk_get_runs (self);
  for (guint i = 0; i < runs->len; i++) {
    TillRun *run = g_ptr_array_index (runs, i);

    if (till_run_get_item (run) == item && !till_run_is_watching (run))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_desk_is_beginning:
 *
 * Returns: whether a payment of @item is to begin whose first row is not written yet
 */
gboolean
till_desk_is_beginning (TillDesk     *self,
                        TillSaleItem *item)
{
  const GPtrArray *runs;

  g_return_val_if_fail (TILL_IS_DESK (self), FALSE);

  if (till_sale_item_get_writer (item))
    return TRUE;

  runs = till_desk_get_runs (self);
  for (guint i = 0; i < runs->len; i++) {
    TillRun *run = g_ptr_array_index (runs, i);

    if (till_run_get_item (run) == item && till_run_is_reserved (run))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_desk_is_looking:
 *
 * Returns: whether an acquirer is being asked at this moment whether a failed charge was
 *   booked late
 */
gboolean
till_desk_is_looking (TillDesk *self)
{
  const GPtrArray *runs;

  g_return_val_if_fail (TILL_IS_DESK (self), FALSE);

  runs = till_desk_get_runs (self);
  for (guint i = 0; i < runs->len; i++) {
    TillRun *run = g_ptr_array_index (runs, i);

    if (!till_run_is_watching (run) && !till_sale_item_is_open (till_run_get_item (run)))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_desk_find_run:
 *
 * Returns: (transfer none) (nullable): what is busy with the payment of this number
 */
TillRun *
till_desk_find_run (TillDesk   *self,
                    const char *payment)
{
  const GPtrArray *runs = till_desk_get_runs (self);

  for (guint i = 0; i < runs->len; i++) {
    TillRun *run = g_ptr_array_index (runs, i);

    if (strcmp (till_run_get_payment (run), payment) == 0)
      return run;
  }

  return NULL;
}

/**
 * till_desk_get_asking:
 * @of: a payment of @item's sale
 *
 * Returns: how much of @of is about to be given back by refunds whose first row is not written yet
 */
gint64
till_desk_get_asking (TillDesk     *self,
                      TillSaleItem *item,
                      const char   *of)
{
  const GPtrArray *runs = till_desk_get_runs (self);
  gint64 sum_fen = 0;

  for (guint i = 0; i < runs->len; i++) {
    TillRun *run = g_ptr_array_index (runs, i);

    if (till_run_get_item (run) == item)
      sum_fen += till_run_get_asking (run, of);
  }

  return sum_fen;
}

/**
 * till_desk_is_charging:
 *
 * Returns: whether this very code is being charged. One code, one attempt: while it is under
 *   way the same code is not sent a second time
 */
gboolean
till_desk_is_charging (TillDesk   *self,
                       const char *paycode)
{
  const GPtrArray *runs = till_desk_get_runs (self);

  for (guint i = 0; i < runs->len; i++) {
    if (g_strcmp0 (till_run_get_paycode (g_ptr_array_index (runs, i)), paycode) == 0)
      return TRUE;
  }

  return FALSE;
}

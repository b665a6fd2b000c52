/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/open-list.h"

/* The list of the sales that the till has something to do about. */

/* The same sale may have been listed as another item, which nothing was busy with. */
static gboolean
find_listed (GListStore   *open,
             TillSaleItem *item,
             guint        *position)
{
  guint n_open = g_list_model_get_n_items (G_LIST_MODEL (open));

  for (guint i = 0; i < n_open; i++) {
    g_autoptr (TillSaleItem) listed = g_list_model_get_item (G_LIST_MODEL (open), i);

    if (listed == item || (till_sale_item_get_order (item) &&
                           g_strcmp0 (till_sale_item_get_order (listed),
                                      till_sale_item_get_order (item)) == 0)) {
      *position = i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_open_list_update:
 *
 * Lists @item where it is open, in place of another item of the same sale; else takes it off.
 */
void
till_open_list_update (GListStore   *open,
                       TillSaleItem *item)
{
  g_autoptr (TillSaleItem) listed = NULL;
  guint position;

  if (!find_listed (open, item, &position)) {
    if (till_sale_item_is_open (item))
      g_list_store_append (open, item);
    return;
  }

  listed = g_list_model_get_item (G_LIST_MODEL (open), position);
  if (!till_sale_item_is_open (item))
    g_list_store_remove (open, position);
  else if (listed != item)
    g_list_store_splice (open, position, 1, (gpointer *) &item, 1);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/books.h"

#include "desk/desk-private.h"

static gboolean
add_item (const TillSale *sale,
          gpointer        user_data)
{
  g_ptr_array_add (user_data, till_sale_item_new (till_sale_copy (sale)));

  return TRUE;
}

typedef struct {
  char           *path;
  char           *state;
  char           *digits;
  TillSaleFilter  filter;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_free (search->path);
  g_free (search->state);
  g_free (search->digits);
  g_free (search);
}

static void
search_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  const Search *search = task_data;
  GError *error = NULL;
  g_autoptr (TillJournal) journal =
    till_journal_open (search->path, TILL_JOURNAL_READ_ONLY, &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (journal && till_journal_each_sale (journal, &search->filter, add_item, items, &error))
    g_task_return_pointer (task, g_steal_pointer (&items), (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * till_books_find_async:
 * @filter: which sales; copied
 *
 * Finds sales in a worker, over a connection of its own: a search by digits may read all years.
 */
void
till_books_find_async (TillDesk             *desk,
                       const TillSaleFilter *filter,
                       GCancellable         *cancellable,
                       GAsyncReadyCallback   callback,
                       gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (desk, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  search->path = till_profile_journal_path (till_desk_get_shop (desk)->profile);
  search->state = g_strdup (filter->state);
  search->digits = g_strdup (filter->digits);
  search->filter = *filter;
  search->filter.state = search->state;
  search->filter.digits = search->digits;
  g_task_set_source_tag (task, till_books_find_async);
  g_task_set_task_data (task, search, search_free);
  g_task_run_in_thread (task, search_in_worker);
}

/**
 * till_books_find_finish:
 *
 * Returns: (transfer full) (element-type TillSaleItem): the sales, newest first
 */
GPtrArray *
till_books_find_finish (TillDesk     *desk,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, desk), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * till_books_each_sale:
 * @func: returns %FALSE to stop
 *
 * Walks over the sales, newest first, without holding them all in memory.
 *
 * Returns: %FALSE with an error of the journal
 */
gboolean
till_books_each_sale (TillDesk             *desk,
                      const TillSaleFilter *filter,
                      TillSaleFunc          func,
                      gpointer              user_data,
                      GError              **error)
{
  return till_journal_each_sale (till_desk_get_shop (desk)->journal, filter, func, user_data,
                                 error);
}

/* What a payment's first row said, kept while its story is told. */
typedef struct {
  TillKind kind;
  gint64   amount_fen;
} Facts;

/**
 * till_books_story:
 * @order: a number of the sale or of any of its payments
 *
 * Returns: (transfer full) (element-type TillStoryLine): every row of the sale in plain words,
 *   oldest first; %NULL with %TILL_REFUSAL (%TILL_REASON_NO_SALE) or an error of the journal
 */
GPtrArray *
till_books_story (TillDesk   *desk,
                  const char *order,
                  GError    **error)
{
  g_autoptr (GError) load_error = NULL;
  g_autoptr (GPtrArray) rows =
    till_journal_load_rows (till_desk_get_shop (desk)->journal, order, &load_error);
  g_autoptr (GHashTable) facts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GPtrArray *lines;

  if (load_error) {
    g_propagate_error (error, g_steal_pointer (&load_error));
    return NULL;
  }
  if (!rows || rows->len == 0) {
    till_desk_refuse (error, TILL_REASON_NO_SALE);
    return NULL;
  }

  lines = g_ptr_array_new_with_free_func ((GDestroyNotify) till_story_line_free);
  for (guint i = 0; i < rows->len; i++) {
    const TillRow *row = g_ptr_array_index (rows, i);
    const Facts *first = g_hash_table_lookup (facts, row->payment);

    if (!first) {
      Facts *own = g_new (Facts, 1);

      *own = (Facts) { row->kind, row->amount_fen };
      g_hash_table_insert (facts, row->payment, own);
      first = own;
    }
    g_ptr_array_add (lines, till_story_line_new (row, first->kind, first->amount_fen));
  }

  return lines;
}

/**
 * till_books_takings:
 * @day: a business day
 * @takings: (out): its sums
 *
 * Returns: %FALSE with an error of the journal
 */
gboolean
till_books_takings (TillDesk    *desk,
                    int          day,
                    TillTakings *takings,
                    GError     **error)
{
  g_autoptr (GPtrArray) lines =
    till_journal_takings (till_desk_get_shop (desk)->journal, day, day, "brand", error);

  if (!lines)
    return FALSE;

  *takings = (TillTakings) { 0 };
  for (guint i = 0; i < lines->len; i++) {
    const TillTakings *line = &((TillTakingsLine *) g_ptr_array_index (lines, i))->takings;

    takings->n += line->n;
    takings->gross_fen += line->gross_fen;
    takings->refunded_fen += line->refunded_fen;
    takings->fee_fen += line->fee_fen;
  }

  return TRUE;
}

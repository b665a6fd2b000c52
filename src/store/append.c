/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/append.h"

#include "store/cache.h"
#include "store/journal.h"
#include "store/lookup.h"

#include <glib/gi18n.h>
#include <string.h>

/* One row into the journal, inside a transaction that holds the writer's lock: what the caller knew
 * of the sale is compared with what is there, so nothing can come between. */

static const char head_sql[] = "SELECT seq, day, hash FROM row ORDER BY seq DESC LIMIT 1";

static const char asked_sql[] = "SELECT 1 FROM row WHERE event = 'ask' AND payment = ?1";

static const char insert_sql[] =
  "INSERT INTO row (" TILL_ROW_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
  "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)";

/**
 * till_head_read:
 * @head: (out): the last row's number, business day and hash; zeros where there is no row
 */
gboolean
till_head_read (TillDb   *db,
                TillHead *head,
                GError  **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, head_sql, error);
  TillDbStep step = statement ? till_db_step (db, statement, error) : TILL_DB_FAILED;

  if (step == TILL_DB_FAILED)
    return FALSE;

  *head = (TillHead) { 0 };
  if (step == TILL_DB_ROW) {
    head->seq = sqlite3_column_int64 (statement, 0);
    head->day = sqlite3_column_int (statement, 1);
    if (sqlite3_column_bytes (statement, 2) == TILL_ROW_HASH_BYTES)
      memcpy (head->hash, sqlite3_column_blob (statement, 2), TILL_ROW_HASH_BYTES);
  }

  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
refuse (GError         **error,
        TillJournalError code,
        const TillRow   *row,
        const char      *why)
{
  g_set_error (error, TILL_JOURNAL_ERROR, code,
               /* Translators: a payment's number, what happened to it, why it is refused */
               _("payment %s, %s: %s"), row->payment ? row->payment : _("without a number"),
               till_payment_event_to_string (row->event), _(why));
  return FALSE;
}

/* What every row, and every payment's and sale's first row, must say. */
static gboolean
check_facts (const TillRow *row,
             GError       **error)
{
  gboolean is_ask = row->event == TILL_EVENT_ASK || row->of;
  const struct {
    gboolean    holds;
    const char *why;
  } rules[] = {
    { row->sale && row->sale[0], N_("it names no sale") },
    { row->payment && row->payment[0], N_("it names no payment") },
    { row->at_us > 0, N_("it has no time") },
    { row->day >= 10000101 && row->day <= 99991231, N_("it has no business day") },
    { row->hour >= 0 && row->hour <= 23, N_("it has no hour") },
    { !is_ask || row->amount_fen > 0, N_("it asks for no amount") },
    { !is_ask || row->currency, N_("it asks for no currency") },
    { row->before_seq >= 0, N_("it follows no row") },
    { row->before_seq > 0 || g_strcmp0 (row->sale, row->payment) == 0,
      N_("a sale's first payment bears the sale's number") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (!rules[i].holds)
      return refuse (error, TILL_JOURNAL_ERROR_BAD_ROW, row, rules[i].why);

  return TRUE;
}

static gboolean
check_number (TillDb        *db,
              const TillRow *row,
              GError       **error)
{
  sqlite3_stmt *statement;
  TillDbStep step;

  if (row->event != TILL_EVENT_ASK)
    return TRUE;

  statement = till_db_prepare (db, asked_sql, error);
  if (!statement)
    return FALSE;

  till_db_bind_text (statement, 1, row->payment);
  step = till_db_step (db, statement, error);
  sqlite3_reset (statement);
  if (step == TILL_DB_ROW)
    return refuse (error, TILL_JOURNAL_ERROR_DUPLICATE, row, N_("this number was used before"));

  return step == TILL_DB_DONE;
}

/* The sale as it is, if the caller knows it as it is. */
static TillFold *
load_expected (TillDb        *db,
               const TillRow *row,
               GError       **error)
{
  gint64 last_seq;

  if (!till_lookup_sale (db, row->sale, &last_seq, error))
    return NULL;
  if (last_seq != row->before_seq) {
    refuse (error, TILL_JOURNAL_ERROR_CONFLICT, row,
            N_("the sale has changed meanwhile; load it again"));
    return NULL;
  }

  return till_lookup_fold (db, last_seq, error);
}

static gboolean
insert (TillDb        *db,
        const TillRow *row,
        GError       **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, insert_sql, error);
  gboolean is_done;

  if (!statement)
    return FALSE;

  is_done = till_row_bind (row, statement, error) && till_db_run (db, statement, error);
  sqlite3_clear_bindings (statement);

  return is_done;
}

static gboolean
write_caches (TillDb         *db,
              const TillHead *head,
              const TillRow  *row,
              const TillFold *fold,
              const TillMove *move,
              GError        **error)
{
  gboolean moves = move->takings.n != 0 || move->takings.refunded_fen != 0;

  return till_cache_write_sale (db, fold, error) &&
         (!moves || till_cache_write_takings (db, move, error)) &&
         (head->day == row->day || till_cache_write_day (db, row->seq, row->day, error));
}

/**
 * till_append_row:
 * @db: inside a transaction that holds the writer's lock
 * @head: (inout): the end of the chain
 * @row: (inout): becomes the next row: its number and hash are set
 * @error: set to a #TillJournalError
 *
 * Returns: %FALSE where nothing was written and the transaction may go on
 *   (till_append_is_refusal()), or where it must be rolled back
 */
gboolean
till_append_row (TillDb     *db,
                 TillHasher *hasher,
                 TillHead   *head,
                 TillRow    *row,
                 GError    **error)
{
  g_autoptr (TillFold) fold = NULL;
  g_autoptr (GError) fault = NULL;
  TillMove move;

  if (!check_facts (row, error) || !check_number (db, row, error))
    return FALSE;

  fold = load_expected (db, row, error);
  if (!fold)
    return FALSE;

  row->seq = head->seq + 1;
  if (!till_fold_apply (fold, row, &move, &fault))
    return refuse (error, TILL_JOURNAL_ERROR_BAD_ROW, row, fault->message);

  till_hasher_hash_row (hasher, head->hash, row, row->hash);
  if (!insert (db, row, error) || !write_caches (db, head, row, fold, &move, error))
    return FALSE;

  head->seq = row->seq;
  head->day = row->day;
  memcpy (head->hash, row->hash, TILL_ROW_HASH_BYTES);
  return TRUE;
}

/**
 * till_append_is_refusal:
 *
 * Returns: whether @error is about the row alone, and not about the file
 */
gboolean
till_append_is_refusal (const GError *error)
{
  return g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_CONFLICT) ||
         g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_DUPLICATE) ||
         g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_BAD_ROW);
}

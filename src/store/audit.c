/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/audit.h"

#include "store/cache.h"
#include "store/lookup.h"
#include "store/row-codec.h"
#include "store/tally.h"

#include <glib/gi18n.h>
#include <string.h>

/* Folds every sale anew, in the rows' order, and compares the caches with that.
 *
 * Only so many folds are kept; a sale whose rows lie far apart is read back from its rows when it
 * goes on. That no two rows follow the same one is kept as a bit for each row. */

#define MAX_FOLDS  2048
#define KEEP_FOLDS 1024  /* of the newest sales, which are likely to go on */

typedef struct {
  TillDb         *db;
  TillAudit      *audit;
  gint64          from_seq;
  gint64          head_seq;
  gint64          n_new_sales;
  GPtrArray      *folds;         /* (element-type TillFold), by id unless they were read back */
  GHashTable     *by_number;     /* a sale's number → its fold */
  GHashTable     *awaited;       /* ids of sales whose line says that more rows come */
  TillSaleCursor  sales;
  TillTally      *tally;
  guint8         *followed;      /* a bit for each row that another one follows */
  GArray         *day_runs;      /* (element-type DayRun): as they should be */
  int             last_day;
  guint           wanted;        /* the columns that are read */
} Pass;

typedef struct {
  gint64 first_seq;
  gint64 day;
} DayRun;

/* TILL_ROW_COLUMNS without those that neither the machine nor a cache asks for. */
static const char rows_sql[] =
  "SELECT seq, at_us, day, hour, sale, payment, before_seq, event, state, reason, kind, "
  "amount_fen, NULL, acquirer, of, clerk, NULL, brand, acquirer_ref, NULL, fee_fen, "
  "NULL, NULL, NULL, NULL, NULL, NULL FROM row WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq";

static const char n_sales_sql[] = "SELECT count(*) FROM sale WHERE id >= ?1";

static const char day_run_sql[] =
  "SELECT first_seq, day FROM day_run WHERE first_seq >= ?1 ORDER BY first_seq";

static const char day_before_sql[] = "SELECT day FROM row WHERE seq = ?1";

void
till_audit_clear (TillAudit *audit)
{
  g_clear_pointer (&audit->what, g_free);
}

/**
 * till_audit_tell_row:
 * @what: a phrase about that row, translated: "it is missing"
 *
 * Returns: (transfer full): both, for people
 */
char *
till_audit_tell_row (gint64      seq,
                     const char *what)
{
  /* Translators: a row's number, and what is wrong with it: "row 7: it is missing" */
  return g_strdup_printf (_("row %lld: %s"), (long long) seq, what);
}

static void
note_text (Pass       *pass,
           gint64      seq,
           const char *text)
{
  if (pass->audit->first_bad_seq)
    return;

  pass->audit->first_bad_seq = seq;
  pass->audit->what = g_strdup (text);
}

static void
note_bad (Pass       *pass,
          gint64      seq,
          const char *what)
{
  g_autofree char *text = till_audit_tell_row (seq, what);

  note_text (pass, seq, text);
}

/* Whether another row follows row @seq already; from now on one does. */
static gboolean
is_followed (Pass  *pass,
             gint64 seq)
{
  guint8 *byte = &pass->followed[seq / 8];
  guint8 bit = (guint8) (1u << (seq % 8));
  gboolean was_set = (*byte & bit) != 0;

  *byte |= bit;
  return was_set;
}

/* The sale as it stood before @row, or NULL with what is wrong noted. */
static TillFold *
find_fold (Pass          *pass,
           const TillRow *row)
{
  TillFold *fold = g_hash_table_lookup (pass->by_number, row->sale);
  g_autoptr (GError) fault = NULL;

  if (row->before_seq == 0) {
    if (fold || strcmp (row->sale, row->payment) != 0) {
      note_bad (pass, row->seq, _("it begins a sale that was begun before"));
      return NULL;
    }
    pass->n_new_sales++;
    fold = till_fold_new ();
  } else if (row->before_seq < 0 || row->before_seq >= row->seq ||
             is_followed (pass, row->before_seq)) {
    note_bad (pass, row->seq, _("it follows a row that it cannot follow"));
    return NULL;
  } else if (fold) {
    return fold;
  } else {
    fold = till_lookup_fold (pass->db, row->before_seq, &fault);
  }

  if (!fold) {
    note_bad (pass, row->seq, fault->message);
    return NULL;
  }

  /* A new sale has no number before its first row. */
  if (fold->sale->order)
    g_hash_table_insert (pass->by_number, fold->sale->order, fold);
  g_ptr_array_add (pass->folds, fold);
  return fold;
}

/* A line that says less, or more than rows still to come will say, is wrong. */
static gboolean
compare_sale (Pass           *pass,
              const TillFold *fold,
              GError        **error)
{
  gboolean agrees;
  gint64 last_seq;

  if (!till_sale_cursor_compare (&pass->sales, fold, &agrees, &last_seq, error))
    return FALSE;

  if (agrees)
    g_hash_table_remove (pass->awaited, &fold->id);
  else if (last_seq > fold->sale->last_seq && last_seq <= pass->head_seq)
    g_hash_table_add (pass->awaited, g_memdup2 (&fold->id, sizeof fold->id));
  else
    pass->audit->caches_agree = FALSE;

  return TRUE;
}

/* Compares and forgets all but the newest. */
static gboolean
compare_folds (Pass    *pass,
               guint    n_kept,
               GError **error)
{
  guint n = pass->folds->len > n_kept ? pass->folds->len - n_kept : 0;

  for (guint i = 0; i < n; i++) {
    const TillFold *fold = pass->folds->pdata[i];

    if (!compare_sale (pass, fold, error))
      return FALSE;
    g_hash_table_remove (pass->by_number, fold->sale->order);
  }
  if (n > 0)
    g_ptr_array_remove_range (pass->folds, 0, n);

  return TRUE;
}

/* FALSE where the row is bad; the pass is over then. */
static gboolean
take_row (Pass         *pass,
          sqlite3_stmt *statement)
{
  g_autoptr (GError) fault = NULL;
  TillFold *fold;
  TillMove move;
  TillRow row;

  if (!till_row_peek_some (statement, pass->wanted, &row, &fault)) {
    note_text (pass, row.seq, fault->message);
    return FALSE;
  }
  if (!row.sale || !row.payment) {
    note_bad (pass, row.seq, _("it names no sale or no payment"));
    return FALSE;
  }

  fold = find_fold (pass, &row);
  if (!fold)
    return FALSE;
  if (!till_fold_apply (fold, &row, &move, &fault)) {
    note_text (pass, row.seq, fault->message);
    return FALSE;
  }

  if (fold->sale->last_seq == fold->id)
    g_hash_table_insert (pass->by_number, fold->sale->order, fold);
  if (move.takings.n != 0 || move.takings.refunded_fen != 0)
    till_tally_add (pass->tally, &move);
  if (row.event == TILL_EVENT_ASK)
    till_numbers_add (&pass->audit->asked, row.payment, row.seq);
  if (row.day != pass->last_day) {
    DayRun run = { row.seq, row.day };

    g_array_append_val (pass->day_runs, run);
    pass->last_day = row.day;
  }

  return TRUE;
}

static gboolean
take_rows (Pass    *pass,
           GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (pass->db, rows_sql, error);
  TillDbStep step;

  if (!statement)
    return FALSE;

  /* What is no column of the table is not there to be read. */
  for (int i = 0; i < TILL_ROW_N_COLUMNS; i++)
    pass->wanted |= sqlite3_column_decltype (statement, i) ? 1u << i : 0;
  till_db_bind_int (statement, 1, pass->from_seq);
  till_db_bind_int (statement, 2, pass->head_seq);
  while ((step = till_db_step (pass->db, statement, error)) == TILL_DB_ROW) {
    if (!take_row (pass, statement))
      break;
    if (pass->folds->len >= MAX_FOLDS && !compare_folds (pass, KEEP_FOLDS, error)) {
      step = TILL_DB_FAILED;
      break;
    }
  }

  sqlite3_reset (statement);
  return step != TILL_DB_FAILED;
}

static gboolean
compare_number_of_sales (Pass    *pass,
                         GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (pass->db, n_sales_sql, error);

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, pass->from_seq > 1 ? pass->from_seq : G_MININT64);
  if (till_db_step (pass->db, statement, error) != TILL_DB_ROW)
    return FALSE;

  pass->audit->caches_agree &= sqlite3_column_int64 (statement, 0) == pass->n_new_sales &&
                               g_hash_table_size (pass->awaited) == 0;
  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
compare_takings (Pass    *pass,
                 GError **error)
{
  gboolean agrees;

  if (!till_tally_compare (pass->tally, pass->db, &agrees, error))
    return FALSE;

  pass->audit->caches_agree &= agrees;
  return TRUE;
}

static gboolean
compare_day_runs (Pass    *pass,
                  GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (pass->db, day_run_sql, error);
  TillDbStep step;
  guint n = 0;

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, pass->from_seq > 1 ? pass->from_seq : G_MININT64);
  while ((step = till_db_step (pass->db, statement, error)) == TILL_DB_ROW) {
    DayRun found = { sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1) };

    if (n >= pass->day_runs->len ||
        memcmp (&found, &g_array_index (pass->day_runs, DayRun, n), sizeof found) != 0)
      pass->audit->caches_agree = FALSE;
    n++;
  }

  pass->audit->caches_agree &= n == pass->day_runs->len;
  return step == TILL_DB_DONE;
}

static gboolean
read_day_before (Pass    *pass,
                 GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (pass->db, day_before_sql, error);
  TillDbStep step;

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, pass->from_seq - 1);
  step = till_db_step (pass->db, statement, error);
  if (step == TILL_DB_ROW)
    pass->last_day = sqlite3_column_int (statement, 0);

  sqlite3_reset (statement);
  return step != TILL_DB_FAILED;
}

static gboolean
run (Pass    *pass,
     GError **error)
{
  if (!read_day_before (pass, error) || !take_rows (pass, error))
    return FALSE;
  /* After a row that does not follow, all that the caches say is open. */
  if (pass->audit->first_bad_seq) {
    pass->audit->caches_agree = FALSE;
    return TRUE;
  }

  if (!compare_folds (pass, 0, error) || !compare_number_of_sales (pass, error) ||
      !compare_day_runs (pass, error))
    return FALSE;

  return pass->from_seq > 1 || compare_takings (pass, error);
}

/**
 * till_audit_run:
 * @db: in a read transaction
 * @from_seq: the first row to look at, 1 for all. Takings are looked at with all rows only
 * @head_seq: the last row there is
 * @audit: (inout): its numbers with their secret; what was found is added; till_audit_clear()
 * @error: set to a #TillJournalError where the file cannot be read
 */
gboolean
till_audit_run (TillDb    *db,
                gint64     from_seq,
                gint64     head_seq,
                TillAudit *audit,
                GError   **error)
{
  Pass pass = {
    .db = db,
    .sales = { .db = db },
    .audit = audit,
    .from_seq = from_seq,
    .head_seq = head_seq,
    .folds = g_ptr_array_new_with_free_func ((GDestroyNotify) till_fold_free),
    .by_number = g_hash_table_new (g_str_hash, g_str_equal),
    .awaited = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
    .tally = till_tally_new (),
    .followed = g_malloc0 ((gsize) head_seq / 8 + 1),
    .day_runs = g_array_new (FALSE, FALSE, sizeof (DayRun)),
  };
  gboolean is_done;

  audit->caches_agree = TRUE;
  is_done = run (&pass, error);
  if (!is_done)
    till_audit_clear (audit);

  g_hash_table_unref (pass.by_number);
  g_ptr_array_unref (pass.folds);
  g_hash_table_unref (pass.awaited);
  till_tally_free (pass.tally);
  g_array_unref (pass.day_runs);
  g_free (pass.followed);

  return is_done;
}

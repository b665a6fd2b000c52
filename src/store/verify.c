/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/verify.h"

#include "store/audit.h"
#include "store/journal-private.h"
#include "store/hasher.h"

#include <glib/gi18n.h>
#include <string.h>

/* Two passes side by side, each with its own connection: this one reads the chain of hashes, the
 * other one (audit) folds the sales and compares the caches. */

#define PROGRESS_ROWS 16384

/* What keeps rows as they are. */
#define N_GUARDS 4
static const char guards_sql[] =
  "SELECT count(*) FROM sqlite_schema WHERE "
  "(type, name) IN (VALUES ('table', 'row'), ('index', 'row_ask'), "
  "('trigger', 'row_no_update'), ('trigger', 'row_no_delete'))";

static const char head_sql[] = "SELECT max(seq) FROM row";

static const char chain_sql[] =
  "SELECT " TILL_ROW_COLUMNS " FROM row WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq";

static const char hash_sql[] = "SELECT hash FROM row WHERE seq = ?1";

typedef struct {
  TillDb           *db;
  TillHasher       *hasher;
  gint64            from_seq;
  gint64            head_seq;
  guint8            hash[TILL_ROW_HASH_BYTES];  /* of the row before */
  TillProgressFunc  progress;
  gpointer          user_data;
  TillVerdict      *verdict;
  TillNumbers       indexed;                    /* what the index on payments' numbers has */
} Chain;

/* The earliest fault is the one to tell. */
static void
note_text (TillVerdict *verdict,
           gint64       seq,
           const char  *text)
{
  if (verdict->first_bad_seq && verdict->first_bad_seq <= seq)
    return;

  verdict->first_bad_seq = seq;
  g_free (verdict->what);
  verdict->what = g_strdup (text);
}

static void
note_bad (TillVerdict *verdict,
          gint64       seq,
          const char  *what)
{
  g_autofree char *text = till_audit_tell_row (seq, what);

  note_text (verdict, seq, text);
}

/* FALSE where the file fails; where there is no such row, @is_there says so. */
static gboolean
read_hash (TillDb   *db,
           gint64    seq,
           guint8   *hash,
           gboolean *is_there,
           GError  **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, hash_sql, error);
  TillDbStep step;

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, seq);
  step = till_db_step (db, statement, error);
  if (step == TILL_DB_FAILED)
    return FALSE;

  *is_there = step == TILL_DB_ROW && sqlite3_column_bytes (statement, 0) == TILL_ROW_HASH_BYTES;
  if (*is_there)
    memcpy (hash, sqlite3_column_blob (statement, 0), TILL_ROW_HASH_BYTES);
  sqlite3_reset (statement);
  return TRUE;
}

/* Says what is wrong with the row, or NULL. */
static const char *
check_link (Chain        *chain,
            sqlite3_stmt *statement,
            gint64        expected_seq)
{
  const int hash_column = TILL_ROW_N_COLUMNS - 1;

  if (sqlite3_column_int64 (statement, 0) != expected_seq)
    return _("it is missing");

  till_hasher_hash_stored (chain->hasher, chain->hash, statement, chain->hash);
  if (sqlite3_column_bytes (statement, hash_column) != TILL_ROW_HASH_BYTES ||
      memcmp (sqlite3_column_blob (statement, hash_column), chain->hash, TILL_ROW_HASH_BYTES) != 0)
    return _("it is not what was written, or the row before it is not");

  return NULL;
}

static gboolean
check_chain (Chain   *chain,
             GError **error)
{
  sqlite3_stmt *statement = till_db_prepare (chain->db, chain_sql, error);
  gint64 expected_seq = chain->from_seq;
  TillDbStep step;

  if (!statement)
    return FALSE;

  till_db_bind_int (statement, 1, chain->from_seq > 1 ? chain->from_seq : G_MININT64);
  till_db_bind_int (statement, 2, chain->head_seq);
  while ((step = till_db_step (chain->db, statement, error)) == TILL_DB_ROW) {
    const char *what = check_link (chain, statement, expected_seq);

    if (what) {
      note_bad (chain->verdict, expected_seq, what);
      break;
    }
    chain->verdict->n_rows++;
    if (chain->progress && chain->verdict->n_rows % PROGRESS_ROWS == 0)
      chain->progress (expected_seq, chain->head_seq, chain->user_data);
    expected_seq++;
  }

  sqlite3_reset (statement);
  return step != TILL_DB_FAILED;
}

static gboolean
check_anchors (Chain      *chain,
               GHashTable *anchors,
               GError    **error)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, anchors);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    gint64 seq = *(const gint64 *) key;
    char hex[TILL_ROW_HEX_CHARS + 1];
    guint8 hash[TILL_ROW_HASH_BYTES];
    gboolean is_there;

    if (!read_hash (chain->db, seq, hash, &is_there, error))
      return FALSE;
    if (!is_there) {
      note_bad (chain->verdict, MIN (seq, chain->head_seq + 1),
                _("it is missing, though an anchor says that it was written"));
      continue;
    }
    till_hasher_to_hex (hash, hex);
    if (g_ascii_strcasecmp (hex, value) != 0)
      note_bad (chain->verdict, seq, _("it is not the one that the anchor names"));
  }

  return TRUE;
}

static gboolean
check_guards (Chain   *chain,
              GError **error)
{
  gint64 n_guards;

  if (!till_db_get_int (chain->db, guards_sql, &n_guards, error))
    return FALSE;
  if (n_guards != N_GUARDS)
    note_bad (chain->verdict, chain->from_seq,
              _("the rules that keep rows from being changed or doubled were removed from the "
                "file"));

  return TRUE;
}

static gboolean
begin_chain (Chain   *chain,
             GError **error)
{
  gboolean is_there = TRUE;

  if (chain->from_seq > 1 &&
      !read_hash (chain->db, chain->from_seq - 1, chain->hash, &is_there, error))
    return FALSE;
  if (!is_there)
    note_bad (chain->verdict, MIN (chain->from_seq - 1, chain->head_seq + 1), _("it is missing"));

  return TRUE;
}

/* That no number is there twice can be seen of all of them only. */
static gboolean
check_numbers (Chain   *chain,
               GError **error)
{
  gint64 twice_seq;

  if (chain->from_seq > 1)
    return TRUE;
  if (!till_numbers_read_index (&chain->indexed, chain->db, &twice_seq, error))
    return FALSE;
  if (twice_seq)
    note_bad (chain->verdict, twice_seq, _("its payment's number was used before"));

  return TRUE;
}

/* The other pass, in its thread. */
typedef struct {
  TillDb    *db;
  gint64     from_seq;
  gint64     head_seq;
  TillAudit  audit;
  gboolean   is_done;
  GError    *error;
} Side;

static gpointer
audit_thread (gpointer data)
{
  Side *side = data;

  side->is_done = till_audit_run (side->db, side->from_seq, side->head_seq, &side->audit,
                                  &side->error);
  return NULL;
}

static gboolean
run_chain (Chain      *chain,
           GHashTable *anchors,
           GError    **error)
{
  gboolean is_done;

  if (!begin_chain (chain, error))
    return FALSE;
  is_done = check_chain (chain, error) && check_numbers (chain, error) &&
            (!anchors || check_anchors (chain, anchors, error));
  chain->verdict->head_seq = chain->head_seq;
  till_hasher_to_hex (chain->hash, chain->verdict->head);

  return is_done;
}

static void
take_audit (Chain *chain,
            Side  *side)
{
  TillAudit *audit = &side->audit;

  if (audit->first_bad_seq)
    note_text (chain->verdict, audit->first_bad_seq, audit->what);
  else if (chain->from_seq == 1 &&
           (audit->asked.n != chain->indexed.n || audit->asked.sum != chain->indexed.sum))
    note_bad (chain->verdict, chain->from_seq,
              _("the index of the payments' numbers is not whole"));

  chain->verdict->caches_agree = audit->caches_agree;
  till_audit_clear (audit);
}

/* Both passes; FALSE where one of them could not read. */
static gboolean
run_both (Chain      *chain,
          Side       *side,
          GHashTable *anchors,
          GError    **error)
{
  GThread *thread;
  gboolean is_done;

  if (!check_guards (chain, error))
    return FALSE;
  if (chain->verdict->first_bad_seq)
    return run_chain (chain, anchors, error);

  thread = g_thread_new ("till-audit", audit_thread, side);
  is_done = run_chain (chain, anchors, error);
  g_thread_join (thread);
  if (!side->is_done) {
    if (is_done)
      g_propagate_error (error, g_steal_pointer (&side->error));
    g_clear_error (&side->error);
    return FALSE;
  }

  take_audit (chain, side);
  return is_done;
}

/**
 * till_verify_file:
 *
 * As till_journal_verify(), for a journal that nobody needs to have opened.
 */
gboolean
till_verify_file (const char       *path,
                  gint64            from_seq,
                  GHashTable       *anchors,
                  TillProgressFunc  progress,
                  gpointer          user_data,
                  TillVerdict      *verdict,
                  GError          **error)
{
  /* The chain's moment is the later one: it has all the rows that the audit's has. */
  g_autoptr (TillDb) audit_db = till_db_open (path, FALSE, error);
  g_autoptr (TillDb) chain_db = audit_db ? till_db_open (path, FALSE, error) : NULL;
  g_autoptr (TillHasher) hasher = till_hasher_new ();
  g_auto (TillVerdict) found = { 0 };
  guint64 secret = (guint64) g_random_int () << 32 | g_random_int ();
  Chain chain = { .db = chain_db, .hasher = hasher, .from_seq = MAX (from_seq, 1),
                  .progress = progress, .user_data = user_data, .verdict = &found,
                  .indexed = { .secret = secret } };
  Side side = { .db = audit_db, .from_seq = chain.from_seq,
                .audit = { .asked = { .secret = secret } } };

  if (!chain_db || !till_db_begin_read (audit_db, error) ||
      !till_db_get_int (audit_db, head_sql, &chain.head_seq, error) ||
      !till_db_begin_read (chain_db, error))
    return FALSE;

  side.head_seq = chain.head_seq;
  if (!run_both (&chain, &side, anchors, error))
    return FALSE;
  if (progress)
    progress (chain.head_seq, chain.head_seq, user_data);

  *verdict = found;
  found.what = NULL;
  return TRUE;
}

/**
 * till_journal_verify:
 * @from_seq: the first row to look at, 1 for all. For a tail the hash of the row before it is
 *   believed, and takings and the uniqueness of numbers are not looked at
 * @anchors: (nullable) (element-type gint64 utf8): rows' numbers → the hashes, in hex, that they
 *   had at the time (g_int64_hash()); they tell a cut tail and a chain that was made anew
 * @progress: (nullable): called now and then, in this thread
 * @verdict: (out caller-allocates): what was found; till_verdict_clear()
 * @error: set to a #TillJournalError where the file cannot be read
 *
 * Looks whether the journal is whole: no row changed, lost, doubled or put in, no step that the
 * machine does not allow, and caches that say what the rows come to. May run in any thread.
 *
 * Returns: %FALSE only where it could not look; differences are in @verdict
 */
gboolean
till_journal_verify (TillJournal      *self,
                     gint64            from_seq,
                     GHashTable       *anchors,
                     TillProgressFunc  progress,
                     gpointer          user_data,
                     TillVerdict      *verdict,
                     GError          **error)
{
  g_return_val_if_fail (self && verdict, FALSE);

  return till_verify_file (self->path, from_seq, anchors, progress, user_data, verdict, error);
}

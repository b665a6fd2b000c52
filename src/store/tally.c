/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/tally.h"

#include "store/cache.h"

#include <string.h>

/* A line of the rollup. */
typedef struct {
  int          day;
  TillDim      dim;
  const char  *key;
  TillTakings  takings;
} Line;

struct _TillTally
{
  GHashTable *lines;  /* a set of Line, by day, dimension and key */
};

static const char rollup_sql[] =
  "SELECT day, dim, key, n, gross_fen, refunded_fen, fee_fen FROM rollup";

static guint
hash_line (gconstpointer data)
{
  const Line *line = data;

  return g_str_hash (line->key) ^ (guint) line->day * 31 ^ (guint) line->dim << 28;
}

static gboolean
is_same_key (gconstpointer a,
             gconstpointer b)
{
  const Line *left = a, *right = b;

  return left->day == right->day && left->dim == right->dim &&
         strcmp (left->key, right->key) == 0;
}

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free ((char *) line->key);
  g_free (line);
}

TillTally *
till_tally_new (void)
{
  TillTally *self = g_new0 (TillTally, 1);

  self->lines = g_hash_table_new_full (hash_line, is_same_key, line_free, NULL);

  return self;
}

void
till_tally_free (TillTally *self)
{
  if (!self)
    return;

  g_hash_table_unref (self->lines);
  g_free (self);
}

/**
 * till_tally_add:
 *
 * Adds the move to its day, once in each dimension.
 */
void
till_tally_add (TillTally      *self,
                const TillMove *move)
{
  for (guint dim = 0; dim < TILL_N_DIMS; dim++) {
    char hour[TILL_DIM_HOUR_CHARS + 1];
    Line wanted = { move->day, (TillDim) dim, till_dim_key ((TillDim) dim, move, hour), { 0 } };
    Line *line = g_hash_table_lookup (self->lines, &wanted);

    if (!line) {
      line = g_memdup2 (&wanted, sizeof wanted);
      line->key = g_strdup (wanted.key);
      g_hash_table_add (self->lines, line);
    }
    line->takings.n += move->takings.n;
    line->takings.gross_fen += move->takings.gross_fen;
    line->takings.refunded_fen += move->takings.refunded_fen;
    line->takings.fee_fen += move->takings.fee_fen;
  }
}

static gboolean
is_same_line (sqlite3_stmt *statement,
              const Line   *line)
{
  return line && line->takings.n == sqlite3_column_int64 (statement, 3) &&
         line->takings.gross_fen == sqlite3_column_int64 (statement, 4) &&
         line->takings.refunded_fen == sqlite3_column_int64 (statement, 5) &&
         line->takings.fee_fen == sqlite3_column_int64 (statement, 6);
}

/**
 * till_tally_compare:
 * @agrees: (out): whether the rollup says the same
 *
 * Compares with the file; the tally is empty afterwards.
 */
gboolean
till_tally_compare (TillTally *self,
                    TillDb    *db,
                    gboolean  *agrees,
                    GError   **error)
{
  sqlite3_stmt *statement = till_db_prepare (db, rollup_sql, error);
  gboolean is_same = TRUE;
  TillDbStep step;

  if (!statement)
    return FALSE;

  while ((step = till_db_step (db, statement, error)) == TILL_DB_ROW) {
    Line found = { .day = sqlite3_column_int (statement, 0),
                   .key = (const char *) sqlite3_column_text (statement, 2) };
    gboolean is_dim =
        till_dim_from_word ((const char *) sqlite3_column_text (statement, 1), &found.dim);
    const Line *line = is_dim ? g_hash_table_lookup (self->lines, &found) : NULL;

    if (!is_same_line (statement, line))
      is_same = FALSE;
    if (line)
      g_hash_table_remove (self->lines, &found);
  }

  if (step == TILL_DB_FAILED)
    return FALSE;

  *agrees = is_same && g_hash_table_size (self->lines) == 0;
  g_hash_table_remove_all (self->lines);
  return TRUE;
}

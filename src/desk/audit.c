/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "desk/books.h"

#include <glib/gi18n.h>
#include "desk/desk-private.h"

/* What an owner, or a stranger with the owner's files, does with the whole journal. */

/* A line of an anchor file: a row's number and its hash, as verify prints them and receipts may. */
static gboolean
read_anchor (const char *line,
             GHashTable *anchors)
{
  g_auto (GStrv) parts = g_strsplit_set (line, " \t,", 2);
  gint64 seq;

  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_signed (parts[0], 10, 1, G_MAXINT64, &seq, NULL))
    return FALSE;

  g_strstrip (parts[1]);
  if (strlen (parts[1]) != 2 * TILL_ROW_HASH_BYTES)
    return FALSE;

  g_hash_table_insert (anchors, g_memdup2 (&seq, sizeof seq), g_ascii_strdown (parts[1], -1));
  return TRUE;
}

static GHashTable *
read_anchors (const char *path,
              GError    **error)
{
  g_autoptr (GHashTable) anchors =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    if (lines[i][0] == '\0' || lines[i][0] == '#')
      continue;
    if (!read_anchor (lines[i], anchors)) {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   _("%s:%u: not a row's number and its hash of 64 hex digits"), path, i + 1);
      return NULL;
    }
  }

  return g_steal_pointer (&anchors);
}

/**
 * till_books_verify:
 * @from_seq: 1 for all; a later row trusts the one before it
 * @anchor_path: (nullable): a file of "SEQ HASH" lines from outside this machine
 * @progress: (nullable): called now and then
 * @verdict: (out caller-allocates): what was found
 * @error: of the journal or of the anchor file
 *
 * Verifies the chain, the machine's steps and the caches.
 *
 * Returns: %FALSE where it could not be done; what it found is in @verdict
 */
gboolean
till_books_verify (TillDesk        *desk,
                   gint64           from_seq,
                   const char      *anchor_path,
                   TillProgressFunc progress,
                   gpointer         user_data,
                   TillVerdict     *verdict,
                   GError         **error)
{
  g_autoptr (GHashTable) anchors = anchor_path ? read_anchors (anchor_path, error) : NULL;

  if (anchor_path && !anchors)
    return FALSE;

  return till_journal_verify (till_desk_get_shop (desk)->journal, from_seq, anchors, progress,
                              user_data, verdict, error);
}

typedef struct {
  GOutputStream *out;
  gboolean       as_csv;
  GError        *error;
} Export;

static gboolean
write_line (Export     *export,
            const char *line)
{
  return g_output_stream_write_all (export->out, line, strlen (line), NULL, NULL, &export->error) &&
         g_output_stream_write_all (export->out, "\n", 1, NULL, NULL, &export->error);
}

static gboolean
export_row (const TillRow *row,
            gpointer       user_data)
{
  Export *export = user_data;
  g_autofree char *line = export->as_csv ? till_row_to_csv (row) : till_row_to_json (row);

  return write_line (export, line);
}

/**
 * till_books_export:
 * @as_csv: a table with a header line, instead of a JSON object a line
 * @first_day: 0 for from the beginning
 * @last_day: 0 for to the end
 * @out: where to
 * @error: of the journal or of @out
 *
 * Writes the rows as they are, with their hashes: a stranger can verify the chain with the
 * script in the README.
 *
 * Returns: %FALSE with @error
 */
gboolean
till_books_export (TillDesk      *desk,
                   gboolean       as_csv,
                   int            first_day,
                   int            last_day,
                   GOutputStream *out,
                   GError       **error)
{
  g_autoptr (GOutputStream) buffered = g_buffered_output_stream_new (out);
  g_autofree char *header = till_row_csv_header ();
  Export export = { buffered, as_csv, NULL };

  g_filter_output_stream_set_close_base_stream (G_FILTER_OUTPUT_STREAM (buffered), FALSE);
  if (as_csv)
    write_line (&export, header);
  if (!export.error && !till_journal_each_row (till_desk_get_shop (desk)->journal, first_day,
                                               last_day, export_row, &export, error))
    return FALSE;
  if (export.error) {
    g_propagate_error (error, export.error);
    return FALSE;
  }

  return g_output_stream_flush (buffered, NULL, error);
}

/**
 * till_books_backup:
 * @path: a file that does not exist
 * @error: of the journal
 *
 * Makes a consistent copy while the till runs, and verifies it.
 *
 * Returns: %FALSE with @error
 */
gboolean
till_books_backup (TillDesk   *desk,
                   const char *path,
                   GError    **error)
{
  return till_journal_backup (till_desk_get_shop (desk)->journal, path, error);
}

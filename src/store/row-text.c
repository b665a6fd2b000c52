/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/journal.h"

#include "store/hasher.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Rows as an export has them. */

/**
 * till_row_to_json:
 *
 * Returns: (transfer full): the row as one line of an export: what stands under its hash, in that
 *   order, and the hash
 */
char *
till_row_to_json (const TillRow *row)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  char hex[TILL_ROW_HEX_CHARS + 1];

  json_builder_begin_object (builder);
  for (int i = 0; i < TILL_ROW_N_FIELDS; i++) {
    TillRowValue value;

    if (!till_row_get_value (row, i, &value))
      continue;
    json_builder_set_member_name (builder, till_row_field_name (i, NULL));
    if (value.text)
      json_builder_add_string_value (builder, value.text);
    else
      json_builder_add_int_value (builder, value.number);
  }
  till_hasher_to_hex (row->hash, hex);
  json_builder_set_member_name (builder, "hash");
  json_builder_add_string_value (builder, hex);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);

  return json_generator_to_data (generator, NULL);
}

/**
 * till_row_csv_header:
 *
 * Returns: (transfer full): the names of all columns, as the first line of a table
 */
char *
till_row_csv_header (void)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (int i = 0; i < TILL_ROW_N_FIELDS; i++)
    g_string_append_printf (line, "%s,", till_row_field_name (i, NULL));
  g_string_append (line, "hash");

  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* RFC 4180: quoted where it must be, quotes doubled. A spreadsheet must not run what a clerk typed,
 * so a text that would begin a formula is quoted with an apostrophe before it. */
static void
append_csv_text (GString    *line,
                 const char *text)
{
  gboolean is_formula = text[0] != '\0' && strchr ("=+-@", text[0]) != NULL;

  if (!is_formula && strpbrk (text, ",\"\r\n") == NULL) {
    g_string_append (line, text);
    return;
  }

  g_string_append (line, is_formula ? "\"'" : "\"");
  for (const char *p = text; *p; p++) {
    if (*p == '"')
      g_string_append_c (line, '"');
    g_string_append_c (line, *p);
  }
  g_string_append_c (line, '"');
}

/**
 * till_row_to_csv:
 *
 * Returns: (transfer full): the row as one line of a table under till_row_csv_header()
 */
char *
till_row_to_csv (const TillRow *row)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char hex[TILL_ROW_HEX_CHARS + 1];

  for (int i = 0; i < TILL_ROW_N_FIELDS; i++) {
    TillRowValue value;

    if (till_row_get_value (row, i, &value) && value.text)
      append_csv_text (line, value.text);
    else if (till_row_get_value (row, i, &value))
      g_string_append_printf (line, "%" G_GINT64_FORMAT, value.number);
    g_string_append_c (line, ',');
  }
  till_hasher_to_hex (row->hash, hex);
  g_string_append (line, hex);

  return g_string_free (g_steal_pointer (&line), FALSE);
}

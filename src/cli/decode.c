/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "cli/command.h"
#include "cli/print.h"
#include "code/scan.h"

static const struct {
  int         code;
  const char *text;
} fault_texts[] = {
  { TILL_PICTURE_ERROR_FILE,   N_("This file cannot be read.") },
  { TILL_PICTURE_ERROR_FORMAT, N_("This is no picture, or a damaged one.") },
  { TILL_PICTURE_ERROR_SIZE,   N_("This picture is too large.") },
};

static char *
fault_text (const GError *fault)
{
  for (guint i = 0; i < G_N_ELEMENTS (fault_texts); i++) {
    if (g_error_matches (fault, TILL_PICTURE_ERROR, fault_texts[i].code))
      return g_strdup_printf ("%s (%s)", _(fault_texts[i].text), fault->message);
  }
  g_assert_not_reached ();
}

static void
add_codes (JsonBuilder     *builder,
           const GPtrArray *codes)
{
  json_builder_set_member_name (builder, "codes");
  json_builder_begin_array (builder);
  for (guint i = 0; codes && i < codes->len; i++) {
    const TillBarcode *code = g_ptr_array_index (codes, i);

    json_builder_begin_object (builder);
    till_print_add_text (builder, "type", till_symbol_to_string (code->symbol));
    till_print_add_text (builder, "text", code->text);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_json (const char      *path,
            const GPtrArray *codes,
            gint64           took_us,
            const GError    *fault)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = g_utf8_make_valid (path, -1);

  json_builder_begin_object (builder);
  till_print_add_text (builder, "file", name);
  add_codes (builder, codes);
  if (fault) {
    g_autofree char *text = fault_text (fault);

    till_print_add_text (builder, "error", text);
  } else {
    json_builder_set_member_name (builder, "ms");
    json_builder_add_double_value (builder, (double) took_us / 1000);
  }
  json_builder_end_object (builder);
  till_print_object (builder);
}

static void
print_text (const char      *path,
            const GPtrArray *codes,
            const GError    *fault)
{
  g_autofree char *name = g_filename_display_name (path);

  if (fault) {
    g_autofree char *text = fault_text (fault);

    g_print ("%s: %s\n", name, text);
  } else if (codes->len == 0) {
    g_print ("%s: %s\n", name, _("no code"));
  }
  for (guint i = 0; codes && i < codes->len; i++) {
    const TillBarcode *code = g_ptr_array_index (codes, i);

    g_print ("%s: %-8s  %s\n", name, till_symbol_to_string (code->symbol), code->text);
  }
}

static void
decode_file (const TillCli *cli,
             TillScan      *scan,
             const char    *path,
             TillScanWish   wish)
{
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (GError) fault = NULL;
  g_auto (TillPicture) picture = { 0 };
  gint64 took_us = 0;

  if (cli->ports->load_picture (path, &picture, &fault)) {
    TillGrey frame = { picture.pixels, picture.width, picture.height, picture.width };
    gint64 began_us = g_get_monotonic_time ();

    codes = till_scan_read (scan, &frame, wish);
    took_us = g_get_monotonic_time () - began_us;
  }

  if (cli->json)
    print_json (path, codes, took_us, fault);
  else
    print_text (path, codes, fault);
}

/**
 * till_command_decode:
 *
 * `till decode FILE… [--all]`: the files are read as a camera's frames are, one after another;
 * needs no profile.
 *
 * Returns: an exit code
 */
int
till_command_decode (const TillCli *cli,
                     char         **words)
{
  gboolean wants_all = FALSE;
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &wants_all,
      N_("all codes of a picture, however long it takes"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) paths = till_command_parse (words, "decode FILE… [--all]", entries, 1, G_MAXUINT,
                                             &error);
  g_autoptr (TillScan) scan = NULL;

  if (!paths)
    return till_command_fail (cli, error);

  scan = till_scan_new ();
  for (guint i = 0; paths[i]; i++)
    decode_file (cli, scan, paths[i], wants_all ? TILL_SCAN_ALL : TILL_SCAN_FIRST);

  return TILL_EXIT_DONE;
}

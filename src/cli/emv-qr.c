/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-qr.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"
#include "core/money.h"

/* emv-qr decode, emv-qr encode: EMVCo merchant-presented payloads. */

static const struct {
  const char *path;
  const char *name;
} names[] = {
  { "00", N_("payload format") },
  { "01", N_("static (11) or dynamic (12)") },
  { "15", N_("UnionPay merchant") },
  { "16", N_("UnionPay merchant") },
  { "52", N_("merchant category") },
  { "53", N_("currency") },
  { "54", N_("amount") },
  { "55", N_("tip") },
  { "56", N_("fixed tip") },
  { "57", N_("tip in percent") },
  { "58", N_("country") },
  { "59", N_("merchant") },
  { "60", N_("city") },
  { "61", N_("postal code") },
  { "62", N_("additional data") },
  { "62.01", N_("bill number") },
  { "62.02", N_("mobile number") },
  { "62.03", N_("store") },
  { "62.05", N_("reference") },
  { "62.07", N_("terminal") },
  { "62.08", N_("purpose") },
  { "63", N_("checksum") },
  { "64", N_("other language") },
};

static const char *const fault_texts[TILL_N_EMV_FAULTS] = {
  [TILL_EMV_FAULT_NOT_UTF8]    = N_("The text is not UTF-8. Encode it anew."),
  [TILL_EMV_FAULT_TRUNCATED]   = N_("It ends too early. Scan or copy it again."),
  [TILL_EMV_FAULT_ID]          = N_("Two digits are expected here. Scan or copy it again."),
  [TILL_EMV_FAULT_LENGTH]      = N_("The length is not 01 to 99. Scan or copy it again."),
  [TILL_EMV_FAULT_PAST_END]    = N_("The length runs past the end. Scan or copy it again."),
  [TILL_EMV_FAULT_DUPLICATE]   = N_("It is there twice. Leave one out."),
  [TILL_EMV_FAULT_NOT_FIRST]   = N_("It must be the first. Scan or copy the code again."),
  [TILL_EMV_FAULT_FORMAT]      = N_("Only format 01 is known here."),
  [TILL_EMV_FAULT_NOT_LAST]    = N_("It must be the last. Scan or copy the code again."),
  [TILL_EMV_FAULT_CHECKSUM]    = N_("The checksum is wrong. Scan or copy it again."),
  [TILL_EMV_FAULT_MISSING]     = N_("It is missing, and the rules want it."),
  [TILL_EMV_FAULT_SIZE]        = N_("It is too long or too short."),
  [TILL_EMV_FAULT_CHARACTERS]  = N_("It has characters that are not allowed here."),
  [TILL_EMV_FAULT_AMOUNT]      = N_("It is no amount above zero."),
  [TILL_EMV_FAULT_DECIMALS]    = N_("It has more decimals than its currency."),
  [TILL_EMV_FAULT_PERCENTAGE]  = N_("It is no percentage from 0.01 to 99.99."),
  [TILL_EMV_FAULT_NOT_WITH_55] = N_("It may not stand beside what 55 says."),
};

static void
add_objects (JsonBuilder     *builder,
             const GPtrArray *objects)
{
  json_builder_begin_object (builder);
  for (guint i = 0; i < objects->len; i++) {
    const TillEmvObject *object = g_ptr_array_index (objects, i);

    json_builder_set_member_name (builder, object->id);
    if (object->children)
      add_objects (builder, object->children);
    else
      json_builder_add_string_value (builder, object->value);
  }
  json_builder_end_object (builder);
}

static void
add_notes (JsonBuilder  *builder,
           const char   *name,
           const GArray *notes)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < notes->len; i++) {
    const TillEmvNote *note = &g_array_index (notes, TillEmvNote, i);
    g_autofree char *text = g_strdup_printf ("%s%s%s", note->where, note->where[0] ? ": " : "",
                                             till_emv_fault_to_word (note->fault));

    json_builder_add_string_value (builder, text);
  }
  json_builder_end_array (builder);
}

static void
print_json (const TillEmvQr *qr)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gint64 amount_fen;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "valid");
  json_builder_add_boolean_value (builder, qr->errors->len == 0);
  add_notes (builder, "errors", qr->errors);
  add_notes (builder, "warnings", qr->warnings);
  json_builder_set_member_name (builder, "objects");
  add_objects (builder, qr->objects);
  if (till_emv_qr_get_amount_fen (qr, &amount_fen))
    till_print_add_int (builder, "amount_fen", amount_fen);
  json_builder_end_object (builder);
  till_print_object (builder);
}

static const char *
name_of (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strcmp (names[i].path, path) == 0)
      return _(names[i].name);
  }

  return "";
}

static void
print_objects (const GPtrArray *objects,
               const char      *path)
{
  for (guint i = 0; i < objects->len; i++) {
    const TillEmvObject *object = g_ptr_array_index (objects, i);
    g_autofree char *own = g_strdup_printf ("%s%s%s", path, path[0] ? "." : "", object->id);
    g_autofree char *shown = till_pad_text (own, 9);
    g_autofree char *name = till_pad_text (name_of (own), 30);

    g_print ("%s%s%s\n", shown, name, object->children ? "" : object->value);
    if (object->children)
      print_objects (object->children, own);
  }
}

static void
print_notes (const GArray *notes)
{
  for (guint i = 0; i < notes->len; i++) {
    const TillEmvNote *note = &g_array_index (notes, TillEmvNote, i);

    g_print ("! %s%s%s\n", note->where, note->where[0] ? ": " : "",
             _(fault_texts[note->fault]));
  }
}

static gboolean
refuse_note (const GArray *notes,
             GError      **error)
{
  const TillEmvNote *note = &g_array_index (notes, TillEmvNote, 0);

  g_set_error (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE, "%s%s%s", note->where,
               note->where[0] ? ": " : "", _(fault_texts[note->fault]));
  return FALSE;
}

static int
decode (const TillCli *cli,
        const char    *payload)
{
  g_autoptr (TillEmvQr) qr = till_emv_qr_decode (payload);
  g_autoptr (GError) error = NULL;

  if (cli->json) {
    print_json (qr);
  } else {
    print_objects (qr->objects, "");
    print_notes (qr->warnings);
  }

  return qr->errors->len == 0 || refuse_note (qr->errors, &error)
           ? TILL_EXIT_DONE : till_command_fail (cli, error);
}

typedef struct {
  char  *template;
  char  *amount;
  char  *reference;
  char  *terminal;
  char **sets;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->template);
  g_free (options->amount);
  g_free (options->reference);
  g_free (options->terminal);
  g_strfreev (options->sets);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* Numbers of banks and merchants are given out by the acquirer, and its codes must be known there:
 * nobody may make one up. */
static gboolean
is_acquirers (const char *path)
{
  return g_str_has_prefix (path, "15") || g_str_has_prefix (path, "16");
}

static gboolean
set_one (TillEmvQr  *qr,
         const char *text,
         GError    **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "=", 2);

  if (parts[0] && parts[1] && is_acquirers (parts[0])) {
    g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("15 and 16 come from the acquirer: give its code as --template."));
    return FALSE;
  }
  if (!parts[0] || !parts[1] ||
      !till_emv_qr_set (qr, parts[0], parts[1][0] ? parts[1] : NULL)) {
    g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("--set wants ID=VALUE, like 62.05=REF001."));
    return FALSE;
  }

  return TRUE;
}

/* A code with an amount is for one sale. */
static gboolean
set_amount (TillEmvQr  *qr,
            const char *text,
            GError    **error)
{
  gint64 amount_fen;
  g_autofree char *amount = NULL;

  if (!text)
    return TRUE;
  if (!till_money_parse (text, &amount_fen, error))
    return FALSE;

  amount = till_money_to_yuan (amount_fen);
  return till_emv_qr_set (qr, "01", "12") && till_emv_qr_set (qr, "54", amount);
}

static gboolean
set_text (TillEmvQr  *qr,
          const char *path,
          const char *text)
{
  return !text || till_emv_qr_set (qr, path, text);
}

static char *
make_payload (const Options *options,
              GError       **error)
{
  const char *template = options->template;
  g_autoptr (TillEmvQr) qr = till_emv_qr_decode (template ? template : "");
  g_autoptr (TillEmvQr) read_back = NULL;
  char *payload;

  if (template && qr->errors->len > 0) {
    refuse_note (qr->errors, error);
    return NULL;
  }
  for (guint i = 0; options->sets && options->sets[i]; i++) {
    if (!set_one (qr, options->sets[i], error))
      return NULL;
  }
  if (!set_amount (qr, options->amount, error))
    return NULL;
  if (!set_text (qr, "62.05", options->reference) || !set_text (qr, "62.07", options->terminal)) {
    g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("62 of this template is no template itself."));
    return NULL;
  }

  payload = till_emv_qr_encode (qr, &read_back);
  if (!payload)
    refuse_note (read_back->errors->len ? read_back->errors : read_back->warnings, error);

  return payload;
}

static int
encode (const TillCli *cli,
        char         **words)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "template", 0, 0, G_OPTION_ARG_STRING, &options.template,
      N_("the code that the acquirer gave"), N_("PAYLOAD") },
    { "amount", 0, 0, G_OPTION_ARG_STRING, &options.amount,
      N_("in yuan; makes the code one for this sale"), N_("AMOUNT") },
    { "reference", 0, 0, G_OPTION_ARG_STRING, &options.reference,
      N_("62.05: the sale's reference"), N_("TEXT") },
    { "terminal", 0, 0, G_OPTION_ARG_STRING, &options.terminal,
      N_("62.07: the till"), N_("TEXT") },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.sets,
      N_("any other object; an empty value takes it away"), N_("ID=VALUE") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *payload = NULL;
  g_auto (GStrv) args = till_command_parse (
    words, "emv-qr encode --template PAYLOAD [--amount AMOUNT] [--set ID=VALUE…]", entries, 0, 0,
    &error);

  payload = args ? make_payload (&options, &error) : NULL;
  if (!payload)
    return till_command_fail (cli, error);

  if (cli->json) {
    g_autoptr (JsonBuilder) builder = json_builder_new ();

    json_builder_begin_object (builder);
    till_print_add_text (builder, "payload", payload);
    json_builder_end_object (builder);
    till_print_object (builder);
  } else {
    g_print ("%s\n", payload);
  }

  return TILL_EXIT_DONE;
}

/**
 * till_command_emv_qr:
 *
 * `till emv-qr decode PAYLOAD`, `till emv-qr encode --template PAYLOAD …`: needs no profile.
 *
 * Returns: an exit code; 2 for what is no such code, or would be none
 */
int
till_command_emv_qr (const TillCli *cli,
                     char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = NULL;

  if (words[0] && strcmp (words[0], "encode") == 0)
    return encode (cli, words + 1);

  args = till_command_parse (words, "emv-qr decode PAYLOAD | emv-qr encode --…", entries, 2, 2,
                             &error);
  if (args && strcmp (args[0], "decode") != 0)
    g_set_error_literal (&error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("emv-qr can decode and encode."));
  if (error)
    return till_command_fail (cli, error);

  return decode (cli, args[1]);
}

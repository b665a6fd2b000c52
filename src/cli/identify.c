/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "cli/command.h"
#include "cli/print.h"
#include "code/paycode.h"
#include "code/shown.h"

/* What people read for each kind of code. */
static const char *const kind_texts[] = {
  [TILL_PAYCODE_PAYMENT]    = N_("A customer's payment code"),
  [TILL_PAYCODE_COLLECTION] = N_("A shop's collection code"),
  [TILL_PAYCODE_EMV_MPM]    = N_("An EMV code that a shop shows"),
  [TILL_PAYCODE_EMV_CPM]    = N_("An EMV code that a customer shows"),
  [TILL_PAYCODE_URL]        = N_("A web address"),
  [TILL_PAYCODE_GOODS]      = N_("A goods barcode"),
  [TILL_PAYCODE_UNKNOWN]    = N_("A code of nobody known"),
};

/* How each wallet stands to a collection code. */
static const char *const pays_texts[] = {
  [TILL_PAYS_NO]         = N_("cannot pay it"),
  [TILL_PAYS_YES]        = N_("can pay it"),
  [TILL_PAYS_IF_ENABLED] = N_("can pay it where the shop's acquirer has enabled that"),
  [TILL_PAYS_UNSURE]     = N_("not certain"),
};

static void
add_payers (JsonBuilder *builder,
            const char  *code)
{
  TillShown shown;

  if (!till_shown_identify (code, &shown))
    return;

  json_builder_set_member_name (builder, "payers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < TILL_N_WALLETS; i++) {
    json_builder_begin_object (builder);
    till_print_add_text (builder, "wallet", till_wallet_to_word ((TillWallet) i));
    till_print_add_text (builder, "pays",
                         till_pays_to_word (till_interop_get ((TillWallet) i, shown)->pays));
    till_print_add_text (builder, "advice", till_interop_get_advice ((TillWallet) i, shown));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_payers (const char *code)
{
  TillShown shown;

  for (guint i = 0; till_shown_identify (code, &shown) && i < TILL_N_WALLETS; i++) {
    const char *name = till_wallet_get_name ((TillWallet) i);
    const char *pays = _(pays_texts[till_interop_get ((TillWallet) i, shown)->pays]);
    const char *advice = till_interop_get_advice ((TillWallet) i, shown);

    if (advice[0] == '\0')
      /* Translators: a wallet, and that it can pay this code */
      g_print (_("%s: %s.\n"), name, pays);
    else
      /* Translators: a wallet, that it cannot pay this code for certain, and what to do then */
      g_print (_("%s: %s. %s\n"), name, pays, advice);
  }
}

static void
print_kind (const TillPaycode *found)
{
  const char *kind = _(kind_texts[found->kind]);

  if (found->brand)
    /* Translators: what a code is, and of which wallet */
    g_print (_("%s: %s\n"), kind, till_brand_get_name (found->brand));
  else
    g_print ("%s\n", kind);
  if (found->reason != TILL_REASON_NONE)
    g_print ("%s\n", till_reason_get_text (found->reason));
}

static void
print_json (const TillPaycode *found,
            const char        *code)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  till_print_add_text (builder, "kind", till_paycode_kind_to_string (found->kind));
  till_print_add_text (builder, "brand", till_brand_to_word (found->brand));
  json_builder_set_member_name (builder, "valid");
  json_builder_add_boolean_value (builder, found->is_valid);
  till_print_add_text (builder, "reason", till_reason_to_word (found->reason));
  till_print_add_text (builder, "reason_text", till_reason_get_text (found->reason));
  add_payers (builder, code);
  json_builder_end_object (builder);
  till_print_object (builder);
}

/**
 * till_command_identify:
 *
 * `till identify CODE`: needs no profile, never repeats the code.
 *
 * Returns: an exit code; 2 for what cannot be a code
 */
int
till_command_identify (const TillCli *cli,
                       char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = till_command_parse (words, "identify CODE", entries, 1, 1, &error);
  g_autofree char *code = NULL;
  TillPaycode found;

  if (!args)
    return till_command_fail (cli, error);
  code = till_paycode_normalise (args[0]);
  if (!code) {
    g_set_error_literal (&error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("This cannot be a code: it is empty, too long, or not plain text."));
    return till_command_fail (cli, error);
  }

  till_paycode_identify (code, &found);
  if (cli->json) {
    print_json (&found, code);
  } else {
    print_kind (&found);
    print_payers (code);
  }

  return TILL_EXIT_DONE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/activate.h"
#include "desk/setup.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"

/* init: a profile to begin with. activate: a contract that begins with a code. */

static gboolean
check_name (const char *name,
            GError    **error)
{
  if (!name || (name[0] != '\0' && strpbrk (name, "\n\r") == NULL))
    return TRUE;

  g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                       _("--shop is one line of text: the name on receipts"));
  return FALSE;
}

/**
 * till_command_init:
 *
 * `till init [--demo] [--shop NAME]`
 *
 * Returns: an exit code; 2 where there is a profile already, which is left as it is
 */
int
till_command_init (const TillCli *cli,
                   char         **words)
{
  g_autofree char *shop = NULL;
  gboolean demo = FALSE;
  const GOptionEntry entries[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, &demo, N_("a training shop on the sandbox"), NULL },
    { "shop", 0, 0, G_OPTION_ARG_STRING, &shop, N_("the name on receipts"), N_("NAME") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = till_command_parse (words, "init", entries, 0, 0, &error);
  gboolean made;

  if (!args || !check_name (shop, &error))
    return till_command_fail (cli, error);

  made = demo ? till_setup_demo (cli->dir, shop, NULL, &error)
              : till_setup_empty (cli->dir, shop, &error);
  if (!made) {
    int code = till_command_fail (cli, error);

    return till_setup_is_taken (error) ? TILL_EXIT_USAGE : code;
  }

  if (!cli->json)
    g_print (demo ? /* Translators: %s is a folder */
                    _("The training shop is in %s. Next: till sandbox, and in another terminal "
                      "till doctor.\n")
                  : /* Translators: %s is a folder */
                    _("The profile is in %s. Next: add contracts to profile.ini, then till "
                      "doctor.\n"),
             cli->dir);

  return TILL_EXIT_DONE;
}

/**
 * till_command_activate:
 *
 * `till activate ID CODE`
 *
 * Returns: an exit code; 4 where the acquirer refuses the code or does not answer
 */
int
till_command_activate (const TillCli *cli,
                       char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = till_command_parse (words, "activate ID CODE", entries, 2, 2, &error);
  g_autoptr (JsonBuilder) builder = NULL;

  if (!args || !till_activate (cli->dir, cli->ports, args[0], args[1], &error))
    return till_command_fail (cli, error);
  if (!cli->json) {
    /* Translators: %s is the name of an acquirer's section in profile.ini */
    g_print (_("This till is activated at %s. Next: till doctor.\n"), args[0]);
    return TILL_EXIT_DONE;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  till_print_add_text (builder, "acquirer", args[0]);
  json_builder_set_member_name (builder, "active");
  json_builder_add_boolean_value (builder, TRUE);
  json_builder_end_object (builder);
  till_print_object (builder);

  return TILL_EXIT_DONE;
}

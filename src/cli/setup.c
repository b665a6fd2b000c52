/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/setup.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"

/* init: a profile to begin with. */

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

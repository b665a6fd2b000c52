/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "cli/command.h"

/* Where the demo profile looks for it. */
#define LISTEN "127.0.0.1:8443"

/**
 * till_command_sandbox:
 *
 * `till sandbox [--listen 127.0.0.1:PORT] [--script FILE]`
 *
 * Returns: an exit code
 */
int
till_command_sandbox (const TillCli *cli,
                      char         **words)
{
  g_autofree char *listen = NULL, *script = NULL;
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen, N_("loopback only; port 0 picks one"),
      "127.0.0.1:PORT" },
    { "script", 0, 0, G_OPTION_ARG_FILENAME, &script, N_("scenarios to play, in order"),
      N_("FILE") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = till_command_parse (words, "sandbox", entries, 0, 0, &error);

  if (!args)
    return till_command_fail (cli, error);

  return cli->run_sandbox (listen ? listen : LISTEN, script);
}

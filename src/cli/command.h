/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "desk/desk.h"

G_BEGIN_DECLS

#define TILL_CLI_ERROR (till_cli_error_quark ())

typedef enum {
  TILL_CLI_ERROR_USAGE,   /* the message says what is wrong with the words */
} TillCliError;

GQuark     till_cli_error_quark  (void);

/* A command gets its own words, without its name, and answers with an exit code. */
typedef int (*TillCommandFunc) (const TillCli *cli, char **words);

int        till_command_init     (const TillCli *cli, char **words);
int        till_command_activate (const TillCli *cli, char **words);
int        till_command_sandbox  (const TillCli *cli, char **words);
int        till_command_charge   (const TillCli *cli, char **words);
int        till_command_collect  (const TillCli *cli, char **words);
int        till_command_query    (const TillCli *cli, char **words);
int        till_command_cancel   (const TillCli *cli, char **words);
int        till_command_refund   (const TillCli *cli, char **words);
int        till_command_settle   (const TillCli *cli, char **words);
int        till_command_resume   (const TillCli *cli, char **words);
int        till_command_list     (const TillCli *cli, char **words);
int        till_command_show     (const TillCli *cli, char **words);
int        till_command_journal  (const TillCli *cli, char **words);
int        till_command_identify (const TillCli *cli, char **words);
int        till_command_emv_qr   (const TillCli *cli, char **words);
int        till_command_decode   (const TillCli *cli, char **words);
int        till_command_statement (const TillCli *cli, char **words);
int        till_command_doctor   (const TillCli *cli, char **words);
int        till_command_tap      (const TillCli *cli, char **words);
int        till_command_nfc      (const TillCli *cli, char **words);

GStrv      till_command_parse    (char               **words,
                                  const char          *summary,
                                  const GOptionEntry  *entries,
                                  guint                n_least,
                                  guint                n_most,
                                  GError             **error);
TillDesk  *till_command_open     (const TillCli       *cli,
                                  GError             **error);
int        till_command_fail     (const TillCli       *cli,
                                  const GError        *error);

G_END_DECLS

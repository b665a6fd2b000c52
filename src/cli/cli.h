/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "port/ports.h"

G_BEGIN_DECLS

/* The exit codes: a contract, scripts rely on it. */
enum {
  TILL_EXIT_DONE        = 0,    /* for money: it moved */
  TILL_EXIT_REFUSED     = 1,    /* final, and no money moved */
  TILL_EXIT_USAGE       = 2,    /* wrong usage or bad input; nothing was sent */
  TILL_EXIT_UNSURE      = 3,    /* the money may have moved; the payment stays open */
  TILL_EXIT_FAULT       = 4,    /* a fault before anything was sent */
  TILL_EXIT_DIFFERENCES = 5,    /* a check found some */
  TILL_EXIT_SIGNAL      = 130,  /* ended by SIGINT or SIGTERM */
};

/* Runs the bundled sandbox until a signal ends it; the command line knows no sandbox. */
typedef int (*TillSandboxFunc) (const char *listen, const char *script);

/* What main.c tells the command line. */
typedef struct {
  const char      *dir;      /* the profile's folder */
  gboolean         json;
  const TillPorts *ports;
  TillSandboxFunc  run_sandbox;
} TillCli;

int       till_cli_run        (const TillCli  *cli,
                               int             argc,
                               char          **argv);
void      till_cli_print_help (void);

G_END_DECLS

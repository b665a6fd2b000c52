/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calls.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What only SQLite can be told: to be less careful, and that a commit which was done has failed. */

typedef int (*ExecFunc) (sqlite3 *, const char *, int (*) (void *, int, char **, char **), void *,
                         char **);

/* @sql with another word after "synchronous = ", to be freed, or NULL. */
static char *
less_careful (const char *sql)
{
  static const char full[] = "synchronous = FULL";
  const char *word = getenv (CRASH_ENV_SYNCHRONOUS);
  const char *at = word ? strstr (sql, full) : NULL;
  char *changed = NULL;

  if (at && asprintf (&changed, "%.*ssynchronous = %s%s", (int) (at - sql), sql, word,
                      at + strlen (full)) < 0)
    abort ();

  return changed;
}

int
sqlite3_exec (sqlite3     *sqlite,
              const char  *sql,
              int        (*callback) (void *, int, char **, char **),
              void        *data,
              char       **message)
{
  ExecFunc exec = (ExecFunc) dlsym (RTLD_NEXT, "sqlite3_exec");
  char *changed = less_careful (sql);
  int code = exec (sqlite, changed ? changed : sql, callback, data, message);

  free (changed);
  if (code == SQLITE_OK && strcmp (sql, "COMMIT") == 0 &&
      crash_fault_check (CRASH_CALL_COMMIT, sqlite3_db_filename (sqlite, "main"), NULL))
    return SQLITE_IOERR;

  return code;
}

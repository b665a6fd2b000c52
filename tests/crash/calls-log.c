/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calls.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

/* The write log: one record a call. Who adds one holds the lock of calls.c, so that the order of
 * the records is the order in which things happened. */

static int log_fd = -1;

static __attribute__ ((constructor)) void
open_log (void)
{
  const char *path = getenv (CRASH_ENV_LOG);

  if (!path)
    return;

  log_fd = crash_real_open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC);
  if (log_fd < 0)
    abort ();
}

bool
crash_log_is_on (void)
{
  return log_fd >= 0;
}

void
crash_log_add (CrashRecord *record,
               const void  *bytes)
{
  if (crash_real_write (log_fd, record, sizeof *record) != (ssize_t) sizeof *record ||
      crash_real_write (log_fd, bytes, record->n_bytes) != (ssize_t) record->n_bytes)
    abort ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Makes one call fail, or one and all that follow. The environment says which:
 *
 *   CALL K ERRNO HOW    "write 3 28 ever"
 *
 * CALL is a word below, K counts such calls from 1, HOW is "once", "twice", "ever", "short": of a
 * write only half is done, and what follows fails if there is an ERRNO, or "kill": the program dies
 * there, as of kill -9. K is 0 where calls are only noted. It is read when the program starts. */

static const char *const words[CRASH_N_CALLS] = {
  [CRASH_CALL_WRITE]    = "write",
  [CRASH_CALL_SYNC]     = "sync",
  [CRASH_CALL_TRUNCATE] = "truncate",
  [CRASH_CALL_CREATE]   = "create",
  [CRASH_CALL_RENAME]   = "rename",
  [CRASH_CALL_REMOVE]   = "remove",
  [CRASH_CALL_MKDIR]    = "mkdir",
  [CRASH_CALL_COMMIT]   = "commit",
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char wanted[16], how[16];
static int wanted_at, wanted_errno;
static int n_calls[CRASH_N_CALLS];

static __attribute__ ((constructor)) void
read_environment (void)
{
  const char *text = getenv (CRASH_ENV_FAULT);

  if (text && sscanf (text, "%15s %d %d %15s", wanted, &wanted_at, &wanted_errno, how) != 4)
    abort ();
}

/* For who looks afterwards: the call, and the file that it was about. */
static void
note (CrashCall   call,
      const char *path)
{
  const char *hits = getenv (CRASH_ENV_HITS);
  char line[CRASH_PATH_MAX + 32];
  int fd = hits ? crash_real_open (hits, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC) : -1;
  int n_bytes;

  if (fd < 0)
    return;

  n_bytes = snprintf (line, sizeof line, "%s %s\n", words[call], path);
  if (crash_real_write (fd, line, (size_t) n_bytes) != n_bytes)
    abort ();
  close (fd);
}

static int
decide (int     n,
        size_t *n_bytes)
{
  bool is_short = strcmp (how, "short") == 0;

  if (n == wanted_at && is_short && *n_bytes > 1) {
    *n_bytes /= 2;
    return 0;
  }
  if ((n > wanted_at && strcmp (how, "once") == 0) ||
      (n > wanted_at + 1 && strcmp (how, "twice") == 0))
    return 0;

  return wanted_errno;
}

/* Returns 0, or with what the call shall fail. Of a write less may be left to do. */
int
crash_fault_check (CrashCall   call,
                   const char *path,
                   size_t     *n_bytes)
{
  size_t all = 1;
  int code = 0, saved = errno;

  if (wanted[0] == '\0')
    return 0;

  pthread_mutex_lock (&lock);
  if (wanted_at == 0) {
    note (call, path);
  } else if (strcmp (words[call], wanted) == 0 && ++n_calls[call] >= wanted_at) {
    code = decide (n_calls[call], n_bytes ? n_bytes : &all);
    if (n_calls[call] == wanted_at)
      note (call, path);
    if (strcmp (how, "kill") == 0)
      raise (SIGKILL);
  }
  pthread_mutex_unlock (&lock);
  errno = saved;

  return code;
}

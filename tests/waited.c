/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "waited.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Preloaded into till-reader: counts what it waits in vain. Everything else is as ever. */

#define TILL_FD 0

static Waited *waited;      /* NULL in any other program */
static int64_t alarm_us;    /* the total at which the watchdog bites; 0: it rests */

static int64_t
us_of (const struct timeval *time)
{
  return time->tv_sec * INT64_C (1000000) + time->tv_usec;
}

__attribute__ ((constructor))
static void
begin (void)
{
  const char *path = getenv ("TILL_WAITED");
  const int fd = path && strcmp (program_invocation_short_name, "till-reader") == 0
                   ? open (path, O_RDWR | O_CLOEXEC) : -1;
  void *shared = fd < 0 ? MAP_FAILED
                        : mmap (NULL, sizeof *waited, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  if (fd >= 0)
    close (fd);
  if (shared == MAP_FAILED)
    return;

  waited = shared;
  *waited = (Waited) { 0, -1 };
}

static void *
find (const char *name)
{
  void *found = dlsym (RTLD_NEXT, name);

  if (!found)
    abort ();

  return found;
}

static void
add (int64_t us)
{
  if (waited)
    waited->total_us += us;
}

int
select (int             n,
        fd_set         *readable,
        fd_set         *writable,
        fd_set         *exceptional,
        struct timeval *time)
{
  int (*real) (int, fd_set *, fd_set *, fd_set *, struct timeval *) = find ("select");
  const int64_t us = time ? us_of (time) : 0;
  const int result = real (n, readable, writable, exceptional, time);

  if (result == 0)
    add (us);

  return result;
}

int
poll (struct pollfd *fds,
      nfds_t         n,
      int            ms)
{
  int (*real) (struct pollfd *, nfds_t, int) = find ("poll");
  const int result = real (fds, n, ms);

  if (result == 0)
    add (ms * INT64_C (1000));

  return result;
}

int
nanosleep (const struct timespec *time,
           struct timespec       *left)
{
  int (*real) (const struct timespec *, struct timespec *) = find ("nanosleep");

  add (time->tv_sec * INT64_C (1000000) + time->tv_nsec / 1000);

  return real (time, left);
}

int
setitimer (__itimer_which_t        which,
           const struct itimerval *new,
           struct itimerval       *old)
{
  int (*real) (__itimer_which_t, const struct itimerval *, struct itimerval *) =
    find ("setitimer");
  const int64_t us = us_of (&new->it_value);

  alarm_us = waited && us > 0 ? waited->total_us + us : 0;

  return real (which, new, old);
}

static bool
has (const void *bytes,
     size_t      n_bytes,
     const char *word)
{
  return memmem (bytes, n_bytes, word, strlen (word) + 1) != NULL;
}

ssize_t
send (int         fd,
      const void *bytes,
      size_t      n_bytes,
      int         flags)
{
  ssize_t (*real) (int, const void *, size_t, int) = find ("send");

  if (waited && fd == TILL_FD && waited->news_us < 0 && !has (bytes, n_bytes, "starting") &&
      !has (bytes, n_bytes, "waiting") && !has (bytes, n_bytes, "reading"))
    waited->news_us = waited->total_us;

  return real (fd, bytes, n_bytes, flags);
}

/* A call that the watchdog ended was waited for as long as it let it. */
void
_exit (int code)
{
  void (*real) (int) = find ("_exit");

  if (waited && alarm_us > waited->total_us)
    waited->total_us = alarm_us;
  real (code);
  abort ();
}

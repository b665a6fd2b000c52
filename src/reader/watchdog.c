/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/watchdog.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

/* libnfc counts its time-outs from each byte anew: a reader that drips keeps it for many seconds.
 * Nothing is saved from such a call; the till starts the next process. */
static void
bite (int signal_number)
{
  _exit (TILL_WATCHDOG_EXIT);
}

/**
 * till_watchdog_arm:
 *
 * Ends the process in @ms, unless it is armed again or rests before.
 */
void
till_watchdog_arm (guint ms)
{
  const struct itimerval timer = {
    .it_value = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 },
  };
  const struct sigaction action = { .sa_handler = bite };

  sigaction (SIGALRM, &action, NULL);
  setitimer (ITIMER_REAL, &timer, NULL);
}

void
till_watchdog_rest (void)
{
  const struct itimerval none = { 0 };

  setitimer (ITIMER_REAL, &none, NULL);
}

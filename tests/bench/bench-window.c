/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/history.h"

#include <X11/Xlib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* From exec to the window on the screen, and the memory then, with a million sales in the journal
 * and no network; by turns with a bare libadwaita window.
 *
 * bench-window TILL BARE-WINDOW [SALES] */

#define GOAL          1.3
#define N_ROUNDS      15
#define N_AT_ONCE     256
#define ROWS_A_SALE   2.4
#define ROW_EVERY_S   7
#define MIN_WIDTH_PX  300
#define SETTLE_MS     1500
#define PATIENCE_MS   30000

typedef struct {
  double mapped_ms;
  double pss_kib;
} Start;

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1e3;
}

static void
fill (const char *dir,
      guint       n_sales)
{
  gint64 n_rows = (gint64) (n_sales * ROWS_A_SALE);
  g_autofree char *path = g_build_filename (dir, "journal.db", NULL);
  g_autoptr (GError) error = NULL;
  TillJournal *journal = till_journal_open (path, TILL_JOURNAL_DEFAULT, &error);
  History history;

  if (!journal)
    g_error ("%s", error->message);
  history_take_up (&history, journal,
                   g_get_real_time () - n_rows * ROW_EVERY_S * G_TIME_SPAN_SECOND);
  while (history.n_sales < n_sales)
    history_sell (&history, 200 * N_AT_ONCE, N_AT_ONCE);
  g_print ("%u sales in the journal\n", history.n_sales);
  history_close (&history);
  till_journal_close (journal);
}

/* Whether a window of a program, and not one of its helpers, has come. */
static gboolean
next_is_window (Display *display)
{
  XEvent event;
  XWindowAttributes attributes;

  XNextEvent (display, &event);

  return event.type == MapNotify && !event.xmap.override_redirect &&
         XGetWindowAttributes (display, event.xmap.window, &attributes) &&
         attributes.width >= MIN_WIDTH_PX;
}

static void
wait_for_window (Display *display)
{
  double until_ms = now_ms () + PATIENCE_MS;

  while (now_ms () < until_ms) {
    struct pollfd poll_fd = { ConnectionNumber (display), POLLIN, 0 };

    while (XPending (display)) {
      if (next_is_window (display))
        return;
    }
    poll (&poll_fd, 1, 100);
  }
  g_error ("no window came");
}

/* Its share of the memory, in KiB, once it is at rest. */
static double
get_pss_kib (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;

  g_usleep (SETTLE_MS * 1000);
  if (!g_file_get_contents (path, &text, NULL, NULL) || !(line = strstr (text, "\nPss:")))
    return 0;

  return g_ascii_strtod (line + strlen ("\nPss:"), NULL);
}

static Start
start (Display    *display,
       const char *program,
       const char *dir)
{
  char *argv[] = { (char *) program, dir ? (char *) "--profile" : NULL, (char *) dir, NULL };
  g_autoptr (GError) error = NULL;
  double begun_ms = now_ms ();
  Start result;
  GPid pid;

  if (!g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error))
    g_error ("%s", error->message);
  wait_for_window (display);
  result.mapped_ms = now_ms () - begun_ms;
  result.pss_kib = get_pss_kib (pid);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);

  return result;
}

static int
compare (const void *a,
         const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static gboolean
print (const char *what,
       double     *ratios,
       double      till,
       double      bare,
       const char *unit)
{
  double median;

  qsort (ratios, N_ROUNDS, sizeof *ratios, compare);
  median = ratios[N_ROUNDS / 2];
  g_print ("%s: %.2f (quartiles %.2f to %.2f), goal %.2f%s; last: %.0f and %.0f %s\n", what, median,
           ratios[N_ROUNDS / 4], ratios[N_ROUNDS * 3 / 4], GOAL, median <= GOAL ? "" : " MISSED",
           till, bare, unit);

  return median <= GOAL;
}

static gboolean
measure (Display    *display,
         const char *till,
         const char *bare,
         const char *dir)
{
  double times[N_ROUNDS], memories[N_ROUNDS];
  Start ours, floor;
  gboolean is_met;

  start (display, bare, NULL);
  start (display, till, dir);
  for (guint i = 0; i < N_ROUNDS; i++) {
    floor = start (display, bare, NULL);
    ours = start (display, till, dir);
    times[i] = ours.mapped_ms / floor.mapped_ms;
    memories[i] = ours.pss_kib / floor.pss_kib;
  }
  is_met = print ("window mapped / bare window", times, ours.mapped_ms, floor.mapped_ms, "ms");

  return print ("memory / bare window", memories, ours.pss_kib, floor.pss_kib, "KiB") && is_met;
}

static char *
make_profile (const char *till,
              const char *folder)
{
  char *dir = g_build_filename (folder, "profile", NULL);
  char *argv[] = {
    (char *) till, (char *) "--profile", dir, (char *) "init", (char *) "--demo", NULL,
  };
  int status;

  if (!g_spawn_sync (NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
                     NULL) ||
      !g_spawn_check_wait_status (status, NULL))
    g_error ("%s init failed", till);

  return dir;
}

int
main (int   argc,
      char *argv[])
{
  guint n_sales = argc > 3 ? (guint) g_ascii_strtoull (argv[3], NULL, 10) : 1000000;
  g_autofree char *folder = g_dir_make_tmp ("till-bench-XXXXXX", NULL);
  Display *display = XOpenDisplay (NULL);
  g_autofree char *dir = NULL;
  g_autofree char *remove = NULL;
  gboolean is_met;

  if (argc < 3 || !display || !folder)
    g_error ("bench-window TILL BARE-WINDOW [SALES], on a display");
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);
  dir = make_profile (argv[1], folder);
  fill (dir, n_sales);
  is_met = measure (display, argv[1], argv[2], dir);

  XCloseDisplay (display);
  remove = g_strdup_printf ("rm -rf '%s'", folder);
  if (system (remove) != 0)
    g_printerr ("%s is left behind\n", folder);

  return is_met ? 0 : 1;
}

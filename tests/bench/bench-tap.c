/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader.h"

#include "device/system-clock.h"
#include "pn532-host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Taps through till-reader, at a reader of 115 200 Bd whose card takes 8 ms a command: how long the
 * card must be held there; and then very many, at a reader without brakes: nothing is lost or left
 * over. bench-tap [TAPS] */

#define N_PACED       40
#define FIELD_GOAL_MS 350
#define N_TAPS        10000
#define GROWTH_GOAL_KIB 512

typedef struct {
  TillTap     *tap;
  Pn532Host   *host;
  TillTapCard *card;
} Bench;

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Bench *bench = user_data;

  bench->card = till_tap_read_finish (TILL_TAP (object), result);
}

/* The card comes when it is waited for. */
static void
state_cb (TillTap *tap,
          Bench   *bench)
{
  if (till_tap_get_state (tap) == TILL_TAP_WAITING)
    pn532_host_say (bench->host, "card debit");
}

/* Returns: how long the card had to be there, in ms; −1 where it was not read */
static double
tap_once (Bench *bench)
{
  const TillTapRequest request = {
    .reader = pn532_host_get_reader (bench->host), .amount_fen = 1250, .timeout_ms = 10000,
  };
  double ms;

  till_tap_read_async (bench->tap, &request, NULL, read_cb, bench);
  while (!bench->card)
    g_main_context_iteration (NULL, TRUE);
  ms = bench->card->outcome == TILL_TAP_ONLINE ? (double) bench->card->field_us / 1000 : -1;
  g_clear_pointer (&bench->card, till_tap_card_free);
  pn532_host_say (bench->host, "remove");

  return ms;
}

static void
set_up (Bench    *bench,
        gboolean  pace)
{
  bench->host = pn532_host_new (pace);
  bench->tap = till_reader_new (g_getenv ("TILL_READER"), till_system_clock_get ());
  g_signal_connect (bench->tap, "state-changed", G_CALLBACK (state_cb), bench);
}

static void
tear_down (Bench *bench)
{
  g_object_unref (bench->tap);
  pn532_host_free (bench->host);
}

static int
compare (const void *a,
         const void *b)
{
  const double *first = a, *second = b;

  return (*first > *second) - (*first < *second);
}

static gboolean
measure_field (void)
{
  double ms[N_PACED];
  Bench bench = { 0 };

  set_up (&bench, TRUE);
  for (guint i = 0; i < N_PACED; i++)
    ms[i] = tap_once (&bench);
  tear_down (&bench);
  qsort (ms, N_PACED, sizeof ms[0], compare);
  printf ("card in the field: median %.0f ms, worst %.0f ms (goal %d)\n", ms[N_PACED / 2],
          ms[N_PACED - 1], FIELD_GOAL_MS);

  return ms[0] >= 0 && ms[N_PACED - 1] <= FIELD_GOAL_MS;
}

static long
get_resident_kib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  line = text ? strstr (text, "VmRSS:") : NULL;

  return line ? strtol (line + strlen ("VmRSS:"), NULL, 10) : 0;
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;

  return n;
}

static guint
count_children (void)
{
  g_autofree char *text = NULL;
  guint n = 0;

  g_file_get_contents ("/proc/thread-self/children", &text, NULL, NULL);
  for (const char *at = text; at && (at = strchr (at, ' ')); at++)
    n++;

  return n;
}

/* A process that has ended is noticed by the main loop a moment later. */
static void
settle (void)
{
  const gint64 until_us = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, FALSE);
}

static gboolean
go_on_and_on (guint n_taps)
{
  const guint n_first = MIN (n_taps / 10, 100);
  guint n_lost = 0, n_files = 0, n_children;
  long resident_kib = 0;
  gint64 begun_us = g_get_monotonic_time ();
  Bench bench = { 0 };
  gboolean good;

  set_up (&bench, FALSE);
  for (guint i = 0; i < n_taps; i++) {
    if (i == n_first) {
      settle ();
      resident_kib = get_resident_kib ();
      n_files = count_entries ("/proc/self/fd");
    }
    n_lost += tap_once (&bench) < 0;
  }
  settle ();
  resident_kib = get_resident_kib () - resident_kib;
  n_files = count_entries ("/proc/self/fd") - n_files;
  n_children = count_children () - 1;
  tear_down (&bench);
  printf ("%u taps, %.0f ms each: %u lost, %ld KiB grown (goal %d), %u descriptors and %u processes "
          "left over\n", n_taps, (double) (g_get_monotonic_time () - begun_us) / 1000 / n_taps,
          n_lost, resident_kib, GROWTH_GOAL_KIB, n_files, n_children);
  good = n_lost == 0 && resident_kib <= GROWTH_GOAL_KIB && n_files == 0 && n_children == 0;

  return good;
}

int
main (int   argc,
      char *argv[])
{
  const guint n_taps = argc > 1 ? (guint) atoi (argv[1]) : N_TAPS;
  const gboolean is_quick = measure_field ();
  const gboolean is_clean = go_on_and_on (n_taps);

  return is_quick && is_clean ? 0 : 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tap-shop.h"
#include "wire-watch.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whole taps: a simulated chip at a pseudo-terminal, a till-reader for each card, a desk with its
 * journal, the sandbox over HTTPS. First at a reader of 115 200 Bd whose card takes 8 ms a command:
 * how long the card must be held there, and how soon the request is on the wire after it came.
 * Then very many, at a reader without brakes: nothing is lost, nothing grows, nothing is left over.
 * bench-tap [TAPS [CONTRACT]]: by both contracts, half of the taps each, or by that one alone */

#define N_WARM_UP       3
#define N_PACED         60
#define FIELD_GOAL_MS   350
#define WIRE_GOAL_MS    500
#define N_TAPS          10000
#define GROWTH_GOAL_KIB 512   /* from half of the taps to all, without SQLite's cache */
#define CACHE_GOAL_KIB  2560  /* of which it keeps 2 MB for the connection that writes */
#define AMOUNT_FEN      1250

/* A reader looks for cards so often; customers do not know when. */
#define LOOK_MS 100

static const char *const contracts[] = { "sealed", "iso8583" };
static const guint told_at[] = { 1000, 2500, 5000 };

typedef struct {
  TapShop      shop;
  Pn532Host   *host;
  WireWatch   *watch;       /* NULL: nobody looks at the wire */
  gboolean     is_paced;
  TillTapping *tapping;
  gboolean     is_held;     /* the card is at the reader, or about to be */
  gint64       held_us;
  gint64       reader_kib;  /* of the till-reader that saw the last card */
} Bench;

/* A member of /proc/PID/status, in KiB. */
static gint64
get_kib (const char *pid,
         const char *member)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "status", NULL);
  g_autofree char *text = NULL;
  const char *line;

  g_file_get_contents (path, &text, NULL, NULL);
  line = text ? strstr (text, member) : NULL;

  return line ? strtol (line + strlen (member), NULL, 10) : 0;
}

static GStrv
list_children (void)
{
  g_autofree char *text = NULL;

  g_file_get_contents ("/proc/thread-self/children", &text, NULL, NULL);

  return g_strsplit (text ? g_strstrip (text) : "", " ", -1);
}

/* What the till-reader of the moment has taken at most. */
static gint64
get_reader_kib (void)
{
  g_auto (GStrv) pids = list_children ();

  for (guint i = 0; pids[i]; i++) {
    g_autofree char *path = g_build_filename ("/proc", pids[i], "comm", NULL);
    g_autofree char *name = NULL;

    if (g_file_get_contents (path, &name, NULL, NULL) && g_str_has_prefix (name, "till-reader"))
      return get_kib (pids[i], "VmHWM:");
  }

  return 0;
}

static gboolean
hold_cb (gpointer user_data)
{
  Bench *bench = user_data;

  bench->held_us = g_get_monotonic_time ();
  pn532_host_say (bench->host, "card debit");

  return G_SOURCE_REMOVE;
}

/* The card comes some time after it is waited for. */
static void
changed_cb (TillTapping *tapping,
            Bench       *bench)
{
  if (till_tapping_get_state (tapping) == TILL_TAP_WAITING && !bench->is_held) {
    bench->is_held = TRUE;
    if (bench->is_paced)
      g_timeout_add ((guint) g_random_int_range (0, LOOK_MS), hold_cb, bench);
    else
      hold_cb (bench);
  }
  if (till_tapping_get_state (tapping) == TILL_TAP_READING)
    bench->reader_kib = get_reader_kib ();
}

static gboolean
is_over (Bench *bench)
{
  TillSaleItem *item = till_tapping_get_item (bench->tapping);

  return till_tapping_is_over (bench->tapping) &&
         (!item || till_payment_is_final (till_sale_item_get_state (item)));
}

/* What became of a tap that was not paid: how the wait ended, or what the payment says. */
static void
print_unpaid (TillTapping *tapping)
{
  TillSaleItem *item = till_tapping_get_item (tapping);
  const GError *fault = till_tapping_get_fault (tapping);

  printf ("  not paid: reader %s, payment %s %s %s\n",
          till_tap_state_to_word (till_tapping_get_state (tapping)),
          item ? till_payment_state_to_word (till_sale_item_get_state (item)) : "none",
          till_reason_to_word (item ? till_sale_item_get_reason (item)
                                    : till_tapping_get_reason (tapping)),
          fault ? fault->message : "");
}

/* Returns: whether it was paid */
static gboolean
tap_once (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item;
  gboolean is_paid;

  if (bench->watch)
    wire_watch_reset (bench->watch);
  bench->is_held = FALSE;
  bench->tapping = till_desk_tap (bench->shop.desk, AMOUNT_FEN,
                                  pn532_host_get_reader (bench->host), 20000, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (bench->tapping, "changed", G_CALLBACK (changed_cb), bench);
  while (!is_over (bench))
    g_main_context_iteration (NULL, TRUE);
  item = till_tapping_get_item (bench->tapping);
  is_paid = item && till_sale_item_get_state (item) == TILL_PAYMENT_PAID;
  if (!is_paid)
    print_unpaid (bench->tapping);
  g_clear_object (&bench->tapping);
  pn532_host_say (bench->host, "remove");

  return is_paid;
}

static void
set_up (Bench      *bench,
        const char *contract,
        gboolean    is_paced)
{
  const guint port = tap_shop_start_sandbox (&bench->shop);

  bench->is_paced = is_paced;
  bench->watch = is_paced ? wire_watch_new (port) : NULL;
  bench->host = pn532_host_new (is_paced);
  tap_shop_open (&bench->shop, contract, is_paced ? wire_watch_get_port (bench->watch) : port);
}

static void
tear_down (Bench *bench)
{
  tap_shop_close (&bench->shop);
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
print_times (const char *contract,
             const char *what,
             double     *ms,
             int         goal_ms)
{
  const double *p95 = ms + (N_PACED * 95 - 1) / 100;

  qsort (ms, N_PACED, sizeof ms[0], compare);
  printf ("%s, %s: median %.0f ms, p95 %.0f ms, worst %.0f ms (goal %d)\n", contract, what,
          ms[N_PACED / 2], *p95, ms[N_PACED - 1], goal_ms);

  return ms[0] > 0 && *p95 <= goal_ms;
}

static void
field_cb (TillTap *tap,
          gint64  *removed_us)
{
  if (till_tap_get_state (tap) == TILL_TAP_REMOVE && *removed_us == 0)
    *removed_us = g_get_monotonic_time ();
}

static gboolean
measure_times (const char *contract)
{
  double field_ms[N_PACED], wire_ms[N_PACED];
  gint64 removed_us = 0;
  Bench bench = { 0 };
  gboolean is_good = TRUE;

  set_up (&bench, contract, TRUE);
  g_signal_connect (bench.shop.tap, "state-changed", G_CALLBACK (field_cb), &removed_us);
  for (guint i = 0; i < N_WARM_UP; i++)
    is_good &= tap_once (&bench);
  for (guint i = 0; i < N_PACED; i++) {
    removed_us = 0;
    is_good &= tap_once (&bench);
    field_ms[i] = (double) (removed_us - bench.held_us) / 1000;
    wire_ms[i] = (double) (wire_watch_get_seen_us (bench.watch) - bench.held_us) / 1000;
  }
  g_signal_handlers_disconnect_by_data (bench.shop.tap, &removed_us);
  tear_down (&bench);
  is_good &= print_times (contract, "card in the field until it may leave", field_ms,
                          FIELD_GOAL_MS);
  is_good &= print_times (contract, "card in the field until the request is on the wire", wire_ms,
                          WIRE_GOAL_MS);

  return is_good;
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
  g_auto (GStrv) pids = list_children ();

  return g_strv_length (pids);
}

/* A process that has ended is noticed by the main loop a moment later. */
static void
settle (void)
{
  const gint64 until_us = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, FALSE);
}

/* What is counted after some of the taps, after half, and after all. SQLite's cache takes some
 * three thousand taps to be full. */
typedef struct {
  gint64 till_kib;
  gint64 cache_kib;   /* of these, SQLite's */
  gint64 reader_kib;
  guint  n_files;
  guint  n_children;
} Counts;

static Counts
count (const Bench *bench,
       const char  *contract,
       guint        n_taps)
{
  Counts counts;

  settle ();
  counts = (Counts) {
    .till_kib = get_kib ("self", "VmRSS:"),
    .cache_kib = sqlite3_memory_used () / 1024,
    .reader_kib = bench->reader_kib,
    .n_files = count_entries ("/proc/self/fd"),
    .n_children = count_children (),
  };
  printf ("%s, %u taps: till %d KiB, of which SQLite's cache %d KiB, its reader %d KiB, "
          "%u descriptors, %u processes\n", contract, n_taps, (int) counts.till_kib,
          (int) counts.cache_kib, (int) counts.reader_kib, counts.n_files, counts.n_children);
  fflush (stdout);

  return counts;
}

static gboolean
compare_books (Bench      *bench,
               const char *contract,
               guint       n_taps)
{
  const TapBooked journal = tap_shop_read_journal (&bench->shop);
  const TapBooked ledger = tap_shop_read_ledger (&bench->shop);

  printf ("%s: %u paid in the journal, %u in the acquirer's ledger, of %u taps\n", contract,
          journal.n_paid, ledger.n_paid, n_taps);

  return journal.n_paid == n_taps && ledger.n_paid == n_taps &&
         journal.paid_fen == ledger.paid_fen;
}

static gboolean
is_told (guint n_taps)
{
  for (guint i = 0; i < G_N_ELEMENTS (told_at); i++) {
    if (told_at[i] == n_taps)
      return TRUE;
  }

  return FALSE;
}

static gboolean
compare_counts (const char   *contract,
                const Counts *half,
                const Counts *last)
{
  const gint64 cache_kib = last->cache_kib - half->cache_kib;
  const gint64 grown_kib = last->till_kib - half->till_kib - cache_kib;

  printf ("%s: from half of the taps to all, till grown by %d KiB (goal %d) and SQLite's cache by "
          "%d KiB to %d KiB (goal %d), %d descriptors and %d processes left over\n", contract,
          (int) grown_kib, GROWTH_GOAL_KIB, (int) cache_kib, (int) last->cache_kib, CACHE_GOAL_KIB,
          (int) last->n_files - (int) half->n_files,
          (int) last->n_children - (int) half->n_children);

  return grown_kib <= GROWTH_GOAL_KIB && last->cache_kib <= CACHE_GOAL_KIB &&
         last->n_files <= half->n_files && last->n_children <= half->n_children;
}

static gboolean
go_on_and_on (const char *contract,
              guint       n_taps)
{
  const gint64 begun_us = g_get_monotonic_time ();
  guint n_unpaid = 0;
  Counts half = { 0 }, last;
  Bench bench = { 0 };
  gboolean is_good;

  set_up (&bench, contract, FALSE);
  for (guint i = 1; i < n_taps; i++) {
    n_unpaid += !tap_once (&bench);
    if (i == MAX (n_taps / 2, 1))
      half = count (&bench, contract, i);
    else if (is_told (i))
      count (&bench, contract, i);
  }
  n_unpaid += !tap_once (&bench);
  last = count (&bench, contract, n_taps);
  is_good = compare_books (&bench, contract, n_taps);
  tear_down (&bench);
  printf ("%s: %.0f ms each, %u unpaid\n", contract,
          (double) (g_get_monotonic_time () - begun_us) / 1000 / n_taps, n_unpaid);
  is_good &= compare_counts (contract, &half, &last);
  fflush (stdout);

  return is_good && n_unpaid == 0;
}

int
main (int   argc,
      char *argv[])
{
  const guint n_taps = argc > 1 ? (guint) atoi (argv[1]) : N_TAPS;
  gboolean is_good = TRUE;

  if (argc > 2)
    return go_on_and_on (argv[2], MAX (n_taps, 2)) ? 0 : 1;

  for (guint i = 0; i < G_N_ELEMENTS (contracts); i++)
    is_good &= measure_times (contracts[i]);
  for (guint i = 0; n_taps >= 4 && i < G_N_ELEMENTS (contracts); i++)
    is_good &= go_on_and_on (contracts[i], n_taps / 2);

  return is_good ? 0 : 1;
}

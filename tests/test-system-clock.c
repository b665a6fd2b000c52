/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/system-clock.h"

static GMainLoop *loop;

static void
quit_cb (gpointer user_data)
{
  guint *n_fired = user_data;

  ++*n_fired;
  g_main_loop_quit (loop);
}

static void
never_cb (gpointer user_data)
{
  g_assert_not_reached ();
}

/* The wall clock counts from 1970, the other one never goes back. */
static void
test_times (void)
{
  const TillClock *clock = till_system_clock_get ();
  gint64 mono_us = till_clock_mono_us (clock);

  g_assert_cmpint (ABS (till_clock_now_us (clock) - g_get_real_time ()), <, G_USEC_PER_SEC);
  for (guint i = 0; i < 1000; i++) {
    gint64 next_us = till_clock_mono_us (clock);

    g_assert_cmpint (next_us, >=, mono_us);
    mono_us = next_us;
  }
}

/* A timer fires once and not before its time; one that was cancelled never; a second cancel is
 * harmless. */
static void
test_timers (void)
{
  const TillClock *clock = till_system_clock_get ();
  gint64 begun_us = till_clock_mono_us (clock);
  guint n_fired = 0;
  guint cancelled, fired;

  loop = g_main_loop_new (g_main_context_get_thread_default (), FALSE);
  cancelled = till_clock_add_timer (clock, 0, never_cb, NULL);
  fired = till_clock_add_timer (clock, 3, quit_cb, &n_fired);
  g_assert_cmpuint (cancelled, !=, 0);
  till_clock_cancel (clock, cancelled);
  g_main_loop_run (loop);

  g_assert_cmpuint (n_fired, ==, 1);
  g_assert_cmpint (till_clock_mono_us (clock) - begun_us, >=, 3000);
  till_clock_cancel (clock, cancelled);
  till_clock_cancel (clock, fired);
  till_clock_cancel (clock, 0);
  g_main_loop_unref (loop);
}

/* Timers belong to the context of the thread that adds them. */
static void
test_other_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  test_timers ();
  g_main_context_pop_thread_default (context);
}

/* A delay that GLib cannot count, or that is past, is no surprise. */
static void
test_limits (void)
{
  static const gint64 delays_ms[] = { -1, G_MININT64, G_MAXINT64, G_MAXUINT + (gint64) 1 };
  const TillClock *clock = till_system_clock_get ();

  for (guint i = 0; i < G_N_ELEMENTS (delays_ms); i++) {
    guint n_fired = 0;
    guint timer = till_clock_add_timer (clock, delays_ms[i], quit_cb, &n_fired);

    loop = g_main_loop_new (NULL, FALSE);
    g_main_context_iteration (NULL, FALSE);
    g_assert_cmpuint (n_fired, ==, delays_ms[i] < 0);
    till_clock_cancel (clock, timer);
    g_main_loop_unref (loop);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/system-clock/times", test_times);
  g_test_add_func ("/system-clock/timers", test_timers);
  g_test_add_func ("/system-clock/other-context", test_other_context);
  g_test_add_func ("/system-clock/limits", test_limits);

  return g_test_run ();
}

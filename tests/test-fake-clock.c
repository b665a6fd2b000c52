/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-clock.h"

typedef struct {
  const TillClock *clock;
  GString         *fired;   /* a letter a timer */
  gint64           last_us;
} Record;

static Record record;

static void
note (char letter)
{
  g_string_append_c (record.fired, letter);
  record.last_us = till_clock_mono_us (record.clock);
}

static void
a_cb (gpointer user_data)
{
  note ('a');
}

static void
b_cb (gpointer user_data)
{
  note ('b');
}

static void
again_cb (gpointer user_data)
{
  note ('r');
  till_clock_add_timer (record.clock, 10, again_cb, NULL);
}

/* Timers fire in the order of their moments, at their moments, once. */
static void
test_order (void)
{
  g_autoptr (TillFakeClock) fake = till_fake_clock_new ();
  const TillClock *clock = till_fake_clock_get_port (fake);
  gint64 begun_us = till_clock_mono_us (clock);

  record = (Record) { clock, g_string_new (NULL), 0 };
  till_clock_add_timer (clock, 30, b_cb, NULL);
  till_clock_add_timer (clock, 20, a_cb, NULL);
  till_clock_add_timer (clock, 20, b_cb, NULL);
  g_assert_cmpint (till_fake_clock_get_next_ms (fake), ==, 20);

  till_fake_clock_advance (fake, 19);
  g_assert_cmpstr (record.fired->str, ==, "");
  till_fake_clock_advance (fake, 1);
  g_assert_cmpstr (record.fired->str, ==, "ab");
  till_fake_clock_advance (fake, 1000);
  g_assert_cmpstr (record.fired->str, ==, "abb");
  g_assert_cmpint (record.last_us - begun_us, ==, 30000);
  g_assert_cmpint (till_clock_mono_us (clock) - begun_us, ==, 1020000);
  g_assert_cmpint (till_fake_clock_get_next_ms (fake), ==, -1);
  g_string_free (record.fired, TRUE);
}

/* What a timer adds fires within the same advance, if it falls due. */
static void
test_added_on_the_way (void)
{
  g_autoptr (TillFakeClock) fake = till_fake_clock_new ();

  record = (Record) { till_fake_clock_get_port (fake), g_string_new (NULL), 0 };
  till_clock_add_timer (record.clock, 10, again_cb, NULL);
  till_fake_clock_advance (fake, 35);
  g_assert_cmpstr (record.fired->str, ==, "rrr");
  g_assert_cmpuint (till_fake_clock_get_n_timers (fake), ==, 1);
  g_string_free (record.fired, TRUE);
}

/* A cancelled timer is silent; an unknown number is no mistake. */
static void
test_cancel (void)
{
  g_autoptr (TillFakeClock) fake = till_fake_clock_new ();
  const TillClock *clock = till_fake_clock_get_port (fake);
  guint timer;

  record = (Record) { clock, g_string_new (NULL), 0 };
  timer = till_clock_add_timer (clock, 10, a_cb, NULL);
  g_assert_cmpuint (timer, !=, 0);
  till_clock_cancel (clock, timer);
  till_clock_cancel (clock, timer);
  till_clock_cancel (clock, 0);
  till_fake_clock_advance (fake, 100);
  g_assert_cmpstr (record.fired->str, ==, "");
  g_string_free (record.fired, TRUE);
}

/* The wall clock can be set; timers and the monotonic clock do not notice. */
static void
test_wall_clock (void)
{
  g_autoptr (TillFakeClock) fake = till_fake_clock_new ();
  const TillClock *clock = till_fake_clock_get_port (fake);
  gint64 mono_us = till_clock_mono_us (clock);

  g_assert_cmpint (till_clock_now_us (clock), ==, TILL_FAKE_CLOCK_START_US);
  till_fake_clock_set_now (fake, 5);
  g_assert_cmpint (till_clock_now_us (clock), ==, 5);
  g_assert_cmpint (till_clock_mono_us (clock), ==, mono_us);
  till_fake_clock_advance (fake, 2);
  g_assert_cmpint (till_clock_now_us (clock), ==, 2005);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fake-clock/order", test_order);
  g_test_add_func ("/fake-clock/added-on-the-way", test_added_on_the_way);
  g_test_add_func ("/fake-clock/cancel", test_cancel);
  g_test_add_func ("/fake-clock/wall-clock", test_wall_clock);

  return g_test_run ();
}

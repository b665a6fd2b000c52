/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/wedge.h"

#include <string.h>

#include "fake-clock.h"

/* What came through: "[text]" for a scan, single characters for what a person typed, in order. */
typedef struct {
  TillFakeClock *clock;
  TillWedge     *wedge;
  GString       *held;
  GString       *log;
  gint64         at_ms;
} Fixture;

static void
scanned_cb (const char *text,
            gpointer    user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "[%s]", text);
}

static void
taken_cb (gpointer user_data)
{
  g_string_truncate (((Fixture *) user_data)->held, 0);
}

static void
released_cb (gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append (fixture->log, fixture->held->str);
  g_string_truncate (fixture->held, 0);
}

static const TillWedgeFuncs funcs = {
  .scanned = scanned_cb,
  .taken = taken_cb,
  .released = released_cb,
};

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->clock = till_fake_clock_new ();
  fixture->wedge = till_wedge_new (till_fake_clock_get_port (fixture->clock), &funcs, fixture);
  fixture->held = g_string_new (NULL);
  fixture->log = g_string_new (NULL);
  fixture->at_ms = 1000;
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  till_wedge_free (fixture->wedge);
  g_assert_cmpuint (till_fake_clock_get_n_timers (fixture->clock), ==, 0);
  till_fake_clock_free (fixture->clock);
  g_string_free (fixture->held, TRUE);
  g_string_free (fixture->log, TRUE);
}

static void
pass (Fixture *fixture,
      gint64   ms)
{
  fixture->at_ms += ms;
  till_fake_clock_advance (fixture->clock, ms);
}

static void
press (Fixture *fixture,
       gunichar key)
{
  switch (till_wedge_press (fixture->wedge, key, fixture->at_ms)) {
  case TILL_WEDGE_PASS:
    g_assert_cmpuint (fixture->held->len, ==, 0);
    g_string_append_c (fixture->log, key ? (char) key : '?');
    break;
  case TILL_WEDGE_HOLD:
    g_string_append_unichar (fixture->held, key);
    break;
  case TILL_WEDGE_SWALLOW:
    g_assert_cmpuint (fixture->held->len, ==, 0);
    break;
  }
}

/* A key each @gap_ms; "~" is a pause of half a second, "_" one of 60 ms, "^" a key without a
 * character. */
static void
type (Fixture    *fixture,
      const char *keys,
      gint64      gap_ms)
{
  for (const char *p = keys; *p; p++) {
    if (*p == '~' || *p == '_') {
      pass (fixture, *p == '~' ? 500 : 60);
      continue;
    }
    press (fixture, *p == '^' ? 0 : (guchar) *p);
    pass (fixture, gap_ms);
  }
}

/* Fast characters are a scan when they are enough, end as a scanner ends, and are not one key that
 * repeats; all else reaches the focused widget whole and in its order. */
static void
test_speed (Fixture      *fixture,
            gconstpointer data)
{
  static const struct {
    const char *keys;
    gint64      gap_ms;
    const char *log;
  } cases[] = {
    /* Scanners. */
    { "134567890123456789\r", 2, "[134567890123456789]" },
    { "134567890123456789\n", 2, "[134567890123456789]" },
    { "134567890123456789\t", 2, "[134567890123456789]" },
    { "134567890123456789~", 2, "[134567890123456789]" },
    { "134567890123456789\r", 30, "[134567890123456789]" },
    { "134567890123456789\r", 34, "[134567890123456789]" },
    { "6901234567892\r", 5, "[6901234567892]" },
    { "12345670\r", 5, "[12345670]" },
    { "fp0123456789abcdefghijABCDEFGHIJ012\r", 5, "[fp0123456789abcdefghijABCDEFGHIJ012]" },
    { "https://qr.alipay.com/fkx0123?a=b\r", 5, "[https://qr.alipay.com/fkx0123?a=b]" },
    { "111134567890123456\r", 5, "[111134567890123456]" },
    { "134567890123456789\r28476543210987654321\r", 5,
      "[134567890123456789][28476543210987654321]" },
    { "13456789012_3456789\r", 5, "[134567890123456789]" },   /* a hiccup of the cable */
    { "1345_67890123456789\r", 5, "[134567890123456789]" },
    { "12.5~134567890123456789\r", 5, "12.5[134567890123456789]" },
    { "134567890123456789\r~~1~2~", 5, "[134567890123456789]12" },

    /* People. */
    { "1", 500, "1" },
    { "12.50\r", 120, "12.50\r" },
    { "134567890123456789\r", 60, "134567890123456789\r" },
    { "134567890123456789\r", 35, "134567890123456789\r" },
    { "12~\r", 20, "12\r" },               /* two keys that roll over */
    { "1234567\r", 2, "1234567\r" },       /* too few for a code */
    { "1234567~", 2, "1234567" },
    { "00000000000000000000\r", 30, "00000000000000000000\r" },  /* a key held down */
    { "00000000000000000000000000000000000000000000000000~", 30,
      "00000000000000000000000000000000000000000000000000" },
    { "\r", 5, "\r" },
    { "\t\t\r", 5, "\t\t\r" },
    { "12^34~", 5, "12?34" },
    { "12_34~", 5, "1234" },
    { "13_4567890123456789\r", 5, "13[4567890123456789]" },
    { "12\b~", 5, "12\b" },
    { "wei xin~", 5, "wei xin" },
    { "1234567^89012345\r~", 3, "1234567?[89012345]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_string_truncate (fixture->log, 0);
    type (fixture, cases[i].keys, cases[i].gap_ms);
    pass (fixture, 1000);
    g_assert_cmpstr (fixture->log->str, ==, cases[i].log);
    g_assert_cmpuint (fixture->held->len, ==, 0);
  }
}

/* A person's key is kept back for 35 ms, no longer. */
static void
test_delay (Fixture      *fixture,
            gconstpointer data)
{
  press (fixture, '5');
  pass (fixture, 34);
  g_assert_cmpstr (fixture->log->str, ==, "");
  pass (fixture, 1);
  g_assert_cmpstr (fixture->log->str, ==, "5");
}

/* Speed is the keyboard's: a program that was busy gets a scan all at once, and a person's keys
 * too. */
static void
test_busy_program (Fixture      *fixture,
                   gconstpointer data)
{
  const char *keys = "12.50";

  for (const char *p = keys; *p; p++) {
    press (fixture, (guchar) *p);
    fixture->at_ms += 120;
  }
  for (const char *p = "134567890123456789"; *p; p++) {
    press (fixture, (guchar) *p);
    fixture->at_ms += 10;
  }
  press (fixture, '\r');

  g_assert_cmpstr (fixture->log->str, ==, "12.50[134567890123456789]");
}

/* What never ends does not grow for ever. */
static void
test_endless (Fixture      *fixture,
              gconstpointer data)
{
  for (guint i = 0; i < 10000; i++) {
    till_wedge_press (fixture->wedge, '0' + i % 10, fixture->at_ms);
    pass (fixture, 1);
  }
  pass (fixture, 1000);

  g_assert_cmpuint (fixture->log->len, ==, 4096 + strlen ("[]"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/wedge/speed", Fixture, NULL, set_up, test_speed, tear_down);
  g_test_add ("/wedge/delay", Fixture, NULL, set_up, test_delay, tear_down);
  g_test_add ("/wedge/busy-program", Fixture, NULL, set_up, test_busy_program, tear_down);
  g_test_add ("/wedge/endless", Fixture, NULL, set_up, test_endless, tear_down);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/day.h"

static gint64
utc_us (const char *text)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_iso8601 (text, NULL);

  g_assert_nonnull (when);

  return g_date_time_to_unix (when) * G_USEC_PER_SEC;
}

/* A moment's business day is by the shop's zone and cut-off, whatever the computer's zone is. */
static void
test_of (void)
{
  static const struct {
    const char *zone;
    const char *starts;
    const char *at;
    int         day;
  } cases[] = {
    { "Asia/Shanghai", "00:00", "2026-11-21T15:59:59Z", 20261121 },
    { "Asia/Shanghai", "00:00", "2026-11-21T16:00:00Z", 20261122 },
    { "Asia/Shanghai", "04:00", "2026-11-21T19:59:59Z", 20261121 },
    { "Asia/Shanghai", "04:00", "2026-11-21T20:00:00Z", 20261122 },
    { "Asia/Shanghai", "04:00", "2026-12-31T19:00:00Z", 20261231 },
    { "Asia/Shanghai", "04:30", "2026-02-28T20:29:59Z", 20260228 },
    { "Asia/Shanghai", "04:30", "2026-02-28T20:30:00Z", 20260301 },
    { "Asia/Urumqi", "00:00", "2026-11-21T17:59:59Z", 20261121 },
    /* Daylight saving: the day that lost an hour, and the one that won one, start at 04:00 too. */
    { "Europe/Paris", "04:00", "2026-03-29T01:59:59Z", 20260328 },
    { "Europe/Paris", "04:00", "2026-03-29T02:00:00Z", 20260329 },
    { "Europe/Paris", "04:00", "2026-10-25T02:59:59Z", 20261024 },
    { "Europe/Paris", "04:00", "2026-10-25T03:00:00Z", 20261025 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillDay) day = till_day_new (cases[i].zone, cases[i].starts, NULL);

    g_test_message ("%s %s %s", cases[i].zone, cases[i].starts, cases[i].at);
    g_assert_cmpint (till_day_of (day, utc_us (cases[i].at)), ==, cases[i].day);
  }
}

static void
test_refused (void)
{
  static const char *const bad_zones[] = { "", "Mars/Olympus", "Asia/Shangha" };
  static const char *const bad_starts[] = { "", "4", "24:00", "13:00", "04:60", "04:00x", "-1:00" };
  static const char *const bad_dates[] = {
    "", "2026-11", "2026-13-01", "2026-02-29", "20261122", "2026-11-22x", "2026-1-2", "x",
  };
  int date = -1;

  for (guint i = 0; i < G_N_ELEMENTS (bad_zones); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (till_day_new (bad_zones[i], "04:00", &error));
    g_assert_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad_starts); i++)
    g_assert_null (till_day_new ("Asia/Shanghai", bad_starts[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad_dates); i++)
    g_assert_false (till_day_parse (bad_dates[i], &date));
  g_assert_cmpint (date, ==, -1);

  g_assert_true (till_day_parse ("2028-02-29", &date));
  g_assert_cmpint (date, ==, 20280229);
}

static void
test_format (void)
{
  g_autoptr (TillDay) day = till_day_new ("Asia/Shanghai", "04:00", NULL);
  g_autofree char *text = till_day_format (day, utc_us ("2026-11-22T04:05:06Z"), "%H:%M:%S");

  g_assert_cmpstr (text, ==, "12:05:06");
}

int
main (int   argc,
      char *argv[])
{
  /* The computer's own zone must not matter. */
  g_setenv ("TZ", "America/New_York", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/day/of", test_of);
  g_test_add_func ("/day/refused", test_refused);
  g_test_add_func ("/day/format", test_format);

  return g_test_run ();
}

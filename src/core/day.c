/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/day.h"

#include <stdio.h>
#include <string.h>

struct _TillDay
{
  GTimeZone *zone;
  int        starts_min;  /* minutes after midnight */
};

/* "04:00"; a day may start between midnight and noon, later belongs to the day itself. */
static gboolean
read_start (const char *text,
            int        *minutes)
{
  int hour, minute, end = 0;

  if (sscanf (text, "%2d:%2d%n", &hour, &minute, &end) != 2 || text[end] != '\0' ||
      hour < 0 || hour > 12 || minute < 0 || minute > 59)
    return FALSE;

  *minutes = hour * 60 + minute;
  return TRUE;
}

/**
 * till_day_new:
 * @time_zone: a name of the tz database, "Asia/Shanghai"
 * @day_starts: "HH:MM", 00:00 to 12:59
 * @error: set to %G_KEY_FILE_ERROR_INVALID_VALUE
 *
 * Returns: (transfer full): the shop's calendar, or %NULL with @error
 */
TillDay *
till_day_new (const char *time_zone,
              const char *day_starts,
              GError    **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (time_zone);
  TillDay *day;
  int starts_min;

  if (!zone) {
    g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                 "no such time zone: %s", time_zone);
    return NULL;
  }
  if (!read_start (day_starts, &starts_min)) {
    g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                 "not an hour between 00:00 and 12:59: %s", day_starts);
    return NULL;
  }

  day = g_new0 (TillDay, 1);
  day->zone = g_steal_pointer (&zone);
  day->starts_min = starts_min;

  return day;
}

void
till_day_free (TillDay *day)
{
  if (!day)
    return;

  g_time_zone_unref (day->zone);
  g_free (day);
}

static GDateTime *
shop_time (const TillDay *day,
           gint64         at_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);

  return utc ? g_date_time_to_timezone (utc, day->zone) : NULL;
}

/**
 * till_day_of:
 * @at_us: µs since 1970 UTC
 *
 * Returns: the shop's business day at @at_us as a number, 20261122; 0 for a time out of range
 */
int
till_day_of (const TillDay *day,
             gint64         at_us)
{
  g_autoptr (GDateTime) local = shop_time (day, at_us);
  g_autoptr (GDateTime) shifted = NULL;

  if (!local)
    return 0;

  /* By the clock on the wall, not by elapsed time: a day that is an hour short starts at 04:00
   * too. */
  if (g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local) < day->starts_min)
    shifted = g_date_time_add_days (local, -1);
  else
    shifted = g_date_time_ref (local);

  return g_date_time_get_year (shifted) * 10000 + g_date_time_get_month (shifted) * 100 +
         g_date_time_get_day_of_month (shifted);
}

/**
 * till_day_parse:
 * @text: "2026-11-22"
 *
 * Returns: %FALSE where @text is no date
 */
gboolean
till_day_parse (const char *text,
                int        *date)
{
  int year, month, day_of_month, end = 0;

  if (sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day_of_month, &end) != 3 ||
      strlen (text) != 10 || end != 10 || month < 1 || day_of_month < 1 ||
      !g_date_valid_dmy ((GDateDay) day_of_month, (GDateMonth) month, (GDateYear) year))
    return FALSE;

  *date = year * 10000 + month * 100 + day_of_month;
  return TRUE;
}

/**
 * till_day_format:
 * @format: as for g_date_time_format()
 *
 * Returns: (transfer full): @at_us on the shop's clock; "" for a time out of range
 */
char *
till_day_format (const TillDay *day,
                 gint64         at_us,
                 const char    *format)
{
  g_autoptr (GDateTime) local = shop_time (day, at_us);
  char *text = local ? g_date_time_format (local, format) : NULL;

  return text ? text : g_strdup ("");
}

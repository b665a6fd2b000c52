/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader-fixture.h"

#include <stdio.h>
#include <string.h>

/* How soon the till hears of what a reader does wrong, and how soon one that failed reads again:
 * what the tests see in order, here by the clock. */

#define SOON_MS  2000
#define DRIP_MS  5000   /* a reader that drips: by the watchdog */
#define N_ROUNDS 5

static const struct {
  const char *fault;
  const char *step;
  int         goal_ms;
} faults[] = {
  { "drop-ack", "gpo", SOON_MS },       { "no-response", "gpo", SOON_MS },
  { "slow", "gpo", SOON_MS },           { "truncate", "gpo", SOON_MS },
  { "bad-dcs", "gpo", SOON_MS },        { "garbage-only", "gpo", SOON_MS },
  { "nad", "gpo", SOON_MS },            { "ats-zero", "activate", SOON_MS },
  { "no-response", "activate", SOON_MS }, { "no-response", "open", SOON_MS },
  { "remove", "gpo", SOON_MS },         { "oversize", "gpo", SOON_MS },
  { "unplug", "gpo", SOON_MS },         { "drip", "gpo", DRIP_MS },
};

/* Returns: the worst of some rounds, in ms */
static int
measure_fault (ReaderFixture *fixture,
               guint          i)
{
  int worst_ms = 0;

  for (guint round = 0; round < N_ROUNDS; round++) {
    int ms;

    pn532_host_say (fixture->host, "card debit");
    pn532_host_say (fixture->host, "fault %s %s always", faults[i].fault, faults[i].step);
    reader_read_one (fixture, NULL, 10000);
    ms = (int) ((fixture->news_us - fixture->begun_us) / 1000);
    worst_ms = MAX (worst_ms, ms);
    if (strcmp (faults[i].fault, "unplug") == 0)
      pn532_host_say (fixture->host, "plug");
    pn532_host_say (fixture->host, "fault none any 0");
    reader_take_away (fixture);
  }
  printf ("%s at %s: told within %d ms (goal %d)\n", faults[i].fault, faults[i].step, worst_ms,
          faults[i].goal_ms);

  return worst_ms;
}

/* From the plug to the wait for a card, while a card is wanted. */
static int
measure_return (ReaderFixture *fixture)
{
  int worst_ms = 0;

  reader_begin (fixture, NULL, 0, NULL);
  for (guint round = 0; round < N_ROUNDS; round++) {
    gint64 plugged_us;

    reader_run_until_state (fixture, TILL_TAP_WAITING);
    pn532_host_say (fixture->host, "unplug");
    reader_run_until_state (fixture, TILL_TAP_ABSENT);
    plugged_us = g_get_monotonic_time ();
    pn532_host_say (fixture->host, "plug");
    reader_run_until_state (fixture, TILL_TAP_WAITING);
    worst_ms = MAX (worst_ms, (int) ((g_get_monotonic_time () - plugged_us) / 1000));
  }
  pn532_host_say (fixture->host, "card debit");
  reader_run_until_over (fixture);
  printf ("unplugged and back: waits for cards within %d ms (goal %d)\n", worst_ms, SOON_MS);

  return worst_ms;
}

int
main (void)
{
  ReaderFixture fixture = { 0 };
  gboolean is_good = TRUE;

  reader_set_up (&fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    is_good &= measure_fault (&fixture, i) <= faults[i].goal_ms;
  is_good &= measure_return (&fixture) <= SOON_MS;
  reader_tear_down (&fixture, NULL);

  return is_good ? 0 : 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

/* What goes wrong by itself, by chance, within so long after a customer came. */

#define SOON_MS 20000
#define CALM_MS 60000

static Till *
some_till (World *self,
           Chance kind)
{
  return &self->tills[draw (self, kind, self->n_tills)];
}

static void
pull_plug_cb (gpointer user_data)
{
  till_pull_plug (some_till (user_data, CHANCE_POWER));
}

static void
clock_is_set_cb (gpointer user_data)
{
  World *self = user_data;

  tell (self, "somebody sets the wall clocks right");
  for (guint i = 0; i < self->n_tills; i++)
    till_set_wall (&self->tills[i], true_wall_us (self));
}

/* By minutes or by a day, forward or back. */
static void
clock_jumps_cb (gpointer user_data)
{
  World *self = user_data;
  Till *till = some_till (self, CHANCE_CLOCK);
  int most_s = draw (self, CHANCE_CLOCK, 2) ? 600 : 24 * 60 * 60;
  gint64 by_s = (gint64) draw (self, CHANCE_CLOCK, 2 * (guint) most_s) - most_s;

  if (self->chances.all_off)
    return;
  tell (self, "the wall clock of till %u jumps by %" G_GINT64_FORMAT " s", till->index + 1, by_s);
  till_set_wall (till, till_clock_now_us (&till->clock) + by_s * G_USEC_PER_SEC);
  after (self, draw (self, CHANCE_CLOCK, 60000), clock_is_set_cb, self);
}

static void
rotate_cb (gpointer user_data)
{
  World *self = user_data;

  tell (self, "the banks sign with new keys");
  for (guint i = 0; i < N_BANKS; i++)
    self->banks[i]->key++;
}

/* The computers sleep, and with them the clock that deadlines are kept on; the banks do not. */
static void
night_cb (gpointer user_data)
{
  World *self = user_data;
  gint64 slept_ms = (60 + draw (self, CHANCE_NIGHT, 12 * 60)) * 60000;

  if (self->chances.all_off)
    return;
  tell (self, "the tills sleep for %d minutes", (int) (slept_ms / 60000));
  self->town.slept_ms += slept_ms;
  for (guint i = 0; i < self->n_tills; i++)
    self->tills[i].wall_offset_us += slept_ms * 1000;
}

static void
calm_ends_cb (gpointer user_data)
{
  World *self = user_data;

  if (self->is_ending)
    return;
  self->is_calm = FALSE;
  tell (self, "— things may go wrong again —");
  calm_end (self);
}

static void
calm_begins_cb (gpointer user_data)
{
  World *self = user_data;

  if (self->is_ending || self->is_calm)
    return;
  self->is_calm = TRUE;
  calm_begin (self);
  after (self, CALM_MS, calm_ends_cb, self);
}

/**
 * plan_troubles:
 *
 * A customer has come: draws what goes wrong soon, and when.
 */
void
plan_troubles (World *self)
{
  static const struct {
    Chance        kind;
    guint         permille;
    TillClockFunc func;
  } troubles[] = {
    { CHANCE_POWER, 30, pull_plug_cb },
    { CHANCE_CLOCK, 25, clock_jumps_cb },
    { CHANCE_BANK_ROTATES, 15, rotate_cb },
    { CHANCE_NIGHT, 6, night_cb },
    { CHANCE_COMMAND, 200, command_begin_cb },
  };

  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
    if (happens (self, troubles[i].kind, troubles[i].permille))
      after (self, draw (self, troubles[i].kind, SOON_MS), troubles[i].func, self);
  }
  if (draw (self, CHANCE_LIFE, 25) == 0)
    after (self, draw (self, CHANCE_LIFE, SOON_MS), calm_begins_cb, self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

/* What goes wrong by itself, once a customer or so, each by its own chance. */

#define EVERY_MS 20000
#define CALM_MS  60000

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
  int by_s = (int) draw (self, CHANCE_CLOCK, 2 * (guint) most_s) - most_s;

  if (self->chances.all_off)
    return;
  tell (self, "the wall clock of till %u jumps by %d s", till->index + 1, by_s);
  till_set_wall (till, till_clock_now_us (&till->clock) + by_s * G_USEC_PER_SEC);
  after (self, draw (self, CHANCE_CLOCK, 60000), clock_is_set_cb, self);
}

static void
rotate_cb (gpointer user_data)
{
  World *self = user_data;

  tell (self, "the bank signs with a new key");
  self->wechat->key++;
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
  self->wechat->slept_ms += slept_ms;
  self->alipay->slept_ms += slept_ms;
  for (guint i = 0; i < self->n_tills; i++)
    self->tills[i].wall_offset_us += slept_ms * 1000;
}

static void
calm_ends_cb (gpointer user_data)
{
  World *self = user_data;

  if (self->is_ending)
    return;
  tell (self, "— things may go wrong again —");
  calm_end (self);
}

static void
calm_begins_cb (gpointer user_data)
{
  World *self = user_data;

  if (self->is_ending)
    return;
  calm_begin (self);
  after (self, CALM_MS, calm_ends_cb, self);
}

/**
 * plan_troubles:
 * @for_ms: how long the run may last
 *
 * Draws when they come.
 */
void
plan_troubles (World *self,
               gint64 for_ms)
{
  static const struct {
    Chance        kind;
    guint         permille;
    TillClockFunc func;
  } troubles[] = {
    { CHANCE_POWER, 12, pull_plug_cb },
    { CHANCE_CLOCK, 8, clock_jumps_cb },
    { CHANCE_BANK_ROTATES, 8, rotate_cb },
    { CHANCE_NIGHT, 3, night_cb },
  };

  for (gint64 at_ms = 0; at_ms < for_ms; at_ms += EVERY_MS) {
    for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
      if (happens (self, troubles[i].kind, troubles[i].permille))
        after (self, at_ms + draw (self, troubles[i].kind, EVERY_MS), troubles[i].func, self);
    }
  }
  after (self, draw (self, CHANCE_LIFE, self->n_baskets * EVERY_MS), calm_begins_cb, self);
}

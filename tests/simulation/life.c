/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <string.h>
#include <time.h>

#include "disk.h"

/* A run: one shop's customers, one after the other, and the settling of the books. */

#define BASKET_MS 200000

/* When nothing goes wrong any more, no payment may be amber after so long: the acquirer's time for
 * a charge, and twice what a request may be on its way. */
#define AMBER_MS  (6 * 60 * 1000)

/* And all must be settled by then, the slowest refund too. */
#define SETTLE_MS (4 * 60 * 60 * 1000)

/* Or by the owner's word. */
#define OWNER_MS  (60 * 1000)

gint64
now_ms (World *self)
{
  return till_clock_mono_us (self->clock) / 1000;
}

gint64
true_wall_us (World *self)
{
  return town_wall_us (&self->town);
}

void
tell_text (gpointer    data,
           const char *what)
{
  World *self = data;
  gint64 ms = (true_wall_us (self) + 8 * G_TIME_SPAN_HOUR) / 1000;

  if (self->tells && !self->violation)
    g_string_append_printf (self->story, "%02d:%02d:%02d.%03d  %s\n", (int) (ms / 3600000 % 24),
                            (int) (ms / 60000 % 60), (int) (ms / 1000 % 60), (int) (ms % 1000),
                            what);
}

void
tell (World      *self,
      const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (!self->tells)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tell_text (self, text);
}

/* The first violation is the one that is reported. */
void
violate (World      *self,
         const char *format,
         ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (self->violation)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tell (self, "VIOLATION: %s", text);
  self->violation = g_steal_pointer (&text);
}

/* All that the main loop has to do now. */
void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

guint
draw (World *self,
      Chance kind,
      guint  n)
{
  return chance_draw (&self->chances, kind, n);
}

gboolean
happens (World *self,
         Chance kind,
         guint  permille)
{
  return chance_happens (&self->chances, kind, permille);
}

guint
after (World        *self,
       gint64        delay_ms,
       TillClockFunc func,
       gpointer      user_data)
{
  return till_clock_add_timer (self->clock, delay_ms, func, user_data);
}

/* Looking into the banks. */

Trade *
find_trade (World      *self,
            const char *number)
{
  return g_hash_table_lookup (self->town.trades, number);
}

/* What refund of the payment @of some bank has. */
BankRefund *
find_refund (World      *self,
             const char *of,
             const char *number)
{
  Trade *trade = find_trade (self, of);
  BankRefund *found = NULL;

  if (trade)
    bank_query_refund (trade->bank, of, number, &found);

  return found;
}

Bank *
find_bank (const char *url,
           gpointer    user_data)
{
  Till *till = user_data;
  const char *host = url + strlen ("https://");

  for (guint i = 0; i < N_BANKS * 2; i++) {
    Bank *bank = till->world->banks[i / 2];
    const char *known = bank->dialect->hosts[i % 2];

    if (!known || strncmp (host, known, strlen (known)) != 0 || host[strlen (known)] != '/')
      continue;
    if (bank->dialect == &dialect_iso8583)
      learn_traces (till);
    return bank;
  }
  g_error ("nobody is at %s", url);
}

Basket *
find_basket (World      *self,
             const char *order)
{
  for (guint i = 0; i < self->n_baskets; i++) {
    if (order &&
        g_ptr_array_find_with_equal_func (self->baskets[i].orders, order, g_str_equal, NULL))
      return &self->baskets[i];
  }

  return NULL;
}

/* A run. */

/* When the shop opens: at an hour like any other, shortly before UnionPay's day ends, before
 * midnight, before its day begins, and before the clocks of the computer's own zone go back, and
 * forward. */
static void
choose_time (World *self)
{
  static const gint64 starts_us[] = {
    TILL_FAKE_CLOCK_START_US,
    TILL_FAKE_CLOCK_START_US + 12 * G_TIME_SPAN_HOUR + 50 * G_TIME_SPAN_MINUTE,
    TILL_FAKE_CLOCK_START_US + 13 * G_TIME_SPAN_HOUR + 50 * G_TIME_SPAN_MINUTE,
    TILL_FAKE_CLOCK_START_US + 17 * G_TIME_SPAN_HOUR + 50 * G_TIME_SPAN_MINUTE,
    G_GINT64_CONSTANT (1793511900000000),  /* 2026-11-01 01:45 in New York */
    G_GINT64_CONSTANT (1805006700000000),  /* 2027-03-14 01:45 in New York */
    G_GINT64_CONSTANT (1798732500000000),  /* 2026-12-31 23:55 in Shanghai */
  };
  static const char *const zones[] = { "UTC", "America/New_York", "Asia/Shanghai" };
  gint64 at_us = starts_us[draw (self, CHANCE_LIFE, G_N_ELEMENTS (starts_us))];

  g_setenv ("TZ", zones[draw (self, CHANCE_LIFE, G_N_ELEMENTS (zones))], TRUE);
  tzset ();
  self->town.wall_offset_us = at_us - till_clock_mono_us (self->clock);
}

static void
fill_baskets (World *self)
{
  self->n_baskets = MIN (1 + draw (self, CHANCE_LIFE, N_BASKETS_MAX), self->most_baskets);
  for (guint i = 0; i < self->n_baskets; i++)
    self->baskets[i] = (Basket) {
      .till = &self->tills[i % self->n_tills],
      .name = g_strdup_printf ("basket-%u", i + 1),
      .fen = 1 + draw (self, CHANCE_LIFE, 50000),
      .orders = g_ptr_array_new_with_free_func (g_free),
      .is_done = self->stays_away[i],
    };
}

static void
begin (World  *self,
       guint64 seed)
{
  chances_begin (&self->chances, seed);
  town_clear (&self->town);
  for (guint i = 0; i < N_BANKS; i++)
    bank_clear (self->banks[i]);
  self->town.say = self->tells ? tell_text : NULL;
  disk_clear ();
  watch_begin (self->watch);
  g_clear_pointer (&self->violation, g_free);
  g_string_set_size (self->story, 0);
  self->is_ending = FALSE;
  self->is_calm = FALSE;
  contracts_draw (&self->contracts, &self->chances);
  self->n_tills = draw (self, CHANCE_LIFE, 4) == 0 ? 2 : 1;
  choose_time (self);
  fill_baskets (self);
  for (guint i = 0; i < self->n_tills; i++)
    till_begin (&self->tills[i], seed);
}

/* Lets time pass, timer by timer. */
static void
run_until (World *self,
           gint64 end_ms)
{
  settle ();
  while (!self->violation && now_ms (self) < end_ms) {
    gint64 next_ms = till_fake_clock_get_next_ms (self->fake);

    if (next_ms < 0)
      return;
    till_fake_clock_advance (self->fake, MIN (next_ms, end_ms - now_ms (self)));
    settle ();
    for (guint i = 0; i < self->n_tills; i++) {
      if (self->tills[i].power_is_gone)
        till_crash (&self->tills[i]);
    }
  }
}

static gboolean
customers_are_served (World *self)
{
  for (guint i = 0; i < self->n_tills; i++) {
    if (self->tills[i].basket < self->n_baskets)
      return FALSE;
  }

  return TRUE;
}

/* From here on nothing goes wrong: what is open must come to its end, and within the rules'
 * time; also in a program that starts anew. */
static void
let_everything_settle (World *self)
{
  self->is_ending = TRUE;
  calm_begin (self);
  run_until (self, now_ms (self) + 61000);
  for (guint i = 0; i < self->n_tills && !self->violation; i++) {
    if (!self->tills[i].desk)
      violate (self, "till %u did not start again", i + 1);
    till_turn_off (&self->tills[i]);
    till_start_again_cb (&self->tills[i]);
  }
  run_until (self, now_ms (self) + AMBER_MS);
  calm_end (self);
  self->chances.all_off = TRUE;
  if (!self->violation)
    check_amber (self);
  run_until (self, now_ms (self) + SETTLE_MS);
  if (!self->violation)
    owner_settles (self);
  run_until (self, now_ms (self) + OWNER_MS);
}

static void
end (World *self)
{
  self->chances.all_off = TRUE;
  for (guint i = 0; i < self->n_tills; i++) {
    self->tills[i].power_is_gone = FALSE;
    till_turn_off (&self->tills[i]);
  }
  /* Letters on their way, and people who still want to scan. */
  while (till_fake_clock_get_next_ms (self->fake) >= 0) {
    till_fake_clock_advance (self->fake, till_fake_clock_get_next_ms (self->fake));
    settle ();
  }
  for (guint i = 0; i < self->n_baskets; i++) {
    g_clear_object (&self->baskets[i].tapping);
    g_free (self->baskets[i].name);
    g_free (self->baskets[i].order);
    g_ptr_array_unref (self->baskets[i].orders);
  }
}

/**
 * world_live:
 *
 * Lives a shop's lives: one for each customer, one after the other, then the settling of the books.
 *
 * Returns: (nullable): the promise that was broken; %NULL when all were kept
 */
const char *
world_live (World  *self,
            guint64 seed)
{
  gint64 end_ms;

  begin (self, seed);
  end_ms = now_ms (self) + self->n_baskets * BASKET_MS;
  for (guint i = 0; i < self->n_tills; i++) {
    till_turn_on (&self->tills[i]);
    call_clerk (&self->tills[i], 10);
  }

  while (!self->violation && !customers_are_served (self) && now_ms (self) < end_ms)
    run_until (self, now_ms (self) + 10000);
  if (!self->violation)
    let_everything_settle (self);
  if (!self->violation)
    check_books (self);
  end (self);

  return self->violation;
}

/**
 * world_new:
 * @dir: a folder for the profiles, which exists
 *
 * Returns: (transfer full): a world
 */
World *
world_new (const char *dir)
{
  World *self = g_new0 (World, 1);
  char *bytes;
  gsize n_bytes;

  self->dir = g_strdup (dir);
  self->most_baskets = N_BASKETS_MAX;
  self->story = g_string_new (NULL);
  self->watch = watch_new ();
  self->calm = calm_new ();
  self->fake = till_fake_clock_new ();
  self->clock = till_fake_clock_get_port (self->fake);
  town_init (&self->town, self->clock, &self->chances, self);
  for (guint i = 0; i < N_BANKS; i++)
    self->banks[i] = bank_new (shop_dialects[i], &self->town);
  for (guint i = 0; i < N_TILLS_MAX; i++)
    till_prepare (&self->tills[i], self, i);
  g_assert_true (g_file_get_contents (self->tills[0].journal, &bytes, &n_bytes, NULL));
  self->empty = g_bytes_new_take (bytes, n_bytes);
  disk_install ();

  return self;
}

void
world_free (World *self)
{
  disk_clear ();
  for (guint i = 0; i < N_TILLS_MAX; i++)
    till_release (&self->tills[i]);
  for (guint i = 0; i < N_BANKS; i++)
    bank_free (self->banks[i]);
  town_release (&self->town);
  till_fake_clock_free (self->fake);
  watch_free (self->watch);
  calm_free (self->calm);
  g_bytes_unref (self->empty);
  g_string_free (self->story, TRUE);
  g_free (self->violation);
  g_free (self->dir);
  g_free (self);
}

/**
 * world_set_most:
 *
 * At most so many lives a run.
 */
void
world_set_most (World *self,
                guint  most)
{
  self->most_baskets = most;
}

/**
 * world_set_away:
 * @basket: from 0
 *
 * Whether this customer stays at home, in all runs from now on.
 */
void
world_set_away (World   *self,
                guint    basket,
                gboolean stays_away)
{
  self->stays_away[basket] = stays_away;
}

/**
 * world_get_lives:
 *
 * Returns: how many lives the last run had
 */
guint
world_get_lives (World *self)
{
  return self->n_baskets;
}

Chances *
world_chances (World *self)
{
  return &self->chances;
}

/**
 * world_tell:
 *
 * Whether lives are to be told, for world_get_story().
 */
void
world_tell (World   *self,
            gboolean tells)
{
  self->tells = tells;
}

const char *
world_get_story (World *self)
{
  return self->story->str;
}

/**
 * world_get_steps:
 *
 * Returns: how many requests the tills have sent in all lives
 */
guint64
world_get_steps (World *self)
{
  return watch_get_requests (self->watch);
}

/**
 * world_get_owners_words:
 *
 * Returns: how many payments the owner had to settle, in all lives
 */
guint64
world_get_owners_words (World *self)
{
  return self->n_owners_words;
}

/**
 * world_report_calm:
 *
 * Prints how soon unknown results were known once nothing went wrong.
 *
 * Returns: %FALSE where that was not soon enough
 */
gboolean
world_report_calm (World *self)
{
  return calm_report (self->calm);
}

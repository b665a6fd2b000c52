/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "town.h"

static void
code_free (gpointer data)
{
  PayCode *code = data;

  g_free (code->digits);
  g_free (code->basket);
  g_free (code);
}

/**
 * town_init:
 * @world: for @self's say
 */
void
town_init (Town            *self,
           const TillClock *clock,
           Chances         *chances,
           gpointer         world)
{
  *self = (Town) {
    .clock = clock,
    .chances = chances,
    .codes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, code_free),
    .trades = g_hash_table_new (g_str_hash, g_str_equal),
    .traces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    .world = world,
  };
}

/**
 * town_clear:
 *
 * Forgets everything: a new life. The banks own their trades.
 */
void
town_clear (Town *self)
{
  g_hash_table_remove_all (self->codes);
  g_hash_table_remove_all (self->trades);
  g_hash_table_remove_all (self->traces);
  self->n_codes = 0;
  self->slept_ms = 0;
}

void
town_release (Town *self)
{
  g_hash_table_unref (self->codes);
  g_hash_table_unref (self->trades);
  g_hash_table_unref (self->traces);
}

gint64
town_now_ms (const Town *self)
{
  return till_clock_mono_us (self->clock) / 1000 + self->slept_ms;
}

/**
 * town_wall_us:
 *
 * Returns: the true wall time, which the tills may not have
 */
gint64
town_wall_us (const Town *self)
{
  return till_clock_mono_us (self->clock) + self->slept_ms * 1000 + self->wall_offset_us;
}

/**
 * town_note:
 *
 * Tells the story what happens.
 */
void
town_note (const Town *self,
           const char *format,
           ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (!self->say)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  self->say (self->world, text);
}

/**
 * town_add_code:
 *
 * Returns: (transfer none): a payment code that a customer just opened
 */
PayCode *
town_add_code (Town       *self,
               const char *digits,
               const char *basket)
{
  PayCode *code = g_new0 (PayCode, 1);

  code->digits = g_strdup (digits);
  code->basket = g_strdup (basket);
  code->shown_ms = town_now_ms (self);
  g_hash_table_insert (self->codes, code->digits, code);

  return code;
}

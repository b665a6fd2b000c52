/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

/* Another program on a till's journal: a command that somebody types beside the window. */

#define LOOK_MS   500
#define MOST_MS 20000

static void
changed_cb (TillDesk     *desk,
            TillSaleItem *item,
            gpointer      user_data)
{
  watch_changed (user_data, item);
}

/**
 * command_end:
 *
 * The command ends, whatever it was about; what is open is the window's, or the next start's.
 */
void
command_end (Till *till)
{
  g_clear_object (&till->command.item);
  if (!till->command.desk)
    return;

  till_desk_close (till->command.desk);
  g_clear_object (&till->command.desk);
}

static void
look_cb (gpointer user_data)
{
  Till *till = user_data;
  Command *command = &till->command;

  if (!command->desk)
    return;
  if (now_ms (till->world) >= command->until_ms ||
      !till_desk_is_busy (command->desk, command->item))
    command_end (till);
  else
    after (till->world, LOOK_MS, look_cb, till);
}

static TillSaleItem *
run (Till   *till,
     Basket *basket)
{
  World *self = till->world;
  TillDesk *desk = till->command.desk;

  switch (draw (self, CHANCE_COMMAND, 3)) {
  case 0:
    tell (self, "somebody types: till query, of %s", basket->name);
    return till_desk_query (desk, basket->order, NULL);
  case 1:
    tell (self, "somebody types: till cancel, of %s", basket->name);
    watch_cancelled (self->watch, basket->order);
    return till_desk_cancel (desk, basket->order, NULL);
  default:
    tell (self, "somebody types: till refund, of %s", basket->name);
    return till_desk_refund (desk, basket->order, 0, NULL, NULL);
  }
}

/**
 * command_begin_cb:
 *
 * Somebody types a command about the sale at the counter, or the one before.
 */
void
command_begin_cb (gpointer user_data)
{
  World *self = user_data;
  Till *till = &self->tills[draw (self, CHANCE_COMMAND, self->n_tills)];
  guint index = MIN (till->basket, self->n_baskets - 1);
  Basket *basket;
  TillShop *shop;

  if (draw (self, CHANCE_COMMAND, 2) == 0 && index >= self->n_tills)
    index -= self->n_tills;
  basket = &self->baskets[index];
  if (!till->desk || till->power_is_gone || till->command.desk || !basket->order ||
      self->is_ending || self->is_calm)
    return;

  shop = till_shop_open (till->dir, &till->ports, TILL_JOURNAL_INLINE, NULL);
  if (!shop)
    return;
  till->command.desk = till_desk_new (shop);
  till->command.until_ms = now_ms (self) + MOST_MS;
  g_signal_connect (till->command.desk, "sale-changed", G_CALLBACK (changed_cb), till);
  till->command.item = run (till, basket);
  if (till->command.item)
    after (self, LOOK_MS, look_cb, till);
  else
    command_end (till);
}

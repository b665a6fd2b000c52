/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <string.h>

/* The clerk: sees what the window shows, and does what clerks do. Never begins a second sale for a
 * customer while the first is amber, for the window does not let them. */

#define N_TRIES_MAX 3
#define N_FRAMES    50

/* How long a code on the screen can be paid; some customers come a little later, and some shops
 * are patient. */
#define CODE_LIFE_MS      10000
#define LONG_CODE_LIFE_MS 60000

/* A scanner that reads the same code again and again. */
typedef struct {
  Basket *basket;
  char   *digits;
  char   *order;
  guint   n_left;
} Frames;

static void
check_same (World        *self,
            const char   *order,
            TillSaleItem *item)
{
  const char *number = item ? till_sale_item_get_order (item) : NULL;

  if (number && strcmp (number, order) != 0)
    violate (self, "one number, %s, made two sales", order);
}

static void
frame_cb (gpointer user_data)
{
  Frames *frames = user_data;
  Basket *basket = frames->basket;
  World *self = basket->till->world;
  const TillTicket ticket = { .order = frames->order };

  if (self->violation || !basket->till->desk || frames->n_left == 0 ||
      g_strcmp0 (basket->order, frames->order) != 0) {
    g_free (frames->digits);
    g_free (frames->order);
    g_free (frames);
    return;
  }

  for (guint i = 0; i < 5 && frames->n_left > 0; i++, frames->n_left--) {
    g_autoptr (TillSaleItem) item =
      till_desk_charge (basket->till->desk, basket->fen, frames->digits, NULL, &ticket, NULL);

    check_same (self, frames->order, item);
  }
  after (self, 200, frame_cb, frames);
}

/* The scanner reads it twice; the clerk hits the key twice; the camera sees it in fifty frames. */
static void
read_again (Basket       *basket,
            TillSaleItem *item,
            const char   *digits)
{
  World *self = basket->till->world;
  g_autoptr (TillSaleItem) again = NULL;
  Frames *frames;

  if (!happens (self, CHANCE_FRAMES, 40))
    return;

  tell (self, "the scanner reads it again and again");
  again = till_desk_charge (basket->till->desk, basket->fen, digits, NULL, NULL, NULL);
  if (again && again != item)
    violate (self, "the same code made two sales");

  frames = g_new (Frames, 1);
  *frames = (Frames) { basket, g_strdup (digits), g_strdup (basket->order), N_FRAMES };
  after (self, draw (self, CHANCE_FRAMES, 100), frame_cb, frames);
}

static TillSaleItem *
charge (Basket     *basket,
        TillBrand   brand,
        const char *order)
{
  const TillTicket ticket = { .order = order };
  World *self = basket->till->world;
  g_autofree char *digits = customer_shows_code (self, brand, basket);
  TillSaleItem *item;

  tell (self, "clerk scans %s for %s: %s", digits, basket->name, order);
  item = till_desk_charge (basket->till->desk, basket->fen, digits, NULL, &ticket, NULL);
  if (item)
    read_again (basket, item, digits);

  return item;
}

static TillSaleItem *
take_money (Basket     *basket,
            const char *order)
{
  const TillTicket ticket = { .order = order };
  World *self = basket->till->world;
  gboolean by_code = draw (self, CHANCE_LIFE, 100) < 60;
  TillBrand brand = contracts_draw_wallet (&self->contracts, &self->chances);
  gboolean for_all = draw (self, CHANCE_LIFE, 10) < 3;
  gint64 life_ms = draw (self, CHANCE_LIFE, 5) == 0 ? LONG_CODE_LIFE_MS : CODE_LIFE_MS;

  if (self->contracts.takes_cards && draw (self, CHANCE_LIFE, 100) < 40 &&
      tap_begin (basket, order))
    return NULL;
  if (by_code)
    return charge (basket, brand, order);

  tell (self, "clerk shows a code to %s: %s", basket->name, order);
  return till_desk_collect (basket->till->desk, basket->fen,
                            for_all ? self->contracts.brands : TILL_BRAND_BIT (brand), life_ms,
                            &ticket, NULL);
}

static void
begin_sale (Basket *basket)
{
  Till *till = basket->till;
  g_autofree char *order = till_shop_new_number (till->shop);

  g_clear_object (&basket->item);
  g_free (basket->order);
  basket->order = g_strdup (order);
  g_ptr_array_add (basket->orders, g_strdup (order));
  basket->n_tries++;
  basket->item = take_money (basket, order);
  if (basket->item)
    g_signal_connect (basket->item, "notify::code-text", G_CALLBACK (customers_see_code),
                      till->world);
}

/* Twice at once now and then: by a new refund each time, or by one and the same. All of it, a part,
 * or a part that there may be twice. */
static void
give_back (Basket *basket)
{
  World *self = basket->till->world;
  const guint most_fen[] = { 0, (guint) basket->fen, (guint) basket->fen / 2 + 1 };
  guint of_fen = most_fen[draw (self, CHANCE_REFUND, G_N_ELEMENTS (most_fen))];
  gint64 fen = of_fen ? 1 + draw (self, CHANCE_REFUND, of_fen) : 0;
  guint n_times = 1 + draw (self, CHANCE_REFUND, 2);
  g_autofree char *number = till_shop_new_number (basket->till->shop);
  const TillTicket ticket = { .order = number };
  gboolean same_number = draw (self, CHANCE_REFUND, 4) == 0;

  for (guint i = 0; i < n_times; i++) {
    tell (self, "clerk refunds %" G_GINT64_FORMAT " of %s%s", fen, basket->name,
          same_number ? ", under one number" : "");
    g_clear_object (&basket->item);
    basket->item = till_desk_refund (basket->till->desk, basket->order, fen,
                                     same_number ? &ticket : NULL, NULL);
  }
}

static void
cancel (Basket *basket)
{
  World *self = basket->till->world;
  g_autoptr (TillSaleItem) same = NULL;

  tell (self, "clerk cancels %s", basket->name);
  watch_cancelled (self->watch, basket->order);
  same = till_desk_cancel (basket->till->desk, basket->order, NULL);
}

/* A code refreshed by an impatient customer, or the next one in the queue: it must come to
 * nothing. */
static void
scan_another (Basket *basket)
{
  const TillTicket ticket = { .order = basket->order };
  World *self = basket->till->world;
  TillBrand brand = contracts_draw_wallet (&self->contracts, &self->chances);
  g_autofree char *digits = customer_shows_code (self, brand, basket);
  g_autoptr (TillSaleItem) item = NULL;

  tell (self, "clerk scans another code, %s, for the open %s", digits, basket->name);
  item = till_desk_charge (basket->till->desk, basket->fen, digits, NULL, &ticket, NULL);
  check_same (self, basket->order, item);
}

/* What a clerk does while nothing is decided. */
static void
fidget (Basket *basket)
{
  World *self = basket->till->world;

  if (!till_sale_item_get_order (basket->item))
    return;

  if (happens (self, CHANCE_CANCEL, 35)) {
    cancel (basket);
  } else if (happens (self, CHANCE_ASK_NOW, 20)) {
    g_autoptr (TillSaleItem) same =
      till_desk_query (basket->till->desk, basket->order, NULL);

    tell (self, "clerk asks about %s", basket->name);
  } else if (happens (self, CHANCE_SECOND_CODE, 15)) {
    scan_another (basket);
  } else if (tap_may_go_onto (basket) && happens (self, CHANCE_TAP_ONTO, 300)) {
    tap_onto (basket);
  } else if (happens (self, CHANCE_WINDOW, 5)) {
    till_close_window (basket->till);
  }
}

static void
look_at_green (Basket *basket)
{
  World *self = basket->till->world;

  basket->is_done = TRUE;
  if (happens (self, CHANCE_REFUND, 150))
    give_back (basket);
  else if (happens (self, CHANCE_UNDO, 40))
    cancel (basket);
}

/* Red: the customer may try again, with a new code. */
static void
look_at_red (Basket *basket)
{
  World *self = basket->till->world;

  if (till_sale_item_get_sale (basket->item)->kind == TILL_KIND_CHARGE &&
      happens (self, CHANCE_SAME_NUMBER, 50))
    scan_another (basket);
  if (basket->n_tries < N_TRIES_MAX)
    begin_sale (basket);
  else
    basket->is_done = TRUE;
}

static void
look_at_result (Basket *basket)
{
  TillPaymentState state = till_sale_item_get_state (basket->item);

  if (state == TILL_PAYMENT_PAID)
    look_at_green (basket);
  else if (state == TILL_PAYMENT_FAILED || state == TILL_PAYMENT_PAID_LATE)
    look_at_red (basket);
}

/* After a start: the sale is in the journal, or its first row never came to be. */
static void
look_for_sale (Basket *basket)
{
  if (basket->order)
    basket->item = till_desk_find (basket->till->desk, basket->order, NULL);
  if (!basket->item && basket->n_tries < N_TRIES_MAX)
    begin_sale (basket);
  else if (!basket->item)
    basket->is_done = TRUE;
}

/* With each customer their own luck comes. */
static void
come (Basket *basket)
{
  World *self = basket->till->world;

  if (basket->is_here || basket->is_done)
    return;

  basket->is_here = TRUE;
  chances_come (&self->chances, 1 + (guint) (basket - self->baskets));
  plan_troubles (self);
}

static void
serve (Basket *basket)
{
  come (basket);
  if (tap_serve (basket))
    return;
  if (!basket->item && !basket->is_done)
    look_for_sale (basket);
  if (!basket->item)
    return;

  if (!till_sale_item_get_order (basket->item) &&
      !till_desk_is_busy (basket->till->desk, basket->item))
    g_clear_object (&basket->item);   /* the journal refused its first row: there is no sale */
  else if (till_sale_item_is_open (basket->item))
    fidget (basket);
  else if (!basket->is_done)
    look_at_result (basket);
}

static void
clerk_cb (gpointer user_data)
{
  Till *till = user_data;
  World *self = till->world;
  Basket *basket;

  till->clerk = 0;
  if (!till->desk || self->violation || self->is_ending || till->basket >= self->n_baskets)
    return;

  basket = &self->baskets[till->basket];
  serve (basket);
  if (basket->is_done)
    till->basket += self->n_tills;
  if (till->desk && till->basket < self->n_baskets)
    call_clerk (till, 1000 + draw (self, CHANCE_LIFE, 3000));
}

/**
 * call_clerk:
 *
 * The clerk looks up then, and every few seconds from then on, until the last customer has gone.
 */
void
call_clerk (Till  *till,
            gint64 in_ms)
{
  if (till->clerk)
    till_clock_cancel (till->world->clock, till->clerk);
  till->clerk = after (till->world, in_ms, clerk_cb, till);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <string.h>

/* Customers: with a payment code on the phone, or before a code on the screen. */

/* How the payment codes of a wallet begin, and how long they are. JD's may be those of UnionPay;
 * now and then a wallet begins to use others, which no table knows. */
static char *
make_digits (World     *self,
             TillBrand  brand)
{
  static const struct {
    const char *begin;
    guint       n_more;
  } forms[TILL_N_BRANDS] = {
    [TILL_BRAND_NONE] = { "55", 16 },     [TILL_BRAND_WECHAT] = { "13", 16 },
    [TILL_BRAND_ALIPAY] = { "28", 16 },   [TILL_BRAND_UNIONPAY] = { "62", 17 },
    [TILL_BRAND_ECNY] = { "01", 17 },     [TILL_BRAND_JD] = { "62", 17 },
  };
  TillBrand form = draw (self, CHANCE_LIFE, 30) == 0 ? TILL_BRAND_NONE : brand;

  return g_strdup_printf ("%s%0*u", forms[form].begin, (int) forms[form].n_more,
                          ++self->town.n_codes);
}

/**
 * customer_shows_code:
 *
 * Returns: (transfer full): the digits of a payment code that was just made
 */
char *
customer_shows_code (World     *self,
                     TillBrand  brand,
                     Basket    *basket)
{
  g_autofree char *digits = make_digits (self, brand);
  PayCode *code = town_add_code (&self->town, digits, basket->name);
  guint lot = draw (self, CHANCE_LIFE, 100);

  code->brand = brand;
  if (lot < 25) {
    code->kind = CODE_ASKS_PASSWORD;
    code->pays_after_ms = 500 + draw (self, CHANCE_LIFE, lot < 5 ? 60000 : 15000);
    if (happens (self, CHANCE_PASSWORD, 300))
      code->pays_after_ms = 0;
  } else if (lot < 36 && happens (self, CHANCE_POOR_PAYER, 700)) {
    code->kind = lot < 32 ? CODE_POOR : CODE_REFUSES;
  }

  return g_steal_pointer (&digits);
}

typedef struct {
  World    *world;
  char     *number;
  TillBrand brand;
} Scan;

/* Somebody scans a code on the screen: Alipay's order begins to exist, and is paid, or not. */
static void
scan_cb (gpointer user_data)
{
  Scan *scan = user_data;
  World *self = scan->world;
  Trade *trade = find_trade (self, scan->number);

  if (trade && trade->state == TRADE_OPEN) {
    tell (self, "a customer scans the code of %s", trade->number);
    trade->is_known |= trade->expires_ms > town_now_ms (&self->town);
    if (happens (self, CHANCE_POOR_PAYER, 50)) {
      bank_decline (trade->bank, trade);
    } else {
      if (trade->brand == TILL_BRAND_NONE)
        trade->brand = scan->brand;
      bank_pay (trade->bank, trade);
    }
  }
  g_free (scan->number);
  g_free (scan);
}

/* One of those that can pay such a code. */
static TillBrand
draw_wallet (World       *self,
             const Trade *trade)
{
  guint brand = draw (self, CHANCE_LIFE, TILL_N_BRANDS);

  while (!(trade->bank->dialect->brands & TILL_BRAND_BIT (brand)))
    brand = (brand + 1) % TILL_N_BRANDS;

  return (TillBrand) brand;
}

static void
plan_scan (World       *self,
           const Trade *trade,
           gint64       in_ms)
{
  Scan *scan = g_new (Scan, 1);

  *scan = (Scan) { self, g_strdup (trade->number), draw_wallet (self, trade) };
  after (self, in_ms, scan_cb, scan);
}

static void
show_to_customers (World       *self,
                   const Trade *trade)
{
  guint n_people = happens (self, CHANCE_TWO_SCAN, 100) ? 2 : 1;

  if (happens (self, CHANCE_NO_SCAN, 150))
    n_people = 0;
  for (guint i = 0; i < n_people; i++)
    plan_scan (self, trade, 300 + draw (self, CHANCE_LIFE, 12000));

  /* In the last moment of a code that nothing but its time ends. */
  if (trade->bank->dialect->codes_end_ms > 0 && happens (self, CHANCE_RACE, 150))
    plan_scan (self, trade, MAX (trade->expires_ms - town_now_ms (&self->town) - 1 -
                                   draw (self, CHANCE_RACE, 500), 0));
}

/**
 * customers_see_code:
 *
 * The screen shows a code, or several: people scan them.
 */
void
customers_see_code (TillSaleItem *item,
                    GParamSpec   *pspec,
                    gpointer      user_data)
{
  World *self = user_data;
  const TillSale *sale = till_sale_item_get_sale (item);
  Basket *basket = find_basket (self, sale->order);

  for (guint i = 0; basket && i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    Trade *trade = find_trade (self, payment->order);

    if (payment->code_text && payment->state == TILL_PAYMENT_WAITING && trade && !trade->basket) {
      if (g_strcmp0 (trade->text, payment->code_text) != 0)
        violate (self, "the code on the screen is not that of %s", payment->order);
      trade->basket = g_strdup (basket->name);
      show_to_customers (self, trade);
    }
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank.h"

#include <string.h>

/* A payment code is good for so long after it is shown, then the wallet makes a new one. */
#define CODE_LIFE_MS 90000

/* A shop that is closed for maintenance is so at most for so long. */
#define CLOSED_MS 120000

/* And one whose first host does not answer. */
#define DOWN_MS 90000

static void
refund_free (gpointer data)
{
  BankRefund *refund = data;

  g_free (refund->number);
  g_free (refund->moment);
  g_free (refund);
}

static void
trade_free (gpointer data)
{
  Trade *trade = data;

  g_free (trade->number);
  g_free (trade->moment);
  g_free (trade->basket);
  g_free (trade->text);
  g_ptr_array_unref (trade->refunds);
  g_free (trade);
}

/**
 * bank_new:
 *
 * Returns: (transfer full): a bank without books
 */
Bank *
bank_new (const Dialect *dialect,
          Town          *town)
{
  Bank *self = g_new0 (Bank, 1);

  self->dialect = dialect;
  self->town = town;
  self->order = g_ptr_array_new_with_free_func (trade_free);

  return self;
}

/**
 * bank_clear:
 *
 * Forgets everything: a new life.
 */
void
bank_clear (Bank *self)
{
  g_ptr_array_set_size (self->order, 0);
  self->n_texts = 0;
  self->key = 0;
  memset (self->terminals, 0, sizeof self->terminals);
  self->closed_until_ms = 0;
  self->down_until_ms = 0;
  self->was_overdrawn = FALSE;
  self->was_asked_twice = FALSE;
}

void
bank_free (Bank *self)
{
  g_ptr_array_unref (self->order);
  g_free (self);
}

void
heard_clear (Heard *heard)
{
  g_free (heard->number);
  g_free (heard->of);
  g_free (heard->digits);
  g_free (heard->moment);
  g_free (heard->of_moment);
}

gint64
bank_now_ms (const Bank *self)
{
  return town_now_ms (self->town);
}

gint64
bank_wall_us (const Bank *self)
{
  return town_wall_us (self->town);
}

/* Trouble of one bank that comes alone, or lasts. */
static gboolean
goes_on (Bank   *self,
         Chance  kind,
         guint   permille,
         gint64 *until_ms,
         guint   longest_ms)
{
  Chances *chances = self->town->chances;

  if (chances->all_off)
    *until_ms = 0;
  if (bank_now_ms (self) < *until_ms)
    return TRUE;
  if (!chance_happens (chances, kind, permille))
    return FALSE;

  if (chance_draw (chances, kind, 2) == 0)
    *until_ms = bank_now_ms (self) + chance_draw (chances, kind, longest_ms);
  return TRUE;
}

/**
 * bank_is_down:
 *
 * Returns: whether its first host cannot be reached now; the second can
 */
gboolean
bank_is_down (Bank *self)
{
  return goes_on (self, CHANCE_NET_HOST_DOWN, 12, &self->down_until_ms, DOWN_MS);
}

/* It takes no money for a while, and says so: nothing was done. */
static gboolean
is_closed (Bank *self)
{
  return goes_on (self, CHANCE_BANK_CLOSED, 15, &self->closed_until_ms, CLOSED_MS);
}

/**
 * bank_draw_spoil:
 *
 * Returns: what is wrong with the next answer about a trade
 */
Spoil
bank_draw_spoil (Bank *self)
{
  return (Spoil) {
    .is_unsigned = chance_happens (self->town->chances, CHANCE_BANK_UNSIGNED, 10),
    .is_forged = chance_happens (self->town->chances, CHANCE_BANK_FORGED, 10),
    .is_probe = chance_happens (self->town->chances, CHANCE_BANK_PROBE, 10),
    .is_old = chance_happens (self->town->chances, CHANCE_BANK_OLD, 10),
    .names_other_order = chance_happens (self->town->chances, CHANCE_BANK_OTHER_ORDER, 8),
    .names_other_amount = chance_happens (self->town->chances, CHANCE_BANK_OTHER_AMOUNT, 8),
  };
}

/**
 * bank_is_lie:
 *
 * Returns: whether the answer may say what is not so, since nobody should believe it
 */
gboolean
bank_is_lie (const Spoil *spoil)
{
  return spoil->is_unsigned || spoil->is_forged || spoil->is_probe || spoil->is_old ||
         spoil->names_other_order || spoil->names_other_amount;
}

/**
 * bank_find:
 *
 * Returns: (transfer none) (nullable): the trade of this number, known to queries or not
 */
Trade *
bank_find (Bank       *self,
           const char *number)
{
  Trade *trade = g_hash_table_lookup (self->town->trades, number);

  return trade && trade->bank == self ? trade : NULL;
}

/* A change that queries may learn of later. */
static void
set_state (Bank       *self,
           Trade      *trade,
           TradeState  state)
{
  gint64 now_ms = bank_now_ms (self);

  if (now_ms >= trade->shown_ms) {
    trade->state_before = trade->state;
    trade->known_before = trade->is_known;
  }
  trade->state = state;
  trade->is_known = TRUE;
  trade->shown_ms = MAX (trade->shown_ms, now_ms);
  if (chance_happens (self->town->chances, CHANCE_BANK_LAGS, 60))
    trade->shown_ms += 1000 + chance_draw (self->town->chances, CHANCE_BANK_LAGS, 7000);
}

/**
 * bank_refund_failed:
 *
 * Returns: whether the money went back to the shop, for good
 */
gboolean
bank_refund_failed (const Bank       *self,
                    const BankRefund *refund)
{
  return refund->fails && bank_now_ms (self) >= refund->done_ms;
}

/**
 * bank_given_back:
 *
 * Returns: what the customer has back of @trade, or will have: a refund that was accepted is one
 */
gint64
bank_given_back (const Bank  *self,
                 const Trade *trade)
{
  gint64 sum_fen = 0;

  for (guint i = 0; i < trade->refunds->len; i++) {
    const BankRefund *refund = g_ptr_array_index (trade->refunds, i);

    if (!bank_refund_failed (self, refund))
      sum_fen += refund->fen;
  }

  return sum_fen;
}

/* The wallet itself ends a charge that nobody finishes, and an order whose time is over. */
static void
grow_old (Bank  *self,
          Trade *trade)
{
  gint64 now_ms = bank_now_ms (self);

  if (trade->state != TRADE_OPEN)
    return;
  if (trade->is_charge && now_ms - trade->asked_ms > self->dialect->gives_up_ms) {
    town_note (self->town, "bank ends %s unpaid", trade->number);
    set_state (self, trade, TRADE_FAILED);
  }
}

/**
 * bank_pay:
 *
 * The customer finishes paying.
 *
 * Returns: whether the money moved
 */
gboolean
bank_pay (Bank  *self,
          Trade *trade)
{
  grow_old (self, trade);
  if (trade->state != TRADE_OPEN ||
      (trade->expires_ms && bank_now_ms (self) >= trade->expires_ms)) {
    town_note (self->town, "bank refuses the payment of %s", trade->number);
    return FALSE;
  }

  set_state (self, trade, TRADE_PAID);
  trade->paid_ms = bank_now_ms (self);
  town_note (self->town, "bank books %s as paid", trade->number);

  return TRUE;
}

/**
 * bank_decline:
 *
 * A customer scanned the order's code, and the wallet declines: it can be paid as before.
 */
void
bank_decline (Bank  *self,
              Trade *trade)
{
  if (bank_now_ms (self) >= trade->expires_ms)
    return;

  trade->was_declined = TRUE;
  town_note (self->town, "bank declines the payer of %s", trade->number);
}

static Trade *
add_trade (Bank       *self,
           const char *number,
           gint64      amount_fen,
           gboolean    is_charge)
{
  Trade *trade = g_new0 (Trade, 1);

  trade->bank = self;
  trade->number = g_strdup (number);
  trade->amount_fen = amount_fen;
  trade->is_charge = is_charge;
  trade->is_known = is_charge || self->dialect->orders_exist_unscanned;
  trade->known_before = FALSE;
  trade->asked_ms = bank_now_ms (self);
  trade->shown_ms = trade->asked_ms;
  if (is_charge && chance_happens (self->town->chances, CHANCE_BANK_BOOKS_LATE, 20))
    trade->shown_ms += 1000 + chance_draw (self->town->chances, CHANCE_BANK_BOOKS_LATE, 60000);
  trade->refunds = g_ptr_array_new_with_free_func (refund_free);
  g_hash_table_insert (self->town->trades, trade->number, trade);
  g_ptr_array_add (self->order, trade);

  return trade;
}

typedef struct {
  Bank  *bank;
  char  *number;
} Password;

static void
password_cb (gpointer user_data)
{
  Password *password = user_data;
  Trade *trade = bank_find (password->bank, password->number);

  if (trade) {
    town_note (password->bank->town, "customer types the password of %s", password->number);
    bank_pay (password->bank, trade);
  }
  g_free (password->number);
  g_free (password);
}

static BankSays
ask_for_password (Bank          *self,
                  Trade         *trade,
                  const PayCode *code)
{
  Password *password;

  if (code->pays_after_ms) {
    password = g_new (Password, 1);
    password->bank = self;
    password->number = g_strdup (trade->number);
    till_clock_add_timer (self->town->clock, code->pays_after_ms, password_cb, password);
  }

  return SAYS_OPEN;
}

/* Whether a code can pay here and now; that uses it up. */
static BankSays
look_at_code (Bank    *self,
              PayCode *code)
{
  if (!code || code->is_used)
    return SAYS_CODE_USED;
  if (!(self->dialect->brands & TILL_BRAND_BIT (code->brand)))
    return SAYS_NOT_TAKEN;
  if (bank_now_ms (self) - code->shown_ms > CODE_LIFE_MS)
    return SAYS_CODE_EXPIRED;

  code->is_used = TRUE;
  if (code->kind == CODE_POOR)
    return SAYS_POOR;

  return code->kind == CODE_REFUSES ? SAYS_REFUSED : SAYS_PAID;
}

/**
 * bank_charge:
 *
 * A shop scanned a payment code. One number is one attempt: the same again moves nothing.
 *
 * Returns: what the bank says
 */
BankSays
bank_charge (Bank       *self,
             const char *number,
             gint64      amount_fen,
             const char *digits)
{
  PayCode *code = g_hash_table_lookup (self->town->codes, digits);
  Trade *trade = bank_find (self, number);
  BankSays says;

  self->was_asked_twice |= trade != NULL;
  if (trade)
    return trade->state == TRADE_PAID ? SAYS_ALREADY_PAID : SAYS_NUMBER_USED;
  if (is_closed (self))
    return SAYS_CLOSED_SHOP;
  if (chance_happens (self->town->chances, CHANCE_BANK_LIMIT, 15))
    return SAYS_SHOP_LIMIT;

  says = look_at_code (self, code);
  if (says == SAYS_PAID || self->dialect->remembers_declines)
    trade = add_trade (self, number, amount_fen, TRUE);
  if (says != SAYS_PAID) {
    if (trade)
      set_state (self, trade, TRADE_FAILED);
    return says;
  }

  trade->basket = g_strdup (code->basket);
  trade->brand = code->brand;
  if (code->kind == CODE_ASKS_PASSWORD)
    return ask_for_password (self, trade, code);

  bank_pay (self, trade);
  return SAYS_PAID;
}

/**
 * bank_order:
 * @life_ms: how long it can be paid
 * @trade: (out) (nullable): the order, with the text of its code
 *
 * Returns: what the bank says
 */
BankSays
bank_order (Bank       *self,
            const char *number,
            gint64      amount_fen,
            gint64      life_ms,
            Trade     **trade)
{
  *trade = bank_find (self, number);
  self->was_asked_twice |= *trade != NULL;
  if (*trade)
    return SAYS_NUMBER_USED;
  if (is_closed (self))
    return SAYS_CLOSED_SHOP;

  *trade = add_trade (self, number, amount_fen, FALSE);
  (*trade)->expires_ms = bank_now_ms (self) + life_ms;
  (*trade)->text = g_strdup_printf ("https://%s/code/%u", self->dialect->hosts[0], ++self->n_texts);

  return SAYS_DONE;
}

/**
 * bank_query:
 *
 * Returns: what the bank says, which may lag behind what it knows
 */
BankSays
bank_query (Bank       *self,
            const char *number)
{
  static const BankSays says[] = {
    [TRADE_OPEN]     = SAYS_OPEN,
    [TRADE_PAID]     = SAYS_PAID,
    [TRADE_FAILED]   = SAYS_FAILED,
    [TRADE_CLOSED]   = SAYS_CLOSED,
    [TRADE_REVERSED] = SAYS_REVERSED,
  };
  Trade *trade = bank_find (self, number);
  gboolean lags;

  if (!trade)
    return SAYS_UNKNOWN;

  grow_old (self, trade);
  lags = bank_now_ms (self) < trade->shown_ms;
  if (!(lags ? trade->known_before : trade->is_known))
    return SAYS_UNKNOWN;

  return says[lags ? trade->state_before : trade->state];
}

/* The payer's thumb and the shop's reversal in the same moment: the payment wins by a hair. */
static void
race (Bank  *self,
      Trade *trade,
      guint  permille)
{
  if (!trade || trade->state != TRADE_OPEN || !trade->basket || !trade->is_known ||
      !chance_happens (self->town->chances, CHANCE_RACE, permille))
    return;

  town_note (self->town, "customer pays %s in this very moment", trade->number);
  for (guint brand = 1; trade->brand == TILL_BRAND_NONE; brand++) {
    if (self->dialect->brands & TILL_BRAND_BIT (brand))
      trade->brand = (TillBrand) brand;
  }
  bank_pay (self, trade);
}

static BankSays
end_paid (Bank     *self,
          Trade    *trade,
          gboolean  reverses)
{
  if (!reverses || bank_given_back (self, trade) > 0)
    return SAYS_CANNOT;

  set_state (self, trade, TRADE_REVERSED);
  town_note (self->town, "bank reverses %s and gives the money back", trade->number);

  return SAYS_DONE;
}

/**
 * bank_end:
 * @reverses: gives back what was paid; else only what is unpaid can be closed
 *
 * Returns: what the bank says; doing it again says the same
 */
BankSays
bank_end (Bank       *self,
          const char *number,
          gboolean    reverses)
{
  Trade *trade = bank_find (self, number);

  if (chance_happens (self->town->chances, CHANCE_BANK_REFUSES_END, 60)) {
    race (self, trade, 500);
    return SAYS_CANNOT;
  }
  if (chance_happens (self->town->chances, CHANCE_BANK_RETRY, 60))
    return SAYS_AGAIN;
  if (!trade)
    return SAYS_UNKNOWN;
  if (trade->is_charge &&
      bank_now_ms (self) - trade->asked_ms < self->dialect->reverse_not_before_ms &&
      trade->state != TRADE_PAID)
    return SAYS_CANNOT;

  grow_old (self, trade);
  race (self, trade, 100);
  switch (trade->state) {
  case TRADE_PAID:
    return end_paid (self, trade, reverses);
  case TRADE_OPEN:
    set_state (self, trade, reverses ? TRADE_REVERSED : TRADE_CLOSED);
    town_note (self->town, "bank closes %s", number);
    return SAYS_DONE;
  case TRADE_FAILED:
  case TRADE_CLOSED:
  case TRADE_REVERSED:
    return SAYS_DONE;
  }
  g_assert_not_reached ();
}

static BankRefund *
find_refund (const Trade *trade,
             const char  *number)
{
  for (guint i = 0; trade && i < trade->refunds->len; i++) {
    BankRefund *refund = g_ptr_array_index (trade->refunds, i);

    if (strcmp (refund->number, number) == 0)
      return refund;
  }

  return NULL;
}

static BankSays
say_of_refund (const Bank       *self,
               const BankRefund *refund)
{
  if (bank_now_ms (self) < refund->done_ms)
    return SAYS_PROCESSING;

  return refund->fails ? SAYS_FAILED : SAYS_DONE;
}

/* When and how it ends: at once, later, not at all, or after people had to look into it. */
static void
draw_end (Bank       *self,
          BankRefund *refund)
{
  Chances *chances = self->town->chances;

  refund->done_ms = bank_now_ms (self);
  if (!chance_happens (chances, CHANCE_BANK_SLOW_REFUND, 200))
    return;

  refund->done_ms += 1000 + chance_draw (chances, CHANCE_BANK_SLOW_REFUND, 600000);
  if (self->dialect->refunds_may_fail)
    refund->fails = chance_happens (chances, CHANCE_BANK_REFUND_FAILS, 200);
  if (self->dialect->refunds_get_stuck && chance_happens (chances, CHANCE_BANK_ABNORMAL, 200)) {
    refund->abnormal_ms = refund->done_ms;
    refund->done_ms += chance_draw (chances, CHANCE_BANK_ABNORMAL, 2 * 60 * 60 * 1000);
  }
}

/**
 * bank_refund:
 *
 * Returns: what the bank says; the same number is the same refund
 */
BankSays
bank_refund (Bank       *self,
             const char *number,
             const char *refund_number,
             gint64      amount_fen)
{
  Trade *trade = bank_find (self, number);
  BankRefund *refund = find_refund (trade, refund_number);

  if (refund)
    return refund->fen == amount_fen && !bank_refund_failed (self, refund)
             ? say_of_refund (self, refund) : SAYS_CANNOT;
  if (!trade)
    return SAYS_UNKNOWN;
  if (trade->state == TRADE_PAID && bank_given_back (self, trade) + amount_fen > trade->amount_fen)
    self->was_overdrawn = TRUE;
  if (trade->state != TRADE_PAID || bank_given_back (self, trade) + amount_fen > trade->amount_fen)
    return SAYS_CANNOT;
  if (chance_goes_on (self->town->chances, CHANCE_BANK_POOR, 60, bank_now_ms (self), 60000))
    return SAYS_NOT_ENOUGH;

  refund = g_new0 (BankRefund, 1);
  refund->trade = trade;
  refund->number = g_strdup (refund_number);
  refund->fen = amount_fen;
  draw_end (self, refund);
  g_ptr_array_add (trade->refunds, refund);
  town_note (self->town, "bank refunds %" G_GINT64_FORMAT " of %s as %s", amount_fen, number,
             refund_number);

  return say_of_refund (self, refund);
}

/**
 * bank_query_refund:
 * @found: (out) (nullable): the refund
 *
 * Returns: what the bank says
 */
BankSays
bank_query_refund (Bank        *self,
                   const char  *number,
                   const char  *refund_number,
                   BankRefund **found)
{
  *found = NULL;
  for (guint i = 0; i < self->order->len && !*found; i++) {
    Trade *trade = g_ptr_array_index (self->order, i);

    if (!number || strcmp (trade->number, number) == 0)
      *found = find_refund (trade, refund_number);
  }

  return *found ? say_of_refund (self, *found) : SAYS_UNKNOWN;
}

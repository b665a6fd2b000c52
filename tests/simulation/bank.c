/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank.h"

#include <string.h>

/* A payment code is good for so long after it is shown, then the wallet makes a new one. */
#define CODE_LIFE_MS 90000

static void
refund_free (gpointer data)
{
  BankRefund *refund = data;

  g_free (refund->number);
  g_free (refund);
}

static void
trade_free (gpointer data)
{
  Trade *trade = data;

  g_free (trade->number);
  g_free (trade->basket);
  g_free (trade->text);
  g_ptr_array_unref (trade->refunds);
  g_free (trade);
}

static void
code_free (gpointer data)
{
  PayCode *code = data;

  g_free (code->digits);
  g_free (code->basket);
  g_free (code);
}

/**
 * bank_new:
 *
 * Returns: (transfer full): a bank without books
 */
Bank *
bank_new (const Dialect   *dialect,
          const TillClock *clock,
          Chances         *chances)
{
  Bank *self = g_new0 (Bank, 1);

  self->dialect = dialect;
  self->clock = clock;
  self->chances = chances;
  self->trades = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, trade_free);
  self->codes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, code_free);
  self->order = g_ptr_array_new ();

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
  g_hash_table_remove_all (self->trades);
  g_hash_table_remove_all (self->codes);
  self->n_texts = 0;
  self->key = 0;
  self->was_overdrawn = FALSE;
  self->was_asked_twice = FALSE;
  self->slept_ms = 0;
}

void
bank_free (Bank *self)
{
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->trades);
  g_hash_table_unref (self->codes);
  g_free (self);
}

gint64
bank_now_ms (const Bank *self)
{
  return till_clock_mono_us (self->clock) / 1000 + self->slept_ms;
}

/**
 * bank_wall_us:
 *
 * Returns: the true wall time, which the tills may not have
 */
gint64
bank_wall_us (const Bank *self)
{
  return till_clock_mono_us (self->clock) + self->slept_ms * 1000 + self->wall_offset_us;
}

/**
 * bank_note:
 *
 * Tells the story what the bank does.
 */
void
bank_note (Bank       *self,
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
 * bank_draw_spoil:
 *
 * Returns: what is wrong with the next answer about a trade
 */
Spoil
bank_draw_spoil (Bank *self)
{
  return (Spoil) {
    .is_unsigned = chance_happens (self->chances, CHANCE_BANK_UNSIGNED, 10),
    .is_forged = chance_happens (self->chances, CHANCE_BANK_FORGED, 10),
    .is_probe = chance_happens (self->chances, CHANCE_BANK_PROBE, 10),
    .is_old = chance_happens (self->chances, CHANCE_BANK_OLD, 10),
    .names_other_order = chance_happens (self->chances, CHANCE_BANK_OTHER_ORDER, 8),
    .names_other_amount = chance_happens (self->chances, CHANCE_BANK_OTHER_AMOUNT, 8),
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
 * bank_add_code:
 *
 * Returns: (transfer none): a payment code that a customer just opened
 */
PayCode *
bank_add_code (Bank       *self,
               const char *digits,
               const char *basket)
{
  PayCode *code = g_new0 (PayCode, 1);

  code->digits = g_strdup (digits);
  code->basket = g_strdup (basket);
  code->shown_ms = bank_now_ms (self);
  g_hash_table_insert (self->codes, code->digits, code);

  return code;
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
  return g_hash_table_lookup (self->trades, number);
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
  if (chance_happens (self->chances, CHANCE_BANK_LAGS, 60))
    trade->shown_ms += 1000 + chance_draw (self->chances, CHANCE_BANK_LAGS, 7000);
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

  for (guint i = 0; i < trade->refunds->len; i++)
    sum_fen += ((BankRefund *) g_ptr_array_index (trade->refunds, i))->fen;

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
    bank_note (self, "bank ends %s unpaid", trade->number);
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
    bank_note (self, "bank refuses the payment of %s", trade->number);
    return FALSE;
  }

  set_state (self, trade, TRADE_PAID);
  trade->paid_ms = bank_now_ms (self);
  bank_note (self, "bank books %s as paid", trade->number);

  return TRUE;
}

static Trade *
add_trade (Bank       *self,
           const char *number,
           gint64      amount_fen,
           gboolean    is_charge)
{
  Trade *trade = g_new0 (Trade, 1);

  trade->number = g_strdup (number);
  trade->amount_fen = amount_fen;
  trade->is_charge = is_charge;
  trade->is_known = is_charge || self->dialect->orders_exist_unscanned;
  trade->known_before = FALSE;
  trade->asked_ms = bank_now_ms (self);
  trade->shown_ms = trade->asked_ms;
  if (is_charge && chance_happens (self->chances, CHANCE_BANK_BOOKS_LATE, 20))
    trade->shown_ms += 1000 + chance_draw (self->chances, CHANCE_BANK_BOOKS_LATE, 60000);
  trade->refunds = g_ptr_array_new_with_free_func (refund_free);
  g_hash_table_insert (self->trades, trade->number, trade);
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
    bank_note (password->bank, "customer types the password of %s", password->number);
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
    till_clock_add_timer (self->clock, code->pays_after_ms, password_cb, password);
  }

  return SAYS_OPEN;
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
  PayCode *code = g_hash_table_lookup (self->codes, digits);
  Trade *trade = bank_find (self, number);

  self->was_asked_twice |= trade != NULL;
  if (trade)
    return trade->state == TRADE_PAID ? SAYS_ALREADY_PAID : SAYS_NUMBER_USED;
  if (!code || code->is_used)
    return SAYS_CODE_USED;
  if (bank_now_ms (self) - code->shown_ms > CODE_LIFE_MS)
    return SAYS_CODE_EXPIRED;

  code->is_used = TRUE;
  if (code->kind == CODE_POOR)
    return SAYS_POOR;
  if (code->kind == CODE_REFUSES)
    return SAYS_REFUSED;

  trade = add_trade (self, number, amount_fen, TRUE);
  trade->basket = g_strdup (code->basket);
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

  *trade = add_trade (self, number, amount_fen, FALSE);
  (*trade)->expires_ms = bank_now_ms (self) + life_ms;
  (*trade)->text = g_strdup_printf ("https://%s/code/%u", self->dialect->host, ++self->n_texts);

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
      !chance_happens (self->chances, CHANCE_RACE, permille))
    return;

  bank_note (self, "customer pays %s in this very moment", trade->number);
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
  bank_note (self, "bank reverses %s and gives the money back", trade->number);

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

  if (chance_happens (self->chances, CHANCE_BANK_REFUSES_END, 60)) {
    race (self, trade, 500);
    return SAYS_CANNOT;
  }
  if (chance_happens (self->chances, CHANCE_BANK_RETRY, 60))
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
    bank_note (self, "bank closes %s", number);
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
  return bank_now_ms (self) >= refund->done_ms ? SAYS_DONE : SAYS_PROCESSING;
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
    return refund->fen == amount_fen ? say_of_refund (self, refund) : SAYS_CANNOT;
  if (!trade)
    return SAYS_UNKNOWN;
  if (trade->state == TRADE_PAID && bank_given_back (self, trade) + amount_fen > trade->amount_fen)
    self->was_overdrawn = TRUE;
  if (trade->state != TRADE_PAID || bank_given_back (self, trade) + amount_fen > trade->amount_fen)
    return SAYS_CANNOT;
  if (chance_goes_on (self->chances, CHANCE_BANK_POOR, 60, bank_now_ms (self), 60000))
    return SAYS_NOT_ENOUGH;

  refund = g_new0 (BankRefund, 1);
  refund->number = g_strdup (refund_number);
  refund->fen = amount_fen;
  refund->done_ms = bank_now_ms (self);
  if (chance_happens (self->chances, CHANCE_BANK_SLOW_REFUND, 200))
    refund->done_ms += 1000 + chance_draw (self->chances, CHANCE_BANK_SLOW_REFUND, 600000);
  g_ptr_array_add (trade->refunds, refund);
  bank_note (self, "bank refunds %" G_GINT64_FORMAT " of %s as %s", amount_fen, number,
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

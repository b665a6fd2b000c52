/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "teller.h"

/* "Ask later", signed: before anything was done, or after. */
static gboolean
is_unsure (Bank *bank)
{
  return chance_happens (bank->town->chances, CHANCE_BANK_UNSURE, 8);
}

static BankSays
serve (Bank        *bank,
       const Heard *heard,
       BankRefund **refund)
{
  Trade *order;

  switch (heard->call) {
  case TILL_CALL_CHARGE:
  case TILL_CALL_TAP:
    return bank_charge (bank, heard->number, heard->fen, heard->digits);
  case TILL_CALL_ORDER:
    return bank_order (bank, heard->number, heard->fen, heard->life_ms, &order);
  case TILL_CALL_QUERY:
    return bank_query (bank, heard->number);
  case TILL_CALL_CLOSE:
  case TILL_CALL_REVERSE:
    return bank_end (bank, heard->number, heard->call == TILL_CALL_REVERSE);
  case TILL_CALL_REFUND:
    return bank_refund (bank, heard->of, heard->number, heard->fen);
  case TILL_CALL_QUERY_REFUND:
    return bank_query_refund (bank, heard->of, heard->number, refund);
  case TILL_CALL_KEYS:
  case TILL_CALL_ACTIVATE:
  case TILL_CALL_STATEMENT:
    break;
  }
  g_assert_not_reached ();
}

static Spoil
draw_spoil (Bank *bank,
            guint lies)
{
  Spoil spoil = bank_draw_spoil (bank);

  spoil.is_old = FALSE;
  if (!(lies & LIE_SIGNATURE))
    spoil.is_unsigned = spoil.is_forged = spoil.is_probe = FALSE;
  spoil.names_other_order &= (lies & LIE_ORDER) != 0;
  spoil.names_other_amount &= (lies & LIE_AMOUNT) != 0;

  return spoil;
}

/* Of a card that it declines a bank may lie too: nobody asks it again. */
static gboolean
tells_state (const Heard *heard,
             const Told  *told)
{
  BankSays says = told->says;

  return (heard->call == TILL_CALL_TAP && told->trade) || says == SAYS_PAID ||
         says == SAYS_OPEN || says == SAYS_FAILED || says == SAYS_CLOSED || says == SAYS_REVERSED;
}

/**
 * teller_serve:
 * @lies: a set of #Lies
 *
 * Does what was asked, unless it is not done, and says what it says.
 *
 * Returns: what an answer is made of
 */
Told
teller_serve (Bank        *bank,
              const Heard *heard,
              guint        lies)
{
  Told told = { .says = SAYS_UNSURE };

  if (is_unsure (bank))
    return told;

  told.says = serve (bank, heard, &told.refund);
  told.trade = told.says == SAYS_UNKNOWN
                 ? NULL : bank_find (bank, heard->of ? heard->of : heard->number);
  if (heard->call == TILL_CALL_REFUND)
    bank_query_refund (bank, heard->of, heard->number, &told.refund);
  if (told.refund)
    told.trade = told.refund->trade;
  if (is_unsure (bank))
    told.says = SAYS_UNSURE;
  if (!tells_state (heard, &told))
    return told;

  told.spoil = draw_spoil (bank, lies);
  if (bank_is_lie (&told.spoil))
    told.says = SAYS_PAID;

  return told;
}

/**
 * teller_fen:
 *
 * Returns: the amount that the answer names
 */
gint64
teller_fen (const Told *told)
{
  gint64 fen = told->refund ? told->refund->fen : told->trade->amount_fen;

  return fen + (told->spoil.names_other_amount ? 100 : 0);
}

/**
 * teller_number:
 *
 * Returns: the number that the answer names
 */
const char *
teller_number (const Told *told)
{
  if (told->spoil.names_other_order)
    return "SOMEONEELSE000000000";

  return told->refund ? told->refund->number : told->trade->number;
}

/**
 * teller_paid_us:
 *
 * Returns: when it was paid, in wall time
 */
gint64
teller_paid_us (const Bank *bank,
                const Told *told)
{
  return bank_wall_us (bank) - (bank_now_ms (bank) - told->trade->paid_ms) * 1000;
}

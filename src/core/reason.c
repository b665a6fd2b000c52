/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/reason.h"

#include <glib/gi18n.h>
#include <string.h>

/* is_fault: something the shop must mend before it can take money; the payment did not fail by the
 * customer. The command line ends with 4 for these. */
typedef struct {
  const char *word;
  const char *text;
  gboolean    is_fault;
} ReasonRow;

/* Each sentence ends with what to do next, in the clerk's words. */
static const ReasonRow reasons[TILL_N_REASONS] = {
  [TILL_REASON_NONE] = { "", "", FALSE },

  [TILL_REASON_PAYER] =
    { "payer",
      N_("The customer is typing the password. Please wait."), FALSE },
  [TILL_REASON_PROCESSING] =
    { "processing",
      N_("Accepted and under way. Please wait, or look again later."), FALSE },
  [TILL_REASON_NOT_SCANNED] =
    { "not-scanned",
      N_("Not paid yet. Ask the customer to scan the code."), FALSE },
  [TILL_REASON_ENDING] =
    { "ending",
      N_("Being cancelled. Do not charge again until the wallet confirms."), FALSE },
  [TILL_REASON_CARD_NEXT] =
    { "card-next",
      N_("The card was read and may be taken away. The code is ended first, then the card is "
         "charged."), FALSE },

  [TILL_REASON_CODE_EXPIRED] =
    { "code-expired",
      N_("The payment code has expired. Ask for a new one and scan it."), FALSE },
  [TILL_REASON_CODE_INVALID] =
    { "code-invalid",
      N_("The payment code was misread or used before. Ask for a new one and scan it."), FALSE },
  [TILL_REASON_BALANCE] =
    { "balance",
      N_("Not enough money there. Ask for another card or another wallet."), FALSE },
  [TILL_REASON_PAYER_LIMIT] =
    { "payer-limit",
      /* How high they are is public of none for certain, and the till keeps to none of them. */
      N_("The customer's limit is reached: the bank or the wallet sets it, for one payment or for "
         "a day. Ask for another card or another wallet."), FALSE },
  [TILL_REASON_PAYER_REFUSED] =
    { "payer-refused",
      N_("The wallet refused this customer's payment. Ask for another wallet or cash."), FALSE },
  [TILL_REASON_PAYER_LEFT] =
    { "payer-left",
      N_("The customer did not finish paying. Charge again if still wanted."), FALSE },

  [TILL_REASON_SHOP_CODE] =
    { "shop-code",
      N_("This is a shop's collection code. Ask the customer to open the payment code."), FALSE },
  [TILL_REASON_RECEIVE_CODE] =
    { "receive-code",
      N_("This is a code for receiving money. Ask the customer to open the payment code instead."),
      FALSE },
  [TILL_REASON_WEB_CODE] =
    { "web-code",
      N_("This is a web address, not a payment code. Ask the customer to open the payment code."),
      FALSE },
  [TILL_REASON_OTHER_CODE] =
    { "other-code",
      N_("Nobody can pay with this code: it is a contact, a network, a ticket or a health code. "
         "Ask the customer to open the payment code."),
      FALSE },
  [TILL_REASON_GOODS_CODE] =
    { "goods-code",
      N_("This is a goods barcode. Scan the customer's payment code."), FALSE },
  [TILL_REASON_CARD_CODE] =
    { "card-code",
      N_("This shop cannot take this foreign card code. Ask for another wallet."), FALSE },
  [TILL_REASON_UNKNOWN_CODE] =
    { "unknown-code",
      N_("No wallet known here has such a code. Ask the customer to open the payment code."),
      FALSE },
  [TILL_REASON_IDENTITY_CODE] =
    { "identity-code",
      N_("This looks like an identity number. Scan the payment code, or confirm to charge it."),
      FALSE },
  [TILL_REASON_BRAND_NOT_TAKEN] =
    { "brand-not-taken",
      N_("This shop does not take this wallet. Ask for another one."), FALSE },

  [TILL_REASON_ECNY_OFFLINE] =
    { "ecny-offline",
      N_("No network: digital yuan without network needs a terminal certified by the central bank, "
         "which this computer is not. Check the network, or take cash."),
      TRUE },

  [TILL_REASON_CARD_MOVED] =
    { "card-moved",
      N_("The card left too soon. Tap it again and hold it still until the tone."), FALSE },
  [TILL_REASON_CARD_NONE] =
    { "card-none",
      N_("Nothing on it can pay. Ask for a bank card, or for a payment code."), FALSE },
  [TILL_REASON_CARD_FOREIGN] =
    { "card-foreign",
      N_("This is not a UnionPay card. Ask for a UnionPay card, or for a payment code."), FALSE },
  [TILL_REASON_CARD_LOCKED] =
    { "card-locked",
      N_("The phone is locked, or waits for its owner. Ask to unlock it and to tap again."),
      FALSE },
  [TILL_REASON_CARD_BLOCKED] =
    { "card-blocked",
      N_("The bank has blocked this card. Ask for another one, or for a payment code."), FALSE },
  [TILL_REASON_CARD_EXPIRED] =
    { "card-expired",
      N_("The card has expired. Ask for another one, or for a payment code."), FALSE },
  [TILL_REASON_CARD_DECLINED] =
    { "card-declined",
      N_("The card declined. Ask for another one, or for a payment code."), FALSE },
  [TILL_REASON_CARD_OFFLINE] =
    { "card-offline",
      N_("The card would not let its bank be asked, so nothing was paid. Ask for another one, "
         "or for a payment code."),
      FALSE },
  [TILL_REASON_CARD_PIN] =
    { "card-pin",
      N_("The card wants a PIN, which cannot be typed here. Ask for a payment code, or use the "
         "bank's terminal."),
      FALSE },
  [TILL_REASON_CARD_SIGNATURE] =
    { "card-signature",
      N_("The card wants a signature, which cannot be given here. Ask for a payment code, or "
         "use the bank's terminal."),
      FALSE },
  [TILL_REASON_CARD_LIMIT] =
    { "card-limit",
      N_("Too much for a card without PIN. Ask for a phone that was just unlocked, or for a "
         "payment code."),
      FALSE },
  [TILL_REASON_CARD_OTHER_WAY] =
    { "card-other-way",
      N_("The card wants to be inserted. Ask for another one, or use the bank's terminal."),
      FALSE },
  [TILL_REASON_CARD_UNREADABLE] =
    { "card-unreadable",
      N_("The card cannot be read. Tap it once more, or ask for a payment code."), FALSE },
  [TILL_REASON_CARD_ABSENT] =
    { "card-absent",
      N_("No card or phone was held to the reader. Begin again, or ask for a payment code."),
      FALSE },
  [TILL_REASON_TAP_OPEN] =
    { "tap-open",
      N_("A tap of this sale is still being asked about. Do not tap again; wait for its result."),
      FALSE },
  [TILL_REASON_CODE_PAID] =
    { "code-paid",
      N_("The code was paid at the same moment. The card was not charged; nothing to do."), FALSE },
  [TILL_REASON_CODE_OPEN] =
    { "code-open",
      N_("The code on the screen cannot be ended yet, so the card is not charged. Wait for the "
         "result of this sale."), FALSE },
  [TILL_REASON_TAPS_OFF] =
    { "taps-off",
      N_("Taps are switched off in profile.ini, section [nfc]. Ask for a payment code."), TRUE },
  [TILL_REASON_TAPS_NOT_TAKEN] =
    { "taps-not-taken",
      N_("No contract of this shop takes tapped cards. Ask for a payment code."), TRUE },

  [TILL_REASON_AMOUNT] =
    { "amount",
      N_("An amount is from 0.01 to 99,999,999.99 yuan. Enter it again."), FALSE },
  [TILL_REASON_NUMBER] =
    { "number",
      N_("An order number is 20 to 26 of 0–9 and A–Z. Enter it again."), FALSE },
  [TILL_REASON_NO_SALE] =
    { "no-sale",
      N_("No sale has this number. Check it against the bill."), FALSE },
  [TILL_REASON_NO_ACQUIRER] =
    { "no-acquirer",
      N_("The profile has no such acquirer. Check its sections in profile.ini."), FALSE },
  [TILL_REASON_CODE_BUSY] =
    { "code-busy",
      N_("This code is being charged already. Wait for the result."), FALSE },
  [TILL_REASON_NOT_PAID] =
    { "not-paid",
      N_("This sale is not paid; there is nothing to give back."), FALSE },
  [TILL_REASON_ALL_GIVEN_BACK] =
    { "all-given-back",
      N_("All of it was given back already, or is on its way."), FALSE },
  [TILL_REASON_TOO_MUCH] =
    { "too-much",
      N_("More than is left to give back. Enter less."), FALSE },
  [TILL_REASON_REFUND_NO_CANCEL] =
    { "refund-no-cancel",
      N_("A refund cannot be cancelled. Query it to see how far it is."), FALSE },
  [TILL_REASON_CANNOT_ASK] =
    { "cannot-ask",
      N_("This acquirer cannot be asked about a payment. Compare with its statement."), FALSE },

  [TILL_REASON_NOT_ACTIVE] =
    { "not-active",
      N_("This contract is not activated on this till yet. Call the technician, and take another "
         "wallet."), TRUE },
  [TILL_REASON_NO_ACTIVATION] =
    { "no-activation",
      N_("This contract needs no activation code."), FALSE },
  [TILL_REASON_ACTIVATION_CODE] =
    { "activation-code",
      N_("The activation code has a wrong form. Copy it again."), FALSE },
  [TILL_REASON_NO_STATEMENT] =
    { "no-statement",
      N_("Till cannot fetch this acquirer's statement. Take it from the acquirer's own pages."),
      FALSE },
  [TILL_REASON_CONFIG] =
    { "config",
      N_("The wallet refuses this shop's settings. Call the technician, and take another wallet."),
      TRUE },
  [TILL_REASON_MERCHANT_LIMIT] =
    { "merchant-limit",
      N_("Above the limit for one sale. Take another wallet, or split the sale."), FALSE },
  [TILL_REASON_MERCHANT_REFUSED] =
    { "merchant-refused",
      N_("The wallet does not serve this shop now. Take another wallet and tell the owner."),
      FALSE },
  [TILL_REASON_MERCHANT_BALANCE] =
    { "merchant-balance",
      N_("The shop's account there is too low for this refund. Tell the owner, then try again."),
      FALSE },
  [TILL_REASON_CLOCK] =
    { "clock",
      N_("This computer's clock is wrong. Set it right, then charge again."), TRUE },
  [TILL_REASON_DUPLICATE] =
    { "duplicate",
      N_("This number was used before. Start a new sale."), FALSE },

  [TILL_REASON_CANCELLED] =
    { "cancelled",
      N_("Cancelled; nothing was paid. Start again if still wanted."), FALSE },
  [TILL_REASON_EXPIRED] =
    { "expired",
      N_("Not paid in time; the code is closed. Show a new one if still wanted."), FALSE },
  [TILL_REASON_REVERSED] =
    { "reversed",
      N_("Not paid in time; reversed, nothing is owed. Charge again if still wanted."), FALSE },
  [TILL_REASON_CLOSED] =
    { "closed",
      N_("The wallet closed this order unpaid. Start again if still wanted."), FALSE },
  [TILL_REASON_OTHER_PAID] =
    { "other-paid",
      N_("The sale was paid with another code. Nothing to do."), FALSE },
  [TILL_REASON_NEVER_BOOKED] =
    { "never-booked",
      N_("The payment never reached the wallet. Charge again."), FALSE },
  [TILL_REASON_NEVER_SHOWN] =
    { "never-shown",
      N_("No code came from the wallet. Try again, or take another wallet."), FALSE },

  [TILL_REASON_NO_NETWORK] =
    { "no-network",
      N_("No network; nothing was sent. Check the cable or Wi-Fi, or take cash."), TRUE },
  [TILL_REASON_UNTRUSTED_SERVER] =
    { "untrusted-server",
      N_("The server is not the wallet's; nothing was sent. Check the network and the clock."),
      TRUE },
  [TILL_REASON_NO_ANSWER] =
    { "no-answer",
      N_("No answer yet. Do not charge again; the till keeps asking."), FALSE },
  [TILL_REASON_BAD_ANSWER] =
    { "bad-answer",
      N_("The answer was damaged. Do not charge again; the till keeps asking."), FALSE },
  [TILL_REASON_UNSIGNED] =
    { "unsigned",
      N_("The answer came without a signature. Do not charge again; the till keeps asking."),
      FALSE },
  [TILL_REASON_BAD_SIGNATURE] =
    { "bad-signature",
      N_("The answer's signature is wrong. Do not charge again; the till keeps asking."), FALSE },
  [TILL_REASON_STALE_SIGNATURE] =
    { "stale-signature",
      N_("The answer is too old or too new. Do not charge again; check this computer's clock."),
      FALSE },
  [TILL_REASON_UNKNOWN_KEY] =
    { "unknown-key",
      N_("The answer is signed with a key this till lacks. Do not charge again; "
         "the till keeps asking."),
      FALSE },
  [TILL_REASON_OTHER_ORDER] =
    { "other-order",
      N_("The answer is about another order. Do not charge again; the till keeps asking."), FALSE },
  [TILL_REASON_OTHER_AMOUNT] =
    { "other-amount",
      N_("The answer names another amount. Do not charge again; call the owner."), FALSE },
  [TILL_REASON_BUSY] =
    { "busy",
      N_("The wallet is busy. Do not charge again; the till keeps asking."), FALSE },
  [TILL_REASON_ACQUIRER_FAULT] =
    { "acquirer-fault",
      N_("The wallet has a fault. Do not charge again; the till keeps asking."), FALSE },
  [TILL_REASON_UNKNOWN_ANSWER] =
    { "unknown-answer",
      N_("The wallet's answer is not known here. Do not charge again; the till keeps asking."),
      FALSE },
  [TILL_REASON_INTERRUPTED] =
    { "interrupted",
      N_("The till stopped before the answer. Do not charge again; it is asking now."), FALSE },

  [TILL_REASON_REFUND_REFUSED] =
    { "refund-refused",
      N_("The wallet refused the refund. Give the money back another way."), FALSE },
  [TILL_REASON_REFUND_ABNORMAL] =
    { "refund-abnormal",
      N_("The customer's bank refused the refund. Settle it on the wallet's merchant web page."),
      FALSE },
  [TILL_REASON_REFUND_TOO_LATE] =
    { "refund-too-late",
      N_("Too old to be refunded by the wallet. Give the money back another way."), FALSE },
  [TILL_REASON_PAID_TO_CHECK] =
    { "paid-to-check",
      N_("Paid, but the acquirer marks it as not booked without a flaw. Compare it with the next "
         "day's statement."), FALSE },
  [TILL_REASON_PAID_LATE] =
    { "paid-late",
      N_("Paid after the sale was given up; the till gives the money back. Tell the customer."),
      FALSE },
  [TILL_REASON_PAID_TWICE] =
    { "paid-twice",
      N_("Paid a second time; the till gives the second payment back. Tell the customer."), FALSE },
  [TILL_REASON_PAID_NO_CANCEL] =
    { "paid-no-cancel",
      N_("This sale is paid and cannot be cancelled. Refund it instead."), FALSE },

  [TILL_REASON_OWNER_PAID] =
    { "owner-paid",
      N_("The owner settled it as paid; the wallet has not confirmed that yet."), FALSE },
  [TILL_REASON_OWNER_UNPAID] =
    { "owner-unpaid",
      N_("The owner settled it as not paid. Charge again if still wanted."), FALSE },
  [TILL_REASON_OWNER_GIVEN_BACK] =
    { "owner-given-back",
      N_("The owner gave the money back by hand. Nothing to do."), FALSE },
  [TILL_REASON_OWNER_NOT_GIVEN_BACK] =
    { "owner-not-given-back",
      N_("The owner settled the refund as not given back. Refund again if still wanted."), FALSE },
  [TILL_REASON_DISPUTED] =
    { "disputed",
      N_("The owner settled it, but the wallet says otherwise. Look on the wallet's merchant web "
         "page and settle it again."),
      FALSE },
  [TILL_REASON_SETTLES_ITSELF] =
    { "settles-itself",
      N_("This needs nobody, or not yet: the till settles it by itself. Wait, or ask the wallet "
         "now."), FALSE },
  [TILL_REASON_NO_EVIDENCE] =
    { "no-evidence",
      N_("Say who settles it, and in a few words how you know. Nothing was changed."), FALSE },
  [TILL_REASON_CANNOT_BE] =
    { "cannot-be",
      N_("This cannot be said of this payment. Look at what happened, and choose again."), FALSE },

  [TILL_REASON_JOURNAL] =
    { "journal",
      N_("The journal cannot be written, so nothing was sent. Free some disk space and check the "
         "folder's rights; the till sells again by itself."),
      TRUE },
};

/**
 * till_reason_to_word:
 *
 * Returns: the reason's word in JSON and rows; "" for %TILL_REASON_NONE
 */
const char *
till_reason_to_word (TillReason reason)
{
  g_return_val_if_fail ((guint) reason < TILL_N_REASONS, "");

  return reasons[reason].word;
}

/**
 * till_reason_from_word:
 *
 * Returns: %FALSE where no reason has this word
 */
gboolean
till_reason_from_word (const char *word,
                       TillReason *reason)
{
  for (guint i = 0; word && i < TILL_N_REASONS; i++) {
    if (strcmp (reasons[i].word, word) == 0) {
      *reason = (TillReason) i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_reason_get_text:
 *
 * Returns: the sentence for the clerk, translated; "" for %TILL_REASON_NONE
 */
const char *
till_reason_get_text (TillReason reason)
{
  g_return_val_if_fail ((guint) reason < TILL_N_REASONS, "");

  return reason == TILL_REASON_NONE ? "" : _(reasons[reason].text);
}

/**
 * till_reason_is_fault:
 *
 * Returns: whether the shop must mend something before it can take money this way; nothing was
 *   charged then
 */
gboolean
till_reason_is_fault (TillReason reason)
{
  g_return_val_if_fail ((guint) reason < TILL_N_REASONS, FALSE);

  return reasons[reason].is_fault;
}

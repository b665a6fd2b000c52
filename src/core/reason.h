/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a payment is where it is. One closed list for all acquirers; each has a word for JSON and
 * rows, and a sentence for the clerk that ends with what to do next. */
typedef enum {
  TILL_REASON_NONE,

  /* Not done yet. */
  TILL_REASON_PAYER,              /* the payer types a password or chooses a card */
  TILL_REASON_PROCESSING,         /* the acquirer or the bank is at it (refunds) */
  TILL_REASON_NOT_SCANNED,        /* our code was not scanned yet */
  TILL_REASON_ENDING,             /* we asked to end it; the acquirer has not confirmed */
  TILL_REASON_CARD_NEXT,          /* a card was read: it is charged once the code is ended */

  /* The payer's side. */
  TILL_REASON_CODE_EXPIRED,
  TILL_REASON_CODE_INVALID,       /* misread, used already */
  TILL_REASON_BALANCE,            /* not enough money in the wallet */
  TILL_REASON_PAYER_LIMIT,
  TILL_REASON_PAYER_REFUSED,      /* risk control, account state, no usable means of payment */
  TILL_REASON_PAYER_LEFT,         /* did not finish in time */

  /* What was scanned. */
  TILL_REASON_SHOP_CODE,          /* a shop's collection code, not a payment code */
  TILL_REASON_RECEIVE_CODE,       /* a person's code for receiving money */
  TILL_REASON_WEB_CODE,           /* a web address, or a link into some app */
  TILL_REASON_OTHER_CODE,         /* a contact, a Wi-Fi network, a health code … */
  TILL_REASON_GOODS_CODE,         /* a goods barcode */
  TILL_REASON_CARD_CODE,          /* an EMV consumer code that no acquirer of ours takes */
  TILL_REASON_UNKNOWN_CODE,
  TILL_REASON_IDENTITY_CODE,      /* looks like an identity number: ask before charging */
  TILL_REASON_BRAND_NOT_TAKEN,    /* no contract for this wallet */
  TILL_REASON_ECNY_OFFLINE,       /* digital yuan without network */

  /* What was tapped. Nothing was sent. */
  TILL_REASON_CARD_MOVED,         /* left the reader before it had said all */
  TILL_REASON_CARD_NONE,          /* nothing on it that pays */
  TILL_REASON_CARD_FOREIGN,       /* another scheme's */
  TILL_REASON_CARD_LOCKED,        /* a phone that is locked, or waits for its owner */
  TILL_REASON_CARD_BLOCKED,       /* by its issuer */
  TILL_REASON_CARD_EXPIRED,
  TILL_REASON_CARD_DECLINED,      /* by itself */
  TILL_REASON_CARD_OFFLINE,       /* approved itself although told to go online */
  TILL_REASON_CARD_PIN,
  TILL_REASON_CARD_SIGNATURE,
  TILL_REASON_CARD_LIMIT,         /* above what goes without PIN */
  TILL_REASON_CARD_OTHER_WAY,     /* wants to be inserted */
  TILL_REASON_CARD_UNREADABLE,    /* what it says breaks the rules */
  TILL_REASON_CARD_ABSENT,        /* none came in time */
  TILL_REASON_TAP_OPEN,           /* another tap of this sale is not over yet */
  TILL_REASON_CODE_PAID,          /* the code on the screen was paid first */
  TILL_REASON_CODE_OPEN,          /* the code on the screen could not be ended */
  TILL_REASON_TAPS_OFF,           /* the profile says so */
  TILL_REASON_TAPS_NOT_TAKEN,     /* no contract for them */

  /* What was asked for. */
  TILL_REASON_AMOUNT,             /* out of range */
  TILL_REASON_NUMBER,             /* not an order number */
  TILL_REASON_NO_SALE,            /* no sale has the number */
  TILL_REASON_NO_ACQUIRER,        /* the profile has none such, or has it no more */
  TILL_REASON_CODE_BUSY,          /* this very code is being charged */
  TILL_REASON_NOT_PAID,           /* nothing to give back */
  TILL_REASON_ALL_GIVEN_BACK,
  TILL_REASON_TOO_MUCH,           /* more than is left to give back */
  TILL_REASON_REFUND_NO_CANCEL,
  TILL_REASON_CANNOT_ASK,         /* the acquirer has no such question */
  TILL_REASON_NO_STATEMENT,       /* the acquirer's statement cannot be fetched */

  /* The shop's side. */
  TILL_REASON_NOT_ACTIVE,         /* the contract waits for its activation code */
  TILL_REASON_NO_ACTIVATION,      /* the contract has no use for an activation code */
  TILL_REASON_ACTIVATION_CODE,    /* what was typed is none */
  TILL_REASON_CONFIG,             /* keys, ids or rights are wrong at the acquirer */
  TILL_REASON_MERCHANT_LIMIT,     /* the acquirer's or the profile's limit */
  TILL_REASON_MERCHANT_REFUSED,   /* the acquirer blocks this shop */
  TILL_REASON_MERCHANT_BALANCE,   /* too little money with the acquirer for a refund */
  TILL_REASON_CLOCK,              /* this computer's clock is wrong */
  TILL_REASON_DUPLICATE,          /* the number was used for something else */

  /* Ended by us. */
  TILL_REASON_CANCELLED,          /* by the clerk, confirmed by the acquirer */
  TILL_REASON_EXPIRED,            /* not paid in time, closed */
  TILL_REASON_REVERSED,           /* given up and reversed, confirmed */
  TILL_REASON_CLOSED,             /* the acquirer closed it */
  TILL_REASON_OTHER_PAID,         /* another code of this sale was paid */
  TILL_REASON_NEVER_BOOKED,       /* the acquirer never knew it */
  TILL_REASON_NEVER_SHOWN,        /* no code came back, so nobody can have paid it */

  /* No trusted answer. */
  TILL_REASON_NO_NETWORK,
  TILL_REASON_UNTRUSTED_SERVER,   /* TLS: chain or host name */
  TILL_REASON_NO_ANSWER,
  TILL_REASON_BAD_ANSWER,         /* not JSON, cut off, too large, a proxy's page */
  TILL_REASON_UNSIGNED,           /* signature headers or field missing */
  TILL_REASON_BAD_SIGNATURE,
  TILL_REASON_STALE_SIGNATURE,    /* signed more than five minutes away from now */
  TILL_REASON_UNKNOWN_KEY,
  TILL_REASON_OTHER_ORDER,        /* answers for another order */
  TILL_REASON_OTHER_AMOUNT,       /* answers with another amount */
  TILL_REASON_BUSY,               /* rate limit */
  TILL_REASON_ACQUIRER_FAULT,     /* says itself that something is wrong there */
  TILL_REASON_UNKNOWN_ANSWER,     /* a code that no table of ours has */
  TILL_REASON_INTERRUPTED,        /* the program ended before the answer */

  /* Refunds and late payments. */
  TILL_REASON_REFUND_REFUSED,
  TILL_REASON_REFUND_ABNORMAL,    /* the payer's bank refused it: the web page settles it */
  TILL_REASON_REFUND_TOO_LATE,
  TILL_REASON_PAID_TO_CHECK,      /* paid, and the acquirer itself is not sure of its books */
  TILL_REASON_PAID_LATE,
  TILL_REASON_PAID_TWICE,
  TILL_REASON_PAID_NO_CANCEL,     /* is paid and cannot be cancelled: refund it */

  /* Settled by the owner, who has looked on the acquirer's own pages. */
  TILL_REASON_OWNER_PAID,
  TILL_REASON_OWNER_UNPAID,
  TILL_REASON_OWNER_GIVEN_BACK,
  TILL_REASON_OWNER_NOT_GIVEN_BACK,
  TILL_REASON_DISPUTED,           /* the acquirer says otherwise */
  TILL_REASON_SETTLES_ITSELF,     /* no person is needed, or not yet */
  TILL_REASON_NO_EVIDENCE,        /* the owner gave no name, or no reason */
  TILL_REASON_CANNOT_BE,          /* this cannot be said of such a payment */

  TILL_REASON_JOURNAL,            /* it cannot be written, so nothing may be sent */
} TillReason;
#define TILL_N_REASONS (TILL_REASON_JOURNAL + 1)

const char *till_reason_to_word         (TillReason   reason);
gboolean    till_reason_from_word       (const char  *word,
                                         TillReason  *reason);
const char *till_reason_get_text        (TillReason   reason);
gboolean    till_reason_is_fault        (TillReason   reason);

G_END_DECLS

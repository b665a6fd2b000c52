/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What moves the money. A sale is made of payments; a refund is a payment with the sign turned. */
typedef enum {
  TILL_KIND_CHARGE,   /* the customer showed a payment code */
  TILL_KIND_COLLECT,  /* the customer scans our code */
  TILL_KIND_REFUND,   /* gives back a payment, in whole or part */
  TILL_KIND_TAP,      /* the customer held a card or a phone to the reader; else a charge */
} TillKind;
#define TILL_N_KINDS 4

typedef enum {
  TILL_PAYMENT_NEW,         /* nothing written, nothing sent */
  TILL_PAYMENT_ASKED,       /* written; the request may have left */
  TILL_PAYMENT_WAITING,     /* the acquirer says that the payer, or the bank, is not done yet */
  TILL_PAYMENT_UNSURE,      /* no trusted answer; the money may have moved */
  TILL_PAYMENT_CLOSING,     /* we want it closed or reversed, not confirmed yet */
  TILL_PAYMENT_CLOSED_ONCE, /* the close was confirmed; one last query, a payment may have won */
  TILL_PAYMENT_REVERSED,    /* the reversal was confirmed; one last query */
  TILL_PAYMENT_REVERSING,   /* the query did not agree; the reversal is asked for again */
  TILL_PAYMENT_PAID,        /* the money moved */
  TILL_PAYMENT_FAILED,      /* it did not, or was given back, and will not under this number */
  TILL_PAYMENT_PAID_LATE,   /* the money moved although the sale no longer wants it: give it back */
} TillPaymentState;
#define TILL_PAYMENT_N_STATES 11

/* What can happen. Answers of an acquirer are events; so are the clerk's wishes and deadlines. */
typedef enum {
  TILL_EVENT_ASK,           /* the clerk wants it */
  TILL_EVENT_AGAIN,         /* the clerk wants a failed refund tried again under its number */
  TILL_EVENT_ACCEPTED,      /* says paid, but its rules ask for a query before we believe it */
  TILL_EVENT_PAID,          /* a trusted answer: paid, this order, this amount */
  TILL_EVENT_PAID_AGAIN,    /* the same, while the sale is already paid by another payment */
  TILL_EVENT_WAIT,          /* a trusted answer: not done yet */
  TILL_EVENT_REFUSED,       /* definite: no money moved and none will under this number */
  TILL_EVENT_CLOSED,        /* definite: the order is closed or reversed */
  TILL_EVENT_ABSENT,        /* the acquirer does not know the number (no proof) */
  TILL_EVENT_LOST,          /* no trusted answer */
  TILL_EVENT_UNSENT,        /* the request provably never left */
  TILL_EVENT_CLOSE_DONE,    /* answer to a close: closed */
  TILL_EVENT_REVERSE_DONE,  /* answer to a reversal: reversed, given back if it was paid */
  TILL_EVENT_CLOSE_REFUSED, /* answer to either: cannot be done */
  TILL_EVENT_CLOSE_LOST,    /* answer to either: none that we trust, or "repeat" */
  TILL_EVENT_CANCEL,        /* the clerk wants it to end */
  TILL_EVENT_UNDO,          /* the clerk wants a paid charge undone */
  TILL_EVENT_GIVE_UP,       /* the acquirer's time for it is over */
  TILL_EVENT_RESUME,        /* a program starts and finds it in the journal */
  /* The owner has looked on the acquirer's own pages, and says what became of it. */
  TILL_EVENT_OWNER_PAID,
  TILL_EVENT_OWNER_UNPAID,  /* of a refund: not given back */
  TILL_EVENT_OWNER_GIVEN_BACK,
} TillPaymentEvent;
#define TILL_N_EVENTS 22

/* What must be done on entering a state, or on entering it again. */
typedef enum {
  TILL_EFFECT_NONE,
  TILL_EFFECT_SEND,       /* send the charge, the order or the refund */
  TILL_EFFECT_QUERY,      /* ask what became of it, when the acquirer's pace allows */
  TILL_EFFECT_CLOSE,      /* close or reverse it, when the acquirer's pace allows */
  TILL_EFFECT_GIVE_BACK,  /* refund it in full */
} TillEffect;

gboolean          till_payment_step               (TillKind           kind,
                                                   TillPaymentState   state,
                                                   TillPaymentEvent   event,
                                                   TillPaymentState  *next);
TillEffect        till_payment_on_entry           (TillPaymentState   state);
TillEffect        till_payment_on_resume          (TillPaymentState   state);
gboolean          till_payment_is_final           (TillPaymentState   state);
gboolean          till_payment_is_ending          (TillPaymentState   state);
gboolean          till_payment_event_is_owners    (TillPaymentEvent   event);
gboolean          till_kind_is_pushed             (TillKind           kind);

const char       *till_payment_state_to_string    (TillPaymentState   state);
const char       *till_payment_state_to_word      (TillPaymentState   state);
gboolean          till_payment_state_from_string  (const char        *text,
                                                   TillPaymentState  *state);
const char       *till_payment_event_to_string    (TillPaymentEvent   event);
gboolean          till_payment_event_from_string  (const char        *text,
                                                   TillPaymentEvent  *event);
const char       *till_kind_to_string             (TillKind           kind);
gboolean          till_kind_from_string           (const char        *text,
                                                   TillKind          *kind);

G_END_DECLS

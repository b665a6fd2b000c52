/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/payment.h"

#include <string.h>

/* The words of states, events and kinds: in rows, and for people's scripts. */

/* In rows every state has its own word; to people and scripts the ways of closing are one. */
static const struct {
  const char *name;
  const char *word;
} states[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW]         = { "new", "new" },
  [TILL_PAYMENT_ASKED]       = { "asked", "asked" },
  [TILL_PAYMENT_WAITING]     = { "waiting", "waiting" },
  [TILL_PAYMENT_UNSURE]      = { "unsure", "unsure" },
  [TILL_PAYMENT_CLOSING]     = { "closing", "closing" },
  [TILL_PAYMENT_CLOSED_ONCE] = { "closed-once", "closing" },
  [TILL_PAYMENT_REVERSED]    = { "reversed", "closing" },
  [TILL_PAYMENT_REVERSING]   = { "reversing", "closing" },
  [TILL_PAYMENT_PAID]        = { "paid", "paid" },
  [TILL_PAYMENT_FAILED]      = { "failed", "failed" },
  [TILL_PAYMENT_PAID_LATE]   = { "paid-late", "paid-late" },
};

static const char *const event_names[TILL_N_EVENTS] = {
  [TILL_EVENT_ASK]           = "ask",
  [TILL_EVENT_AGAIN]         = "again",
  [TILL_EVENT_ACCEPTED]      = "accepted",
  [TILL_EVENT_PAID]          = "paid",
  [TILL_EVENT_PAID_AGAIN]    = "paid-again",
  [TILL_EVENT_WAIT]          = "wait",
  [TILL_EVENT_REFUSED]       = "refused",
  [TILL_EVENT_CLOSED]        = "closed",
  [TILL_EVENT_ABSENT]        = "absent",
  [TILL_EVENT_LOST]          = "lost",
  [TILL_EVENT_UNSENT]        = "unsent",
  [TILL_EVENT_CLOSE_DONE]    = "close-done",
  [TILL_EVENT_REVERSE_DONE]  = "reverse-done",
  [TILL_EVENT_CLOSE_REFUSED] = "close-refused",
  [TILL_EVENT_CLOSE_LOST]    = "close-lost",
  [TILL_EVENT_CANCEL]        = "cancel",
  [TILL_EVENT_UNDO]          = "undo",
  [TILL_EVENT_GIVE_UP]       = "give-up",
  [TILL_EVENT_RESUME]        = "resume",
  [TILL_EVENT_OWNER_PAID]    = "owner-paid",
  [TILL_EVENT_OWNER_UNPAID]  = "owner-unpaid",
  [TILL_EVENT_OWNER_GIVEN_BACK] = "owner-given-back",
};

static const char *const kind_names[TILL_N_KINDS] = {
  [TILL_KIND_CHARGE]  = "charge",
  [TILL_KIND_COLLECT] = "collect",
  [TILL_KIND_REFUND]  = "refund",
  [TILL_KIND_TAP]     = "tap",
};

static gboolean
find_word (const char        *text,
           const char *const *words,
           guint              n_words,
           guint             *index)
{
  for (guint i = 0; text && i < n_words; i++) {
    if (strcmp (words[i], text) == 0) {
      *index = i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_payment_state_to_string:
 *
 * Returns: the state's own word, as it stands in rows
 */
const char *
till_payment_state_to_string (TillPaymentState state)
{
  g_return_val_if_fail ((guint) state < TILL_PAYMENT_N_STATES, NULL);

  return states[state].name;
}

/**
 * till_payment_state_to_word:
 *
 * Returns: the word of the command line's JSON, where the ways of closing are one
 */
const char *
till_payment_state_to_word (TillPaymentState state)
{
  g_return_val_if_fail ((guint) state < TILL_PAYMENT_N_STATES, NULL);

  return states[state].word;
}

/**
 * till_payment_state_from_string:
 *
 * Reads what till_payment_state_to_string() wrote.
 *
 * Returns: %FALSE for any other text
 */
gboolean
till_payment_state_from_string (const char       *text,
                                TillPaymentState *state)
{
  for (guint i = 0; text && i < TILL_PAYMENT_N_STATES; i++) {
    if (strcmp (states[i].name, text) == 0) {
      *state = (TillPaymentState) i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_payment_event_to_string:
 *
 * Returns: the event's word, as it stands in rows
 */
const char *
till_payment_event_to_string (TillPaymentEvent event)
{
  g_return_val_if_fail ((guint) event < TILL_N_EVENTS, NULL);

  return event_names[event];
}

/**
 * till_payment_event_from_string:
 *
 * Returns: %FALSE where no event has this word
 */
gboolean
till_payment_event_from_string (const char       *text,
                                TillPaymentEvent *event)
{
  guint index;

  if (!find_word (text, event_names, TILL_N_EVENTS, &index))
    return FALSE;

  *event = (TillPaymentEvent) index;
  return TRUE;
}

/**
 * till_kind_to_string:
 *
 * Returns: "charge", "collect", "refund" or "tap"
 */
const char *
till_kind_to_string (TillKind kind)
{
  g_return_val_if_fail ((guint) kind < TILL_N_KINDS, NULL);

  return kind_names[kind];
}

/**
 * till_kind_from_string:
 *
 * Returns: %FALSE where no kind has this word
 */
gboolean
till_kind_from_string (const char *text,
                       TillKind   *kind)
{
  guint index;

  if (!find_word (text, kind_names, TILL_N_KINDS, &index))
    return FALSE;

  *kind = (TillKind) index;
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/tap.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct {
  const char *word;
  const char *text;
} states[TILL_TAP_N_STATES] = {
  [TILL_TAP_OFF]        = { "off", N_("No card is waited for.") },
  [TILL_TAP_STARTING]   = { "starting", N_("The card reader is starting. Please wait.") },
  [TILL_TAP_WAITING]    = { "waiting", N_("Hold the card or the phone to the reader.") },
  [TILL_TAP_READING]    = { "reading", N_("Hold it still.") },
  [TILL_TAP_AGAIN]      = { "again", N_("It moved. Hold it to the reader again, and still.") },
  [TILL_TAP_REMOVE]     = { "remove", N_("Take the card away.") },
  [TILL_TAP_SHOWING]    = { "showing", N_("Hold the phone to the reader to open the code.") },
  [TILL_TAP_ABSENT] =
    { "absent", N_("The card reader is not plugged in. Plug it in, or take another way to pay.") },
  [TILL_TAP_BUSY] =
    { "busy",
      N_("Another program has the card reader. Close it, or call the technician; take another way "
         "to pay.") },
  [TILL_TAP_FORBIDDEN] =
    { "forbidden",
      N_("This user may not use the card reader. Call the technician; take another way to pay.") },
  [TILL_TAP_NO_SERVICE] =
    { "no-service",
      N_("The card reader's service does not run. Call the technician; take another way to pay.") },
  [TILL_TAP_UNABLE] =
    { "unable", N_("This card reader cannot do that. Take another way to pay.") },
  [TILL_TAP_FAULT] =
    { "fault",
      N_("The card reader has a fault and is started again. Unplug it and plug it in if this "
         "stays; take another way to pay.") },
};

/**
 * till_tap_state_to_word:
 *
 * Returns: the state's word in JSON and between till and till-reader
 */
const char *
till_tap_state_to_word (TillTapState state)
{
  g_return_val_if_fail ((guint) state < TILL_TAP_N_STATES, NULL);

  return states[state].word;
}

/**
 * till_tap_state_from_word:
 *
 * Returns: %FALSE where no state has this word
 */
gboolean
till_tap_state_from_word (const char   *word,
                          TillTapState *state)
{
  for (guint i = 0; word && i < TILL_TAP_N_STATES; i++) {
    if (strcmp (states[i].word, word) == 0) {
      *state = (TillTapState) i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_tap_state_get_text:
 *
 * Returns: the sentence for the clerk, translated
 */
const char *
till_tap_state_get_text (TillTapState state)
{
  g_return_val_if_fail ((guint) state < TILL_TAP_N_STATES, NULL);

  return _(states[state].text);
}

/**
 * till_tap_state_is_fault:
 *
 * Returns: whether nothing can be read until something outside changes
 */
gboolean
till_tap_state_is_fault (TillTapState state)
{
  return state >= TILL_TAP_ABSENT;
}

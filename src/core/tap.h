/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How it is with the reader of cards and phones. Each has a word for JSON and for what till-reader
 * says, and a sentence for the clerk. */
typedef enum {
  TILL_TAP_OFF,        /* no card is waited for */
  TILL_TAP_STARTING,
  TILL_TAP_WAITING,    /* for a card */
  TILL_TAP_READING,    /* a card is there: it must be held still */
  TILL_TAP_AGAIN,      /* it moved: hold it there again */
  TILL_TAP_REMOVE,     /* it was read, or lies there from before: it must leave */
  TILL_TAP_SHOWING,    /* it is a tag that phones read */

  /* Nothing can be read. All these come and go by themselves. */
  TILL_TAP_ABSENT,     /* no such reader is plugged in */
  TILL_TAP_BUSY,       /* another program, or the kernel, has it */
  TILL_TAP_FORBIDDEN,  /* this user may not open it */
  TILL_TAP_NO_SERVICE, /* it needs pcscd, which does not run */
  TILL_TAP_UNABLE,     /* this build, or this reader, cannot do that */
  TILL_TAP_FAULT,      /* it does not answer, answers wrongly, or what reads it died */
} TillTapState;
#define TILL_TAP_N_STATES (TILL_TAP_FAULT + 1)

const char *till_tap_state_to_word    (TillTapState   state);
gboolean    till_tap_state_from_word  (const char    *word,
                                       TillTapState  *state);
const char *till_tap_state_get_text   (TillTapState   state);
gboolean    till_tap_state_is_fault   (TillTapState   state);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Amounts from 88.00 to 88.99 yuan choose their scenario by the two digits behind the point; all
 * others approve. (The last digits of test cards are taken.) */
#define TILL_SANDBOX_CARD_SCENES_FEN 8800

/* What a tapped card came with, once it was looked at. */
typedef struct {
  char  *once;    /* number and counter: the same tap is not taken twice */
  char   scene[3];
} TillSandboxCard;

gboolean  till_sandbox_card_check  (TillSandboxCard  *card,
                                    const guint8     *field_55,
                                    gsize             n_bytes,
                                    const char       *track_2,
                                    gint64            amount_fen,
                                    gint64            now_us,
                                    const char      **issue);
void      till_sandbox_card_clear  (TillSandboxCard  *card);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillSandboxCard, till_sandbox_card_clear)

G_END_DECLS

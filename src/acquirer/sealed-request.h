/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/acquirer.h"
#include "acquirer/sign.h"

G_BEGIN_DECLS

/* Cards in sealed form: JSON over HTTPS, a contract of our own that the README describes. */
typedef struct {
  char          *merchant;
  char          *terminal;
  TillKey       *private_key;  /* ours: requests */
  TillKey       *public_key;   /* the acquirer's: answers */
  TillKey       *card_key;     /* the acquirer's: what cards are sealed to */
  TillCardTerms  terms;
} TillSealedKeys;

gpointer         till_sealed_load    (const TillSettings    *settings,
                                      GError               **error);
void             till_sealed_unload  (gpointer               pointer);

TillHttpRequest *till_sealed_build   (const TillMerchant    *merchant,
                                      const TillAsk         *ask,
                                      GError               **error);
TillReason       till_sealed_verify  (const TillSealedKeys  *keys,
                                      const TillAsk         *ask,
                                      const TillHttpReply   *reply);

G_END_DECLS

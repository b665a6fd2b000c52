/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chance.h"
#include "port/clock.h"

G_BEGIN_DECLS

/* What a till keeps of tapped cards, in place of store/taps.c by linking: in memory, on a disk that
 * has synced whatever it took. */
typedef struct {
  const TillClock *clock;         /* the till's */
  Chances         *chances;
  const gboolean  *power_is_gone;
  GHashTable      *keys;          /* payment's number → Kept */
  GHashTable      *traces;        /* contract → the last number */
} KeptCards;

void     kept_cards_init     (KeptCards       *self,
                              const char      *dir,
                              const TillClock *clock,
                              Chances         *chances,
                              const gboolean  *power_is_gone);
void     kept_cards_clear    (KeptCards       *self);
void     kept_cards_release  (KeptCards       *self,
                              const char      *dir);
guint    kept_cards_count    (const KeptCards *self);
gboolean kept_cards_has      (const KeptCards *self,
                              const char      *payment);

G_END_DECLS

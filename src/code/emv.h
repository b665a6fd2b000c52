/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/emv-card.h"

G_BEGIN_DECLS

/* One tap of a contactless card, as steps without a reader: the caller carries commands to the card
 * and answers back. */
typedef struct _TillEmv TillEmv;

typedef enum {
  TILL_EMV_SEND,  /* send the command, come back with its answer */
  TILL_EMV_DONE,  /* the card may leave; see till_emv_get_card() */
} TillEmvStep;

TillEmv            *till_emv_new       (const TillEmvTerminal  *terminal);
void                till_emv_free      (TillEmv                *self);

const TillEmvCard  *till_emv_get_card  (TillEmv                *self);

TillEmvStep         till_emv_step      (TillEmv                *self,
                                        const guint8           *rapdu,
                                        gsize                   n_bytes,
                                        GByteArray             *capdu);
void                till_emv_give_up   (TillEmv                *self,
                                        TillReason              reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillEmv, till_emv_free)

G_END_DECLS

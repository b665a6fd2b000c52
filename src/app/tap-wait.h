/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/tapping.h"

G_BEGIN_DECLS

/* Customers at the reader, one card after the other, until one is being charged. */
typedef struct _TillTapWait TillTapWait;

/* Something changed: state, sentence, item, or it is over. The wait may be freed in it. */
typedef void (*TillTapWaitFunc) (TillTapWait *wait, gpointer user_data);

TillTapWait   *till_tap_wait_new            (TillDesk         *desk,
                                             gint64            amount_fen,
                                             TillSaleItem     *onto,
                                             TillTapWaitFunc   func,
                                             gpointer          user_data,
                                             GError          **error);
void           till_tap_wait_free           (TillTapWait      *self);

TillTapState   till_tap_wait_get_state      (TillTapWait      *self);
TillSaleItem  *till_tap_wait_get_item       (TillTapWait      *self);
TillSaleItem  *till_tap_wait_get_onto       (TillTapWait      *self);
gboolean       till_tap_wait_has_card       (TillTapWait      *self);
gboolean       till_tap_wait_is_over        (TillTapWait      *self);
const char    *till_tap_wait_take_sentence  (TillTapWait      *self);

G_END_DECLS

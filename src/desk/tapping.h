/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/desk.h"
#include "port/tap.h"

G_BEGIN_DECLS

/* A customer at the reader: from the wait for a card until it is charged, or until it is known why
 * not. One tap, one attempt.
 *
 * Signals: "changed": state, item, reason or fault. */
#define TILL_TYPE_TAPPING (till_tapping_get_type ())
G_DECLARE_FINAL_TYPE (TillTapping, till_tapping, TILL, TAPPING, GObject)

TillTapping   *till_desk_tap            (TillDesk          *desk,
                                         gint64             amount_fen,
                                         const char        *reader,
                                         guint              timeout_ms,
                                         const TillTicket  *ticket,
                                         GError           **error);
TillTapping   *till_desk_tap_onto       (TillDesk          *desk,
                                         TillSaleItem      *item,
                                         GError           **error);
void           till_tapping_cancel      (TillTapping       *self);

gboolean       till_tapping_has_card    (TillTapping       *self);
gboolean       till_tapping_is_over     (TillTapping       *self);
TillTapState   till_tapping_get_state   (TillTapping       *self);
TillSaleItem  *till_tapping_get_item    (TillTapping       *self);
TillReason     till_tapping_get_reason  (TillTapping       *self);
const GError  *till_tapping_get_fault   (TillTapping       *self);

gboolean       till_desk_may_tap        (TillDesk          *desk);
void           till_desk_prepare_tap    (TillDesk          *desk,
                                         TillTapRequest    *request);

G_END_DECLS

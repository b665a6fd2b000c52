/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/tap.h"
#include "desk/desk.h"

G_BEGIN_DECLS

/* What the reader of cards does while a code is on the screen. It cannot do both: it calls cards,
 * or it is one. */
typedef enum {
  TILL_BESIDE_NOTHING,
  TILL_BESIDE_CARDS,   /* waits for a card that pays in the code's place */
  TILL_BESIDE_LINK,    /* is a tag that opens the code on a phone */
} TillBeside;

/* A code that phones can open by being held to the reader: the very one that is on the screen, as
 * long as it can be paid.
 *
 * Signals: "changed": state, or whether a phone has it. */
#define TILL_TYPE_LINK (till_link_get_type ())
G_DECLARE_FINAL_TYPE (TillLink, till_link, TILL, LINK, GObject)

TillBeside    till_desk_get_beside  (TillDesk      *desk);

TillLink     *till_link_new         (TillDesk      *desk,
                                     TillSaleItem  *item);
void          till_link_end         (TillLink      *self);
TillTapState  till_link_get_state   (TillLink      *self);
gboolean      till_link_was_read    (TillLink      *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A contactless card or phone as a reader sees it: at the level of APDUs, behind ISO 14443-4. */
typedef struct _VirtualCard VirtualCard;

const char  *virtual_card_get_name     (guint         index);
VirtualCard *virtual_card_new          (const char   *name);
void         virtual_card_free         (VirtualCard  *self);
void         virtual_card_reset        (VirtualCard  *self);
guint8       virtual_card_get_sak      (VirtualCard  *self);
void         virtual_card_transmit     (VirtualCard  *self,
                                        const guint8 *capdu,
                                        gsize         n_bytes,
                                        GByteArray   *rapdu);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualCard, virtual_card_free)

G_END_DECLS

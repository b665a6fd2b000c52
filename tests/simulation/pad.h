/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bank.h"
#include "port/tap.h"

G_BEGIN_DECLS

/* A till's reader, and till-reader with it: customers hold cards there. What is done with a card is
 * real: EMV, the token, the message that it is put into. */
#define TYPE_PAD (pad_get_type ())
G_DECLARE_FINAL_TYPE (Pad, pad, SIM, PAD, GObject)

/* The customer at the counter: whose basket it is that a card would pay. */
typedef const char *(*PadWhoFunc) (gpointer till);

/* A promise was broken in here. */
typedef void (*PadBrokenFunc) (gpointer till, const char *what);

Pad        *pad_new           (Town             *town,
                               TillHttp         *http,
                               PadWhoFunc        who,
                               PadBrokenFunc     broken,
                               gpointer          till);
void        pad_stop          (Pad              *self);

const char *pad_pan_begins    (void);

G_END_DECLS

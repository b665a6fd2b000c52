/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An amount while it is being typed, key by key: "12", "12.", "12.5". Never more than a sale may
 * be, never a third decimal: a key that would do so does nothing. */
typedef struct {
  char text[16];
} TillKeying;

gboolean  till_keying_press       (TillKeying        *keying,
                                   const char        *key);
void      till_keying_set_amount  (TillKeying        *keying,
                                   gint64             amount_fen);
gint64    till_keying_get_amount  (const TillKeying  *keying);
char     *till_keying_to_text     (const TillKeying  *keying);

G_END_DECLS

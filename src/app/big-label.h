/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One line of text, as large as its place allows: an amount that is read across a counter.
 *
 * Properties: "label" (s), "least-size" and "most-size" (i, pixels). */
#define TILL_TYPE_BIG_LABEL (till_big_label_get_type ())
G_DECLARE_FINAL_TYPE (TillBigLabel, till_big_label, TILL, BIG_LABEL, GtkWidget)

const char *till_big_label_get_label  (TillBigLabel *self);
void        till_big_label_set_label  (TillBigLabel *self,
                                       const char   *label);

G_END_DECLS

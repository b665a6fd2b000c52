/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Watches the keys of whole windows for a scanner that types.
 *
 * Signals: "scanned" (s): the text, never to be logged. */
#define TILL_TYPE_WEDGE_KEYS (till_wedge_keys_get_type ())
G_DECLARE_FINAL_TYPE (TillWedgeKeys, till_wedge_keys, TILL, WEDGE_KEYS, GObject)

TillWedgeKeys *till_wedge_keys_new    (void);
void           till_wedge_keys_watch  (TillWedgeKeys *self,
                                       GtkWidget     *window);
void           till_wedge_keys_feed   (TillWedgeKeys *self,
                                       const char    *text);

G_END_DECLS

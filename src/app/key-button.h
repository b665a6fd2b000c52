/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A button that says its key.
 *
 * Properties, from the template: "text" (s), "key" (s), "icon" (s, an icon's name or NULL). */
#define TILL_TYPE_KEY_BUTTON (till_key_button_get_type ())
G_DECLARE_FINAL_TYPE (TillKeyButton, till_key_button, TILL, KEY_BUTTON, GtkButton)

G_END_DECLS

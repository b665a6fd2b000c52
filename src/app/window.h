/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/application.h"
#include "desk/desk.h"

G_BEGIN_DECLS

/* The till's window.
 *
 * Its actions, so that a button, a key, a test and org.gtk.Actions do the same: digit (s), charge,
 * collect (s, a wallet's word or "all"), cancel, query, refund, back, next, view (s), search,
 * open-nth (u), query-order (s), cancel-order (s), dismiss, fullscreen. */
#define TILL_TYPE_WINDOW (till_window_get_type ())
G_DECLARE_FINAL_TYPE (TillWindow, till_window, TILL, WINDOW, AdwApplicationWindow)

TillWindow *till_window_new         (TillApplication  *application,
                                     const TillStart  *start);
void        till_window_open_shop   (TillWindow       *self,
                                     TillDesk         *desk);
void        till_window_show_fault  (TillWindow       *self,
                                     const GError     *error);
TillDesk   *till_window_get_desk    (TillWindow       *self);

G_END_DECLS

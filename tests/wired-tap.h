/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/tap.h"

G_BEGIN_DECLS

/* A reader that is moved by hand. A token is "token:" and the key in hexadecimal, so that what is
 * sent can be held against the key that it was made with. */
#define TILL_TYPE_WIRED_TAP (till_wired_tap_get_type ())
G_DECLARE_FINAL_TYPE (TillWiredTap, till_wired_tap, TILL, WIRED_TAP, GObject)

TillWiredTap  *till_wired_tap_new          (TillHttp        *http);
gboolean      till_wired_tap_is_waiting   (TillWiredTap     *self);
guint         till_wired_tap_get_n_reads  (TillWiredTap     *self);
const char   *till_wired_tap_get_reader   (TillWiredTap     *self);
gint64        till_wired_tap_get_amount   (TillWiredTap     *self);
const char   *till_wired_tap_get_shown    (TillWiredTap     *self);
void          till_wired_tap_set_state    (TillWiredTap     *self,
                                          TillTapState     state);
void          till_wired_tap_touch        (TillWiredTap     *self);
void          till_wired_tap_refuse       (TillWiredTap     *self,
                                          TillReason       reason);
void          till_wired_tap_end          (TillWiredTap     *self,
                                          TillTapOutcome   outcome,
                                          TillTapState     fault);
void          till_wired_tap_plug         (TillWiredTap     *self,
                                          TillTapReader   *reader);
void          till_wired_tap_end_show     (TillWiredTap    *self,
                                          TillTapState     fault);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/tap.h"

G_BEGIN_DECLS

/* A reader whose cards a test holds there. */
#define TILL_TYPE_FAKE_TAP (till_fake_tap_get_type ())
G_DECLARE_FINAL_TYPE (TillFakeTap, till_fake_tap, TILL, FAKE_TAP, GObject)

TillFakeTap          *till_fake_tap_new          (void);
void                  till_fake_tap_set_state    (TillFakeTap    *self,
                                                  TillTapState    state);
void                  till_fake_tap_hold         (TillFakeTap    *self,
                                                  TillTapCard    *card);
void                  till_fake_tap_phone        (TillFakeTap    *self);
void                  till_fake_tap_plug         (TillFakeTap    *self,
                                                  TillTapReader  *reader);
void                  till_fake_tap_answer       (TillFakeTap    *self,
                                                  TillHttpReply  *reply);
gboolean              till_fake_tap_is_reading   (TillFakeTap    *self);
const char           *till_fake_tap_get_shown    (TillFakeTap    *self);
const TillTapRequest *till_fake_tap_get_request  (TillFakeTap    *self);
guint                 till_fake_tap_get_n_sent   (TillFakeTap    *self);
GBytes               *till_fake_tap_get_sent     (TillFakeTap    *self);

G_END_DECLS

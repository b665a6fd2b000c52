/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/scanner.h"

G_BEGIN_DECLS

/* A scanner that reads what a test shows it. */
#define TILL_TYPE_FAKE_SCANNER (till_fake_scanner_get_type ())
G_DECLARE_FINAL_TYPE (TillFakeScanner, till_fake_scanner, TILL, FAKE_SCANNER, GObject)

TillFakeScanner *till_fake_scanner_new         (void);
void             till_fake_scanner_show        (TillFakeScanner   *self,
                                                const char        *text);
void             till_fake_scanner_take_away   (TillFakeScanner   *self);
void             till_fake_scanner_set_state   (TillFakeScanner   *self,
                                                TillScannerState   state);
void             till_fake_scanner_set_sight   (TillFakeScanner   *self,
                                                const TillSight   *sight);
void             till_fake_scanner_set_view    (TillFakeScanner   *self,
                                                guint              width,
                                                guint              height);
void             till_fake_scanner_add_device  (TillFakeScanner   *self,
                                                const char        *name);
const char      *till_fake_scanner_get_device  (TillFakeScanner   *self);
gboolean         till_fake_scanner_is_viewed   (TillFakeScanner   *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/scanner.h"

G_BEGIN_DECLS

/* A scanner that reads what a test shows it. */
#define TILL_TYPE_FAKE_SCANNER (till_fake_scanner_get_type ())
G_DECLARE_FINAL_TYPE (TillFakeScanner, till_fake_scanner, TILL, FAKE_SCANNER, GObject)

TillFakeScanner *till_fake_scanner_new        (void);
void             till_fake_scanner_show       (TillFakeScanner  *self,
                                               const char       *text);
void             till_fake_scanner_set_state  (TillFakeScanner  *self,
                                               TillScannerState  state);

G_END_DECLS

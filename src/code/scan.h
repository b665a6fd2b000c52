/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/barcode.h"
#include "code/scan-pass.h"

G_BEGIN_DECLS

/* What has a longer side is no picture that a till reads; an 8K frame has half of it. */
#define TILL_SCAN_MAX_SIDE 16384

/* How much one wants of a frame. */
typedef enum {
  TILL_SCAN_FIRST,    /* the first code within the frame's time */
  TILL_SCAN_PAYMENT,  /* a payment code within the frame's time; others that are met on the way */
  TILL_SCAN_ALL,      /* all codes, however long it takes */
} TillScanWish;

/* Reads codes from the frames of one camera; remembers what helps with the next one. */
typedef struct _TillScan TillScan;

TillScan   *till_scan_new       (void);
void        till_scan_free      (TillScan            *self);
void        till_scan_set_time  (TillScan            *self,
                                 gint64               cheap_until_us,
                                 gint64               dear_until_us);
GPtrArray  *till_scan_read      (TillScan            *self,
                                 const TillGrey      *frame,
                                 TillScanWish         wish);
GPtrArray  *till_scan_try       (TillScan            *self,
                                 const TillGrey      *frame,
                                 const TillScanPass  *pass);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillScan, till_scan_free)

G_END_DECLS

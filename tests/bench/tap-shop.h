/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/tapping.h"
#include "pn532-host.h"

G_BEGIN_DECLS

/* A shop that takes cards: a real desk with a journal, real till-readers, the sandbox as a process
 * of its own. */
typedef struct {
  char        *dir;
  TillHttp    *http;
  TillTap     *tap;
  TillPorts    ports;
  TillDesk    *desk;
  GSubprocess *sandbox;
  char        *sandbox_url;
} TapShop;

/* What was booked, on either side. */
typedef struct {
  guint  n_paid;
  gint64 paid_fen;
} TapBooked;

guint     tap_shop_start_sandbox (TapShop     *shop);
void      tap_shop_open          (TapShop     *shop,
                                  const char  *contract,
                                  guint        port);
void      tap_shop_close         (TapShop     *shop);
TapBooked tap_shop_read_journal  (TapShop     *shop);
TapBooked tap_shop_read_ledger   (TapShop     *shop);

G_END_DECLS

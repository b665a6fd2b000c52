/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <nfc/nfc.h>

#include "core/tap.h"

G_BEGIN_DECLS

/* A device of libnfc, ours alone. */
typedef struct {
  nfc_context *context;
  nfc_device  *device;
  int          lock;     /* of a serial port; 0: none */
} TillNfcPort;

TillTapState till_nfc_port_open   (TillNfcPort *port,
                                   const char  *connstring);
void         till_nfc_port_close  (TillNfcPort *port);

G_END_DECLS

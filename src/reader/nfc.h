/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reader/backend.h"

G_BEGIN_DECLS

/* By libnfc: PN532 at a serial port, ACR122U and its like at USB. */
extern const TillBackend till_backend_nfc;

G_END_DECLS

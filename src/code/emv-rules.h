/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/emv-qr.h"

G_BEGIN_DECLS

void till_emv_qr_check_rules (TillEmvQr *qr);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reader/backend.h"

G_BEGIN_DECLS

#define TILL_PCSC_PREFIX "pcsc:"

/* By PC/SC: what pcscd has. */
extern const TillBackend till_backend_pcsc;

TillTapState till_pcsc_list            (GPtrArray  *names);
gboolean     till_pcsc_is_contactless  (const char *name);

G_END_DECLS

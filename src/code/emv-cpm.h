/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "code/tlv.h"

G_BEGIN_DECLS

/* What a customer's app shows as EMVCo consumer-presented code. It is card data: kept in memory
 * only, wiped when freed, never logged. */
typedef struct {
  guint8    *bytes;
  gsize      n_bytes;
  GPtrArray *objects;  /* (element-type TillTlv), into bytes */
} TillEmvCpm;

/* "CPV01" behind tag 85 in base64: every such code begins so. */
#define TILL_EMV_CPM_PREFIX "hQVDUFYwM"

TillEmvCpm *till_emv_cpm_decode      (const char        *text,
                                      GError           **error);
void        till_emv_cpm_free        (TillEmvCpm        *cpm);
gboolean    till_emv_cpm_may_charge  (const TillEmvCpm  *cpm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillEmvCpm, till_emv_cpm_free)

G_END_DECLS

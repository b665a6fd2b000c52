/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may go wrong between a PN532 and its host, or its card. */
typedef enum {
  FAULT_NONE,
  FAULT_DROP_ACK,
  FAULT_NO_RESPONSE,
  FAULT_SLOW,
  FAULT_TRUNCATE,
  FAULT_NACK,
  FAULT_BAD_LCS,
  FAULT_BAD_DCS,
  FAULT_BAD_TFI,
  FAULT_BAD_CC,
  FAULT_ERROR_FRAME,
  FAULT_GARBAGE,
  FAULT_GARBAGE_ONLY,
  FAULT_DUP_RESPONSE,
  FAULT_DRIP,
  FAULT_SPLIT,
  FAULT_LONG_LENGTH,
  FAULT_EMPTY_FRAME,
  FAULT_UNPLUG,
  /* Of a card's answer. */
  FAULT_RF_0B,
  FAULT_RF_02,
  FAULT_NO_TARGET,
  FAULT_REMOVE,
  FAULT_NAD,
  FAULT_OVERSIZE,
  FAULT_ENDLESS,
  FAULT_SMALL_BLOCKS,
  FAULT_SW,
  FAULT_EMPTY_RAPDU,
  FAULT_SHORT_RAPDU,
  FAULT_CORRUPT_RAPDU,
  FAULT_NO_STATUS,
  FAULT_MUTATE,
  /* Of the activation. */
  FAULT_ATS_ZERO,
  FAULT_ATS_LONG,
  FAULT_UID_LONG,
  FAULT_SHORT_TARGET,
  N_FAULTS
} Fault;

const char *pn532_get_fault_name   (guint             index);
gboolean    pn532_fault_from_name  (const char       *name,
                                    Fault            *fault);
GByteArray *pn532_fault_frame      (const GByteArray *payload,
                                    Fault             fault);
gboolean    pn532_step_from_name   (const char       *name,
                                    guint            *step);
gboolean    pn532_step_is          (guint             step,
                                    guint8            command,
                                    const guint8     *data,
                                    gsize             n_bytes);

G_END_DECLS

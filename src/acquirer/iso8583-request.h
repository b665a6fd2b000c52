/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/iso8583-keys.h"

G_BEGIN_DECLS

/* What a payment's rows keep from its first on: all that its messages must have in common. */
typedef struct {
  char  batch[7];  /* field 60.2 */
  char  trace[7];  /* field 11 */
  char  date[5];   /* MMDD; the host's, once it has answered */
  char  cause[3];  /* of a reversal: field 39; of a refund: "V" void, "R" refund */
  char *token;     /* the card's, NULL where there is none, or none is needed any more */
} TillIso8583Keep;

gboolean         till_iso8583_keep_read     (TillIso8583Keep        *keep,
                                             const char             *text);
char            *till_iso8583_keep_write    (const TillIso8583Keep  *keep);
void             till_iso8583_keep_clear    (TillIso8583Keep        *keep);

char            *till_iso8583_first_keep    (const TillMerchant     *merchant,
                                             const TillAsk          *ask,
                                             GError                **error);
TillHttpRequest *till_iso8583_build         (const TillMerchant     *merchant,
                                             const TillAsk          *ask,
                                             GError                **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillIso8583Keep, till_iso8583_keep_clear)

G_END_DECLS

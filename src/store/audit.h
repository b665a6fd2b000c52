/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"
#include "store/numbers.h"

G_BEGIN_DECLS

/* What the second pass of a verification found: whether the rows make sales that the machine
 * allows, and whether the caches say what they come to. */
typedef struct {
  gint64       first_bad_seq;  /* 0: every row follows */
  char        *what;           /* what is wrong there */
  gboolean     caches_agree;
  TillNumbers  asked;          /* the numbers of the payments that begin in the rows */
} TillAudit;

gboolean  till_audit_run    (TillDb     *db,
                             gint64      from_seq,
                             gint64      head_seq,
                             TillAudit  *audit,
                             GError    **error);
void      till_audit_clear  (TillAudit  *audit);
char     *till_audit_tell_row (gint64    seq,
                             const char *what);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/row.h"

G_BEGIN_DECLS

/* What a verification of the journal found. */
typedef struct {
  gint64   n_rows;
  gint64   first_bad_seq;     /* 0: the chain is whole */
  char    *what;              /* what is wrong there, for people; NULL when whole */
  gboolean caches_agree;
  gint64   head_seq;          /* the last row's number; 0: there is none */
  char     head[2 * TILL_ROW_HASH_BYTES + 1]; /* its hash in hex */
} TillVerdict;

typedef void (*TillProgressFunc) (gint64 done, gint64 total, gpointer user_data);

static inline void
till_verdict_clear (TillVerdict *verdict)
{
  g_clear_pointer (&verdict->what, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillVerdict, till_verdict_clear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "sandbox/entry.h"

G_BEGIN_DECLS

/* What the acquirers booked, in memory. */
typedef struct _TillSandboxLedger TillSandboxLedger;

TillSandboxLedger *till_sandbox_ledger_new         (void);
void               till_sandbox_ledger_free        (TillSandboxLedger *ledger);

TillEntry         *till_sandbox_ledger_add         (TillSandboxLedger *ledger,
                                                    const char        *acquirer,
                                                    const char        *merchant,
                                                    const char        *order,
                                                    gint64             amount_fen,
                                                    gint64             now_us);
TillEntry         *till_sandbox_ledger_find        (TillSandboxLedger *ledger,
                                                    const char        *acquirer,
                                                    const char        *merchant,
                                                    const char        *order);
TillEntry         *till_sandbox_ledger_find_ref    (TillSandboxLedger *ledger,
                                                    const char        *merchant,
                                                    const char        *ref);
TillEntry         *till_sandbox_ledger_find_code   (TillSandboxLedger *ledger,
                                                    const char        *text,
                                                    gint64             now_us);
TillEntry         *till_sandbox_ledger_find_refund (TillSandboxLedger *ledger,
                                                    const char        *acquirer,
                                                    const char        *merchant,
                                                    const char        *number,
                                                    TillEntryRefund  **refund);
gboolean           till_sandbox_ledger_use_paycode (TillSandboxLedger *ledger,
                                                    const char        *paycode);
const GPtrArray   *till_sandbox_ledger_get_entries (const TillSandboxLedger *ledger);
guint64            till_sandbox_ledger_next        (TillSandboxLedger *ledger);
char              *till_sandbox_ledger_to_json     (TillSandboxLedger *ledger);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillSandboxLedger, till_sandbox_ledger_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The other side, for tests, training and the demo: acquirers over loopback HTTPS, with a ledger of
 * their own. Runs on the main context of the thread that makes it. */
#define TILL_TYPE_SANDBOX (till_sandbox_get_type ())
G_DECLARE_FINAL_TYPE (TillSandbox, till_sandbox, TILL, SANDBOX, GObject)

TillSandbox *till_sandbox_new         (const char   *listen,
                                       const char   *script_path,
                                       GError      **error);
const char  *till_sandbox_get_url     (TillSandbox  *self);
const char  *till_sandbox_get_ca_path (TillSandbox  *self);

G_END_DECLS

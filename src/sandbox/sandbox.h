/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TILL_SANDBOX_DEFAULT_LISTEN "127.0.0.1:8443"

#define TILL_SANDBOX_ERROR (till_sandbox_error_quark ())

typedef enum {
  TILL_SANDBOX_ERROR_LISTEN,  /* not an address of this computer's loopback, or not free */
  TILL_SANDBOX_ERROR_SCRIPT,  /* the message names file and line */
  TILL_SANDBOX_ERROR_FILE,    /* the CA's certificate cannot be written */
} TillSandboxError;

/* The other side, for tests, training and the demo: acquirers over loopback HTTPS, with a ledger of
 * their own. Runs on the main context of the thread that makes it. */
#define TILL_TYPE_SANDBOX (till_sandbox_get_type ())
G_DECLARE_FINAL_TYPE (TillSandbox, till_sandbox, TILL, SANDBOX, GObject)

GQuark       till_sandbox_error_quark (void);

TillSandbox *till_sandbox_new         (const char   *listen,
                                       const char   *script_path,
                                       GError      **error);
const char  *till_sandbox_get_url     (TillSandbox  *self);
const char  *till_sandbox_get_ca_path (TillSandbox  *self);

G_END_DECLS

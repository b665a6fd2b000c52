/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "port/scanner.h"

static const char *const state_words[TILL_SCANNER_N_STATES] = {
  [TILL_SCANNER_OFF]       = "off",
  [TILL_SCANNER_STARTING]  = "starting",
  [TILL_SCANNER_READING]   = "reading",
  [TILL_SCANNER_DARK]      = "dark",
  [TILL_SCANNER_ABSENT]    = "absent",
  [TILL_SCANNER_BUSY]      = "busy",
  [TILL_SCANNER_FORBIDDEN] = "forbidden",
  [TILL_SCANNER_SILENT]    = "silent",
};

G_DEFINE_INTERFACE (TillScanner, till_scanner, G_TYPE_OBJECT)

static void
till_scanner_default_init (TillScannerInterface *iface)
{
  g_signal_new ("code", TILL_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_new ("state-changed", TILL_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

/**
 * till_scanner_start:
 *
 * Switches it on, and again whenever it fails, until till_scanner_stop().
 */
void
till_scanner_start (TillScanner *self)
{
  g_return_if_fail (TILL_IS_SCANNER (self));

  TILL_SCANNER_GET_IFACE (self)->start (self);
}

/**
 * till_scanner_stop:
 *
 * Switches it off; no code comes after this.
 */
void
till_scanner_stop (TillScanner *self)
{
  g_return_if_fail (TILL_IS_SCANNER (self));

  TILL_SCANNER_GET_IFACE (self)->stop (self);
}

TillScannerState
till_scanner_get_state (TillScanner *self)
{
  g_return_val_if_fail (TILL_IS_SCANNER (self), TILL_SCANNER_OFF);

  return TILL_SCANNER_GET_IFACE (self)->get_state (self);
}

/**
 * till_scanner_state_to_string:
 *
 * Returns: the state's word in JSON and logs
 */
const char *
till_scanner_state_to_string (TillScannerState state)
{
  g_return_val_if_fail ((guint) state < TILL_SCANNER_N_STATES, NULL);

  return state_words[state];
}

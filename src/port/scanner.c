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

static const char *const plain_signals[] = { "state-changed", "sight-changed", "view-changed" };

G_DEFINE_INTERFACE (TillScanner, till_scanner, G_TYPE_OBJECT)

static void
till_scanner_default_init (TillScannerInterface *iface)
{
  g_signal_new ("code", TILL_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  for (guint i = 0; i < G_N_ELEMENTS (plain_signals); i++)
    g_signal_new (plain_signals[i], TILL_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
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

/**
 * till_scanner_forget:
 *
 * What is held there now is told once more, as if it had been away.
 */
void
till_scanner_forget (TillScanner *self)
{
  g_return_if_fail (TILL_IS_SCANNER (self));

  TILL_SCANNER_GET_IFACE (self)->forget (self);
}

/**
 * till_scanner_set_device:
 * @device: "auto", a name of till_scanner_list_devices(), or what else a camera's maker takes
 *
 * Chooses what to read with; one that is on goes over to it.
 */
void
till_scanner_set_device (TillScanner *self,
                         const char  *device)
{
  g_return_if_fail (TILL_IS_SCANNER (self));
  g_return_if_fail (device);

  TILL_SCANNER_GET_IFACE (self)->set_device (self, device);
}

/**
 * till_scanner_set_viewed:
 * @viewed: whether somebody looks at what it sees: views cost time
 */
void
till_scanner_set_viewed (TillScanner *self,
                         gboolean     viewed)
{
  g_return_if_fail (TILL_IS_SCANNER (self));

  TILL_SCANNER_GET_IFACE (self)->set_viewed (self, viewed);
}

TillScannerState
till_scanner_get_state (TillScanner *self)
{
  g_return_val_if_fail (TILL_IS_SCANNER (self), TILL_SCANNER_OFF);

  return TILL_SCANNER_GET_IFACE (self)->get_state (self);
}

/**
 * till_scanner_get_view:
 *
 * Returns: (transfer none) (nullable): the newest; none while it is off
 */
TillView *
till_scanner_get_view (TillScanner *self)
{
  g_return_val_if_fail (TILL_IS_SCANNER (self), NULL);

  return TILL_SCANNER_GET_IFACE (self)->get_view (self);
}

/**
 * till_scanner_get_sight:
 *
 * Returns: (transfer none): what was made out just now; nothing while it is off
 */
const TillSight *
till_scanner_get_sight (TillScanner *self)
{
  g_return_val_if_fail (TILL_IS_SCANNER (self), NULL);

  return TILL_SCANNER_GET_IFACE (self)->get_sight (self);
}

/**
 * till_scanner_list_devices:
 *
 * Looks what is plugged in. Takes up to a second; any thread may call it, while the scanner is off.
 *
 * Returns: (transfer full) (element-type TillScannerDevice): the one of "auto" first
 */
GPtrArray *
till_scanner_list_devices (TillScanner *self)
{
  g_return_val_if_fail (TILL_IS_SCANNER (self), NULL);

  return TILL_SCANNER_GET_IFACE (self)->list_devices (self);
}

/**
 * till_scanner_get_facts:
 * @facts: (out caller-allocates): cleared by the caller
 */
void
till_scanner_get_facts (TillScanner      *self,
                        TillScannerFacts *facts)
{
  g_return_if_fail (TILL_IS_SCANNER (self));

  TILL_SCANNER_GET_IFACE (self)->get_facts (self, facts);
}

void
till_scanner_facts_clear (TillScannerFacts *facts)
{
  g_free (facts->device);
  g_free (facts->mode);
  *facts = (TillScannerFacts) { 0 };
}

void
till_scanner_device_free (TillScannerDevice *device)
{
  g_free (device->name);
  g_free (device->path);
  g_strfreev (device->modes);
  g_free (device);
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

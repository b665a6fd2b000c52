/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How it is with what reads the customer's code. All but OFF come and go by themselves. */
typedef enum {
  TILL_SCANNER_OFF,        /* not needed: the camera's light is out */
  TILL_SCANNER_STARTING,
  TILL_SCANNER_READING,
  TILL_SCANNER_DARK,       /* it gives black pictures: a lid, or a dark shop */
  TILL_SCANNER_ABSENT,     /* no such camera is plugged in */
  TILL_SCANNER_BUSY,       /* another program has it */
  TILL_SCANNER_FORBIDDEN,  /* this user may not open it */
  TILL_SCANNER_SILENT,     /* it gives no pictures */
} TillScannerState;
#define TILL_SCANNER_N_STATES 8

#define TILL_TYPE_SCANNER (till_scanner_get_type ())
G_DECLARE_INTERFACE (TillScanner, till_scanner, TILL, SCANNER, GObject)

/* Signals, on the main context: "code" with a text, a bearer token that must reach no log, once as
 * long as it is held there; "state-changed". */
struct _TillScannerInterface
{
  GTypeInterface parent;

  void              (*start)     (TillScanner *self);
  void              (*stop)      (TillScanner *self);
  TillScannerState  (*get_state) (TillScanner *self);
};

void              till_scanner_start            (TillScanner       *self);
void              till_scanner_stop             (TillScanner       *self);
TillScannerState  till_scanner_get_state        (TillScanner       *self);
const char       *till_scanner_state_to_string  (TillScannerState   state);

G_END_DECLS

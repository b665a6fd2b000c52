/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-scanner.h"

struct _TillFakeScanner
{
  GObject          parent_instance;

  TillScannerState state;
};

static void till_fake_scanner_iface_init (TillScannerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillFakeScanner, till_fake_scanner, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_SCANNER,
                                                      till_fake_scanner_iface_init))

static void
till_fake_scanner_start (TillScanner *scanner)
{
  if (till_scanner_get_state (scanner) == TILL_SCANNER_OFF)
    till_fake_scanner_set_state (TILL_FAKE_SCANNER (scanner), TILL_SCANNER_READING);
}

static void
till_fake_scanner_stop (TillScanner *scanner)
{
  till_fake_scanner_set_state (TILL_FAKE_SCANNER (scanner), TILL_SCANNER_OFF);
}

static TillScannerState
till_fake_scanner_get_state (TillScanner *scanner)
{
  return TILL_FAKE_SCANNER (scanner)->state;
}

static void
till_fake_scanner_iface_init (TillScannerInterface *iface)
{
  iface->start = till_fake_scanner_start;
  iface->stop = till_fake_scanner_stop;
  iface->get_state = till_fake_scanner_get_state;
}

static void
till_fake_scanner_class_init (TillFakeScannerClass *klass)
{
}

static void
till_fake_scanner_init (TillFakeScanner *self)
{
}

TillFakeScanner *
till_fake_scanner_new (void)
{
  return g_object_new (TILL_TYPE_FAKE_SCANNER, NULL);
}

/* Holds a code there: nobody sees it while the scanner is off. */
void
till_fake_scanner_show (TillFakeScanner *self,
                        const char      *text)
{
  if (self->state == TILL_SCANNER_READING)
    g_signal_emit_by_name (self, "code", text);
}

void
till_fake_scanner_set_state (TillFakeScanner  *self,
                             TillScannerState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_signal_emit_by_name (self, "state-changed");
}

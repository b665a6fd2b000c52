/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-scanner.h"

#define N_FRAMES 60

struct _TillFakeScanner
{
  GObject          parent_instance;

  TillScannerState state;
  TillScannerState state_on;   /* that it has when it is switched on */
  char            *device;
  GStrvBuilder    *names;
  char            *held;
  gboolean         is_told;
  gboolean         is_viewed;
  TillSight        sight;
  TillView        *view;
};

static void till_fake_scanner_iface_init (TillScannerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillFakeScanner, till_fake_scanner, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_SCANNER,
                                                      till_fake_scanner_iface_init))

/* As a camera does: once as long as it is held there, also after it was switched off and on. */
static void
tell (TillFakeScanner *self)
{
  if (!self->held || self->is_told || self->state != TILL_SCANNER_READING)
    return;

  self->is_told = TRUE;
  g_signal_emit_by_name (self, "code", self->held);
}

static void
change_state (TillFakeScanner  *self,
              TillScannerState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_signal_emit_by_name (self, "state-changed");
  tell (self);
}

static void
till_fake_scanner_start (TillScanner *scanner)
{
  TillFakeScanner *self = TILL_FAKE_SCANNER (scanner);

  if (self->state == TILL_SCANNER_OFF)
    change_state (self, self->state_on);
}

static void
till_fake_scanner_stop (TillScanner *scanner)
{
  change_state (TILL_FAKE_SCANNER (scanner), TILL_SCANNER_OFF);
}

static TillScannerState
till_fake_scanner_get_state (TillScanner *scanner)
{
  return TILL_FAKE_SCANNER (scanner)->state;
}

static void
till_fake_scanner_set_device (TillScanner *scanner,
                              const char  *device)
{
  TillFakeScanner *self = TILL_FAKE_SCANNER (scanner);

  g_free (self->device);
  self->device = g_strdup (device);
}

static GPtrArray *
till_fake_scanner_list_devices (TillScanner *scanner)
{
  TillFakeScanner *self = TILL_FAKE_SCANNER (scanner);
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) till_scanner_device_free);
  g_auto (GStrv) names = g_strv_builder_end (self->names);

  for (char **name = names; *name; name++) {
    TillScannerDevice *device = g_new0 (TillScannerDevice, 1);

    device->name = g_strdup (*name);
    device->modes = g_strsplit ("1280×720, 30/s, image/jpeg|640×480, 30/s, YUY2", "|", -1);
    g_ptr_array_add (devices, device);
    g_strv_builder_add (self->names, *name);
  }

  return devices;
}

static void
till_fake_scanner_set_viewed (TillScanner *scanner,
                              gboolean     viewed)
{
  TILL_FAKE_SCANNER (scanner)->is_viewed = viewed;
}

static TillView *
till_fake_scanner_get_view (TillScanner *scanner)
{
  return TILL_FAKE_SCANNER (scanner)->view;
}

static const TillSight *
till_fake_scanner_get_sight (TillScanner *scanner)
{
  return &TILL_FAKE_SCANNER (scanner)->sight;
}

static void
till_fake_scanner_forget (TillScanner *scanner)
{
  TillFakeScanner *self = TILL_FAKE_SCANNER (scanner);

  self->is_told = FALSE;
  tell (self);
}

/* Two seconds of thirty frames each. */
static void
till_fake_scanner_get_facts (TillScanner      *scanner,
                             TillScannerFacts *facts)
{
  TillFakeScanner *self = TILL_FAKE_SCANNER (scanner);
  gboolean works = self->state == TILL_SCANNER_READING || self->state == TILL_SCANNER_DARK;

  *facts = (TillScannerFacts) { 0 };
  if (!works)
    return;

  facts->device = g_strdup ("Fake");
  facts->mode = g_strdup ("1280×720, 30/s, image/jpeg");
  facts->n_frames = N_FRAMES + 1;
  facts->first_us = G_USEC_PER_SEC;
  facts->newest_us = 3 * G_USEC_PER_SEC;
}

static void
till_fake_scanner_iface_init (TillScannerInterface *iface)
{
  iface->start = till_fake_scanner_start;
  iface->stop = till_fake_scanner_stop;
  iface->get_state = till_fake_scanner_get_state;
  iface->set_device = till_fake_scanner_set_device;
  iface->list_devices = till_fake_scanner_list_devices;
  iface->set_viewed = till_fake_scanner_set_viewed;
  iface->get_view = till_fake_scanner_get_view;
  iface->get_sight = till_fake_scanner_get_sight;
  iface->forget = till_fake_scanner_forget;
  iface->get_facts = till_fake_scanner_get_facts;
}

static void
till_fake_scanner_finalize (GObject *object)
{
  TillFakeScanner *self = TILL_FAKE_SCANNER (object);

  g_free (self->device);
  g_free (self->held);
  g_strv_builder_unref (self->names);
  g_clear_pointer (&self->view, till_view_unref);
  G_OBJECT_CLASS (till_fake_scanner_parent_class)->finalize (object);
}

static void
till_fake_scanner_class_init (TillFakeScannerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_fake_scanner_finalize;
}

static void
till_fake_scanner_init (TillFakeScanner *self)
{
  self->state_on = TILL_SCANNER_READING;
  self->device = g_strdup ("auto");
  self->names = g_strv_builder_new ();
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
  if (g_strcmp0 (self->held, text) != 0) {
    g_free (self->held);
    self->held = g_strdup (text);
    self->is_told = FALSE;
  }
  tell (self);
}

/* Nothing is held there any more. */
void
till_fake_scanner_take_away (TillFakeScanner *self)
{
  g_clear_pointer (&self->held, g_free);
}

/* What it is like as long as it is on; OFF switches it off. */
void
till_fake_scanner_set_state (TillFakeScanner  *self,
                             TillScannerState  state)
{
  if (state != TILL_SCANNER_OFF)
    self->state_on = state;
  if (self->state != TILL_SCANNER_OFF)
    change_state (self, state);
}

void
till_fake_scanner_set_sight (TillFakeScanner *self,
                             const TillSight *sight)
{
  self->sight = *sight;
  g_signal_emit_by_name (self, "sight-changed");
}

/* A view of black pixels. */
void
till_fake_scanner_set_view (TillFakeScanner *self,
                            guint            width,
                            guint            height)
{
  g_autofree guint8 *pixels = g_malloc0 ((gsize) width * height);

  g_clear_pointer (&self->view, till_view_unref);
  self->view = till_view_new_grey (pixels, width, height, width, MAX (width, height));
  g_signal_emit_by_name (self, "view-changed");
}

void
till_fake_scanner_add_device (TillFakeScanner *self,
                              const char      *name)
{
  g_strv_builder_add (self->names, name);
}

const char *
till_fake_scanner_get_device (TillFakeScanner *self)
{
  return self->device;
}

gboolean
till_fake_scanner_is_viewed (TillFakeScanner *self)
{
  return self->is_viewed;
}

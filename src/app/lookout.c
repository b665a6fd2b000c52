/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/lookout.h"

#include <glib/gi18n.h>

#include "app/dialog.h"
#include "code/paycode.h"
#include "core/reason.h"

struct _TillLookout
{
  GObject           parent_instance;

  TillScanner      *camera;
  TillSellFlow     *flow;         /* not owned: it lives as long as the pages */
  TillCameraChoice *choice;
  GtkWidget        *scan_page;    /* not owned, weak */
  GtkWidget        *amount_page;  /* not owned, weak */
  const char       *about_code;   /* what the code is that is held there; NULL: nothing to say */
  gboolean          is_paused;
  gboolean          was_covered;  /* a code came while a dialog lay over the page */
  gboolean          has_picture;  /* or had, when it was on the last time */
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillLookout, till_lookout, G_TYPE_OBJECT)

static void
changed (TillLookout *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
is_shown (GtkWidget *page)
{
  return page && gtk_widget_get_mapped (page);
}

/* Its light tells the truth: it is on only while something is made of what it sees. */
static void
switch_camera (TillLookout *self)
{
  gboolean is_scanning = is_shown (self->scan_page);

  till_scanner_set_viewed (self->camera, is_scanning);
  if (!self->is_paused &&
      (is_scanning || (self->choice->stays_on && is_shown (self->amount_page))))
    till_scanner_start (self->camera);
  else
    till_scanner_stop (self->camera);
}

/* What was held there before the clerk asked for a code is read now. */
static void
scan_page_shown_cb (TillLookout *self)
{
  self->about_code = NULL;
  switch_camera (self);
  till_scanner_forget (self->camera);
  changed (self);
}

static const char *
take_code (TillLookout *self,
           const char  *text)
{
  g_autofree char *normal = till_paycode_normalise (text);
  TillPaycode code;

  if (!normal)
    return till_reason_get_text (TILL_REASON_UNKNOWN_CODE);
  if (!till_paycode_identify (normal, &code))
    return till_reason_get_text (code.reason);
  if (!till_sell_flow_see (self->flow, text))
    return _("This code was tried already. Ask the customer to refresh it.");

  gtk_widget_error_bell (self->scan_page);

  return NULL;
}

static gboolean
is_covered (TillLookout *self)
{
  GtkRoot *window = gtk_widget_get_root (self->scan_page);

  return GTK_IS_WINDOW (window) && till_dialog_covers (GTK_WINDOW (window));
}

static void
code_cb (TillScanner *camera,
         const char  *text,
         TillLookout *self)
{
  if (!is_shown (self->scan_page) || till_sell_flow_get_step (self->flow) != TILL_SELL_SCANNING)
    return;
  if (is_covered (self)) {
    self->was_covered = TRUE;
    return;
  }

  self->about_code = take_code (self, text);
  changed (self);
}

/* The page keeps its shape while a camera that worked is switched on again. */
static void
state_cb (TillLookout *self)
{
  switch (till_scanner_get_state (self->camera)) {
  case TILL_SCANNER_OFF:
  case TILL_SCANNER_STARTING:
    break;
  case TILL_SCANNER_READING:
  case TILL_SCANNER_DARK:
    self->has_picture = TRUE;
    break;
  case TILL_SCANNER_ABSENT:
  case TILL_SCANNER_BUSY:
  case TILL_SCANNER_FORBIDDEN:
  case TILL_SCANNER_SILENT:
    self->has_picture = FALSE;
    break;
  default:
    g_assert_not_reached ();
  }
  changed (self);
}

/* A code that came while nobody could see what becomes of it is read when the page is free. */
static void
uncovered_cb (TillLookout *self)
{
  if (!self->was_covered || !is_shown (self->scan_page) || is_covered (self))
    return;

  self->was_covered = FALSE;
  till_scanner_forget (self->camera);
}

static void
sight_cb (TillLookout *self)
{
  if (!till_scanner_get_sight (self->camera)->has_code)
    self->about_code = NULL;
  if (self->was_covered)
    uncovered_cb (self);
  changed (self);
}

static void
till_lookout_dispose (GObject *object)
{
  TillLookout *self = TILL_LOOKOUT (object);

  if (self->camera)
    till_scanner_stop (self->camera);
  g_clear_weak_pointer (&self->scan_page);
  g_clear_weak_pointer (&self->amount_page);
  g_clear_object (&self->camera);
  g_clear_pointer (&self->choice, till_camera_choice_free);

  G_OBJECT_CLASS (till_lookout_parent_class)->dispose (object);
}

static void
till_lookout_class_init (TillLookoutClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = till_lookout_dispose;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", TILL_TYPE_LOOKOUT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
till_lookout_init (TillLookout *self)
{
}

/**
 * till_lookout_new:
 * @flow: gets the payment codes; outlives the lookout
 *
 * Returns: (transfer full): a lookout for which no page is watched yet
 */
TillLookout *
till_lookout_new (TillScanner            *camera,
                  TillSellFlow           *flow,
                  const TillCameraChoice *choice)
{
  TillLookout *self = g_object_new (TILL_TYPE_LOOKOUT, NULL);

  self->camera = g_object_ref (camera);
  self->flow = flow;
  self->choice = till_camera_choice_new (choice->device, choice->stays_on);
  till_scanner_set_device (camera, choice->device);
  g_signal_connect_object (camera, "code", G_CALLBACK (code_cb), self, 0);
  g_signal_connect_object (camera, "sight-changed", G_CALLBACK (sight_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (camera, "state-changed", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * till_lookout_watch:
 * @scan_page: what shows the camera's picture
 * @amount_page: where the camera may stay on
 *
 * Switches the camera on and off as these are seen.
 */
void
till_lookout_watch (TillLookout *self,
                    GtkWidget   *scan_page,
                    GtkWidget   *amount_page)
{
  g_return_if_fail (TILL_IS_LOOKOUT (self));

  g_set_weak_pointer (&self->scan_page, scan_page);
  g_set_weak_pointer (&self->amount_page, amount_page);
  g_signal_connect_object (scan_page, "map", G_CALLBACK (scan_page_shown_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (scan_page, "unmap", G_CALLBACK (switch_camera), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (amount_page, "map", G_CALLBACK (switch_camera), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (amount_page, "unmap", G_CALLBACK (switch_camera), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  switch_camera (self);
}

TillScanner *
till_lookout_get_camera (TillLookout *self)
{
  g_return_val_if_fail (TILL_IS_LOOKOUT (self), NULL);

  return self->camera;
}

const TillCameraChoice *
till_lookout_get_choice (TillLookout *self)
{
  g_return_val_if_fail (TILL_IS_LOOKOUT (self), NULL);

  return self->choice;
}

/**
 * till_lookout_set_choice:
 * @choice: copied
 *
 * Goes over to another camera at once.
 */
void
till_lookout_set_choice (TillLookout            *self,
                         const TillCameraChoice *choice)
{
  g_return_if_fail (TILL_IS_LOOKOUT (self));

  till_camera_choice_free (self->choice);
  self->choice = till_camera_choice_new (choice->device, choice->stays_on);
  till_scanner_set_device (self->camera, choice->device);
  switch_camera (self);
  changed (self);
}

/**
 * till_lookout_set_paused:
 *
 * Switches the camera off for a while, whatever is seen.
 */
void
till_lookout_set_paused (TillLookout *self,
                         gboolean     is_paused)
{
  g_return_if_fail (TILL_IS_LOOKOUT (self));

  self->is_paused = is_paused;
  switch_camera (self);
}

/**
 * till_lookout_get_sentence:
 * @is_bad: (out): whether something is to be done about it
 *
 * Returns: (transfer none): what the clerk is to be told: what is the matter with the camera, what
 *   is held there, or what would help to read it; "" where there is nothing to say
 */
const char *
till_lookout_get_sentence (TillLookout *self,
                           gboolean    *is_bad)
{
  TillScannerState state;
  const char *text;

  g_return_val_if_fail (TILL_IS_LOOKOUT (self), "");

  state = till_scanner_get_state (self->camera);
  text = till_camera_state_get_text (state);
  *is_bad = state != TILL_SCANNER_STARTING && state != TILL_SCANNER_ABSENT;
  if (text[0])
    return text;

  *is_bad = self->about_code != NULL;
  if (self->about_code)
    return self->about_code;

  return till_hint_get_text (till_scanner_get_sight (self->camera)->hint);
}

/**
 * till_lookout_has_picture:
 *
 * Returns: whether the camera shows something, or will as soon as it is on
 */
gboolean
till_lookout_has_picture (TillLookout *self)
{
  g_return_val_if_fail (TILL_IS_LOOKOUT (self), FALSE);

  return self->has_picture;
}

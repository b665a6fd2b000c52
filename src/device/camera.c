/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera.h"

#include <string.h>

#include "device/camera-consent.h"
#include "device/camera-held.h"
#include "device/camera-list.h"
#include "device/camera-portal.h"
#include "device/camera-source.h"

/* No frame for so long, and something is wrong with the camera. */
#define SILENT_MS 2000

/* Opening may take so long before it is said to be silent: the first of a day loads GStreamer. */
#define OPENING_MS 10000

/* How often it is looked after, and how soon a camera that failed is opened again. */
#define LOOK_MS  500
#define AGAIN_MS 1000

/* A person who refused it, or was not there, is asked again so late. */
#define ASK_AGAIN_MS 30000

/* So long an outline stays after the code was seen the last time: not each frame is read. */
#define SIGHT_MS 400

struct _TillCamera
{
  GObject            parent_instance;

  char              *device;
  const TillClock   *clock;
  TillScannerState   state;
  TillCameraWorker  *worker;
  TillCameraEye     *eye;         /* of the source */
  TillCameraSource  *source;
  gboolean           source_failed;
  gboolean           is_opening;
  gboolean           is_asked_for;  /* of the desktop, first */
  gboolean           viewed;
  guint              timer;
  gint64             frame_us;    /* when the last frame came, or the source was opened */
  TillCameraHeld     held;
  TillSight          sight;
  gint64             code_us;     /* when a code was seen last */
  TillView          *view;
};

static void till_camera_iface_init (TillScannerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillCamera, till_camera, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_SCANNER, till_camera_iface_init))

static void
set_state (TillCamera       *self,
           TillScannerState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_debug ("camera: %s", till_scanner_state_to_string (state));
  g_signal_emit_by_name (self, "state-changed");
}

static void
set_sight (TillCamera      *self,
           const TillSight *sight)
{
  if (memcmp (&self->sight, sight, sizeof *sight) == 0)
    return;

  self->sight = *sight;
  g_signal_emit_by_name (self, "sight-changed");
}

static void
take_sight (TillCamera           *self,
            const TillCameraNews *news)
{
  gint64 now_us = till_clock_mono_us (self->clock);
  TillSight sight = news->sight;

  if (!news->has_sight)
    return;

  if (sight.has_code)
    self->code_us = now_us;
  else if (self->sight.has_code && now_us - self->code_us < SIGHT_MS * 1000)
    return;
  set_sight (self, &sight);
}

static void
take_view (TillCamera *self,
           TillView   *view)   /* (transfer full) */
{
  g_clear_pointer (&self->view, till_view_unref);
  self->view = view;
  if (view)
    g_signal_emit_by_name (self, "view-changed");
}

/* What came since the last look; TRUE where it was a frame. Who hears of it may switch the camera
 * off. */
static gboolean
fetch (TillCamera *self)
{
  g_autoptr (TillCamera) alive = g_object_ref (self);
  TillCameraNews news;

  till_camera_eye_fetch (self->eye, &news);
  if (news.view && self->viewed)
    take_view (self, g_steal_pointer (&news.view));
  g_clear_pointer (&news.view, till_view_unref);
  /* A frame that was still being read when the camera failed does not mend it. */
  if (news.n_read > 0 && !self->source_failed) {
    self->frame_us = till_clock_mono_us (self->clock);
    set_state (self, news.is_black ? TILL_SCANNER_DARK : TILL_SCANNER_READING);
  }
  if (self->state != TILL_SCANNER_OFF)
    take_sight (self, &news);
  if (news.text && self->state != TILL_SCANNER_OFF &&
      till_camera_held_see (&self->held, news.text, till_clock_mono_us (self->clock)))
    g_signal_emit_by_name (self, "code", news.text);
  till_camera_wipe (&news.text);

  return news.n_read > 0;
}

static void
seen_cb (gpointer user_data)
{
  fetch (user_data);
}

static void
close_source (TillCamera *self)
{
  static const TillSight nothing = { 0 };

  if (!self->source)
    return;

  till_camera_eye_shut (self->eye);
  g_clear_pointer (&self->eye, till_camera_eye_unref);
  self->source->free (self->source);
  self->source = NULL;
  self->is_opening = FALSE;
  take_view (self, NULL);
  set_sight (self, &nothing);
}

static void
opened_cb (gpointer user_data)
{
  TillCamera *self = user_data;

  self->is_opening = FALSE;
  self->frame_us = till_clock_mono_us (self->clock);
}

static void
failed_cb (TillScannerState why,
           gpointer         user_data)
{
  g_autoptr (TillCamera) self = g_object_ref (user_data);

  /* What it saw before comes first; who hears of a code may switch the camera off. */
  fetch (self);
  if (!self->source)
    return;

  self->is_opening = FALSE;
  self->source_failed = TRUE;
  set_state (self, why);
}

static const TillCameraFuncs source_funcs = { opened_cb, failed_cb };

static TillCameraSource *
make_source (TillCamera *self,
             const char *pattern)   /* (nullable): of still pictures */
{
  if (pattern)
    return till_camera_stills_new (pattern, self->clock, self->eye, &source_funcs, self);
  if (self->is_asked_for)
    return till_camera_consent_new (self->clock, self->worker, self->eye, &source_funcs, self);

  return till_camera_pipeline_new (self->device, -1, self->worker, self->eye, &source_funcs, self);
}

static void
open_source (TillCamera *self)
{
  const char *pattern = g_str_has_prefix (self->device, "file:") ? self->device + strlen ("file:")
                                                                 : NULL;

  self->source_failed = FALSE;
  self->is_opening = !pattern;
  self->frame_us = till_clock_mono_us (self->clock);
  self->eye = till_camera_eye_new (seen_cb, self);
  self->is_asked_for = till_camera_consent_is_wanted (self->device);
  self->source = make_source (self, pattern);
  self->source->set_viewed (self->source, self->viewed);
}

/* One that is still being opened is not opened twice. */
static void
look_for_frames (TillCamera *self)
{
  gint64 patience_ms = self->is_opening ? OPENING_MS : SILENT_MS;

  if (self->is_opening && self->is_asked_for)
    patience_ms += TILL_CAMERA_PORTAL_PERSON_MS;

  if (fetch (self) || !self->source || self->source_failed ||
      till_clock_mono_us (self->clock) - self->frame_us < patience_ms * 1000)
    return;

  self->source_failed = !self->is_opening;
  set_state (self, TILL_SCANNER_SILENT);
}

static gint64
pause_ms (const TillCamera *self)
{
  if (self->source && !self->source_failed)
    return LOOK_MS;

  return self->is_asked_for && self->state == TILL_SCANNER_FORBIDDEN ? ASK_AGAIN_MS : AGAIN_MS;
}

static void
look_cb (gpointer user_data)
{
  g_autoptr (TillCamera) self = g_object_ref (user_data);

  self->timer = 0;
  if (!self->source) {
    open_source (self);
  } else if (self->source_failed) {
    close_source (self);
  } else {
    look_for_frames (self);
  }

  /* Who heard of a code or a state may have switched the camera off. */
  if (self->state != TILL_SCANNER_OFF && !self->timer)
    self->timer = till_clock_add_timer (self->clock, pause_ms (self), look_cb, self);
}

static void
till_camera_start (TillScanner *scanner)
{
  TillCamera *self = TILL_CAMERA (scanner);

  if (self->state != TILL_SCANNER_OFF)
    return;

  set_state (self, TILL_SCANNER_STARTING);
  if (!self->timer)
    self->timer = till_clock_add_timer (self->clock, 0, look_cb, self);
}

static void
till_camera_stop (TillScanner *scanner)
{
  TillCamera *self = TILL_CAMERA (scanner);

  if (self->timer)
    till_clock_cancel (self->clock, self->timer);
  self->timer = 0;
  close_source (self);
  set_state (self, TILL_SCANNER_OFF);
}

static TillScannerState
till_camera_get_state (TillScanner *scanner)
{
  return TILL_CAMERA (scanner)->state;
}

static void
till_camera_set_device (TillScanner *scanner,
                        const char  *device)
{
  TillCamera *self = TILL_CAMERA (scanner);
  gboolean was_on = self->state != TILL_SCANNER_OFF;

  if (strcmp (self->device, device) == 0)
    return;

  till_camera_stop (scanner);
  g_free (self->device);
  self->device = g_strdup (device);
  if (was_on)
    till_camera_start (scanner);
}

static void
list_work (gpointer devices,
           gpointer user_data)
{
  GPtrArray *found = till_camera_list_find ();

  if (till_camera_portal_is_there ())
    till_camera_list_add_portal (found);
  *(GPtrArray **) devices = found;
}

/* In the worker, so that what was switched off before is closed by then: PipeWire's list of 2022
 * comes to grief where its own camera is open in this program. */
static GPtrArray *
till_camera_list_devices (TillScanner *scanner)
{
  GPtrArray *devices = NULL;

  till_camera_worker_wait (TILL_CAMERA (scanner)->worker, list_work, &devices);

  return devices;
}

static void
till_camera_set_viewed (TillScanner *scanner,
                        gboolean     viewed)
{
  TillCamera *self = TILL_CAMERA (scanner);

  self->viewed = viewed;
  if (self->source)
    self->source->set_viewed (self->source, viewed);
  if (!viewed)
    take_view (self, NULL);
}

static TillView *
till_camera_get_view (TillScanner *scanner)
{
  return TILL_CAMERA (scanner)->view;
}

static const TillSight *
till_camera_get_sight (TillScanner *scanner)
{
  return &TILL_CAMERA (scanner)->sight;
}

static void
till_camera_forget (TillScanner *scanner)
{
  till_camera_held_forget (&TILL_CAMERA (scanner)->held);
}

static void
till_camera_get_facts (TillScanner      *scanner,
                       TillScannerFacts *facts)
{
  TillCamera *self = TILL_CAMERA (scanner);

  *facts = (TillScannerFacts) { 0 };
  if (!self->source)
    return;

  till_camera_eye_tell (self->eye, facts);
  self->source->tell (self->source, facts);
}

static void
till_camera_iface_init (TillScannerInterface *iface)
{
  iface->start = till_camera_start;
  iface->stop = till_camera_stop;
  iface->get_state = till_camera_get_state;
  iface->set_device = till_camera_set_device;
  iface->list_devices = till_camera_list_devices;
  iface->set_viewed = till_camera_set_viewed;
  iface->get_view = till_camera_get_view;
  iface->get_sight = till_camera_get_sight;
  iface->forget = till_camera_forget;
  iface->get_facts = till_camera_get_facts;
}

static void
till_camera_dispose (GObject *object)
{
  till_camera_stop (TILL_SCANNER (object));
  G_OBJECT_CLASS (till_camera_parent_class)->dispose (object);
}

static void
till_camera_finalize (GObject *object)
{
  TillCamera *self = TILL_CAMERA (object);

  till_camera_worker_free (self->worker);
  till_camera_held_forget (&self->held);
  g_free (self->device);
  G_OBJECT_CLASS (till_camera_parent_class)->finalize (object);
}

static void
till_camera_class_init (TillCameraClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = till_camera_dispose;
  G_OBJECT_CLASS (klass)->finalize = till_camera_finalize;
}

static void
till_camera_init (TillCamera *self)
{
  self->worker = till_camera_worker_new ();
}

/**
 * till_camera_new:
 * @device: "auto", "portal" for one that the desktop is asked for, a camera's name or
 *   "/dev/video…", "gst:" and a source in gst-launch's words, or "file:PATTERN" for still pictures
 *   in its place
 * @clock: outlives the camera
 *
 * Returns: (transfer full): a camera that is off
 */
TillScanner *
till_camera_new (const char      *device,
                 const TillClock *clock)
{
  TillCamera *self = g_object_new (TILL_TYPE_CAMERA, NULL);

  self->device = g_strdup (device);
  self->clock = clock;

  return TILL_SCANNER (self);
}

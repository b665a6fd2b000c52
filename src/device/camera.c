/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera.h"

#include <string.h>

#include "code/scan.h"
#include "device/camera-source.h"

/* No frame for so long, and something is wrong with the camera. */
#define SILENT_MS 2000

/* How often it is looked after, and how soon a camera that failed is opened again. */
#define LOOK_MS  500
#define AGAIN_MS 1000

/* A frame whose brightest pixels are below this is black. */
#define BLACK_BELOW 24

/* A code that was out of sight for so long counts as shown again. */
#define FORGET_MS 1500

/* What the source's thread leaves for the main context; the only thing that both know. */
typedef struct {
  GMutex   mutex;
  guint    n_frames;
  gboolean is_black;
  char    *text;      /* not yet fetched */
} Mailbox;

/* A code that was seen a moment ago. */
typedef struct {
  char   *text;
  gint64  seen_us;
} Held;
#define N_HELD 8

struct _TillCamera
{
  GObject            parent_instance;

  char              *device;
  const TillClock   *clock;
  TillScannerState   state;
  TillCameraSource  *source;
  gboolean           source_failed;
  TillScan          *scan;        /* the source's thread's, while there is a source */
  Mailbox            mailbox;
  guint              timer;
  gint64             frame_us;    /* when the last frame came, or the source was made */
  Held               held[N_HELD];
};

static void till_camera_iface_init (TillScannerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillCamera, till_camera, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_SCANNER, till_camera_iface_init))

static void
wipe (char **text)
{
  if (*text)
    explicit_bzero (*text, strlen (*text));
  g_clear_pointer (text, g_free);
}

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

static gboolean
is_black (const TillGrey *frame)
{
  for (guint y = 0; y < frame->height; y += 8) {
    for (guint x = 0; x < frame->width; x += 8) {
      if (frame->pixels[y * frame->stride + x] >= BLACK_BELOW)
        return FALSE;
    }
  }

  return TRUE;
}

static gboolean
can_read (const TillGrey *frame)
{
  return frame->width >= 1 && frame->width <= TILL_SCAN_MAX_SIDE && frame->height >= 1 &&
         frame->height <= TILL_SCAN_MAX_SIDE && frame->stride >= frame->width;
}

/* The text of the last one, so that a payment code that follows others wins. */
static char *
read_frame (TillScan       *scan,
            const TillGrey *frame)
{
  g_autoptr (GPtrArray) codes = till_scan_read (scan, frame, TILL_SCAN_PAYMENT);
  const TillBarcode *code = codes->len ? codes->pdata[codes->len - 1] : NULL;

  return code ? g_strdup (code->text) : NULL;
}

static gboolean fetch_cb (gpointer user_data);

static void
free_weak_ref (gpointer ref)
{
  g_weak_ref_clear (ref);
  g_free (ref);
}

/* The main context is not made to wait for its next look. */
static void
call_main (TillCamera *self)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  g_idle_add_full (G_PRIORITY_DEFAULT, fetch_cb, ref, free_weak_ref);
}

/* In the source's thread. */
static void
frame_cb (const TillGrey *frame,
          gpointer        user_data)
{
  TillCamera *self = user_data;
  gboolean black = !can_read (frame) || is_black (frame);
  char *text = black ? NULL : read_frame (self->scan, frame);

  g_mutex_lock (&self->mailbox.mutex);
  self->mailbox.n_frames++;
  self->mailbox.is_black = black;
  if (text) {
    wipe (&self->mailbox.text);
    self->mailbox.text = text;
    call_main (self);
  }
  g_mutex_unlock (&self->mailbox.mutex);
}

static void
close_source (TillCamera *self)
{
  if (self->source)
    self->source->free (self->source);
  self->source = NULL;
  wipe (&self->mailbox.text);
  self->mailbox.n_frames = 0;
}

static void
fault_cb (TillScannerState why,
          gpointer         user_data)
{
  TillCamera *self = user_data;

  self->source_failed = TRUE;
  set_state (self, why);
}

static const TillCameraFuncs source_funcs = { frame_cb, fault_cb };

static void
open_source (TillCamera *self)
{
  TillScannerState why = TILL_SCANNER_ABSENT;

  self->source_failed = FALSE;
  self->frame_us = till_clock_mono_us (self->clock);
  if (g_str_has_prefix (self->device, "file:"))
    self->source = till_camera_stills_new (self->device + strlen ("file:"), self->clock,
                                           &source_funcs, self);
  else
    self->source = till_camera_pipeline_new (self->device, &source_funcs, self, &why);
  if (!self->source)
    set_state (self, why);
}

/* Where @text is remembered, or what was not seen for the longest time. */
static Held *
find_held (TillCamera *self,
           const char *text)
{
  Held *oldest = &self->held[0];

  for (guint i = 0; i < N_HELD; i++) {
    if (g_strcmp0 (self->held[i].text, text) == 0)
      return &self->held[i];
    if (self->held[i].seen_us < oldest->seen_us)
      oldest = &self->held[i];
  }
  wipe (&oldest->text);

  return oldest;
}

/* Once as long as it is held there, also beside others; again only after it was away. */
static void
tell_code (TillCamera *self,
           char       *text)
{
  gint64 now_us = till_clock_mono_us (self->clock);
  Held *held = find_held (self, text);
  gboolean is_new = !held->text || now_us - held->seen_us >= FORGET_MS * 1000;

  held->seen_us = now_us;
  if (!held->text)
    held->text = g_strdup (text);
  if (is_new)
    g_signal_emit_by_name (self, "code", text);
  wipe (&text);
}

/* What came since the last look; TRUE where it was a frame. */
static gboolean
empty_mailbox (TillCamera *self)
{
  gboolean has_frames, black;
  char *text;

  g_mutex_lock (&self->mailbox.mutex);
  has_frames = self->mailbox.n_frames > 0;
  black = self->mailbox.is_black;
  text = g_steal_pointer (&self->mailbox.text);
  self->mailbox.n_frames = 0;
  g_mutex_unlock (&self->mailbox.mutex);

  if (has_frames) {
    self->frame_us = till_clock_mono_us (self->clock);
    set_state (self, black ? TILL_SCANNER_DARK : TILL_SCANNER_READING);
  }
  if (text)
    tell_code (self, text);

  return has_frames;
}

static gboolean
fetch_cb (gpointer user_data)
{
  g_autoptr (TillCamera) self = g_weak_ref_get (user_data);

  if (self && self->state != TILL_SCANNER_OFF)
    empty_mailbox (self);

  return G_SOURCE_REMOVE;
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
  } else if (!empty_mailbox (self) &&
             till_clock_mono_us (self->clock) - self->frame_us >= SILENT_MS * 1000) {
    self->source_failed = TRUE;
    set_state (self, TILL_SCANNER_SILENT);
  }

  /* Who heard of a code or a state may have switched the camera off. */
  if (self->state != TILL_SCANNER_OFF && !self->timer)
    self->timer = till_clock_add_timer (self->clock,
                                        self->source && !self->source_failed ? LOOK_MS : AGAIN_MS,
                                        look_cb, self);
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
till_camera_iface_init (TillScannerInterface *iface)
{
  iface->start = till_camera_start;
  iface->stop = till_camera_stop;
  iface->get_state = till_camera_get_state;
}

static void
till_camera_finalize (GObject *object)
{
  TillCamera *self = TILL_CAMERA (object);

  if (self->timer)
    till_clock_cancel (self->clock, self->timer);
  close_source (self);
  for (guint i = 0; i < N_HELD; i++)
    wipe (&self->held[i].text);
  till_scan_free (self->scan);
  g_mutex_clear (&self->mailbox.mutex);
  g_free (self->device);
  G_OBJECT_CLASS (till_camera_parent_class)->finalize (object);
}

static void
till_camera_class_init (TillCameraClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_camera_finalize;
}

static void
till_camera_init (TillCamera *self)
{
  g_mutex_init (&self->mailbox.mutex);
  self->scan = till_scan_new ();
}

/**
 * till_camera_new:
 * @device: "auto", a name of till_camera_list_devices(), "/dev/video…", or "file:PATTERN" for still
 *   pictures in its place
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-eye.h"

#include "code/guide.h"
#include "code/scan.h"
#include "device/camera-held.h"

/* A frame whose brightest pixels are below this is black. */
#define BLACK_BELOW 24

/* Of the frames that say nothing, each so-manieth is asked why. */
#define GUIDE_EVERY 3

struct _TillCameraEye
{
  /* Of the thread that reads. */
  TillScan          *scan;
  TillGuide         *guide;
  guint              n_unread;

  /* Of the main context. */
  gboolean           is_shut;
  TillCameraEyeFunc  seen;
  gpointer           user_data;

  GMutex             mutex;      /* for what is below */
  TillCameraNews     news;
  gboolean           is_called;  /* the main context is on its way */
  guint64            n_frames;
  gint64             first_us;
  gint64             newest_us;
  guint64            n_views;
  guint64            n_lost_views;
};

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

static void
set_corners (TillSight         *sight,
             const TillBarcode *code,
             const TillGrey    *frame)
{
  sight->has_code = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (sight->corners); i++) {
    sight->corners[i].x = 1 - CLAMP (code->corners[i].x / frame->width, 0, 1);
    sight->corners[i].y = CLAMP (code->corners[i].y / frame->height, 0, 1);
  }
}

/* The text of the last code, so that a payment code that follows others wins. */
static char *
read_frame (TillCameraEye  *self,
            const TillGrey *frame,
            TillSight      *sight)
{
  g_autoptr (GPtrArray) codes = till_scan_read (self->scan, frame, TILL_SCAN_PAYMENT);
  const TillBarcode *code = codes->len ? codes->pdata[codes->len - 1] : NULL;

  if (code) {
    set_corners (sight, code, frame);
    till_guide_rest (self->guide);
    return g_strdup (code->text);
  }

  if (self->n_unread++ % GUIDE_EVERY == 0)
    till_guide_look (self->guide, frame);
  sight->hint = till_guide_get_hint (self->guide);

  return NULL;
}

static gboolean
seen_cb (gpointer user_data)
{
  TillCameraEye *self = user_data;

  g_mutex_lock (&self->mutex);
  self->is_called = FALSE;
  g_mutex_unlock (&self->mutex);
  if (!self->is_shut)
    self->seen (self->user_data);

  return G_SOURCE_REMOVE;
}

/* The main context is called once, however much there is for it. The mutex is held. */
static void
call_main (TillCameraEye *self)
{
  if (self->is_called)
    return;

  self->is_called = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT, seen_cb, till_camera_eye_ref (self),
                   (GDestroyNotify) till_camera_eye_unref);
}

/**
 * till_camera_eye_new:
 * @seen: called on the main context when there is something to fetch, until the eye is shut
 *
 * Returns: (transfer full): an open eye
 */
TillCameraEye *
till_camera_eye_new (TillCameraEyeFunc seen,
                     gpointer          user_data)
{
  TillCameraEye *self = g_atomic_rc_box_new0 (TillCameraEye);

  g_mutex_init (&self->mutex);
  self->scan = till_scan_new ();
  self->guide = till_guide_new ();
  self->seen = seen;
  self->user_data = user_data;

  return self;
}

TillCameraEye *
till_camera_eye_ref (TillCameraEye *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  TillCameraEye *self = data;

  till_camera_wipe (&self->news.text);
  g_clear_pointer (&self->news.view, till_view_unref);
  till_scan_free (self->scan);
  till_guide_free (self->guide);
  g_mutex_clear (&self->mutex);
}

void
till_camera_eye_unref (TillCameraEye *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * till_camera_eye_shut:
 *
 * Nothing is told after this, whatever the source's threads still do.
 */
void
till_camera_eye_shut (TillCameraEye *self)
{
  self->is_shut = TRUE;
}

/**
 * till_camera_eye_count:
 *
 * A frame came, whether it will be read or not. On any thread.
 */
void
till_camera_eye_count (TillCameraEye *self)
{
  g_mutex_lock (&self->mutex);
  self->newest_us = g_get_monotonic_time ();
  if (self->n_frames++ == 0)
    self->first_us = self->newest_us;
  g_mutex_unlock (&self->mutex);
}

/**
 * till_camera_eye_read:
 * @frame: of any size
 *
 * Reads a frame; one thread at a time.
 */
void
till_camera_eye_read (TillCameraEye  *self,
                      const TillGrey *frame)
{
  gboolean black = !can_read (frame) || is_black (frame);
  TillSight sight = { 0 };
  char *text = black ? NULL : read_frame (self, frame, &sight);

  g_mutex_lock (&self->mutex);
  self->news.n_read++;
  self->news.is_black = black;
  self->news.has_sight = TRUE;
  self->news.sight = sight;
  if (text) {
    till_camera_wipe (&self->news.text);
    self->news.text = text;
  }
  call_main (self);
  g_mutex_unlock (&self->mutex);
}

/**
 * till_camera_eye_view:
 * @view: (transfer full): takes the place of one that nobody fetched
 *
 * On any thread.
 */
void
till_camera_eye_view (TillCameraEye *self,
                      TillView      *view)
{
  TillView *lost;

  g_mutex_lock (&self->mutex);
  lost = self->news.view;
  self->news.view = view;
  self->n_views++;
  self->n_lost_views += lost != NULL;
  call_main (self);
  g_mutex_unlock (&self->mutex);

  if (lost)
    till_view_unref (lost);
}

/**
 * till_camera_eye_fetch:
 * @news: (out): text and view are the caller's
 */
void
till_camera_eye_fetch (TillCameraEye  *self,
                       TillCameraNews *news)
{
  g_mutex_lock (&self->mutex);
  *news = self->news;
  self->news = (TillCameraNews) { 0 };
  g_mutex_unlock (&self->mutex);
}

/**
 * till_camera_eye_tell:
 * @facts: how many frames and views there were, and when, is filled in
 */
void
till_camera_eye_tell (TillCameraEye    *self,
                      TillScannerFacts *facts)
{
  g_mutex_lock (&self->mutex);
  facts->n_frames = self->n_frames;
  facts->first_us = self->first_us;
  facts->newest_us = self->newest_us;
  facts->n_views = self->n_views;
  facts->n_lost_views = self->n_lost_views;
  g_mutex_unlock (&self->mutex);
}

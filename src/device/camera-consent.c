/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-consent.h"

#include <string.h>

#include "device/camera-portal.h"

/* A camera that the desktop is asked for first. Where it has no portal, the camera is opened
 * without it. */

typedef struct {
  TillCameraSource       source;
  TillCameraWorker      *worker;
  TillCameraEye         *eye;
  const TillCameraFuncs *funcs;
  gpointer               user_data;
  TillCameraPortal      *question;  /* NULL: it was answered */
  TillCameraSource      *camera;    /* NULL: not allowed, or not yet */
  gboolean               is_viewed;
} Consent;

static void
open_camera (Consent    *self,
             const char *device,
             int         fd)
{
  self->camera = till_camera_pipeline_new (device, fd, self->worker, self->eye, self->funcs,
                                           self->user_data);
  self->camera->set_viewed (self->camera, self->is_viewed);
}

static void
answered_cb (TillPortalAnswer answer,
             int              fd,
             gpointer         user_data)
{
  Consent *self = user_data;

  self->question = NULL;
  switch (answer) {
  case TILL_PORTAL_GRANTED:
    open_camera (self, TILL_SCANNER_PORTAL, fd);
    break;
  case TILL_PORTAL_NONE:
    open_camera (self, "auto", -1);
    break;
  case TILL_PORTAL_EMPTY:
    self->funcs->failed (TILL_SCANNER_ABSENT, self->user_data);
    break;
  case TILL_PORTAL_REFUSED:
  case TILL_PORTAL_LATE:
    self->funcs->failed (TILL_SCANNER_FORBIDDEN, self->user_data);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
consent_free (TillCameraSource *source)
{
  Consent *self = (Consent *) source;

  g_clear_pointer (&self->question, till_camera_portal_cancel);
  if (self->camera)
    self->camera->free (self->camera);
  till_camera_eye_unref (self->eye);
  g_free (self);
}

static void
consent_set_viewed (TillCameraSource *source,
                    gboolean          viewed)
{
  Consent *self = (Consent *) source;

  self->is_viewed = viewed;
  if (self->camera)
    self->camera->set_viewed (self->camera, viewed);
}

static void
consent_tell (TillCameraSource *source,
              TillScannerFacts *facts)
{
  Consent *self = (Consent *) source;

  if (self->camera)
    self->camera->tell (self->camera, facts);
}

/**
 * till_camera_consent_is_wanted:
 * @device: as the profile names it
 *
 * Returns: whether the desktop is asked first: where the profile says so, and in a sandbox of
 *   Flatpak's or Snap's, which sees no device files
 */
gboolean
till_camera_consent_is_wanted (const char *device)
{
  gboolean is_sandboxed = g_getenv ("SNAP") || g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);

  return strcmp (device, TILL_SCANNER_PORTAL) == 0 ||
         (is_sandboxed && strcmp (device, "auto") == 0);
}

/**
 * till_camera_consent_new:
 * @clock: outlives the source
 * @worker: opens and closes it; outlives the source
 *
 * Returns: (transfer full): a source that the desktop is being asked for
 */
TillCameraSource *
till_camera_consent_new (const TillClock       *clock,
                         TillCameraWorker      *worker,
                         TillCameraEye         *eye,
                         const TillCameraFuncs *funcs,
                         gpointer               user_data)
{
  Consent *self = g_new0 (Consent, 1);

  self->source = (TillCameraSource) { consent_free, consent_set_viewed, consent_tell };
  self->worker = worker;
  self->eye = till_camera_eye_ref (eye);
  self->funcs = funcs;
  self->user_data = user_data;
  self->question = till_camera_portal_ask (clock, answered_cb, self);

  return &self->source;
}

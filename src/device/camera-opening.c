/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-opening.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "device/camera-list.h"
#include "device/camera-mode.h"

/* From a setting to an element of GStreamer, and from what GStreamer says to what is the matter. */

/* So many device files are looked at to tell a camera that is not there from one that this user
 * may not open: the service that lists cameras passes over both. */
#define N_PATHS 10

#define DESCRIPTION "gst:"

/* Over a connection that was handed over nothing is listed: PipeWire gives the first of these. */
#define HANDED_CAPS "video/x-raw,width=1280,height=720; video/x-raw"

static void
choose_mode (TillCameraOpening *self,
             const GstCaps     *caps)
{
  g_autoptr (GPtrArray) modes = till_camera_modes_find (caps);

  if (modes->len == 0)
    return;

  const TillCameraMode *best = modes->pdata[0];

  self->caps = till_camera_mode_to_caps (best);
  self->mode = till_camera_mode_to_text (best);
  self->is_jpeg = best->is_jpeg;
}

/* A device file that nobody lists is asked itself for its modes. */
static void
find_by_path (TillCameraOpening *self,
              const char        *path)
{
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstPad) pad = NULL;

  self->name = g_strdup (path);
  self->path = g_strdup (path);
  if (access (path, R_OK | W_OK) != 0)
    return;
  self->source = gst_element_factory_make ("v4l2src", NULL);
  if (!self->source)
    return;

  g_object_set (self->source, "device", path, NULL);
  if (gst_element_set_state (self->source, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE) {
    pad = gst_element_get_static_pad (self->source, "src");
    caps = gst_pad_query_caps (pad, NULL);
    choose_mode (self, caps);
  }
  gst_element_set_state (self->source, GST_STATE_NULL);
}

static void
find_listed (TillCameraOpening *self,
             GstDevice         *camera)
{
  g_autoptr (GstCaps) caps = gst_device_get_caps (camera);

  self->name = gst_device_get_display_name (camera);
  self->path = till_camera_list_get_path (camera);
  self->source = gst_device_create_element (camera, NULL);
  /* PipeWire takes the memory of frames that are still being read away when a camera goes. */
  if (self->source &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (self->source), "always-copy"))
    g_object_set (self->source, "always-copy", TRUE, NULL);
  if (self->source && caps)
    choose_mode (self, caps);
}

static void
find_described (TillCameraOpening *self,
                const char        *description)
{
  g_autoptr (GError) error = NULL;

  self->name = g_strdup (description);
  self->source = gst_parse_bin_from_description (description, TRUE, &error);
  if (error) {
    g_debug ("camera: %s", error->message);
    gst_clear_object (&self->source);
  }
}

/* The element takes a copy of @fd. */
static void
find_handed (TillCameraOpening *self,
             const char        *name,
             int                fd)
{
  self->name = g_strdup (name);
  self->source = gst_element_factory_make ("pipewiresrc", NULL);
  if (!self->source)
    return;

  g_object_set (self->source, "fd", fd, "always-copy", TRUE, NULL);
  self->caps = gst_caps_from_string (HANDED_CAPS);
}

/**
 * till_camera_opening_find:
 * @self: (out caller-allocates)
 * @device: "auto", a camera's name or path, or "gst:" and a source in the words of gst-launch, for
 *   tests and for cameras that nobody lists
 * @fd: a connection to PipeWire through which the camera is seen, then @device is but its name; it
 *   stays the caller's, and open as long as the source is there. -1: none
 *
 * Looks for the camera and chooses how it shall work. Takes up to a second.
 */
void
till_camera_opening_find (TillCameraOpening *self,
                          const char        *device,
                          int                fd)
{
  g_autoptr (GstDevice) camera = NULL;

  *self = (TillCameraOpening) { 0 };
  if (!gst_init_check (NULL, NULL, NULL))
    return;

  if (fd >= 0)
    find_handed (self, device, fd);
  else if (g_str_has_prefix (device, DESCRIPTION))
    find_described (self, device + strlen (DESCRIPTION));
  else if ((camera = till_camera_list_pick (device)))
    find_listed (self, camera);
  else if (g_path_is_absolute (device))
    find_by_path (self, device);
}

void
till_camera_opening_clear (TillCameraOpening *self)
{
  if (self->source)
    gst_object_unref (gst_object_ref_sink (self->source));
  gst_clear_caps (&self->caps);
  g_free (self->name);
  g_free (self->mode);
  g_free (self->path);
  *self = (TillCameraOpening) { 0 };
}

static gboolean
is_any_forbidden (void)
{
  for (guint i = 0; i < N_PATHS; i++) {
    g_autofree char *path = g_strdup_printf ("/dev/video%u", i);

    if (access (path, R_OK | W_OK) != 0 && errno == EACCES)
      return TRUE;
  }

  return FALSE;
}

/**
 * till_camera_opening_why:
 * @error: (nullable): GStreamer's, which says only "cannot open" where the rights are missing
 *
 * Returns: what is the matter with a camera that cannot be opened, or that has stopped
 */
TillScannerState
till_camera_opening_why (const TillCameraOpening *self,
                         const GError            *error)
{
  static const struct {
    GstResourceError code;
    TillScannerState why;
  } reasons[] = {
    { GST_RESOURCE_ERROR_BUSY,           TILL_SCANNER_BUSY },
    { GST_RESOURCE_ERROR_NOT_AUTHORIZED, TILL_SCANNER_FORBIDDEN },
    { GST_RESOURCE_ERROR_NOT_FOUND,      TILL_SCANNER_ABSENT },
  };

  if (self->path && access (self->path, R_OK | W_OK) != 0)
    return errno == EACCES ? TILL_SCANNER_FORBIDDEN : TILL_SCANNER_ABSENT;
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    if (g_error_matches (error, GST_RESOURCE_ERROR, (int) reasons[i].code))
      return reasons[i].why;
  }
  if (self->name)
    return error ? TILL_SCANNER_SILENT : TILL_SCANNER_ABSENT;

  return is_any_forbidden () ? TILL_SCANNER_FORBIDDEN : TILL_SCANNER_ABSENT;
}

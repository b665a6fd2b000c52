/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-source.h"

#include <errno.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <unistd.h>

#include "device/camera.h"

/* A camera through GStreamer: V4L2 or PipeWire. The queue holds the newest frame only and drops
 * older ones, so that the camera never waits for the decoder, which runs in the queue's thread. */
#define PIPELINE                                                                              \
  "capsfilter name=in caps=\"video/x-raw,width=[1,1280],height=[1,720];"                      \
  "image/jpeg,width=[1,1280],height=[1,720]\" ! decodebin ! videoconvert ! "                  \
  "video/x-raw,format=GRAY8 ! "                                                               \
  "queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! "             \
  "appsink name=out sync=false max-buffers=1 drop=true"

typedef struct {
  TillCameraSource       source;
  const TillCameraFuncs *funcs;
  gpointer               user_data;
  char                  *path;      /* of a V4L2 device, else NULL */
  GstElement            *pipeline;
  guint                  bus_watch;
} Pipeline;

static GstFlowReturn
new_sample_cb (GstAppSink *sink,
               gpointer    user_data)
{
  Pipeline *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstVideoInfo facts;
  GstVideoFrame mapped;

  if (!sample)
    return GST_FLOW_EOS;
  if (!gst_video_info_from_caps (&facts, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&mapped, &facts, gst_sample_get_buffer (sample), GST_MAP_READ))
    return GST_FLOW_OK;

  self->funcs->frame (&(const TillGrey) {
    .pixels = GST_VIDEO_FRAME_PLANE_DATA (&mapped, 0),
    .width = (guint) GST_VIDEO_FRAME_WIDTH (&mapped),
    .height = (guint) GST_VIDEO_FRAME_HEIGHT (&mapped),
    .stride = (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&mapped, 0),
  }, self->user_data);
  gst_video_frame_unmap (&mapped);

  return GST_FLOW_OK;
}

/* GStreamer says only "cannot open" where the rights are missing. */
static TillScannerState
why_of (const Pipeline *self,
        const GError   *error)
{
  if (self->path && access (self->path, R_OK | W_OK) != 0)
    return errno == EACCES ? TILL_SCANNER_FORBIDDEN : TILL_SCANNER_ABSENT;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY))
    return TILL_SCANNER_BUSY;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    return TILL_SCANNER_FORBIDDEN;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND))
    return TILL_SCANNER_ABSENT;

  return TILL_SCANNER_SILENT;
}

static gboolean
bus_cb (GstBus     *bus,
        GstMessage *message,
        gpointer    user_data)
{
  Pipeline *self = user_data;
  g_autoptr (GError) error = NULL;
  TillScannerState why = TILL_SCANNER_SILENT;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_debug ("camera: %s", error->message);
    why = why_of (self, error);
  } else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS) {
    return G_SOURCE_CONTINUE;
  }

  self->bus_watch = 0;
  self->funcs->fault (why, self->user_data);

  return G_SOURCE_REMOVE;
}

static void
pipeline_free (TillCameraSource *source)
{
  Pipeline *self = (Pipeline *) source;

  /* Joins the streaming threads: no frame comes after this. */
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  if (self->bus_watch)
    g_source_remove (self->bus_watch);
  gst_object_unref (self->pipeline);
  g_free (self->path);
  g_free (self);
}

static GList *
find_cameras (void)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();

  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);

  return gst_device_monitor_get_devices (monitor);
}

/* The camera of that name; with "auto" the first one. */
static GstElement *
make_source (const char *device)
{
  GstElement *element = NULL;
  GList *cameras;

  if (g_str_has_prefix (device, "/dev/")) {
    element = gst_element_factory_make ("v4l2src", NULL);
    if (element)
      g_object_set (element, "device", device, NULL);
    return element;
  }

  cameras = find_cameras ();
  for (GList *camera = cameras; camera && !element; camera = camera->next) {
    g_autofree char *name = gst_device_get_display_name (camera->data);

    if (strcmp (device, "auto") == 0 || strcmp (device, name) == 0)
      element = gst_device_create_element (camera->data, NULL);
  }
  g_list_free_full (cameras, gst_object_unref);

  return element;
}

static Pipeline *
assemble (GstElement            *source,
          const TillCameraFuncs *funcs,
          gpointer               user_data)
{
  static const GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  g_autoptr (GError) error = NULL;
  Pipeline *self = g_new0 (Pipeline, 1);
  g_autoptr (GstElement) in = NULL, out = NULL;
  g_autoptr (GstBus) bus = NULL;

  self->source.free = pipeline_free;
  self->funcs = funcs;
  self->user_data = user_data;
  self->pipeline = gst_parse_launch (PIPELINE, &error);
  if (error)
    g_debug ("camera: %s", error->message);
  if (!self->pipeline || error) {
    gst_clear_object (&self->pipeline);
    gst_object_unref (gst_object_ref_sink (source));
    g_free (self);
    return NULL;
  }

  in = gst_bin_get_by_name (GST_BIN (self->pipeline), "in");
  out = gst_bin_get_by_name (GST_BIN (self->pipeline), "out");
  gst_bin_add (GST_BIN (self->pipeline), source);
  gst_element_link (source, in);
  gst_app_sink_set_callbacks (GST_APP_SINK (out), (GstAppSinkCallbacks *) &callbacks, self, NULL);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, bus_cb, self);

  return self;
}

/**
 * till_camera_pipeline_new:
 * @device: "auto", a name of till_camera_list_devices(), or a V4L2 device's path
 * @why: (out): set where it fails
 *
 * Returns: (transfer full) (nullable): a source that runs
 */
TillCameraSource *
till_camera_pipeline_new (const char            *device,
                          const TillCameraFuncs *funcs,
                          gpointer               user_data,
                          TillScannerState      *why)
{
  GstElement *source = gst_init_check (NULL, NULL, NULL) ? make_source (device) : NULL;
  Pipeline *self = source ? assemble (source, funcs, user_data) : NULL;

  if (!self) {
    *why = TILL_SCANNER_ABSENT;
    return NULL;
  }

  if (g_str_has_prefix (device, "/dev/"))
    self->path = g_strdup (device);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);

  return &self->source;
}

/**
 * till_camera_list_devices:
 *
 * Returns: (transfer full): the names of the cameras that are plugged in, as people know them
 */
GStrv
till_camera_list_devices (void)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GList *cameras = gst_init_check (NULL, NULL, NULL) ? find_cameras () : NULL;

  for (GList *camera = cameras; camera; camera = camera->next) {
    g_autofree char *name = gst_device_get_display_name (camera->data);

    g_strv_builder_add (names, name);
  }
  g_list_free_full (cameras, gst_object_unref);

  return g_strv_builder_end (names);
}

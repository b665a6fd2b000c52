/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-source.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <time.h>
#include <unistd.h>

#include "device/camera-opening.h"

/* A camera through GStreamer: V4L2 or PipeWire. One branch reads, one is for who looks at it; each
 * has its thread and keeps the newest frame only, so that neither the camera nor the view ever
 * waits for the decoder. While nobody looks, frames are dropped before the second queue: by a
 * probe, for a valve that opens makes the camera negotiate anew. */
#define PIPELINE                                                                                \
  "capsfilter name=in %s ! tee name=frames "                                                    \
  "frames. ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! "     \
  "videoconvert ! video/x-raw,format=GRAY8 ! "                                                  \
  "appsink name=read async=false sync=false max-buffers=1 drop=true "                           \
  "frames. ! queue name=look leaky=downstream max-size-buffers=2 max-size-bytes=0 "             \
  "max-size-time=0 ! "                                                                          \
  "videoscale ! video/x-raw,width=[1,640],height=[1,480],pixel-aspect-ratio=1/1 ! "             \
  "videoconvert ! video/x-raw,format=BGRA ! "                                                   \
  "appsink name=view async=false sync=false max-buffers=2 drop=true"

/* The decoder has so much of a core, in per cent: after a frame that cost it much it rests. */
#define READ_SHARE 35

typedef struct {
  TillCameraSource       source;
  TillCameraWorker      *worker;
  TillCameraEye         *eye;
  const TillCameraFuncs *funcs;
  gpointer               user_data;
  char                  *device;
  int                    fd;           /* to PipeWire; -1: none was handed over */
  gint                   is_freed;     /* atomic */

  /* The worker's until opened_cb(), then the main context's. */
  TillCameraOpening      opening;
  GstElement            *pipeline;
  TillScannerState       why;          /* READING: it is open */

  gboolean               is_open;      /* of the main context */
  gint                   is_viewed;    /* atomic */
  guint                  bus_watch;

  gint64                 rest_until_us;  /* of the thread that reads */
} Pipeline;

static void
clear (gpointer data)
{
  Pipeline *self = data;

  till_camera_eye_unref (self->eye);
  till_camera_opening_clear (&self->opening);
  g_free (self->device);
  if (self->fd >= 0)
    close (self->fd);
}

static void
release (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* Frames. */

static gboolean
map (GstSample     *sample,
     GstVideoFrame *mapped)
{
  GstVideoInfo facts;

  return gst_video_info_from_caps (&facts, gst_sample_get_caps (sample)) &&
         gst_video_frame_map (mapped, &facts, gst_sample_get_buffer (sample), GST_MAP_READ);
}

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static GstFlowReturn
read_cb (GstAppSink *sink,
         gpointer    user_data)
{
  Pipeline *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  gint64 began_us = g_get_monotonic_time (), cost_us = cpu_us ();
  GstVideoFrame mapped;

  if (!sample)
    return GST_FLOW_EOS;
  if (began_us < self->rest_until_us || !map (sample, &mapped))
    return GST_FLOW_OK;

  till_camera_eye_read (self->eye, &(const TillGrey) {
    .pixels = GST_VIDEO_FRAME_PLANE_DATA (&mapped, 0),
    .width = (guint) GST_VIDEO_FRAME_WIDTH (&mapped),
    .height = (guint) GST_VIDEO_FRAME_HEIGHT (&mapped),
    .stride = (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&mapped, 0),
  });
  gst_video_frame_unmap (&mapped);
  self->rest_until_us = began_us + (cpu_us () - cost_us) * 100 / READ_SHARE;

  return GST_FLOW_OK;
}

/* A copy: the camera has few buffers, and wants them back. */
static GstFlowReturn
view_cb (GstAppSink *sink,
         gpointer    user_data)
{
  Pipeline *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstVideoFrame mapped;

  if (!sample)
    return GST_FLOW_EOS;
  if (!map (sample, &mapped))
    return GST_FLOW_OK;

  till_camera_eye_view (self->eye,
                        till_view_new_mirrored (GST_VIDEO_FRAME_PLANE_DATA (&mapped, 0),
                                                (guint) GST_VIDEO_FRAME_WIDTH (&mapped),
                                                (guint) GST_VIDEO_FRAME_HEIGHT (&mapped),
                                                (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&mapped, 0)));
  gst_video_frame_unmap (&mapped);

  return GST_FLOW_OK;
}

static GstPadProbeReturn
frame_cb (GstPad          *pad,
          GstPadProbeInfo *probe,
          gpointer         user_data)
{
  till_camera_eye_count (((Pipeline *) user_data)->eye);

  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
look_cb (GstPad          *pad,
         GstPadProbeInfo *probe,
         gpointer         user_data)
{
  return g_atomic_int_get (&((Pipeline *) user_data)->is_viewed) ? GST_PAD_PROBE_OK
                                                                 : GST_PAD_PROBE_DROP;
}

/* Opening and closing, in the worker. */

static void
set_callback (Pipeline      *self,
              const char    *name,
              GstFlowReturn (*new_sample) (GstAppSink *sink, gpointer user_data))
{
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample };
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->pipeline), name);

  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
}

static void
add_probe (Pipeline            *self,
           const char          *name,
           GstPadProbeCallback  callback)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (self->pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, self, NULL);
}

static gboolean
assemble (Pipeline *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = g_strdup_printf (PIPELINE, self->opening.is_jpeg ? "! jpegdec" : "");
  g_autoptr (GstElement) in = NULL;

  self->pipeline = gst_parse_launch (words, &error);
  if (error) {
    g_debug ("camera: %s", error->message);
    gst_clear_object (&self->pipeline);
    return FALSE;
  }

  in = gst_bin_get_by_name (GST_BIN (self->pipeline), "in");
  g_object_set (in, "caps", self->opening.caps, NULL);
  gst_bin_add (GST_BIN (self->pipeline), g_steal_pointer (&self->opening.source));
  set_callback (self, "read", read_cb);
  set_callback (self, "view", view_cb);
  add_probe (self, "frames", frame_cb);
  add_probe (self, "look", look_cb);

  return TRUE;
}

static void
run (Pipeline *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  self->why = TILL_SCANNER_READING;
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
    return;

  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  if (message)
    gst_message_parse_error (message, &error, NULL);
  g_debug ("camera: %s", error ? error->message : "it does not start");
  self->why = till_camera_opening_why (&self->opening, error);
}

static gboolean opened_cb (gpointer user_data);

static void
open_work (gpointer subject,
           gpointer user_data)
{
  Pipeline *self = subject;
  GstElement *source;

  if (!g_atomic_int_get (&self->is_freed)) {
    till_camera_opening_find (&self->opening, self->device, self->fd);
    source = self->opening.source;
    self->why = till_camera_opening_why (&self->opening, NULL);
    if (source && assemble (self)) {
      g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (self->pipeline), "in");

      gst_element_link (source, in);
      run (self);
    }
  }
  g_idle_add_full (G_PRIORITY_DEFAULT, opened_cb, self, release);
}

static void
close_work (gpointer subject,
            gpointer user_data)
{
  Pipeline *self = subject;

  /* Joins the streaming threads. */
  if (self->pipeline) {
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
    gst_clear_object (&self->pipeline);
  }
  release (self);
}

/* On the main context. */

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
    why = till_camera_opening_why (&self->opening, error);
  } else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS) {
    return G_SOURCE_CONTINUE;
  }

  self->bus_watch = 0;
  self->funcs->failed (why, self->user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
opened_cb (gpointer user_data)
{
  Pipeline *self = user_data;
  g_autoptr (GstBus) bus = NULL;

  if (g_atomic_int_get (&self->is_freed))
    return G_SOURCE_REMOVE;
  if (self->why != TILL_SCANNER_READING) {
    self->funcs->failed (self->why, self->user_data);
    return G_SOURCE_REMOVE;
  }

  self->is_open = TRUE;
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, bus_cb, self);
  self->funcs->opened (self->user_data);

  return G_SOURCE_REMOVE;
}

static void
pipeline_free (TillCameraSource *source)
{
  Pipeline *self = (Pipeline *) source;

  g_atomic_int_set (&self->is_freed, TRUE);
  if (self->bus_watch)
    g_source_remove (self->bus_watch);
  self->bus_watch = 0;
  till_camera_worker_push (self->worker, close_work, self);
}

static void
pipeline_set_viewed (TillCameraSource *source,
                     gboolean          viewed)
{
  g_atomic_int_set (&((Pipeline *) source)->is_viewed, viewed);
}

static void
pipeline_tell (TillCameraSource *source,
               TillScannerFacts *facts)
{
  Pipeline *self = (Pipeline *) source;

  if (!self->is_open)
    return;

  facts->device = g_strdup (self->opening.name);
  facts->mode = g_strdup (self->opening.mode);
}

/**
 * till_camera_pipeline_new:
 * @device: as till_camera_opening_find() takes it
 * @fd: (transfer full): so too
 * @worker: opens and closes it; outlives the source
 *
 * Returns: (transfer full): a source that is being opened
 */
TillCameraSource *
till_camera_pipeline_new (const char            *device,
                          int                    fd,
                          TillCameraWorker      *worker,
                          TillCameraEye         *eye,
                          const TillCameraFuncs *funcs,
                          gpointer               user_data)
{
  Pipeline *self = g_atomic_rc_box_new0 (Pipeline);

  self->source = (TillCameraSource) { pipeline_free, pipeline_set_viewed, pipeline_tell };
  self->worker = worker;
  self->eye = till_camera_eye_ref (eye);
  self->funcs = funcs;
  self->user_data = user_data;
  self->device = g_strdup (device);
  self->fd = fd;
  till_camera_worker_push (worker, open_work, g_atomic_rc_box_acquire (self));

  return &self->source;
}

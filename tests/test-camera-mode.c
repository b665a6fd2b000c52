/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-mode.h"

/* What cameras offer, as GStreamer writes it: the mode that is used, and how many there are. */
static const struct {
  const char *caps;
  const char *best;   /* NULL: none that can be read */
  guint       n_modes;
} cases[] = {
  /* A usual webcam: raw pictures are slow at 720p, for they do not fit through the cable. */
  { "video/x-raw,format=YUY2,width=1280,height=720,framerate=10/1;"
    "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1;"
    "image/jpeg,width=1920,height=1080,framerate=30/1;"
    "image/jpeg,width=1280,height=720,framerate=30/1;"
    "image/jpeg,width=640,height=480,framerate=30/1",
    "1280×720, 30/s, image/jpeg", 5 },
  { "video/x-raw,format=YUY2,width=1280,height=720,framerate={30/1,15/1,5/1};"
    "image/jpeg,width=1280,height=720,framerate={30/1,15/1}",
    "1280×720, 30/s, YUY2", 2 },
  /* An old one without JPEG: the larger picture of two that bring as many pixels. */
  { "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1;"
    "video/x-raw,format=YUY2,width=1280,height=720,framerate=10/1",
    "1280×720, 10/s, YUY2", 2 },
  { "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1;"
    "video/x-raw,format=YUY2,width=1280,height=720,framerate=5/1",
    "640×480, 30/s, YUY2", 2 },
  /* Ranges leave a choice. */
  { "video/x-raw,format={NV12,I420},width=[1,4096],height=[1,4096],framerate=[0/1,120/1]",
    "1280×720, 30/s, NV12", 1 },
  /* What is only larger is taken too; without a rate any will do. */
  { "image/jpeg,width=3840,height=2160,framerate=60/1", "3840×2160, 60/s, image/jpeg", 1 },
  { "image/jpeg,width=1920,height=1080,framerate=30/1;"
    "image/jpeg,width=3840,height=2160,framerate=30/1", "1920×1080, 30/s, image/jpeg", 2 },
  { "image/jpeg,width=1280,height=720", "1280×720, image/jpeg", 1 },
  { "video/x-raw,format=I420,width=1280,height=720,framerate=2997/100",
    "1280×720, 30/s, I420", 1 },
  { "video/x-raw,format=I420,width=1280,height=720,framerate=15/2",
    "1280×720, 7.5/s, I420", 1 },
  /* The same mode twice, as PipeWire has it. */
  { "image/jpeg,width=1280,height=720,framerate=30/1;"
    "image/jpeg,width=1280,height=720,framerate=30/1", "1280×720, 30/s, image/jpeg", 1 },
  /* Nothing to be read without unpacking what a till has no use for. */
  { "video/x-h264,width=1280,height=720,framerate=30/1", NULL, 0 },
  { "video/x-raw(memory:DMABuf),format=NV12,width=1280,height=720,framerate=30/1", NULL, 0 },
  { "video/x-raw,format=YUY2", NULL, 0 },
  { "video/x-bayer,format=bggr8,width=640,height=480", NULL, 0 },
  { "EMPTY", NULL, 0 },
  { "ANY", NULL, 0 },
};

static void
test_choice (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (cases[i].caps);
    g_autoptr (GPtrArray) modes = till_camera_modes_find (caps);
    g_autofree char *best = modes->len ? till_camera_mode_to_text (modes->pdata[0]) : NULL;

    g_test_message ("%s", cases[i].caps);
    g_assert_cmpstr (best, ==, cases[i].best);
    g_assert_cmpuint (modes->len, ==, cases[i].n_modes);
  }
}

/* What a camera is asked for is one thing, and one that it offers. */
static void
test_caps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (cases[i].caps);
    g_autoptr (GPtrArray) modes = till_camera_modes_find (caps);

    for (guint j = 0; j < modes->len; j++) {
      g_autoptr (GstCaps) asked = till_camera_mode_to_caps (modes->pdata[j]);

      g_assert_true (gst_caps_is_fixed (asked));
      g_assert_true (gst_caps_is_subset (asked, caps));
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/camera-mode/choice", test_choice);
  g_test_add_func ("/camera-mode/caps", test_caps);

  return g_test_run ();
}

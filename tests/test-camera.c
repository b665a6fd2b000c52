/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera.h"

#include <glib/gstdio.h>
#include <string.h>

#include "code/qr.h"
#include "draw-code.h"
#include "fake-clock.h"
#include "fake-scanner.h"

#define FIRST  "134567890123456789"
#define SECOND "288888888888888888"

typedef struct {
  TillFakeClock *clock;
  TillScanner   *camera;
  char          *folder;
  GString       *heard;   /* codes and states, in order */
} Fixture;

static void
code_cb (TillScanner *camera,
         const char  *text,
         gpointer     user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->heard, "%s ", strcmp (text, FIRST) == 0    ? "FIRST"
                                                 : strcmp (text, SECOND) == 0 ? "SECOND"
                                                                              : "OTHER");
}

static void
state_cb (TillScanner *camera,
          gpointer     user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->heard, "%s ",
                          till_scanner_state_to_string (till_scanner_get_state (camera)));
}

static void
view_cb (TillScanner *camera,
         gpointer     user_data)
{
  Fixture *fixture = user_data;

  g_string_append (fixture->heard, "view ");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autofree char *device = NULL;
  g_autoptr (GError) error = NULL;

  fixture->clock = till_fake_clock_new ();
  fixture->folder = g_dir_make_tmp ("till-camera-XXXXXX", &error);
  g_assert_no_error (error);
  device = g_strdup_printf ("file:%s/*.pgm", fixture->folder);
  fixture->camera = till_camera_new (device, till_fake_clock_get_port (fixture->clock));
  fixture->heard = g_string_new (NULL);
  g_signal_connect (fixture->camera, "code", G_CALLBACK (code_cb), fixture);
  g_signal_connect (fixture->camera, "state-changed", G_CALLBACK (state_cb), fixture);
  g_signal_connect (fixture->camera, "view-changed", G_CALLBACK (view_cb), fixture);
}

/* The pictures that lie before the camera: NULL for a black one, "" for an empty counter. */
static void
lay (Fixture    *fixture,
     const char *name,
     const char *text)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.pgm", fixture->folder, name);
  g_autoptr (GString) file = g_string_new ("P5 320 240 255\n");
  TillCanvas canvas = { 0 };

  draw_code_fill (&canvas, 320, 240, text ? 220 : 5);
  if (text && text[0])
    draw_code_qr (&canvas, 60, 40, 5, text);
  g_string_append_len (file, (const char *) canvas.pixels, 320 * 240);
  g_assert_true (g_file_set_contents (path, file->str, (gssize) file->len, NULL));
  till_canvas_clear (&canvas);
}

static void
take_away (Fixture    *fixture,
           const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.pgm", fixture->folder, name);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
wait_ms (Fixture *fixture,
         guint    ms)
{
  for (guint i = 0; i < ms; i += 50) {
    till_fake_clock_advance (fixture->clock, 50);
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }
}

static void
assert_heard (Fixture    *fixture,
              const char *expected)
{
  g_assert_cmpstr (fixture->heard->str, ==, expected);
  g_string_truncate (fixture->heard, 0);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  g_assert_finalize_object (fixture->camera);
  g_assert_cmpuint (till_fake_clock_get_n_timers (fixture->clock), ==, 0);
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_string_free (fixture->heard, TRUE);
  till_fake_clock_free (fixture->clock);
}

/* One code in fifty frames is one code; away and back it is one more. */
static void
test_once (Fixture       *fixture,
           gconstpointer  user_data)
{
  lay (fixture, "a", FIRST);
  wait_ms (fixture, 1000);
  assert_heard (fixture, "");

  till_scanner_start (fixture->camera);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 5000);
  assert_heard (fixture, "starting reading FIRST ");

  till_scanner_stop (fixture->camera);
  assert_heard (fixture, "off ");
  wait_ms (fixture, 5000);
  assert_heard (fixture, "");
  g_assert_cmpuint (till_fake_clock_get_n_timers (fixture->clock), ==, 0);

  lay (fixture, "b", SECOND);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 5000);
  assert_heard (fixture, "starting reading FIRST SECOND ");
}

/* Switched off and on while it is still held there, it is not read twice. */
static void
test_reopened (Fixture       *fixture,
               gconstpointer  user_data)
{
  lay (fixture, "a", FIRST);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 500);
  till_scanner_stop (fixture->camera);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 3000);
  assert_heard (fixture, "starting reading FIRST off starting reading ");
}

/* No camera, then one, then black, then something to read. */
static void
test_comes_back (Fixture       *fixture,
                 gconstpointer  user_data)
{
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 4000);
  assert_heard (fixture, "starting absent ");

  lay (fixture, "a", NULL);
  wait_ms (fixture, 4000);
  assert_heard (fixture, "dark ");

  lay (fixture, "a", "");
  wait_ms (fixture, 1000);
  assert_heard (fixture, "reading ");

  lay (fixture, "a", SECOND);
  wait_ms (fixture, 300);
  assert_heard (fixture, "SECOND ");

  take_away (fixture, "a");
  wait_ms (fixture, 2600);
  assert_heard (fixture, "silent ");
  wait_ms (fixture, 3000);
  assert_heard (fixture, "absent ");

  lay (fixture, "a", SECOND);
  wait_ms (fixture, 3000);
  assert_heard (fixture, "reading SECOND ");
}

/* What was forgotten is told again, though it never was away. */
static void
test_forget (Fixture       *fixture,
             gconstpointer  user_data)
{
  lay (fixture, "a", FIRST);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 1000);
  till_scanner_forget (fixture->camera);
  wait_ms (fixture, 1000);
  assert_heard (fixture, "starting reading FIRST FIRST ");
}

/* A view is made only for somebody who looks, and there is none once it is off. */
static void
test_view (Fixture       *fixture,
           gconstpointer  user_data)
{
  TillView *view;

  lay (fixture, "a", "");
  till_scanner_set_viewed (fixture->camera, TRUE);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 250);
  assert_heard (fixture, "starting view reading view view ");
  view = till_scanner_get_view (fixture->camera);
  g_assert_cmpuint (view->width, ==, 320);
  g_assert_cmpuint (view->height, ==, 240);

  till_scanner_set_viewed (fixture->camera, FALSE);
  g_assert_null (till_scanner_get_view (fixture->camera));
  wait_ms (fixture, 500);
  assert_heard (fixture, "");

  till_scanner_set_viewed (fixture->camera, TRUE);
  wait_ms (fixture, 100);
  till_scanner_stop (fixture->camera);
  g_assert_null (till_scanner_get_view (fixture->camera));
}

/* Another camera is taken at once; the same one is left alone. */
static void
test_another (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_autofree char *device = g_strdup_printf ("file:%s/b*.pgm", fixture->folder);

  lay (fixture, "a", FIRST);
  lay (fixture, "b", SECOND);
  till_scanner_set_device (fixture->camera, device);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 1000);
  assert_heard (fixture, "starting reading SECOND ");
  till_scanner_set_device (fixture->camera, device);
  wait_ms (fixture, 1000);
  assert_heard (fixture, "");
  till_scanner_set_device (fixture->camera, "file:/till-no-such-folder/*");
  wait_ms (fixture, 1000);
  assert_heard (fixture, "off starting absent ");
}

static void
stop_cb (TillScanner *camera,
         const char  *text,
         gpointer     user_data)
{
  till_scanner_stop (camera);
}

/* Who hears a code may switch it off at once. */
static void
test_stop_at_code (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_signal_connect (fixture->camera, "code", G_CALLBACK (stop_cb), NULL);
  lay (fixture, "a", FIRST);
  till_scanner_start (fixture->camera);
  wait_ms (fixture, 3000);
  assert_heard (fixture, "starting reading FIRST off ");
  g_assert_cmpuint (till_fake_clock_get_n_timers (fixture->clock), ==, 0);
}

/* GStreamer makes so many quarks that GLib drops its first table of them, which was made when GLib
 * was loaded; that is seen by a slow look at the stack only. */
#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options (void);
const char *__lsan_default_suppressions (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions (void)
{
  return "leak:call_init\n";
}
#endif

/* Waits for GStreamer's threads, while the camera's own clock stands still. */
static void
wait_until (Fixture    *fixture,
            const char *word)
{
  gint64 until_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  till_fake_clock_advance (fixture->clock, 0);
  while (!strstr (fixture->heard->str, word)) {
    if (g_get_monotonic_time () > until_us)
      g_error ("“%s” was not heard, but “%s”", word, fixture->heard->str);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  }
}

static void
wait_for (Fixture    *fixture,
          const char *word)
{
  wait_until (fixture, word);
  g_string_truncate (fixture->heard, 0);
}

/* A device that nobody has, and what is none, are told from each other. */
static void
test_no_device (Fixture       *fixture,
                gconstpointer  user_data)
{
  static const struct {
    const char *device;
    const char *state;
  } cases[] = {
    { "/dev/till-no-such-camera", "absent" },
    { "No Such Camera",           "absent" },
    { "gst:no-such-element",      "absent" },
    { "gst:videotestsrc ! !",     "absent" },
    { "gst:filesrc location=/till-no-such-file ! pngdec", "absent" },
    { "gst:filesrc location=/dev/null ! pngdec",          "silent" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    till_scanner_set_device (fixture->camera, cases[i].device);
    till_scanner_start (fixture->camera);
    wait_for (fixture, cases[i].state);
    till_scanner_stop (fixture->camera);
  }
}

/* Each size and format that a camera may give comes through, and its view is of a sensible size. */
static void
test_frames (Fixture       *fixture,
             gconstpointer  user_data)
{
  static const struct {
    const char *format;
    guint       width, height;
    guint       view_width, view_height;
  } cases[] = {
    { "I420",    1,    1,    1,   1 },
    { "YUY2",    2,    1,    2,   1 },
    { "NV12",    3,    5,    3,   5 },
    { "GRAY8",   333,  7,    333, 7 },
    { "BGR",     641,  359,  640, 358 },
    { "RGB16",   639,  479,  639, 479 },
    { "UYVY",    480,  640,  360, 480 },
    { "I420",    1280, 720,  640, 360 },
    { "GRAY16_LE", 17, 1080, 8,   480 },
    { "I420",    7680, 4320, 640, 360 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *device =
      g_strdup_printf ("gst:videotestsrc pattern=smpte is-live=true ! "
                       "video/x-raw,format=%s,width=%u,height=%u,framerate=10/1 ! identity",
                       cases[i].format, cases[i].width, cases[i].height);
    TillView *view;

    till_scanner_set_viewed (fixture->camera, TRUE);
    till_scanner_set_device (fixture->camera, device);
    till_scanner_start (fixture->camera);
    wait_for (fixture, "view");
    view = till_scanner_get_view (fixture->camera);
    g_assert_cmpuint (view->width, ==, cases[i].view_width);
    g_assert_cmpuint (view->height, ==, cases[i].view_height);
    g_assert_cmpuint (g_bytes_get_size (view->pixels), ==, (gsize) view->width * view->height * 4);
    till_scanner_stop (fixture->camera);
    g_assert_null (till_scanner_get_view (fixture->camera));
    g_string_truncate (fixture->heard, 0);
  }
}

/* A picture that GStreamer repeats. */
static char *
make_raw (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "code.raw", NULL);
  TillCanvas canvas = { 0 };

  draw_code_fill (&canvas, 320, 240, 220);
  draw_code_qr (&canvas, 20, 40, 5, FIRST);
  g_assert_true (g_file_set_contents (path, (const char *) canvas.pixels, 320 * 240, NULL));
  till_canvas_clear (&canvas);

  return g_strdup_printf ("gst:multifilesrc loop=true location=%s caps="
                          "video/x-raw,format=GRAY8,width=320,height=240,framerate=30/1 ! "
                          "identity sleep-time=20000", path);
}

/* A code that a camera sees is told once, with its outline; the facts are told too, and a view is
 * made only while somebody looks. */
static void
test_pipeline (Fixture       *fixture,
               gconstpointer  user_data)
{
  g_autofree char *device = make_raw (fixture);
  g_auto (TillScannerFacts) facts = { 0 };
  const TillSight *sight;

  till_scanner_set_device (fixture->camera, device);
  till_scanner_start (fixture->camera);
  wait_for (fixture, "FIRST");
  sight = till_scanner_get_sight (fixture->camera);
  g_assert_true (sight->has_code);
  for (guint i = 0; i < G_N_ELEMENTS (sight->corners); i++) {
    g_assert_cmpfloat (sight->corners[i].x, >, 0.4);
    g_assert_cmpfloat (sight->corners[i].x, <, 0.95);
  }

  do {
    g_main_context_iteration (NULL, FALSE);
    till_scanner_facts_clear (&facts);
    till_scanner_get_facts (fixture->camera, &facts);
  } while (facts.n_frames < 5);
  g_assert_cmpuint (facts.n_views, ==, 0);
  g_assert_cmpint (facts.newest_us, >=, facts.first_us);
  g_assert_nonnull (facts.device);
  assert_heard (fixture, "");

  till_scanner_set_viewed (fixture->camera, TRUE);
  wait_for (fixture, "view");
  till_scanner_forget (fixture->camera);
  wait_for (fixture, "FIRST");
}

/* A camera whose stream ends is opened again; what it saw is told before, and late news does not
 * mend it. */
static void
test_ends (Fixture       *fixture,
           gconstpointer  user_data)
{
  till_scanner_set_device (fixture->camera, "gst:videotestsrc num-buffers=3 pattern=smpte ! "
                                            "video/x-raw,width=64,height=48 ! identity");
  till_scanner_start (fixture->camera);
  for (guint i = 0; i < 3; i++) {
    wait_until (fixture, "silent");
    while (g_main_context_iteration (NULL, FALSE))
      continue;
    assert_heard (fixture, i == 0 ? "starting reading silent " : "reading silent ");
    till_fake_clock_advance (fixture->clock, 1000);
    till_fake_clock_advance (fixture->clock, 1000);
  }
}

/* Stopped while it is being opened, and at once opened again, it works. */
static void
test_hasty (Fixture       *fixture,
            gconstpointer  user_data)
{
  till_scanner_set_device (fixture->camera, "gst:videotestsrc is-live=true pattern=black ! "
                                            "video/x-raw,width=64,height=48 ! identity");
  for (guint i = 0; i < 20; i++) {
    till_scanner_start (fixture->camera);
    till_fake_clock_advance (fixture->clock, 0);
    if (i % 3 == 0)
      g_main_context_iteration (NULL, FALSE);
    till_scanner_stop (fixture->camera);
  }
  till_scanner_start (fixture->camera);
  g_string_truncate (fixture->heard, 0);
  wait_for (fixture, "dark");
}

/* What is plugged in can be asked for, whatever it is. */
static void
test_list (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autoptr (GPtrArray) devices = till_scanner_list_devices (fixture->camera);

  for (guint i = 0; i < devices->len; i++) {
    const TillScannerDevice *device = devices->pdata[i];

    g_assert_nonnull (device->name);
    g_assert_nonnull (device->modes);
  }
}

static void
test_words (void)
{
  g_autoptr (TillFakeScanner) fake = till_fake_scanner_new ();
  Fixture fixture = { .heard = g_string_new (NULL) };

  for (guint i = 0; i < TILL_SCANNER_N_STATES; i++) {
    g_assert_nonnull (till_scanner_state_to_string ((TillScannerState) i));
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (till_scanner_state_to_string ((TillScannerState) i), !=,
                       till_scanner_state_to_string ((TillScannerState) j));
  }

  g_signal_connect (fake, "code", G_CALLBACK (code_cb), &fixture);
  g_signal_connect (fake, "state-changed", G_CALLBACK (state_cb), &fixture);
  till_fake_scanner_show (fake, FIRST);
  till_scanner_start (TILL_SCANNER (fake));
  till_fake_scanner_show (fake, FIRST);
  till_fake_scanner_set_state (fake, TILL_SCANNER_BUSY);
  till_scanner_stop (TILL_SCANNER (fake));
  till_fake_scanner_show (fake, SECOND);
  assert_heard (&fixture, "reading FIRST busy off ");
  g_string_free (fixture.heard, TRUE);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/camera/once", test_once);
  ADD ("/camera/reopened", test_reopened);
  ADD ("/camera/comes-back", test_comes_back);
  ADD ("/camera/stop-at-code", test_stop_at_code);
  ADD ("/camera/forget", test_forget);
  ADD ("/camera/view", test_view);
  ADD ("/camera/another", test_another);
  ADD ("/camera/no-device", test_no_device);
  ADD ("/camera/frames", test_frames);
  ADD ("/camera/pipeline", test_pipeline);
  ADD ("/camera/ends", test_ends);
  ADD ("/camera/hasty", test_hasty);
  ADD ("/camera/list", test_list);
  g_test_add_func ("/camera/words", test_words);

  return g_test_run ();
}

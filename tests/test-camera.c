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

/* A device that nobody has is said to be absent. */
static void
test_no_device (void)
{
  static const char *const devices[] = { "/dev/till-no-such-camera", "No Such Camera" };

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("GStreamer makes so many quarks that GLib drops its first table of them");
  return;
#endif
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++) {
    g_autoptr (TillFakeClock) clock = till_fake_clock_new ();
    TillScanner *camera = till_camera_new (devices[i], till_fake_clock_get_port (clock));
    gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

    till_scanner_start (camera);
    till_fake_clock_advance (clock, 0);
    while (till_scanner_get_state (camera) == TILL_SCANNER_STARTING &&
           g_get_monotonic_time () < until_us)
      g_main_context_iteration (NULL, FALSE);
    g_assert_cmpint (till_scanner_get_state (camera), ==, TILL_SCANNER_ABSENT);
    g_assert_finalize_object (camera);
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
  g_test_add_func ("/camera/no-device", test_no_device);
  g_test_add_func ("/camera/words", test_words);

  return g_test_run ();
}

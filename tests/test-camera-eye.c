/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-eye.h"

#include <string.h>

#include "code/scan.h"
#include "device/camera-held.h"
#include "draw-code.h"

#define TEXT "134567890123456789"

/* So many drawn pictures go through; more at will: their seed is printed. */
#define N_DRAWN 40

static void
seen_cb (gpointer n_seen)
{
  (*(guint *) n_seen)++;
}

static void
run_main (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* The main context is called once for many frames, and has the newest of each. */
static void
test_news (void)
{
  guint n_seen = 0;
  TillCameraEye *eye = till_camera_eye_new (seen_cb, &n_seen);
  g_auto (TillScannerFacts) facts = { 0 };
  TillCanvas canvas = { 0 };
  TillCameraNews news;
  TillGrey frame;

  draw_code_fill (&canvas, 320, 240, 220);
  draw_code_qr (&canvas, 20, 40, 5, TEXT);
  frame = till_canvas_get (&canvas);
  for (guint i = 0; i < 5; i++) {
    till_camera_eye_count (eye);
    till_camera_eye_view (eye, till_view_new_grey (frame.pixels, 320, 240, 320, 32 + i * 32));
    till_camera_eye_read (eye, &frame);
  }
  g_assert_cmpuint (n_seen, ==, 0);
  run_main ();
  g_assert_cmpuint (n_seen, ==, 1);

  till_camera_eye_fetch (eye, &news);
  g_assert_cmpuint (news.n_read, ==, 5);
  g_assert_cmpstr (news.text, ==, TEXT);
  g_assert_true (news.has_sight && news.sight.has_code && !news.is_black);
  g_assert_cmpuint (news.view->width, ==, 160);
  till_view_unref (news.view);
  till_camera_wipe (&news.text);
  till_camera_eye_tell (eye, &facts);
  g_assert_cmpuint (facts.n_frames, ==, 5);
  g_assert_cmpuint (facts.n_views, ==, 5);
  g_assert_cmpuint (facts.n_lost_views, ==, 4);

  till_camera_eye_fetch (eye, &news);
  g_assert_true (!news.text && !news.view && news.n_read == 0);
  till_canvas_clear (&canvas);
  till_camera_eye_unref (eye);
}

/* Once it is shut nobody is called, and what was not fetched goes with it. */
static void
test_shut (void)
{
  static const guint8 white = 255;
  guint n_seen = 0;
  TillCameraEye *eye = till_camera_eye_new (seen_cb, &n_seen);

  till_camera_eye_read (eye, &(const TillGrey) { &white, 1, 1, 1 });
  till_camera_eye_view (eye, till_view_new_grey (&white, 1, 1, 1, 1));
  till_camera_eye_shut (eye);
  run_main ();
  g_assert_cmpuint (n_seen, ==, 0);
  till_camera_eye_unref (eye);
}

/* What no camera gives is a black picture, and is not looked at. */
static void
test_refused (void)
{
  static const guint8 white = 255;
  static const TillGrey frames[] = {
    { &white, 0, 1, 1 },
    { &white, 1, 0, 1 },
    { &white, 2, 1, 1 },
    { &white, TILL_SCAN_MAX_SIDE + 1, 1, TILL_SCAN_MAX_SIDE + 1 },
  };
  guint n_seen = 0;
  TillCameraEye *eye = till_camera_eye_new (seen_cb, &n_seen);

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    TillCameraNews news;

    till_camera_eye_read (eye, &frames[i]);
    till_camera_eye_fetch (eye, &news);
    g_assert_true (news.is_black && !news.text);
  }
  till_camera_eye_unref (eye);
  run_main ();
}

/* A picture of any size with codes, stripes, holes and noise, and with a gap after each row. */
static TillGrey
draw (TillCanvas *canvas,
      guint8    **pixels)
{
  guint width = (guint) g_test_rand_int_range (1, 1400);
  guint height = (guint) g_test_rand_int_range (1, 900);
  gsize stride = width + (gsize) g_test_rand_int_range (0, 40);

  draw_code_fill (canvas, MAX (width, 400), MAX (height, 300),
                  (guint8) g_test_rand_int_range (0, 256));
  draw_code_qr (canvas, 10, 10, (guint) g_test_rand_int_range (1, 9), TEXT);
  *pixels = g_malloc (stride * height);
  for (guint y = 0; y < height; y++)
    memcpy (*pixels + y * stride, canvas->pixels + (gsize) y * canvas->width, width);

  /* A frame may be cut, torn or bent in any way. */
  for (guint n = (guint) g_test_rand_int_range (0, 30); n > 0; n--) {
    gsize at = (gsize) g_test_rand_int_range (0, (gint32) (stride * height - width + 1));

    memset (*pixels + at, g_test_rand_int_range (0, 256),
            (gsize) g_test_rand_int_range (0, (gint32) width));
  }

  return (TillGrey) { *pixels, width, height, stride };
}

/* Nothing that lies before a camera brings it down, and no text is read but the one that is there:
 * a code is nowhere outside of the frame. */
static void
test_drawn (void)
{
  guint n_seen = 0;
  TillCameraEye *eye = till_camera_eye_new (seen_cb, &n_seen);
  TillCanvas canvas = { 0 };

  for (guint i = 0; i < N_DRAWN; i++) {
    g_autofree guint8 *pixels = NULL;
    TillGrey frame = draw (&canvas, &pixels);
    TillCameraNews news;

    till_camera_eye_read (eye, &frame);
    till_camera_eye_fetch (eye, &news);
    if (news.text)
      g_assert_cmpstr (news.text, ==, TEXT);
    g_assert_cmpint (news.text != NULL, ==, news.sight.has_code);
    for (guint j = 0; j < G_N_ELEMENTS (news.sight.corners); j++) {
      g_assert_cmpfloat (news.sight.corners[j].x, >=, 0);
      g_assert_cmpfloat (news.sight.corners[j].x, <=, 1);
      g_assert_cmpfloat (news.sight.corners[j].y, >=, 0);
      g_assert_cmpfloat (news.sight.corners[j].y, <=, 1);
    }
    till_camera_wipe (&news.text);
  }
  till_canvas_clear (&canvas);
  till_camera_eye_unref (eye);
  run_main ();
}

/* A code is told once as long as it is held there, beside others too, and again after it was
 * away. */
static void
test_held (void)
{
  static const struct {
    gint64      at_ms;
    const char *text;
    gboolean    is_told;
  } cases[] = {
    { 0,     "A", TRUE },
    { 100,   "A", FALSE },
    { 200,   "B", TRUE },
    { 1500,  "A", FALSE },
    { 2900,  "A", FALSE },
    { 2900,  "B", TRUE },
    { 4400,  "A", TRUE },
    { 5899,  "A", FALSE },
    { 7399,  "A", TRUE },
  };
  TillCameraHeld held = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (till_camera_held_see (&held, cases[i].text, cases[i].at_ms * 1000 + 1), ==,
                     cases[i].is_told);
  till_camera_held_forget (&held);
  g_assert_true (till_camera_held_see (&held, "A", 7400 * 1000));

  /* More than it remembers: the oldest is forgotten. */
  for (guint i = 0; i < 3 * TILL_CAMERA_N_HELD; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    g_assert_true (till_camera_held_see (&held, text, 8000 * 1000 + i));
    g_assert_false (till_camera_held_see (&held, text, 8000 * 1000 + i));
  }
  till_camera_held_forget (&held);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/camera-eye/news", test_news);
  g_test_add_func ("/camera-eye/shut", test_shut);
  g_test_add_func ("/camera-eye/refused", test_refused);
  g_test_add_func ("/camera-eye/drawn", test_drawn);
  g_test_add_func ("/camera-eye/held", test_held);

  return g_test_run ();
}

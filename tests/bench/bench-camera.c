/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <sys/resource.h>

#include "app/viewfinder.h"
#include "device/camera.h"
#include "device/system-clock.h"
#include "draw-code.h"

/* What a camera of 720p at thirty frames a second costs with its picture on the screen: of one
 * core, all of this process, the picture's source included; and whether the decoder makes the
 * picture lose frames. A black picture is not read: it is the picture alone. */

#define SECONDS    8
#define MOST_CORES 0.9
#define WIDTH      1280
#define HEIGHT     720

/* A busy machine loses some of itself; the decoder may not add more than this part. */
#define MORE_LOST 0.02

static const struct {
  const char *what;
  const char *source;   /* %s: a picture with a code */
} cases[] = {
  { "picture alone", "videotestsrc is-live=true pattern=black" },
  { "nothing to read", "videotestsrc is-live=true pattern=smpte" },
  { "nothing to read, much to look at", "videotestsrc is-live=true pattern=snow" },
  { "a code", "filesrc location=%s ! rawvideoparse format=gray8 width=1280 height=720 "
              "framerate=30/1 ! imagefreeze is-live=true ! videoconvert" },
};

typedef struct {
  double  cores;    /* at thirty frames a second: a busy machine lets fewer through */
  double  rate;     /* frames that came, a second */
  double  lost;     /* part of the views that were never shown */
  guint   n_codes;
} Figures;

static void
view_cb (TillScanner *camera,
         gpointer     viewfinder)
{
  till_viewfinder_set_view (viewfinder, till_scanner_get_view (camera));
}

static void
sight_cb (TillScanner *camera,
          gpointer     viewfinder)
{
  till_viewfinder_set_sight (viewfinder, till_scanner_get_sight (camera), FALSE);
}

static void
code_cb (TillScanner *camera,
         const char  *text,
         gpointer     n_codes)
{
  (*(guint *) n_codes)++;
}

static double
cpu_s (void)
{
  struct rusage use;

  getrusage (RUSAGE_SELF, &use);

  return (double) (use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         (double) (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
run_for (double seconds)
{
  gint64 until_us = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);
  guint waker = g_timeout_add (50, wake_cb, NULL);

  while (g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (waker);
}

static Figures
measure (GtkWidget  *viewfinder,
         const char *source)
{
  g_autofree char *device =
    g_strdup_printf ("gst:%s ! video/x-raw,format=I420,width=%d,height=%d,framerate=30/1 ! "
                     "identity", source, WIDTH, HEIGHT);
  g_autoptr (TillScanner) camera = till_camera_new (device, till_system_clock_get ());
  g_auto (TillScannerFacts) before = { 0 }, after = { 0 };
  Figures figures = { 0 };
  double cpu_before_s;
  gint64 began_us;

  g_signal_connect (camera, "view-changed", G_CALLBACK (view_cb), viewfinder);
  g_signal_connect (camera, "sight-changed", G_CALLBACK (sight_cb), viewfinder);
  g_signal_connect (camera, "code", G_CALLBACK (code_cb), &figures.n_codes);
  till_scanner_set_viewed (camera, TRUE);
  till_scanner_start (camera);
  do {
    run_for (0.5);
    till_scanner_facts_clear (&before);
    till_scanner_get_facts (camera, &before);
  } while (before.n_views < 15);

  began_us = g_get_monotonic_time ();
  cpu_before_s = cpu_s ();
  run_for (SECONDS);
  figures.cores = (cpu_s () - cpu_before_s) * G_USEC_PER_SEC /
                  (double) (g_get_monotonic_time () - began_us);
  till_scanner_get_facts (camera, &after);
  figures.rate = (double) (after.n_frames - before.n_frames) / SECONDS;
  figures.cores *= 30 / MAX (figures.rate, 1);
  figures.lost = (double) (after.n_lost_views - before.n_lost_views) /
                 (double) MAX (after.n_views - before.n_views, 1);
  till_scanner_stop (camera);

  return figures;
}

static char *
draw_picture (void)
{
  char *path = g_build_filename (g_get_tmp_dir (), "till-bench-camera.raw", NULL);
  TillCanvas canvas = { 0 };

  draw_code_fill (&canvas, WIDTH, HEIGHT, 90);
  draw_code_qr (&canvas, 500, 200, 8, "134567890123456789");
  g_assert_true (g_file_set_contents (path, (const char *) canvas.pixels, WIDTH * HEIGHT, NULL));
  till_canvas_clear (&canvas);

  return path;
}

int
main (void)
{
  g_autofree char *path = draw_picture ();
  GtkWidget *window, *viewfinder;
  double lost_alone = 0;
  gboolean is_good = TRUE;

  adw_init ();
  viewfinder = g_object_new (TILL_TYPE_VIEWFINDER, NULL);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 360);
  gtk_window_set_child (GTK_WINDOW (window), viewfinder);
  gtk_window_present (GTK_WINDOW (window));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) source = g_string_new (cases[i].source);
    Figures figures;

    g_string_replace (source, "%s", path, 0);
    figures = measure (viewfinder, source->str);
    lost_alone = i == 0 ? figures.lost : lost_alone;
    is_good &= figures.cores <= MOST_CORES && figures.lost <= lost_alone + MORE_LOST;
    g_print ("%-34s %.2f cores at 30 frames a second (goal ≤ %.1f); %.1f came, %.1f %% of the "
             "views lost, %u codes\n",
             cases[i].what, figures.cores, MOST_CORES, figures.rate, 100 * figures.lost,
             figures.n_codes);
  }
  gtk_window_destroy (GTK_WINDOW (window));
  remove (path);

  return is_good ? 0 : 1;
}

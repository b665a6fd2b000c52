/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "code/scan.h"
#include "device/picture.h"
#include "light.h"
#include "scene.h"
#include "truth.h"

/* many-frames N SEED [FOLDER]: reads N frames one after another with one reader, as a till does in
 * a day, and fails when a text is read that is not there, or when memory grows by more than 1 MiB.
 * Frames are cut at random, to any size, from drawn scenes and from the pictures of a FOLDER with a
 * truth.tsv; each gets noise and light of its own. */

#define VIEWS_A_SCENE  40
#define ALL_EACH       1000  /* in how many frames all codes are asked for once: it takes long */
#define MOST_GROWTH_KB 1024

typedef struct {
  GRand      *rand;
  GPtrArray  *truths;     /* of the FOLDER */
  GPtrArray  *pictures;   /* of Source, one for each of them */
  TillScan   *scan;
  guint       n_frames, n_right, n_wrong;
} Run;

typedef struct {
  TillPicture  picture;
  const Truth *truth;
} Source;

static void
source_free (Source *self)
{
  till_picture_clear (&self->picture);
  g_free (self);
}

static void
load_folder (Run        *self,
             const char *folder)
{
  self->truths = truth_load (folder);
  for (guint i = 0; i < self->truths->len; i++) {
    g_autoptr (GError) error = NULL;
    Source *source = g_new0 (Source, 1);

    source->truth = self->truths->pdata[i];
    till_picture_file_load (source->truth->path, &source->picture, &error);
    g_assert_no_error (error);
    g_ptr_array_add (self->pictures, source);
  }
}

/* Memory of this program that is neither free nor swapped out. */
static glong
resident_kb (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) fields = NULL;

  malloc_trim (0);
  g_file_get_contents ("/proc/self/statm", &text, NULL, &error);
  g_assert_no_error (error);
  fields = g_strsplit (text, " ", -1);

  return atol (fields[1]) * (sysconf (_SC_PAGESIZE) / 1024);
}

/* A part of @from at chance, darker or lighter, with noise. */
static void
cut (GRand          *rand,
     const TillGrey *from,
     TillCanvas     *view)
{
  int most_x = (int) from->width, most_y = (int) from->height;
  guint width = (guint) g_rand_int_range (rand, MIN (most_x, 120), most_x + 1);
  guint height = (guint) g_rand_int_range (rand, MIN (most_y, 90), most_y + 1);
  TillBox box = { (guint) g_rand_int_range (rand, 0, (int) (from->width - width) + 1),
                  (guint) g_rand_int_range (rand, 0, (int) (from->height - height) + 1),
                  width, height };
  guint gain = (guint) g_rand_int_range (rand, 120, 320);

  till_canvas_shrink (view, from, &box, 1);
  for (gsize i = 0; i < (gsize) width * height; i++)
    view->pixels[i] = (guint8) MIN (view->pixels[i] * gain / 256, 255);
  light_add_noise (g_rand_int (rand), g_rand_double_range (rand, 0, 8), view);
}

static void
read_view (Run              *self,
           const TillCanvas *view,
           const Truth      *truth)
{
  TillGrey frame = till_canvas_get (view);
  TillScanWish wish = self->n_frames % ALL_EACH == 0 ? TILL_SCAN_ALL
                      : self->n_frames % 2 ? TILL_SCAN_FIRST : TILL_SCAN_PAYMENT;
  g_autoptr (GPtrArray) codes = till_scan_read (self->scan, &frame, wish);

  self->n_frames++;
  for (guint i = 0; i < codes->len; i++) {
    const TillBarcode *code = codes->pdata[i];

    if (truth_is_right (truth, code->text)) {
      self->n_right++;
    } else {
      self->n_wrong++;
      g_print ("frame %u, %u × %u: %s of %" G_GSIZE_FORMAT " characters that is not there\n",
               self->n_frames, frame.width, frame.height, till_symbol_to_string (code->symbol),
               strlen (code->text));
    }
  }
}

static void
read_views (Run            *self,
            const TillGrey *picture,
            const Truth    *truth)
{
  TillCanvas view = { 0 };

  for (guint i = 0; i < VIEWS_A_SCENE; i++) {
    cut (self->rand, picture, &view);
    read_view (self, &view, truth);
  }
  till_canvas_clear (&view);
}

static void
read_scene (Run *self)
{
  /* Each third frame is a counter without a phone. */
  g_autoptr (Scene) scene = scene_new (self->rand,
                                       g_rand_int_range (self->rand, 0, 3) == 0
                                         ? 0 : (guint) g_rand_int_range (self->rand, 1, 6));
  char *text = (char *) scene_get_text (scene);
  const Truth truth = { .text = text[0] ? text : NULL };
  TillCanvas frame = { 0 };
  TillGrey picture;

  scene_shoot (scene, self->rand, &frame);
  picture = till_canvas_get (&frame);
  read_views (self, &picture, &truth);
  till_canvas_clear (&frame);
}

static void
read_picture (Run *self)
{
  guint which = (guint) g_rand_int_range (self->rand, 0, (int) self->pictures->len);
  const Source *source = self->pictures->pdata[which];
  TillGrey picture = { source->picture.pixels, source->picture.width, source->picture.height,
                       source->picture.width };

  read_views (self, &picture, source->truth);
}

int
main (int   argc,
      char *argv[])
{
  Run run = { 0 };
  guint n_frames = argc > 2 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 0, n_told = 0;
  glong first_kb = 0, growth_kb;

  if (n_frames < 1000) {
    g_printerr ("many-frames N SEED [FOLDER]: N at least 1000\n");
    return 2;
  }
  run.rand = g_rand_new_with_seed ((guint32) g_ascii_strtoull (argv[2], NULL, 10));
  run.scan = till_scan_new ();
  run.pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);
  if (argc > 3)
    load_folder (&run, argv[3]);

  while (run.n_frames < n_frames) {
    if (run.pictures->len && g_rand_int_range (run.rand, 0, 4) == 0)
      read_picture (&run);
    else
      read_scene (&run);
    /* The first tenth makes all the room that is used again. */
    if (!first_kb && run.n_frames >= n_frames / 10)
      first_kb = resident_kb ();
    if (run.n_frames / (n_frames / 10) != n_told) {
      n_told = run.n_frames / (n_frames / 10);
      g_print ("%u frames, %u right, %u wrong, %ld KiB\n", run.n_frames, run.n_right, run.n_wrong,
               resident_kb ());
    }
  }
  growth_kb = resident_kb () - first_kb;
  g_print ("grown by %ld KiB over the last nine tenths\n", growth_kb);
  till_scan_free (run.scan);
  g_ptr_array_unref (run.pictures);
  g_clear_pointer (&run.truths, g_ptr_array_unref);
  g_rand_free (run.rand);

  return run.n_wrong || growth_kb > MOST_GROWTH_KB;
}

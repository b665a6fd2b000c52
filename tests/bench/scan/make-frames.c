/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "scene.h"

/* make-frames DIR STILLS CUSTOMERS EMPTY SEED: draws 720p frames of a phone that shows a made-up
 * payment code, ten for each customer, and frames without a phone; with a truth.tsv beside them.
 * The same seed draws the same frames. */

#define FRAMES_A_CUSTOMER 10

static void
write_frame (const char       *dir,
             const char       *name,
             const TillCanvas *frame)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GString) file = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_string_printf (file, "P5 %u %u 255\n", frame->width, frame->height);
  g_string_append_len (file, (const char *) frame->pixels,
                       (gssize) ((gsize) frame->width * frame->height));
  g_file_set_contents_full (path, file->str, (gssize) file->len, G_FILE_SET_CONTENTS_NONE, 0644,
                            &error);
  g_assert_no_error (error);
}

/* @n_frames frames of one phone, or of none at level 0. */
static void
draw_scene (GRand      *rand,
            const char *dir,
            const char *name,
            guint       level,
            guint       n_frames,
            GString    *truth)
{
  g_autoptr (Scene) scene = scene_new (rand, level);
  g_autofree char *words = scene_describe (scene);
  TillCanvas frame = { 0 };

  for (guint i = 0; i < n_frames; i++) {
    g_autofree char *file = n_frames > 1 ? g_strdup_printf ("%s_f%u.pgm", name, i)
                                         : g_strdup_printf ("%s.pgm", name);

    scene_shoot (scene, rand, &frame);
    write_frame (dir, file, &frame);
    g_string_append_printf (truth, "%s\t%s\t%s\t%s\n", file, scene_get_kind (scene),
                            scene_get_text (scene), words);
  }
  till_canvas_clear (&frame);
}

int
main (int   argc,
      char *argv[])
{
  /* Who shows an easy code is gone after a frame: customers begin with level 3. */
  static const struct { const char *folder; guint from, to, n_frames; } sorts[] = {
    { "stills", 1, 5, 1 },
    { "sequences", 3, 5, FRAMES_A_CUSTOMER },
    { "empty", 0, 0, 1 },
  };
  g_autoptr (GString) truth = g_string_new ("file\tkind\ttext\tset or difficulty\n");
  g_autoptr (GRand) rand = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (argc != 6) {
    g_printerr ("make-frames DIR STILLS CUSTOMERS EMPTY SEED\n");
    return 2;
  }
  rand = g_rand_new_with_seed ((guint32) g_ascii_strtoull (argv[5], NULL, 10));
  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++) {
    g_autofree char *folder = g_build_filename (argv[1], sorts[i].folder, NULL);
    guint n_scenes = (guint) g_ascii_strtoull (argv[2 + i], NULL, 10);

    g_mkdir_with_parents (folder, 0755);
    for (guint j = 0; j < n_scenes; j++) {
      g_autofree char *name = g_strdup_printf ("%s/%04u", sorts[i].folder, j);

      draw_scene (rand, argv[1], name, sorts[i].from + j % (sorts[i].to - sorts[i].from + 1),
                  sorts[i].n_frames, truth);
    }
  }

  path = g_build_filename (argv[1], "truth.tsv", NULL);
  g_file_set_contents (path, truth->str, (gssize) truth->len, &error);
  g_assert_no_error (error);

  return 0;
}
